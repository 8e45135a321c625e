package geo

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Divisions holds every division in time. It is immutable and safe for concurrent use; so are the divisions in it, and
// callers must not change what they are handed.
type Divisions struct {
	provinces, districts, communes levelIndex

	children     map[*Division][]*Division
	successors   map[*Division][]Relation
	predecessors map[*Division][]Relation
}

// levelIndex finds a unit of one level by its code, read as a number.
type levelIndex struct {
	units []*Division // by code, then by ValidFrom
	first []int32     // units[first[n]:first[n+1]] are the lifespans of code n
}

// NewDivisions checks divisions and the official relations between communes (or from a district that had no communes)
// and indexes them. Relations of districts and provinces are derived from those: an old province leads to the new
// provinces of its communes, an old district to the new communes of its communes.
// It takes over the divisions: the caller must not change them afterwards.
func NewDivisions(divisions []*Division, relations []Relation) (*Divisions, error) {
	ds := &Divisions{children: map[*Division][]*Division{}}
	if err := ds.index(divisions); err != nil {
		return nil, err
	}
	for _, d := range divisions {
		if err := ds.place(d); err != nil {
			return nil, fmt.Errorf("%s: %w", describe(d), err)
		}
	}
	for _, children := range ds.children {
		slices.SortFunc(children, byCode)
	}
	for _, r := range relations {
		if err := ds.checkRelation(r); err != nil {
			return nil, fmt.Errorf("relation %s to %s: %w", r.FromName, describe(r.To), err)
		}
	}
	all := slices.Concat(relations, ds.deriveRelations(relations))
	slices.SortFunc(all, func(a, b Relation) int { return cmp.Or(byFrom(a, b), byCode(a.To, b.To)) })
	ds.successors = group(slices.Clone(all), func(r Relation) *Division { return r.From })
	delete(ds.successors, nil)
	// A district also leads to communes, but a commune's predecessors are those of the official table.
	all = slices.DeleteFunc(all, func(r Relation) bool { return r.Note == "" && r.To.Level != r.From.Level })
	slices.SortStableFunc(all, func(a, b Relation) int { return cmp.Or(byCode(a.To, b.To), byStart(a.To, b.To)) })
	ds.predecessors = group(all, func(r Relation) *Division { return r.To })
	return ds, nil
}

// Get returns the division with that key, or an error that is ErrNoDivision.
func (ds *Divisions) Get(level Level, code string, at Date) (*Division, error) {
	if ix := ds.level(level); ix != nil {
		for _, d := range ix.lifespans(code) {
			if d.ExistsAt(at) {
				return d, nil
			}
		}
	}
	return nil, fmt.Errorf("%w: %s %q on %s", ErrNoDivision, level, code, at)
}

// All returns the divisions of a level that exist at a date, by code.
func (ds *Divisions) All(level Level, at Date) []*Division {
	ix := ds.level(level)
	if ix == nil {
		return nil
	}
	var all []*Division
	for _, d := range ix.units {
		if d.ExistsAt(at) {
			all = append(all, d)
		}
	}
	return all
}

// Children returns the divisions right below d during its lifespan, by code: districts of an old province, communes of
// an old district or of a province since 2025.
func (ds *Divisions) Children(d *Division) []*Division { return ds.children[d] }

// Successors returns what became of a division at the end of its lifespan, by the successor's code: communes of a
// commune or district, provinces of a province.
func (ds *Divisions) Successors(d *Division) []Relation { return ds.successors[d] }

// Predecessors returns what a division was made of, by code, those without a code last: provinces of a province, and
// communes (or the district of an island without communes) of a commune.
func (ds *Divisions) Predecessors(d *Division) []Relation { return ds.predecessors[d] }

func (ds *Divisions) level(level Level) *levelIndex {
	switch level {
	case LevelProvince:
		return &ds.provinces
	case LevelDistrict:
		return &ds.districts
	case LevelCommune:
		return &ds.communes
	}
	return nil
}

