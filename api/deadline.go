package api

import (
	"context"
	"sync"
	"time"
)

// limited is a context that ends at a deadline, as context.WithDeadline gives it, but starts its timer only when somebody
// asks to be woken: most requests are answered without anybody waiting.
type limited struct {
	context.Context // the request's own
	deadline        time.Time
	by              *caller // nil until it is known

	mu     sync.Mutex
	timed  context.Context // with a timer; nil until asked for
	cancel context.CancelFunc
	ended  bool
}

func withDeadline(parent context.Context, deadline time.Time) *limited {
	if earlier, ok := parent.Deadline(); ok && earlier.Before(deadline) {
		deadline = earlier
	}
	return &limited{Context: parent, deadline: deadline}
}

func (l *limited) Deadline() (time.Time, bool) { return l.deadline, true }

// Value implements context.Context. The caller is kept here because a context for it alone would be one more, and a copy of the request.
func (l *limited) Value(key any) any {
	if key == (callerKey{}) {
		return l.by
	}
	return l.Context.Value(key)
}

func (l *limited) Done() <-chan struct{} { return l.inner().Done() }

// inner is the context that this one stands for.
func (l *limited) inner() context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.timed == nil {
		l.timed, l.cancel = context.WithDeadline(l.Context, l.deadline)
		if l.ended {
			l.cancel()
		}
	}
	return l.timed
}

// Err implements context.Context. Once it is not nil, it stays as it is: from then on the inner context answers.
func (l *limited) Err() error {
	l.mu.Lock()
	quiet := l.timed == nil && !l.ended
	l.mu.Unlock()
	if quiet && l.Context.Err() == nil && time.Now().Before(l.deadline) {
		return nil
	}
	return l.inner().Err()
}

// end releases the timer; the context is cancelled then.
func (l *limited) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	if l.cancel != nil {
		l.cancel()
	}
}
