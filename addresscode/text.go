package addresscode

import (
	"database/sql/driver"
	"fmt"
)

// The groups of the canonical form: symbols 0-4, 5-8 and 9-11.
const (
	zoneSymbols  = 5
	shortSymbols = wordSymbols - zoneSymbols
)

// String is the canonical form 5FJBC-2NJV-T33, and "" for no code.
func (c Code) String() string {
	if c.IsZero() {
		return ""
	}
	var buf [wordSymbols + 2]byte
	return string(c.append(buf[:0]))
}

// append appends the canonical form.
func (c Code) append(b []byte) []byte {
	w := wordOf(c.key)
	b = appendSymbols(b, w[:zoneSymbols])
	b = appendSymbols(append(b, '-'), w[zoneSymbols:dataSymbols])
	return appendSymbols(append(b, '-'), w[dataSymbols:])
}

// Compact is the form without hyphens, 5FJBC2NJVT33, and "" for no code.
func (c Code) Compact() string {
	if c.IsZero() {
		return ""
	}
	var buf [wordSymbols]byte
	return string(appendSymbols(buf[:0], wordOf(c.key)[:]))
}

// Short is the last seven symbols, 2NJV-T33, and "" for no code. With the commune's name they are enough: see ExpandShort.
func (c Code) Short() string {
	if c.IsZero() {
		return ""
	}
	return c.String()[zoneSymbols+1:]
}

func appendSymbols(b []byte, symbols []uint8) []byte {
	for _, s := range symbols {
		b = append(b, Alphabet[s])
	}
	return b
}

// AppendText appends the canonical form, and nothing for no code.
func (c Code) AppendText(b []byte) ([]byte, error) {
	if c.IsZero() {
		return b, nil
	}
	return c.append(b), nil
}

// MarshalText gives the canonical form, and an empty text for no code.
func (c Code) MarshalText() ([]byte, error) { return c.AppendText(nil) }

// UnmarshalText reads a code as Parse does; an empty text is no code.
func (c *Code) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = Code{}
		return nil
	}
	code, err := Parse(string(text))
	if err != nil {
		return err
	}
	*c = code
	return nil
}

// Value stores a code in a database as its canonical text, and no code as NULL. A table that sorts by place stores Key.
func (c Code) Value() (driver.Value, error) {
	if c.IsZero() {
		return nil, nil
	}
	return c.String(), nil
}

// Scan reads a code from a database: a text as Parse does, an integer as FromKey does, NULL as no code.
func (c *Code) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*c = Code{}
		return nil
	case string:
		return c.UnmarshalText([]byte(v))
	case []byte:
		return c.UnmarshalText(v)
	case int64:
		code, err := FromKey(uint64(v)) // a negative one becomes a large one, which is reserved
		if err != nil {
			return err
		}
		*c = code
		return nil
	}
	return fmt.Errorf("scan address code: a %T holds no code; store a text or the integer key", src)
}
