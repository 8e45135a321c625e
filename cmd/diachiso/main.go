package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/diachiso/diachiso/seed"
)

// Main is one run of the program. Its streams and environment are given, so that tests can run it.
type Main struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Env    []string                   // "NAME=value", as os.Environ
	Data   func() (*seed.Data, error) // the built-in data, decoded

	config  Config
	started bool // a command's own code has begun: its errors are not errors of usage
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	m := &Main{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Env: os.Environ(), Data: seed.Load}
	status := m.Run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

// Run runs the command that args name, without the program's name, and returns its exit status.
func (m *Main) Run(ctx context.Context, args []string) int {
	root := m.rootCommand()
	root.SetArgs(shieldNegativeNumbers(args))
	root.SetIn(m.Stdin)
	root.SetOut(m.Stdout)
	root.SetErr(m.Stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	if !m.started {
		err = asUsageError(err, cmd.CommandPath())
	}
	printError(m.Stderr, err)
	return exitStatus(err)
}
