package registry_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func courier(n int) registry.Actor { return registry.Actor{Name: fmt.Sprintf("key:COURIER%d", n)} }

func at(p geo.Point) *geo.Point { return &p }

// delivered is an observation by a device that says 6 m.
func delivered(code addresscode.Code, p geo.Point) registry.ObserveRequest {
	return registry.ObserveRequest{Code: code, Outcome: registry.OutcomeDelivered, Point: at(p), AccuracyM: 6}
}

func complaint(code addresscode.Code, outcome registry.ObservationOutcome) registry.ObserveRequest {
	return registry.ObserveRequest{Code: code, Outcome: outcome}
}

func mustObserve(tb testing.TB, svc *registry.Service, by registry.Actor, r registry.ObserveRequest) *registry.Observation {
	tb.Helper()
	o, err := svc.Observe(tb.Context(), by, registry.Sight{}, r)
	if err != nil {
		tb.Fatalf("Observe: %v", err)
	}
	return o
}

// known is an address whose entrance is known from a source to an accuracy.
func known(tb testing.TB, svc *registry.Service, p geo.Point, source geo.Source, accuracyM float64) *registry.Address {
	tb.Helper()
	r := house(p, "12")
	r.Positions[0].Source, r.Positions[0].AccuracyM = source, accuracyM
	return mustAssign(tb, svc, r)
}

func reviews(tb testing.TB, svc *registry.Service, status registry.ReviewStatus) []*registry.Review {
	tb.Helper()
	items, next, err := svc.Reviews(tb.Context(), registry.Actor{Name: "test"}, status, registry.Page{Limit: 200})
	if err != nil || next != "" {
		tb.Fatalf("Reviews: %v, next %q", err, next)
	}
	return items
}

func position(tb testing.TB, svc *registry.Service, code addresscode.Code) geo.Position {
	tb.Helper()
	a, err := svc.Address(tb.Context(), code)
	if err != nil {
		tb.Fatal(err)
	}
	return a.Positions[0].Position
}

// agree has n couriers deliver to a place, one a day.
func agree(tb testing.TB, svc *registry.Service, clock *timeline, code addresscode.Code, p geo.Point, n int) {
	tb.Helper()
	for i := range n {
		clock.pass(day)
		mustObserve(tb, svc, courier(i), delivered(code, moved(p, float64(i%3-1), float64(i%2))))
	}
}

func TestObserveOncePerDay(t *testing.T) {
	svc, _, clock := newTimedService(t)
	a := known(t, svc, khamThien, geo.SourceGPS, 10)
	mustObserve(t, svc, courier(1), delivered(a.Code, khamThien))
	clock.pass(time.Hour)
	seen := clock.now().Add(-20 * time.Minute)
	last := mustObserve(t, svc, courier(1), registry.ObserveRequest{Code: a.Code, Outcome: registry.OutcomeNotFound, ObservedAt: seen})
	if !last.ObservedAt.Equal(seen) || !last.RecordedAt.Equal(clock.now()) || last.Position != nil {
		t.Errorf("got %+v", last)
	}
	list := func(by registry.Actor) []*registry.Observation {
		t.Helper()
		items, _, err := svc.Observations(t.Context(), by, a.Code, registry.Page{})
		if err != nil {
			t.Fatal(err)
		}
		return items
	}
	by := registrarOf(a.Commune)
	if items := list(by); len(items) != 1 || items[0].Outcome != registry.OutcomeNotFound || items[0].Observer != courier(1).Name {
		t.Errorf("after two of a day: %+v", items)
	}
	mustObserve(t, svc, courier(2), delivered(a.Code, khamThien))
	clock.pass(day)
	mustObserve(t, svc, courier(1), delivered(a.Code, khamThien))
	if items := list(by); len(items) != 3 || items[0].Observer != courier(1).Name || items[0].Position.Point != khamThien || items[0].Position.AccuracyM != 6 {
		t.Errorf("after another courier and another day: %+v", items)
	}
	_, _, err := svc.Observations(t.Context(), registrarOf("99999"), a.Code, registry.Page{})
	wantError(t, err, registry.CodeForbidden, "")
	first, next, err := svc.Observations(t.Context(), by, a.Code, registry.Page{Limit: 2})
	if err != nil || len(first) != 2 || next == "" {
		t.Fatalf("a page of two: %d, %q, %v", len(first), next, err)
	}
	rest, next, err := svc.Observations(t.Context(), by, a.Code, registry.Page{Limit: 2, After: next})
	if err != nil || len(rest) != 1 || next != "" || rest[0].Outcome != registry.OutcomeNotFound {
		t.Errorf("the second page: %+v, %q, %v", rest, next, err)
	}
	clock.pass(180 * day)
	if items := list(by); len(items) != 0 {
		t.Errorf("after 180 days: %+v", items)
	}
	if purged, err := svc.Purge(t.Context(), clock.now()); err != nil || purged.Observations != 3 {
		t.Errorf("purged %+v, %v", purged, err)
	}
}

