package sqlite

import (
	"context"
	"database/sql/driver"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// bulk inserts many rows with one statement: half of what SQLite does for an insert it does for the statement, and not for the row.
type bulk struct {
	c         *conn
	head      string // up to VALUES
	tuple     string // "(?, ?)"
	columns   int
	rows      int // of one statement
	many, one *sqlite3.SQLiteStmt
}

// bulkValues is about how many values one statement has.
const bulkValues = 800

func newBulk(c *conn, table, columns string) *bulk {
	n := strings.Count(columns, ",") + 1
	return &bulk{c: c, columns: n, rows: bulkValues/n + 1, head: "INSERT INTO " + table + " (" + columns + ") VALUES ",
		tuple: "(" + strings.TrimSuffix(strings.Repeat("?,", n), ",") + ")"}
}

// insert takes the values of whole rows; it numbers them.
func (b *bulk) insert(values []driver.NamedValue) error {
	for len(values) > 0 {
		stmt, rows := &b.many, b.rows
		if len(values) < b.rows*b.columns {
			stmt, rows = &b.one, 1
		}
		if *stmt == nil {
			s, err := b.c.raw.Prepare(b.head + strings.TrimSuffix(strings.Repeat(b.tuple+",", rows), ","))
			if err != nil {
				return err
			}
			*stmt = s.(*sqlite3.SQLiteStmt)
		}
		part := values[:rows*b.columns]
		for i := range part {
			part[i].Ordinal = i + 1
		}
		answer, err := (*stmt).QueryContext(context.Background(), part)
		if err != nil {
			return err
		}
		if err := answer.Close(); err != nil {
			return err
		}
		values = values[len(part):]
	}
	return nil
}

func (b *bulk) close() {
	for _, s := range []*sqlite3.SQLiteStmt{b.many, b.one} {
		if s != nil {
			s.Close()
		}
	}
}

// appendValues appends values whose places are still to be numbered.
func appendValues(to []driver.NamedValue, values ...driver.Value) []driver.NamedValue {
	for _, v := range values {
		to = append(to, driver.NamedValue{Value: v})
	}
	return to
}
