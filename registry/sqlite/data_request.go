package sqlite

import (
	"database/sql/driver"
	"time"

	"github.com/diachiso/diachiso/people"
)

// A request lies where its household lives now.
const (
	dataRequests = "SELECT r.id, r.household, h.code, r.kind, r.status, r.note, r.answer, r.received_at, r.acknowledge_by, r.due_at, r.answered_at" +
		" FROM data_request r JOIN household h ON h.id = r.household "
	numDataRequestColumns = 11
)

func (r *reader) Request(id string) (*people.Request, error) {
	const op = "read request"
	found, err := r.dataRequests(op, "WHERE r.id = ?", id)
	if err == nil && len(found) == 0 {
		return nil, notFound(op, "there is no such request")
	}
	if err != nil {
		return nil, err
	}
	return &found[0], nil
}

func (r *reader) Requests(household string) ([]people.Request, error) {
	return r.dataRequests("list requests", "WHERE r.household = ? ORDER BY r.received_at DESC, r.id", household)
}

func (r *reader) OpenRequests(afterDue time.Time, afterID string, limit int) ([]people.Request, error) {
	return r.dataRequests("list requests", "WHERE r.status IN ('open', 'extended') AND (r.due_at, r.id) > (?, ?) ORDER BY r.due_at, r.id LIMIT ?",
		milli(afterDue), afterID, int64(limit))
}

func (r *reader) dataRequests(op, where string, args ...driver.Value) (found []people.Request, err error) {
	err = r.c.each(dataRequests+where, numDataRequestColumns, func(row []driver.Value) error {
		code, err := r.code(row[2].(int64))
		if err != nil {
			return err
		}
		note, _ := row[5].([]byte)
		answer, _ := row[6].([]byte)
		found = append(found, people.Request{
			ID: row[0].(string), Household: row[1].(string), Code: code, Kind: people.RequestKind(row[3].(string)), Status: people.RequestStatus(row[4].(string)),
			SealedNote: note, SealedAnswer: answer, ReceivedAt: timeOf(row[7].(int64)), AcknowledgeBy: timeOf(row[8].(int64)), DueAt: timeOf(row[9].(int64)),
			AnsweredAt: timeOrZero(row[10]),
		})
		return nil
	}, args...)
	return found, failure(op, err)
}

func (r *reader) CountOpenRequests(now time.Time) (open, overdue int, err error) {
	err = r.c.each("SELECT count(*), count(*) FILTER (WHERE due_at < ?) FROM data_request WHERE status IN ('open', 'extended')", 2, func(row []driver.Value) error {
		open, overdue = int(row[0].(int64)), int(row[1].(int64))
		return nil
	}, now.UnixMilli())
	return open, overdue, failure("count requests", err)
}

func (w *writer) InsertRequest(r *people.Request) error {
	return failure("insert request", w.c.each("INSERT INTO data_request (id, household, kind, status, note, answer, received_at, acknowledge_by, due_at, answered_at)"+
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", 0, nil,
		r.ID, r.Household, string(r.Kind), string(r.Status), bytesOrNull(r.SealedNote), bytesOrNull(r.SealedAnswer),
		r.ReceivedAt.UnixMilli(), r.AcknowledgeBy.UnixMilli(), r.DueAt.UnixMilli(), nullTime(r.AnsweredAt)))
}

func (w *writer) UpdateRequest(r *people.Request) error {
	return failure("update request", w.c.each("UPDATE data_request SET status = ?2, answer = ?3, due_at = ?4, answered_at = ?5 WHERE id = ?1", 0, nil,
		r.ID, string(r.Status), bytesOrNull(r.SealedAnswer), r.DueAt.UnixMilli(), nullTime(r.AnsweredAt)))
}
