package geo

import (
	"github.com/diachiso/diachiso/addresscode"
)

// maxOrdinal is the largest ordinal of a cell.
const maxOrdinal = 30

// Encode returns the code of a point and an ordinal. Errors: *PositionError, or *addresscode.Error for an ordinal that is not issued.
func Encode(p Point, ordinal int) (addresscode.Code, error) {
	cell, err := CellAt(p, CodeResolution)
	if err != nil {
		return addresscode.Code{}, err
	}
	code, err := addresscode.New(uint64(cell), ordinal)
	if err != nil && !p.served() {
		return addresscode.Code{}, explainUnserved(p)
	}
	return code, err
}

// EncodeFirst returns the code of a point with the lowest ordinal that can be issued there. Errors: *PositionError.
func EncodeFirst(p Point) (addresscode.Code, error) {
	cell, err := p.Cell()
	if err != nil {
		return addresscode.Code{}, err
	}
	ordinal := 0
	for ordinal < maxOrdinal && !addresscode.Issuable(uint64(cell), ordinal) {
		ordinal++
	}
	return addresscode.New(uint64(cell), ordinal)
}

// CodeCenter is the centre of a code's cell; the zero Point for the zero Code.
func CodeCenter(c addresscode.Code) Point {
	if c.IsZero() {
		return Point{}
	}
	return Cell(c.Cell()).Center()
}
