package registry

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// Mark is an address as a map draws it.
type Mark struct {
	Code   addresscode.Code // zero for a door of flats of which the sight is told no more
	Zone   addresscode.Zone
	Status Status
	Number string    // as on its plate (Components.PlateNumber); "" where it has none
	Point  geo.Point // the position, or the centre of the cell where the sight is not told of positions
	Exact  bool      // what it tells is more than the public is told
}

// MarkRow is what the store tells of an address for a mark.
type MarkRow struct {
	Key        uint64
	Status     Status
	Commune    string
	Protected  bool
	Point      geo.Point  // that the code was issued for
	Flat       bool       // it has a floor or a unit
	Components Components // without floor and unit
}

// MaxMarksM is how far the corners of a box of marks may be from its middle, in metres.
const MaxMarksM = 2000.0

// markReachM is how far an address can be from the cell of its code, in metres, with some to spare.
const markReachM = maxEntranceM + 3*CellAccuracyM

// MarksFor are the addresses in a box, in order of codes, at most so many.
//
// In the communes of which the sight is told positions, these are all addresses at their positions, retired ones too. Elsewhere it is what
// everybody may see, whatever else the sight is told: active addresses at the centres of their cells, none that is protected, and of
// the flats behind one door only the door, without a code.
//
// Where there are more than most, those are left out whose keys come last in an order without meaning that is always the same: what
// is drawn is spread like what is there, and what is drawn of a box is drawn of each part of it too.
//
// Errors are *Error: CodeInvalid for a box that is too large or empty.
func (s *Service) MarksFor(ctx context.Context, sight Sight, box geo.Box, most int) ([]Mark, error) {
	const op = "read marks"
	middle := box.Middle()
	halfM := max(geo.Distance(middle, box.SouthWest), geo.Distance(middle, box.NorthEast))
	if !box.Contains(middle) || halfM > MaxMarksM {
		return nil, &Error{Code: CodeInvalid, Op: op, Field: "box", Message: "is empty or too large", Hint: fmt.Sprintf("give a box whose corners are at most %.0f m from its middle", MaxMarksM)}
	}
	cover := box
	if sight.Positions != (Nowhere{}) {
		cover = reaching(box, markReachM)
		halfM += markReachM
	}
	cells, err := geo.CellsMeeting(cover, boxResolution(halfM))
	if err != nil {
		return nil, domainError(op, err)
	}
	var c *markChoice
	err = s.store.View(ctx, func(r Reader) error {
		ranges := keyRanges(cells)
		n, err := r.CountKeys(ranges, maxCounted)
		if err != nil {
			return err
		}
		// Of many only those are read that come first in the order by which they are left out, and more where too few of them may be seen.
		below := int64(MarkOrders)
		if n > 0 {
			below = min(below, int64(float64(most)*headroom/float64(n)*MarkOrders)+1)
		}
		for ; ; below = min(2*below, MarkOrders) {
			c = &markChoice{sight: sight, box: box, doors: map[string]int{}}
			for _, keys := range ranges {
				if err := r.MarksInRange(keys[0], keys[1], below, !sight.blind(), c.look); err != nil || c.failed != nil {
					return cmp.Or(err, c.failed)
				}
			}
			if c.sorted(below) >= most || below == MarkOrders {
				return nil
			}
		}
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	return c.marks(most), nil
}

// reaching is a box with so many metres more on each side.
func reaching(box geo.Box, metres float64) geo.Box {
	southWest, _ := boxAround(box.SouthWest, metres)
	_, northEast := boxAround(box.NorthEast, metres)
	return geo.Box{SouthWest: southWest, NorthEast: northEast}
}

// boxResolution is the resolution of which a few hundred cells cover a box.
func boxResolution(halfM float64) int {
	switch {
	case halfM <= 130:
		return 12
	case halfM <= 500:
		return 11
	}
	return 10
}

// markChoice takes what a sight may see of the addresses in a box.
type markChoice struct {
	sight  Sight
	box    geo.Box
	chosen []chosenMark
	doors  map[string]int // of flats of which only the door is told → its place among the chosen
	failed error
}

type chosenMark struct {
	Mark
	key        uint64
	commune    string
	components Components
	dropped    bool
}

// look takes a row where the sight may see it. Rows come in order of keys, so that a door has the place of its first flat.
func (c *markChoice) look(row MarkRow) bool {
	code, err := addresscode.FromKey(row.Key)
	if err != nil {
		c.failed = err
		return false
	}
	m := chosenMark{Mark: Mark{Code: code, Zone: code.Zone(), Status: row.Status, Point: row.Point, Exact: true}, key: row.Key, commune: row.Commune, components: row.Components}
	if !holds(c.sight.Positions, row.Commune) {
		m.Exact, m.Point = false, geo.CodeCenter(code)
	}
	switch {
	case !c.box.Contains(m.Point),
		row.Protected && !(m.Exact && holds(c.sight.Protected, row.Commune)),
		!m.Exact && row.Status != StatusActive:
		return true
	}
	if row.Flat && (c.sight.Doors || !m.Exact) {
		door := DoorOf(row.Commune, row.Components)
		if _, known := c.doors[door]; known {
			return true
		}
		c.doors[door] = len(c.chosen)
		m.Code = addresscode.Code{}
	}
	c.chosen = append(c.chosen, m)
	return true
}

// sorted drops the doors that are part of a house: flats behind the door of an address that is no flat. It counts what is left and
// complete: of what stands further back in the order only flats have been read.
func (c *markChoice) sorted(below int64) (complete int) {
	if len(c.doors) > 0 {
		for i := range c.chosen {
			m := &c.chosen[i]
			if m.Code.IsZero() || m.Status != StatusActive {
				continue
			}
			if at, ok := c.doors[DoorOf(m.commune, m.components)]; ok {
				c.chosen[at].dropped = true
			}
		}
		c.chosen = slices.DeleteFunc(c.chosen, func(m chosenMark) bool { return m.dropped })
	}
	for i := range c.chosen {
		if MarkOrder(c.chosen[i].key) < below {
			complete++
		}
	}
	return complete
}

// marks are at most so many of the chosen, the first in the order without meaning.
func (c *markChoice) marks(most int) []Mark {
	if len(c.chosen) > most {
		slices.SortFunc(c.chosen, func(a, b chosenMark) int {
			return cmp.Or(cmp.Compare(MarkOrder(a.key), MarkOrder(b.key)), cmp.Compare(a.key, b.key))
		})
		c.chosen = c.chosen[:most]
		slices.SortFunc(c.chosen, func(a, b chosenMark) int { return cmp.Compare(a.key, b.key) })
	}
	marks := make([]Mark, len(c.chosen))
	for i := range c.chosen {
		marks[i] = c.chosen[i].Mark
		marks[i].Number = c.chosen[i].components.PlateNumber()
	}
	return marks
}

const (
	// MarkOrders bounds MarkOrder.
	MarkOrders = 65536
	// maxCounted is how many keys are counted in a box: in a larger crowd more are read at once than need be.
	maxCounted = 1_000_000
	// headroom is how many times as many addresses are read as a box may have marks, for some are outside it or may not be seen.
	headroom = 1.7
)

// MarkOrder puts keys in an order without meaning, 0 to MarkOrders-1; equal ones are in order of keys. A store computes it for every key it
// passes over, so it is made of what every database can do in 63 bits.
func MarkOrder(key uint64) int64 { return int64(key % 1_000_003 * 7919 % MarkOrders) }

// Touched are the zones of the addresses that changed after a line of the journal, each once, and the line to go on after. all says
// that more changed than is worth telling apart: that any zone may have.
func (s *Service) Touched(ctx context.Context, since int64) (zones []addresscode.Zone, head int64, all bool, err error) {
	err = s.store.View(ctx, func(r Reader) error {
		zones, all = nil, false
		if head, _, err = r.JournalHead(); err != nil || head == since {
			return err
		}
		if all = head < since || since == 0; all { // another register, restored from a backup; or the first question
			return nil
		}
		seen, lines := map[addresscode.Zone]bool{}, 0
		return r.Changes(since, func(e Event) bool {
			if lines++; lines > maxTouched {
				all = true
				return false
			}
			if z := e.Code.Zone(); !seen[z] {
				seen[z] = true
				zones = append(zones, z)
			}
			return true
		})
	})
	return zones, head, all, domainError("read changes", err)
}

// maxTouched is how many changes Touched tells apart: a few milliseconds of work.
const maxTouched = 2000
