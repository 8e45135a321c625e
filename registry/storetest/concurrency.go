package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

var concurrencyTests = []test{
	{"failing updates leave their neighbours alone", neighbours},
	{"concurrent updates never take the same code", takeFreeCodes},
	{"concurrent changes of one address lose none", changeOne},
	{"views are consistent while updates run", readWhileWriting},
	{"closing carries out what was accepted", closeWhileWriting},
}

const callers = 64

// together runs fn in that many goroutines and waits for them.
func together(fn func(caller int)) {
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() { fn(i) })
	}
	all.Wait()
}

func neighbours(t *testing.T, s registry.Store) {
	const each = 12
	codes := Codes(t, callers*each)
	together(func(caller int) {
		for i := range each {
			n := caller*each + i
			a := Address(codes[n])
			a.ExternalIDs = []registry.ExternalID{{Scheme: "n", Value: fmt.Sprint(n)}}
			err := s.Update(context.Background(), func(w registry.Writer) error {
				if err := errors.Join(w.Insert(a, uint64(n)), w.AppendEvent(created(a))); err != nil {
					return err
				}
				switch n % 4 {
				case 1:
					return errGaveUp
				case 2:
					return w.Insert(a, 1)
				case 3:
					panic("oh no")
				}
				return nil
			})
			if (err == nil) != (n%4 == 0) {
				t.Errorf("update %d: %v", n, err)
			}
		}
	})
	view(t, s, func(r registry.Reader) error {
		for n, code := range codes {
			_, err := r.Address(code)
			events, eerr := r.Events(code)
			_, xerr := r.ByExternalID("n", fmt.Sprint(n))
			if n%4 == 0 {
				if err != nil || eerr != nil || xerr != nil || len(events) != 1 {
					t.Errorf("%d succeeded but is not whole: %v, %v, %v, %d events", n, err, eerr, xerr, len(events))
				}
				continue
			}
			wantCode(t, "address of a failed update", err, registry.CodeNotFound)
			wantCode(t, "external id of a failed update", xerr, registry.CodeNotFound)
			if len(events) != 0 {
				t.Errorf("%d failed but has events", n)
			}
		}
		wantCount(t, r, callers*each/4, 0)
		return nil
	})
}

func takeFreeCodes(t *testing.T, s registry.Store) {
	const each = 10
	codes := Codes(t, callers*each)
	var mu sync.Mutex
	given := map[addresscode.Code]bool{}
	together(func(int) {
		for range each {
			var mine addresscode.Code
			err := s.Update(context.Background(), func(w registry.Writer) error {
				keys, err := w.KeysInRange(codes[0].Key(), codes[len(codes)-1].Key())
				if err != nil {
					return err
				}
				mine = codes[len(keys)] // the lowest free one, as none is ever freed here
				a := Address(mine)
				return errors.Join(w.Insert(a, 1), w.AppendEvent(created(a)))
			})
			if err != nil {
				t.Errorf("take a code: %v", err)
				return
			}
			mu.Lock()
			if given[mine] {
				t.Errorf("%v was given twice", mine)
			}
			given[mine] = true
			mu.Unlock()
		}
	})
	if len(given) != len(codes) {
		t.Errorf("%d codes given, want %d", len(given), len(codes))
	}
}

func changeOne(t *testing.T, s registry.Store) {
	const each = 5
	a := Address(Codes(t, 1)[0])
	insert(t, s, 1, a)
	together(func(int) {
		for range each {
			for {
				old, err := readAddress(s, a.Code) // outside the update, so that others come between
				if err != nil {
					t.Error(err)
					return
				}
				b := next(old, func(x *registry.Address) {})
				err = s.Update(context.Background(), func(w registry.Writer) error {
					if err := w.Replace(b, 1); err != nil {
						return err
					}
					return w.AppendEvent(changed("updated", old, b))
				})
				if err == nil {
					break
				}
				var e *registry.Error
				if !errors.As(err, &e) || e.Code != registry.CodeVersionConflict {
					t.Errorf("change: %v", err)
					return
				}
			}
		}
	})
	if b := get(t, s, a.Code); b.Version != 1+callers*each {
		t.Errorf("version %d after %d changes", b.Version, callers*each)
	}
	view(t, s, func(r registry.Reader) error {
		events, err := r.Events(a.Code)
		if err != nil || len(events) != 1+callers*each {
			t.Errorf("%d events, %v", len(events), err)
		}
		return nil
	})
}

func readAddress(s registry.Store, code addresscode.Code) (a *registry.Address, err error) {
	err = s.View(context.Background(), func(r registry.Reader) error {
		a, err = r.Address(code)
		return err
	})
	return a, err
}

// readWhileWriting: every update adds two addresses and a mark; a view that sees one of them sees all.
func readWhileWriting(t *testing.T, s registry.Store) {
	const pairs = 60
	codes := Codes(t, 2*pairs)
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for ctx.Err() == nil {
				err := s.View(context.Background(), func(r registry.Reader) error {
					active, _, err := r.Count()
					if err != nil {
						return err
					}
					keys, err := r.KeysInRange(0, math.MaxUint64)
					if err != nil {
						return err
					}
					mark, err := r.Meta("added")
					if err != nil {
						return err
					}
					if int64(len(keys)) != active || len(keys)%2 != 0 || (mark != fmt.Sprint(len(keys)) && len(keys) > 0) {
						t.Errorf("a view sees %d addresses, a count of %d and the mark %q", len(keys), active, mark)
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range pairs {
		update(t, s, func(w registry.Writer) error {
			a, b := Address(codes[2*i]), Address(codes[2*i+1])
			return errors.Join(w.Insert(a, 1), w.SetMeta("added", fmt.Sprint(2*i+2)), w.Insert(b, 1))
		})
	}
	stop()
	readers.Wait()
}

func closeWhileWriting(t *testing.T, s registry.Store) {
	codes := Codes(t, callers)
	begun := make(chan struct{}, callers)
	var closing sync.WaitGroup
	closing.Go(func() {
		<-begun
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	together(func(caller int) {
		a := Address(codes[caller])
		ran := false
		err := s.Update(context.Background(), func(w registry.Writer) error {
			ran = true
			begun <- struct{}{}
			return w.Insert(a, 1)
		})
		if ran && err != nil {
			t.Errorf("an update that ran failed: %v", err)
		}
		if !ran {
			wantCode(t, "refused update", err, registry.CodeBusy)
		}
	})
	closing.Wait()
}