func TestObserveRefuses(t *testing.T) {
	svc, _, clock := newTimedService(t)
	a := known(t, svc, khamThien, geo.SourceGPS, 10)
	free, err := geo.EncodeFirst(benThanh)
	if err != nil {
		t.Fatal(err)
	}
	now := clock.now()
	for _, c := range []struct {
		name   string
		change func(*registry.ObserveRequest)
		code   registry.ErrorCode
		field  string
	}{
		{"no code", func(r *registry.ObserveRequest) { r.Code = addresscode.Code{} }, registry.CodeInvalidCode, ""},
		{"nobody's code", func(r *registry.ObserveRequest) { r.Code, r.Point, r.AccuracyM = free, nil, 0 }, registry.CodeNotRegistered, ""},
		{"outcome", func(r *registry.ObserveRequest) { r.Outcome = "eaten" }, registry.CodeInvalid, "outcome"},
		{"no outcome", func(r *registry.ObserveRequest) { r.Outcome = "" }, registry.CodeInvalid, "outcome"},
		{"swapped", func(r *registry.ObserveRequest) { r.Point = at(geo.Point{LatE7: 1058372000, LonE7: 210199000}) }, registry.CodePositionInvalid, "position"},
		{"in Paris", func(r *registry.ObserveRequest) { r.Point = at(outsideAll) }, registry.CodePositionOutside, "position"},
		{"at sea", func(r *registry.ObserveRequest) { r.Point = at(openSea) }, registry.CodePositionOutside, "position"},
		{"delivered in another city", func(r *registry.ObserveRequest) { r.Point = at(benThanh) }, registry.CodeInvalid, "position"},
		{"accuracy below zero", func(r *registry.ObserveRequest) { r.AccuracyM = -1 }, registry.CodeInvalid, "accuracy_m"},
		{"accuracy no number", func(r *registry.ObserveRequest) { r.AccuracyM = math.NaN() }, registry.CodeInvalid, "accuracy_m"},
		{"accuracy of nothing", func(r *registry.ObserveRequest) { r.Point = nil }, registry.CodeInvalid, "accuracy_m"},
		{"tomorrow", func(r *registry.ObserveRequest) { r.ObservedAt = now.Add(day) }, registry.CodeInvalid, "observed_at"},
		{"last month", func(r *registry.ObserveRequest) { r.ObservedAt = now.Add(-30 * day) }, registry.CodeInvalid, "observed_at"},
		{"before there were clocks", func(r *registry.ObserveRequest) { r.ObservedAt = time.Unix(0, 0) }, registry.CodeInvalid, "observed_at"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := delivered(a.Code, khamThien)
			c.change(&r)
			_, err := svc.Observe(t.Context(), courier(1), registry.Sight{}, r)
			wantError(t, err, c.code, c.field)
		})
	}
	if items, _, err := svc.Observations(t.Context(), courier(0), a.Code, registry.Page{}); err != nil || len(items) != 0 {
		t.Errorf("refused observations were kept: %v, %v", items, err)
	}
	mustObserve(t, svc, courier(1), registry.ObserveRequest{Code: a.Code, Outcome: registry.OutcomeWrongPlace, Point: at(benThanh)})
}

