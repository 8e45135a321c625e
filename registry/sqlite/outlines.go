package sqlite

import (
	"bytes"
	"database/sql/driver"
	"fmt"
	"slices"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

const outlinesText = "SELECT o.dataset, o.source, o.name, o.number, o.rings FROM outline_box AS b CROSS JOIN outline AS o ON o.id = b.id" +
	" WHERE b.south <= ? AND b.north >= ? AND b.west <= ? AND b.east >= ? LIMIT ?"

func (r *reader) Outlines(box geo.Box, limit int) (outlines []registry.Outline, err error) {
	const op = "read outlines"
	err = r.rows(op, outlinesText, 5, func(v []driver.Value) (bool, error) {
		o := registry.Outline{Dataset: v[0].(string), Source: v[1].(string)}
		o.Name, _ = v[2].(string)
		o.Number, _ = v[3].(string)
		if o.Rings, err = decodeLines(v[4].([]byte)); err != nil {
			return false, damaged(op, fmt.Sprintf("%s %s: %v", o.Dataset, o.Source, err))
		}
		outlines = append(outlines, o)
		return true, nil
	}, append(boxBounds(box), int64(limit))...)
	return outlines, err
}

func (w *writer) PutOutlines(importID int64, outlines []registry.Outline) ([]registry.MapOutcome, error) {
	outcomes := make([]registry.MapOutcome, len(outlines))
	for i := range outlines {
		var err error
		if outcomes[i], err = w.putOutline(importID, &outlines[i]); err != nil {
			return nil, failure("write outline", err)
		}
	}
	return outcomes, nil
}

func (w *writer) putOutline(importID int64, o *registry.Outline) (registry.MapOutcome, error) {
	name, number, rings := nullText(o.Name), nullText(o.Number), encodeLines(o.Rings)
	known, err := w.c.one(stmtOutline, 4, o.Dataset, o.Source)
	if err != nil {
		return "", err
	}
	var id int64
	outcome := registry.MapAdded
	if known {
		id = w.c.dest[0].(int64)
		if w.c.dest[1] == name && w.c.dest[2] == number && bytes.Equal(w.c.dest[3].([]byte), rings) {
			return registry.MapExisting, nil
		}
		outcome = registry.MapReplaced
		err = w.c.exec(stmtUpdateOutline, id, importID, name, number, rings)
	} else if _, err = w.c.one(stmtInsertOutline, 1, o.Dataset, o.Source, importID, name, number, rings); err == nil {
		id = w.c.dest[0].(int64)
	}
	if err != nil {
		return "", err
	}
	box := geo.BoxAround(slices.Concat(o.Rings...)...)
	return outcome, w.c.exec(stmtPutOutlineBox, id, int64(box.SouthWest.LatE7), int64(box.NorthEast.LatE7), int64(box.SouthWest.LonE7), int64(box.NorthEast.LonE7))
}

func (w *writer) RemoveOutlines(importID int64, limit int) (int, error) {
	const op = "remove outlines"
	const some = "(SELECT id FROM outline WHERE import = ? ORDER BY id LIMIT ?)"
	if err := w.c.each("DELETE FROM outline_box WHERE id IN "+some, 0, nil, importID, int64(limit)); err != nil {
		return 0, failure(op, err)
	}
	return w.change(op, "DELETE FROM outline WHERE id IN "+some+" RETURNING id", importID, int64(limit))
}
