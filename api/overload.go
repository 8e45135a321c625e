package api

import (
	"context"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/diachiso/diachiso/access"
)

// Under more requests than can be served, the server works on a bounded number at a time, lets some wait a moment and refuses
// the rest at once, so that what it does answer is answered in time. Look-ups, searches of text, writes and files have a room each:
// a flood of one kind does not keep the others waiting.
//
// A place is held while a handler works, neither while a body arrives nor while an answer is sent, so slow clients take none. Only a
// file takes its place from its first byte to its last, for it is worked on while it comes and goes.

// room is where the handlers of one kind of operation work.
type room struct {
	name    string
	places  chan struct{} // taken by who works; senders wait in order
	waiting atomic.Int64
	most    int64         // that wait at a time
	patient time.Duration // how long one waits
	refused atomic.Int64
}

func newRoom(name string, places, most int, patient time.Duration) *room {
	return &room{name: name, places: make(chan struct{}, places), most: int64(most), patient: patient}
}

// overload keeps the rooms of the operations and the bound on bodies.
type overload struct {
	rooms  [5]*room
	byID   map[string]*room // by operation id; none for what is always served: health, metrics, static files
	bodies bodies
	files  *room
	// rows has the places of batches of rows, of files and of jobs together: one processor is left to everything else.
	rows chan struct{}
}

// newOverload sizes the rooms for so many processors. Searches only compute. Look-ups may wait for a line of the journal and
// writes for a commit, and the more of them share one, the better.
func newOverload(ops map[string]*operation, processors int) *overload {
	lookups := newRoom("lookups", 32*processors, 64*processors, 100*time.Millisecond)
	searches := newRoom("searches", 4*processors, 32*processors, 100*time.Millisecond)
	writes := newRoom("writes", max(64*processors, 128), 64*processors, 250*time.Millisecond)
	maps := newRoom("maps", 4*processors, 128*processors, time.Second) // a view of the map asks for twenty tiles at once
	files := newRoom("files", max(4, 2*processors), 4*processors, time.Second)
	o := &overload{
		rooms: [...]*room{lookups, searches, writes, maps, files}, byID: map[string]*room{}, bodies: bodies{most: maxBodiesHeld},
		files: files, rows: make(chan struct{}, max(1, processors-1)),
	}
	for id, operation := range ops {
		op, _ := access.OperationOf(id)
		if operation.file {
			o.byID[id] = files
			continue
		}
		switch op.Class {
		case access.ClassNone:
		case access.ClassSearch, access.ClassBulk:
			o.byID[id] = searches
		case access.ClassTile:
			o.byID[id] = maps
		case access.ClassWrite, access.ClassPropose:
			o.byID[id] = writes
		default:
			o.byID[id] = lookups
		}
	}
	return o
}

// first puts in front of the middleware of each operation what refuses without doing anything else.
func (o *overload) first(middleware map[string][]echo.MiddlewareFunc) map[string][]echo.MiddlewareFunc {
	for id, r := range o.byID {
		first := []echo.MiddlewareFunc{r.turnAway}
		if r != o.files { // what arrives of a file is on disk
			first = append(first, o.bodies.bound)
		}
		middleware[id] = append(first, middleware[id]...)
	}
	return middleware
}

// admit lets handlers work only inside their rooms.
func (o *overload) admit(next StrictHandlerFunc, operationID string) StrictHandlerFunc {
	r := o.byID[strings.ToLower(operationID[:1])+operationID[1:]] // the generated code writes GetAddress for getAddress
	if r == nil {
		return next
	}
	return func(c echo.Context, request any) (any, error) {
		if err := r.enter(c.Request().Context()); err != nil {
			return nil, err
		}
		defer r.leave()
		return next(c, request)
	}
}

// enter waits for a place; whoever gets no error leaves.
func (r *room) enter(ctx context.Context) error {
	select {
	case r.places <- struct{}{}:
		return nil
	default:
	}
	defer r.waiting.Add(-1)
	if r.waiting.Add(1) > r.most {
		return r.refuse()
	}
	timer := time.NewTimer(r.patient)
	defer timer.Stop()
	select {
	case r.places <- struct{}{}:
		return nil
	case <-timer.C:
		return r.refuse()
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *room) leave() { <-r.places }

func (r *room) full() bool { return len(r.places) == cap(r.places) && r.waiting.Load() >= r.most }

func (r *room) refuse() error {
	r.refused.Add(1)
	return &problem{code: ProblemCodeBusy}
}

// turnAway refuses a request before anything is done for it, its body left unread, when its room is full.
func (r *room) turnAway(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if r.full() {
			return r.refuse()
		}
		return next(c)
	}
}

// bodies bounds what the bodies of all requests under way take of memory, for many may arrive slowly at once.
type bodies struct {
	held atomic.Int64 // bytes
	most int64
}

const maxBodiesHeld = 64 << 20

func (b *bodies) bound(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		body := &boundBody{ReadCloser: c.Request().Body, all: b}
		defer func() { b.held.Add(-body.read) }()
		c.Request().Body = body
		return next(c)
	}
}

type boundBody struct {
	io.ReadCloser
	all  *bodies
	read int64
}

func (b *boundBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	if b.all.held.Add(int64(n)) > b.all.most {
		return n, &problem{code: ProblemCodeBusy}
	}
	return n, err
}

var (
	inFlightDesc = prometheus.NewDesc("diachiso_http_in_flight", "Requests that are worked on.", []string{"room"}, nil)
	waitingDesc  = prometheus.NewDesc("diachiso_http_waiting", "Requests that wait to be worked on.", []string{"room"}, nil)
	refusedDesc  = prometheus.NewDesc("diachiso_http_refused_total", "Requests refused as busy.", []string{"room"}, nil)
)

// Describe implements prometheus.Collector.
func (o *overload) Describe(descs chan<- *prometheus.Desc) {
	descs <- inFlightDesc
	descs <- waitingDesc
	descs <- refusedDesc
}

// Collect implements prometheus.Collector.
func (o *overload) Collect(out chan<- prometheus.Metric) {
	for _, one := range o.rooms {
		out <- prometheus.MustNewConstMetric(inFlightDesc, prometheus.GaugeValue, float64(len(one.places)), one.name)
		out <- prometheus.MustNewConstMetric(waitingDesc, prometheus.GaugeValue, float64(one.waiting.Load()), one.name)
		out <- prometheus.MustNewConstMetric(refusedDesc, prometheus.CounterValue, float64(one.refused.Load()), one.name)
	}
}
