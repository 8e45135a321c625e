package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"github.com/diachiso/diachiso/jobs"
	"github.com/diachiso/diachiso/registry"
)

var (
	_ jobs.Store  = (*Store)(nil)
	_ jobs.Writer = (*writer)(nil)
)

const (
	jobColumns    = "id, owner, key, options, sha256, bytes, state, rows, counts, result_bytes, failure, created_at, finished_at, expires_at"
	numJobColumns = 14
)

func (s *Store) Job(ctx context.Context, id string) (j jobs.Job, err error) {
	err = s.readAccess(ctx, func(r *reader) error {
		j, err = r.Job(id)
		return err
	})
	return j, err
}

func (s *Store) PendingJobs(ctx context.Context) (all []jobs.Job, err error) {
	err = s.readAccess(ctx, func(r *reader) error {
		all, err = r.jobs("list jobs", "WHERE state = 'pending' ORDER BY created_at, id")
		return err
	})
	return all, err
}

func (s *Store) CountJobs(ctx context.Context) (counts map[jobs.State]int64, err error) {
	counts = map[jobs.State]int64{}
	err = s.readAccess(ctx, func(r *reader) error {
		return failure("count jobs", r.c.each("SELECT state, count(*) FROM job GROUP BY state", 2, func(row []driver.Value) error {
			counts[jobs.State(row[0].(string))] = row[1].(int64)
			return nil
		}))
	})
	return counts, err
}

func (s *Store) JobIDs(ctx context.Context) (ids []string, err error) {
	err = s.readAccess(ctx, func(r *reader) error {
		ids, err = r.jobIDs("SELECT id FROM job")
		return err
	})
	return ids, err
}

func (s *Store) UpdateJobs(ctx context.Context, fn func(jobs.Writer) error) error {
	return s.Update(ctx, func(w registry.Writer) error { return fn(w.(*writer)) })
}

func (r *reader) Job(id string) (jobs.Job, error) { return r.job("WHERE id = ?", id) }

func (r *reader) JobByKey(owner, key string) (jobs.Job, error) {
	return r.job("WHERE owner = ? AND key = ?", owner, key)
}

func (r *reader) job(where string, args ...driver.Value) (jobs.Job, error) {
	const op = "read job"
	found, err := r.jobs(op, where, args...)
	if err != nil {
		return jobs.Job{}, err
	}
	if len(found) == 0 {
		return jobs.Job{}, notFound(op, "there is no such job")
	}
	return found[0], nil
}

func (r *reader) jobs(op, where string, args ...driver.Value) ([]jobs.Job, error) {
	var all []jobs.Job
	err := r.c.each("SELECT "+jobColumns+" FROM job "+where, numJobColumns, func(row []driver.Value) error {
		j, err := scanJob(row)
		all = append(all, j)
		return err
	}, args...)
	return all, failure(op, err)
}

func (r *reader) jobIDs(text string, args ...driver.Value) ([]string, error) {
	var ids []string
	err := r.c.each(text, 1, func(row []driver.Value) error {
		ids = append(ids, row[0].(string))
		return nil
	}, args...)
	return ids, failure("list jobs", err)
}

func (r *reader) CountPendingJobs(owner string) (n int, err error) {
	err = r.c.each("SELECT count(*) FROM job WHERE state = 'pending' AND owner = ?", 1, func(row []driver.Value) error {
		n = int(row[0].(int64))
		return nil
	}, owner)
	return n, failure("count jobs", err)
}

func (r *reader) ExpiredJobs(t time.Time, limit int) ([]string, error) {
	return r.jobIDs("SELECT id FROM job WHERE expires_at <= ? ORDER BY expires_at LIMIT ?", t.UnixMilli(), int64(limit))
}

func (w *writer) InsertJob(j jobs.Job) error {
	const op = "insert job"
	values, err := jobValues(j)
	if err != nil {
		return failure(op, err)
	}
	return failure(op, w.c.each("INSERT INTO job ("+jobColumns+") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", 0, nil, values...))
}

func (w *writer) ReplaceJob(j jobs.Job) error {
	const op = "replace job"
	if _, err := w.Job(j.ID); err != nil {
		return err
	}
	values, err := jobValues(j)
	if err != nil {
		return failure(op, err)
	}
	return failure(op, w.c.each("UPDATE job SET ("+jobColumns+") = (?1,?,?,?,?,?,?,?,?,?,?,?,?,?) WHERE id = ?1", 0, nil, values...))
}

func (w *writer) RemoveJob(id string) error {
	return failure("remove job", w.c.each("DELETE FROM job WHERE id = ?", 0, nil, id))
}

func jobValues(j jobs.Job) ([]driver.Value, error) {
	counts, err := json.Marshal(j.Counts)
	if err != nil {
		return nil, fmt.Errorf("encode counts: %w", err)
	}
	var key driver.Value
	if j.Key != "" {
		key = j.Key
	}
	fault := ""
	if j.Failure != nil {
		text, err := json.Marshal(j.Failure)
		if err != nil {
			return nil, fmt.Errorf("encode failure: %w", err)
		}
		fault = string(text)
	}
	return []driver.Value{
		j.ID, j.Owner, key, j.Options, j.SHA256[:], j.Bytes, string(j.State), j.Rows, string(counts), j.ResultBytes, fault,
		j.CreatedAt.UnixMilli(), nullTime(j.FinishedAt), j.ExpiresAt.UnixMilli(),
	}, nil
}

// scanJob trusts the types of the columns, which the table is strict about.
func scanJob(row []driver.Value) (jobs.Job, error) {
	j := jobs.Job{
		ID: row[0].(string), Owner: row[1].(string), Options: row[3].(string), Bytes: row[5].(int64), State: jobs.State(row[6].(string)),
		Rows: row[7].(int64), ResultBytes: row[9].(int64),
		CreatedAt: timeOf(row[11].(int64)), FinishedAt: timeOrZero(row[12]), ExpiresAt: timeOf(row[13].(int64)),
	}
	j.Key, _ = row[2].(string)
	copy(j.SHA256[:], row[4].([]byte))
	if err := json.Unmarshal([]byte(row[8].(string)), &j.Counts); err != nil {
		return j, damaged("read job", "the counts of a job are no JSON")
	}
	if text := row[10].(string); text != "" {
		if err := json.Unmarshal([]byte(text), &j.Failure); err != nil {
			return j, damaged("read job", "the failure of a job is no JSON")
		}
	}
	return j, nil
}