func TestObserveProtected(t *testing.T) {
	svc, _, _ := newTimedService(t)
	a := known(t, svc, khamThien, geo.SourceGPS, 10)
	if _, err := svc.Protect(t.Context(), registry.Actor{Name: "test"}, a.Code, true); err != nil {
		t.Fatal(err)
	}
	_, err := svc.Observe(t.Context(), courier(1), registry.Sight{Protected: registry.Nowhere{}}, delivered(a.Code, khamThien))
	wantError(t, err, registry.CodeNotRegistered, "")
	mustObserve(t, svc, courier(1), delivered(a.Code, khamThien))
}

func TestObserversThatAgreeMoveTheEntrance(t *testing.T) {
	svc, _, clock := newTimedService(t)
	a := known(t, svc, khamThien, geo.SourceImport, 30)
	door := moved(khamThien, 9, 8)
	agree(t, svc, clock, a.Code, door, 2)
	if got := position(t, svc, a.Code); got != a.Positions[0].Position {
		t.Fatalf("two moved it to %+v", got)
	}
	clock.pass(day)
	mustObserve(t, svc, courier(2), delivered(a.Code, door))
	got := position(t, svc, a.Code)
	if d := geo.Distance(got.Point, door); d > 2 || got.Source != geo.SourceGPS || got.AccuracyM < 5 || got.AccuracyM > 10 {
		t.Errorf("moved to %+v, %.1f m from the door", got, d)
	}
	events, err := svc.History(t.Context(), a.Code)
	if err != nil || len(events) != 2 || events[1].Action != registry.ActionUpdated || events[1].Actor != "observations" || events[1].After.Code != a.Code {
		t.Errorf("history %+v, %v", events, err)
	}
	if r := reviews(t, svc, ""); len(r) != 0 {
		t.Errorf("reviews %+v", r)
	}
	agree(t, svc, clock, a.Code, moved(door, 4, 0), 3)
	if again := position(t, svc, a.Code); again != got {
		t.Errorf("moved again, to what is known no better: %+v", again)
	}
}

func TestWhatObserversDoNotMove(t *testing.T) {
	type situation struct {
		name      string
		source    geo.Source
		accuracyM float64
		move      float64
		review    bool
	}
	for _, c := range []situation{
		{"farther than the accuracy", geo.SourceGPS, 10, 14, true},
		{"far away", geo.SourceGPS, 10, 45, true},
		{"unknown accuracy, within the bound", geo.SourceUnknown, 0, 12, false},
		{"unknown accuracy, beyond the bound", geo.SourceUnknown, 0, 30, true},
		{"a survey that knows better", geo.SourceSurvey, 2, 5, false},
		{"a survey that knows better, elsewhere", geo.SourceSurvey, 2, 40, true},
		{"a survey of unknown accuracy", geo.SourceSurvey, 0, 10, false},
		{"a survey of unknown accuracy, elsewhere", geo.SourceSurvey, 0, 40, true},
		{"beyond the cell", geo.SourceImport, 500, 90, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			svc, _, clock := newTimedService(t)
			a := known(t, svc, khamThien, c.source, c.accuracyM)
			agree(t, svc, clock, a.Code, moved(khamThien, c.move, 0), 6)
			got := position(t, svc, a.Code)
			mayMove := c.name == "unknown accuracy, within the bound"
			if (got != a.Positions[0].Position) != mayMove {
				t.Errorf("position %+v, was %+v", got, a.Positions[0].Position)
			}
			raised := reviews(t, svc, "")
			if (len(raised) == 1) != c.review || len(raised) > 1 {
				t.Fatalf("reviews %+v", raised)
			}
			if !c.review {
				return
			}
			r := raised[0]
			if r.Kind != registry.ReviewPositionDoubtful || r.Code != a.Code || r.Commune != a.Commune || r.Observers < 3 || r.Estimate == nil || math.Abs(r.MoveM-c.move) > 3 {
				t.Errorf("review %+v", r)
			}
		})
	}
}

