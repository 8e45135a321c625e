package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
)

const headerRequestID = "X-Request-Id"

// Values of headers that every answer has. The slices are shared by all answers and never changed.
var (
	closeAfter = []string{"close"}
)

// outer gives a request its id and its time limit, turns errors and panics into problem documents, and logs and counts
// what came out. The log names the route's template, never the path or the query, which hold codes and positions.
func (s *Server) outer(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		r := c.Request()
		id := requestID(r.Header[headerRequestID])
		h := c.Response().Header()
		h[headerRequestID] = []string{id}
		if len(r.TransferEncoding) > 0 {
			// A body in chunks may have come with a length too, which net/http hides: then a proxy before us may see another
			// request in it, and the connection must end with the answer (RFC 9112, 6.1).
			h["Connection"] = closeAfter
		}
		s.secureHeaders(h, r)

		ctx := withDeadline(r.Context(), start.Add(s.config.RequestTimeout))
		defer ctx.end()
		c.SetRequest(r.WithContext(ctx))

		if err := guarded(next, c); err != nil {
			s.fail(c, err)
		}
		s.record(c, id, time.Since(start))
		return nil
	}
}

// errPanic wraps what a handler panicked with.
var errPanic = errors.New("panic")

func guarded(next echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			err = fmt.Errorf("%w: %v\n%s", errPanic, p, debug.Stack())
		}
	}()
	return next(c)
}

// statusClientGone is what is recorded when the client went away before it was answered; nothing can be sent then.
const statusClientGone = 499

// fail answers an error. What is our own fault is logged here, once, with the request id.
func (s *Server) fail(c echo.Context, err error) {
	if errors.Is(err, context.Canceled) && errors.Is(c.Request().Context().Err(), context.Canceled) {
		c.Response().Status = statusClientGone
		return
	}
	id := c.Response().Header().Get(headerRequestID)
	p := s.problemOf(c.Request().Context(), err)
	if p.code == ProblemCodeInternal || p.code == ProblemCodeReadOnly {
		s.log.LogAttrs(context.Background(), slog.LevelError, "request failed",
			slog.String("request_id", id), slog.String("route", c.Path()), slog.Any("error", cmp.Or(p.cause, err)))
	}
	if c.Response().Committed {
		return
	}
	if p.code == ProblemCodeMethodNotAllowed {
		allowHead(c.Response().Header())
	}
	if takesPage(c, p) {
		if err := s.writeProblemPage(c, p, id); err == nil || c.Response().Committed {
			return
		}
	}
	if _, err := writeProblem(c.Response(), c.Request(), p, id); err != nil {
		s.log.LogAttrs(context.Background(), slog.LevelDebug, "answer not delivered", slog.String("request_id", id), slog.Any("error", err))
	}
}

// allowHead adds HEAD, which every GET answers, to what the router allows.
func allowHead(h http.Header) {
	if allow := h.Get("Allow"); strings.Contains(allow, http.MethodGet) {
		h.Set("Allow", allow+", "+http.MethodHead)
	}
}

// record logs and counts a finished request.
func (s *Server) record(c echo.Context, id string, took time.Duration) {
	method, route, status := knownMethod(c.Request().Method), c.Path(), c.Response().Status
	if route == "" {
		route = "unmatched"
	}
	s.metrics.observe(method, route, status, took)
	level := slog.LevelInfo
	switch route {
	case "/healthz", "/readyz", "/metrics":
		level = slog.LevelDebug
	}
	handler := s.log.Handler()
	if !handler.Enabled(context.Background(), level) {
		return
	}
	// By hand, for Logger would look up the caller of each line, which is always this one.
	line := slog.NewRecord(time.Now(), level, "request", 0)
	line.AddAttrs(
		slog.String("method", method),
		slog.String("route", route),
		slog.Int("status", status),
		slog.Int64("bytes", c.Response().Size),
		slog.Duration("took", took),
		slog.String("request_id", id))
	_ = handler.Handle(context.Background(), line) // as Logger does: there is nowhere to tell
}

// knownMethod keeps clients from inventing methods, each of which would be a metric of its own.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

const maxRequestID = 64 // bytes

// nextID is a new id: unique without coordination, by a random part of this process and a count. It is no secret.
var nextID = newIDs(rand.Text()[:12])

func newIDs(process string) func() string {
	var count atomic.Uint64
	return func() string {
		b := make([]byte, 0, 32)
		b = append(b, process...)
		b = append(b, '-')
		return string(strconv.AppendUint(b, count.Add(1), 36))
	}
}

// requestID is the client's own id where it is a sane one, else a new random one.
func requestID(given []string) string {
	if len(given) == 1 && saneID(given[0]) {
		return given[0]
	}
	return nextID()
}

func saneID(id string) bool {
	if id == "" || len(id) > maxRequestID {
		return false
	}
	for i := range len(id) {
		switch c := id[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_', c == '-':
		default:
			return false
		}
	}
	return true
}
