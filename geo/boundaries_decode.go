package geo

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrBoundaries is wrapped by the errors of ReadBoundaries.
var ErrBoundaries = errors.New("damaged boundary data")

// maxInflation is more than DEFLATE can ever shrink data by; it bounds what a damaged length makes us allocate.
const maxInflation = 1040

// ReadBoundaries decodes the compact form that EncodeBoundaries makes. It accepts nothing that is not sound: rings are closed, codes
// ascend, arcs are walked. Errors wrap ErrBoundaries.
func ReadBoundaries(data []byte) (*Boundaries, error) {
	if len(data) < boundariesHeader || string(data[:len(boundariesMagic)]) != boundariesMagic {
		return nil, fmt.Errorf("read boundaries: %w: it does not begin with %s", ErrBoundaries, boundariesMagic)
	}
	if binary.LittleEndian.Uint32(data[len(boundariesMagic):]) != boundariesSum(data) {
		return nil, fmt.Errorf("read boundaries: %w: the checksum does not hold", ErrBoundaries)
	}
	body, err := inflate(data[boundariesHeader:])
	if err != nil {
		return nil, fmt.Errorf("read boundaries: %w: %w", ErrBoundaries, err)
	}
	b, err := decodeBody(body)
	if err != nil {
		return nil, fmt.Errorf("read boundaries: %w: %w", ErrBoundaries, err)
	}
	return b, nil
}

// inflate returns the body, from what follows the checksum.
func inflate(data []byte) ([]byte, error) {
	size, n := binary.Uvarint(data)
	if n <= 0 || size > boundariesMaxBody || size > maxInflation*uint64(len(data)) {
		return nil, errors.New("the length of the body is impossible")
	}
	body := make([]byte, size)
	inflater := flate.NewReader(bytes.NewReader(data[n:]))
	if _, err := io.ReadFull(inflater, body); err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	if n, err := inflater.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		return nil, errors.New("decompress: more data than announced")
	}
	return body, nil
}

// decodeBody does not rely on the checksum having held.
func decodeBody(body []byte) (*Boundaries, error) {
	all := sectionReader{rest: body, name: "body"}
	var sections [5]sectionReader
	for i, name := range []string{"codes", "arcs", "latitudes", "longitudes", "rings"} {
		sections[i] = sectionReader{name: name, rest: all.take(all.uvarint())}
	}
	b := &Boundaries{}
	b.readCodes(&sections[0])
	b.readArcs(&sections[1], len(sections[2].rest))
	b.readVertices(&sections[2], &sections[3])
	b.readRings(&sections[4])
	for _, section := range append([]sectionReader{all}, sections[:]...) {
		if section.failed == nil && len(section.rest) > 0 {
			section.fail("there is more than announced")
		}
		if section.failed != nil {
			return nil, fmt.Errorf("%s: %w", section.name, section.failed)
		}
	}
	return b, b.checkWalks()
}

// sectionReader reads one section of the body. After a failure it reads zeros; the first failure is kept.
type sectionReader struct {
	name   string
	rest   []byte
	failed error
}

func (r *sectionReader) fail(why string) {
	if r.failed == nil {
		r.failed = errors.New(why)
	}
	r.rest = nil
}

func (r *sectionReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.fail("it ends early")
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// count reads the number of things that follow, each of at least one byte.
func (r *sectionReader) count() int {
	v := r.uvarint()
	if v > uint64(len(r.rest)) {
		r.fail("it announces more than it holds")
		return 0
	}
	return int(v)
}

func (r *sectionReader) take(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.fail("it announces more than it holds")
		return nil
	}
	taken := r.rest[:n:n]
	r.rest = r.rest[n:]
	return taken
}

func (b *Boundaries) readCodes(r *sectionReader) {
	n := r.count()
	b.codes = make([]string, 0, n)
	for i := range n {
		code := string(r.take(r.uvarint()))
		if i > 0 && code <= b.codes[i-1] {
			r.fail("the codes do not ascend")
		}
		b.codes = append(b.codes, code)
	}
}

