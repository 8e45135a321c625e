package load

import (
	"bufio"
	"context"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"
)

// Offered is what became of requests that came at a fixed rate, whether or not earlier ones had been answered.
type Offered struct {
	Sent     int
	Unsent   int // nobody was free to send them: every connection waited for an answer
	Refused  int // 503
	Failed   int // another status than 200, 201 and 503, or no answer
	Failure  string
	Answered map[string]Result // by kind of request; of good answers. Times count from when a request was due
	Refusal  Result            // how fast refusals came, from when they were sent
}

// MixFunc appends one HTTP request to buf and says of which kind it is.
type MixFunc func(buf []byte, rng *rand.Rand) (request []byte, kind string)

// tick is how often due requests are handed out.
const tick = 2 * time.Millisecond

// Offer sends requests at a rate per second over so many connections. A request that finds none free within a quarter of a second
// counts as unsent, so that the backlog is the server's, not ours.
func Offer(ctx context.Context, addr string, connections int, rate float64, duration time.Duration, mix MixFunc) (Offered, error) {
	due := make(chan time.Time, max(1, int(rate/4)))
	offered := Offered{Answered: map[string]Result{}}
	var mu sync.Mutex
	took := map[string][]time.Duration{}
	var refusals []time.Duration
	var wg sync.WaitGroup
	start := time.Now()
	for i := range connections {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			close(due)
			wg.Wait()
			return Offered{}, err
		}
		wg.Go(func() {
			c := caller{addr: addr, conn: conn, took: map[string][]time.Duration{}}
			defer func() { _ = c.conn.Close() }()
			rng := rand.New(rand.NewPCG(uint64(start.UnixNano()), uint64(i)))
			for at := range due {
				c.call(at, mix, rng)
			}
			mu.Lock()
			defer mu.Unlock()
			for kind, times := range c.took {
				took[kind] = append(took[kind], times...)
			}
			refusals = append(refusals, c.refusals...)
			offered.Sent += c.sent
			if c.failed > 0 {
				offered.Failed += c.failed
				offered.Failure = c.failure
			}
		})
	}
	start = time.Now()
	ticker := time.NewTicker(tick)
	for n := 0; time.Since(start) < duration && ctx.Err() == nil; <-ticker.C {
		for ; float64(n) < time.Since(start).Seconds()*rate; n++ {
			select {
			case due <- start.Add(time.Duration(float64(n) / rate * float64(time.Second))):
			default:
				offered.Unsent++
			}
		}
	}
	ticker.Stop()
	close(due)
	wg.Wait()
	for kind, times := range took {
		offered.Answered[kind] = resultOf(times, duration)
	}
	offered.Refused, offered.Refusal = len(refusals), resultOf(refusals, duration)
	return offered, ctx.Err()
}

func resultOf(times []time.Duration, duration time.Duration) Result {
	if len(times) == 0 {
		return Result{}
	}
	slices.Sort(times)
	return Result{Answers: len(times), PerSecond: float64(len(times)) / duration.Seconds(),
		P50: times[len(times)/2], P99: times[len(times)*99/100], Max: times[len(times)-1]}
}

// caller is one connection and what it got.
type caller struct {
	addr     string
	conn     net.Conn
	in       *bufio.Reader
	buf      []byte
	sent     int
	took     map[string][]time.Duration
	refusals []time.Duration
	failed   int
	failure  string // the last
}

func (c *caller) call(due time.Time, mix MixFunc, rng *rand.Rand) {
	if c.in == nil {
		c.in = bufio.NewReaderSize(c.conn, 16<<10)
	}
	var kind string
	c.buf, kind = mix(c.buf[:0], rng)
	sent := time.Now()
	c.sent++
	_ = c.conn.SetDeadline(sent.Add(30 * time.Second))
	_, err := c.conn.Write(c.buf)
	status := 0
	if err == nil {
		status, _, err = readAnswer(c.in)
	}
	switch {
	case err == nil && good(status):
		c.took[kind] = append(c.took[kind], time.Since(due))
	case err == nil && status == 503:
		c.refusals = append(c.refusals, time.Since(sent))
	default:
		c.failed++
		c.failure = kind + ": " + unexpected(status, err).Error()
		if err != nil {
			c.redial()
		}
	}
}

// redial takes a new connection for one that failed. Where there is none, the next request fails too.
func (c *caller) redial() {
	if conn, err := net.Dial("tcp", c.addr); err == nil {
		_ = c.conn.Close()
		c.conn, c.in = conn, nil
	}
}