func TestBuildingIsNoEntrance(t *testing.T) {
	svc, _, clock := newTimedService(t)
	r := house(khamThien, "12")
	r.Positions[0].Type, r.Positions[0].AccuracyM = registry.PositionBuilding, 40
	a := mustAssign(t, svc, r)
	agree(t, svc, clock, a.Code, moved(khamThien, 25, 0), 5)
	if got := position(t, svc, a.Code); got != a.Positions[0].Position || len(reviews(t, svc, "")) != 0 {
		t.Errorf("got %+v and %d reviews", got, len(reviews(t, svc, "")))
	}
}

func TestOneKeyAlone(t *testing.T) {
	svc, _, clock := newTimedService(t)
	a := known(t, svc, khamThien, geo.SourceImport, 30)
	rnd := rand.New(rand.NewPCG(5, 6))
	outcomes := []registry.ObservationOutcome{registry.OutcomeDelivered, registry.OutcomeDelivered, registry.OutcomeNotFound, registry.OutcomeWrongPlace}
	for range 300 {
		clock.pass(time.Duration(rnd.IntN(30)) * time.Hour)
		r := delivered(a.Code, moved(khamThien, 20, rnd.Float64()))
		r.Outcome, r.AccuracyM = outcomes[rnd.IntN(len(outcomes))], rnd.Float64()*3
		mustObserve(t, svc, courier(666), r)
	}
	if got := position(t, svc, a.Code); got != a.Positions[0].Position {
		t.Errorf("one key moved the entrance to %+v", got)
	}
	if r := reviews(t, svc, ""); len(r) != 0 {
		t.Errorf("one key raised %d reviews", len(r))
	}
}

// A hostile key among honest ones cannot keep them from being right, and cannot have more than one review open.
func TestOneHostileKeyAmongOthers(t *testing.T) {
	svc, _, clock := newTimedService(t)
	a := known(t, svc, khamThien, geo.SourceImport, 30)
	door := moved(khamThien, 8, -6)
	for i := range 30 {
		clock.pass(day)
		mustObserve(t, svc, courier(666), delivered(a.Code, moved(khamThien, -40, 40)))
		mustObserve(t, svc, courier(i%5), delivered(a.Code, moved(door, float64(i%3-1), float64(i%2))))
		mustObserve(t, svc, courier(666), complaint(a.Code, registry.OutcomeNotFound))
	}
	if got := position(t, svc, a.Code); geo.Distance(got.Point, door) > 3 {
		t.Errorf("the entrance is %.1f m from the door", geo.Distance(got.Point, door))
	}
	if r := reviews(t, svc, ""); len(r) != 0 {
		t.Errorf("one key raised %+v", r)
	}
}

