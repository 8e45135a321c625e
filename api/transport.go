package api

import (
	"net/http"
	"time"
)

// NewHTTPServer returns an http.Server for a handler with limits on everything that a client could draw out. Start and
// graceful stop are the caller's.
func NewHTTPServer(handler http.Handler, addr string) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second, // the handshake of TLS as well
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		HTTP2: &http.HTTP2Config{ // over TLS only
			MaxConcurrentStreams:          100,
			MaxReadFrameSize:              64 << 10,
			MaxReceiveBufferPerConnection: 512 << 10,
			MaxReceiveBufferPerStream:     128 << 10,
			SendPingTimeout:               30 * time.Second,
			PingTimeout:                   15 * time.Second,
			WriteByteTimeout:              15 * time.Second, // for a client that does not read
		},
	}
}
