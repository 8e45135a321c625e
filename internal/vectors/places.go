package main

import (
	"fmt"
	"math"
	"strconv"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

const (
	zones      = 13 * 7 * 7 * 7 * 7 * 7 * 7 * 7 // 13 roots, resolutions 2 to 8
	span       = 27 * 27 * 27 * 27              // household values that four symbols can hold
	households = 7 * 7 * 7 * 7 * 7 * addresscode.Ordinals
)

// code draws evenly from all codes.
func (g *generator) code() addresscode.Code {
	for {
		if c, err := addresscode.FromKey(g.rng.Uint64N(zones)*span + g.rng.Uint64N(households)); err == nil {
			return c
		}
	}
}

// knownPlaces are the examples of the specification and the corners of the country.
var knownPlaces = []struct {
	lat, lon string
	ordinal  int
}{
	{"21.0287", "105.8524", 0},     // Hồ Gươm
	{"21.0287", "105.8524", 30},    //
	{"10.7725", "106.698", 0},      // Chợ Bến Thành
	{"16.5", "111.6", 0},           // Hoàng Sa
	{"8.65", "111.92", 0},          // Trường Sa
	{"10.22", "103.96", 0},         // Phú Quốc
	{"23.363", "105.316", 0},       // Lũng Cú
	{"8.6", "104.72", 30},          // Đất Mũi
	{"22.4", "102.144", 0},         // A Pa Chải
	{"12.6463", "109.4606", 0},     // Mũi Đôi
	{"16.0544", "108.2022", 12},    // Đà Nẵng
	{"10.0452", "105.7469", 3},     // Cần Thơ
	{"8.6833", "106.6083", 0},      // Côn Đảo
	{"20.1333", "107.7333", 0},     // Bạch Long Vĩ
	{"9.9", "115.55", 0},           // east of Trường Sa
	{"6.0", "102.0", 0},            // the corners of the area served
	{"23.6", "118.0", 0},           //
	{"21.02870004", "105.8524", 0}, // rounded to 21.0287000
	{"21.02870006", "105.8524", 0}, // rounded to 21.0287001
}

// cities are where most rows lie: latitude, longitude.
var cities = [][2]float64{{21.0287, 105.8524}, {10.7725, 106.698}, {16.0544, 108.2022}, {20.8449, 106.6881}, {10.0452, 105.7469}}

func encodeRows(g *generator) error {
	for _, p := range knownPlaces {
		if err := g.encode(p.lat, p.lon, p.ordinal); err != nil {
			return err
		}
	}
	for range 1200 { // anywhere
		if err := g.encodeE7(g.between(6, 23.6), g.between(102, 118)); err != nil {
			return err
		}
	}
	for range 1200 { // in the cities
		c := cities[g.rng.IntN(len(cities))]
		if err := g.encodeE7(g.between(c[0]-0.1, c[0]+0.1), g.between(c[1]-0.1, c[1]+0.1)); err != nil {
			return err
		}
	}
	for range 100 { // at the corners of cells, where neighbours are a hair apart
		outline := geo.Cell(g.code().Cell()).Outline()
		for _, p := range outline {
			if err := g.encodeE7(int64(p.LatE7), int64(p.LonE7)); err != nil {
				return err
			}
		}
	}
	return nil
}

// between draws from a range of degrees, in units of 1e-7 degrees.
func (g *generator) between(lo, hi float64) int64 {
	a, b := int64(math.Round(lo*1e7)), int64(math.Round(hi*1e7))
	return a + g.rng.Int64N(b-a+1)
}

// encodeE7 writes the row of a point with some ordinal. Points outside the roots are left out.
func (g *generator) encodeE7(lat, lon int64) error {
	if _, err := (geo.Point{LatE7: int32(lat), LonE7: int32(lon)}).Cell(); err != nil {
		return nil
	}
	return g.encode(degrees(lat), degrees(lon), g.rng.IntN(addresscode.Ordinals))
}

func (g *generator) encode(latText, lonText string, ordinal int) error {
	lat, err := strconv.ParseFloat(latText, 64)
	if err != nil {
		return err
	}
	lon, err := strconv.ParseFloat(lonText, 64)
	if err != nil {
		return err
	}
	p, err := geo.NewPoint(lat, lon)
	if err != nil {
		return err
	}
	cell, err := p.Cell()
	if err != nil {
		return err
	}
	code, err := addresscode.New(uint64(cell), ordinal)
	if err != nil {
		return err
	}
	return g.row(latText, lonText, strconv.Itoa(ordinal), cell.String(), code.String())
}

// degrees writes units of 1e-7 degrees with all seven decimals. Some cells below the roots lie south of the equator.
func degrees(e7 int64) string {
	sign := ""
	if e7 < 0 {
		sign, e7 = "-", -e7
	}
	return fmt.Sprintf("%s%d.%07d", sign, e7/1e7, e7%1e7)
}

func decodeRows(g *generator) error {
	for i := range 3000 {
		code := g.code()
		text := spellings[i%len(spellings)](g, code)
		centre := geo.CodeCenter(code)
		err := g.row(text, code.String(), strconv.FormatUint(code.Cell(), 16), strconv.Itoa(code.Ordinal()), code.Zone().String(),
			code.Short(), strconv.FormatUint(code.Key(), 10), degrees(int64(centre.LatE7)), degrees(int64(centre.LonE7)))
		if err != nil {
			return err
		}
	}
	return nil
}
