package synth

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/seed"
	"github.com/diachiso/diachiso/vntext"
)

// House is one synthetic address.
type House struct {
	Components registry.Components
	Point      geo.Point
	Commune    *geo.Division // today's, which the point lies in
	key        uint64
}

// Region says which words people use.
type Region int

const (
	North   Region = iota // ngõ, ngách, hẻm; phố; thôn, xóm
	Central               // kiệt, hẻm; thôn
	South                 // hẻm; ấp, khu phố
)

// RegionOf is the region of a province of today, by its code: codes run from north to south.
func RegionOf(province string) Region {
	switch {
	case province < "44":
		return North
	case province < "56":
		return Central
	}
	return South
}

// Generate makes n addresses, in the order of their codes. Errors: a seed whose communes have no boundaries.
func Generate(data *seed.Data, n int, seedNumber uint64) ([]House, error) {
	g := newGenerator(data)
	g.rng, g.limit, g.houses, g.taken = rand.New(rand.NewPCG(seedNumber, 3)), n, make([]House, 0, n+1000), make(map[string]bool, n)
	communes := g.choose(max(1, n/50))
	total := 0.0
	for _, c := range communes {
		total += weight(c)
	}
	for round := 0; len(g.houses) < n; round++ {
		before := len(g.houses)
		for _, c := range communes {
			share := int(weight(c)/total*float64(n)) + 1
			if err := g.fill(c, share); err != nil {
				return nil, err
			}
		}
		if len(g.houses) == before && round > 3 {
			return nil, fmt.Errorf("the chosen communes have room for %d addresses only", before)
		}
	}
	houses := g.houses[:n]
	for i := range houses {
		code, err := geo.EncodeFirst(houses[i].Point)
		if err != nil {
			return nil, err
		}
		houses[i].key = code.Key()
	}
	slices.SortStableFunc(houses, func(a, b House) int { return cmp.Compare(a.key, b.key) })
	return houses, nil
}

type generator struct {
	rng    *rand.Rand
	data   *seed.Data
	today  geo.Date
	limit  int
	houses []House
	taken  map[string]bool // commune, street and number: no two addresses are called the same
	lo, hi uint64          // of a country: keys of the zone that is being laid out, what lies beyond is left out; 0 for none

	streets, dates, roads, buildings, first, second, villages, buons []string
}

func newGenerator(data *seed.Data) *generator {
	return &generator{
		data: data, today: geo.Today(), streets: names(commonStreets), dates: names(dateStreets), roads: names(roads),
		buildings: names(buildings), first: names(hamletFirst), second: names(hamletSecond), villages: names(villages), buons: names(buons),
	}
}

// weight is about how many people a commune has: wards are dense, and most so in the two largest cities.
func weight(c *geo.Division) float64 {
	w := 1.0
	if c.Name(geo.Today()).Type == "Phường" {
		w = 5
	}
	if c.Province == "01" || c.Province == "79" {
		w *= 2
	}
	return w
}

// choose picks most communes: all where there are addresses enough, else a random share, dense ones more often.
func (g *generator) choose(most int) []*geo.Division {
	all := slices.Clone(g.data.Divisions.All(geo.LevelCommune, g.today))
	if len(all) <= most {
		return all
	}
	order := make(map[*geo.Division]float64, len(all))
	for _, c := range all {
		order[c] = g.rng.ExpFloat64() / weight(c)
	}
	slices.SortStableFunc(all, func(a, b *geo.Division) int { return cmp.Compare(order[a], order[b]) })
	return all[:most]
}

// fill lays out streets and hamlets in a commune until it has about share more addresses.
func (g *generator) fill(c *geo.Division, share int) error {
	box, err := g.box(c.Code)
	if err != nil {
		return err
	}
	urban := c.Name(g.today).Type == "Phường"
	goal := min(g.limit, len(g.houses)+share)
	for try := 0; len(g.houses) < goal && try < 50; try++ {
		p, ok := g.pointIn(box, c)
		if !ok {
			return nil
		}
		switch x := g.rng.Float64(); {
		case urban && x < 0.2 || !urban && x < 0.05:
			g.tower(p, c)
		case !urban && x < 0.5:
			g.hamlet(p, c, goal)
		default:
			g.street(p, c, goal, urban)
		}
	}
	return nil
}

