package sqlite

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func randomLine(rnd *rand.Rand, n int) []geo.Point {
	line := make([]geo.Point, n)
	for i := range line {
		line[i] = geo.Point{LatE7: rnd.Int32N(1_800_000_001) - 900_000_000, LonE7: int32(rnd.Int64N(3_600_000_001) - 1_800_000_000)}
	}
	return line
}

func TestGeometryComesBack(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		lines := [][]geo.Point{}
		for range rnd.IntN(4) {
			lines = append(lines, randomLine(rnd, rnd.IntN(5)))
		}
		if got, err := decodeLines(encodeLines(lines)); err != nil || !reflect.DeepEqual(got, lines) {
			t.Fatalf("%v came back as %v, %v", lines, got, err)
		}
		p := randomLine(rnd, 3)
		stretches := []registry.Stretch{{Commune: "00070", Point: p[0], Box: geo.BoxAround(p...), LengthM: float64(rnd.IntN(1e6))}, {Commune: "32248", Point: p[1], Box: geo.BoxAround(p[1]), LengthM: 0}}
		data, err := encodeStretches(stretches)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := decodeStretches(data); err != nil || !reflect.DeepEqual(got, stretches) {
			t.Fatalf("%v came back as %v, %v", stretches, got, err)
		}
	}
}

// A house of four corners of ten metres stands in 26 bytes.
func TestGeometryIsSmall(t *testing.T) {
	house := [][]geo.Point{{{LatE7: 210_255_000, LonE7: 1_058_540_000}, {LatE7: 210_255_900, LonE7: 1_058_540_000}, {LatE7: 210_255_900, LonE7: 1_058_540_900}, {LatE7: 210_255_000, LonE7: 1_058_540_900}}}
	if n := len(encodeLines(house)); n > 26 {
		t.Errorf("%d bytes", n)
	}
}

// FuzzGeometry: damaged blobs are refused without harm, and what is read writes back to what reads the same.
func FuzzGeometry(f *testing.F) {
	f.Add(encodeLines([][]geo.Point{{{LatE7: 1, LonE7: 2}, {LatE7: -3, LonE7: 4}}}))
	f.Add([]byte{0xFF, 0xFF, 0xFF, 0xFF, 0x0F})
	f.Fuzz(func(t *testing.T, data []byte) {
		if lines, err := decodeLines(data); err == nil {
			again, err := decodeLines(encodeLines(lines))
			if err != nil || !reflect.DeepEqual(lines, again) {
				t.Fatalf("%v came back as %v, %v", lines, again, err)
			}
		}
		if stretches, err := decodeStretches(data); err == nil && len(stretches) > 0 {
			again, err := encodeStretches(stretches)
			if err == nil && len(again) > len(data) {
				t.Fatalf("%x became %x", data, again)
			}
			if _, err := decodeStretches(bytes.Clone(data[:len(data)-1])); err == nil {
				t.Fatal("a blob without its last byte was read")
			}
		}
	})
}
