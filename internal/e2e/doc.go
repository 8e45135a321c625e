// Package e2e tests the program as users meet it: the built binary, its command line, its HTTP server, its signals and
// its death. It holds tests only; what one package can test by itself is tested there.
package e2e
