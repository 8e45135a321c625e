package sqlite

import (
	"database/sql/driver"
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
