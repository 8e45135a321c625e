package faulttest

import (
	"fmt"
	"os"
	"testing"

	"github.com/diachiso/diachiso/internal/child"
)

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) {
	if path := os.Getenv(envDatabase); path != "" {
		if err := writer(path); err != nil {
			fmt.Fprintln(os.Stderr, "writer:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "diachiso-faults-")
	if err == nil {
		defer os.RemoveAll(dir)
		err = os.Chmod(dir, 0o755) // one test runs the program as another user
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if binary, err = child.Build(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}
