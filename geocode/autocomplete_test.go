package geocode

import (
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
)

func TestAutocomplete(t *testing.T) {
	f := hanoi(t)
	f.parser = NewParser(f.gazetteer)
	for _, tt := range []struct{ text, want string }{
		{"khâm", "Phố Khâm Thiên, Phường Hoàn Kiếm"},
		{"kham th", "Phố Khâm Thiên, Phường Hoàn Kiếm"},
		{"pho kham thi", "Phố Khâm Thiên, Phường Hoàn Kiếm"},
		{"khaam thien", "Phố Khâm Thiên, Phường Hoàn Kiếm"},
		{"khan thi", "Phố Khâm Thiên, Phường Hoàn Kiếm"},
		{"99 kham th", "Số 99 Phố Khâm Thiên, Phường Hoàn Kiếm"},
		{"số 12/34 khâm th", "Số 12/34 Phố Khâm Thiên, Phường Hoàn Kiếm"},
		{"minh kha", "Phố Nguyễn Thị Minh Khai, Phường Ba Đình"},
		{"3 tha", "Đường 3 Tháng 2, Phường Hoàn Kiếm"},
		{"3/2", "Đường 3 Tháng 2, Phường Hoàn Kiếm"},
		{"sky c", "Chung cư Sky City, Phường Cửa Nam"},
		{"thon do", "Thôn Đông, Phường Ba Đình"},
		{"nguyen thi minh khai, ba d", "Phố Nguyễn Thị Minh Khai, Phường Ba Đình"},
		{"hoan ki", "Phường Hoàn Kiếm, Thành phố Hà Nội"},
		{"thanh pho ho chi m", "Thành phố Hồ Chí Minh"},
	} {
		t.Run(tt.text, func(t *testing.T) {
			res, err := f.Autocomplete(t.Context(), Query{Text: tt.text})
			if err != nil {
				t.Fatal(err)
			}
			var labels []string
			for _, r := range res.Results[:min(len(res.Results), 5)] {
				if strings.HasPrefix(r.Label, tt.want) {
					return
				}
				labels = append(labels, r.Label)
			}
			t.Errorf("the first suggestions are %q, want %q among them", labels, tt.want)
		})
	}
}

// Every keystroke is answered: no beginning of a text fails, and suggestions keep to the filters.
func TestAutocompleteEveryKeystroke(t *testing.T) {
	f := hanoi(t)
	f.parser = NewParser(f.gazetteer)
	far := geo.Box{SouthWest: geo.Point{LatE7: 80000000, LonE7: 1020000000}, NorthEast: geo.Point{LatE7: 110000000, LonE7: 1080000000}}
	text := []rune("Số 12/34/5 Phố Khâm Thiên, Phường Hoàn Kiếm, Thành phố Hà Nội")
	for n := range text {
		res, err := f.Autocomplete(t.Context(), Query{Text: string(text[:n])})
		if err != nil {
			t.Fatalf("%q: %v", string(text[:n]), err)
		}
		if (len(res.Results) == 0) != (res.Reason != "") {
			t.Errorf("%q: %d results with reason %q", string(text[:n]), len(res.Results), res.Reason)
		}
		for i, r := range res.Results {
			if r.Score < 0 || r.Score > 1 || i > 0 && r.Score > res.Results[i-1].Score {
				t.Errorf("%q: score %v at place %d", string(text[:n]), r.Score, i)
			}
		}
		res, err = f.Autocomplete(t.Context(), Query{Text: string(text[:n]), Box: &far, Province: "79"})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range res.Results {
			if !far.Contains(r.Point) {
				t.Errorf("%q: %q lies outside the box", string(text[:n]), r.Label)
			}
		}
	}
}
