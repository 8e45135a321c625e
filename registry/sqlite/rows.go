package sqlite

import (
	"database/sql/driver"
	"errors"
)

// rows calls row for the rows of a seldom asked statement until it returns false.
func (r *reader) rows(op, text string, columns int, row func([]driver.Value) (bool, error), args ...driver.Value) error {
	n := 0
	err := r.c.each(text, columns, func(v []driver.Value) error {
		if n++; n%rowsPerContextCheck == 0 {
			if err := r.ctx.Err(); err != nil {
				return err
			}
		}
		more, err := row(v)
		if err == nil && !more {
			return errEnough
		}
		return err
	}, args...)
	if errors.Is(err, errEnough) {
		return nil
	}
	return failure(op, err)
}

// change runs a writing statement and counts the rows that it returns.
func (w *writer) change(op, text string, args ...driver.Value) (n int, err error) {
	err = w.rows(op, text, 1, func([]driver.Value) (bool, error) {
		n++
		return true, nil
	}, args...)
	return n, err
}
