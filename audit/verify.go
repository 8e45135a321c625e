package audit

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// What says in which way a journal does not verify.
type What string

const (
	WhatChanged        What = "changed"         // a line, or the address that it tells of, is not what it was
	WhatRemoved        What = "removed"         // lines are missing
	WhatInserted       What = "inserted"        // a line was put between others
	WhatReordered      What = "reordered"       // two lines have changed places
	WhatRewritten      What = "rewritten"       // the chain is whole, but not the one that was signed
	WhatCut            What = "cut"             // signed lines are missing at the end
	WhatSignature      What = "signature"       // a checkpoint is not signed by a known key, or says something else
	WhatAddress        What = "address"         // an address is gone, or back, without a line that says so
	WhatUnknownAddress What = "unknown_address" // an address of which the journal knows nothing
)

// Fault is the first thing that does not verify.
type Fault struct {
	Seq     int64 // of the line; for a checkpoint the lines that it counts; 0 for an unknown address
	What    What
	Message string
}

// Report is what a verification found.
type Report struct {
	Lines       int64       // that are as they were written
	Checkpoints int64       // of the database that verify
	Anchored    int64       // of the anchor that verify
	Newest      *Checkpoint // of both; nil when nothing is signed
	Unsigned    int64       // lines after Newest: chained, but whoever has the database can still write them anew
	// UnsignedSince is the time of the first of them. Long ago means that checkpoints were not made, or were removed.
	UnsignedSince time.Time
	Fault         *Fault // nil when everything verifies
}

// VerifyOptions say what to verify against.
type VerifyOptions struct {
	// Keys are the verifier keys that may have signed checkpoints, kept elsewhere than the database.
	Keys []string
	// Anchor is a file or folder of checkpoints that were kept elsewhere; "" is none.
	Anchor string
	// Progress is told the number of lines done, every now and then; nil is nobody.
	Progress func(lines int64)
}

// pageLines is how many lines one view of the database reads: a long one would keep the write-ahead log from being emptied.
const pageLines = 10_000

// verification is the state of one run.
type verification struct {
	ctx     context.Context
	store   Store
	keys    note.Verifiers
	chain   registry.Chain
	report  *Report
	anchors []Checkpoint // still ahead
	signed  []Checkpoint // of the database, the next ones
	last    int64        // lines of the newest checkpoint of the database when the run began
	read    int64        // lines of the last checkpoint that was read into signed
	since   time.Time
}

// Verify reads the journal from its beginning and holds it against itself, the addresses, the checkpoints and the anchor. It
// ends at the first fault, which is in the report and no error. It does not hold up writers.
func Verify(ctx context.Context, store Store, o VerifyOptions) (*Report, error) {
	keys, err := verifiers(o.Keys)
	if err != nil {
		return nil, err
	}
	v := &verification{ctx: ctx, store: store, keys: keys, report: &Report{}}
	if o.Anchor != "" {
		if v.anchors, err = ReadAnchor(o.Anchor); err != nil {
			return nil, &registry.Error{Code: registry.CodeInvalid, Op: "verify the journal", Field: "anchor", Message: "cannot read the anchor",
				Hint: "name the file or folder of checkpoints that were kept elsewhere", Err: err}
		}
	}
	newest, err := store.NewestCheckpoint(ctx)
	if err != nil {
		return nil, err
	}
	if newest != nil {
		v.last = newest.Lines
	}
	for more := true; more && v.report.Fault == nil; {
		if more, err = v.page(); err != nil {
			return nil, err
		}
		if o.Progress != nil {
			o.Progress(v.report.Lines)
		}
	}
	if v.report.Fault == nil {
		if err := v.end(); err != nil {
			return nil, err
		}
	}
	return v.report, nil
}

func (v *verification) fault(seq int64, what What, format string, args ...any) {
	if v.report.Fault == nil {
		v.report.Fault = &Fault{Seq: seq, What: what, Message: fmt.Sprintf(format, args...)}
	}
}

// page verifies the next lines and reports whether there may be more.
func (v *verification) page() (more bool, err error) {
	if err := v.readCheckpoints(); err != nil {
		return false, err
	}
	n := 0
	var broken *registry.JournalLine
	before := v.chain
	err = v.store.View(v.ctx, func(r registry.Reader) error {
		return r.Journal(v.chain.Seq, func(l registry.JournalLine) bool {
			n++
			before.Seq, before.Link = v.chain.Seq, v.chain.Link
			if what, message := v.line(&l); what != "" {
				v.fault(l.Seq, what, "%s", message)
				if what == WhatChanged && l.Damage == "" {
					broken = &l
				}
				return false
			}
			v.checkpoints(l.Seq)
			if v.report.Fault != nil {
				return false
			}
			v.report.Lines++
			more = n == pageLines || len(v.signed) == 0 && v.read < v.last
			return !more
		})
	})
	if err == nil && broken != nil {
		err = v.classify(before, broken)
	}
	return more, err
}

