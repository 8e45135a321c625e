package sqlite

import (
	"fmt"
	"time"

	"github.com/diachiso/diachiso/registry"
)

// journal is the end of the chain as the running transaction has left it. It is read anew in every transaction, and after
// everything that may have taken lines back: another process may have written meanwhile, and two seeks cost little.
// Only writeLoop uses it.
type journal struct {
	chain registry.Chain
	known bool
}

// forget makes the next line look the end of the chain up.
func (j *journal) forget() { j.known = false }

// end makes sure that w.journal is at the end of the chain.
func (w *writer) end() error {
	if w.journal.known {
		return nil
	}
	seq, link, err := w.JournalHead()
	if err != nil {
		return err
	}
	w.journal.chain.Seq, w.journal.chain.Link, w.journal.known = seq, link, true
	return nil
}

func (w *writer) AppendEntry(e registry.Entry) error {
	const op = "append entry"
	if err := e.Validate(); err != nil {
		return err
	}
	if e.At.IsZero() {
		e.At = time.Now()
	}
	if err := w.end(); err != nil {
		return err
	}
	chain := &w.journal.chain
	chain.AddEntry(&e)
	if err := w.c.exec(stmtInsertEntry, chain.Seq, e.At.UnixMilli(), e.Actor, e.Action, e.Subject, e.Detail, chain.Link[:]); err != nil {
		w.journal.forget()
		return failure(op, err)
	}
	return nil
}

// JournalHead is the newer of the last event and the last entry.
func (r *reader) JournalHead() (seq int64, link registry.Link, err error) {
	const op = "read the end of the journal"
	for _, id := range [...]statement{stmtLastEvent, stmtLastEntry} {
		ok, err := r.c.one(id, 2)
		if err != nil {
			return 0, link, failure(op, err)
		}
		if !ok || r.c.dest[0].(int64) <= seq {
			continue
		}
		seq = r.c.dest[0].(int64)
		stored, _ := r.c.dest[1].([]byte)
		if len(stored) != len(link) {
			return 0, link, damaged(op, fmt.Sprintf("line %d has no link", seq))
		}
		copy(link[:], stored)
	}
	return seq, link, nil
}
