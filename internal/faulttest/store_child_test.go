package faulttest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/registry/storetest"
)

// The child is told what to do by its environment.
const (
	envDatabase = "FAULTTEST_DATABASE"
	envCallers  = "FAULTTEST_CALLERS" // concurrent writers
	envUpdates  = "FAULTTEST_UPDATES" // of each caller; 0 means until killed
	envAnnounce = "FAULTTEST_ANNOUNCE"
)

// Callers share streets: the codes of a street are given lowest first, so that a lost write would be given again.
const (
	streets    = 8
	streetKeys = 1 << 20
)

func writer(path string) error {
	ctx := context.Background()
	callers, err := strconv.Atoi(os.Getenv(envCallers))
	if err != nil {
		return err
	}
	updates, err := strconv.Atoi(os.Getenv(envUpdates))
	if err != nil {
		return err
	}
	store, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	next, err := lowestFree(ctx, store)
	if err != nil {
		return err
	}
	errs := make([]error, callers)
	var all sync.WaitGroup
	for caller := range callers {
		all.Go(func() {
			for i := 0; updates == 0 || i < updates; i++ {
				if errs[caller] = write(ctx, store, next, caller, i); errs[caller] != nil {
					return
				}
			}
		})
	}
	all.Wait()
	return errors.Join(append(errs, store.Close())...)
}

func streetStart(street int) uint64 { return uint64(street+1) << 32 }

// lowestFree returns for each street the first key to try. The counters are used inside updates only, one at a time.
func lowestFree(ctx context.Context, store *sqlite.Store) (next *[streets]uint64, err error) {
	next = new([streets]uint64)
	err = store.View(ctx, func(r registry.Reader) error {
		for street := range next {
			next[street] = streetStart(street)
			keys, err := r.KeysInRange(next[street], next[street]+streetKeys)
			if err != nil {
				return err
			}
			if len(keys) > 0 {
				next[street] = keys[len(keys)-1] + 1
			}
		}
		return nil
	})
	return next, err
}

// write makes one update and tells of it when it is acknowledged: "created KEY", or "updated KEY VERSION".
func write(ctx context.Context, store *sqlite.Store, next *[streets]uint64, caller, i int) error {
	id := fmt.Sprintf("%d.%d", caller, i)
	if os.Getenv(envAnnounce) != "" {
		if err := tell("submit " + id); err != nil {
			return err
		}
	}
	var told string
	err := store.Update(ctx, func(w registry.Writer) error {
		street := caller % streets
		if i%4 == 3 {
			return changeLast(w, next, street, &told)
		}
		code, err := addresscode.FromKey(next[street])
		for err != nil { // not every key is a code
			next[street]++
			code, err = addresscode.FromKey(next[street])
		}
		next[street]++
		a := storetest.Address(code)
		a.ExternalIDs = []registry.ExternalID{{Scheme: "fault", Value: fmt.Sprint(code.Key())}}
		told = fmt.Sprintf("created %d", code.Key())
		if err := w.Insert(a, rand.Uint64()); err != nil {
			return err
		}
		return w.AppendEvent(registry.Event{Code: code, Version: 1, Action: "created", Actor: "faulttest", At: a.CreatedAt, After: a})
	})
	if err != nil {
		return err
	}
	if os.Getenv(envAnnounce) != "" {
		told = "ack " + id
	}
	return tell(told)
}

// changeLast changes the newest address of a street.
func changeLast(w registry.Writer, next *[streets]uint64, street int, told *string) error {
	var last *registry.Address
	for key := next[street] - 1; last == nil; key-- {
		code, err := addresscode.FromKey(key)
		if err != nil {
			continue
		}
		if last, err = w.Address(code); err != nil {
			return err
		}
	}
	b := *last
	b.Version++
	b.Components.HouseNumber = fmt.Sprint(b.Version)
	*told = fmt.Sprintf("updated %d %d", b.Code.Key(), b.Version)
	if err := w.Replace(&b, rand.Uint64()); err != nil {
		return err
	}
	return w.AppendEvent(registry.Event{Code: b.Code, Version: b.Version, Action: "updated", Actor: "faulttest", At: b.UpdatedAt, Before: last, After: &b})
}

// tell writes a line in one system call; lines this short are whole in a pipe.
func tell(line string) error {
	_, err := os.Stdout.Write([]byte(line + "\n"))
	return err
}
