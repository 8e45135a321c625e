package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/diachiso/diachiso/internal/child"
)

// Binary is the built program, serving a database.
type Binary struct {
	*child.Process
	Addr  string
	Ready time.Duration // from exec to the first good /readyz
}

// StartBinary starts `serve` on a free loopback port, without keys, and waits until it is ready.
func StartBinary(ctx context.Context, binary, db string) (b *Binary, err error) {
	began := time.Now()
	p, err := child.Start(exec.CommandContext(ctx, binary, "serve", "--db", db, "--dev", "--listen", "127.0.0.1:0", "--log-level", "error"))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			p.Kill()
		}
	}()
	url, err := p.URL()
	if err != nil {
		return nil, err
	}
	resp, err := http.Get(url + "/readyz")
	if err != nil {
		return nil, err
	}
	if err := resp.Body.Close(); err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("/readyz answers %s", resp.Status)
	}
	return &Binary{p, strings.TrimPrefix(url, "http://"), time.Since(began)}, nil
}

// Self is this program, started again as a server by Serve.
type Self struct {
	*child.Process
	Addr  string
	input io.Closer
}

// StartSelf starts this program with args that make it call Serve, and waits until it is ready. What it logs is shown if it fails.
func StartSelf(ctx context.Context, args ...string) (s *Self, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, args...)
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	p, err := child.Start(cmd)
	if err != nil {
		return nil, errors.Join(err, input.Close())
	}
	url, err := p.URL()
	if err != nil {
		p.Kill()
		return nil, err
	}
	return &Self{p, strings.TrimPrefix(url, "http://"), input}, nil
}

// Stop ends its input, and so the server.
func (s *Self) Stop() error { return errors.Join(s.input.Close(), s.Wait()) }
