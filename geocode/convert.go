package geocode

import (
	"slices"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// TextParser parses address text; *Parser is one.
type TextParser interface {
	Parse(text string) []Hypothesis
}

// Thoroughfares knows where streets and houses are registered; communes are codes of today.
type Thoroughfares interface {
	// StreetCommunes returns those of the communes that have a street of that name.
	StreetCommunes(name string, communes []string) []string
	// HouseCommunes returns those of the communes whose street of that name has that house number.
	HouseCommunes(house, street string, communes []string) []string
}

// Converter leads divisions, and addresses written with them, from one epoch to the other. It is safe for concurrent use.
type Converter struct {
	gazetteer *Gazetteer
	parser    TextParser
	locator   *geo.Locator
	streets   Thoroughfares
}

// NewConverter joins what a conversion can be settled by. Without a parser the text beside the divisions is kept as it is
// and names no street; without a locator positions settle nothing; without streets, streets and houses don't.
func NewConverter(g *Gazetteer, parser TextParser, locator *geo.Locator, streets Thoroughfares) *Converter {
	return &Converter{gazetteer: g, parser: parser, locator: locator, streets: streets}
}

// ConvertRequest asks for a division, or an address, at another date. Code or Text is needed.
type ConvertRequest struct {
	Code string // official code, 2, 3 or 5 digits: the length tells the level
	Text string // name of a division, with or without the larger ones, or a whole address
	// From is the date on which the text or code is meant; 0 takes the epoch that it tells. A code that has both an old and
	// a new bearer is then the old one's, unless To is before the reorganisation.
	From geo.Date
	To   geo.Date   // 0: today for divisions that ended with the reorganisation, 2025-06-30 for today's
	At   *geo.Point // the place that is meant, when known
	// Street and House are what the text would say of them; "" takes them from the text.
	Street, House string
}

// SettledBy says what decided between several candidates.
type SettledBy string

const (
	SettledSame            SettledBy = "same_unit"        // the division exists on both dates
	SettledOnlySuccessor   SettledBy = "only_successor"   // all of it went to one unit
	SettledOnlyPredecessor SettledBy = "only_predecessor" // it was made of one unit
	SettledAllPopulation   SettledBy = "all_population"   // everybody who lived there went to one unit; others got land without inhabitants
	SettledPosition        SettledBy = "position"
	SettledHouse           SettledBy = "house"
	SettledStreet          SettledBy = "street"
)

// Conversions is the answer to a ConvertRequest.
type Conversions struct {
	// Items has one conversion for each division that the request can mean, most likely first. More than one means that the
	// text is ambiguous: none is decided then.
	Items []Conversion
	// Rest is the text without its divisions, "" when the request was for a division alone.
	Rest string
}

// Conversion leads one division to another date.
type Conversion struct {
	Commune, District, Province *geo.Division // the chain on the date From; nil where it has no such level
	From, To                    geo.Date
	Reading                     Reading    // how the text names it; zero for a code
	Candidates                  []Transfer // most likely first; never empty
	Settled                     bool       // the first candidate is the one
	By                          SettledBy  // "" when not settled
	// Contradicted is set when the position given lies in none of the candidates, PositionM metres from the nearest; nothing
	// is settled then.
	Contradicted bool
	PositionM    float64
	Steps        []Step // how the answer came about, for each candidate that is not ruled out
}

// Transfer is a division that another one became, or was before.
type Transfer struct {
	Commune, District, Province *geo.Division    // the chain on the date To; nil where it has no such level
	Name                        string           // full name of the unit reached; the only thing known of the few old units without a code
	Kind                        geo.RelationKind // what went over, as the official table has it
	Note                        string           // the table's own word; "" where the relation follows from those of the communes
	Weight                      float64          // 0..1, how likely without further knowledge
	Address                     string           // the unit's names from small to large, after the rest of the address
}

// smallest is the smallest division of a chain.
func smallest(commune, district, province *geo.Division) *geo.Division {
	switch {
	case commune != nil:
		return commune
	case district != nil:
		return district
	}
	return province
}

// sameEpoch is how far under the best reading another one still counts as what the text can mean.
const sameEpoch = 0.02

// Convert answers a request. Errors: *registry.Error with code invalid (neither code nor text, a date for which no division
// is known) or not_found (no division has that code or is named in the text).
func (c *Converter) Convert(req ConvertRequest) (*Conversions, error) {
	switch {
	case req.Code != "":
		return c.convertCode(req)
	case vntext.Fold(req.Text) != "":
		return c.convertText(req)
	}
	return nil, &registry.Error{Code: registry.CodeInvalid, Op: "convert", Field: "q", Message: "nothing to convert", Hint: "give a division's code, its name, or an address"}
}

func (c *Converter) convertCode(req ConvertRequest) (*Conversions, error) {
	level, ok := geo.LevelOf(req.Code)
	if !ok {
		return nil, &registry.Error{Code: registry.CodeInvalid, Op: "convert", Field: "code", Message: "no division code has this length", Hint: "province 2, district 3, commune 5 digits"}
	}
	dates := []geo.Date{req.From}
	switch {
	case req.From != 0:
	case req.To != 0 && req.To <= lastOldDay:
		dates = []geo.Date{geo.Today(), lastOldDay}
	default:
		dates = []geo.Date{lastOldDay, geo.Today()}
	}
	for _, at := range dates {
		if d, err := c.gazetteer.ds.Get(level, req.Code, at); err == nil {
			item, err := c.convert(d, Reading{}, req)
			if err != nil {
				return nil, err
			}
			return &Conversions{Items: []Conversion{item}}, nil
		}
	}
	return nil, &registry.Error{Code: registry.CodeNotFound, Op: "convert", Field: "code", Message: "no division has this code on that date", Hint: "codes before and since 2025-07-01 differ: try another from date"}
}

func (c *Converter) convertText(req ConvertRequest) (*Conversions, error) {
	text := vntext.Clean(req.Text)
	hypotheses := c.hypotheses(text)
	var out Conversions
	var seen []*geo.Division
	best := 0.0
	for i := range hypotheses {
		h := &hypotheses[i]
		unit := smallest(h.Reading.Commune, h.Reading.District, h.Reading.Province)
		if unit == nil || slices.Contains(seen, unit) || req.From != 0 && !unit.ExistsAt(req.From) {
			continue
		}
		if len(out.Items) > 0 && (h.Score < best-sameEpoch || (unit.ValidTo == 0) != (seen[0].ValidTo == 0)) {
			continue
		}
		ask := req
		if ask.Street == "" {
			ask.Street = h.Components.Street
		}
		if ask.House == "" {
			ask.House = h.Components.HouseNumber
		}
		item, err := c.convert(unit, h.Reading, ask)
		if err != nil {
			return nil, err
		}
		rest := restOf(text, h.Reading)
		for k := range item.Candidates {
			item.Candidates[k].Address = joinNames(rest, item.Candidates[k], item.To)
		}
		if len(out.Items) == 0 {
			out.Rest, best = rest, h.Score
		}
		seen = append(seen, unit)
		out.Items = append(out.Items, item)
	}
	if len(out.Items) == 0 {
		return nil, &registry.Error{Code: registry.CodeNotFound, Op: "convert", Field: "q", Message: "the text names no division that is known on that date", Hint: "add the province, and before 2025-07-01 the district"}
	}
	return &out, nil
}

// hypotheses are the parser's, or without one the gazetteer's readings.
func (c *Converter) hypotheses(text string) []Hypothesis {
	if c.parser != nil {
		return c.parser.Parse(text)
	}
	var out []Hypothesis
	for _, r := range c.gazetteer.Read(vntext.Tokenize(text)) {
		out = append(out, Hypothesis{Reading: r, Score: r.Score})
	}
	return out
}

// convert leads one division to the date asked and settles it as far as can be.
func (c *Converter) convert(unit *geo.Division, r Reading, req ConvertRequest) (Conversion, error) {
	item := Conversion{Reading: r, From: req.From, To: req.To}
	if item.From == 0 {
		item.From = aDayOf(unit)
	}
	if item.To == 0 {
		item.To = lastOldDay
		if unit.ValidTo != 0 {
			item.To = geo.Today()
		}
	}
	item.Commune, item.District, item.Province = c.chain(unit, item.From)
	relations, back := c.relations(unit, item.To)
	switch {
	case unit.ExistsAt(item.To):
		relations, item.By = []geo.Relation{{From: unit, To: unit, Kind: geo.RelationFull}}, SettledSame
	case back && r.District != nil:
		relations = within(relations, r.District)
	}
	item.Candidates = c.transfers(relations, back, r.Province, item.To)
	if len(item.Candidates) == 0 {
		return item, &registry.Error{Code: registry.CodeInvalid, Op: "convert", Field: "to", Message: "no division is known for " + item.To.String() + " in place of " + unit.Code, Hint: "the data knows the divisions of 2025-06-30 and those since 2025-07-01"}
	}
	c.settle(&item, unit, back, req)
	item.Settled = item.By != ""
	item.Steps = c.steps(&item, unit)
	return item, nil
}

// within leaves the relations from units of a district, or all when none is.
func within(relations []geo.Relation, district *geo.Division) []geo.Relation {
	var out []geo.Relation
	for _, r := range relations {
		if r.From == district || r.From != nil && r.From.Parent == district.Code {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return relations
	}
	return out
}

// aDayOf is a day on which a division exists.
func aDayOf(d *geo.Division) geo.Date {
	if d.ValidTo != 0 {
		return lastOldDay
	}
	return geo.Today()
}

// relations lead a division to the other epoch; back when that is the earlier one.
func (c *Converter) relations(unit *geo.Division, to geo.Date) (relations []geo.Relation, back bool) {
	if unit.ValidTo != 0 && to >= unit.ValidTo {
		return c.gazetteer.ds.Successors(unit), false
	}
	if to < unit.ValidFrom {
		return c.gazetteer.ds.Predecessors(unit), true
	}
	return nil, false
}

// chain is a division with those above it on a date.
func (c *Converter) chain(unit *geo.Division, at geo.Date) (commune, district, province *geo.Division) {
	ds := c.gazetteer.ds
	day := max(at, unit.ValidFrom)
	switch unit.Level {
	case geo.LevelCommune:
		commune = unit
		if level, _ := geo.LevelOf(unit.Parent); level == geo.LevelDistrict {
			district, _ = ds.Get(geo.LevelDistrict, unit.Parent, day)
		}
	case geo.LevelDistrict:
		district = unit
	default:
		return nil, nil, unit
	}
	province, _ = ds.Get(geo.LevelProvince, unit.Province, day)
	return commune, district, province
}

// transfers turns relations into candidates, most likely first. A province named by today's name leaves those in it.
func (c *Converter) transfers(relations []geo.Relation, back bool, named *geo.Division, to geo.Date) []Transfer {
	if back || len(relations) == 1 {
		named = nil
	}
	weighed := weigh(relations, named)
	if len(weighed) == 0 {
		weighed = weigh(relations, nil)
	}
	out := make([]Transfer, 0, len(weighed))
	for _, w := range weighed {
		r := w.Relation
		t := Transfer{Name: r.FromName, Kind: r.Kind, Note: r.Note, Weight: w.Weight}
		reached := r.To
		if back {
			reached = r.From
		}
		if reached != nil {
			t.Commune, t.District, t.Province = c.chain(reached, to)
			t.Name = reached.Name(to).FullName()
		}
		t.Address = joinNames("", t, to)
		out = append(out, t)
	}
	return out
}
