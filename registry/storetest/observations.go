package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

var observationTests = []test{
	{"every field of an observation survives", everyObservationField},
	{"one observation for each code, observer and day", replaceObservation},
	{"observations are listed newest first", listObservations},
	{"observations are purged by age", purgeObservations},
	{"every field of a review survives", everyReviewField},
	{"one review is open for each code", oneOpenReview},
	{"the last review is the open one or the one closed last", lastReview},
	{"reviews are listed by status, commune, time and id", listReviews},
	{"closed reviews are purged by age", purgeReviews},
	{"removing an address removes what was observed of it", removeObserved},
}

func observation(code addresscode.Code, observer string, at time.Time) *registry.Observation {
	return &registry.Observation{
		Code: code, Observer: observer, Day: geo.DateOf(at), Outcome: registry.OutcomeDelivered,
		Position:   &geo.Position{Point: geo.Point{LatE7: 210287000, LonE7: 1058524000}, Source: geo.SourceGPS, AccuracyM: 6.25},
		ObservedAt: at.Add(-time.Minute), RecordedAt: at,
	}
}

func observe(t testing.TB, s registry.Store, os ...*registry.Observation) {
	t.Helper()
	update(t, s, func(w registry.Writer) error {
		for _, o := range os {
			if err := w.PutObservation(o); err != nil {
				return err
			}
		}
		return nil
	})
}

