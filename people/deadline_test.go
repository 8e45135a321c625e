package people_test

import (
	"testing"
	"time"

	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/registry"
)

// hanoi is an instant by the clocks of Viet Nam.
func hanoi(text string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, time.FixedZone("", 7*60*60))
	if err != nil {
		panic(err)
	}
	return at
}

func TestFirstAnswerIsDueInTwoWorkingDays(t *testing.T) {
	w := newWorld(t)
	id, _ := w.claim(w.address(hoGuom).Code)
	for name, tt := range map[string]struct{ received, due string }{
		"within a week":                {"2026-11-23 09:00", "2026-11-25 09:00"},
		"over a weekend":               {"2026-11-27 16:30", "2026-12-01 16:30"},
		"on a Saturday":                {"2026-11-28 08:00", "2026-12-01 08:00"},
		"on a Sunday":                  {"2026-11-29 23:59", "2026-12-01 23:59"},
		"Monday by UTC, Tuesday here":  {"2026-11-24 00:30", "2026-11-26 00:30"},
		"New Year":                     {"2026-12-31 10:00", "2027-01-05 10:00"}, // Thursday; 1 January is a Friday
		"Tết 2027":                     {"2027-02-04 10:00", "2027-02-10 10:00"}, // Thursday; free 5 (last of the year), 6 Sat, 7 Sun, 8 (third)
		"Tết 2026":                     {"2026-02-13 10:00", "2026-02-23 10:00"}, // Friday; free 14, 15, 16 to 19; works 20 (order of the year), 23
		"30 April, 1 May":              {"2026-04-29 10:00", "2026-05-05 10:00"}, // Wednesday; free Thursday to Sunday
		"2 September":                  {"2026-09-01 10:00", "2026-09-04 10:00"},
		"Hùng Vương's day":             {"2027-04-15 10:00", "2027-04-20 10:00"}, // Friday the 16th
		"after the table":              {"2041-01-31 10:00", "2041-02-04 10:00"}, // Tết of 2041 is not known: early, not late
		"Tết 2030 is 2 February here":  {"2030-01-31 10:00", "2030-02-06 10:00"}, // Thursday; free Friday 1 to Monday 4; in China a day later
		"leap day":                     {"2028-02-28 10:00", "2028-03-01 10:00"},
		"received on a free day":       {"2026-02-19 10:00", "2026-02-23 10:00"},
		"31 December is a working day": {"2026-12-29 10:00", "2026-12-31 10:00"},
	} {
		w.now = hanoi(tt.received)
		r, err := w.people.Ask(t.Context(), self(id), id, people.RequestView, "")
		must(t, err)
		if want := hanoi(tt.due); !r.AcknowledgeBy.Equal(want) {
			t.Errorf("%s: received %s, due %s, want %s", name, tt.received, r.AcknowledgeBy.In(want.Location()).Format("2006-01-02 15:04"), tt.due)
		}
	}
}

func TestAnswersAreDueAsTheDecreeSays(t *testing.T) {
	for kind, want := range map[people.RequestKind][2]int{
		people.RequestView: {10, 15}, people.RequestCorrect: {10, 15}, people.RequestProvide: {10, 15},
		people.RequestRestrict: {15, 20}, people.RequestObject: {15, 20},
		people.RequestDelete: {20, 30},
	} {
		t.Run(string(kind), func(t *testing.T) {
			w := newWorld(t)
			id, _ := w.claim(w.address(hoGuom).Code)
			r, err := w.people.Ask(t.Context(), self(id), id, kind, "xin vui lòng")
			must(t, err)
			if got := r.DueAt.Sub(r.ReceivedAt); got != time.Duration(want[0])*24*time.Hour || r.Status != people.RequestOpen {
				t.Errorf("due after %s, %s", got, r.Status)
			}
			w.wait(3 * 24 * time.Hour)
			r, err = w.people.Answer(t.Context(), registrar, r.ID, people.RequestExtended, "cần xác minh")
			must(t, err)
			if got := r.DueAt.Sub(r.ReceivedAt); got != time.Duration(want[1])*24*time.Hour || r.Status != people.RequestExtended {
				t.Errorf("extended to %s, %s", got, r.Status)
			}
			_, err = w.people.Answer(t.Context(), registrar, r.ID, people.RequestExtended, "lần nữa")
			wantCode(t, err, registry.CodeVersionConflict)
			counts, err := w.people.CountRequests(t.Context())
			if err != nil || counts != (people.RequestCounts{Open: 1}) || r.IsOverdue(r.DueAt) {
				t.Errorf("%+v %v", counts, err)
			}
			w.now = r.DueAt.Add(time.Second)
			counts, err = w.people.CountRequests(t.Context())
			if err != nil || counts != (people.RequestCounts{Open: 1, Overdue: 1}) || !r.IsOverdue(w.now) {
				t.Errorf("%+v %v", counts, err)
			}
			r, err = w.people.Answer(t.Context(), registrar, r.ID, people.RequestRefused, "không đủ căn cứ")
			must(t, err)
			counts, err = w.people.CountRequests(t.Context())
			if err != nil || counts != (people.RequestCounts{}) || r.IsOverdue(w.now) || !r.AnsweredAt.Equal(w.now) {
				t.Errorf("%+v %v", counts, err)
			}
			_, err = w.people.Answer(t.Context(), registrar, r.ID, people.RequestFulfilled, "đã làm")
			wantCode(t, err, registry.CodeVersionConflict)
		})
	}
}
