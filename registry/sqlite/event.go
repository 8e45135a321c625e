package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// The actions as the migrations number them: index = stored value.
var actionNumbers = []string{"", "created", "merged", "updated", "retired", "rederived", "removed"}

const (
	actionCreated = 1
	actionRemoved = 6
)

func (w *writer) AppendEvent(e registry.Event) error {
	const op = "append event"
	action := slices.Index(actionNumbers, e.Action)
	if action < actionCreated {
		return &registry.Error{Code: registry.CodeInvalid, Op: op, Field: "action", Message: fmt.Sprintf("unknown action %q", e.Action)}
	}
	if (action == actionCreated) != (e.Before == nil) {
		return &registry.Error{Code: registry.CodeInvalid, Op: op, Field: "before", Message: "an event tells the state before it unless it is a creation"}
	}
	if (action == actionRemoved) != (e.After == nil) {
		return &registry.Error{Code: registry.CodeInvalid, Op: op, Field: "after", Message: "an event tells the state after it unless it is a removal"}
	}
	if e.After != nil && (e.After.Version != e.Version || e.After.Code != e.Code) {
		return &registry.Error{Code: registry.CodeInvalid, Op: op, Field: "after", Message: "the state after an event is of another address or version"}
	}
	var before driver.Value
	if e.Before != nil {
		rec, err := newRecord(e.Before)
		if err != nil {
			return err
		}
		text, err := encodeJSON(rec)
		if err != nil {
			return failure(op, err)
		}
		before = text
	}
	if err := w.end(); err != nil {
		return err
	}
	chain := &w.journal.chain
	chain.AddEvent(&e)
	if err := w.c.exec(stmtInsertEvent, chain.Seq, int64(e.Code.Key()), e.Version, int64(action), e.Actor, e.At.UnixMilli(), before, chain.Link[:], nullText(e.Changeset)); err != nil {
		w.journal.forget()
		return failure(op, err)
	}
	return nil
}

// Events derives each event's After: the Before of the next event, or the address as it is now.
func (r *reader) Events(code addresscode.Code) ([]registry.Event, error) {
	const op = "read history"
	var events []registry.Event
	err := r.scan(stmtEvents, 7, func() (bool, error) {
		row := r.c.dest
		action := row[2].(int64)
		if action < actionCreated || action >= int64(len(actionNumbers)) {
			return false, damaged(op, fmt.Sprintf("event %d has the unknown action %d", row[0], action))
		}
		e := registry.Event{
			Seq: row[0].(int64), Code: code, Version: row[1].(int64),
			Action: actionNumbers[action], Actor: row[3].(string), At: timeOf(row[4].(int64)),
		}
		e.Changeset, _ = row[6].(string)
		if text, ok := row[5].(string); ok {
			var rec record
			if err := json.Unmarshal([]byte(text), &rec); err != nil {
				return false, damaged(op, fmt.Sprintf("event %d: %v", e.Seq, err))
			}
			before, err := rec.address()
			if err != nil {
				return false, err
			}
			e.Before = before
		}
		events = append(events, e)
		return true, nil
	}, int64(code.Key()))
	if err != nil {
		return nil, err
	}
	for i := range events {
		if events[i].Action == actionNumbers[actionRemoved] {
			continue
		}
		if i+1 < len(events) {
			events[i].After = events[i+1].Before
			continue
		}
		rec, err := r.record(int64(code.Key()))
		if err != nil {
			return nil, failure(op, err)
		}
		if rec == nil {
			return nil, damaged(op, "the address is gone without an event that says so")
		}
		if events[i].After, err = rec.address(); err != nil {
			return nil, err
		}
	}
	for _, e := range events {
		if e.After != nil && e.After.Version != e.Version {
			return nil, damaged(op, fmt.Sprintf("event %d made version %d, but version %d follows it", e.Seq, e.Version, e.After.Version))
		}
	}
	return events, nil
}
