// Package faulttest holds only tests: that whatever happens to the process, its disk, its clock, its memory or its clients,
// the registry ends in a clear state and nothing that was acknowledged is lost.
//
// Three things are tried, from the inside out:
//
//	store_*_test.go   the store in a process of its own, killed while it writes; and a trace of its system calls, because a killed
//	                  process loses nothing that the kernel already has: the trace shows the sync before each acknowledgement
//	file_*_test.go    the database file: damaged pages, and a write-ahead log that is cut off or overwritten
//	the others        the built binary as `diachiso serve`: killed under load, on a full, failing or read-only disk, with slow and
//	                  hostile clients, thousands of connections, little memory and twice the load that it can bear
//
// Each test logs a line of figures; `make faults` shows them, and docs/reliability.md keeps those of a run.
package faulttest
