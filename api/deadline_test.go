package api

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestLimited(t *testing.T) {
	type key struct{}
	synctest.Test(t, func(t *testing.T) {
		for _, asked := range []bool{false, true} { // whether somebody waits on Done from the start
			make := func(parent context.Context) *limited {
				l := withDeadline(parent, time.Now().Add(time.Second))
				if asked {
					l.Done()
				}
				if l.Err() != nil {
					t.Fatal(l.Err())
				}
				return l
			}
			check := func(name string, l *limited, want error) {
				t.Helper()
				<-l.Done()
				if !errors.Is(l.Err(), want) {
					t.Errorf("%s, asked %v: %v, want %v", name, asked, l.Err(), want)
				}
			}
			l := make(context.WithValue(t.Context(), key{}, 1))
			if d, ok := l.Deadline(); !ok || time.Until(d) != time.Second || l.Value(key{}) != 1 {
				t.Error("deadline or value is lost")
			}
			time.Sleep(time.Second + 1)
			if !errors.Is(l.Err(), context.DeadlineExceeded) {
				t.Errorf("after the deadline, asked %v: %v", asked, l.Err())
			}
			l.end()
			check("after the deadline and the end", l, context.DeadlineExceeded)

			l = make(t.Context())
			l.end()
			check("ended", l, context.Canceled)

			parent, cancel := context.WithCancel(t.Context())
			l = make(parent)
			cancel()
			check("parent cancelled", l, context.Canceled)
			l.end()

			parent, cancel = context.WithTimeout(t.Context(), time.Millisecond)
			l = make(parent)
			check("parent with an earlier deadline", l, context.DeadlineExceeded)
			cancel()
			l.end()

			l = make(t.Context())
			child, cancel := context.WithCancel(l)
			time.Sleep(time.Second)
			<-child.Done()
			if !errors.Is(child.Err(), context.DeadlineExceeded) {
				t.Errorf("child: %v", child.Err())
			}
			cancel()
			l.end()
		}
	})
}
