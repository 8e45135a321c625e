package people_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/registry"
)

var an = people.Person{Name: "Nguyễn Văn Ẩn Danh", Phone: "0912345678"}

// filesWith returns the files of the world that hold some bytes.
func (w *world) filesWith(secret []byte) (found []string) {
	w.t.Helper()
	must(w.t, filepath.WalkDir(w.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, secret) {
			found = append(found, filepath.Base(path))
		}
		return err
	}))
	return found
}

func TestHouseholdReadsAndChangesItsOwn(t *testing.T) {
	w := newWorld(t)
	id := w.household(hoGuom, an)
	h, kept, err := w.people.Household(t.Context(), self(id), id)
	must(t, err)
	if len(kept) != 1 || kept[0] != an || !h.IsCurrent() || h.ID != id {
		t.Errorf("%+v %+v", h, kept)
	}
	_, kept, err = w.people.ChangePeople(t.Context(), self(id), id, []people.Person{
		{Name: "  Trần   Thị B "}, {}, {Phone: "+84 912-345-679"}, {Name: "C", Phone: "(84) 24 3825 3536"}, {Phone: "+1 212 555 0100"}, {Phone: "(+84) 0912.345.678"},
	})
	must(t, err)
	want := []people.Person{{Name: "Trần Thị B"}, {Phone: "0912345679"}, {Name: "C", Phone: "02438253536"}, {Phone: "+12125550100"}, {Phone: "0912345678"}}
	if fmt.Sprint(kept) != fmt.Sprint(want) {
		t.Errorf("kept %v, want %v", kept, want)
	}
	_, _, err = w.people.ChangePeople(t.Context(), self(id), id, nil)
	must(t, err)
	if h, kept, err = w.people.Household(t.Context(), self(id), id); err != nil || len(kept) > 0 || h.Sealed != nil {
		t.Errorf("what was left out is still kept: %v %v", kept, err)
	}
}

