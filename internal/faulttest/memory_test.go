package faulttest

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestLittleMemory gives the server 2 GiB of address space, the collector 160 MiB to aim at, and what costs the most memory: bodies up
// to the limit and beyond, without end, with the deepest nesting, and the largest answers, from many sides at once.
func TestLittleMemory(t *testing.T) {
	const most = 400 // MB resident
	db := filepath.Join(t.TempDir(), "diachiso.db")
	s := launch{
		wrap: []string{"sh", "-c", `ulimit -v 2097152 && exec "$0" "$@"`},
		env:  []string{"GOMEMLIMIT=160MiB"},
	}.start(t, db)
	large := `{"position":{"lat":21,"lon":105.8},"components":{"street":"` + strings.Repeat("x", 120<<10) + `"}}`
	list := `{"position":{"lat":21,"lon":105.8},"external_ids":[` + strings.Repeat(`{"scheme":"a","value":"b"},`, 4000) + `{"scheme":"a","value":"c"}]}`
	deep := strings.Repeat(`[`, 120<<10)
	requests := []struct {
		name, method, path string
		body               func() io.Reader
		status             int
	}{
		{"large body", http.MethodPost, "/v1/addresses", func() io.Reader { return strings.NewReader(large) }, 400},
		{"long list", http.MethodPost, "/v1/addresses", func() io.Reader { return strings.NewReader(list) }, 400},
		{"deep body", http.MethodPost, "/v1/addresses", func() io.Reader { return strings.NewReader(deep) }, 400},
		{"too large a body", http.MethodPost, "/v1/addresses", func() io.Reader { return strings.NewReader(strings.Repeat("x", 4<<20)) }, 413},
		{"body without end", http.MethodPost, "/v1/addresses", func() io.Reader { return endless{} }, 413},
		{"boundary", http.MethodGet, "/v1/divisions/01/boundary", nil, 200},
		{"every province", http.MethodGet, "/v1/divisions?level=province", nil, 200},
		{"communes of a province", http.MethodGet, "/v1/divisions?level=commune&parent=01", nil, 200},
		{"the specification", http.MethodGet, "/openapi.yaml", nil, 200},
	}
	ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second)
	defer cancel()
	var answered, refused, cut atomic.Int64
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for ctx.Err() == nil {
				q := requests[rand.IntN(len(requests))]
				var body io.Reader
				if q.body != nil {
					body = q.body()
				}
				r, err := http.NewRequestWithContext(ctx, q.method, "http://"+s.addr+q.path, body)
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("Content-Type", "application/json")
				resp, err := s.client.Do(r)
				if err != nil {
					cut.Add(1) // whoever sends too much may be cut off before the answer is read
					continue
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				switch {
				case resp.StatusCode == http.StatusServiceUnavailable:
					refused.Add(1)
				case resp.StatusCode != q.status:
					t.Errorf("%s: status %d", q.name, resp.StatusCode)
					return
				default:
					answered.Add(1)
				}
			}
		})
	}
	wg.Wait()
	s.served(400)
	peak := s.peakMB()
	if peak > most {
		t.Errorf("%d MB at the most, want %d at most", peak, most)
	}
	s.stop()
	t.Logf("%d large requests answered, %d refused as busy, %d cut off: %d MB at the most", answered.Load(), refused.Load(), cut.Load(), peak)
}

// endless is a body that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
