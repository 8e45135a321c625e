//go:build !unix

package main

// openFileLimit is not known here.
func openFileLimit() (files uint64, known bool) { return 0, false }
