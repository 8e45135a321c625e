package sqlite

import (
	"context"
	"sync"
)

// pool keeps the readers' connections. It hands out the one used last, whose cache of pages is the warmest; those that a
// quiet hour does not need stay cold.
type pool struct {
	free chan struct{} // one token for each idle connection
	mu   sync.Mutex
	idle []*conn
}

func newPool(most int) *pool { return &pool{free: make(chan struct{}, most)} }

func (p *pool) put(c *conn) {
	p.mu.Lock()
	p.idle = append(p.idle, c)
	p.mu.Unlock()
	p.free <- struct{}{} // never blocks: there are as many tokens as connections
}

// take waits for a connection until ctx ends or closing is closed.
func (p *pool) take(ctx context.Context, op string, closing <-chan struct{}) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, failure(op, err)
	}
	select {
	case <-closing:
		return nil, closedError(op)
	default:
	}
	select {
	case <-p.free:
		return p.last(), nil
	default: // looking at ctx.Done is left for when there is something to wait for
	}
	select {
	case <-p.free:
		return p.last(), nil
	case <-ctx.Done():
		return nil, failure(op, ctx.Err())
	case <-closing:
		return nil, closedError(op)
	}
}

// wait takes a connection however long it takes.
func (p *pool) wait() *conn {
	<-p.free
	return p.last()
}

func (p *pool) last() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	return c
}
