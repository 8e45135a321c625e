package addresscode

import "fmt"

// An H3 index has, from the highest bit: 0, the mode in 4 bits (1 is a cell), 3 bits 0, the resolution in 4 bits, the
// base cell in 7 bits and fifteen digits of 3 bits. The digit of resolution r stands at shift 45 − 3r; digits finer
// than the resolution are 7.
const (
	baseCellShift = 45
	resShift      = 52
	cellMode      = uint64(1) << 59
	modeMask      = uint64(0xFF) << 56 // the bits above the resolution
	maxRes        = 15

	zoneRes = 8  // the resolution that a zone names
	codeRes = 13 // the resolution that a code names

	rootBits = 10 // base cell and first digit
)

// roots holds the base cell and first digit of each served resolution-1 cell, in the order of their numbers:
// 81403ffffffffff, 81407ffffffffff, 81413ffffffffff, … Numbers 13 to 16 are reserved.
// None of them is in a base cell with a pentagon, so every string of digits 0..6 below them is a cell.
var roots = [rootCount]uint16{
	0x100, 0x101, 0x104, 0x105, 0x106, 0x12E, 0x192, 0x194, 0x196, 0x1A0, 0x1A4, 0x1A5, 0x1A6,
}

const (
	rootCount     = 13
	zonesPerRoot  = 7 * 7 * 7 * 7 * 7 * 7 * 7 // 7^7: resolutions 2 to 8
	zoneCount     = rootCount * zonesPerRoot
	cellsPerZone  = 7 * 7 * 7 * 7 * 7 // 7^5: resolutions 9 to 13
	households    = cellsPerZone * Ordinals
	householdSpan = 27 * 27 * 27 * 27 // four symbols
)

func resolution(cell uint64) int { return int(cell >> resShift & 0xF) }

func digit(cell uint64, res int) uint64 { return cell >> (baseCellShift - 3*res) & 7 }

// checkCell tells why an index is not a cell; the resolution may be any.
func checkCell(cell uint64) error {
	if cell&modeMask != cellMode {
		return cellError("it is not in the form of a cell index")
	}
	res := resolution(cell)
	for r := 1; r <= maxRes; r++ {
		switch d := digit(cell, r); {
		case r <= res && d == 7:
			return cellError(fmt.Sprintf("its digit at resolution %d is 7", r))
		case r > res && d != 7:
			return cellError(fmt.Sprintf("its digit at resolution %d, finer than the cell, is not 7", r))
		}
	}
	return nil
}

func cellError(why string) error {
	return &Error{Kind: ErrCell, Message: "this is not the index of an H3 cell: " + why,
		Hint: "give an H3 cell index, such as 8d415cb4e426bbf"}
}

func resolutionError(cell uint64, want string) error {
	return &Error{Kind: ErrResolution, Message: fmt.Sprintf("the H3 cell has resolution %d, not %s", resolution(cell), want),
		Hint: "give a cell of resolution " + want}
}

// rootNumber returns the number of the resolution-1 ancestor of a cell of resolution 1 or finer.
func rootNumber(cell uint64) (uint64, error) {
	want := uint16(cell >> (baseCellShift - 3) & (1<<rootBits - 1))
	for n, r := range roots {
		if r == want {
			return uint64(n), nil
		}
	}
	return 0, &Error{Kind: ErrRoot, Message: "the H3 cell lies outside the area served",
		Hint: "give a place in Vietnam or its seas: latitude 6.0 to 23.6, longitude 102 to 118"}
}

// digits appends the digits of a cell from resolution from to resolution to, as a number in base 7, to the number n.
func digits(n, cell uint64, from, to int) uint64 {
	for r := from; r <= to; r++ {
		n = n*7 + digit(cell, r)
	}
	return n
}

// zoneCell is the H3 index of a zone's resolution-8 cell.
func zoneCell(zone uint64) uint64 {
	root := zone / zonesPerRoot
	cell := cellMode | zoneRes<<resShift | uint64(roots[root])<<(baseCellShift-3)
	return setDigits(cell, zone%zonesPerRoot, 2, zoneRes) | unusedDigits(zoneRes)
}

// setDigits writes the number n, in base 7, into the digits of resolutions from to to, which must be 0.
func setDigits(cell, n uint64, from, to int) uint64 {
	for r := to; r >= from; r-- {
		cell |= n % 7 << (baseCellShift - 3*r)
		n /= 7
	}
	return cell
}

// unusedDigits is the 7s of the digits finer than a resolution.
func unusedDigits(res int) uint64 { return 1<<(baseCellShift-3*res) - 1 }
