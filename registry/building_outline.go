package registry

import (
	"fmt"
	"math"
	"slices"

	"github.com/diachiso/diachiso/geo"
)

// maxBuildingM is how far apart two corners of a building may be.
const maxBuildingM = 1000.0

// maxEntranceM is how far outside its building an entrance may be: a code lies within 60 m of its address.
const maxEntranceM = 60.0

// validateOutline refuses what is no building.
func validateOutline(outline []geo.Point) error {
	const field = "outline"
	if len(outline) == 0 {
		return nil
	}
	if len(outline) < 3 || len(outline) > MaxFootprint {
		return invalid(field, fmt.Sprintf("has %d corners", len(outline)), fmt.Sprintf("give 3 to %d corners, or leave it out", MaxFootprint))
	}
	for i, p := range outline {
		if !onGlobe(p) {
			return &Error{Code: CodePositionInvalid, Field: fmt.Sprintf("outline[%d]", i), Message: "is not a place on the globe", Hint: "give latitude and longitude in decimal degrees"}
		}
		if geo.Distance(p, outline[0]) > maxBuildingM {
			return invalid(field, "is more than 1 km wide", "give the outline of one building")
		}
	}
	if _, ok := middleOf(outline); !ok {
		return invalid(field, "encloses nothing", "give its corners in order")
	}
	return nil
}

// position is where the flats' codes are looked for from.
func (r BuildingRequest) position() (TypedPosition, error) {
	if r.Entrance == nil && len(r.Outline) == 0 {
		return TypedPosition{}, invalid("position", "there is neither an entrance nor an outline", "give the place of the entrance, the building's outline, or both")
	}
	if r.Entrance == nil {
		middle, _ := middleOf(r.Outline) // validated
		return TypedPosition{Type: PositionBuilding, Position: geo.Position{Point: middle, Source: geo.SourceUnknown}}, nil
	}
	if len(r.Outline) > 0 && !insideOutline(r.Entrance.Point, r.Outline) && outlineDistance(r.Entrance.Point, r.Outline) > maxEntranceM {
		return TypedPosition{}, invalid("position", "lies more than 60 m outside the outline", "give the entrance of this building, or leave one of the two out")
	}
	return TypedPosition{Type: PositionEntrance, Position: *r.Entrance}, nil
}

// middleOf is the centroid of an outline where that lies inside, else the middle of the widest stretch inside along one of a few
// parallels; false when it encloses nothing.
func middleOf(outline []geo.Point) (geo.Point, bool) {
	origin := outline[0] // near, so that the products stay exact
	var area, lat, lon float64
	for i := range outline {
		a, b := outline[i], outline[(i+1)%len(outline)]
		latA, lonA := float64(a.LatE7-origin.LatE7), float64(a.LonE7-origin.LonE7)
		latB, lonB := float64(b.LatE7-origin.LatE7), float64(b.LonE7-origin.LonE7)
		cross := lonA*latB - lonB*latA
		area += cross
		lat += (latA + latB) * cross
		lon += (lonA + lonB) * cross
	}
	if area != 0 {
		centroid := geo.Point{LatE7: origin.LatE7 + int32(math.Round(lat/(3*area))), LonE7: origin.LonE7 + int32(math.Round(lon/(3*area)))}
		if insideOutline(centroid, outline) {
			return centroid, true
		}
	}
	south, north := outline[0].LatE7, outline[0].LatE7
	for _, p := range outline {
		south, north = min(south, p.LatE7), max(north, p.LatE7)
	}
	var best geo.Point
	widest := 0.0
	for _, share := range [...]float64{0.5, 0.45, 0.55, 0.35, 0.65, 0.2, 0.8} {
		at := south + int32(share*float64(north-south))
		crossings := crossingsAt(outline, at)
		for i := 1; i < len(crossings); i += 2 {
			p := geo.Point{LatE7: at, LonE7: int32((crossings[i-1] + crossings[i]) / 2)}
			if w := crossings[i] - crossings[i-1]; w > widest && insideOutline(p, outline) {
				best, widest = p, w
			}
		}
	}
	return best, widest > 0
}

// crossingsAt are the longitudes at which an outline crosses a parallel, ascending.
func crossingsAt(outline []geo.Point, lat int32) []float64 {
	var at []float64
	for i := range outline {
		a, b := outline[i], outline[(i+1)%len(outline)]
		if (a.LatE7 > lat) != (b.LatE7 > lat) {
			at = append(at, float64(a.LonE7)+float64(lat-a.LatE7)/float64(b.LatE7-a.LatE7)*float64(b.LonE7-a.LonE7))
		}
	}
	slices.Sort(at)
	return at
}

// outlineDistance is how far a point is from the nearest side of an outline, in metres.
func outlineDistance(p geo.Point, outline []geo.Point) float64 {
	nearest := math.Inf(1)
	for i := range outline {
		a, b := outline[i], outline[(i+1)%len(outline)]
		// degrees of longitude are shorter than those of latitude
		shrink := math.Cos(p.Lat() * math.Pi / 180)
		x, y := float64(b.LonE7-a.LonE7)*shrink, float64(b.LatE7-a.LatE7)
		along := 0.0
		if length := x*x + y*y; length > 0 {
			along = min(1, max(0, (float64(p.LonE7-a.LonE7)*shrink*x+float64(p.LatE7-a.LatE7)*y)/length))
		}
		foot := geo.Point{LatE7: a.LatE7 + int32(along*float64(b.LatE7-a.LatE7)), LonE7: a.LonE7 + int32(along*float64(b.LonE7-a.LonE7))}
		nearest = min(nearest, geo.Distance(p, foot))
	}
	return nearest
}