func (ix *levelIndex) lifespans(code string) []*Division {
	n, ok := codeNumber(code)
	if !ok || len(ix.first) != pow10(len(code))+1 {
		return nil
	}
	return ix.units[ix.first[n]:ix.first[n+1]]
}

// index sorts the divisions into their levels and refuses codes that are none and lifespans that overlap.
func (ds *Divisions) index(divisions []*Division) error {
	for _, d := range divisions {
		ix := ds.level(d.Level)
		if ix == nil {
			return fmt.Errorf("division %q: unknown level %q", d.Code, d.Level)
		}
		if _, ok := codeNumber(d.Code); !ok || len(d.Code) != d.Level.CodeDigits() {
			return fmt.Errorf("%s: the code must have %d digits", describe(d), d.Level.CodeDigits())
		}
		ix.units = append(ix.units, d)
	}
	for _, level := range [...]Level{LevelProvince, LevelDistrict, LevelCommune} {
		ix := ds.level(level)
		slices.SortFunc(ix.units, func(a, b *Division) int {
			return cmp.Or(byCode(a, b), byStart(a, b))
		})
		ix.first = make([]int32, pow10(level.CodeDigits())+1)
		next := 0
		for n := range ix.first {
			for next < len(ix.units) {
				if of, _ := codeNumber(ix.units[next].Code); of >= n {
					break
				}
				next++
			}
			ix.first[n] = int32(next)
		}
		for i, d := range ix.units {
			if i > 0 && ix.units[i-1].Code == d.Code && (ix.units[i-1].ValidTo == 0 || ix.units[i-1].ValidTo > d.ValidFrom) {
				return fmt.Errorf("%s: its lifespan overlaps the one before", describe(d))
			}
		}
	}
	return nil
}

// place checks a division by itself and hangs it below its parent.
func (ds *Divisions) place(d *Division) error {
	if d.ValidTo != 0 && d.ValidTo <= d.ValidFrom {
		return fmt.Errorf("ends on %s, before it begins", d.ValidTo)
	}
	if len(d.Names) == 0 || d.Names[0].From != d.ValidFrom {
		return errors.New("has no name from its first day on")
	}
	for i, n := range d.Names {
		if n.Name == "" || !slices.Contains(Types(), n.Type) {
			return fmt.Errorf("type %q and name %q are no full name", n.Type, n.Name)
		}
		if i > 0 && n.From <= d.Names[i-1].From {
			return fmt.Errorf("name %q is out of order", n.FullName())
		}
	}
	for i := 1; i < len(d.Postcodes); i++ {
		if d.Postcodes[i].From <= d.Postcodes[i-1].From {
			return fmt.Errorf("postcode %q is out of order", d.Postcodes[i].Text)
		}
	}
	if d.Level == LevelProvince {
		if d.Parent != "" || d.Province != d.Code {
			return errors.New("a province has no parent and is its own province")
		}
		return nil
	}
	level, _ := LevelOf(d.Parent)
	parent, err := ds.Get(level, d.Parent, d.ValidFrom)
	if err != nil || level == d.Level || !covers(parent, d) {
		return fmt.Errorf("parent %q does not exist during its lifespan", d.Parent)
	}
	if parent.Province != d.Province {
		return fmt.Errorf("lies in province %q, its parent in %q", d.Province, parent.Province)
	}
	ds.children[parent] = append(ds.children[parent], d)
	return nil
}

func (ds *Divisions) checkRelation(r Relation) error {
	switch r.Kind {
	case RelationFull, RelationPart, RelationAreaOnly, RelationAllPopulation:
	default:
		return fmt.Errorf("unknown kind %q", r.Kind)
	}
	switch {
	case r.FromName == "" || r.Note == "":
		return errors.New("the old unit's name and the official note are needed")
	case !ds.holds(r.To) || r.To.Level != LevelCommune:
		return errors.New("the successor is no commune of this set")
	case r.From == nil:
		return nil
	case !ds.holds(r.From) || r.From.Level == LevelProvince:
		return errors.New("the old unit is no commune or district of this set")
	case r.From.ValidTo != r.To.ValidFrom:
		return errors.New("one does not begin on the day the other ends")
	}
	return nil
}