func TestComplaintsRaiseOneReview(t *testing.T) {
	svc, _, clock := newTimedService(t)
	a := known(t, svc, khamThien, geo.SourceGPS, 10)
	mustObserve(t, svc, courier(1), complaint(a.Code, registry.OutcomeNotFound))
	mustObserve(t, svc, courier(2), complaint(a.Code, registry.OutcomeNotFound))
	raised := reviews(t, svc, "")
	if len(raised) != 1 || raised[0].Kind != registry.ReviewNotFound || raised[0].Observers != 2 || raised[0].NotFound != 2 || raised[0].Estimate != nil {
		t.Fatalf("reviews %+v", raised)
	}
	for i := range 10 {
		clock.pass(time.Hour)
		mustObserve(t, svc, courier(i), complaint(a.Code, registry.OutcomeWrongPlace))
	}
	if again := reviews(t, svc, ""); len(again) != 1 || again[0].ID != raised[0].ID {
		t.Fatalf("reviews %+v", again)
	}

	by := registrarOf(a.Commune)
	_, err := svc.CloseReview(t.Context(), registrarOf("99999"), raised[0].ID, registry.ReviewKept, "")
	wantError(t, err, registry.CodeForbidden, "")
	_, err = svc.CloseReview(t.Context(), by, "NOBODY", registry.ReviewKept, "")
	wantError(t, err, registry.CodeNotFound, "")
	_, err = svc.CloseReview(t.Context(), by, raised[0].ID, "burnt", "")
	wantError(t, err, registry.CodeInvalid, "outcome")
	_, err = svc.CloseReview(t.Context(), by, raised[0].ID, registry.ReviewKept, strings.Repeat("x", 501))
	wantError(t, err, registry.CodeInvalid, "note")
	_, err = svc.CloseReview(t.Context(), by, raised[0].ID, registry.ReviewKept, "hỏi anh Ba 0912345678")
	wantError(t, err, registry.CodeInvalid, "note")
	_, err = svc.CloseReview(t.Context(), by, raised[0].ID, registry.ReviewMoved, "")
	wantError(t, err, registry.CodeInvalid, "outcome")
	closed, err := svc.CloseReview(t.Context(), by, raised[0].ID, registry.ReviewKept, "đã khảo sát")
	if err != nil || closed.Status != registry.ReviewClosed || closed.Outcome != registry.ReviewKept || closed.Note != "đã khảo sát" || !closed.ClosedAt.Equal(clock.now()) {
		t.Fatalf("closed %+v, %v", closed, err)
	}
	_, err = svc.CloseReview(t.Context(), by, raised[0].ID, registry.ReviewKept, "")
	wantError(t, err, registry.CodeVersionConflict, "")

	clock.pass(day)
	mustObserve(t, svc, courier(3), complaint(a.Code, registry.OutcomeNotFound))
	if r := reviews(t, svc, ""); len(r) != 0 {
		t.Errorf("what was looked at raised %+v", r)
	}
	mustObserve(t, svc, courier(4), complaint(a.Code, registry.OutcomeWrongPlace))
	mustObserve(t, svc, courier(4), complaint(a.Code, registry.OutcomeWrongPlace))
	if r := reviews(t, svc, ""); len(r) != 1 {
		t.Errorf("two new complaints raised %d reviews", len(r))
	}
	if r := reviews(t, svc, registry.ReviewClosed); len(r) != 1 || r[0].ID != raised[0].ID {
		t.Errorf("closed ones: %+v", r)
	}
	clock.pass(180 * day)
	if purged, err := svc.Purge(t.Context(), clock.now()); err != nil || purged.Reviews != 1 {
		t.Errorf("purged %+v, %v", purged, err)
	}
}

// What cannot be acted on any more is not left for a registrar: retiring an address closes its review and says why.
func TestRetiringClosesTheReview(t *testing.T) {
	svc, _, clock := newTimedService(t)
	a := known(t, svc, khamThien, geo.SourceGPS, 10)
	mustObserve(t, svc, courier(1), complaint(a.Code, registry.OutcomeNotFound))
	mustObserve(t, svc, courier(2), complaint(a.Code, registry.OutcomeNotFound))
	raised := reviews(t, svc, "")
	if len(raised) != 1 {
		t.Fatalf("reviews %+v", raised)
	}
	clock.pass(day)
	if _, err := svc.Retire(t.Context(), registrarOf(a.Commune), a.Code, registry.AnyVersion, nil, registry.RetireDemolished); err != nil {
		t.Fatal(err)
	}
	if open := reviews(t, svc, ""); len(open) != 0 {
		t.Errorf("open: %+v", open)
	}
	closed := reviews(t, svc, registry.ReviewClosed)
	if len(closed) != 1 || closed[0].ID != raised[0].ID || closed[0].Outcome != registry.ReviewRetired || !closed[0].ClosedAt.Equal(clock.now()) {
		t.Errorf("closed: %+v", closed)
	}
	_, err := svc.CloseReview(t.Context(), registrarOf(a.Commune), raised[0].ID, registry.ReviewRetired, "")
	wantError(t, err, registry.CodeInvalid, "outcome")
	if _, err := svc.Restore(t.Context(), registrarOf(a.Commune), a.Code, registry.AnyVersion, false); err != nil {
		t.Fatal(err)
	}
	if again := reviews(t, svc, ""); len(again) != 0 {
		t.Errorf("restored: %+v", again)
	}
}

