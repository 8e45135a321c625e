package main

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/internal/synth"
)

// draft is an address as somebody is about to write it: pieces from small to large, each with its words.
type draft struct {
	unit, floor, block, building string
	number                       string // with its alley path in slashes
	alleys                       []string
	street                       string
	quarter, hamlet              string
	commune, district, province  string
	tail                         string // country, postcode, notes
	separator                    string
	region                       synth.Region
}

// newDraft writes an address as it should be written today.
func newDraft(t truth, ds *geo.Divisions, rng *rand.Rand) draft {
	today := geo.Today()
	c := t.components
	d := draft{unit: c.Unit, floor: c.Floor, block: c.Block, building: c.Building, street: c.Street, quarter: c.Quarter, hamlet: c.Hamlet,
		commune: t.commune.Name(today).FullName(), separator: ", ", region: synth.RegionOf(t.commune.Province)}
	if d.unit != "" {
		d.unit = []string{"Căn hộ ", "Căn ", "Phòng "}[rng.IntN(3)] + d.unit
	}
	if d.floor != "" {
		d.floor = []string{"Tầng ", "Lầu "}[rng.IntN(2)] + d.floor
	}
	if d.block != "" {
		d.block = []string{"Block ", "Tòa "}[rng.IntN(2)] + d.block
	}
	d.alleys = c.Alley
	d.number = c.HouseNumber
	if slices.ContainsFunc(c.Alley, func(level string) bool { return !plain.MatchString(level) }) {
		for _, level := range slices.Backward(c.Alley) { // a named alley is written out
			d.number += " " + level
		}
		d.alleys = nil
	} else if len(c.Alley) > 0 && d.number != "" {
		d.number = strings.Join(c.Alley, "/") + "/" + c.HouseNumber
	} else if len(c.Alley) > 0 {
		d.number = alleyWords(d.region)[0] + " " + strings.Join(c.Alley, "/")
	}
	province, err := ds.Get(geo.LevelProvince, t.commune.Province, today)
	if err == nil {
		d.province = provinceText(province.Name(today), rng)
	}
	return d
}

var plain = regexp.MustCompile(`^[0-9]+[A-Za-z]?$`)

// provinceText is a province with or without its type.
func provinceText(name geo.DatedName, rng *rand.Rand) string {
	if rng.IntN(2) == 0 {
		return name.FullName()
	}
	return name.Name
}

// String is the text.
func (d draft) String() string {
	line := strings.TrimSpace(d.number + " " + d.street)
	var parts []string
	for _, p := range []string{d.unit, d.floor, d.block, d.building, line, d.hamlet, d.quarter, d.commune, d.district, d.province, d.tail} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, d.separator)
}

// alleyWords are the words of a region for the levels of an alley path, from the street inwards; the last holds for all below.
func alleyWords(r synth.Region) []string {
	switch r {
	case synth.North:
		return []string{"ngõ", "ngách", "hẻm"}
	case synth.Central:
		return []string{"kiệt", "hẻm"}
	}
	return []string{"hẻm"}
}

// spellAlleys writes the alley path out, or says that there is none.
func (d *draft) spellAlleys(rng *rand.Rand) bool {
	path := strings.Split(d.number, "/")
	if len(path) < 2 || len(path) > 4 || slices.ContainsFunc(path[:len(path)-1], func(level string) bool { return !plain.MatchString(level) }) {
		return false
	}
	house, levels := path[len(path)-1], path[:len(path)-1]
	words := alleyWords(d.region)
	text := house
	if rng.IntN(2) == 0 {
		text = "Số " + house
	}
	if d.region == synth.South || rng.IntN(4) == 0 { // the path at once: 5 hẻm 12/34, 5 ngõ 12/34
		d.number = text + " " + words[0] + " " + strings.Join(levels, "/")
		return true
	}
	for i, level := range slices.Backward(levels) {
		text += " " + words[min(i, len(words)-1)] + " " + level
	}
	d.number = text
	return true
}
