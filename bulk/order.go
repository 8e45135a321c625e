package bulk

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/diachiso/diachiso/geo"
)

// Gain compares the way from parcel to parcel, as the crow flies, in the order of the input and in that of the answer.
type Gain struct {
	InputKm  float64 `json:"input_km"`
	SortedKm float64 `json:"sorted_km"`
	Placed   int64   `json:"placed"` // rows with a place; the others stand at the end
}

// stop is a row of the answer on its way to its place in the order.
type stop struct {
	zone, point uint64 // places on the curve
	at          geo.Point
	placed      bool
	offset      int64
	length      int32
}

// GeocodeSorted is Geocode with the rows in an order of delivery: zone by zone along a Hilbert curve, and along the same curve
// within a zone, so that neighbours are delivered together. Rows without a place come last, in the order of the input. The
// answers wait in a temporary file; in memory there are 56 bytes for each row.
func GeocodeSorted(ctx context.Context, engine Engine, reg Registry, in io.Reader, out io.Writer, o Options) (report Report, gain Gain, err error) {
	spool, err := os.CreateTemp("", "diachiso-*")
	if err != nil {
		return report, gain, fmt.Errorf("make a temporary file: %w", err)
	}
	defer func() { _ = os.Remove(spool.Name()) }()
	defer spool.Close()
	var stops []stop
	var offset int64
	o.placed = func(text []byte, p *geo.Point) {
		s := stop{offset: offset, length: int32(len(text))}
		if p != nil {
			s.at, s.placed = *p, true
			s.zone, s.point = curve(zoneCentre(*p)), curve(*p)
		}
		stops = append(stops, s)
		offset += int64(len(text))
	}
	head := &headWriter{out: out}
	buffered := bufio.NewWriterSize(spool, 1<<20)
	head.rest = buffered
	if report, err = Geocode(ctx, engine, reg, in, head, o); err != nil {
		return report, gain, err
	}
	if err := buffered.Flush(); err != nil {
		return report, gain, fmt.Errorf("write temporary file: %w", err)
	}
	gain.InputKm = wayKm(stops)
	slices.SortStableFunc(stops, func(a, b stop) int {
		switch {
		case a.placed != b.placed:
			if a.placed {
				return -1
			}
			return 1
		case !a.placed:
			return 0
		}
		return cmp.Or(cmp.Compare(a.zone, b.zone), cmp.Compare(a.point, b.point))
	})
	gain.SortedKm = wayKm(stops)
	sorted := bufio.NewWriterSize(out, 1<<20)
	var text []byte
	for _, s := range stops {
		if s.placed {
			gain.Placed++
		}
		text = slices.Grow(text[:0], int(s.length))[:s.length]
		if _, err := spool.ReadAt(text, s.offset); err != nil {
			return report, gain, fmt.Errorf("read temporary file: %w", err)
		}
		if _, err := sorted.Write(text); err != nil {
			return report, gain, fmt.Errorf("write answer: %w", err)
		}
	}
	if err := sorted.Flush(); err != nil {
		return report, gain, fmt.Errorf("write answer: %w", err)
	}
	return report, gain, nil
}

// headWriter lets the first write, which is the header, through to the answer.
type headWriter struct {
	out, rest io.Writer
	begun     bool
}

func (w *headWriter) Write(p []byte) (int, error) {
	if !w.begun {
		w.begun = true
		return w.out.Write(p)
	}
	return w.rest.Write(p)
}

// wayKm is the way along the placed rows in their order, in kilometres.
func wayKm(stops []stop) float64 {
	var metres float64
	var last *geo.Point
	for i := range stops {
		if !stops[i].placed {
			continue
		}
		if last != nil {
			metres += geo.Distance(*last, stops[i].at)
		}
		last = &stops[i].at
	}
	return float64(int64(metres)) / 1000
}

// zoneCentre is the centre of the zone that a point lies in; the point itself where there are no zones.
func zoneCentre(p geo.Point) geo.Point {
	cell, err := p.Cell()
	if err != nil {
		return p
	}
	zone, err := cell.Parent(zoneResolution)
	if err != nil {
		return p
	}
	return zone.Center()
}

// zoneResolution is the H3 resolution of zones.
const zoneResolution = 8

// curve is the place of a point on a Hilbert curve over a square of 2^22 × 2^22 steps, each about 4 m, that holds Vietnam and
// its sea from 101° E and 6° N.
func curve(p geo.Point) uint64 {
	const bits = 22
	const degree = 1e7
	const step = 18 * degree / (1 << bits)
	x := uint64(min(max(float64(p.LonE7)-101*degree, 0)/step, 1<<bits-1))
	y := uint64(min(max(float64(p.LatE7)-6*degree, 0)/step, 1<<bits-1))
	var d uint64
	for s := uint64(1) << (bits - 1); s > 0; s >>= 1 {
		var rx, ry uint64
		if x&s != 0 {
			rx = 1
		}
		if y&s != 0 {
			ry = 1
		}
		d += s * s * ((3 * rx) ^ ry)
		if ry == 0 { // turn the quadrant
			if rx == 1 {
				x, y = s-1-(x&(s-1)), s-1-(y&(s-1))
			} else {
				x, y = x&(s-1), y&(s-1)
			}
			x, y = y, x
		} else {
			x, y = x&(s-1), y&(s-1)
		}
	}
	return d
}
