package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"net/url"
	"time"

	"github.com/diachiso/diachiso/registry"
)

// Pack is that an offline pack was made.
type Pack struct {
	ID        string // 16 characters
	Key       string // prefix of the key that it was made for
	Area      string // code of a commune or a province
	MadeAt    time.Time
	ExpiresAt time.Time
	Marks     [][32]byte // of its canaries; not read back
}

// AddPack keeps that a pack was made, and what to find it by, with its entry in the journal.
func (s *Store) AddPack(ctx context.Context, p Pack, entry registry.Entry) error {
	return s.Update(ctx, func(rw registry.Writer) error {
		w := rw.(*writer)
		const op = "write pack"
		if _, err := w.change(op, "INSERT INTO pack (id, key_prefix, area, made_at, expires_at) VALUES (?, ?, ?, ?, ?) RETURNING id",
			p.ID, p.Key, p.Area, p.MadeAt.UnixMilli(), p.ExpiresAt.UnixMilli()); err != nil {
			return err
		}
		for _, mark := range p.Marks {
			if _, err := w.change(op, "INSERT INTO pack_canary (mark, pack) VALUES (?, ?) RETURNING pack", mark[:], p.ID); err != nil {
				return err
			}
		}
		return w.AppendEntry(entry)
	})
}

// PacksOfMark returns the packs that a mark belongs to, by the time they were made.
func (s *Store) PacksOfMark(ctx context.Context, mark [32]byte) (packs []Pack, err error) {
	err = s.View(ctx, func(rr registry.Reader) error {
		packs = nil
		return rr.(*reader).rows("read packs", "SELECT p.id, p.key_prefix, p.area, p.made_at, p.expires_at FROM pack_canary AS c JOIN pack AS p ON p.id = c.pack"+
			" WHERE c.mark = ? ORDER BY p.made_at, p.id", 5, func(v []driver.Value) (bool, error) {
			p := Pack{MadeAt: timeOf(v[3].(int64)), ExpiresAt: timeOf(v[4].(int64))}
			for i, to := range []*string{&p.ID, &p.Key, &p.Area} {
				*to, _ = v[i].(string)
			}
			packs = append(packs, p)
			return true, nil
		}, mark[:])
	})
	return packs, err
}

// Settle makes a closed database a single file that is read without files beside it, without free pages.
func Settle(ctx context.Context, path string) (err error) {
	const op = "settle database"
	if err := ctx.Err(); err != nil {
		return failure(op, err)
	}
	q := url.Values{}
	q.Set("mode", "rw")
	q.Set("_mutex", "no")
	c, err := connect("file:" + escapePath(path) + "?" + q.Encode())
	if err != nil {
		return failure(op, err)
	}
	defer func() { err = errors.Join(err, failure(op, c.close())) }()
	for _, step := range []string{"PRAGMA journal_mode = DELETE", "VACUUM"} {
		if _, err := c.raw.Exec(step, nil); err != nil {
			return failure(op, err)
		}
	}
	return nil
}