// readArcs reads the arcs; maxVertices bounds the sum of their vertices.
func (b *Boundaries) readArcs(r *sectionReader, maxVertices int) {
	n := r.count()
	b.arcs = make([]arc, 0, n)
	first := uint32(0)
	for range n {
		v := r.uvarint()
		vertices := v >> 1
		if vertices < 2 || vertices > uint64(maxVertices)-uint64(first) {
			r.fail("an arc has an impossible number of vertices")
			return
		}
		end := first + uint32(vertices)
		b.arcs = append(b.arcs, arc{first: first, end: end, land: v&1 == 1})
		first = end
	}
}

func (b *Boundaries) readVertices(latitudes, longitudes *sectionReader) {
	if len(b.arcs) == 0 {
		return
	}
	b.vertices = make([]Point, b.arcs[len(b.arcs)-1].end)
	latitudes.coordinates(maxLatE7/vertexStep, func(i int, steps int32) { b.vertices[i].LatE7 = steps * vertexStep }, len(b.vertices))
	longitudes.coordinates(maxLonE7/vertexStep, func(i int, steps int32) { b.vertices[i].LonE7 = steps * vertexStep }, len(b.vertices))
}

// coordinates reads n coordinates, each within ±limit.
func (r *sectionReader) coordinates(limit int64, set func(i int, steps int32), n int) {
	rest, at := r.rest, int64(0)
	for i := range n {
		step, size := binary.Varint(rest)
		if size <= 0 {
			r.fail("it ends early")
			return
		}
		rest = rest[size:]
		if step < -2*limit || step > 2*limit {
			r.fail("a vertex is not on the globe")
			return
		}
		if at += step; at < -limit || at > limit {
			r.fail("a vertex is not on the globe")
			return
		}
		set(i, int32(at))
	}
	r.rest = rest
}

func (b *Boundaries) readRings(r *sectionReader) {
	b.walks = make([]walk, 0, 2*len(b.arcs))
	b.communePolygons = make([]uint32, 0, len(b.codes)+1)
	fresh := uint64(0)
	for range b.codes {
		b.communePolygons = append(b.communePolygons, uint32(len(b.polygonRings)))
		for range r.parts() {
			b.polygonRings = append(b.polygonRings, uint32(len(b.ringWalks)))
			for range r.parts() {
				b.ringWalks = append(b.ringWalks, uint32(len(b.walks)))
				for range r.parts() {
					v := r.uvarint()
					back := v >> 1
					if back > fresh || fresh-back >= uint64(len(b.arcs)) {
						r.fail("a ring walks over an arc that does not exist")
						return
					}
					b.walks = append(b.walks, walk{arc: uint32(fresh - back), reverse: v&1 == 1})
					if back == 0 {
						fresh++
					}
				}
			}
		}
	}
	b.communePolygons = append(b.communePolygons, uint32(len(b.polygonRings)))
	b.polygonRings = append(b.polygonRings, uint32(len(b.ringWalks)))
	b.ringWalks = append(b.ringWalks, uint32(len(b.walks)))
	if r.failed == nil && fresh != uint64(len(b.arcs)) {
		r.fail("an arc belongs to no ring")
	}
}

// parts reads the number of parts of a commune, a polygon or a ring: there is at least one.
func (r *sectionReader) parts() int {
	n := r.count()
	if n == 0 {
		r.fail("a commune, a polygon or a ring is empty")
	}
	return n
}

// checkWalks verifies that the walks of every ring join and close.
func (b *Boundaries) checkWalks() error {
	for ring := range len(b.ringWalks) - 1 {
		walks := b.walks[b.ringWalks[ring]:b.ringWalks[ring+1]]
		_, at := b.ends(walks[len(walks)-1])
		for _, w := range walks {
			from, to := b.ends(w)
			if from != at {
				return fmt.Errorf("ring %d is not closed", ring)
			}
			at = to
		}
	}
	return nil
}

// ends returns the vertices where a walk begins and ends.
func (b *Boundaries) ends(w walk) (from, to Point) {
	vertices := b.arcVertices(w.arc)
	from, to = vertices[0], vertices[len(vertices)-1]
	if w.reverse {
		from, to = to, from
	}
	return from, to
}
