package geocode

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// typo puts one typing error into a word of at least five letters: a letter left out, doubled, replaced or swapped.
func typo(r *rand.Rand, text string) string {
	runes := []rune(text)
	letters := func(i int) bool {
		return i >= 0 && i < len(runes) && runes[i] != ' ' && (runes[i] < '0' || runes[i] > '9')
	}
	for range 100 {
		i := 1 + r.IntN(max(1, len(runes)-1))
		if !letters(i) || !letters(i-1) {
			continue
		}
		switch r.IntN(4) {
		case 0:
			return string(runes[:i]) + string(runes[i+1:])
		case 1:
			return string(runes[:i]) + string(rune('a'+r.IntN(26))) + string(runes[i:])
		case 2:
			c := rune('a' + r.IntN(26))
			if vntext.Fold(string(runes[i])) == string(c) {
				continue
			}
			return string(runes[:i]) + string(c) + string(runes[i+1:])
		default:
			if runes[i] == runes[i-1] {
				continue
			}
			return string(runes[:i-1]) + string(runes[i]) + string(runes[i-1]) + string(runes[i+1:])
		}
	}
	return text
}

// TestNoisyCommunesReadBack writes communes with errors; the unit itself must be the best reading or tie with it.
func TestNoisyCommunesReadBack(t *testing.T) {
	data, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	full := fullNames(t, true)
	parts := func(d *geo.Division, edit func(i int, name geo.DatedName) string) string {
		text := strings.Split(full(d), ", ")
		for i := range text {
			name, _ := geo.ParseName(text[i])
			text[i] = edit(i, name)
		}
		return strings.Join(text, ", ")
	}
	abbreviations := map[string]string{"Phường": "P.", "Xã": "X.", "Thị trấn": "TT.", "Quận": "Q.", "Huyện": "H.", "Thị xã": "TX.", "Thành phố": "TP.", "Tỉnh": "T.", "Đặc khu": "Đặc khu"}
	long := func(d *geo.Division) bool { return len(keyOf(d.Name(geo.Today()).Name)) >= minFuzzyLetters }
	var old, now, longOld, longNow []*geo.Division
	for i, d := range data.Divisions.All(geo.LevelCommune, lastOldDay) {
		if i%3 != 0 {
			continue
		}
		old = append(old, d)
		if long(d) {
			longOld = append(longOld, d)
		}
	}
	for _, d := range data.Divisions.All(geo.LevelCommune, geo.Today()) {
		now = append(now, d)
		if long(d) {
			longNow = append(longNow, d)
		}
	}
	tests := []struct {
		name  string
		units []*geo.Division
		write func(*geo.Division) string
		least float64
	}{
		{"old, abbreviated", old, func(d *geo.Division) string {
			return parts(d, func(_ int, n geo.DatedName) string { return abbreviations[n.Type] + n.Name })
		}, 0.995},
		{"today's, abbreviated", now, func(d *geo.Division) string {
			return parts(d, func(_ int, n geo.DatedName) string { return abbreviations[n.Type] + n.Name })
		}, 0.995},
		{"old, a typing error in the commune", longOld, func(d *geo.Division) string {
			return parts(d, func(i int, n geo.DatedName) string {
				if i == 0 {
					return n.Type + " " + typo(r, n.Name)
				}
				return n.FullName()
			})
		}, 0.99},
		{"today's, a typing error in the commune", longNow, func(d *geo.Division) string {
			return parts(d, func(i int, n geo.DatedName) string {
				if i == 0 {
					return n.Type + " " + typo(r, n.Name)
				}
				return n.FullName()
			})
		}, 0.99},
		{"old, a typing error in the district", old, func(d *geo.Division) string {
			return parts(d, func(i int, n geo.DatedName) string {
				if i == 1 && len(keyOf(n.Name)) >= minFuzzyLetters {
					return n.Type + " " + typo(r, n.Name)
				}
				return n.FullName()
			})
		}, 0.99},
		{"old, a typing error in the province", old, func(d *geo.Division) string {
			return parts(d, func(i int, n geo.DatedName) string {
				if i == 2 {
					return n.Type + " " + typo(r, n.Name)
				}
				return n.FullName()
			})
		}, 0.995},
		{"old, names only but the commune's type", old, func(d *geo.Division) string {
			return parts(d, func(i int, n geo.DatedName) string {
				if i == 0 || keyOf(n.Name)[0] <= '9' {
					return n.FullName()
				}
				return n.Name
			})
		}, 0.995},
		{"old, after a street, all plain", old, func(d *geo.Division) string {
			return "12/5 tran hung dao, " + vntext.Fold(full(d))
		}, 0.99},
		{"old, province first", old, func(d *geo.Division) string {
			text := strings.Split(full(d), ", ")
			return text[2] + ", " + text[1] + ", " + text[0]
		}, 0.99},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			top, tied := countReads(t, tt.units, tt.write)
			share := float64(top+tied) / float64(len(tt.units))
			t.Logf("%d units: %d read back, %d tied with another: %.2f %%", len(tt.units), top, tied, 100*share)
			if share < tt.least {
				t.Errorf("%.2f %% read back, want %.2f %%", 100*share, 100*tt.least)
			}
		})
	}
}
