package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/diachiso/diachiso/registry"
)

// The store's own invariants: each query counts what contradicts it.
var invariants = []struct{ broken, query string }{
	{"the tally differs from the number of addresses", "SELECT count(*) FROM tally AS t WHERE n <> (SELECT count(*) FROM address AS a WHERE a.status = t.status)"},
	{"external ids point to no address", "SELECT count(*) FROM external_id AS x WHERE NOT EXISTS (SELECT 1 FROM address AS a WHERE a.key = x.key)"},
	{"external ids of addresses are not in the index of external ids", `SELECT count(*) FROM address AS a, json_each(a.external_ids) AS id
		WHERE NOT EXISTS (SELECT 1 FROM external_id AS x WHERE x.scheme = id.value ->> 0 AND x.value = id.value ->> 1 AND x.key = a.key)`},
	{"addresses without the event of their version", `SELECT count(*) FROM address AS a
		WHERE a.version <> coalesce((SELECT version FROM event AS e WHERE e.key = a.key ORDER BY seq DESC LIMIT 1), 0)`},
	{"named places count other addresses than they have", "SELECT count(*) FROM named_place AS p WHERE n <> (SELECT count(*) FROM named_place_address AS a WHERE a.place = p.id)"},
	{"named places have addresses that are not there", `SELECT count(*) FROM named_place_address AS p
		WHERE NOT EXISTS (SELECT 1 FROM address AS a WHERE a.key = p.key AND a.status = 1)`},
	{"streets or outlines are not in the index of boxes", `SELECT (SELECT count(*) FROM street AS s WHERE NOT EXISTS (SELECT 1 FROM street_box AS b WHERE b.id = s.id))
		+ (SELECT count(*) FROM outline AS o WHERE NOT EXISTS (SELECT 1 FROM outline_box AS b WHERE b.id = o.id))`},
	{"named places have streets that are not there", "SELECT count(*) FROM street_place AS p WHERE NOT EXISTS (SELECT 1 FROM street AS s WHERE s.id = p.street)"},
	{"named places are on the map without a street, or the other way round",
		"SELECT count(*) FROM named_place AS p WHERE (map_lat IS NOT NULL) <> EXISTS (SELECT 1 FROM street_place AS s WHERE s.place = p.id)"},
	{"observations of no address", "SELECT count(*) FROM observation AS o WHERE NOT EXISTS (SELECT 1 FROM address AS a WHERE a.key = o.key)"},
	{"reviews of no address", "SELECT count(*) FROM review AS r WHERE NOT EXISTS (SELECT 1 FROM address AS a WHERE a.key = r.key)"},
	{"proposals confirmed as no address", `SELECT count(*) FROM proposal AS p
		WHERE p.code IS NOT NULL AND NOT EXISTS (SELECT 1 FROM event AS e WHERE e.key = p.code)`},
}

// Check reads the whole database: SQLite's integrity check, the store's own invariants, then every address. It takes minutes with millions
// of addresses and does not hold up writers.
func (s *Store) Check(ctx context.Context) error {
	return s.View(ctx, func(r registry.Reader) error {
		c := r.(*reader).c
		err := checkIntegrity(ctx, c)
		if err == nil {
			err = checkInvariants(ctx, c)
		}
		return failure("check database", err)
	})
}

func checkIntegrity(ctx context.Context, c *conn) error {
	return interruptible(ctx, c, "PRAGMA integrity_check(1)", func(v driver.Value) error {
		if v != "ok" {
			return damaged("check database", fmt.Sprintf("integrity check: %v", v))
		}
		return nil
	})
}

func checkInvariants(ctx context.Context, c *conn) error {
	for _, i := range invariants {
		if err := interruptible(ctx, c, i.query, func(v driver.Value) error {
			if v != int64(0) {
				return damaged("check database", fmt.Sprintf("%s: %v", i.broken, v))
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return checkAddresses(ctx, c)
}

// checkAddresses reads what is a row like any other for SQLite.
func checkAddresses(ctx context.Context, c *conn) error {
	r := reader{ctx: ctx, c: c}
	err := r.AddressesInRange(0, math.MaxUint64, func(*registry.Address) bool { return ctx.Err() == nil })
	if err == nil {
		err = ctx.Err()
	}
	return err
}

// interruptible runs a long query of one column and hands its first row to row; the end of ctx stops it.
func interruptible(ctx context.Context, c *conn, query string, row func(driver.Value) error) error {
	rows, err := c.raw.QueryContext(ctx, query, nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	switch err := rows.Next(c.dest[:1]); {
	case err == nil:
		return row(c.dest[0])
	case errors.Is(err, io.EOF):
		return errors.New("the check gave no answer")
	default:
		return err
	}
}
