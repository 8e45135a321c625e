package sqlite

import (
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// The numbers of the closed sets of reviews: index = stored value.
var (
	reviewStatusNumbers  = []registry.ReviewStatus{"", registry.ReviewOpen, registry.ReviewClosed}
	reviewKindNumbers    = []registry.ReviewKind{"", registry.ReviewPositionDoubtful, registry.ReviewNotFound, registry.ReviewWrongPlace}
	reviewOutcomeNumbers = []registry.ReviewOutcome{"", registry.ReviewKept, registry.ReviewMoved, registry.ReviewRetired}
)

const reviewColumns = "id, key, status, kind, commune, observers, delivered, not_found, wrong_place, lat, lon, accuracy_m, move_m," +
	" outcome, note, created_at, closed_at"

const numReviewColumns = 17

// What is asked of reviews. Among those of an address at most one is open, and has no time of closing.
const (
	reviewsAfter  = " FROM review WHERE status = ? AND (commune, created_at, id) > (?, ?, ?) ORDER BY commune, created_at, id"
	lastReview    = " FROM review WHERE key = ? ORDER BY status, closed_at DESC LIMIT 1"
	deleteReviews = "DELETE FROM review WHERE id IN (SELECT id FROM review WHERE closed_at <= ? ORDER BY closed_at LIMIT ?) RETURNING 1"
)

func (r *reader) Review(id string) (*registry.Review, error) {
	return r.review("SELECT "+reviewColumns+" FROM review WHERE id = ?", id)
}

func (r *reader) LastReview(code addresscode.Code) (*registry.Review, error) {
	return r.review("SELECT "+reviewColumns+lastReview, int64(code.Key()))
}

func (r *reader) review(text string, arg driver.Value) (*registry.Review, error) {
	const op = "read review"
	var found *registry.Review
	err := r.reviews(op, text, func(v *registry.Review) bool {
		found = v
		return false
	}, arg)
	if err == nil && found == nil {
		return nil, notFound(op, "there is no such review")
	}
	return found, err
}

func (r *reader) Reviews(status registry.ReviewStatus, after registry.Cursor, yield func(*registry.Review) bool) error {
	number, err := number("status", reviewStatusNumbers, status)
	if err != nil {
		return err
	}
	return r.reviews("list reviews", "SELECT "+reviewColumns+reviewsAfter, yield, number, after.Commune, after.At.UnixMilli(), after.ID)
}

func (r *reader) reviews(op, text string, yield func(*registry.Review) bool, args ...driver.Value) error {
	return r.rows(op, text, numReviewColumns, func(row []driver.Value) (bool, error) {
		v, err := scanReview(row)
		if err != nil {
			return false, err
		}
		return yield(v), nil
	}, args...)
}

func (w *writer) InsertReview(r *registry.Review) error {
	const op = "insert review"
	row, err := reviewRow(r)
	if err != nil {
		return err
	}
	_, err = w.change(op, "INSERT INTO review ("+reviewColumns+") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING 1", row...)
	if isUnique(err) {
		return &registry.Error{Code: registry.CodeVersionConflict, Op: op, Message: "a review of the address is open", Hint: "close it first", Err: err}
	}
	return err
}

func (w *writer) ReplaceReview(r *registry.Review) error {
	const op = "replace review"
	row, err := reviewRow(r)
	if err != nil {
		return err
	}
	n, err := w.change(op, "UPDATE review SET (status, outcome, note, closed_at) = (?2, ?3, ?4, ?5) WHERE id = ?1 RETURNING 1",
		row[0], row[2], row[13], row[14], row[16])
	if err == nil && n == 0 {
		return notFound(op, "there is no such review")
	}
	return err
}

func (w *writer) PurgeReviews(t time.Time, limit int) (int, error) {
	return w.change("purge reviews", deleteReviews, t.UnixMilli(), int64(limit))
}

// reviewRow is a review in the order of reviewColumns.
func reviewRow(r *registry.Review) ([]driver.Value, error) {
	status, err := number("status", reviewStatusNumbers, r.Status)
	if err != nil {
		return nil, err
	}
	kind, err := number("kind", reviewKindNumbers, r.Kind)
	if err != nil {
		return nil, err
	}
	var outcome driver.Value
	if r.Outcome != "" {
		if outcome, err = number("outcome", reviewOutcomeNumbers, r.Outcome); err != nil {
			return nil, err
		}
	}
	lat, lon, accuracyM := gpsColumns(r.Estimate)
	return []driver.Value{
		r.ID, int64(r.Code.Key()), status, kind, r.Commune, int64(r.Observers), int64(r.Delivered), int64(r.NotFound), int64(r.WrongPlace),
		lat, lon, accuracyM, r.MoveM, outcome, r.Note, r.CreatedAt.UnixMilli(), nullTime(r.ClosedAt),
	}, nil
}

func scanReview(row []driver.Value) (*registry.Review, error) {
	key, status, kind := row[1].(int64), row[2].(int64), row[3].(int64)
	outcome, _ := row[13].(int64)
	if !within(reviewStatusNumbers, status) || !within(reviewKindNumbers, kind) || outcome != 0 && !within(reviewOutcomeNumbers, outcome) {
		return nil, damaged("read review", "a row of review has a number that this version does not know")
	}
	code, err := addresscode.FromKey(uint64(key))
	if err != nil {
		return nil, damaged("read review", fmt.Sprintf("key %d is no code: %v", key, err))
	}
	return &registry.Review{
		ID: row[0].(string), Code: code, Commune: row[4].(string), Kind: reviewKindNumbers[kind], Status: reviewStatusNumbers[status],
		Observers: int(row[5].(int64)), Delivered: int(row[6].(int64)), NotFound: int(row[7].(int64)), WrongPlace: int(row[8].(int64)),
		Estimate: gpsPosition(row[9], row[10], row[11]), MoveM: row[12].(float64),
		Outcome: reviewOutcomeNumbers[outcome], Note: row[14].(string),
		CreatedAt: timeOf(row[15].(int64)), ClosedAt: timeOrZero(row[16]),
	}, nil
}
