package faulttest

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/internal/child"
)

// A trace line: process id, call, and the file of its descriptor; or the rest of a call that another thread interrupted.
var (
	callStart   = regexp.MustCompile(`^(\d+) +(\w+)\((\d+)<([^>]*)>`)
	callResumed = regexp.MustCompile(`^(\d+) +<\.\.\. (\w+) resumed>.*= (-?\d+)`)
	toldLine    = regexp.MustCompile(`"(submit|ack) ([\d.]+)\\n"`)
)

// synced reads a trace in order and looks at each acknowledgement. Of a write-ahead log it follows:
//
//	writes   when the log was last written
//	syncs    a sync counts from the moment it is entered, once it has returned
type synced struct {
	line      int
	lastWrite int            // line of the last write to the log
	lastSync  int            // line on which the latest returned sync was entered
	entered   map[string]int // thread → line on which its sync under way was entered
	submitted map[string]int // update → line of its submission
	acks      int
}

// read returns an error at the first acknowledgement without the sync it needs: one entered after the update was submitted,
// and, when alone (nobody else writes), after everything in the log was written.
func (s *synced) read(trace *bufio.Scanner, alone bool) error {
	s.entered, s.submitted = map[string]int{}, map[string]int{}
	for trace.Scan() {
		s.line++
		text := trace.Text()
		if m := callResumed.FindStringSubmatch(text); m != nil {
			if from, ok := s.entered[m[1]]; ok && isSync(m[2]) {
				s.returned(m[1], from, m[3] == "0")
			}
			continue
		}
		m := callStart.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		thread, call, fd, file := m[1], m[2], m[3], m[4]
		switch {
		case isSync(call) && strings.HasSuffix(file, "-wal"):
			s.entered[thread] = s.line
			if !strings.HasSuffix(text, "<unfinished ...>") {
				s.returned(thread, s.line, strings.HasSuffix(text, "= 0"))
			}
		case strings.HasPrefix(call, "pwrite") && strings.HasSuffix(file, "-wal"):
			s.lastWrite = s.line
		case call == "write" && fd == "1":
			if err := s.told(text, alone); err != nil {
				return err
			}
		}
	}
	return trace.Err()
}

func isSync(call string) bool { return call == "fsync" || call == "fdatasync" }

func (s *synced) returned(thread string, from int, ok bool) {
	delete(s.entered, thread)
	if ok {
		s.lastSync = max(s.lastSync, from)
	}
}

func (s *synced) told(text string, alone bool) error {
	m := toldLine.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	if m[1] == "submit" {
		s.submitted[m[2]] = s.line
		return nil
	}
	s.acks++
	from, ok := s.submitted[m[2]]
	switch {
	case !ok:
		return fmt.Errorf("trace line %d: update %s was never submitted", s.line, m[2])
	case s.lastSync < from:
		return fmt.Errorf("trace line %d: update %s was acknowledged without a sync since its submission on line %d", s.line, m[2], from)
	case alone && s.lastWrite < from:
		return fmt.Errorf("trace line %d: update %s was acknowledged without a write to the log", s.line, m[2])
	case alone && s.lastSync < s.lastWrite:
		return fmt.Errorf("trace line %d: update %s was acknowledged before the log's write on line %d was synced", s.line, m[2], s.lastWrite)
	}
	return nil
}

func TestSyncBeforeAcknowledgement(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("strace is needed to see that writes are synced before they are acknowledged: %v", err)
		}
		t.Skip("strace is not installed: not seen that writes are synced before they are acknowledged")
	}
	for _, c := range []struct {
		name             string
		callers, updates int
	}{{"one caller", 1, 100}, {"grouped callers", 32, 10}} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			trace := filepath.Join(dir, "trace")
			cmd := childCommand(t, filepath.Join(dir, "trace.db"), c.callers, c.updates,
				strace, "-f", "-y", "-s", "64", "-e", "signal=none", "-e", "trace=fsync,fdatasync,pwrite64,pwritev,write", "-o", trace)
			cmd.Env = append(cmd.Env, envAnnounce+"=1")
			if _, errs, err := child.Run(cmd); err != nil {
				t.Fatalf("child under strace: %v: %.2000s", err, errs)
			}
			f, err := os.Open(trace)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			var s synced
			if err := s.read(bufio.NewScanner(f), c.callers == 1); err != nil {
				t.Fatal(err)
			}
			if want := c.callers * c.updates; s.acks != want {
				t.Fatalf("the trace has %d acknowledgements, want %d", s.acks, want)
			}
		})
	}
}

// TestTraceReader shows that the reader of traces sees what is missing.
func TestTraceReader(t *testing.T) {
	const (
		submit = `1 write(1</dev/pts/0>, "submit 0.0\n", 11) = 11`
		write  = `2 pwrite64(7</tmp/x.db-wal>, "..."..., 4096, 56) = 4096`
		sync   = `2 fdatasync(7</tmp/x.db-wal>) = 0`
		ack    = `1 write(1<pipe:[5]>, "ack 0.0\n", 8) = 8`
	)
	for _, c := range []struct {
		name  string
		trace []string
		alone error
		many  error
	}{
		{"in order", []string{submit, write, sync, ack}, nil, nil},
		{"interrupted sync", []string{submit, write, `2 fsync(7</tmp/x.db-wal> <unfinished ...>`, `3 futex(0x1) = 0`, `2 <... fsync resumed>) = 0`, ack}, nil, nil},
		{"no sync", []string{submit, write, ack}, errSome, errSome},
		{"sync before submission", []string{write, sync, submit, write, ack}, errSome, errSome},
		{"sync not yet returned", []string{submit, write, `2 fsync(7</tmp/x.db-wal> <unfinished ...>`, ack}, errSome, errSome},
		{"sync entered before submission", []string{write, `2 fsync(7</tmp/x.db-wal> <unfinished ...>`, submit, write, `2 <... fsync resumed>) = 0`, ack}, errSome, errSome},
		{"failed sync", []string{submit, write, `2 fsync(7</tmp/x.db-wal>) = -1 EIO (Input/output error)`, ack}, errSome, errSome},
		{"sync of another file", []string{submit, write, `2 fsync(8</tmp/x.db>) = 0`, ack}, errSome, errSome},
		{"write after the sync", []string{submit, write, sync, write, ack}, errSome, nil},
		{"nothing written", []string{submit, sync, ack}, errSome, nil},
		{"never submitted", []string{write, sync, ack}, errSome, errSome},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, mode := range []struct {
				alone bool
				want  error
			}{{true, c.alone}, {false, c.many}} {
				var s synced
				err := s.read(bufio.NewScanner(strings.NewReader(strings.Join(c.trace, "\n"))), mode.alone)
				if (err == nil) != (mode.want == nil) {
					t.Errorf("alone %v: got %v, want an error: %v", mode.alone, err, mode.want != nil)
				}
			}
		})
	}
}

var errSome = errors.New("some error")
