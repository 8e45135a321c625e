package load

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

// Serve runs a server on a free loopback port, prints its address, and ends with standard input: that is how a child process
// serves the parent that measures it.
func Serve(server *http.Server) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	fmt.Printf("http://%s\n", listener.Addr())
	select {
	case err := <-failed:
		return err
	case <-ended:
		return server.Close()
	}
}
