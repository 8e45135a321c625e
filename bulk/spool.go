package bulk

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// Spool lets a file be read while it still arrives. It takes the file in at the speed of whoever sends it and holds it on disk, so
// that a client which reads no answer before all of its file is sent is not waited for while it waits.
type Spool struct {
	file *os.File

	mu      sync.Mutex
	grown   *sync.Cond
	written int64
	end     error // io.EOF when all is there; nil while more may come

	read int64
}

// NewSpool makes one in the folder for temporary files. The caller closes it.
func NewSpool() (*Spool, error) {
	file, err := os.CreateTemp("", "diachiso-*")
	if err != nil {
		return nil, fmt.Errorf("make a temporary file: %w", err)
	}
	s := &Spool{file: file}
	s.grown = sync.NewCond(&s.mu)
	return s, nil
}

// Fill takes in all of r. Its error, or that of the disk, is what Read ends with. It is called once.
func (s *Spool) Fill(r io.Reader) error {
	_, err := io.Copy(spoolWriter{s}, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.end = err; err == nil {
		s.end = io.EOF
	}
	s.grown.Broadcast()
	return err
}

type spoolWriter struct{ *Spool }

func (w spoolWriter) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	if err != nil {
		err = fmt.Errorf("write temporary file: %w", err)
	}
	w.mu.Lock()
	w.written += int64(n)
	w.grown.Broadcast()
	w.mu.Unlock()
	return n, err
}

// Read waits for what has not arrived yet. It is called by one goroutine.
func (s *Spool) Read(p []byte) (int, error) {
	s.mu.Lock()
	for s.read == s.written && s.end == nil {
		s.grown.Wait()
	}
	n, end := s.written-s.read, s.end
	s.mu.Unlock()
	if n == 0 {
		return 0, end
	}
	got, err := s.file.ReadAt(p[:min(int64(len(p)), n)], s.read)
	s.read += int64(got)
	return got, err
}

// Close removes it from disk. Fill must have ended.
func (s *Spool) Close() error { return errors.Join(s.file.Close(), os.Remove(s.file.Name())) }
