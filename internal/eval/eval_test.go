package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// The regression guard: a small registry, every class with a floor a little under what it reaches there. Raise the floors
// when the engine gets better. It needs no source data, so the figures are the same everywhere.
func TestClassesStayAboveTheirFloors(t *testing.T) {
	ctx := t.Context()
	w, err := build(ctx, filepath.Join(t.TempDir(), "eval.db"), 3000, "", t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := w.close(); err != nil {
			t.Error(err)
		}
	}()
	if err := w.start(ctx); err != nil {
		t.Fatal(err)
	}
	for _, c := range classes() {
		got, err := w.run(ctx, c, 200, true)
		if err != nil {
			t.Fatal(err)
		}
		if got.n < 200 {
			t.Errorf("%s: only %d queries", c.name, got.n)
		}
		if float64(got.right) < c.floor*float64(got.n) {
			t.Errorf("%s: %.1f %% right, the floor is %.1f %%\n%s", c.name, share(got.right, got.n), 100*c.floor, examples(got.failures))
		}
		if float64(got.accepted) > 0.01*float64(got.n) {
			t.Errorf("%s: %d of %d wrong answers accepted\n%s", c.name, got.accepted, got.n, examples(got.failures))
		}
	}
	for _, k := range negatives() {
		got, err := w.runNegative(ctx, k, 200)
		if err != nil {
			t.Fatal(err)
		}
		if float64(got.accepted) > acceptLimit*float64(got.n) {
			t.Errorf("%s: %d of %d accepted\n%s", k.name, got.accepted, got.n, examples(got.failures))
		}
	}
	divisions, err := w.runDivisions(ctx, 4)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range divisions {
		if float64(got.right) < divisionFloor*float64(got.n) {
			t.Errorf("%s: %.1f %% right\n%s", got.name, share(got.right, got.n), examples(got.failures))
		}
	}
}

// divisionFloor is the share of divisions that are to be found by their full names.
const divisionFloor = 0.995

// examples shows the first failures.
func examples(failures []failure) string {
	var out strings.Builder
	for _, f := range failures[:min(3, len(failures))] {
		out.WriteString("    " + f.query + "\n        want " + f.want + "\n        got  " + f.got + "\n")
	}
	return out.String()
}

func TestOldReaderReadsTidyTextOnly(t *testing.T) {
	w, err := open(t.Context(), filepath.Join(t.TempDir(), "empty.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := w.close(); err != nil {
			t.Error(err)
		}
	}()
	r := newOldReader(w.data.Divisions)
	for text, want := range map[string]string{
		"Số 281, Quốc lộ 91, Thị Trấn Cái Dầu, Huyện Châu Phú, An Giang":  "Thị trấn Cái Dầu",
		"59 Nguyễn Công Trứ, Phường Đồng Tâm, Quận Hai Bà Trưng, Hà Nội":  "Phường Đồng Tâm",
		"1015 Phan Văn Trị, Phường 7, Quận Gò Vấp , Hồ Chí Minh":          "",
		"59 Nguyễn Công Trứ, Phường Đồng Tâm, Quận Hai Bà Trưng, Đà Nẵng": "",
		"": "",
	} {
		got := ""
		if ward := r.ward(text); ward != nil {
			got = ward.Name(lastOld).FullName()
		}
		if got != want {
			t.Errorf("ward(%q) = %q, want %q", text, got, want)
		}
	}
}
