package sqlite

import (
	"bytes"
	"database/sql/driver"
	"fmt"
	"slices"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// streetKindNumbers are the kinds of streets as the migrations number them: index = stored value.
var streetKindNumbers = append([]registry.StreetKind{""}, registry.StreetKinds[:]...)

// streetsText has the boxes first, whose rows are few, whatever the planner thinks of their number.
const streetsText = "SELECT s.dataset, s.source, s.kind, s.name, s.lines FROM street_box AS b CROSS JOIN street AS s ON s.id = b.id" +
	" WHERE b.south <= ? AND b.north >= ? AND b.west <= ? AND b.east >= ? AND b.kind <= ? ORDER BY s.kind, s.id LIMIT ?"

func (r *reader) Streets(box geo.Box, upTo registry.StreetKind, limit int) (streets []registry.Street, err error) {
	const op = "read streets"
	least := int64(len(streetKindNumbers))
	if upTo != "" {
		if least, err = number("kind", streetKindNumbers, upTo); err != nil {
			return nil, err
		}
	}
	err = r.rows(op, streetsText, 5, func(v []driver.Value) (bool, error) {
		s, err := scanStreet(op, v)
		if err != nil {
			return false, err
		}
		streets = append(streets, s)
		return true, nil
	}, append(boxBounds(box), least, int64(limit))...)
	return streets, err
}

func (r *reader) StreetsAfter(dataset, source string, yield func(int64, *registry.Street) bool) error {
	const op = "read streets"
	return r.rows(op, "SELECT dataset, source, kind, name, lines, import, stretches FROM street WHERE (dataset, source) > (?, ?) ORDER BY dataset, source", 7,
		func(v []driver.Value) (bool, error) {
			s, err := scanStreet(op, v)
			if err != nil {
				return false, err
			}
			if s.Stretches, err = decodeStretches(v[6].([]byte)); err != nil {
				return false, damaged(op, fmt.Sprintf("%s %s: %v", s.Dataset, s.Source, err))
			}
			return yield(v[5].(int64), &s), nil
		}, dataset, source)
}

// scanStreet reads data set, source, kind, name and lines.
func scanStreet(op string, v []driver.Value) (s registry.Street, err error) {
	kind := v[2].(int64)
	if !within(streetKindNumbers, kind) {
		return s, damaged(op, "a row of street has a kind that this version does not know")
	}
	s = registry.Street{Dataset: v[0].(string), Source: v[1].(string), Kind: streetKindNumbers[kind], Name: v[3].(string)}
	if s.Lines, err = decodeLines(v[4].([]byte)); err != nil {
		return s, damaged(op, fmt.Sprintf("%s %s: %v", s.Dataset, s.Source, err))
	}
	return s, nil
}

// boxBounds are north, south, east and west of a box, for columns of what shall meet it.
func boxBounds(box geo.Box) []driver.Value {
	return []driver.Value{int64(box.NorthEast.LatE7), int64(box.SouthWest.LatE7), int64(box.NorthEast.LonE7), int64(box.SouthWest.LonE7)}
}

func (w *writer) PutStreets(importID int64, streets []registry.Street) ([]registry.MapOutcome, error) {
	outcomes := make([]registry.MapOutcome, len(streets))
	touched := touchedPlaces{}
	for i := range streets {
		var err error
		if outcomes[i], err = w.putStreet(importID, &streets[i], touched); err != nil {
			return nil, failure("write street", err)
		}
	}
	return outcomes, w.joinStretches(touched)
}

func (w *writer) putStreet(importID int64, s *registry.Street, touched touchedPlaces) (registry.MapOutcome, error) {
	kind, err := number("kind", streetKindNumbers, s.Kind)
	if err != nil {
		return "", err
	}
	stretches, err := encodeStretches(s.Stretches)
	if err != nil {
		return "", err
	}
	lines := encodeLines(s.Lines)
	known, err := w.c.one(stmtStreet, 5, s.Dataset, s.Source)
	if err != nil {
		return "", err
	}
	var id int64
	outcome := registry.MapAdded
	if known {
		id = w.c.dest[0].(int64)
		oldName, oldStretches := w.c.dest[2].(string), slices.Clone(w.c.dest[4].([]byte))
		if w.c.dest[1] == kind && oldName == s.Name && bytes.Equal(w.c.dest[3].([]byte), lines) && bytes.Equal(oldStretches, stretches) {
			return registry.MapExisting, nil
		}
		outcome = registry.MapReplaced
		if err := w.leaveStreetPlaces(id, oldName, oldStretches, touched); err != nil {
			return "", err
		}
		err = w.c.exec(stmtUpdateStreet, id, importID, kind, s.Name, lines, stretches)
	} else if _, err = w.c.one(stmtInsertStreet, 1, s.Dataset, s.Source, importID, kind, s.Name, lines, stretches); err == nil {
		id = w.c.dest[0].(int64)
	}
	if err != nil {
		return "", err
	}
	box := geo.BoxAround(slices.Concat(s.Lines...)...)
	if err := w.c.exec(stmtPutStreetBox, id, int64(box.SouthWest.LatE7), int64(box.NorthEast.LatE7), int64(box.SouthWest.LonE7), int64(box.NorthEast.LonE7), kind, kind); err != nil {
		return "", err
	}
	for _, stretch := range s.Stretches {
		place, err := w.streetPlace(stretch.Commune, s.Name)
		if err != nil {
			return "", err
		}
		if place == 0 {
			break
		}
		touched[place] = stretch.Commune
		if err := w.c.exec(stmtPutStreetPlace, place, id); err != nil {
			return "", err
		}
	}
	return outcome, nil
}

// touchedPlaces are the named places whose ways have changed, with their communes.
type touchedPlaces map[int64]string

// streetPlace is the named place of a street in a commune; 0 for a name that nobody can search for.
func (w *writer) streetPlace(commune, name string) (int64, error) {
	key := registry.StreetKey(name)
	if key == "" {
		return 0, nil
	}
	n, err := communeNumber("stretches.commune", commune)
	if err != nil || n == nil {
		return 0, err
	}
	kind, err := number("kind", placeKindNumbers, registry.PlaceStreet)
	if err != nil {
		return 0, err
	}
	return w.placeID(placeIdentity{*n, kind, key}, name)
}

func (w *writer) leaveStreetPlaces(id int64, name string, stretches []byte, touched touchedPlaces) error {
	old, err := decodeStretches(stretches)
	if err != nil {
		return damaged("write street", err.Error())
	}
	for _, stretch := range old {
		place, err := w.streetPlace(stretch.Commune, name)
		if err != nil || place == 0 {
			return err
		}
		touched[place] = stretch.Commune
		if err := w.c.exec(stmtDeleteStreetPlace, place, id); err != nil {
			return err
		}
	}
	return nil
}

// joinStretches says of named places where the map has them now.
func (w *writer) joinStretches(touched touchedPlaces) error {
	const op = "write streets of a commune"
	for place, commune := range touched {
		var ways []registry.Stretch
		err := w.scan(stmtStretchesOfPlace, 1, func() (bool, error) {
			all, err := decodeStretches(w.c.dest[0].([]byte))
			if err != nil {
				return false, damaged(op, err.Error())
			}
			for _, s := range all {
				if s.Commune == commune {
					ways = append(ways, s)
				}
			}
			return true, nil
		}, place)
		if err != nil {
			return err
		}
		columns := []driver.Value{place, nil, nil, nil}
		if len(ways) > 0 {
			s := registry.JoinStretches(ways)
			columns = []driver.Value{place, int64(s.Point.LatE7), int64(s.Point.LonE7), s.ReachM()}
		}
		if err := w.c.exec(stmtSetMapPlace, columns...); err != nil {
			return failure(op, err)
		}
		w.places.change(w.places.update, place, noChange) // for the version that searches go by
	}
	return nil
}

func (w *writer) RemoveStreets(importID int64, limit int) (n int, err error) {
	const op = "remove streets"
	type row struct {
		id        int64
		name      string
		stretches []byte
	}
	var gone []row
	err = w.rows(op, "SELECT id, name, stretches FROM street WHERE import = ? LIMIT ?", 3, func(v []driver.Value) (bool, error) {
		gone = append(gone, row{v[0].(int64), v[1].(string), slices.Clone(v[2].([]byte))})
		return true, nil
	}, importID, int64(limit))
	if err != nil {
		return 0, err
	}
	touched := touchedPlaces{}
	for _, s := range gone {
		if err := w.leaveStreetPlaces(s.id, s.name, s.stretches, touched); err != nil {
			return 0, failure(op, err)
		}
		for _, text := range []string{"DELETE FROM street_box WHERE id = ?", "DELETE FROM street WHERE id = ?"} {
			if err := w.c.each(text, 0, nil, s.id); err != nil {
				return 0, failure(op, err)
			}
		}
	}
	return len(gone), w.joinStretches(touched)
}
