package registry

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/diachiso/diachiso/addresscode"
)

// Change is one line of the feed of changes: that something happened to an address, and what the address is now.
type Change struct {
	Seq     int64 // of the line of the journal
	At      time.Time
	Code    addresscode.Code
	Action  string   // of the event; ActionRemoved when the address is gone for whoever asks
	Version int64    // that the event made; 0 when it is gone
	Address *Address // as it may be told now; nil when it is gone
}

// MaxChanges bounds one page of the feed.
const MaxChanges = 1000

// scannedChanges is how many events one page looks at, most of which may be of addresses that it may not tell of.
const scannedChanges = 20 * MaxChanges

// ChangesFor returns the changes after a line of the journal, in order, and the line to go on after. Since one writer numbers the lines and
// commits them in order, whoever goes on there misses nothing and gets nothing twice, whatever is written meanwhile. more says that
// there is more at once.
//
// The address is told as it is now, not as it was then: whoever takes over each item as it comes has, at the end of the feed, what the
// register has. Of an address that is not there for the sight (removed, or protected) only the change that took it away is told, in
// the same words for both; what happened to it before, and after, is left out.
func (s *Service) ChangesFor(ctx context.Context, sight Sight, since int64, limit int) (changes []Change, next int64, more bool, err error) {
	const op = "read changes"
	if since < 0 {
		return nil, 0, false, &Error{Code: CodeInvalid, Op: op, Field: "since", Message: "is no line", Hint: "give 0, or next of the answer before"}
	}
	if limit < 1 || limit > MaxChanges {
		return nil, 0, false, &Error{Code: CodeInvalid, Op: op, Field: "limit", Message: "is no usable limit", Hint: fmt.Sprintf("give a number from 1 to %d", MaxChanges)}
	}
	err = s.store.View(ctx, func(r Reader) error {
		changes, next, more = nil, since, false
		head, _, err := r.JournalHead()
		if err != nil {
			return err
		}
		if since > head {
			return &Error{Code: CodeInvalid, Op: op, Field: "since", Message: fmt.Sprintf("the journal ends at line %d", head),
				Hint: "the register may have been restored from a backup: read the feed from 0 again"}
		}
		var failed error
		scanned := 0
		if err := r.Changes(since, func(e Event) bool {
			if len(changes) == limit || scanned == scannedChanges {
				more = true
				return false
			}
			scanned++
			next = e.Seq
			var c *Change
			if c, failed = changeFor(r, sight, e); c != nil {
				changes = append(changes, *c)
			}
			return failed == nil
		}); err != nil || failed != nil {
			return cmp.Or(err, failed)
		}
		if !more {
			next = head
		}
		return nil
	})
	if err != nil {
		return nil, 0, false, domainError(op, err)
	}
	return changes, next, more, nil
}

// changeFor is what a sight is told of an event, nil for nothing.
func changeFor(r Reader, sight Sight, e Event) (*Change, error) {
	now, err := sight.Read(r, e.Code)
	if err == nil {
		return &Change{Seq: e.Seq, At: e.At, Code: e.Code, Action: e.Action, Version: e.Version, Address: sight.Show(now)}, nil
	}
	if !isNotFound(err) {
		return nil, err
	}
	history, err := r.Events(e.Code)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(history, func(other Event) bool { return other.Seq == e.Seq })
	if i < 0 {
		return nil, nil // cannot happen: both are of one view
	}
	seen := func(a *Address) bool { return a != nil && sight.Sees(a) }
	if seen(history[i].Before) && !seen(history[i].After) {
		return &Change{Seq: e.Seq, At: e.At, Code: e.Code, Action: ActionRemoved}, nil
	}
	return nil, nil
}

// Head is the number of the newest line of the journal, 0 when there is none.
func (s *Service) Head(ctx context.Context) (seq int64, err error) {
	err = s.store.View(ctx, func(r Reader) error {
		seq, _, err = r.JournalHead()
		return err
	})
	return seq, domainError("read journal", err)
}
