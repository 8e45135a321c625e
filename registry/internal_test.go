package registry

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

func FuzzComponents(f *testing.F) {
	f.Add("12/34/5", "Ngõ 12", "Ngách 12/34 La Thành", "Tòa Đ", "Căn hộ 5")
	f.Add("Số nhà 5", "", "Đường Lê Lợi", "", "")
	f.Add("1806/127/2/6/15/48/2A", "/", " / ", "\u0301", "số")
	f.Add("12 Bis", "hẻm", "d", "block", "a b c 1 a")
	f.Fuzz(func(t *testing.T, number, alley, street, block, unit string) {
		c := Components{HouseNumber: number, Alley: []string{alley}, Street: street, Block: block, Unit: unit}
		clean := c.clean()
		if again := clean.clean(); !reflect.DeepEqual(again, clean) {
			t.Errorf("clean is not idempotent: %+v, then %+v", clean, again)
		}
		if clean.Validate() != nil {
			return
		}
		key := clean.likeKey()
		if got := c.clean().likeKey(); got != key {
			t.Errorf("two keys of %+v: %q and %q", c, key, got)
		}
		decomposed := Components{HouseNumber: norm.NFD.String(number), Alley: []string{norm.NFD.String(alley)},
			Street: norm.NFD.String(street), Block: norm.NFD.String(block), Unit: norm.NFD.String(unit)}
		if got := decomposed.clean().likeKey(); got != key {
			t.Errorf("decomposed text has the key %q, composed %q", got, key)
		}
		if key != "" && strings.Count(key, "\n") != 9 {
			t.Errorf("key %q has not nine parts", key)
		}
	})
}

func TestLikenessZonesMissNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	one := 0
	const rounds = 3000
	for range rounds {
		p, err := geo.NewPoint(8+15*rng.Float64(), 102.5+7*rng.Float64())
		if err != nil {
			t.Fatal(err)
		}
		zones, err := likenessZones(p)
		if err != nil {
			continue
		}
		if len(zones) == 1 {
			one++
		}
		for angle := range 12 {
			sin, cos := math.Sincos(float64(angle) * math.Pi / 6)
			q := geo.Point{LatE7: p.LatE7 + int32(sin*LikenessRadiusM*90.4), LonE7: p.LonE7 + int32(cos*LikenessRadiusM*89.8)}
			if geo.Distance(p, q) > LikenessRadiusM {
				continue
			}
			zone, err := likenessZone(q)
			if err != nil {
				continue
			}
			found := false
			for _, z := range zones {
				found = found || z == zone
			}
			if !found {
				t.Fatalf("%v within %.1f m of %v lies in %s, which is not among %v", q, geo.Distance(p, q), p, zone, zones)
			}
		}
	}
	if one < rounds/2 {
		t.Errorf("only %d of %d points need one zone", one, rounds)
	}
}

func TestLikenessOrder(t *testing.T) {
	zone, err := addresscode.ParseZone("5FJBC-")
	if err != nil {
		t.Fatal(err)
	}
	if got := likeness(zone, ""); got != noLikeness {
		t.Errorf("likeness of nothing is %d", got)
	}
	if got := likeness(zone, "x"); uint32(got>>32) != zone.Number() || uint32(got) == 0 {
		t.Errorf("likeness %x does not begin with the zone %x", got, zone.Number())
	}
}

func TestInsideOutline(t *testing.T) {
	at := func(lat, lon int32) geo.Point { return geo.Point{LatE7: lat, LonE7: lon} }
	// an L, open ring
	ring := []geo.Point{at(0, 0), at(0, 10), at(5, 10), at(5, 5), at(10, 5), at(10, 0)}
	tests := []struct {
		p      geo.Point
		inside bool
	}{
		{at(2, 2), true}, {at(2, 8), true}, {at(8, 2), true}, {at(8, 8), false}, {at(-1, 2), false}, {at(11, 2), false}, {at(2, 11), false},
	}
	closed := append(append([]geo.Point{}, ring...), ring[0])
	for _, tt := range tests {
		if got := insideOutline(tt.p, ring); got != tt.inside {
			t.Errorf("insideOutline(%v) = %v", tt.p, got)
		}
		if got := insideOutline(tt.p, closed); got != tt.inside {
			t.Errorf("insideOutline(%v) of the closed ring = %v", tt.p, got)
		}
	}
}

func TestError(t *testing.T) {
	cause := errors.New("secret cause")
	e := &Error{Code: CodeCellFull, Op: "assign", Field: "positions", Message: "every code is given", Hint: "widen the outline", Err: cause}
	if got, want := e.Error(), "assign: positions: every code is given (widen the outline)"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	wrapped := fmt.Errorf("import: %w", e)
	if !errors.Is(wrapped, &Error{Code: CodeCellFull}) || errors.Is(wrapped, &Error{Code: CodeNotFound}) || !errors.Is(wrapped, cause) {
		t.Error("errors.Is does not see code and cause")
	}
	if CodeOf(wrapped) != CodeCellFull || CodeOf(nil) != "" || CodeOf(cause) != CodeInternal {
		t.Error("CodeOf is wrong")
	}
	tests := []struct {
		err  error
		code ErrorCode
	}{
		{&geo.PositionError{Code: geo.CodePositionSwapped, Message: "m"}, CodePositionSwapped},
		{fmt.Errorf("locate: %w", &geo.PositionError{Code: geo.CodePositionOutside, Message: "m"}), CodePositionOutside},
		{&addresscode.Error{Kind: addresscode.ErrCheck, Message: "m"}, CodeInvalidCode},
		{cause, CodeInternal},
	}
	for _, tt := range tests {
		err := domainError("op", tt.err)
		if CodeOf(err) != tt.code || strings.Contains(err.Error(), "secret") || !errors.Is(err, tt.err) {
			t.Errorf("domainError(%v) = %v", tt.err, err)
		}
	}
}