// box is west, south, east, north of a commune in degrees.
func (g *generator) box(code string) (b [4]float64, err error) {
	raw, ok := g.data.Boundaries.GeoJSON(code)
	if !ok {
		return b, fmt.Errorf("commune %s has no boundary", code)
	}
	var shape struct {
		Coordinates [][][][2]float64 `json:"coordinates"`
	}
	if err := json.Unmarshal(raw, &shape); err != nil {
		return b, fmt.Errorf("boundary of commune %s: %w", code, err)
	}
	b = [4]float64{180, 90, -180, -90}
	for _, polygon := range shape.Coordinates {
		for _, ring := range polygon {
			for _, v := range ring {
				b = [4]float64{min(b[0], v[0]), min(b[1], v[1]), max(b[2], v[0]), max(b[3], v[1])}
			}
		}
	}
	return b, nil
}

// pointIn is a random point of a commune, nearer to the middle of its box than evenly spread ones.
func (g *generator) pointIn(b [4]float64, c *geo.Division) (geo.Point, bool) {
	spread := func(lo, hi float64) float64 { return lo + (hi-lo)*(g.rng.Float64()+g.rng.Float64())/2 }
	for range 200 {
		if p, at := g.locate(spread(b[1], b[3]), spread(b[0], b[2])); at == c {
			return p, true
		}
	}
	return geo.Point{}, false
}

// locate rounds a place and says which commune it is inside of, nil for none.
func (g *generator) locate(lat, lon float64) (geo.Point, *geo.Division) {
	p, err := geo.NewPoint(lat, lon)
	if err != nil {
		return p, nil
	}
	loc, err := g.data.Locator.Locate(p, g.today)
	if err != nil || loc.Match != geo.MatchInside {
		return p, nil
	}
	return p, loc.Commune
}

// add keeps a house unless another one of the commune is called the same, however it is written.
func (g *generator) add(components registry.Components, p geo.Point, c *geo.Division, unnamed bool) {
	if g.hi > 0 {
		g.addInZone(components, p, c)
		return
	}
	if !unnamed {
		number := strings.Join(append(slices.Clone(components.Alley), components.HouseNumber), "/")
		number = strings.ToLower(strings.ReplaceAll(number, " ", ""))
		key := strings.Join([]string{c.Code, Canonical(components.Street), components.Hamlet, components.Building, number, components.Block, components.Unit}, "|")
		if g.taken[key] {
			return
		}
		g.taken[key] = true
	}
	g.houses = append(g.houses, House{Components: components, Point: p, Commune: c})
}

// claim reports whether a commune has no street, hamlet or building of that name yet, and takes it.
func (g *generator) claim(c *geo.Division, name string) bool {
	key := c.Code + "|" + Canonical(name)
	if g.taken[key] {
		return false
	}
	g.taken[key] = true
	return true
}

var sameName = strings.NewReplacer("duong tinh ", "dt", "duong so ", "so", "duong ", "", "pho ", "", "quoc lo ", "ql", "tinh lo ", "tl", " thang ", "/", " ", "")

// Canonical is one form of the spellings of a name that people take for the same: with and without "Đường", 3/2 and 3 Tháng 2.
func Canonical(name string) string {
	date := strings.ReplaceAll(name, "/", " tháng ")
	form := sameName.Replace(vntext.Fold(date))
	if form == "ql1a" {
		return "ql1"
	}
	return form
}

func pick(rng *rand.Rand, list []string) string { return list[rng.IntN(len(list))] }

// chance is true in about p of the calls.
func chance(rng *rand.Rand, p float64) bool { return rng.Float64() < p }