func TestPeopleThatAreRefused(t *testing.T) {
	w := newWorld(t)
	id := w.household(hoGuom, an)
	many := make([]people.Person, 21)
	for name, tt := range map[string]struct {
		people []people.Person
		field  string
	}{
		"too many":         {many, "people"},
		"long name":        {[]people.Person{{Name: strings.Repeat("ẩ", 121)}}, "people[0].name"},
		"words":            {[]people.Person{{}, {Phone: "none"}}, "people[1].phone"},
		"short number":     {[]people.Person{{Phone: "113"}}, "people[0].phone"},
		"two numbers":      {[]people.Person{{Phone: "0912345678 0912345679"}}, "people[0].phone"},
		"number and words": {[]people.Person{{Phone: "0912345678 (An)"}}, "people[0].phone"},
	} {
		_, _, err := w.people.ChangePeople(t.Context(), self(id), id, tt.people)
		var e *registry.Error
		if !errors.As(err, &e) || e.Code != registry.CodeInvalid || e.Field != tt.field || strings.Contains(e.Error(), "0912345") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, kept, err := w.people.Household(t.Context(), self(id), id); err != nil || len(kept) != 1 {
		t.Errorf("a refused change changed something: %v %v", kept, err)
	}
	_, _, err := w.people.Household(t.Context(), self("NOSUCHHOUSEHOLD0"), "NOSUCHHOUSEHOLD0")
	wantCode(t, err, registry.CodeNotFound)
}

func TestNoNameOrPhoneIsOnDiskInPlain(t *testing.T) {
	w := newWorld(t)
	id := w.household(hoGuom, an)
	r, err := w.people.Ask(t.Context(), self(id), id, people.RequestCorrect, "tên đúng là Ẩn Danh")
	must(t, err)
	_, err = w.people.Answer(t.Context(), registrar, r.ID, people.RequestFulfilled, "đã sửa tên Ẩn Danh")
	must(t, err)
	_, err = w.people.Search(t.Context(), registrar, an.Phone, "")
	must(t, err)
	_, err = w.people.Search(t.Context(), registrar, "", an.Name)
	must(t, err)
	_, err = w.people.Export(t.Context(), self(id), id)
	must(t, err)
	check := func(when string) {
		for _, secret := range []string{an.Name, "Nguyễn Văn", "Ẩn Danh", "nguyen van an danh", an.Phone, "84912345678", "912345678"} {
			if found := w.filesWith([]byte(secret)); len(found) > 0 {
				t.Errorf("%s: %q is in %v", when, secret, found)
			}
		}
	}
	if len(w.filesWith([]byte(id))) < 2 {
		t.Fatal("the test does not look at the files")
	}
	check("while it is open")
	w.close()
	check("when it is closed")
	w.open()
}

func TestTokens(t *testing.T) {
	w := newWorld(t)
	id, token := w.claim(w.address(hoGuom).Code)
	if got, err := w.people.Authenticate(t.Context(), token); err != nil || got != id {
		t.Errorf("%q %v", got, err)
	}
	if len(token) != len(people.TokenPrefix)+32 { // 160 bits in base 32
		t.Errorf("the token has %d characters", len(token))
	}
	if found := w.filesWith([]byte(token)); len(found) > 0 {
		t.Errorf("the token is in %v", found)
	}
	for _, wrong := range []string{"", "dch_", token[:len(token)-1], token + "A", strings.ToLower(token), token[len(people.TokenPrefix):], "dcs_" + token, strings.Repeat("dch_", 10000)} {
		_, err := w.people.Authenticate(t.Context(), wrong)
		wantCode(t, err, registry.CodeUnauthorized)
	}
}

func TestPeriodsAreApart(t *testing.T) {
	w := newWorld(t)
	a := w.address(hoGuom)
	before, token := w.claim(a.Code)
	_, _, err := w.people.ChangePeople(t.Context(), self(before), before, []people.Person{an})
	must(t, err)
	_, err = w.people.SetConsent(t.Context(), self(before), before, people.PurposeEmergency, true, 1)
	must(t, err)
	_, err = w.people.Ask(t.Context(), self(before), before, people.RequestCorrect, "ghi chú cũ")
	must(t, err)

	secret, _, err := w.people.Invite(t.Context(), registrar, a.Code)
	must(t, err)
	claim, err := w.people.Claim(t.Context(), registry.Actor{Name: "public"}, a.Code, secret.Reveal())
	must(t, err)
	w.wait(people.ClaimWait)
	_, err = w.people.ConfirmClaim(t.Context(), registrar, claim.ID)
	must(t, err)
	claim, err = w.people.CollectClaim(t.Context(), registry.Actor{Name: "public"}, claim.ID, claim.Receipt)
	must(t, err)
	after := claim.Household
	if after == before {
		t.Fatal("the new household is the old one")
	}

	x, err := w.people.Export(t.Context(), self(after), after)
	must(t, err)
	if len(x.People)+len(x.Requests)+len(x.Aliases) > 0 {
		t.Errorf("the new household sees %+v", x)
	}
	for _, c := range x.Consents {
		if c.Granted || len(c.History) > 0 {
			t.Errorf("consent %s went over", c.Purpose)
		}
	}
	for _, line := range x.Journal {
		if strings.Contains(fmt.Sprint(line), before) {
			t.Errorf("the journal of the new household names the old one: %+v", line)
		}
	}
	// Who moved out reads and deletes its own for a while, and nothing it consented to is in force.
	if id, err := w.people.Authenticate(t.Context(), token); err != nil || id != before {
		t.Errorf("%q %v", id, err)
	}
	h, kept, err := w.people.Household(t.Context(), self(before), before)
	if err != nil || h.IsCurrent() || len(kept) != 1 {
		t.Errorf("%+v %v", h, err)
	}
	consents, err := w.people.Consents(t.Context(), self(before), before)
	must(t, err)
	for _, c := range consents {
		if c.Granted {
			t.Errorf("%s is in force after the period", c.Purpose)
		}
	}
	if hits, err := w.people.Search(t.Context(), registrar, an.Phone, ""); err != nil || len(hits) > 0 {
		t.Errorf("who moved out is found at the address: %+v %v", hits, err)
	}
	if deleted, _, err := w.people.Purge(t.Context(), registrar); err != nil || deleted != 0 {
		t.Errorf("deleted too early: %d %v", deleted, err)
	}
	w.wait(people.EndedKept + time.Second)
	if deleted, _, err := w.people.Purge(t.Context(), registrar); err != nil || deleted != 1 {
		t.Errorf("%d deleted, %v", deleted, err)
	}
	_, err = w.people.Authenticate(t.Context(), token)
	wantCode(t, err, registry.CodeUnauthorized)
}

func TestSearchIsExactAndWithinTheArea(t *testing.T) {
	w := newWorld(t)
	here := w.household(hoGuom, an)
	there := w.household(benThanh, people.Person{Name: "NGUYEN van an danh", Phone: an.Phone})
	other := w.household(khamThien, people.Person{Name: "Nguyễn Văn Ẩn", Phone: "0912345679"})
	commune := func(at [2]float64) string { return w.address(at).Commune }
	for name, tt := range map[string]struct {
		by          registry.Actor
		phone, name string
		want        []string
	}{
		"phone, everywhere":    {registrar, "+84 912.345.678", "", []string{here, there}},
		"phone, one commune":   {registrarOf(commune(hoGuom)), an.Phone, "", []string{here}},
		"phone, elsewhere":     {registrarOf(commune(khamThien)), an.Phone, "", nil},
		"name, any spelling":   {registrar, "", "nguyen văn AN danh", []string{here, there}},
		"name, one commune":    {registrarOf(commune(benThanh)), "", an.Name, []string{there}},
		"part of a name":       {registrar, "", "Ẩn Danh", nil},
		"another":              {registrar, "0912345679", "", []string{other}},
		"nobody's":             {registrar, "0999999999", "", nil},
		"a phone as a name":    {registrar, "", an.Phone, nil},
		"no communes at all":   {registrarOf(), an.Phone, "", nil},
		"name of nobody there": {registrarOf(commune(hoGuom)), "", "Nguyễn Văn Ẩn", nil},
	} {
		hits, err := w.people.Search(t.Context(), tt.by, tt.phone, tt.name)
		must(t, err)
		got := map[string]bool{}
		for _, h := range hits {
			got[h.ID] = true
		}
		for _, id := range tt.want {
			if !got[id] {
				t.Errorf("%s: %s is missing", name, id)
			}
		}
		if len(got) != len(tt.want) {
			t.Errorf("%s: %d hits", name, len(got))
		}
	}
	for _, bad := range [][2]string{{"", ""}, {an.Phone, an.Name}, {"12", ""}, {"", "?!"}} {
		_, err := w.people.Search(t.Context(), registrar, bad[0], bad[1])
		wantCode(t, err, registry.CodeInvalid)
	}
	lines, _, err := w.people.Journal(t.Context(), self(here), here, "", 200)
	must(t, err)
	found := 0
	for _, l := range lines {
		if l.Action == "household.found" && l.Purpose != "" {
			found++
		}
	}
	if found != 3 {
		t.Errorf("the household reads of %d searches that found it", found)
	}
}

func TestSearchFollowsChanges(t *testing.T) {
	w := newWorld(t)
	id := w.household(hoGuom, an)
	_, _, err := w.people.ChangePeople(t.Context(), self(id), id, []people.Person{{Name: "Trần B", Phone: "0987654321"}})
	must(t, err)
	for phone, want := range map[string]int{an.Phone: 0, "0987654321": 1} {
		if hits, err := w.people.Search(t.Context(), registrar, phone, ""); err != nil || len(hits) != want {
			t.Errorf("%d hits, want %d: %v", len(hits), want, err)
		}
	}
	_, err = w.people.Ask(t.Context(), self(id), id, people.RequestRestrict, "")
	must(t, err)
	if hits, err := w.people.Search(t.Context(), registrar, "0987654321", ""); err != nil || len(hits) > 0 {
		t.Errorf("a household that restricts its data is found: %v", err)
	}
}

func TestChangesAtOnce(t *testing.T) {
	w := newWorld(t)
	id := w.household(hoGuom, an)
	const n = 16
	var wg sync.WaitGroup
	done := make([]bool, n)
	for i := range n {
		wg.Go(func() {
			_, _, err := w.people.ChangePeople(t.Context(), self(id), id, []people.Person{{Name: fmt.Sprint("người ", i), Phone: fmt.Sprintf("09123456%02d", i)}})
			if done[i] = err == nil; err != nil {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Wait()
	h, kept, err := w.people.Household(t.Context(), self(id), id)
	must(t, err)
	succeeded := 0
	for _, ok := range done {
		if ok {
			succeeded++
		}
	}
	if int(h.Version) != 2+succeeded || succeeded == 0 { // claimed, and given its first person
		t.Errorf("version %d after %d changes", h.Version, succeeded)
	}
	for i := range n {
		hits, err := w.people.Search(t.Context(), registrar, fmt.Sprintf("09123456%02d", i), "")
		must(t, err)
		if (len(hits) > 0) != (kept[0].Phone == fmt.Sprintf("09123456%02d", i)) {
			t.Errorf("kept %s, %d hits for the phone of change %d", kept[0].Phone, len(hits), i)
		}
	}
}
