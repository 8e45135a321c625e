package sqlite

import (
	"database/sql/driver"
	"math"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// observationOutcomeNumbers: index = stored value.
var observationOutcomeNumbers = []registry.ObservationOutcome{"", registry.OutcomeDelivered, registry.OutcomeNotFound, registry.OutcomeWrongPlace}

const (
	observationsBefore = "SELECT observer, day, outcome, lat, lon, accuracy_m, observed_at, recorded_at FROM observation" +
		" WHERE key = ? AND (recorded_at, observer) < (?, ?) ORDER BY recorded_at DESC, observer DESC"
	deleteObservations = "DELETE FROM observation WHERE (key, observer, day) IN" +
		" (SELECT key, observer, day FROM observation WHERE recorded_at <= ? ORDER BY recorded_at LIMIT ?) RETURNING 1"
	deleteIdempotency = "DELETE FROM idempotency WHERE name IN (SELECT name FROM idempotency WHERE at <= ? ORDER BY at LIMIT ?) RETURNING 1"
)

func (r *reader) Observations(code addresscode.Code, after registry.Cursor, yield func(*registry.Observation) bool) error {
	at := int64(math.MaxInt64)
	if !after.At.IsZero() {
		at = after.At.UnixMilli()
	}
	return r.rows("list observations", observationsBefore, 8, func(row []driver.Value) (bool, error) {
		outcome := row[2].(int64)
		if !within(observationOutcomeNumbers, outcome) {
			return false, damaged("read observation", "a row of observation has a number that this version does not know")
		}
		return yield(&registry.Observation{
			Code: code, Observer: row[0].(string), Day: geo.Date(row[1].(int64)), Outcome: observationOutcomeNumbers[outcome],
			Position: gpsPosition(row[3], row[4], row[5]), ObservedAt: timeOf(row[6].(int64)), RecordedAt: timeOf(row[7].(int64)),
		}), nil
	}, int64(code.Key()), at, after.ID)
}

// gpsPosition is a stored position that a device told, nil where there is none.
func gpsPosition(lat, lon, accuracyM driver.Value) *geo.Position {
	latE7, ok := lat.(int64)
	if !ok {
		return nil
	}
	return &geo.Position{Point: geo.Point{LatE7: int32(latE7), LonE7: int32(lon.(int64))}, Source: geo.SourceGPS, AccuracyM: accuracyM.(float64)}
}

// gpsColumns are latitude, longitude and accuracy of such a position.
func gpsColumns(p *geo.Position) (lat, lon, accuracyM driver.Value) {
	if p == nil {
		return nil, nil, 0.0
	}
	return int64(p.Point.LatE7), int64(p.Point.LonE7), p.AccuracyM
}

func (w *writer) PutObservation(o *registry.Observation) error {
	outcome, err := number("outcome", observationOutcomeNumbers, o.Outcome)
	if err != nil {
		return err
	}
	lat, lon, accuracyM := gpsColumns(o.Position)
	_, err = w.change("write observation", "INSERT OR REPLACE INTO observation (key, observer, day, outcome, lat, lon, accuracy_m, observed_at, recorded_at)"+
		" VALUES (?,?,?,?,?,?,?,?,?) RETURNING 1",
		int64(o.Code.Key()), o.Observer, int64(o.Day), outcome, lat, lon, accuracyM, o.ObservedAt.UnixMilli(), o.RecordedAt.UnixMilli())
	return err
}

func (w *writer) PurgeObservations(t time.Time, limit int) (int, error) {
	return w.change("purge observations", deleteObservations, t.UnixMilli(), int64(limit))
}

// dropObservations deletes what belongs to a code that becomes free again.
func (w *writer) dropObservations(op string, key int64) error {
	if _, err := w.change(op, "DELETE FROM observation WHERE key = ? RETURNING 1", key); err != nil {
		return err
	}
	_, err := w.change(op, "DELETE FROM review WHERE key = ? RETURNING 1", key)
	return err
}

func (w *writer) PurgeIdempotency(t time.Time, limit int) (int, error) {
	return w.change("purge idempotency keys", deleteIdempotency, t.UnixMilli(), int64(limit))
}
