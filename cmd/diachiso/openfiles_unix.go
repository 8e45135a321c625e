//go:build unix

package main

import "syscall"

// openFileLimit is how many files and connections this process may have open. Go's runtime has raised the soft limit to the
// hard one by the time this is asked.
func openFileLimit() (files uint64, known bool) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, false
	}
	return uint64(limit.Cur), true
}
