package synth

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/seed"
)

// Country is a plan of households over all communes: how many live in each zone. The zones are laid out one by one, each from
// a random source of its own, so that a country of any size comes in the order of its codes and is never in memory.
type Country struct {
	data  *seed.Data
	seed  uint64
	today geo.Date
	zones []zonePlan // in the order of codes
}

type zonePlan struct {
	zone    addresscode.Zone
	commune *geo.Division // which the zone's centre lies in
	index   int           // among the zones of the commune, of which there are
	of      int
	weight  float64
	goal    int // households
}

// Zones are looked for on a lattice, in degrees, that is finer than they are (about 930 m from centre to centre), and only in
// the squares of a coarser one that touch land: asking where the sea ends costs more than asking where one is.
const (
	latticeStep = 0.0065
	squareSteps = 8
)

// NewCountry plans so many households: wards denser than rural communes, the two largest cities densest, and in each commune
// most households in few zones. Errors: built-in data without boundaries.
func NewCountry(data *seed.Data, households int, seedNumber uint64) (*Country, error) {
	c := &Country{data: data, seed: seedNumber, today: geo.Today()}
	if err := c.findZones(); err != nil {
		return nil, err
	}
	c.share(households)
	return c, nil
}

// findZones lists the zones whose centre lies in a commune, but for a few that the lattice misses.
func (c *Country) findZones() error {
	const rows, columns = 293, 143                    // 15.2 by 7.4 degrees
	land := func(row, column int) (geo.Point, bool) { // in steps from the south-west
		p, err := geo.NewPoint(8.3+float64(row)*latticeStep, 102.1+float64(column)*latticeStep)
		return p, err == nil && c.communeAt(p) != nil
	}
	squares := map[[2]int]bool{}
	for row := range rows {
		for column := range columns {
			if _, ok := land(row*squareSteps, column*squareSteps); !ok {
				continue
			}
			for near := range 9 {
				squares[[2]int{row + near/3 - 1, column + near%3 - 1}] = true
			}
		}
	}
	seen := map[addresscode.Zone]bool{}
	for square := range squares {
		for step := range squareSteps * squareSteps {
			p, ok := land(square[0]*squareSteps+step/squareSteps, square[1]*squareSteps+step%squareSteps)
			if !ok {
				continue
			}
			cell, err := geo.CellAt(p, 8)
			if err != nil {
				return err
			}
			zone, err := addresscode.ZoneOf(uint64(cell))
			if err != nil || seen[zone] {
				continue
			}
			seen[zone] = true
			if commune := c.communeAt(cell.Center()); commune != nil {
				c.zones = append(c.zones, zonePlan{zone: zone, commune: commune})
			}
		}
	}
	if len(c.zones) == 0 {
		return errors.New("the built-in data have no communes to lay households out in")
	}
	slices.SortFunc(c.zones, func(a, b zonePlan) int { return a.zone.Compare(b.zone) })
	return nil
}

// communeAt is the commune that a point is inside of, nil for none.
func (c *Country) communeAt(p geo.Point) *geo.Division {
	at, err := c.data.Locator.Locate(p, c.today)
	if err != nil || at.Match != geo.MatchInside {
		return nil
	}
	return at.Commune
}

// share gives every zone its number of households; together they are exactly so many.
func (c *Country) share(households int) {
	type commune struct {
		zones  int
		weight float64
	}
	communes := map[*geo.Division]*commune{}
	for i := range c.zones {
		z := &c.zones[i]
		at := communes[z.commune]
		if at == nil {
			at = &commune{}
			communes[z.commune] = at
		}
		z.index = at.zones
		at.zones++
		u := rand.New(rand.NewPCG(c.seed, uint64(z.zone.Number()))).Float64()
		z.weight = 0.02 + math.Pow(u, 6)
		at.weight += z.weight
	}
	total := 0.0
	for i := range c.zones {
		z := &c.zones[i]
		at := communes[z.commune]
		z.of = at.zones
		z.weight *= weight(z.commune) / at.weight
		total += z.weight
	}
	sum, given := 0.0, 0
	for i := range c.zones {
		sum += c.zones[i].weight
		upTo := int(math.Round(float64(households) * sum / total))
		if i == len(c.zones)-1 {
			upTo = households
		}
		c.zones[i].goal, given = upTo-given, upTo
	}
}

// Households calls yield with one zone after the other, in the order of codes; yield must not keep the slice. It stops at
// yield's error, which it returns, and at the end of ctx. Zones are laid out in parallel.
func (c *Country) Households(ctx context.Context, yield func([]House) error) error {
	workers := runtime.GOMAXPROCS(0)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	type task struct {
		plan   *zonePlan
		houses chan []House
	}
	tasks := make(chan task)
	order := make(chan task, 4*workers)
	go func() {
		defer close(order)
		defer close(tasks)
		for i := range c.zones {
			if c.zones[i].goal == 0 {
				continue
			}
			t := task{&c.zones[i], make(chan []House, 1)}
			select {
			case order <- t:
			case <-ctx.Done():
				return
			}
			select {
			case tasks <- t:
			case <-ctx.Done():
				return
			}
		}
	}()
	for range workers {
		go func() {
			g := newGenerator(c.data)
			for t := range tasks {
				t.houses <- g.layOut(t.plan, c.seed)
			}
		}()
	}
	for t := range order {
		select {
		case houses := <-t.houses:
			if err := yield(houses); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// layOut fills one zone with exactly its number of households.
func (g *generator) layOut(z *zonePlan, seedNumber uint64) []House {
	g.rng = rand.New(rand.NewPCG(seedNumber^0x5eed, uint64(z.zone.Number())))
	g.lo, g.hi = z.zone.KeyRange()
	g.limit, g.houses = z.goal, make([]House, 0, z.goal+64)
	urban := z.commune.Name(g.today).Type == "Phường"
	centre := geo.Cell(z.zone.Cell()).Center()
	named := namer{g: g, plan: z}
	for try := 0; len(g.houses) < z.goal && try < 20+z.goal/10; try++ {
		lat, lon := walk(centre, g.rng.Float64()*2*math.Pi, 430*math.Sqrt(g.rng.Float64()))
		p, c := g.locate(lat, lon)
		if c == nil {
			continue
		}
		switch x := g.rng.Float64(); {
		case urban && x < 0.04 && z.goal > 400:
			g.block(named.building(), p, c)
		case !urban && x < 0.7:
			g.hamletNamed(named.hamlet(), p, c, z.goal)
		default:
			g.streetNamed(named.street(), p, c, z.goal, urban)
		}
	}
	g.scatter(named.hamlet(), centre, z)
	houses := g.houses[:z.goal]
	slices.SortStableFunc(houses, func(a, b House) int { return cmp.Compare(a.key, b.key) })
	return houses
}
