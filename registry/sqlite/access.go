package sqlite

import (
	"context"
	"database/sql/driver"
	"strings"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

var (
	_ access.Store  = (*Store)(nil)
	_ access.Writer = (*writer)(nil)
)

const (
	accessKeyColumns = "prefix, hash, old_hash, old_until, name, role, communes, provinces, created_by, created_at, issued_at," +
		" expires_at, revoked_at, last_used"
	numAccessKeyColumns     = 14
	accessSessionColumns    = "hash, key, started_at, seen_at, expires_at"
	numAccessSessionColumns = 5
)

// AccessKey is a statement without BEGIN and COMMIT, as Address is.
func (s *Store) AccessKey(ctx context.Context, prefix string) (k access.KeyRecord, err error) {
	err = s.readAccess(ctx, func(r *reader) error {
		k, err = r.AccessKey(prefix)
		return err
	})
	return k, err
}

// AccessSession reads the session and its key in one statement, which sees one state.
func (s *Store) AccessSession(ctx context.Context, hash [32]byte) (session access.SessionRecord, k access.KeyRecord, err error) {
	const op = "read session"
	err = s.readAccess(ctx, func(r *reader) error {
		ok, err := r.c.one(stmtAccessSession, numAccessSessionColumns+numAccessKeyColumns, hash[:])
		if err != nil {
			return failure(op, err)
		}
		if !ok {
			return notFound(op, "there is no such session")
		}
		session, k = scanAccessSession(r.c.dest[:]), scanAccessKey(r.c.dest[numAccessSessionColumns:])
		return nil
	})
	return session, k, err
}

func (s *Store) AccessKeys(ctx context.Context) ([]access.KeyRecord, error) {
	var keys []access.KeyRecord
	err := s.readAccess(ctx, func(r *reader) error {
		err := r.c.each("SELECT "+accessKeyColumns+" FROM access_key ORDER BY created_at, prefix", numAccessKeyColumns, func(row []driver.Value) error {
			keys = append(keys, scanAccessKey(row))
			return nil
		})
		return failure("list keys", err)
	})
	return keys, err
}

// readAccess lends a connection for one statement.
func (s *Store) readAccess(ctx context.Context, fn func(*reader) error) error {
	c, err := s.readers.take(ctx, "read access", s.closing)
	if err != nil {
		return err
	}
	defer s.readers.put(c)
	return fn(&reader{ctx: ctx, c: c})
}

func (s *Store) UpdateAccess(ctx context.Context, fn func(access.Writer) error) error {
	return s.Update(ctx, func(w registry.Writer) error { return fn(w.(*writer)) })
}

func (r *reader) AccessKey(prefix string) (access.KeyRecord, error) {
	const op = "read key"
	ok, err := r.c.one(stmtAccessKey, numAccessKeyColumns, prefix)
	if err != nil {
		return access.KeyRecord{}, failure(op, err)
	}
	if !ok {
		return access.KeyRecord{}, notFound(op, "there is no such key")
	}
	return scanAccessKey(r.c.dest[:]), nil
}

func (w *writer) InsertAccessKey(k access.KeyRecord) error {
	const op = "insert key"
	err := w.c.each("INSERT INTO access_key ("+accessKeyColumns+") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", 0, nil, accessKeyValues(k)...)
	if isUnique(err) {
		return &registry.Error{Code: registry.CodeVersionConflict, Op: op, Message: "there is a key with this prefix already", Hint: "make another", Err: err}
	}
	return failure(op, err)
}

func (w *writer) ReplaceAccessKey(k access.KeyRecord) error {
	const op = "replace key"
	if _, err := w.AccessKey(k.Prefix); err != nil {
		return err
	}
	return failure(op, w.c.each("UPDATE access_key SET ("+accessKeyColumns+") = (?1,?,?,?,?,?,?,?,?,?,?,?,?,?) WHERE prefix = ?1", 0, nil, accessKeyValues(k)...))
}

func (w *writer) TouchAccessKey(prefix string, day geo.Date) error {
	return failure("touch key", w.c.each("UPDATE access_key SET last_used = ?2 WHERE prefix = ?1 AND last_used < ?2", 0, nil, prefix, int64(day)))
}

func (w *writer) InsertAccessSession(s access.SessionRecord) error {
	return failure("insert session", w.c.each("INSERT INTO access_session ("+accessSessionColumns+") VALUES (?,?,?,?,?)", 0, nil,
		s.Hash[:], s.Key, s.StartedAt.UnixMilli(), s.SeenAt.UnixMilli(), s.ExpiresAt.UnixMilli()))
}

func (w *writer) TouchAccessSession(hash [32]byte, at time.Time) error {
	return failure("touch session", w.c.each("UPDATE access_session SET seen_at = ?2 WHERE hash = ?1 AND seen_at < ?2", 0, nil, hash[:], at.UnixMilli()))
}

func (w *writer) DeleteAccessSession(hash [32]byte) (prefix string, err error) {
	const op = "delete session"
	err = w.c.each("DELETE FROM access_session WHERE hash = ? RETURNING key", 1, func(row []driver.Value) error {
		prefix = row[0].(string)
		return nil
	}, hash[:])
	if err != nil {
		return "", failure(op, err)
	}
	if prefix == "" {
		return "", notFound(op, "there is no such session")
	}
	return prefix, nil
}

func (w *writer) DeleteAccessSessionsBefore(expired time.Time) error {
	return failure("delete sessions", w.c.each("DELETE FROM access_session WHERE expires_at <= ?", 0, nil, expired.UnixMilli()))
}

func accessKeyValues(k access.KeyRecord) []driver.Value {
	var oldHash driver.Value
	if !k.OldUntil.IsZero() {
		oldHash = k.OldHash[:]
	}
	return []driver.Value{
		k.Prefix, k.Hash[:], oldHash, nullTime(k.OldUntil), k.Name, string(k.Role), strings.Join(k.Communes, ","), strings.Join(k.Provinces, ","),
		k.CreatedBy, k.CreatedAt.UnixMilli(), k.IssuedAt.UnixMilli(), k.ExpiresAt.UnixMilli(), nullTime(k.RevokedAt), int64(k.LastUsed),
	}
}

// scanAccessKey trusts the types of the columns, which the table is strict about.
func scanAccessKey(row []driver.Value) access.KeyRecord {
	k := access.KeyRecord{Key: access.Key{
		Prefix: row[0].(string), OldUntil: timeOrZero(row[3]), Name: row[4].(string), Role: access.Role(row[5].(string)),
		Communes: splitCodes(row[6].(string)), Provinces: splitCodes(row[7].(string)), CreatedBy: row[8].(string),
		CreatedAt: timeOf(row[9].(int64)), IssuedAt: timeOf(row[10].(int64)), ExpiresAt: timeOf(row[11].(int64)),
		RevokedAt: timeOrZero(row[12]), LastUsed: geo.Date(row[13].(int64)),
	}}
	copy(k.Hash[:], row[1].([]byte))
	if old, ok := row[2].([]byte); ok {
		copy(k.OldHash[:], old)
	}
	return k
}

func scanAccessSession(row []driver.Value) access.SessionRecord {
	s := access.SessionRecord{
		Key: row[1].(string), StartedAt: timeOf(row[2].(int64)), SeenAt: timeOf(row[3].(int64)), ExpiresAt: timeOf(row[4].(int64)),
	}
	copy(s.Hash[:], row[0].([]byte))
	return s
}

func splitCodes(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func nullTime(t time.Time) driver.Value {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func timeOrZero(v driver.Value) time.Time {
	if ms, ok := v.(int64); ok {
		return timeOf(ms)
	}
	return time.Time{}
}
