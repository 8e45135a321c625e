package registry

import (
	"slices"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// Sight is what may be told to whoever asks. The zero Sight is told everything, as an Actor without an Area may change everything.
type Sight struct {
	// Doors has the register seen as houses are from the street: a flat is only its door, and nobody learns of its flats which there are
	// or how many.
	Doors     bool
	Positions Area // where positions finer than the cell of the code may be told; nil is everywhere
	Protected Area // where protected addresses may be told of; nil is everywhere
	// Scheme says whether an address in a commune may be known, and found, by its ids of a scheme; nil is always.
	Scheme func(scheme, commune string) bool
}

// Nowhere is the Area that holds nothing.
type Nowhere struct{}

// Holds implements Area.
func (Nowhere) Holds(string) bool { return false }

// A public position is the centre of the code's own cell. CellAccuracyM is how far from it, in metres, the position that the code
// was issued for can be: the greatest circumradius of such cells in Viet Nam, rounded up. It does not tell of codes that
// were issued in a cell nearby because their own was full (FlagSpilled): that would tell how many addresses there are.
const CellAccuracyM = 5

// Sees reports whether an address may be told of at all.
func (s Sight) Sees(a *Address) bool {
	return !a.HasFlag(FlagProtected) || holds(s.Protected, a.Commune)
}

func holds(area Area, commune string) bool { return area == nil || area.Holds(commune) }

// blind reports a sight that is told of no protected address, wherever it is. It reads them like addresses that are not there.
func (s Sight) blind() bool { return s.Protected == Nowhere{} }

// Show returns an address as the sight may be told of it once its code is known, which is a itself where that is all of it.
func (s Sight) Show(a *Address) *Address {
	if a.Code.IsZero() {
		return a // a door, as List shows it
	}
	hidden := func(id ExternalID) bool { return s.Scheme != nil && !s.Scheme(id.Scheme, a.Commune) }
	exact := holds(s.Positions, a.Commune)
	if exact && !s.Doors && !slices.ContainsFunc(a.ExternalIDs, hidden) {
		return a
	}
	shown := a.clone()
	shown.ExternalIDs = slices.DeleteFunc(shown.ExternalIDs, hidden)
	if s.Doors {
		shown.Components.Floor, shown.Components.Unit = "", ""
	}
	if !exact {
		shown.Positions = []TypedPosition{{Type: PositionCell, Position: geo.Position{
			Point: geo.CodeCenter(a.Code), Source: geo.SourceDerived, AccuracyM: CellAccuracyM,
		}}}
	}
	return shown
}

// List returns an address as the sight may be told of it among others that its code was not asked for: of a flat that it may not be
// told of only the door, which has no code, for a code is one flat's.
func (s Sight) List(a *Address) *Address {
	shown := s.Show(a)
	if s.Doors && a.isFlat() {
		shown.Code = addresscode.Code{}
	}
	return shown
}

// isFlat reports an address that is one of several behind a door.
func (a *Address) isFlat() bool { return a.Components.Unit != "" || a.Components.Floor != "" }

// SameDoor reports whether two addresses have one door: they are told apart by nothing but floor and unit.
func (a *Address) SameDoor(b *Address) bool { return a.door() == b.door() }

// door is what all flats behind one door have in common.
func (a *Address) door() string { return DoorOf(a.Commune, a.Components) }

// DoorOf names the door of an address: all flats behind it have the same name.
func DoorOf(commune string, c Components) string {
	var b []byte
	for _, part := range [...]string{commune, c.HouseNumber, c.Street, c.Hamlet, c.Quarter, c.Building, c.Block} {
		b = append(append(b, part...), '\n')
	}
	for _, alley := range c.Alley {
		b = append(append(b, alley...), '\n')
	}
	return string(b)
}

// Read returns the address of a code, all of it; *Error CodeNotFound when there is none that the sight may be told of. Whoever is
// told of no protected address anywhere takes the same steps for one that is there as for one that is not.
func (s Sight) Read(r Reader, code addresscode.Code) (*Address, error) {
	if s.blind() {
		return r.OpenAddress(code)
	}
	a, err := r.Address(code)
	if err == nil && !s.Sees(a) {
		return nil, &Error{Code: CodeNotFound, Op: "read address", Message: "no address has this code"}
	}
	return a, err
}