// classify looks whether the line after a broken one belongs in its place.
func (v *verification) classify(chain registry.Chain, broken *registry.JournalLine) error {
	return v.store.View(v.ctx, func(r registry.Reader) error {
		return r.Journal(broken.Seq, func(next registry.JournalLine) bool {
			if next.Damage != "" {
				return false
			}
			follow(&chain, &next)
			if chain.Link != next.Link && chain.Link != broken.Link {
				return false
			}
			follow(&chain, broken)
			if chain.Link == next.Link || chain.Link == broken.Link {
				v.report.Fault.What = WhatReordered
				v.report.Fault.Message = fmt.Sprintf("lines %d and %d have changed places", broken.Seq, next.Seq)
			} else {
				v.report.Fault.What = WhatInserted
				v.report.Fault.Message = fmt.Sprintf("line %d was put in: what follows it belongs in its place", broken.Seq)
			}
			return false
		})
	})
}

// line follows the chain by one line; what is "" when it holds.
func (v *verification) line(l *registry.JournalLine) (what What, message string) {
	next := v.chain.Seq + 1
	switch {
	case l.Seq > next:
		if next == l.Seq-1 {
			return WhatRemoved, fmt.Sprintf("line %d is missing", next)
		}
		return WhatRemoved, fmt.Sprintf("lines %d to %d are missing", next, l.Seq-1)
	case l.Seq < next:
		return WhatInserted, fmt.Sprintf("there are two lines of the number %d", l.Seq)
	case l.Damage != "":
		if l.DamagedAddress {
			return WhatAddress, l.Damage
		}
		return WhatChanged, l.Damage
	}
	follow(&v.chain, l)
	if v.chain.Link != l.Link {
		subject := ""
		if l.Event != nil {
			subject = fmt.Sprintf(", or the address %s that it tells of,", l.Event.Code)
		}
		return WhatChanged, fmt.Sprintf("line %d%s is not what it was, or the lines around it are not", l.Seq, subject)
	}
	at := time.Time{}
	if l.Event != nil {
		at = l.Event.At
	} else {
		at = l.Entry.At
	}
	if v.report.Unsigned == 0 {
		v.since = at
	}
	v.report.Unsigned++
	return "", ""
}

func follow(c *registry.Chain, l *registry.JournalLine) {
	if l.Event != nil {
		c.AddEvent(l.Event)
	} else {
		c.AddEntry(l.Entry)
	}
}

// checkpoints holds the chain against what was signed of it up to the line seq.
func (v *verification) checkpoints(seq int64) {
	for _, from := range []struct {
		ahead *[]Checkpoint
		count *int64
		name  string
	}{{&v.signed, &v.report.Checkpoints, "the database"}, {&v.anchors, &v.report.Anchored, "the anchor"}} {
		for len(*from.ahead) > 0 && (*from.ahead)[0].Lines <= seq {
			c := (*from.ahead)[0]
			if err := c.verify(v.keys); err != nil {
				v.fault(c.Lines, WhatSignature, "the checkpoint of %d lines in %s: %v", c.Lines, from.name, err)
				return
			}
			if c.Link != v.chain.Link {
				v.fault(seq, WhatRewritten, "the first %d lines are not those that were signed on %s, says a checkpoint in %s",
					c.Lines, c.At.UTC().Format(time.RFC3339), from.name)
				return
			}
			*from.ahead = (*from.ahead)[1:]
			*from.count++
			v.report.Newest, v.report.Unsigned = &c, 0
		}
	}
}

// readCheckpoints keeps the next checkpoints at hand, those that were there when the run began.
func (v *verification) readCheckpoints() error {
	const most = 100
	if len(v.signed) > 0 || v.read >= v.last {
		return nil
	}
	v.signed = nil
	err := v.store.Checkpoints(v.ctx, v.read, func(c Checkpoint) bool {
		if c.Lines > v.last {
			return false
		}
		v.signed = append(v.signed, c)
		v.read = c.Lines
		return len(v.signed) < most
	})
	if err == nil && len(v.signed) == 0 {
		v.read = v.last
	}
	return err
}

// end looks at what can only be told at the end of the journal.
func (v *verification) end() error {
	if err := v.readCheckpoints(); err != nil {
		return err
	}
	for _, from := range []struct {
		ahead []Checkpoint
		name  string
	}{{v.signed, "the database"}, {v.anchors, "the anchor"}} {
		if len(from.ahead) == 0 {
			continue
		}
		c := from.ahead[len(from.ahead)-1]
		if err := c.verify(v.keys); err != nil {
			v.fault(c.Lines, WhatSignature, "the checkpoint of %d lines in %s: %v", c.Lines, from.name, err)
			return nil
		}
		v.fault(v.chain.Seq+1, WhatCut, "the journal ends at line %d, but a checkpoint in %s counted %d on %s",
			v.chain.Seq, from.name, c.Lines, c.At.UTC().Format(time.RFC3339))
		return nil
	}
	if v.report.Unsigned > 0 {
		v.report.UnsignedSince = v.since
	}
	return v.store.View(v.ctx, func(r registry.Reader) error {
		return r.AddressesWithoutEvent(func(code addresscode.Code) bool {
			v.fault(0, WhatUnknownAddress, "the journal knows nothing of the address %s", code)
			return false
		})
	})
}
