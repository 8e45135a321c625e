package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// Journal merges the two tables by their common sequence. What stands in the way of reading a line is told with the line:
// whoever verifies the journal wants to know where it is broken.
func (r *reader) Journal(after int64, yield func(registry.JournalLine) bool) error {
	const op = "read the journal"
	events, err := r.lines(stmtJournalEvents, numJournalEventColumns, after, journalEvent)
	if err != nil {
		return failure(op, err)
	}
	defer events.close()
	entries, err := r.lines(stmtJournalEntries, numJournalEntryColumns, after, journalEntry)
	if err != nil {
		return failure(op, err)
	}
	defer entries.close()
	for n := 1; ; n++ {
		if n%rowsPerContextCheck == 0 {
			if err := r.ctx.Err(); err != nil {
				return failure(op, err)
			}
		}
		from := events
		if events.line == nil || entries.line != nil && entries.line.Seq < events.line.Seq {
			from = entries
		}
		if from.line == nil || !yield(*from.line) {
			return nil
		}
		if err := from.next(); err != nil {
			return failure(op, err)
		}
	}
}

// lines reads the lines of one table; the next one is always at hand.
type lines struct {
	cur    cursor
	decode func(row []driver.Value) *registry.JournalLine
	line   *registry.JournalLine // nil at the end
}

func (r *reader) lines(id statement, columns int, after int64, decode func([]driver.Value) *registry.JournalLine) (*lines, error) {
	cur, err := r.c.query(id, columns, after)
	if err != nil {
		return nil, err
	}
	l := &lines{cur: cur, decode: decode}
	if err := l.next(); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *lines) next() error {
	ok, err := l.cur.next()
	l.line = nil
	if ok {
		l.line = l.decode(l.cur.c.dest[:l.cur.n])
	}
	return err
}

func (l *lines) close() { _ = l.cur.close() } // nothing is lost with a cursor that only read

const (
	numJournalEventColumns = 11 + numRecordColumns
	numJournalEntryColumns = 7
)

// journalEvent reads a row of stmtJournalEvents.
func journalEvent(row []driver.Value) *registry.JournalLine {
	line := newLine(row)
	e := &registry.Event{Seq: line.Seq}
	e.Actor, _ = row[5].(string)
	e.Changeset, _ = row[8].(string)
	line.Event = e
	key, hasKey := row[2].(int64)
	version, hasVersion := row[3].(int64)
	action, hasAction := row[4].(int64)
	at, hasTime := row[6].(int64)
	e.Version, e.At = version, timeOf(at)
	if !hasKey || !hasVersion || !hasAction || !hasTime { // a row of a damaged page can lack columns
		damage(line, "it lacks columns")
		return line
	}
	code, err := addresscode.FromKey(uint64(key))
	if err != nil {
		damage(line, "key %d is no code", key)
		return line
	}
	e.Code = code
	if action < actionCreated || action >= int64(len(actionNumbers)) {
		damage(line, "unknown action %d", action)
		return line
	}
	e.Action = actionNumbers[action]
	if created := row[7] == int64(1); created != (action == actionCreated) { // the row has no state before
		damage(line, "the state before it is there for a creation, or is missing for a change")
		return line
	}
	fillAfter(line, row[9], row[10:])
	return line
}

// fillAfter finds the state after an event: what the next event of the address found (its seq is next, nil for none, its before
// row[0]), or the row of the address, which begins at row[1].
func fillAfter(line *registry.JournalLine, next driver.Value, row []driver.Value) {
	e := line.Event
	before, hasBefore := row[0].(string)
	present := row[1] != nil // only looked for when there is no next event
	removed := e.Action == actionNumbers[actionRemoved]
	var rec record
	switch {
	case removed && present:
		damage(line, "the address %s is there although this event removed it", e.Code)
		line.DamagedAddress = true
		return
	case removed && hasBefore:
		damage(line, "the next event of the address found it although this one removed it")
		return
	case removed:
		return
	case next == nil && !present:
		damage(line, "the address %s is gone without an event that says so", e.Code)
		line.DamagedAddress = true
		return
	case next != nil && !hasBefore:
		damage(line, "the next event of the address did not find it")
		return
	case next == nil:
		rec.scan(row[1:])
	default:
		if err := json.Unmarshal([]byte(before), &rec); err != nil {
			damage(line, "the state after it is no JSON")
			return
		}
	}
	after, err := rec.address()
	switch {
	case err != nil:
		damage(line, "the state after it cannot be read")
		line.DamagedAddress = next == nil
	case after.Code != e.Code:
		damage(line, "the state after it is of another address")
	case after.Version != e.Version:
		damage(line, "it made version %d, but version %d follows it", e.Version, after.Version)
	default:
		e.After = after
	}
}

// journalEntry reads a row of stmtJournalEntries.
func journalEntry(row []driver.Value) *registry.JournalLine {
	line := newLine(row)
	at, hasTime := row[2].(int64)
	if !hasTime {
		damage(line, "it lacks columns")
	}
	e := &registry.Entry{Seq: line.Seq, At: timeOf(at)}
	for i, text := range [...]*string{&e.Actor, &e.Action, &e.Subject, &e.Detail} {
		*text, _ = row[3+i].(string)
	}
	line.Entry = e
	return line
}

func damage(line *registry.JournalLine, format string, args ...any) {
	line.Damage = fmt.Sprintf(format, args...)
}

func newLine(row []driver.Value) *registry.JournalLine {
	line := &registry.JournalLine{Seq: row[0].(int64)}
	if link, ok := row[1].([]byte); ok && len(link) == len(line.Link) {
		copy(line.Link[:], link)
	} else {
		damage(line, "it has no link")
	}
	return line
}

func (r *reader) AddressesWithoutEvent(yield func(addresscode.Code) bool) error {
	return r.scan(stmtAddressesWithoutEvent, 2, func() (bool, error) {
		if r.c.dest[1] == int64(1) {
			return true, nil
		}
		code, err := r.code(r.c.dest[0].(int64))
		return err == nil && yield(code), err
	})
}
