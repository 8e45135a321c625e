package faulttest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
)

// crowd is clients that assign addresses, repeat requests and read what was acknowledged, and remember what they were told.
// It outlives servers.
type crowd struct {
	mu       sync.Mutex
	codes    map[int]string // acknowledged: request → code
	order    []int          // keys of codes
	doubtful map[int]bool   // requests that had no answer, or were asked to come again
	next     int
	requests int
	refused  int
	doubts   int      // times that a request had no answer
	faults   []string // what must not happen

	wg   sync.WaitGroup
	goal int
	met  chan struct{} // closed at so many acknowledgements
}

func newCrowd() *crowd { return &crowd{codes: map[int]string{}, doubtful: map[int]bool{}} }

// work sends clients to a server until it is gone, or stop is closed. The channel it returns is closed when so many more
// requests are acknowledged, or everybody has left.
func (c *crowd) work(s *server, clients, goal int, stop <-chan struct{}) <-chan struct{} {
	c.mu.Lock()
	c.goal, c.met = len(c.codes)+goal, make(chan struct{})
	met := c.met
	c.mu.Unlock()
	for range clients {
		c.wg.Go(func() {
			for c.step(s) {
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	go func() {
		c.wg.Wait()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.reached(true)
	}()
	return met
}

// reached closes met once; the caller holds mu.
func (c *crowd) reached(anyway bool) {
	if c.met != nil && (anyway || len(c.codes) >= c.goal) {
		close(c.met)
		c.met = nil
	}
}

// step makes one request and reports whether there was a whole answer.
func (c *crowd) step(s *server) bool {
	c.mu.Lock()
	c.requests++
	known := -1
	if len(c.order) > 0 {
		known = c.order[rand.IntN(len(c.order))]
	}
	code := c.codes[known]
	c.mu.Unlock()
	switch dice := rand.IntN(100); {
	case dice < 15 && known >= 0:
		return c.assign(s, known)
	case dice < 35 && known >= 0:
		return c.read(s, known, code)
	case dice < 45:
		return c.ask(s, "/v1/reverse?lat=21.02&lon=105.82")
	case dice < 50:
		return c.ask(s, "/v1/search?q=Ph%E1%BB%91+S%E1%BB%B1+C%E1%BB%91")
	}
	return c.assign(s, c.fresh())
}

// fresh is a doubtful request, or a new one.
func (c *crowd) fresh() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n := range c.doubtful {
		delete(c.doubtful, n)
		return n
	}
	c.next++
	return c.next
}

// request is always the same for a number.
func request(n int) (body, key string) {
	return fmt.Sprintf(`{"position":{"lat":%.6f,"lon":%.6f},"components":{"house_number":"%d","street":"Phố Sự Cố"}}`,
		21+float64(n%400)*0.00015, 105.8+float64(n/400)*0.00015, n), fmt.Sprintf("fault-%d", n)
}

func (c *crowd) assign(s *server, n int) bool {
	body, key := request(n)
	a := s.do(http.MethodPost, "/v1/addresses", body, "Idempotency-Key", key)
	c.mu.Lock()
	defer c.mu.Unlock()
	before, repeated := c.codes[n]
	switch {
	case a.err == nil && (a.status == http.StatusCreated || a.status == http.StatusOK) && a.code() != "":
		if repeated && before != a.code() {
			c.fault("request %d had the code %s and now %s", n, before, a.code())
		}
		if !repeated {
			c.codes[n], c.order = a.code(), append(c.order, n)
			c.reached(false)
		}
		return true
	case !repeated:
		c.doubtful[n] = true
	}
	if a.refused("busy") || a.refused("read_only") {
		c.refused++
		return true
	}
	if a.err == nil {
		c.fault("request %d: %v", n, a)
	}
	c.doubts++
	return false
}

func (c *crowd) read(s *server, n int, code string) bool {
	a := s.get("/v1/addresses/" + code)
	if a.err == nil && (a.status != http.StatusOK || a.code() != code) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.fault("the acknowledged code %s of request %d: %v", code, n, a)
	}
	return a.err == nil
}

func (c *crowd) ask(s *server, path string) bool {
	a := s.get(path)
	if a.err == nil && a.status != http.StatusOK && !a.refused("busy") {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.fault("%s: %v", path, a)
	}
	return a.err == nil
}

func (c *crowd) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

// settle repeats every request there was: each acknowledged one must have the code it had, each doubtful one gets its only one,
// and the server must know no address beside them.
func (c *crowd) settle(t *testing.T, s *server) {
	t.Helper()
	c.wg.Wait()
	all := append(slices.Collect(maps.Keys(c.codes)), slices.Collect(maps.Keys(c.doubtful))...)
	clear(c.doubtful)
	next := make(chan int)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for n := range next {
				c.assign(s, n)
				c.mu.Lock()
				code := c.codes[n]
				c.mu.Unlock()
				c.read(s, n, code)
			}
		})
	}
	for _, n := range all {
		next <- n
	}
	close(next)
	wg.Wait()
	owners := map[string]int{}
	for n, code := range c.codes {
		if other, twice := owners[code]; twice {
			c.fault("%s was given to requests %d and %d", code, other, n)
		}
		owners[code] = n
	}
	if len(c.doubtful) > 0 {
		c.fault("%d requests got no code in the end", len(c.doubtful))
	}
	if registered := int(s.metric(`diachiso_addresses{status="active"}`)); registered != len(all) {
		c.fault("%d addresses are registered for %d requests", registered, len(all))
	}
	for i, fault := range c.faults {
		if i == 10 {
			t.Fatalf("… and %d more", len(c.faults)-i)
		}
		t.Error(fault)
	}
}
