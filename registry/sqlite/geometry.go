package sqlite

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// Lines are stored as the number of lines, and for each the number of points and the points as differences, latitude before
// longitude, in 1e-7 degrees from the one before (of the first line's first point: from 0, 0). All are varints, the differences
// zigzag: a corner of a house takes four to six bytes.

func encodeLines(lines [][]geo.Point) []byte {
	points := 0
	for _, line := range lines {
		points += len(line)
	}
	data := binary.AppendUvarint(make([]byte, 0, 8+6*points), uint64(len(lines)))
	var last geo.Point
	for _, line := range lines {
		data = binary.AppendUvarint(data, uint64(len(line)))
		for _, p := range line {
			data = appendPoint(data, &last, p)
		}
	}
	return data
}

func appendPoint(data []byte, last *geo.Point, p geo.Point) []byte {
	data = binary.AppendVarint(data, int64(p.LatE7)-int64(last.LatE7))
	data = binary.AppendVarint(data, int64(p.LonE7)-int64(last.LonE7))
	*last = p
	return data
}

var errGeometry = errors.New("the geometry is damaged")

func decodeLines(data []byte) ([][]geo.Point, error) {
	d := geometryReader{data: data}
	n := d.count()
	lines := make([][]geo.Point, 0, n)
	var last geo.Point
	for range n {
		line := make([]geo.Point, d.count())
		for i := range line {
			line[i] = d.point(&last)
		}
		lines = append(lines, line)
	}
	return lines, d.end()
}

// encodeStretches gives for each the number of its commune, its point and corners as differences, and its length in whole metres.
func encodeStretches(stretches []registry.Stretch) ([]byte, error) {
	data := binary.AppendUvarint(nil, uint64(len(stretches)))
	for _, s := range stretches {
		commune, err := communeNumber("stretches.commune", s.Commune)
		if err != nil {
			return nil, err
		}
		if commune == nil {
			return nil, refuse("stretches.commune", "a stretch without a commune")
		}
		data = binary.AppendUvarint(data, uint64(*commune))
		var last geo.Point
		for _, p := range [...]geo.Point{s.Point, s.Box.SouthWest, s.Box.NorthEast} {
			data = appendPoint(data, &last, p)
		}
		data = binary.AppendUvarint(data, uint64(math.Round(s.LengthM)))
	}
	return data, nil
}

func decodeStretches(data []byte) ([]registry.Stretch, error) {
	d := geometryReader{data: data}
	stretches := make([]registry.Stretch, 0, d.count())
	for range cap(stretches) {
		var s registry.Stretch
		commune := int64(d.uvarint())
		s.Commune = communeText(&commune)
		var last geo.Point
		for _, p := range [...]*geo.Point{&s.Point, &s.Box.SouthWest, &s.Box.NorthEast} {
			*p = d.point(&last)
		}
		s.LengthM = float64(d.uvarint())
		stretches = append(stretches, s)
	}
	return stretches, d.end()
}

// geometryReader reads varints; after the first damage it gives zeros.
type geometryReader struct {
	data   []byte
	failed bool
}

func (d *geometryReader) uvarint() uint64 {
	v, n := binary.Uvarint(d.data)
	if n <= 0 {
		d.failed, d.data = true, nil
		return 0
	}
	d.data = d.data[n:]
	return v
}

const maxDifference = 3_600_000_000 // from -180° to 180°

// count is a number of things, each of which takes a byte at least.
func (d *geometryReader) count() int {
	n := d.uvarint()
	if n > uint64(len(d.data)) {
		d.failed, d.data = true, nil
		return 0
	}
	return int(n)
}

func (d *geometryReader) point(last *geo.Point) geo.Point {
	for _, to := range [...]*int32{&last.LatE7, &last.LonE7} {
		v, n := binary.Varint(d.data)
		sum := int64(*to) + v
		if n <= 0 || v < -maxDifference || v > maxDifference || sum != int64(int32(sum)) {
			d.failed, d.data = true, nil
			return geo.Point{}
		}
		d.data = d.data[n:]
		*to = int32(sum)
	}
	return *last
}

func (d *geometryReader) end() error {
	if d.failed || len(d.data) > 0 {
		return errGeometry
	}
	return nil
}
