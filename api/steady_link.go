package api

import (
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	// stallTime is how long a client that sends or reads a file may make less than stallBytes of progress.
	stallTime  = 30 * time.Second
	stallBytes = 16 << 10
)

// steadyLink replaces the time limits of a connection, which are for requests of a moment, by one for files of any length: they move
// on while the client makes progress, whether it sends or reads. It works on one connection in both directions at a time, as clients
// that read the answer while they send the file need it.
type steadyLink struct {
	control *http.ResponseController

	mu       sync.Mutex
	progress int // bytes since the limits were moved
	sent     bool
}

// newSteadyLink begins with the whole time. What a connection cannot do, such as one in a test, is left as it is.
func newSteadyLink(w http.ResponseWriter) *steadyLink {
	l := &steadyLink{control: http.NewResponseController(w)}
	_ = l.control.EnableFullDuplex() // HTTP/2 always is
	l.mu.Lock()
	defer l.mu.Unlock()
	l.move()
	return l
}

// move gives the client the whole time again. The caller holds the lock.
func (l *steadyLink) move() {
	l.progress = 0
	until := time.Now().Add(stallTime)
	_ = l.control.SetWriteDeadline(until)
	if !l.sent {
		_ = l.control.SetReadDeadline(until)
	}
}

func (l *steadyLink) advance(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.progress += n; l.progress >= stallBytes {
		l.move()
	}
}

// received says that the whole body is there: from now on nothing needs to come from the client, and net/http takes it for gone when
// its read deadline passes.
func (l *steadyLink) received() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = true
	_ = l.control.SetReadDeadline(time.Time{})
}

// cut ends a body that is still arriving.
func (l *steadyLink) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.sent {
		_ = l.control.SetReadDeadline(time.Now())
	}
}

// reader reads a body of at most limit bytes.
func (l *steadyLink) reader(body io.Reader, limit int64) io.Reader {
	return &steadyReader{link: l, body: body, limit: limit, left: limit}
}

type steadyReader struct {
	link        *steadyLink
	body        io.Reader
	limit, left int64
}

func (r *steadyReader) Read(p []byte) (int, error) {
	if int64(len(p)) > r.left+1 {
		p = p[:r.left+1]
	}
	n, err := r.body.Read(p)
	if r.left -= int64(n); r.left < 0 {
		return n, fileTooLarge(r.limit)
	}
	r.link.advance(n)
	return n, err
}

// write sends a part of the answer. While nothing was to be sent the client could make no progress, so its time begins now.
func (l *steadyLink) write(w io.Writer, p []byte) (int, error) {
	l.mu.Lock()
	l.move()
	l.mu.Unlock()
	return w.Write(p)
}
