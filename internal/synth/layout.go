package synth

import (
	"fmt"
	"math"
	"strconv"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// metreLat is a metre in degrees of latitude.
const metreLat = 1 / 110_800.0

// walk moves metres from a point, heading in radians clockwise from north.
func walk(p geo.Point, heading, metres float64) (lat, lon float64) {
	lat = p.Lat() + metres*math.Cos(heading)*metreLat
	return lat, p.Lon() + metres*math.Sin(heading)*metreLat/math.Cos(p.Lat()*math.Pi/180)
}

// road is a street or alley that is being laid out.
type road struct {
	start   geo.Point
	heading float64
	step    float64 // metres between plots of one side
	base    registry.Components
	slashes bool // alley levels are written into the number instead of the alley path
	path    []string
}

// street lays out one street from a point on, over the border of the commune where it gets there.
func (g *generator) street(p geo.Point, c *geo.Division, goal int, urban bool) {
	name := g.streetName(c, urban)
	if g.claim(c, name) {
		g.streetNamed(name, p, c, goal, urban)
	}
}

func (g *generator) streetNamed(name string, p geo.Point, c *geo.Division, goal int, urban bool) {
	base := registry.Components{Street: name}
	if RegionOf(c.Province) != North && urban && chance(g.rng, 0.2) {
		base.Quarter = "Khu phố " + strconv.Itoa(1+g.rng.IntN(12))
	} else if RegionOf(c.Province) == North && urban && chance(g.rng, 0.1) {
		base.Quarter = "Tổ dân phố " + strconv.Itoa(1+g.rng.IntN(30))
	}
	r := road{start: p, heading: g.rng.Float64() * 2 * math.Pi, step: 6 + g.rng.Float64()*8, base: base, slashes: chance(g.rng, 0.6)}
	numbers := 20 + g.rng.IntN(120)
	if chance(g.rng, 0.1) {
		numbers += 400 // a long one
	}
	g.plots(r, numbers, goal, 0)
}

// plots numbers the plots along a road and opens alleys between them. The first is number 1.
func (g *generator) plots(r road, numbers, goal, depth int) {
	bend := (g.rng.Float64() - 0.5) * 0.01
	for number := 1; number <= numbers && len(g.houses) < goal; number++ {
		side := -1.0 // odd numbers on the left
		if number%2 == 0 {
			side = 1
		}
		lat, lon := walk(r.start, r.heading+bend*float64(number), float64(number)/2*r.step)
		middle, at := g.locate(lat, lon)
		if at == nil {
			return // the sea, or another country
		}
		lat, lon = walk(middle, r.heading+side*math.Pi/2, 6/float64(depth+1))
		p, at := g.locate(lat, lon)
		if at == nil || chance(g.rng, 0.1) { // a gap between houses
			continue
		}
		g.add(r.components(g.plotNumber(number, depth)), p, at, false)
		switch x := g.rng.Float64(); {
		case x < 0.06: // split plots
			for _, suffix := range []string{"A", "B", "C"}[:1+g.rng.IntN(3)] {
				g.beside(r, strconv.Itoa(number)+suffix, p, suffix)
			}
		case x < 0.07:
			g.beside(r, strconv.Itoa(number)+[]string{" bis", "bis", " ter"}[g.rng.IntN(3)], p, "B")
		case x < 0.08: // inserted houses
			g.beside(r, strconv.Itoa(number)+"-1", p, "A")
			g.beside(r, strconv.Itoa(number)+"-2", p, "B")
		}
		mouths := []float64{0.12, 0.08, 0.04}
		if depth < len(mouths) && chance(g.rng, mouths[depth]) {
			alley := road{start: p, heading: r.heading + side*math.Pi/2, step: 5, base: r.base, slashes: r.slashes}
			alley.path = append(append([]string{}, r.path...), strconv.Itoa(number))
			g.plots(alley, 4+g.rng.IntN(30/(depth+1)), goal, depth+1)
		}
	}
}

// plotNumber is the number as its owner writes it.
func (g *generator) plotNumber(number, depth int) string {
	if depth == 0 && chance(g.rng, 0.01) { // two plots as one
		return fmt.Sprintf("%d-%d", number, number+2)
	}
	return strconv.Itoa(number)
}

// beside puts a house a few metres from another.
func (g *generator) beside(r road, number string, p geo.Point, suffix string) {
	metres := 2 * float64(suffix[0]-'A'+1)
	lat, lon := walk(p, r.heading, metres)
	if q, at := g.locate(lat, lon); at != nil {
		g.add(r.components(number), q, at, false)
	}
}

// components of the plot with a number, alleys as levels or with slashes.
func (r road) components(number string) registry.Components {
	c := r.base
	if !r.slashes {
		c.Alley, c.HouseNumber = r.path, number
		return c
	}
	for i := len(r.path) - 1; i >= 0; i-- {
		number = r.path[i] + "/" + number
	}
	c.HouseNumber = number
	return c
}

func (g *generator) streetName(c *geo.Division, urban bool) string {
	x := g.rng.Float64()
	switch {
	case x < 0.05:
		return g.dated()
	case RegionOf(c.Province) == South && x < 0.20:
		return "Đường số " + strconv.Itoa(1+g.rng.IntN(60))
	case RegionOf(c.Province) == South && x < 0.23:
		return "Đường " + string("DNTA"[g.rng.IntN(4)]) + strconv.Itoa(1+g.rng.IntN(20))
	case !urban && x < 0.40, x < 0.25:
		return pick(g.rng, g.roads)
	}
	name := pick(g.rng, g.streets)
	switch {
	case RegionOf(c.Province) == North && chance(g.rng, 0.5):
		return "Phố " + name
	case chance(g.rng, 0.5):
		return "Đường " + name
	}
	return name
}

func (g *generator) dated() string {
	name := pick(g.rng, g.dates)
	if chance(g.rng, 0.5) {
		return "Đường " + name
	}
	return name
}

// tower is a building with flats at one place.
func (g *generator) tower(p geo.Point, c *geo.Division) {
	base := registry.Components{Building: pick(g.rng, g.buildings)}
	if !g.claim(c, base.Building) {
		return
	}
	if chance(g.rng, 0.7) {
		base.Street, base.HouseNumber = pick(g.rng, g.streets), strconv.Itoa(1+g.rng.IntN(300))
	}
	if chance(g.rng, 0.5) {
		base.Block = []string{"A", "B", "C", "A1", "A2", "S1", "T5", "CT2"}[g.rng.IntN(8)]
	}
	for range 3 + g.rng.IntN(6) {
		floor := 1 + g.rng.IntN(25)
		label := strconv.Itoa(floor)
		switch floor { // floors that people leave out
		case 4:
			label = "3A"
		case 13:
			label = "12A"
		}
		flats := 1 + g.rng.IntN(3)
		for flat := 1; flat <= flats; flat++ {
			unit := base
			unit.Floor = label
			unit.Unit = fmt.Sprintf("%s%02d", label, flat)
			if floor < 10 && label != "3A" {
				unit.Unit = fmt.Sprintf("%02d%02d", floor, flat)
			}
			g.add(unit, p, c, false)
		}
	}
}

// hamlet is a scatter of houses, most without a number.
func (g *generator) hamlet(p geo.Point, c *geo.Division, goal int) {
	if name := g.hamletName(c); g.claim(c, name) {
		g.hamletNamed(name, p, c, goal)
	}
}

func (g *generator) hamletNamed(name string, p geo.Point, c *geo.Division, goal int) {
	base := registry.Components{Hamlet: name}
	numbered := chance(g.rng, 0.35)
	houses := 10 + g.rng.IntN(30)
	for number := 1; number <= houses && len(g.houses) < goal; number++ {
		lat, lon := walk(p, g.rng.Float64()*2*math.Pi, 30+g.rng.Float64()*300)
		q, at := g.locate(lat, lon)
		if at != c {
			continue
		}
		house := base
		if numbered {
			house.HouseNumber = strconv.Itoa(number)
		}
		g.add(house, q, at, !numbered)
	}
}

func (g *generator) hamletName(c *geo.Division) string {
	pair := pick(g.rng, g.first) + " " + pick(g.rng, g.second)
	count := strconv.Itoa(1 + g.rng.IntN(14))
	switch region := RegionOf(c.Province); {
	case region == South && c.Province < "70": // the highlands
		if chance(g.rng, 0.4) {
			return "Buôn " + pick(g.rng, g.buons)
		}
		return "Thôn " + count
	case region == South:
		if chance(g.rng, 0.5) {
			return "Ấp " + count
		}
		return "Ấp " + pair
	case region == North && c.Province > "01" && c.Province < "22" && chance(g.rng, 0.4):
		return "Bản " + pick(g.rng, g.villages)
	case chance(g.rng, 0.2):
		return "Xóm " + count
	}
	return "Thôn " + pair
}
