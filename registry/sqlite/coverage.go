package sqlite

import (
	"database/sql/driver"
	"fmt"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func (r *reader) Changes(after int64, yield func(registry.Event) bool) error {
	const op = "read changes"
	return r.rows(op, "SELECT seq, key, version, action, at FROM event WHERE seq > ? ORDER BY seq", 5, func(row []driver.Value) (bool, error) {
		action := row[3].(int64)
		if action < actionCreated || action >= int64(len(actionNumbers)) {
			return false, damaged(op, fmt.Sprintf("event %d has the unknown action %d", row[0], action))
		}
		code, err := r.code(row[1].(int64))
		if err != nil {
			return false, err
		}
		return yield(registry.Event{Seq: row[0].(int64), Code: code, Version: row[2].(int64), Action: actionNumbers[action], At: timeOf(row[4].(int64))}), nil
	}, after)
}

// KeysBeyond reads the partial index address_beyond; its condition must stand here as it does there.
func (r *reader) KeysBeyond(commune string, yield func(uint64) bool) error {
	n, err := communeNumber("commune", commune)
	if err != nil || n == nil {
		return err
	}
	return r.rows("read addresses", "SELECT key FROM address INDEXED BY address_beyond WHERE commune = ? AND flags & 14 <> 0", 1,
		func(row []driver.Value) (bool, error) { return yield(uint64(row[0].(int64))), nil }, *n)
}

// surveyText has the flags that say "outside": 1 commune_given, 2 off_coast, 4 off_border.
const surveyText = "SELECT key, commune, kind, lat, lon, position_source, accuracy_m," +
	" coalesce(house_number, alley, street, hamlet, quarter, building, block, unit) IS NOT NULL, flags & 7, likeness" +
	" FROM address WHERE key BETWEEN ? AND ? AND status = 1 ORDER BY key"

const kindDwelling = 1

func (r *reader) SurveyInRange(lo, hi uint64, yield func(registry.SurveyRow) bool) error {
	return r.rows("read addresses", surveyText, 10, func(v []driver.Value) (bool, error) {
		source := v[5].(int64)
		if source < 0 || source >= int64(len(positionSourceNumbers)) {
			return false, damaged("read addresses", fmt.Sprintf("the row of key %d has a number that this version does not know", v[0]))
		}
		row := registry.SurveyRow{
			Key: uint64(v[0].(int64)), Commune: communeText(intOrNil(v[1])), Dwelling: v[2] == int64(kindDwelling),
			Point:      geo.Point{LatE7: int32(v[3].(int64)), LonE7: int32(v[4].(int64))},
			Source:     positionSourceNumbers[source],
			Identified: v[7] == int64(1), Outside: v[8] != int64(0), Likeness: uint64(v[9].(int64)),
		}
		row.AccuracyM, _ = v[6].(float64)
		return yield(row), nil
	}, keyBound(lo), keyBound(hi))
}

func (r *reader) ExpectedHouseholds() (figures []registry.ExpectedHouseholds, err error) {
	err = r.rows("read expected households", "SELECT commune, households, source, day FROM expected_households ORDER BY commune", 4,
		func(v []driver.Value) (bool, error) {
			f := registry.ExpectedHouseholds{Commune: communeText(intOrNil(v[0])), Households: v[1].(int64), On: geo.Date(v[3].(int64))}
			f.Source, _ = v[2].(string)
			figures = append(figures, f)
			return true, nil
		})
	return figures, err
}

func (w *writer) PutExpectedHouseholds(e registry.ExpectedHouseholds) error {
	n, err := communeNumber("commune", e.Commune)
	if err != nil {
		return err
	}
	if n == nil {
		return refuse("commune", "a figure without a commune")
	}
	_, err = w.change("write expected households", "INSERT INTO expected_households (commune, households, source, day) VALUES (?, ?, ?, ?)"+
		" ON CONFLICT (commune) DO UPDATE SET households = excluded.households, source = excluded.source, day = excluded.day RETURNING commune",
		*n, e.Households, e.Source, int64(e.On))
	return err
}