func observations(t testing.TB, r registry.Reader, code addresscode.Code, after registry.Cursor, most int) []*registry.Observation {
	t.Helper()
	var found []*registry.Observation
	if err := r.Observations(code, after, func(o *registry.Observation) bool {
		found = append(found, o)
		return len(found) < most
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

func wantObservations(t *testing.T, s registry.Store, code addresscode.Code, want ...*registry.Observation) {
	t.Helper()
	view(t, s, func(r registry.Reader) error {
		if got := observations(t, r, code, registry.Cursor{}, 1000); !(len(got) == 0 && len(want) == 0) && !reflect.DeepEqual(got, want) {
			t.Errorf("observations of %s:\n got %+v\nwant %+v", code, got, want)
		}
		return nil
	})
}

func everyObservationField(t *testing.T, s registry.Store) {
	for i, change := range []func(*registry.Observation){
		func(*registry.Observation) {},
		func(o *registry.Observation) { o.Position = nil },
		func(o *registry.Observation) { o.Outcome = registry.OutcomeNotFound },
		func(o *registry.Observation) { o.Outcome, o.Observer = registry.OutcomeWrongPlace, "key:7F2KQ9BX" },
		func(o *registry.Observation) {
			o.Position = &geo.Position{Point: geo.Point{LatE7: -900000000, LonE7: -1800000000}, Source: geo.SourceGPS}
		},
		func(o *registry.Observation) { o.ObservedAt = o.RecordedAt.Add(-7 * 24 * time.Hour) },
	} {
		code := Codes(t, i+1)[i]
		o := observation(code, "a", issued)
		change(o)
		observe(t, s, o)
		wantObservations(t, s, code, o)
	}
	bad := observation(Codes(t, 1)[0], "a", issued)
	bad.Outcome = "eaten"
	err := s.Update(t.Context(), func(w registry.Writer) error { return w.PutObservation(bad) })
	wantCode(t, "unknown outcome", err, registry.CodeInvalid)
}

func replaceObservation(t *testing.T, s registry.Store) {
	codes := Codes(t, 2)
	first := observation(codes[0], "a", issued)
	later := observation(codes[0], "a", issued.Add(time.Hour))
	later.Outcome, later.Position = registry.OutcomeNotFound, nil
	tomorrow := observation(codes[0], "a", issued.Add(24*time.Hour))
	other := observation(codes[0], "b", issued)
	elsewhere := observation(codes[1], "a", issued)
	observe(t, s, first, other, elsewhere, tomorrow, later)
	wantObservations(t, s, codes[0], tomorrow, later, other)
	wantObservations(t, s, codes[1], elsewhere)
}

func listObservations(t *testing.T, s registry.Store) {
	code := Codes(t, 1)[0]
	rnd := rand.New(rand.NewPCG(3, 4))
	var want []*registry.Observation
	for i := range 40 {
		want = append(want, observation(code, fmt.Sprintf("key:%02d", i), issued.Add(time.Duration(rnd.IntN(10))*time.Second)))
	}
	observe(t, s, want...)
	slices.SortFunc(want, func(a, b *registry.Observation) int {
		if c := b.RecordedAt.Compare(a.RecordedAt); c != 0 {
			return c
		}
		if a.Observer > b.Observer {
			return -1
		}
		return 1
	})
	wantObservations(t, s, code, want...)
	view(t, s, func(r registry.Reader) error {
		for i, o := range want {
			got := observations(t, r, code, registry.Cursor{At: o.RecordedAt, ID: o.Observer}, 3)
			if rest := want[i+1 : min(i+4, len(want))]; len(got) != len(rest) || len(rest) > 0 && !reflect.DeepEqual(got, rest) {
				t.Errorf("after %d: %d observations, want %d", i, len(got), len(rest))
			}
		}
		return nil
	})
}

func purgeObservations(t *testing.T, s registry.Store) {
	code := Codes(t, 1)[0]
	old, edge, young := observation(code, "a", issued.Add(-time.Hour)), observation(code, "b", issued), observation(code, "c", issued.Add(time.Millisecond))
	observe(t, s, old, edge, young)
	for _, want := range []int{1, 1, 0} {
		update(t, s, func(w registry.Writer) error {
			if n, err := w.PurgeObservations(issued, 1); err != nil || n != want {
				t.Errorf("purged %d, %v; want %d", n, err, want)
			}
			return nil
		})
	}
	wantObservations(t, s, code, young)
}

func reviewOf(n int, code addresscode.Code) *registry.Review {
	return &registry.Review{
		ID: fmt.Sprintf("REVIEWREVIEWREVIEWREVIE%03d", n), Code: code, Commune: "00070", Kind: registry.ReviewNotFound, Status: registry.ReviewOpen,
		Observers: 2, Delivered: 1, NotFound: 2, WrongPlace: 3, CreatedAt: issued,
	}
}

func closeAt(r *registry.Review, at time.Time) {
	r.Status, r.Outcome, r.Note, r.ClosedAt = registry.ReviewClosed, registry.ReviewKept, "đã khảo sát", at
}

func insertReviews(t testing.TB, s registry.Store, rs ...*registry.Review) {
	t.Helper()
	update(t, s, func(w registry.Writer) error {
		for _, r := range rs {
			if err := w.InsertReview(r); err != nil {
				return err
			}
		}
		return nil
	})
}

func wantReview(t *testing.T, s registry.Store, want *registry.Review) {
	t.Helper()
	view(t, s, func(r registry.Reader) error {
		if got, err := r.Review(want.ID); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("review: %v\n got %+v\nwant %+v", err, got, want)
		}
		return nil
	})
}

func everyReviewField(t *testing.T, s registry.Store) {
	codes := Codes(t, 4)
	for i, change := range []func(*registry.Review){
		func(*registry.Review) {},
		func(r *registry.Review) {
			r.Kind, r.MoveM = registry.ReviewPositionDoubtful, 12.3
			r.Estimate = &geo.Position{Point: geo.Point{LatE7: 210287000, LonE7: 1058524000}, Source: geo.SourceGPS, AccuracyM: 5}
		},
		func(r *registry.Review) { closeAt(r, issued.Add(time.Hour)) },
		func(r *registry.Review) {
			r.Kind, r.Commune = registry.ReviewWrongPlace, ""
			closeAt(r, issued)
			r.Outcome = registry.ReviewRetired
		},
	} {
		r := reviewOf(i, codes[i])
		change(r)
		insertReviews(t, s, r)
		wantReview(t, s, r)
	}
	open := reviewOf(0, codes[0])
	closeAt(open, issued.Add(time.Minute))
	update(t, s, func(w registry.Writer) error { return w.ReplaceReview(open) })
	wantReview(t, s, open)
	view(t, s, func(r registry.Reader) error {
		_, err := r.Review("nobody's")
		wantCode(t, "unknown id", err, registry.CodeNotFound)
		return nil
	})
	err := s.Update(t.Context(), func(w registry.Writer) error { return w.ReplaceReview(reviewOf(99, codes[0])) })
	wantCode(t, "replace of nothing", err, registry.CodeNotFound)
}

func oneOpenReview(t *testing.T, s registry.Store) {
	codes := Codes(t, 2)
	first := reviewOf(1, codes[0])
	insertReviews(t, s, first, reviewOf(2, codes[1]))
	err := s.Update(t.Context(), func(w registry.Writer) error { return w.InsertReview(reviewOf(3, codes[0])) })
	wantCode(t, "a second open review", err, registry.CodeVersionConflict)
	closeAt(first, issued)
	update(t, s, func(w registry.Writer) error {
		return errors.Join(w.ReplaceReview(first), w.InsertReview(reviewOf(3, codes[0])))
	})
}

func lastReview(t *testing.T, s registry.Store) {
	codes := Codes(t, 2)
	early, late, open := reviewOf(1, codes[0]), reviewOf(2, codes[0]), reviewOf(3, codes[0])
	closeAt(early, issued.Add(time.Hour))
	closeAt(late, issued.Add(2*time.Hour))
	want := func(id string) {
		t.Helper()
		view(t, s, func(r registry.Reader) error {
			if got, err := r.LastReview(codes[0]); err != nil || got.ID != id {
				t.Errorf("got %+v, %v; want %s", got, err, id)
			}
			_, err := r.LastReview(codes[1])
			wantCode(t, "of another code", err, registry.CodeNotFound)
			return nil
		})
	}
	insertReviews(t, s, late)
	want(late.ID)
	insertReviews(t, s, early)
	want(late.ID)
	insertReviews(t, s, open)
	want(open.ID)
}

func listReviews(t *testing.T, s registry.Store) {
	codes := Codes(t, 12)
	var open []*registry.Review
	for i, code := range codes {
		r := reviewOf(i, code)
		r.Commune = []string{"00070", "00004"}[i%2]
		r.CreatedAt = issued.Add(time.Duration(i%3) * time.Second)
		if i%4 == 3 {
			closeAt(r, issued)
		} else {
			open = append(open, r)
		}
		insertReviews(t, s, r)
	}
	slices.SortFunc(open, func(a, b *registry.Review) int {
		if a.Commune+a.CreatedAt.Format("05")+a.ID < b.Commune+b.CreatedAt.Format("05")+b.ID {
			return -1
		}
		return 1
	})
	list := func(r registry.Reader, status registry.ReviewStatus, after registry.Cursor, most int) (found []*registry.Review) {
		if err := r.Reviews(status, after, func(v *registry.Review) bool {
			found = append(found, v)
			return len(found) < most
		}); err != nil {
			t.Fatal(err)
		}
		return found
	}
	view(t, s, func(r registry.Reader) error {
		if got := list(r, registry.ReviewOpen, registry.Cursor{}, 100); !reflect.DeepEqual(got, open) {
			t.Errorf("open: got %d, want %d in order", len(got), len(open))
		}
		for i, v := range open {
			got := list(r, registry.ReviewOpen, registry.Cursor{Commune: v.Commune, At: v.CreatedAt, ID: v.ID}, 2)
			if rest := open[i+1 : min(i+3, len(open))]; len(got) != len(rest) || len(rest) > 0 && !reflect.DeepEqual(got, rest) {
				t.Errorf("after %d: got %d, want %d", i, len(got), len(rest))
			}
		}
		if got := list(r, registry.ReviewClosed, registry.Cursor{}, 100); len(got)+len(open) != len(codes) {
			t.Errorf("%d closed, %d open", len(got), len(open))
		}
		return nil
	})
}

func purgeReviews(t *testing.T, s registry.Store) {
	codes := Codes(t, 3)
	old, young, open := reviewOf(1, codes[0]), reviewOf(2, codes[1]), reviewOf(3, codes[2])
	closeAt(old, issued)
	closeAt(young, issued.Add(time.Millisecond))
	insertReviews(t, s, old, young, open)
	for _, want := range []int{1, 0} {
		update(t, s, func(w registry.Writer) error {
			if n, err := w.PurgeReviews(issued, 10); err != nil || n != want {
				t.Errorf("purged %d, %v; want %d", n, err, want)
			}
			return nil
		})
	}
	wantReview(t, s, young)
	wantReview(t, s, open)
}

func removeObserved(t *testing.T, s registry.Store) {
	codes := Codes(t, 2)
	insert(t, s, 1, Address(codes[0]), Address(codes[1]))
	kept := observation(codes[1], "a", issued)
	observe(t, s, observation(codes[0], "a", issued), kept)
	insertReviews(t, s, reviewOf(1, codes[0]), reviewOf(2, codes[1]))
	update(t, s, func(w registry.Writer) error { return w.Remove(codes[0]) })
	wantObservations(t, s, codes[0])
	wantObservations(t, s, codes[1], kept)
	wantReview(t, s, reviewOf(2, codes[1]))
	view(t, s, func(r registry.Reader) error {
		_, err := r.LastReview(codes[0])
		wantCode(t, "the removed review", err, registry.CodeNotFound)
		return nil
	})
}
