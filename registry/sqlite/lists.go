package sqlite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// Lists inside an address are JSON, readable with SQLite's json functions.

func encodeJSON(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", fmt.Errorf("encode a list of an address: %w", err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// encodePositions gives [[type, lat, lon, source, accuracy], …] for the positions after the first.
func encodePositions(ps []registry.TypedPosition) (string, error) {
	if len(ps) == 0 {
		return "", nil
	}
	list := make([][5]float64, len(ps)) // whole numbers below 2^31 are exact
	for i, p := range ps {
		t, source, err := positionNumbers(p)
		if err != nil {
			return "", err
		}
		list[i] = [5]float64{float64(t), float64(p.Point.LatE7), float64(p.Point.LonE7), float64(source), p.AccuracyM}
	}
	return encodeJSON(list)
}

// encodeSuccessors gives [key, …].
func encodeSuccessors(codes []addresscode.Code) (string, error) {
	if len(codes) == 0 {
		return "", nil
	}
	keys := make([]uint64, len(codes))
	for i, code := range codes {
		if code.IsZero() {
			return "", refuse(fmt.Sprintf("successors[%d]", i), "a successor without a code")
		}
		keys[i] = code.Key()
	}
	return encodeJSON(keys)
}

func decodeSuccessors(text string) ([]addresscode.Code, error) {
	var keys []uint64
	if err := json.Unmarshal([]byte(text), &keys); err != nil {
		return nil, err
	}
	codes := make([]addresscode.Code, len(keys))
	for i, key := range keys {
		var err error
		if codes[i], err = addresscode.FromKey(key); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// positionNumbers takes a position without a source as one of unknown source.
func positionNumbers(p registry.TypedPosition) (positionType, source int64, err error) {
	if positionType, err = number("positions.type", positionTypeNumbers, p.Type); err != nil || p.Source == "" {
		return positionType, 0, err
	}
	source, err = number("positions.source", positionSourceNumbers, p.Source)
	return positionType, source, err
}

func decodePositions(to []registry.TypedPosition, text string) ([]registry.TypedPosition, error) {
	var list [][5]float64
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, err
	}
	for _, v := range list {
		t, source := int64(v[0]), int64(v[3])
		if !within(positionTypeNumbers, t) || !within(positionSourceNumbers, source) {
			return nil, fmt.Errorf("unknown type %d or source %d", t, source)
		}
		p := registry.TypedPosition{Type: positionTypeNumbers[t]}
		p.Point = geo.Point{LatE7: int32(v[1]), LonE7: int32(v[2])}
		p.Source, p.AccuracyM = positionSourceNumbers[source], v[4]
		to = append(to, p)
	}
	return to, nil
}

// encodeExternalIDs gives [[scheme, value, source, from, to], …]; empty texts at the end are left out.
func encodeExternalIDs(ids []registry.ExternalID) (string, error) {
	if len(ids) == 0 {
		return "", nil
	}
	list := make([][]string, len(ids))
	for i, id := range ids {
		list[i] = append(list[i], id.Scheme, id.Value)
		switch {
		case id.ValidTo != 0:
			list[i] = append(list[i], id.Source, dateText(id.ValidFrom), dateText(id.ValidTo))
		case id.ValidFrom != 0:
			list[i] = append(list[i], id.Source, dateText(id.ValidFrom))
		case id.Source != "":
			list[i] = append(list[i], id.Source)
		}
	}
	return encodeJSON(list)
}

func decodeExternalIDs(text string) ([]registry.ExternalID, error) {
	list, ok := plainLists(text)
	if !ok {
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return nil, err
		}
	}
	ids := make([]registry.ExternalID, len(list))
	for i, v := range list {
		if len(v) < 2 || len(v) > 5 {
			return nil, fmt.Errorf("an external id of %d parts", len(v))
		}
		ids[i].Scheme, ids[i].Value = v[0], v[1]
		if len(v) > 2 {
			ids[i].Source = v[2]
		}
		for j, to := range []*geo.Date{&ids[i].ValidFrom, &ids[i].ValidTo} {
			if len(v) > 3+j {
				d, err := parseDate(v[3+j])
				if err != nil {
					return nil, err
				}
				*to = d
			}
		}
	}
	return ids, nil
}

// Dates are written as the number yyyymmdd; "" is 0.
func dateText(d geo.Date) string {
	if d == 0 {
		return ""
	}
	return strconv.Itoa(int(d))
}

func parseDate(text string) (geo.Date, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	return geo.Date(n), err
}

// plainLists reads a list of lists of strings as encodeJSON writes it where no string needs an escape. Anything else is
// left to encoding/json, which takes ten times as long.
func plainLists(text string) (lists [][]string, ok bool) {
	for rest, more := strings.CutPrefix(text, "["); more; rest, more = strings.CutPrefix(rest, ",") {
		list, after, ok := cutPlainList(rest)
		if !ok {
			return nil, false
		}
		lists = append(lists, list)
		if rest = after; rest == "]" {
			return lists, true
		}
	}
	return nil, false
}

// cutPlainList takes one list of strings off text.
func cutPlainList(text string) (list []string, rest string, ok bool) {
	const most = 5 // parts of an external id; lists of more grow
	list = make([]string, 0, most)
	for rest, more := strings.CutPrefix(text, "["); more; rest, more = strings.CutPrefix(rest, ",") {
		if rest, more = strings.CutPrefix(rest, `"`); !more {
			return nil, "", false
		}
		end := strings.IndexAny(rest, `"\`)
		if end < 0 || rest[end] != '"' {
			return nil, "", false
		}
		list = append(list, rest[:end])
		if rest = rest[end+1:]; strings.HasPrefix(rest, "]") {
			return list, rest[1:], true
		}
	}
	return nil, "", false
}
