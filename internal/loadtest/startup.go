package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"time"
)

// start is how the built binary comes up.
type start struct {
	ready time.Duration // from exec to the first good /readyz
	rssMB float64       // resident memory then
}

const startRounds = 3

var url = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

func measureStart(ctx context.Context, dir, fullDB string, rep *report) error {
	binary := filepath.Join(dir, "diachiso")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, "./cmd/diachiso")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build the binary (run this from the root of the repository): %w", err)
	}
	var first, existing []start
	for round := range startRounds {
		s, err := startOnce(ctx, binary, filepath.Join(dir, fmt.Sprintf("new%d.db", round)))
		if err != nil {
			return err
		}
		first = append(first, s)
		if s, err = startOnce(ctx, binary, fullDB); err != nil {
			return err
		}
		existing = append(existing, s)
	}
	rep.first, rep.existing = worst(first), worst(existing)
	return nil
}

func worst(starts []start) start {
	var w start
	for _, s := range starts {
		w.ready, w.rssMB = max(w.ready, s.ready), max(w.rssMB, s.rssMB)
	}
	return w
}

func startOnce(ctx context.Context, binary, db string) (s start, err error) {
	cmd := exec.CommandContext(ctx, binary, "serve", "--db", db, "--listen", "127.0.0.1:0", "--log-level", "error")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return s, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return s, err
	}
	defer func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if werr := cmd.Wait(); err == nil {
			err = werr
		}
	}()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return s, err
	}
	resp, err := http.Get(url.FindString(line) + "/readyz")
	if err != nil {
		return s, err
	}
	if err := resp.Body.Close(); err != nil {
		return s, err
	}
	if resp.StatusCode != http.StatusOK {
		return s, fmt.Errorf("/readyz answers %s", resp.Status)
	}
	s.ready = time.Since(began)
	s.rssMB, err = residentMB(cmd.Process.Pid)
	return s, err
}

// residentMB reads a process's resident memory; 0 where the system has no /proc.
func residentMB(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	_, rest, _ := bytes.Cut(status, []byte("VmRSS:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0, nil
	}
	kb, err := strconv.ParseFloat(string(fields[0]), 64)
	return kb / 1024, err
}
