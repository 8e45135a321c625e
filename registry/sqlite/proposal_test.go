package sqlite

import (
	"bytes"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// What anybody may ask, and what runs beside every observation, must not read whole tables nor sort.
func TestProposalsAndObservationsUseIndexes(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "a.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, query := range map[string]string{
		"proposals":        "SELECT " + proposalColumns + proposalsAfter,
		"counts":           proposalCounts,
		"kept":             "SELECT " + proposalColumns + proposalsKept,
		"newest":           observationsBefore,
		"reviews":          "SELECT " + reviewColumns + reviewsAfter,
		"last":             "SELECT " + reviewColumns + lastReview,
		"old observations": deleteObservations,
		"old reviews":      deleteReviews,
		"old keys":         deleteIdempotency,
	} {
		t.Run(name, func(t *testing.T) {
			if err := s.View(t.Context(), func(r registry.Reader) error {
				args := make([]driver.Value, strings.Count(query, "?"))
				if name == "counts" {
					args = args[:4]
				}
				return r.(*reader).c.each("EXPLAIN QUERY PLAN "+query, 4, func(row []driver.Value) error {
					if step := row[3].(string); strings.HasPrefix(step, "SCAN") && step != "SCAN CONSTANT ROW" || strings.Contains(step, "TEMP B-TREE") {
						t.Errorf("%s", step)
					}
					return nil
				}, args...)
			}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func strayCode(t *testing.T) addresscode.Code {
	t.Helper()
	code, err := addresscode.ParseStrict("5FJBC-2NJV-T33")
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestCheckFindsStrayObservations(t *testing.T) {
	for name, put := range map[string]func(*writer) error{
		"observations of no address": func(w *writer) error {
			return w.PutObservation(&registry.Observation{Code: strayCode(t), Observer: "a", Day: 20261122, Outcome: registry.OutcomeDelivered, ObservedAt: time.Now(), RecordedAt: time.Now()})
		},
		"reviews of no address": func(w *writer) error {
			return w.InsertReview(&registry.Review{ID: strings.Repeat("R", 26), Code: strayCode(t), Commune: "00070", Kind: registry.ReviewNotFound, Status: registry.ReviewOpen, CreatedAt: time.Now()})
		},
		"proposals confirmed as no address": func(w *writer) error {
			return w.InsertProposal(&registry.Proposal{ID: strings.Repeat("P", 26), Status: registry.ProposalConfirmed, Code: strayCode(t), Commune: "00070",
				Kind: registry.KindOther, Position: geo.Position{Source: geo.SourceGPS}, CreatedAt: time.Now(), ExpiresAt: time.Now(), DecidedAt: time.Now()})
		},
	} {
		s, err := Open(t.Context(), filepath.Join(t.TempDir(), "a.db"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Update(t.Context(), func(w registry.Writer) error { return put(w.(*writer)) }); err != nil {
			t.Fatal(err)
		}
		if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: the check says %v", name, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// What is purged is gone from the file, not only from the tables: a copy of the file must not hold it.
func TestPurgedIsGoneFromTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	const street, observer = "Phố Chỉ Có Ở Đây", "key:ONLYHERE"
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for i := range 200 { // more than a page
		if err := s.Update(t.Context(), func(w registry.Writer) error {
			if err := w.InsertProposal(&registry.Proposal{ID: fmt.Sprintf("%s%03d", strings.Repeat("P", 23), i), Status: registry.ProposalOpen, Commune: "00070",
				Kind: registry.KindOther, Position: geo.Position{Source: geo.SourceGPS}, Components: registry.Components{Street: street}, CreatedAt: at, ExpiresAt: at}); err != nil {
				return err
			}
			return w.PutObservation(&registry.Observation{Code: strayCode(t), Observer: fmt.Sprint(observer, i), Day: 20261122, Outcome: registry.OutcomeDelivered, ObservedAt: at, RecordedAt: at})
		}); err != nil {
			t.Fatal(err)
		}
	}
	holds := func() (found bool) {
		t.Helper()
		for _, file := range []string{path, path + "-wal"} {
			text, err := os.ReadFile(file)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			found = found || bytes.Contains(text, []byte(street)) || bytes.Contains(text, []byte(observer))
		}
		return found
	}
	if !holds() {
		t.Fatal("the file does not hold what was written: the test looks at the wrong place")
	}
	if err := s.Update(t.Context(), func(w registry.Writer) error {
		for i := range 200 {
			if err := w.RemoveProposal(fmt.Sprintf("%s%03d", strings.Repeat("P", 23), i)); err != nil {
				return err
			}
		}
		_, err := w.PurgeObservations(at, 1000)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil { // which empties the write-ahead log
		t.Fatal(err)
	}
	if holds() {
		t.Error("the file still holds what was purged")
	}
}
