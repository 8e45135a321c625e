package people

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/diachiso/diachiso/registry"
)

const (
	maxPage   = 200
	usualPage = 50  // where none is asked for
	batchRead = 500 // rows looked through at once for those of an area
)

// OpenRequests returns the requests in the actor's area that wait for an answer, the one due first first, and where the next
// page begins ("" on the last). after is what the page before gave, "" for the first. Everything shown is in the journal of
// its household. Errors: CodeInvalid.
func (s *Service) OpenRequests(ctx context.Context, by registry.Actor, after string, limit int) (requests []Request, next string, err error) {
	if limit, err = pageOf(limit); err != nil {
		return nil, "", err
	}
	due, id, err := parsePlace(after)
	if err != nil {
		return nil, "", err
	}
	for {
		var batch []Request
		err := s.store.ViewPeople(ctx, func(r Reader) (err error) {
			batch, err = r.OpenRequests(due, id, batchRead)
			return err
		})
		if err != nil {
			return nil, "", err
		}
		for _, r := range batch {
			ours, err := s.inArea(ctx, by, &r)
			if err != nil {
				return nil, "", err
			}
			if ours && len(requests) == limit {
				last := requests[limit-1]
				return requests, place(last.DueAt, last.ID), s.recordShown(ctx, by, requests)
			}
			if ours {
				requests = append(requests, r)
			}
			due, id = r.DueAt, r.ID
		}
		if len(batch) < batchRead {
			return requests, "", s.recordShown(ctx, by, requests)
		}
	}
}

// inArea decrypts the notes of a request that lies in the actor's area. A household that is deleted meanwhile is not.
func (s *Service) inArea(ctx context.Context, by registry.Actor, r *Request) (bool, error) {
	if by.Area != nil {
		a, err := s.addresses.Address(ctx, r.Code)
		if err != nil || !by.Area.Holds(a.Commune) {
			return false, err
		}
	}
	err := s.openNotes(ctx, r)
	if isNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

func (s *Service) recordShown(ctx context.Context, by registry.Actor, requests []Request) error {
	now := s.now()
	var lines []registry.Entry
	for _, r := range requests {
		lines = append(lines, entry(by, now, "request.read", r.Household, "request", r.ID))
	}
	return s.record(ctx, lines...)
}

// Deadlines returns all requests that wait for an answer, the one due first first, without their words.
func (s *Service) Deadlines(ctx context.Context) (requests []Request, err error) {
	err = s.store.ViewPeople(ctx, func(r Reader) error {
		var due time.Time
		id := ""
		for {
			batch, err := r.OpenRequests(due, id, batchRead)
			if err != nil {
				return err
			}
			requests = append(requests, batch...)
			if len(batch) < batchRead {
				return nil
			}
			due, id = batch[len(batch)-1].DueAt, batch[len(batch)-1].ID
		}
	})
	return requests, err
}

// RequestCounts are how many requests wait for an answer.
type RequestCounts struct {
	Open    int
	Overdue int // of them, after their due date
}

// CountRequests counts for the monitoring of deadlines. No private data are read.
func (s *Service) CountRequests(ctx context.Context) (c RequestCounts, err error) {
	now := s.now()
	err = s.store.ViewPeople(ctx, func(r Reader) error {
		c.Open, c.Overdue, err = r.CountOpenRequests(now)
		return err
	})
	return c, err
}

func pageOf(limit int) (int, error) {
	if limit < 0 || limit > maxPage {
		return 0, invalid("limit", "is no usable number of items", "give 1 to "+strconv.Itoa(maxPage))
	}
	return cmp.Or(limit, usualPage), nil
}

func place(at time.Time, id string) string { return strconv.FormatInt(at.UnixMilli(), 10) + "." + id }

func parsePlace(text string) (at time.Time, id string, err error) {
	if text == "" {
		return time.Time{}, "", nil
	}
	ms, id, ok := strings.Cut(text, ".")
	n, nerr := strconv.ParseInt(ms, 10, 64)
	if nerr != nil || !ok || id == "" {
		return time.Time{}, "", invalid("after", "is no place in this list", "give what the page before had as next, or leave it out")
	}
	return time.UnixMilli(n).UTC(), id, nil
}
