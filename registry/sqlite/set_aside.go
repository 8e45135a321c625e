package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// setAsideStatusNumbers are the stored statuses: index = stored value.
var setAsideStatusNumbers = []registry.SetAsideStatus{"", registry.SetAsideOpen, registry.SetAsideConfirmed, registry.SetAsideRefused}

const importReviewColumns = "import, row, ref, reason, named, commune, distance_m, lat, lon, record, status, key, remark, decided_at"

func (r *reader) ImportReviews(id int64, yield func(*registry.ImportReview) bool) error {
	return r.importReviews("WHERE import = ? ORDER BY row", yield, id)
}

func (r *reader) ImportReview(id, row int64) (found *registry.ImportReview, err error) {
	err = r.importReviews("WHERE import = ? AND row = ?", func(v *registry.ImportReview) bool {
		found = v
		return false
	}, id, row)
	if err == nil && found == nil {
		return nil, notFound("read a record that was set aside", fmt.Sprintf("import %d set no record %d aside", id, row))
	}
	return found, err
}

func (r *reader) OpenImportReviews(commune string, id, row int64, yield func(*registry.ImportReview) bool) error {
	return r.importReviews("INDEXED BY import_review_open WHERE status = 1 AND (commune, import, row) > (?, ?, ?)"+
		" AND (SELECT i.status FROM import i WHERE i.id = import_review.import) NOT IN (3, 4) ORDER BY commune, import, row", yield, commune, id, row)
}

func (r *reader) importReviews(which string, yield func(*registry.ImportReview) bool, args ...driver.Value) error {
	const op = "list what was set aside"
	return r.rows(op, "SELECT "+importReviewColumns+" FROM import_review "+which, 14, func(row []driver.Value) (bool, error) {
		v := &registry.ImportReview{
			Import: row[0].(int64), Row: row[1].(int64), Ref: row[2].(string), Reason: row[3].(string), Named: row[4].(string), Commune: row[5].(string),
			DistanceM: row[6].(float64), Point: geo.Point{LatE7: int32(row[7].(int64)), LonE7: int32(row[8].(int64))},
		}
		if err := json.Unmarshal([]byte(row[9].(string)), &v.Record); err != nil {
			return false, damaged(op, fmt.Sprintf("row %d of import %d: %v", v.Row, v.Import, err))
		}
		status := row[10].(int64)
		if !within(setAsideStatusNumbers, status) {
			return false, damaged(op, "a record has a status that this version does not know")
		}
		v.Status, v.DecidedAt = setAsideStatusNumbers[status], timeOrZero(row[13])
		v.Remark, _ = row[12].(string)
		if key, ok := row[11].(int64); ok {
			var err error
			if v.Code, err = addresscode.FromKey(uint64(key)); err != nil {
				return false, damaged(op, err.Error())
			}
		}
		return yield(v), nil
	}, args...)
}

func (w *writer) DecideImportReview(v *registry.ImportReview) error {
	const op = "decide on a record that was set aside"
	status, err := number("status", setAsideStatusNumbers, v.Status)
	if err != nil {
		return failure(op, err)
	}
	var key, remark driver.Value
	if !v.Code.IsZero() {
		key = int64(v.Code.Key())
	}
	if v.Remark != "" {
		remark = v.Remark
	}
	n, err := w.change(op, "UPDATE import_review SET status = ?, key = ?, remark = ?, decided_at = ? WHERE import = ? AND row = ? RETURNING 1",
		status, key, remark, v.DecidedAt.UnixMilli(), v.Import, v.Row)
	if err == nil && n == 0 {
		err = failure(op, fmt.Errorf("import %d has no record %d", v.Import, v.Row))
	}
	return err
}

func (w *writer) InsertImportReview(r *registry.ImportReview) error {
	const op = "set a record aside"
	record, err := encodeJSON(r.Record)
	if err != nil {
		return failure(op, err)
	}
	_, err = w.change(op, "INSERT INTO import_review (import, row, ref, reason, named, commune, distance_m, lat, lon, record) VALUES (?,?,?,?,?,?,?,?,?,?) RETURNING 1",
		r.Import, r.Row, r.Ref, r.Reason, r.Named, r.Commune, r.DistanceM, int64(r.Point.LatE7), int64(r.Point.LonE7), record)
	return err
}
