package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"github.com/mattn/go-sqlite3"
)

// conn is one connection with its prepared statements, used by one goroutine at a time.
// It speaks to the driver directly: database/sql would cost more than the primary-key read it wraps.
type conn struct {
	raw   *sqlite3.SQLiteConn
	stmts [numStatements]*sqlite3.SQLiteStmt
	open  [numStatements]bool // a cursor is reading from the statement
	args  []driver.NamedValue // reused
	dest  [maxColumns]driver.Value

	before func() error // every statement; nil for nothing
}

const maxColumns = 40

var errFinished = errors.New("the transaction is over: a Reader or Writer must not be kept")

func connect(dsn string) (*conn, error) {
	raw, err := (&sqlite3.SQLiteDriver{}).Open(dsn)
	if err != nil {
		return nil, err
	}
	return &conn{raw: raw.(*sqlite3.SQLiteConn)}, nil
}

func (c *conn) close() error {
	c.finalize()
	return c.raw.Close()
}

// finalize gives the statements up.
func (c *conn) finalize() {
	for i, s := range c.stmts {
		if s != nil {
			s.Close()
			c.stmts[i] = nil
		}
	}
}

// ready says whether a statement may run.
func (c *conn) ready() error {
	switch {
	case c == nil:
		return errFinished
	case c.before != nil:
		return c.before()
	}
	return nil
}

func (c *conn) prepare(id statement) (*sqlite3.SQLiteStmt, error) {
	s, err := c.raw.Prepare(statements[id])
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", statements[id], err)
	}
	return s.(*sqlite3.SQLiteStmt), nil
}

// cursor walks over the rows of a statement; each row is in conn.dest until the next one.
type cursor struct {
	c     *conn
	id    statement
	rows  driver.Rows
	extra *sqlite3.SQLiteStmt // set when the prepared one was in use by a cursor further out
	n     int
}

// query starts a statement whose rows have n columns. The driver binds, and takes the first step, in one call into C,
// writing statements included.
func (c *conn) query(id statement, n int, args ...driver.Value) (cursor, error) {
	if err := c.ready(); err != nil {
		return cursor{}, err
	}
	cur := cursor{c: c, id: id, n: n}
	s := c.stmts[id]
	if s == nil || c.open[id] {
		var err error
		if s, err = c.prepare(id); err != nil {
			return cursor{}, err
		}
		if c.open[id] {
			cur.extra = s
		} else {
			c.stmts[id] = s
		}
	}
	c.args = c.args[:0]
	for i, a := range args {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	rows, err := s.QueryContext(context.Background(), c.args)
	if err != nil {
		if cur.extra != nil {
			s.Close()
		}
		return cursor{}, err
	}
	cur.rows = rows
	if cur.extra == nil {
		c.open[id] = true
	}
	return cur, nil
}

// next fills conn.dest and reports whether there was a row.
func (cur *cursor) next() (bool, error) {
	switch err := cur.rows.Next(cur.c.dest[:cur.n]); err {
	case nil:
		return true, nil
	case io.EOF:
		return false, nil
	default:
		return false, err
	}
}

func (cur *cursor) close() error {
	err := cur.rows.Close()
	if cur.extra != nil {
		cur.extra.Close()
	} else {
		cur.c.open[cur.id] = false
	}
	return err
}

// each runs a statement of its own text, not kept, and calls row after each row is in conn.dest; row may be nil. It is for what is
// asked too seldom to be worth a place among the prepared statements.
func (c *conn) each(text string, n int, row func([]driver.Value) error, args ...driver.Value) error {
	if err := c.ready(); err != nil {
		return err
	}
	prepared, err := c.raw.Prepare(text)
	if err != nil {
		return fmt.Errorf("prepare %q: %w", text, err)
	}
	defer prepared.Close()
	named := make([]driver.NamedValue, len(args))
	for i, a := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	rows, err := prepared.(*sqlite3.SQLiteStmt).QueryContext(context.Background(), named)
	if err != nil {
		return err
	}
	values := make([]driver.Value, n)
	for {
		err := rows.Next(values)
		if err == io.EOF {
			return rows.Close()
		}
		if err == nil && row != nil {
			err = row(values)
		}
		if err != nil {
			return errors.Join(err, rows.Close())
		}
	}
}

// one reads the first row into conn.dest and reports whether there was one.
func (c *conn) one(id statement, n int, args ...driver.Value) (bool, error) {
	cur, err := c.query(id, n, args...)
	if err != nil {
		return false, err
	}
	ok, err := cur.next()
	if cerr := cur.close(); err == nil {
		err = cerr
	}
	return ok && err == nil, err
}

// exec runs a statement without rows.
func (c *conn) exec(id statement, args ...driver.Value) error {
	cur, err := c.query(id, 0, args...)
	if err != nil {
		return err
	}
	return cur.close()
}

// pragma reads a setting back, or the first column of what a pragma answers.
func (c *conn) pragma(name string) (driver.Value, error) {
	rows, err := c.raw.Query("PRAGMA "+name, nil)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if err := rows.Next(c.dest[:1]); err != nil {
		return nil, fmt.Errorf("PRAGMA %s: %w", name, err)
	}
	return c.dest[0], nil
}
