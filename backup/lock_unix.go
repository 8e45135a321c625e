//go:build unix

package backup

import (
	"os"
	"syscall"
)

// noFollow keeps a link that somebody laid under the name from being written through.
const noFollow = syscall.O_NOFOLLOW

// lock takes the file for this process, until it closes it or dies, and reports whether it could.
func lock(file *os.File) bool {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
