package load

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// Binary is the built program, serving a database.
type Binary struct {
	Addr  string
	Ready time.Duration // from exec to the first good /readyz
	cmd   *exec.Cmd
}

var baseURL = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// StartBinary starts `serve` on a free loopback port, without keys, and waits until it is ready.
func StartBinary(ctx context.Context, binary, db string) (b *Binary, err error) {
	b = &Binary{cmd: exec.CommandContext(ctx, binary, "serve", "--db", db, "--dev", "--listen", "127.0.0.1:0", "--log-level", "error")}
	stdout, err := b.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := b.cmd.Start(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.Stop())
		}
	}()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", binary, err)
	}
	base := baseURL.FindString(line)
	b.Addr = strings.TrimPrefix(base, "http://")
	resp, err := http.Get(base + "/readyz")
	if err != nil {
		return nil, err
	}
	if err := resp.Body.Close(); err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("/readyz answers %s", resp.Status)
	}
	b.Ready = time.Since(began)
	return b, nil
}

// PID is the number of its process.
func (b *Binary) PID() int { return b.cmd.Process.Pid }

// Stop ends it as an operator would.
func (b *Binary) Stop() error {
	_ = b.cmd.Process.Signal(syscall.SIGTERM) // it may have ended already, which Wait tells
	return b.cmd.Wait()
}
