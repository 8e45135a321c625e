package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diachiso/diachiso/geocode"
)

// held is a Geocoder whose searches wait to be let go.
type held struct {
	Geocoder
	goOn chan struct{}
}

func (g held) Search(ctx context.Context, _ geocode.Query) (*geocode.Results, error) {
	select {
	case <-g.goOn:
		return &geocode.Results{}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// newHeld is a client of a server with one place for searches, and so many that may wait for it.
func newHeld(t *testing.T, waiting int64) (client, *room, chan struct{}) {
	t.Helper()
	s := newServer(t, newService(t), testConfig(), io.Discard)
	goOn := make(chan struct{})
	s.geocoder = held{goOn: goOn}
	r := s.overload.byID["search"]
	r.places, r.most, r.patient = make(chan struct{}, 1), waiting, time.Hour
	return client{t, s}, r, goOn
}

const someSearch = "/v1/search?q=Ph%E1%BB%91+Hu%E1%BA%BF"

// until waits for what other goroutines are about to do.
func until(t *testing.T, what func() bool) {
	t.Helper()
	for !what() {
		if t.Context().Err() != nil {
			t.Fatal("the test is over")
		}
		runtime.Gosched()
	}
}

func TestAFullRoomRefusesAtOnceAndTheOthersStayOpen(t *testing.T) {
	c, r, goOn := newHeld(t, 1)
	var all sync.WaitGroup
	all.Go(func() { c.get(someSearch).want(http.StatusOK) })
	until(t, func() bool { return len(r.places) == 1 })
	all.Go(func() { c.get(someSearch).want(http.StatusOK) })
	until(t, func() bool { return r.waiting.Load() == 1 })

	a := c.get(someSearch)
	a.problem(http.StatusServiceUnavailable, ProblemCodeBusy)
	if a.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	c.get("/v1/reverse?lat=21.03&lon=105.85").want(http.StatusOK)
	c.assign(`{"position":{"lat":21.03,"lon":105.85}}`)
	c.get("/healthz").want(http.StatusOK)
	metrics := c.get("/metrics").Body.String()
	for _, line := range []string{
		`diachiso_http_in_flight{room="searches"} 1`, `diachiso_http_waiting{room="searches"} 1`,
		`diachiso_http_refused_total{room="searches"} 1`, `diachiso_http_refused_total{room="writes"} 0`,
	} {
		if !strings.Contains(metrics, line) {
			t.Errorf("the metrics lack %s", line)
		}
	}
	close(goOn)
	all.Wait()
	c.get(someSearch).want(http.StatusOK)
	if len(r.places) != 0 || r.waiting.Load() != 0 {
		t.Errorf("%d places taken, %d waiting after the last answer", len(r.places), r.waiting.Load())
	}
}

func TestWaitingEnds(t *testing.T) {
	c, r, goOn := newHeld(t, 1)
	defer close(goOn)
	r.places <- struct{}{}
	r.patient = 0
	c.get(someSearch).problem(http.StatusServiceUnavailable, ProblemCodeBusy)

	r.patient = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.enter(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("whoever has gone away: %v", err)
	}
	if r.waiting.Load() != 0 || r.refused.Load() != 1 {
		t.Errorf("%d waiting, %d refused", r.waiting.Load(), r.refused.Load())
	}
}

// A panic must not take a place along.
func TestAPanicLeavesTheRoom(t *testing.T) {
	c, r, _ := newHeld(t, 0)
	c.server.geocoder = nil
	for range 3 {
		c.get(someSearch).problem(http.StatusInternalServerError, ProblemCodeInternal)
	}
	if len(r.places) != 0 {
		t.Errorf("%d places taken", len(r.places))
	}
}

func TestBodiesAreBoundTogether(t *testing.T) {
	c := newClient(t)
	all := &c.server.overload.bodies
	all.most = 100
	all.held.Store(90) // of other requests
	body := `{"position":{"lat":21.03,"lon":105.85}}`
	c.post("/v1/addresses", body).problem(http.StatusServiceUnavailable, ProblemCodeBusy)
	all.held.Store(0)
	c.assign(body)
	if left := all.held.Load(); left != 0 {
		t.Errorf("%d bytes are held after the last answer", left)
	}
}

func TestEveryOperationHasARoom(t *testing.T) {
	doc, err := spec()
	if err != nil {
		t.Fatal(err)
	}
	ops, err := operations(doc)
	if err != nil {
		t.Fatal(err)
	}
	o := newOverload(ops, 2)
	var always []string
	for id := range ops {
		if o.byID[id] == nil {
			always = append(always, id)
		}
	}
	slices.Sort(always)
	if want := []string{"getDocs", "getDocsFile", "getHealth", "getMetrics", "getOpenAPI", "getReadiness", "getVersion"}; !slices.Equal(always, want) {
		t.Errorf("always served: %v", always)
	}
	for id, name := range map[string]string{"getAddress": "lookups", "search": "searches", "assignAddress": "writes", "resolvePrivately": "lookups"} {
		if o.byID[id].name != name {
			t.Errorf("%s works in the room %s", id, o.byID[id].name)
		}
	}
}
