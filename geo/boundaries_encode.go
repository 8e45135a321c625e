package geo

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// The compact form of Boundaries, version 1:
//
//	"DCB1", CRC-32C of what follows (4 bytes, little endian), length of the body (uvarint), the body compressed by DEFLATE.
//
// The body is a row of sections, each led by its length in bytes (uvarint), made of uvarints, and of zigzag varints for differences:
//
//	codes      number of communes; per code its length and its bytes
//	arcs       number of arcs; per arc its number of vertices times two, plus one where it is no coast
//	latitudes  per vertex the difference from the vertex before, in 1e-5 degrees; the very first from 0
//	longitudes likewise
//	rings      per commune the number of polygons, per polygon the number of rings, per ring the number of walks; per walk twice the
//	           difference from the first arc not walked yet back to its arc, plus one where it is walked backwards
const (
	boundariesMagic   = "DCB1"
	boundariesHeader  = len(boundariesMagic) + crc32.Size
	boundariesMaxBody = 1 << 26 // bytes; about twenty times the boundaries of Vietnam
)

// EncodeBoundaries makes the compact form of the boundaries of communes, given in ascending order of code. Vertices are rounded to
// 1e-5 degrees; edges that coincide after that are stored once. The same input gives the same bytes.
func EncodeBoundaries(communes []CommuneShape, border LandBorder) ([]byte, error) {
	b, err := buildTopology(communes, border)
	if err != nil {
		return nil, fmt.Errorf("encode boundaries: %w", err)
	}
	return b.encode()
}

func (b *Boundaries) encode() ([]byte, error) {
	var body []byte
	for _, section := range [][]byte{b.codeSection(), b.arcSection(), b.latitudeSection(), b.longitudeSection(), b.ringSection()} {
		body = binary.AppendUvarint(body, uint64(len(section)))
		body = append(body, section...)
	}
	if len(body) > boundariesMaxBody {
		return nil, fmt.Errorf("encode boundaries: %d bytes before compression, at most %d are possible", len(body), boundariesMaxBody)
	}
	var out bytes.Buffer
	out.WriteString(boundariesMagic)
	out.Write(make([]byte, crc32.Size))
	out.Write(binary.AppendUvarint(nil, uint64(len(body))))
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("encode boundaries: %w", err)
	}
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("encode boundaries: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("encode boundaries: %w", err)
	}
	data := out.Bytes()
	binary.LittleEndian.PutUint32(data[len(boundariesMagic):], boundariesSum(data))
	return data, nil
}

// boundariesSum is the checksum of what follows the header.
func boundariesSum(data []byte) uint32 {
	return crc32.Checksum(data[boundariesHeader:], crc32.MakeTable(crc32.Castagnoli))
}

func (b *Boundaries) codeSection() []byte {
	out := binary.AppendUvarint(nil, uint64(len(b.codes)))
	for _, code := range b.codes {
		out = binary.AppendUvarint(out, uint64(len(code)))
		out = append(out, code...)
	}
	return out
}

func (b *Boundaries) arcSection() []byte {
	out := binary.AppendUvarint(nil, uint64(len(b.arcs)))
	for _, a := range b.arcs {
		out = binary.AppendUvarint(out, uint64(a.end-a.first)<<1|bit(a.land))
	}
	return out
}

func (b *Boundaries) latitudeSection() []byte {
	return differences(b.vertices, func(p Point) int32 { return p.LatE7 })
}

func (b *Boundaries) longitudeSection() []byte {
	return differences(b.vertices, func(p Point) int32 { return p.LonE7 })
}

func differences(vertices []Point, coordinate func(Point) int32) []byte {
	var out []byte
	var before int64
	for _, v := range vertices {
		steps := int64(coordinate(v)) / vertexStep
		out = binary.AppendVarint(out, steps-before)
		before = steps
	}
	return out
}

func (b *Boundaries) ringSection() []byte {
	var out []byte
	fresh := uint32(0) // the first arc not walked yet
	for commune := range b.codes {
		polygons := b.communePolygons[commune : commune+2]
		out = binary.AppendUvarint(out, uint64(polygons[1]-polygons[0]))
		for polygon := polygons[0]; polygon < polygons[1]; polygon++ {
			rings := b.polygonRings[polygon : polygon+2]
			out = binary.AppendUvarint(out, uint64(rings[1]-rings[0]))
			for ring := rings[0]; ring < rings[1]; ring++ {
				walks := b.walks[b.ringWalks[ring]:b.ringWalks[ring+1]]
				out = binary.AppendUvarint(out, uint64(len(walks)))
				for _, w := range walks {
					out = binary.AppendUvarint(out, uint64(fresh-w.arc)<<1|bit(w.reverse))
					if w.arc == fresh {
						fresh++
					}
				}
			}
		}
	}
	return out
}

func bit(set bool) uint64 {
	if set {
		return 1
	}
	return 0
}
