package sqlite

import (
	"context"
	"database/sql/driver"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/registry"
)

var (
	_ people.Store  = (*Store)(nil)
	_ people.Writer = (*writer)(nil)
)

// ViewPeople is View for what is kept of people.
func (s *Store) ViewPeople(ctx context.Context, fn func(people.Reader) error) error {
	return s.View(ctx, func(r registry.Reader) error { return fn(r.(*reader)) })
}

// UpdatePeople is Update for what is kept of people.
func (s *Store) UpdatePeople(ctx context.Context, fn func(people.Writer) error) error {
	return s.Update(ctx, func(w registry.Writer) error { return fn(w.(*writer)) })
}

const (
	householdColumns    = "id, code, from_at, to_at, sealed, version, updated_at, restricted_at"
	numHouseholdColumns = 8
)

func (r *reader) Household(id string) (*people.Household, error) {
	return r.household("WHERE id = ?", id)
}

func (r *reader) HouseholdByToken(hash [32]byte) (*people.Household, error) {
	return r.household("WHERE token_hash = ?", hash[:])
}

func (r *reader) CurrentHousehold(code addresscode.Code) (*people.Household, error) {
	return r.household("WHERE code = CAST(? AS INTEGER) AND to_at IS NULL", int64(code.Key()))
}

func (r *reader) household(where string, args ...driver.Value) (*people.Household, error) {
	const op = "read household"
	var h *people.Household
	err := r.c.each("SELECT "+householdColumns+" FROM household "+where, numHouseholdColumns, func(row []driver.Value) error {
		code, err := r.code(row[1].(int64))
		if err != nil {
			return err
		}
		sealed, _ := row[4].([]byte)
		h = &people.Household{
			ID: row[0].(string), Code: code, From: timeOf(row[2].(int64)), To: timeOrZero(row[3]), Sealed: sealed,
			Version: row[5].(int64), UpdatedAt: timeOf(row[6].(int64)), Restricted: timeOrZero(row[7]),
		}
		return nil
	}, args...)
	if err == nil && h == nil {
		return nil, notFound(op, "there is no such household")
	}
	return h, failure(op, err)
}

func (r *reader) EndedBefore(at time.Time) ([]string, error) {
	return r.ids("list ended households", "SELECT id FROM household WHERE to_at < ? ORDER BY to_at, id", at.UnixMilli())
}

func (r *reader) Households() ([]string, error) {
	return r.ids("list households", "SELECT id FROM household ORDER BY id")
}

func (r *reader) Tombstones() ([]string, error) {
	return r.ids("list deleted households", "SELECT id FROM household_tombstone ORDER BY id")
}

func (r *reader) ids(op, query string, args ...driver.Value) (ids []string, err error) {
	err = r.c.each(query, 1, func(row []driver.Value) error {
		ids = append(ids, row[0].(string))
		return nil
	}, args...)
	return ids, failure(op, err)
}

func (w *writer) InsertHousehold(h *people.Household, tokenHash [32]byte) error {
	const op = "insert household"
	err := w.c.each("INSERT INTO household ("+householdColumns+", token_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", 0, nil,
		h.ID, int64(h.Code.Key()), h.From.UnixMilli(), nullTime(h.To), bytesOrNull(h.Sealed), h.Version, h.UpdatedAt.UnixMilli(),
		nullTime(h.Restricted), tokenHash[:])
	if isUnique(err) {
		return &registry.Error{Code: registry.CodeDuplicate, Op: op, Message: "another household holds the address", Hint: "end its period first", Err: err}
	}
	return failure(op, err)
}

func (w *writer) UpdateHousehold(h *people.Household) error {
	const op = "update household"
	changed := false
	err := w.c.each("UPDATE household SET code = ?3, from_at = ?4, to_at = ?5, sealed = ?6, version = ?7, updated_at = ?8, restricted_at = ?9"+
		" WHERE id = ?1 AND version = ?2 RETURNING 1", 1, func([]driver.Value) error {
		changed = true
		return nil
	}, h.ID, h.Version-1, int64(h.Code.Key()), h.From.UnixMilli(), nullTime(h.To), bytesOrNull(h.Sealed), h.Version, h.UpdatedAt.UnixMilli(), nullTime(h.Restricted))
	if isUnique(err) {
		return &registry.Error{Code: registry.CodeDuplicate, Op: op, Message: "another household holds the address", Hint: "end its period first", Err: err}
	}
	if err == nil && !changed {
		return &registry.Error{Code: registry.CodeVersionConflict, Op: op, Message: "the household was changed or deleted meanwhile", Hint: "read it again and repeat the change"}
	}
	return failure(op, err)
}

func (w *writer) SetToken(household string, hash [32]byte) error {
	return failure("set token", w.c.each("UPDATE household SET token_hash = ?2 WHERE id = ?1", 0, nil, household, hash[:]))
}

// DestroyHousehold takes out every row that knows the household, in every table of people.
func (w *writer) DestroyHousehold(id string, at time.Time) error {
	const op = "delete household"
	for _, text := range []string{
		"DELETE FROM household WHERE id = ?",
		"DELETE FROM consent WHERE household = ?",
		"DELETE FROM data_request WHERE household = ?",
		"DELETE FROM alias WHERE household = ?",
		"UPDATE claim SET holder = '', objection = NULL WHERE holder = ?",
		"DELETE FROM claim WHERE ? IN (mover, household)",
	} {
		if err := w.c.each(text, 0, nil, id); err != nil {
			return failure(op, err)
		}
	}
	return failure(op, w.c.each("INSERT OR IGNORE INTO household_tombstone (id, at) VALUES (?, ?)", 0, nil, id, at.UnixMilli()))
}

func (r *reader) Consents(household string) (changes []people.ConsentChange, err error) {
	err = r.c.each("SELECT purpose, text_version, at, actor FROM consent WHERE household = ? ORDER BY seq", 4, func(row []driver.Value) error {
		version := int(row[1].(int64))
		changes = append(changes, people.ConsentChange{
			Purpose: people.Purpose(row[0].(string)), Granted: version > 0, TextVersion: version, At: timeOf(row[2].(int64)), By: row[3].(string),
		})
		return nil
	}, household)
	return changes, failure("read consents", err)
}

func (w *writer) AppendConsent(household string, c people.ConsentChange) error {
	version := int64(c.TextVersion)
	if !c.Granted {
		version = 0
	}
	return failure("append consent", w.c.each("INSERT INTO consent (household, purpose, text_version, at, actor) VALUES (?, ?, ?, ?, ?)", 0, nil,
		household, string(c.Purpose), version, c.At.UnixMilli(), c.By))
}

// JournalOf reads backwards along the index of subjects.
func (r *reader) JournalOf(subject string, before int64, limit int) (entries []registry.Entry, err error) {
	err = r.c.each("SELECT seq, at, actor, action, detail FROM journal_entry WHERE subject = ?1 AND (?2 = 0 OR seq < ?2) ORDER BY seq DESC LIMIT ?3", 5,
		func(row []driver.Value) error {
			entries = append(entries, registry.Entry{
				Seq: row[0].(int64), At: timeOf(row[1].(int64)), Actor: row[2].(string), Action: row[3].(string), Subject: subject, Detail: row[4].(string),
			})
			return nil
		}, subject, before, int64(limit))
	return entries, failure("read the journal of a household", err)
}
