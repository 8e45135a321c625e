package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

func (r *reader) Changeset(id string) (*registry.Changeset, error) {
	const op = "read change set"
	var found *registry.Changeset
	err := r.c.each("SELECT kind, actor, done, started_at, report FROM changeset WHERE id = ?", 5, func(row []driver.Value) error {
		found = &registry.Changeset{ID: id, Kind: registry.ChangesetKind(row[0].(string)), Actor: row[1].(string), Done: row[2] == int64(1), StartedAt: timeOf(row[3].(int64))}
		if err := json.Unmarshal([]byte(row[4].(string)), &found.Report); err != nil {
			return damaged(op, fmt.Sprintf("report of a change set: %v", err))
		}
		return nil
	}, id)
	if err == nil && found == nil {
		return nil, notFound(op, "there is no such change set")
	}
	return found, failure(op, err)
}

func (r *reader) ChangesetCodes(id string, after uint64, limit int) ([]addresscode.Code, error) {
	const op = "list change set"
	var codes []addresscode.Code
	err := r.c.each("SELECT DISTINCT key FROM event WHERE changeset = ? AND key > ? ORDER BY key LIMIT ?", 1, func(row []driver.Value) error {
		code, err := r.code(row[0].(int64))
		codes = append(codes, code)
		return err
	}, id, keyBound(after), int64(limit))
	return codes, failure(op, err)
}

func (w *writer) PutChangeset(c *registry.Changeset) error {
	const op = "keep change set"
	report, err := encodeJSON(&c.Report)
	if err != nil {
		return failure(op, err)
	}
	done := int64(0)
	if c.Done {
		done = 1
	}
	return failure(op, w.c.each("INSERT INTO changeset (id, kind, actor, done, started_at, report) VALUES (?, ?, ?, ?, ?, ?)"+
		" ON CONFLICT (id) DO UPDATE SET done = excluded.done, report = excluded.report", 0, nil,
		c.ID, string(c.Kind), c.Actor, done, c.StartedAt.UnixMilli(), report))
}
