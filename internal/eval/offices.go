package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/vntext"
)

// offices are the results on real addresses in the old style. They are not registered: it is the ward that is asked for.
type offices struct {
	read       int // addresses in the file
	named      rate
	divided    rate // of named: the ward went to several communes
	unreadable rate // the reader below can't tell the ward; the truth is the commune of the point
	contradict int  // of named: the point lies in a commune that is no official successor
	failures   []failure
}

type rate struct{ n, right, none int }

func (r *rate) count(right, none bool) {
	r.n++
	if right {
		r.right++
	}
	if none {
		r.none++
	}
}

// runOffices asks for the wards of the public offices in the source data; nil when the file is absent.
func (w *world) runOffices(ctx context.Context, shared string) (o *offices, err error) {
	file, err := os.Open(filepath.Join(shared, "data/addresses/telecom_offices.csv"))
	if shared == "" || errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	rows := csv.NewReader(file)
	header, err := rows.Read()
	if err != nil {
		return nil, err
	}
	address, commune := slices.Index(header, "address_old_style"), slices.Index(header, "new_ward_code")
	if address < 0 || commune < 0 {
		return nil, fmt.Errorf("%s: columns address_old_style and new_ward_code are missing", file.Name())
	}
	o = &offices{}
	reader := newOldReader(w.data.Divisions)
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return o, nil
		}
		if err != nil {
			return nil, err
		}
		if err := w.askOffice(ctx, o, reader, row[address], row[commune]); err != nil {
			return nil, err
		}
	}
}

func (w *world) askOffice(ctx context.Context, o *offices, reader *oldReader, text, commune string) error {
	found, err := w.engine.Search(ctx, geocode.Query{Text: text})
	if err != nil {
		return err
	}
	o.read++
	got, label := "", "nothing"
	if len(found.Results) > 0 {
		label = found.Results[0].MatchLevel + " " + found.Results[0].Label
		if c := found.Results[0].Commune; c != nil {
			got = c.Code
		}
	}
	ward := reader.ward(text)
	if ward == nil {
		o.unreadable.count(got == commune, got == "")
		if got != commune {
			o.failures = append(o.failures, failure{"real old-style addresses, ward not read", text, commune, got + " " + label})
		}
		return nil
	}
	fates := successors(w.data.Divisions, ward)
	right := slices.Contains(fates, got)
	o.named.count(right, got == "")
	if len(fates) > 1 {
		o.divided.count(right, got == "")
	}
	if !slices.Contains(fates, commune) {
		o.contradict++
	}
	if !right {
		o.failures = append(o.failures, failure{"real old-style addresses", text, strings.Join(fates, " or "), got + " " + label})
	}
	return nil
}

// oldReader reads which old ward a tidy address names, by nothing but the parts between its commas. It is kept apart from the
// engine on purpose: it says what is true. It answers nil rather than guess.
type oldReader struct {
	wards map[string][]*geo.Division // by district's code and name
	named map[string][]*geo.Division // districts by name
	ds    *geo.Divisions
}

func newOldReader(ds *geo.Divisions) *oldReader {
	r := &oldReader{wards: map[string][]*geo.Division{}, named: map[string][]*geo.Division{}, ds: ds}
	for _, d := range ds.All(geo.LevelDistrict, lastOld) {
		for _, key := range keysOf(d) {
			r.named[key] = append(r.named[key], d)
		}
		for _, ward := range ds.Children(d) {
			for _, key := range keysOf(ward) {
				r.wards[d.Code+key] = append(r.wards[d.Code+key], ward)
			}
		}
	}
	return r
}

// keysOf are full name and, where it is not a number, bare name.
func keysOf(d *geo.Division) []string {
	name := d.Name(lastOld)
	keys := []string{spelling(name.FullName())}
	if name.Name[0] > '9' {
		keys = append(keys, spelling(name.Name))
	}
	return keys
}

func spelling(name string) string {
	name = strings.ToLower(vntext.Normal(name))
	return strings.ReplaceAll(strings.ReplaceAll(name, "'", ""), " ", "")
}

var longForms = strings.NewReplacer("tp.", "thành phố ", "tp ", "thành phố ", "tx.", "thị xã ", "tx ", "thị xã ", "tt.", "thị trấn ", "p.", "phường ", "q.", "quận ", "h.", "huyện ", "t.", "tỉnh ")

func (r *oldReader) ward(text string) *geo.Division {
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		part = strings.ToLower(strings.Trim(vntext.Clean(part), " .;"))
		parts = append(parts, spelling(longForms.Replace(part)))
	}
	// From the right: province (often left out), district, ward, side by side.
	for i := len(parts) - 1; i > 0 && i >= len(parts)-3; i-- {
		var found []*geo.Division
		for _, district := range r.named[parts[i]] {
			if i+1 < len(parts) && !r.inProvince(district, parts[i+1]) {
				continue
			}
			found = append(found, r.wards[district.Code+parts[i-1]]...)
		}
		if len(found) == 1 {
			return found[0]
		}
	}
	return nil
}

func (r *oldReader) inProvince(district *geo.Division, text string) bool {
	province, err := r.ds.Get(geo.LevelProvince, district.Province, lastOld)
	return err == nil && slices.Contains(keysOf(province), text)
}