func (ds *Divisions) holds(d *Division) bool {
	if d == nil {
		return false
	}
	ix := ds.level(d.Level)
	return ix != nil && slices.Contains(ix.lifespans(d.Code), d)
}

// deriveRelations lifts relations between communes to the districts and provinces of the old ones. A unit with a single
// successor went there in full; where nothing but land without inhabitants went somewhere, the kind says so.
func (ds *Divisions) deriveRelations(relations []Relation) []Relation {
	var derived []Relation
	at := map[[2]*Division]int{} // place in derived of (from, to)
	count := map[*Division]int{}
	lift := func(from, to *Division, kind RelationKind) {
		if i, seen := at[[2]*Division{from, to}]; seen {
			if derived[i].Kind != kind {
				derived[i].Kind = RelationPart
			}
			return
		}
		if kind != RelationAreaOnly {
			kind = RelationPart
		}
		at[[2]*Division{from, to}] = len(derived)
		derived = append(derived, Relation{From: from, To: to, Kind: kind})
		count[from]++
	}
	for _, r := range relations {
		if r.From == nil {
			continue
		}
		day := r.From.ValidTo - 1 // no real date perhaps, but inside the lifespan
		if r.From.Level == LevelCommune {
			if district, err := ds.Get(LevelDistrict, r.From.Parent, day); err == nil {
				lift(district, r.To, r.Kind)
			}
		}
		from, errFrom := ds.Get(LevelProvince, r.From.Province, day)
		to, errTo := ds.Get(LevelProvince, r.To.Province, r.To.ValidFrom)
		if errFrom == nil && errTo == nil {
			lift(from, to, r.Kind)
		}
	}
	for i := range derived {
		r := &derived[i]
		r.FromName = r.From.Name(r.From.ValidTo - 1).FullName()
		if count[r.From] == 1 {
			r.Kind = RelationFull
		}
	}
	return derived
}

func covers(parent, child *Division) bool {
	return parent.ValidFrom <= child.ValidFrom &&
		(parent.ValidTo == 0 || (child.ValidTo != 0 && child.ValidTo <= parent.ValidTo))
}

// group splits relations, sorted by their unit, into those of each unit.
func group(sorted []Relation, unit func(Relation) *Division) map[*Division][]Relation {
	groups := make(map[*Division][]Relation, len(sorted))
	for start := 0; start < len(sorted); {
		end := start + 1
		for end < len(sorted) && unit(sorted[end]) == unit(sorted[start]) {
			end++
		}
		groups[unit(sorted[start])] = sorted[start:end:end]
		start = end
	}
	return groups
}

func byCode(a, b *Division) int { return cmp.Compare(a.Code, b.Code) }

func byStart(a, b *Division) int { return cmp.Compare(a.ValidFrom, b.ValidFrom) }

// byFrom orders relations by the old unit: communes before districts before provinces, those without a code last.
func byFrom(a, b Relation) int {
	switch {
	case a.From == b.From:
		return cmp.Compare(a.FromName, b.FromName)
	case a.From == nil:
		return 1
	case b.From == nil:
		return -1
	}
	return cmp.Or(cmp.Compare(len(b.From.Code), len(a.From.Code)), byCode(a.From, b.From), byStart(a.From, b.From))
}

// describe names a division in errors.
func describe(d *Division) string {
	if d == nil {
		return "no division"
	}
	return fmt.Sprintf("%s %q from %q", d.Level, d.Code, d.ValidFrom)
}

// codeNumber reads a code of digits as a number.
func codeNumber(code string) (n int, ok bool) {
	if len(code) == 0 || len(code) > 5 {
		return 0, false
	}
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return 0, false
		}
		n = n*10 + int(code[i]-'0')
	}
	return n, true
}

func pow10(digits int) int {
	n := 1
	for range digits {
		n *= 10
	}
	return n
}
