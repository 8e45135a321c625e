package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// load is a crowd of clients that assign addresses until the server is gone.
type load struct {
	s       *server
	name    string
	wg      sync.WaitGroup
	reached chan struct{} // closed at goal acknowledgements
	goal    int64

	mu    sync.Mutex
	codes map[string]string // acknowledged: external id → code
}

func newLoad(s *server, clients int, name string) *load {
	l := &load{s: s, name: name, reached: make(chan struct{}), goal: -1, codes: map[string]string{}}
	for i := range clients {
		l.wg.Go(func() { l.client(i) })
	}
	return l
}

func (l *load) client(i int) {
	for n := 0; ; n++ {
		id := fmt.Sprintf("%s/%d/%d", l.name, i, n)
		status, body, err := l.s.post("/v1/addresses", object{
			"position":     position(21.0+float64(i)*0.002+float64(n%40)*0.00005, 105.8+float64(n/40)*0.0001),
			"components":   object{"house_number": fmt.Sprint(n), "street": fmt.Sprintf("Phố %s %d", l.name, i)},
			"external_ids": []object{{"scheme": "load", "value": id}},
		})
		var a address
		if err != nil || status != http.StatusCreated || json.Unmarshal(body, &a) != nil {
			return // the server is stopping or gone: not acknowledged
		}
		l.mu.Lock()
		l.codes[id] = a.Code
		reached := int64(len(l.codes)) == l.goal
		l.mu.Unlock()
		if reached {
			close(l.reached)
		}
	}
}

// until waits for so many acknowledgements.
func (l *load) until(goal int64) {
	l.mu.Lock()
	l.goal = goal
	late := int64(len(l.codes)) >= goal
	l.mu.Unlock()
	if late {
		return
	}
	gone := make(chan struct{})
	go func() { l.wg.Wait(); close(gone) }()
	select {
	case <-l.reached:
	case <-gone:
		l.s.t.Fatalf("no answers after %d acknowledgements\n%s", len(l.codes), l.s.process.Log())
	}
}

// wait waits until every client has noticed the end of the server.
func (l *load) wait() { l.wg.Wait() }

// check asks a server for every acknowledged code.
func (l *load) check(s *server) {
	s.t.Helper()
	checkCodes(s.t, s, l.codes)
}

func checkCodes(t *testing.T, s *server, codes map[string]string) {
	t.Helper()
	owner := map[string]string{}
	for id, code := range codes {
		if other, twice := owner[code]; twice {
			t.Errorf("%s was given to %s and to %s", code, id, other)
		}
		owner[code] = id
		var a address
		s.getJSON(&a, "/v1/addresses/"+code)
		if len(a.ExternalIDs) != 1 || a.ExternalIDs[0].Value != id {
			t.Errorf("%s belongs to %+v, not to %s", code, a.ExternalIDs, id)
		}
	}
}
