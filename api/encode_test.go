package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// fill sets every field of a value to something that is not zero, so that a field which the hand-written encoder forgets
// shows. Texts hold what needs escaping.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString("ế \"\\\n\u2028<&>\x7f " + string(rune('a'+*n%26)))
	case reflect.Float64:
		v.SetFloat(21.0287 + float64(*n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Struct:
		if t, ok := v.Addr().Interface().(*time.Time); ok {
			*t = time.Date(2026, 11, 22, 1, 2, 3, 456_000_000+*n, time.UTC)
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic("fill: " + v.Type().String())
	}
}

// sameJSON compares bytes, for the order of members is part of what people read; only how texts are escaped may differ.
func sameJSON(t *testing.T, byHand []byte, value any) {
	t.Helper()
	if got, want := normal(t, byHand), normal(t, encoded(t, value)); got != want {
		t.Errorf("by hand\n%s\nby encoding/json\n%s", got, want)
	}
}

func encoded(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// normal is JSON with its tokens, one a line, each written in one way.
func normal(t *testing.T, text []byte) string {
	t.Helper()
	if !json.Valid(text) {
		t.Fatalf("not JSON: %s", text)
	}
	var b strings.Builder
	for d := json.NewDecoder(bytes.NewReader(text)); ; {
		token, err := d.Token()
		if err != nil {
			return b.String()
		}
		fmt.Fprintf(&b, "%T %q\n", token, fmt.Sprint(token))
	}
}

func TestAppendAddress(t *testing.T) {
	var full Address
	n := 0
	fill(reflect.ValueOf(&full).Elem(), &n)
	sameJSON(t, appendAddress(nil, &full), full)

	empty := Address{ExternalIds: []ExternalID{}, Flags: []Flag{}}
	sameJSON(t, appendAddress(nil, &empty), empty)
}

func TestAppendCollection(t *testing.T) {
	var full AddressCollection
	n := 0
	fill(reflect.ValueOf(&full).Elem(), &n)
	sameJSON(t, appendCollection(nil, &full), full)

	empty := AddressCollection{Features: []AddressFeature{}}
	sameJSON(t, appendCollection(nil, &empty), empty)
}

func FuzzAppendText(f *testing.F) {
	for _, s := range []string{"", "Hoàn Kiếm", "\x00\x1f\x7f", "\"\\/", "\xff\xfe", "\u2028", "😀"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var got, want string
		if err := json.Unmarshal(appendText(nil, s), &got); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &want); err != nil || got != want {
			t.Fatalf("%q became %q, encoding/json has %q", s, got, want)
		}
	})
}

func BenchmarkEncodeAddress(b *testing.B) {
	hanoi := DivisionRef{Code: "01", Name: "Hà Nội", Type: "Thành phố", FullName: "Thành phố Hà Nội"}
	hoanKiem := DivisionRef{Code: "00070", Name: "Hoàn Kiếm", Type: "Phường", FullName: "Phường Hoàn Kiếm"}
	a := Address{
		Code: "5FJBC-2NJV-T33", Status: StatusActive, Kind: KindDwelling, Cell: "8d415cb4e426bbf", Zone: "5FJBC-",
		Position:    Position{Lat: 21.0287, Lon: 105.8524, Type: ShownPositionTypeEntrance, Source: ShownPositionSourceSurvey, AccuracyM: 2},
		Components:  Components{HouseNumber: "12A", Alley: []string{"34", "5"}, Street: "Phố Hàng Khay"},
		Label:       "Số 12A/34/5 Phố Hàng Khay, Phường Hoàn Kiếm, Thành phố Hà Nội",
		Division:    Division{Commune: hoanKiem, Province: hanoi, PostalCode: "11011"},
		ExternalIds: []ExternalID{{Scheme: "osm", Value: "node/1"}}, Flags: []Flag{},
		Provenance: Provenance{Dataset: "manual", Detail: "api"},
		Version:    1, CreatedAt: time.Unix(1795310400, 0).UTC(), UpdatedAt: time.Unix(1795310400, 0).UTC(),
	}
	b.Run("by_hand", func(b *testing.B) {
		var buffer []byte
		for b.Loop() {
			buffer = appendAddress(buffer[:0], &a)
		}
	})
	b.Run("encoding_json", func(b *testing.B) {
		for b.Loop() {
			if _, err := json.Marshal(a); err != nil {
				b.Fatal(err)
			}
		}
	})
}
