package geo

import "github.com/paulmach/orb"

// Boundaries are the drawn boundaries of the communes (since 2025-07-01), shared edges once.
type Boundaries struct{ _ int }

// ReadBoundaries decodes the compact form.
func ReadBoundaries(data []byte) (*Boundaries, error) { panic("skeleton") }

// MultiPolygon returns a commune's boundary.
func (b *Boundaries) MultiPolygon(code string) (orb.MultiPolygon, bool) { panic("skeleton") }

// EncodeBoundaries SKELETON.
func EncodeBoundaries(communes []CommuneShape) ([]byte, error) { panic("skeleton") }

// CommuneShape is a commune's boundary as its source draws it.
type CommuneShape struct {
	Code  string
	Shape orb.MultiPolygon
}
