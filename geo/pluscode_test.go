package geo

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestParsePlusCode(t *testing.T) {
	tests := []struct {
		text      string
		lat, lon  float64 // the centre of the area
		accuracyM float64
	}{
		// Vectors of the Open Location Code project.
		{"7FG49QCJ+2V", 20.3700625, 2.7821875, 9.5},
		{"7FG49QCJ+2VX", 20.3701125, 2.782234375, 2.1},
		{"7FG49QCJ+2VXGJ", 20.3701135, 2.78223535156, 0.1},
		{"8FVC2222+22", 47.0000625, 8.0000625, 8.4},
		{"4VCPPQGP+Q9", -41.2730625, 174.7859375, 8.7},
		// Ours: lower case and blanks, digits after the fifteenth.
		{" 7fg49qcj+2v\n", 20.3700625, 2.7821875, 9.5},
		{"22222222+22", -89.9999375, -179.9999375, 7.0},
		{"8FVC2222+2222222222", 47.0000000, 8.0000000, 0.01},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			got, accuracy, err := ParsePlusCode(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(got.Lat()-test.lat) > 1.1e-7 || math.Abs(got.Lon()-test.lon) > 1.1e-7 {
				t.Errorf("got %s, want %v,%v", got, test.lat, test.lon)
			}
			if math.Abs(accuracy-test.accuracyM) > max(0.1*test.accuracyM, 0.02) {
				t.Errorf("accuracy %v m, want about %v", accuracy, test.accuracyM)
			}
		})
	}
}

func TestParsePlusCodeRefuses(t *testing.T) {
	for _, text := range []string{
		"", "+", "7FG49QCJ2V", "7FG49Q00+", "7FG49QCJ+", "7FG49QCJ+2", "9QCJ+2V", "7FG49QCJ2+V2", "7FG49QCA+2V", "7FG49QCJ+2V+", "7FG49QCJ+2I",
		"F2222222+22", // beyond the pole
		"2X222222+22", // beyond the date line
		"5FJBC-2NJV-T33", "7FG49QCJ+2V1", "7FG49QCJ+2VXGJ2220",
	} {
		if got, _, err := ParsePlusCode(text); !errors.Is(err, ErrPlusCode) {
			t.Errorf("ParsePlusCode(%q) = %v, %v; want ErrPlusCode", text, got, err)
		}
	}
}

func TestPlusCodesHoldTheirPoint(t *testing.T) {
	random := rand.New(rand.NewPCG(15, 16))
	for range 10_000 {
		p := Point{random.Int32N(2*maxLatE7) - maxLatE7, int32(random.Int64N(2*maxLonE7) - maxLonE7)}
		for digits := plusPairs; digits <= plusMax; digits++ {
			text := encodePlus(p, digits)
			got, accuracy, err := ParsePlusCode(text)
			if err != nil {
				t.Fatal(err)
			}
			if m := Distance(p, got); m > accuracy*1.01+0.02 { // the centre is rounded to a centimetre
				t.Fatalf("%s is %s, %v m from its point %s, more than %v", text, got, m, p, accuracy)
			}
		}
	}
}

func FuzzParsePlusCode(f *testing.F) {
	for _, text := range []string{"7FG49QCJ+2VXGJ", "8FVC2222+22", "CVXXXXXX+XX", "7FG49Q00+"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, accuracy, err := ParsePlusCode(text)
		if err == nil && (!p.valid() || !(accuracy > 0 && accuracy < 20)) {
			t.Fatalf("%q is %v, %v m", text, p, accuracy)
		}
	})
}

// encodePlus is the inverse for the tests: the digits of a point, by repeated division.
func encodePlus(p Point, digits int) string {
	lat := (int64(p.LatE7) + 90*unitsPerDegree) * 5 * 5 * 5 * 5 * 5 // in units of 1e-7 / 5^5 degree
	lon := (int64(p.LonE7) + 180*unitsPerDegree) * 4 * 4 * 4 * 4 * 4
	stepLat, stepLon := int64(400*unitsPerDegree)*3125, int64(400*unitsPerDegree)*1024
	var code strings.Builder
	for i := 0; i < digits; i++ {
		if i == plusSeparator {
			code.WriteByte('+')
		}
		switch {
		case i >= plusPairs:
			stepLat, stepLon = stepLat/5, stepLon/4
			code.WriteByte(plusAlphabet[lat/stepLat*4+lon/stepLon])
			lat, lon = lat%stepLat, lon%stepLon
		case i%2 == 0:
			stepLat /= 20
			code.WriteByte(plusAlphabet[lat/stepLat])
			lat %= stepLat
		default:
			stepLon /= 20
			code.WriteByte(plusAlphabet[lon/stepLon])
			lon %= stepLon
		}
	}
	return code.String()
}