func TestCloseReviewMoves(t *testing.T) {
	svc, _, clock := newTimedService(t)
	a := known(t, svc, khamThien, geo.SourceGPS, 5)
	door := moved(khamThien, 40, 0)
	agree(t, svc, clock, a.Code, door, 4)
	raised := reviews(t, svc, "")
	if len(raised) != 1 {
		t.Fatalf("reviews %+v", raised)
	}
	by := registrarOf(a.Commune)
	if _, err := svc.CloseReview(t.Context(), by, raised[0].ID, registry.ReviewMoved, ""); err != nil {
		t.Fatal(err)
	}
	if got := position(t, svc, a.Code); got != *raised[0].Estimate || geo.Distance(got.Point, door) > 3 {
		t.Errorf("moved to %+v", got)
	}
	events, err := svc.History(t.Context(), a.Code)
	if err != nil || len(events) != 2 || events[1].Actor != by.Name || events[1].Action != registry.ActionUpdated {
		t.Errorf("history %+v, %v", events, err)
	}

	// An entrance beyond 60 m of its cell would be another address.
	b := known(t, svc, benThanh, geo.SourceGPS, 5)
	agree(t, svc, clock, b.Code, moved(benThanh, 80, 0), 4)
	raised = reviews(t, svc, "")
	if len(raised) != 1 {
		t.Fatalf("reviews %+v", raised)
	}
	_, err = svc.CloseReview(t.Context(), registrarOf(b.Commune), raised[0].ID, registry.ReviewMoved, "")
	wantError(t, err, registry.CodeInvalid, "outcome")
	if len(reviews(t, svc, "")) != 1 {
		t.Error("a refused closing closed the review")
	}
}

// Whatever observers send, honest or not: the entrance stays as near to where it was put as that was known, near its cell and in its
// commune, the code stays, one review is open at most.
func TestObserversCannotMoveMoreThanTheAccuracy(t *testing.T) {
	svc, _, clock := newTimedService(t)
	rnd := rand.New(rand.NewPCG(7, 8))
	for round := range 12 {
		origin := moved([]geo.Point{khamThien, benThanh, hoGuom}[round%3], float64(40*round), 0)
		accuracy := []float64{0, 4, 8, 20, 45}[rnd.IntN(5)]
		source := []geo.Source{geo.SourceImport, geo.SourceGPS, geo.SourceSurvey}[rnd.IntN(3)]
		a := known(t, svc, origin, source, accuracy)
		n := 4 + rnd.IntN(4)
		hostile := rnd.IntN(n + 1)
		bound := accuracy
		if accuracy == 0 {
			bound = 15
		}
		angle := rnd.Float64() * 2 * math.Pi
		for step := range 70 {
			clock.pass(6 * time.Hour)
			i := rnd.IntN(n)
			r := delivered(a.Code, moved(origin, rnd.NormFloat64()*5, rnd.NormFloat64()*5))
			if i < hostile { // they know what is allowed, and pull a little farther each time
				pull := min(float64(step), bound*0.9+float64(step)/4)
				r.Point, r.AccuracyM = at(moved(origin, pull*math.Sin(angle), pull*math.Cos(angle))), 1
			}
			mustObserve(t, svc, courier(i), r)
			got, err := svc.Address(t.Context(), a.Code)
			if err != nil {
				t.Fatal(err)
			}
			if d := geo.Distance(got.Point(), a.Point()); d > bound+0.02 {
				t.Fatalf("round %d: %d hostile of %d moved the entrance by %.2f m, known to %.0f m", round, hostile, n, d, bound)
			}
			if d := geo.Distance(got.Point(), geo.CodeCenter(a.Code)); d > 60.02 || got.Commune != a.Commune {
				t.Fatalf("round %d: the entrance is %.1f m from its cell, in %s", round, d, got.Commune)
			}
			if source == geo.SourceSurvey && accuracy <= 5 && got.Point() != a.Point() {
				t.Fatalf("round %d: a survey that knows better moved", round)
			}
		}
		open := slices.DeleteFunc(reviews(t, svc, ""), func(r *registry.Review) bool { return r.Code != a.Code })
		if len(open) > 1 {
			t.Fatalf("round %d: %d reviews of one address", round, len(open))
		}
	}
}
