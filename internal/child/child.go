package child

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// Patience is how long a start or a stop may take on a machine that is busy with other tests.
const Patience = time.Minute

const (
	look    = 2 * time.Millisecond // between two looks at the output
	lastUse = 5 * time.Second      // to tell where it stands, after SIGQUIT
)

// Process is a running or ended program. Its methods are safe for many goroutines.
type Process struct {
	cmd       *exec.Cmd
	out, errs *os.File      // without names; they have room for what comes
	ended     chan struct{} // closed when the process has ended; err is set before
	err       error
}

// Build builds the program into folder, the working directory being anywhere in the module.
func Build(folder string) (binary string, err error) {
	binary = folder + "/diachiso"
	build := exec.Command("go", "build", "-trimpath", "-o", binary, "github.com/diachiso/diachiso/cmd/diachiso")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("build the program: %w", err)
	}
	return binary, nil
}

// Environment is that of this process without the program's settings, and env.
func Environment(env ...string) (all []string) {
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "DIACHISO_") {
			all = append(all, pair)
		}
	}
	return append(all, env...)
}

// Start starts a command that has no standard output and error yet.
func Start(cmd *exec.Cmd) (*Process, error) {
	p := &Process{cmd: cmd, ended: make(chan struct{})}
	var err, err2 error
	p.out, err = nameless()
	p.errs, err2 = nameless()
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = p.out, p.errs
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, p.out.Close(), p.errs.Close())
	}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// nameless is an empty file that goes away with its last user, whoever is killed.
func nameless() (*os.File, error) {
	f, err := os.CreateTemp("", "diachiso-child-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Run runs a command to its end and returns what it wrote. The error is that of exec.Cmd.Run.
func Run(cmd *exec.Cmd) (stdout, stderr string, err error) {
	p, err := Start(cmd)
	if err != nil {
		return "", "", err
	}
	err = p.Wait()
	return p.Output(), p.Log(), err
}

// Output is what it has written to its standard output so far.
func (p *Process) Output() string { return whole(p.out) }

// Log is what it has written to its standard error so far.
func (p *Process) Log() string { return whole(p.errs) }

// whole reads without moving the place at which the process writes.
func whole(f *os.File) string {
	text, err := io.ReadAll(io.NewSectionReader(f, 0, math.MaxInt64))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// Await waits until the output is as wanted. It fails when the process ends before, and when it is not within atMost; then the
// process is ended and tells where it stood. The error holds both of its streams.
func (p *Process) Await(what string, atMost time.Duration, wanted func(output string) bool) error {
	late := time.NewTimer(atMost)
	defer late.Stop()
	again := time.NewTicker(look)
	defer again.Stop()
	for !wanted(p.Output()) {
		select {
		case <-again.C:
		case <-p.ended:
			if !wanted(p.Output()) {
				return p.complaint("ended (%v) before it was %s", p.err, what)
			}
		case <-late.C:
			p.end(syscall.SIGQUIT)
			return p.complaint("was not %s within %s", what, atMost)
		}
	}
	return nil
}

func (p *Process) complaint(format string, args ...any) error {
	return fmt.Errorf("process %d %s\nstandard output:\n%s\nstandard error:\n%s", p.PID(), fmt.Sprintf(format, args...), p.Output(), p.Log())
}

var served = regexp.MustCompile(`(https?://127\.0\.0\.1:\d+)\s`)

// URL waits until a server has told where it listens, as "http://127.0.0.1:8080".
func (p *Process) URL() (url string, err error) {
	err = p.Await("ready", Patience, func(output string) bool {
		if found := served.FindStringSubmatch(output); found != nil {
			url = found[1]
		}
		return url != ""
	})
	return url, err
}

func (p *Process) PID() int { return p.cmd.Process.Pid }

// Signal sends a signal. An ended process does not mind.
func (p *Process) Signal(s os.Signal) { _ = p.cmd.Process.Signal(s) }

// Ended is closed when the process has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Wait waits for the end; the error is that of exec.Cmd.Wait.
func (p *Process) Wait() error {
	<-p.ended
	return p.err
}

// Kill ends the process as a crash does. Killing an ended one does nothing.
func (p *Process) Kill() {
	p.Signal(syscall.SIGKILL)
	<-p.ended
}

// Stop ends the process as an operator does, with SIGTERM, and wants a good end in time.
func (p *Process) Stop() error {
	p.Signal(syscall.SIGTERM)
	late := time.NewTimer(Patience)
	defer late.Stop()
	select {
	case <-p.ended:
		if p.err != nil {
			return p.complaint("did not stop well: %v", p.err)
		}
		return nil
	case <-late.C:
		p.end(syscall.SIGQUIT)
		return p.complaint("did not stop within %s", Patience)
	}
}

// end sends a signal that should end the process, and then one that does.
func (p *Process) end(first os.Signal) {
	p.Signal(first)
	killed := time.AfterFunc(lastUse, func() { p.Signal(syscall.SIGKILL) })
	<-p.ended
	killed.Stop()
}
