package tiles

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/diachiso/diachiso/geo"
)

const (
	// MaxZoom is the deepest zoom that tiles are made for; beyond it a map enlarges them. A cell of a code is 28 points wide there.
	MaxZoom = 18

	extent = 4096 // units of a tile's side
	buffer = 64   // units drawn beyond each side, so that lines and points on a seam are whole: 8 points of a tile of 512
	pixel  = 8    // units of a point of a tile of 512, the size that maps draw tiles at

	worldBits  = 32 // the world is a square of 2^32 units a side, in Web Mercator
	extentBits = 12
)

// ID names a tile: zoom, column from the west, row from the north.
type ID struct{ Z, X, Y uint32 }

// Valid reports whether there is such a tile.
func (id ID) Valid() bool {
	return id.Z <= MaxZoom && id.X < 1<<id.Z && id.Y < 1<<id.Z
}

// spot is a place in units of the world, from the north-west.
type spot struct{ x, y uint32 }

func spotOf(p geo.Point) spot { return spotAt(p.Lat(), p.Lon()) }

func spotAt(lat, lon float64) spot {
	sin := math.Sin(lat * math.Pi / 180)
	return spot{
		clampUnit((lon + 180) / 360),
		clampUnit(0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)),
	}
}

func clampUnit(share float64) uint32 {
	const world = 1 << worldBits
	return uint32(min(max(share*world, 0), world-1)) // also where Mercator ends, near the poles
}

func (s spot) point() geo.Point {
	const world = 1 << worldBits
	lat := math.Atan(math.Sinh(math.Pi*(1-2*float64(s.y)/world))) * 180 / math.Pi
	lon := float64(s.x)/world*360 - 180
	return geo.Point{LatE7: int32(math.Round(lat * 1e7)), LonE7: int32(math.Round(lon * 1e7))}
}

// area is a rectangle in units of the world, both corners included.
type area struct{ west, north, east, south int64 }

// nothing holds no place; with makes it hold one.
var nothing = area{math.MaxInt64, math.MaxInt64, math.MinInt64, math.MinInt64}

func (a area) with(s spot) area {
	x, y := int64(s.x), int64(s.y)
	return area{min(a.west, x), min(a.north, y), max(a.east, x), max(a.south, y)}
}

func (a area) and(b area) area {
	return area{min(a.west, b.west), min(a.north, b.north), max(a.east, b.east), max(a.south, b.south)}
}

func (a area) meets(b area) bool {
	return a.west <= b.east && b.west <= a.east && a.north <= b.south && b.north <= a.south
}

func (a area) middle() spot {
	return spot{uint32((a.west + a.east) / 2), uint32((a.north + a.south) / 2)}
}

// frame is what a tile shows.
type frame struct {
	id    ID
	shift uint // a unit of the tile is 2^shift units of the world
	west  int64
	north int64
	shown area // with the buffer
}

func newFrame(id ID) frame {
	f := frame{id: id, shift: uint(worldBits - extentBits - id.Z)}
	side := int64(extent) << f.shift
	f.west, f.north = int64(id.X)*side, int64(id.Y)*side
	more := int64(buffer) << f.shift
	f.shown = area{f.west - more, f.north - more, f.west + side + more, f.north + side + more}
	return f
}

// bounds are what is drawn of a tile, in its units.
var bounds = orb.Bound{Min: orb.Point{-buffer, -buffer}, Max: orb.Point{extent + buffer, extent + buffer}}

// at is a place in units of the tile, on a grid that is the same for all tiles of a zoom.
func (f frame) at(s spot) orb.Point {
	return orb.Point{float64((int64(s.x) - f.west) >> f.shift), float64((int64(s.y) - f.north) >> f.shift)}
}

func (f frame) shows(s spot) bool { return f.shown.meets(nothing.with(s)) }

// box is what the tile shows, with its buffer, as a box of places.
func (f frame) box() geo.Box {
	corner := func(x, y int64) geo.Point {
		const last = 1<<worldBits - 1
		return spot{uint32(min(max(x, 0), last)), uint32(min(max(y, 0), last))}.point()
	}
	return geo.BoxAround(corner(f.shown.west, f.shown.south), corner(f.shown.east, f.shown.north))
}

// pixels is an area of the world in points of a tile of 512.
func (f frame) pixels(units float64) float64 {
	side := float64(int64(pixel) << f.shift)
	return units / (side * side)
}
