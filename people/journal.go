package people

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/diachiso/diachiso/registry"
)

// JournalLine is a line of the journal as its household reads it.
type JournalLine struct {
	Seq     int64
	At      time.Time
	Actor   string // "key:7F2KQ9BX", "household:…", "cli"
	Action  string
	Purpose string // what for, "" where the action says it
}

// Journal returns the lines about a household, newest first: who read or changed what of it, when and what for. next is where
// the next page begins, "" on the last one. by is the household itself. Errors: CodeInvalid, CodeNotFound.
func (s *Service) Journal(ctx context.Context, by registry.Actor, household, after string, limit int) (lines []JournalLine, next string, err error) {
	if limit, err = pageOf(limit); err != nil {
		return nil, "", err
	}
	before := int64(0)
	if after != "" {
		if before, err = strconv.ParseInt(after, 10, 64); err != nil || before < 1 {
			return nil, "", invalid("after", "is no place in this list", "give what the page before had as next, or leave it out")
		}
	}
	lines, err = s.journal(ctx, household, before, limit+1)
	if err != nil {
		return nil, "", err
	}
	if len(lines) > limit {
		lines = lines[:limit]
		next = strconv.FormatInt(lines[limit-1].Seq, 10)
	}
	return lines, next, s.record(ctx, entry(by, s.now(), "household.journal_read", household))
}

func (s *Service) journal(ctx context.Context, household string, before int64, limit int) (lines []JournalLine, err error) {
	err = s.store.ViewPeople(ctx, func(r Reader) error {
		if _, err := r.Household(household); err != nil {
			return err
		}
		entries, err := r.JournalOf(household, before, limit)
		for _, e := range entries {
			lines = append(lines, JournalLine{Seq: e.Seq, At: e.At, Actor: e.Actor, Action: e.Action, Purpose: purposeOf(e)})
		}
		return err
	})
	if isNotFound(err) {
		err = errNoHousehold()
	}
	return lines, err
}

// purposeOf is what an entry says of why.
func purposeOf(e registry.Entry) string {
	var detail struct {
		Purpose string `json:"purpose"`
		Reason  string `json:"reason"`
		Kind    string `json:"kind"`
	}
	if e.Detail != "" && json.Unmarshal([]byte(e.Detail), &detail) != nil {
		return ""
	}
	switch {
	case detail.Purpose != "":
		return detail.Purpose
	case detail.Reason != "":
		return detail.Reason
	case detail.Kind != "":
		return detail.Kind
	case strings.HasPrefix(e.Action, "alias."):
		return string(PurposeAliasDelivery)
	}
	return ""
}

// record writes lines and returns when they are on disk: whoever shows private data waits for it first.
func (s *Service) record(ctx context.Context, lines ...registry.Entry) error {
	if len(lines) == 0 {
		return nil
	}
	return s.store.UpdatePeople(ctx, func(w Writer) error {
		for _, e := range lines {
			if err := w.AppendEntry(e); err != nil {
				return err
			}
		}
		return nil
	})
}
