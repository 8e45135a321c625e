package addresscode

import (
	"database/sql"
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"errors"
	"testing"
)

var (
	_ encoding.TextMarshaler   = Code{}
	_ encoding.TextUnmarshaler = (*Code)(nil)
	_ encoding.TextAppender    = Code{}
	_ driver.Valuer            = Code{}
	_ sql.Scanner              = (*Code)(nil)
	_ encoding.TextMarshaler   = Zone{}
	_ encoding.TextUnmarshaler = (*Zone)(nil)
)

func TestJSON(t *testing.T) {
	type record struct {
		Code  Code         `json:"code"`
		None  Code         `json:"none"`
		Zone  Zone         `json:"zone"`
		ByKey map[Code]int `json:"by_key"`
	}
	c := mustParse(t, "5FJBC-2NJV-T33")
	in := record{Code: c, Zone: c.Zone(), ByKey: map[Code]int{c: 1}}
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"code":"5FJBC-2NJV-T33","none":"","zone":"5FJBC-","by_key":{"5FJBC-2NJV-T33":1}}`; string(b) != want {
		t.Errorf("JSON %s, want %s", b, want)
	}
	var out record
	if err := json.Unmarshal(b, &out); err != nil || out.Code != in.Code || out.None != in.None || out.Zone != in.Zone || out.ByKey[c] != 1 {
		t.Errorf("back: %+v, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"code":"5fjbc 2njv t33"}`), &out); err != nil || out.Code != c {
		t.Errorf("tolerant: %v, %v", out.Code, err)
	}
	for _, bad := range []string{`{"code":"5FJBC-2NJV-T34"}`, `{"zone":"5FJB"}`, `{"zone":""}`} {
		before := out
		if err := json.Unmarshal([]byte(bad), &out); err == nil {
			t.Errorf("%s is accepted", bad)
		}
		if out.Code != before.Code || out.Zone != before.Zone {
			t.Errorf("%s changed the value", bad)
		}
	}
}

func TestSQL(t *testing.T) {
	c := mustParse(t, "5FJBC-2NJV-T33")
	if v, err := c.Value(); err != nil || v != "5FJBC-2NJV-T33" {
		t.Errorf("Value = %v, %v", v, err)
	}
	if v, err := (Code{}).Value(); err != nil || v != nil {
		t.Errorf("Value of no code = %v, %v", v, err)
	}
	for _, src := range []any{"5FJBC-2NJV-T33", []byte("5fjbc2njvt33"), int64(c.Key())} {
		got := Code{1}
		if err := got.Scan(src); err != nil || got != c {
			t.Errorf("Scan(%v) = %v, %v", src, got, err)
		}
	}
	for _, src := range []any{nil, "", []byte{}} {
		got := c
		if err := got.Scan(src); err != nil || !got.IsZero() {
			t.Errorf("Scan(%#v) = %v, %v", src, got, err)
		}
	}
	for _, bad := range []struct {
		src  any
		want ErrorKind
	}{
		{"5FJBC-2NJV-T34", ErrCheck}, {int64(0), ErrDigitsOnly}, {int64(-1), ErrReserved}, {1.5, ""}, {true, ""},
	} {
		got := c
		err := got.Scan(bad.src)
		if err == nil || bad.want != "" && !errors.Is(err, bad.want) {
			t.Errorf("Scan(%v): %v, want %v", bad.src, err, bad.want)
		}
		if got != c {
			t.Errorf("Scan(%v) failed and changed the value", bad.src)
		}
	}
}

func TestErrorKindReads(t *testing.T) {
	if got := ErrNotCanonical.Error(); got != "address code: not canonical" {
		t.Errorf("%q", got)
	}
	if errors.Is(ErrCheck, ErrLength) {
		t.Error("kinds are mixed up")
	}
}
