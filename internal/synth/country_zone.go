package synth

import (
	"fmt"
	"math"
	"strconv"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// namer names what lies in one zone. The zones of a commune draw from shares of their own, so that no name comes twice in a commune
// although no zone knows the others.
type namer struct {
	g                           *generator
	plan                        *zonePlan
	streets, hamlets, buildings int
}

// next is the number of a name within the commune; of is how many were given out in this zone.
func (n *namer) next(of *int) int {
	i := n.plan.index + n.plan.of*(*of)
	*of++
	return i
}

func (n *namer) street() string {
	g, i := n.g, n.next(&n.streets)
	if i >= len(g.streets) {
		return "Đường số " + strconv.Itoa(i-len(g.streets)+1)
	}
	name := g.streets[(i+int(n.plan.commune.Code[4]-'0')*17)%len(g.streets)]
	if RegionOf(n.plan.commune.Province) == North && chance(g.rng, 0.5) {
		return "Phố " + name
	}
	return "Đường " + name
}

func (n *namer) hamlet() string {
	g, i := n.g, n.next(&n.hamlets)
	word := "Thôn "
	if RegionOf(n.plan.commune.Province) == South {
		word = "Ấp "
	}
	if i >= len(g.first)*len(g.second) {
		return word + strconv.Itoa(i-len(g.first)*len(g.second)+1)
	}
	return word + g.first[i%len(g.first)] + " " + g.second[(i/len(g.first)+i)%len(g.second)]
}

func (n *namer) building() string {
	g, i := n.g, n.next(&n.buildings)
	name := g.buildings[i%len(g.buildings)]
	if i >= len(g.buildings) {
		name += " " + strconv.Itoa(i/len(g.buildings)+1)
	}
	return name
}

// addInZone keeps a house when its code lies in the zone that is being laid out.
func (g *generator) addInZone(components registry.Components, p geo.Point, c *geo.Division) {
	code, err := geo.EncodeFirst(p)
	if err != nil || code.Key() < g.lo || code.Key() > g.hi || len(g.houses) >= g.limit {
		return
	}
	g.houses = append(g.houses, House{Components: components, Point: p, Commune: c, key: code.Key()})
}

// block is a tower as they are: all floors, the same flats on each, one entrance.
func (g *generator) block(name string, p geo.Point, c *geo.Division) {
	floors, flats := 9+g.rng.IntN(22), 4+g.rng.IntN(7)
	for floor := 2; floor <= floors; floor++ {
		label := strconv.Itoa(floor)
		switch floor { // floors that people leave out
		case 4:
			label = "3A"
		case 13:
			label = "12A"
		}
		for flat := 1; flat <= flats; flat++ {
			g.add(registry.Components{Building: name, Floor: label, Unit: fmt.Sprintf("%s%02d", label, flat)}, p, c, false)
		}
	}
}

// scatter puts what a zone still lacks around its centre, houses without numbers.
func (g *generator) scatter(hamlet string, centre geo.Point, z *zonePlan) {
	for reach := 430.0; len(g.houses) < z.goal; reach = math.Max(0, reach-0.5) {
		lat, lon := walk(centre, g.rng.Float64()*2*math.Pi, reach*g.rng.Float64())
		if p, c := g.locate(lat, lon); c != nil {
			g.add(registry.Components{Hamlet: hamlet}, p, c, true)
		}
	}
}
