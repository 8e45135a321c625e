package importer

import (
	"slices"
	"strings"
	"sync"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// The reasons for which a record is set aside.
const (
	AsideMismatch = "commune_mismatch" // the position lies further than registry.CommuneToleranceM from what the record names
	AsideUnknown  = "commune_unknown"  // no division is called as the record says
	AsideUnread   = "address_unread"   // nothing of the address text was understood
)

// RemarkUnmatched is the remark about an address text of which a part was not understood.
const RemarkUnmatched = "text_unmatched"

// maxCached bounds the names of divisions that are remembered: a column has some thousands of them.
const maxCached = 50_000

// Names understands names of divisions, old and new, and whole addresses. Safe for concurrent use.
type Names struct {
	divisions *geo.Divisions
	locator   *geo.Locator
	parser    func() *geocode.Parser // built on first use: most files need none

	mu    sync.RWMutex
	cache map[string][]sense
}

// NewNames knows the divisions.
func NewNames(divisions *geo.Divisions, locator *geo.Locator) *Names {
	return &Names{
		divisions: divisions, locator: locator, cache: map[string][]sense{},
		parser: sync.OnceValue(func() *geocode.Parser { return geocode.NewParser(geocode.NewGazetteer(divisions)) }),
	}
}

// sense is one way to understand what a record names: communes of today, or else provinces of today.
type sense struct {
	communes  []string
	provinces []string
}

func (s *sense) empty() bool { return len(s.communes) == 0 && len(s.provinces) == 0 }

// ofReading is what a reading of the parser means today.
func (n *Names) ofReading(r *geocode.Reading) sense {
	var s sense
	for _, c := range r.Communes {
		s.communes = append(s.communes, c.Commune.Code)
	}
	if len(s.communes) > 0 || r.Province == nil {
		return s
	}
	if r.Province.ExistsAt(geo.Today()) {
		s.provinces = []string{r.Province.Code}
		return s
	}
	for _, rel := range n.divisions.Successors(r.Province) {
		s.provinces = append(s.provinces, rel.To.Code)
	}
	return s
}

// ofCode is what a commune code means: today's commune, and what became of an old one that had it.
func (n *Names) ofCode(code string) []sense {
	var s sense
	if _, err := n.divisions.Get(geo.LevelCommune, code, geo.Today()); err == nil {
		s.communes = append(s.communes, code)
	}
	if old, err := n.divisions.Get(geo.LevelCommune, code, lastOldDay); err == nil {
		for _, rel := range n.divisions.Successors(old) {
			if !slices.Contains(s.communes, rel.To.Code) {
				s.communes = append(s.communes, rel.To.Code)
			}
		}
	}
	if s.empty() {
		return nil
	}
	return []sense{s}
}

// lastOldDay is a day on which the divisions of three levels existed.
const lastOldDay geo.Date = 2025_06_30

// ofNames are the senses of names in columns of their own, best first; none when nothing is called so.
func (n *Names) ofNames(commune, district, province string) []sense {
	key := commune + "\n" + district + "\n" + province
	n.mu.RLock()
	senses, known := n.cache[key]
	n.mu.RUnlock()
	if known {
		return senses
	}
	if level, ok := geo.LevelOf(commune); ok && level == geo.LevelCommune {
		senses = n.ofCode(commune)
	} else {
		senses = n.readNames(commune, district, province)
	}
	n.mu.Lock()
	if len(n.cache) < maxCached {
		n.cache[key] = senses
	}
	n.mu.Unlock()
	return senses
}

func (n *Names) readNames(commune, district, province string) []sense {
	var parts []string
	for _, part := range []struct{ text, numbered string }{{commune, "Phường "}, {district, "Quận "}, {province, ""}} {
		if part.text != "" && strings.Trim(part.text, "0123456789") == "" {
			part.text = part.numbered + part.text
		}
		if part.text != "" {
			parts = append(parts, part.text)
		}
	}
	most := 0
	var senses []sense
	for _, h := range n.parser().Parse(strings.Join(parts, ", ")) {
		r := &h.Reading
		named := 0
		for _, d := range []*geo.Division{r.Commune, r.District, r.Province} {
			if d != nil {
				named++
			}
		}
		if len(h.Unmatched) > 0 || !isEmpty(h.Components) { // a part of the names was taken for something else
			continue
		}
		if commune != "" && r.Commune == nil || commune == "" && district != "" && r.District == nil && r.Commune == nil || named < most {
			continue
		}
		if named > most {
			most, senses = named, nil
		}
		if s := n.ofReading(r); !s.empty() {
			senses = append(senses, s)
		}
	}
	return senses
}

// settle checks the position of a record against what it names, and chooses the commune. Of several senses the one that the
// position agrees with is meant.
func (n *Names) settle(rec *Record, senses []sense) {
	point := rec.Request.Positions[0].Point
	if len(senses) == 1 && len(senses[0].communes) == 1 { // the registry holds it against the position
		rec.Request.CommuneCode = senses[0].communes[0]
		return
	}
	loc, err := n.locator.Locate(point, geo.Today())
	if err != nil || loc.Commune == nil {
		rec.Err = err
		if err == nil {
			rec.Err = invalid("position", "the position lies in no single commune")
		}
		return
	}
	nearest, metres := "", registry.CommuneToleranceM
	for _, s := range senses {
		if slices.Contains(s.communes, loc.Commune.Code) || slices.Contains(s.provinces, loc.Commune.Province) {
			return // the position decides
		}
		for _, code := range s.communes {
			if m, err := n.locator.CommuneDistance(point, code); err == nil && m <= metres {
				nearest, metres = code, m
			}
		}
	}
	if nearest != "" {
		rec.Request.CommuneCode = nearest
		return
	}
	reason := AsideMismatch
	if len(senses) == 0 {
		reason = AsideUnknown
	}
	rec.Aside = n.aside(rec, reason, loc.Commune.Code, senses)
}

// aside keeps a record for review.
func (n *Names) aside(rec *Record, reason, commune string, senses []sense) *registry.ImportReview {
	req := &rec.Request
	p := req.Positions[0]
	v := &registry.ImportReview{
		Ref: rec.Ref, Reason: reason, Named: rec.Named, Commune: commune, Point: p.Point,
		Record: registry.ImportRecord{
			Text: rec.Text, Kind: req.Kind, Components: req.Components,
			Type: p.Type, Source: p.Source, AccuracyM: p.AccuracyM,
		},
	}
	for _, id := range req.ExternalIDs {
		v.Record.ExternalIDs = append(v.Record.ExternalIDs, id.Scheme+":"+id.Value)
	}
	for _, corner := range req.Footprint {
		v.Record.Footprint = append(v.Record.Footprint, [2]float64{corner.Lat(), corner.Lon()})
	}
	nearest := -1.0
	for _, s := range senses {
		for _, code := range s.communes {
			if m, err := n.locator.CommuneDistance(p.Point, code); err == nil && (nearest < 0 || m < nearest) {
				nearest = m
			}
		}
	}
	v.DistanceM = max(nearest, 0)
	return v
}

// refused keeps a record that the registry refused for its commune.
func (n *Names) refused(rec *Record, e *registry.Error) *registry.ImportReview {
	commune := ""
	if e.Location != nil && e.Location.Commune != nil {
		commune = e.Location.Commune.Code
	}
	if rec.Named == "" {
		rec.Named = rec.Request.CommuneCode
	}
	return n.aside(rec, AsideMismatch, commune, []sense{{communes: []string{rec.Request.CommuneCode}}})
}

// address understands an address text: components where no column gives them, and the divisions. The reading that the position
// agrees with is preferred.
func (n *Names) address(rec *Record, text string, divisions []string) {
	rec.Text = text
	full := text
	folded := " " + vntext.Fold(text) + " "
	for _, d := range divisions {
		if d != "" && !strings.Contains(folded, " "+vntext.Fold(d)+" ") {
			full += ", " + d
		}
	}
	hypotheses := n.parser().Parse(full)
	point := rec.Request.Positions[0].Point
	here := ""
	if loc, err := n.locator.Locate(point, geo.Today()); err == nil && loc.Commune != nil {
		here = loc.Commune.Code
	}
	best := &hypotheses[0]
	for i := range hypotheses {
		if s := n.ofReading(&hypotheses[i].Reading); hypotheses[i].Score >= hypotheses[0].Score*likelyShare && slices.Contains(s.communes, here) {
			best = &hypotheses[i]
			break
		}
	}
	rec.Named = namedBy(&best.Reading)
	senses := []sense{n.ofReading(&best.Reading)}
	read := best.Components
	read.Street = withWord(full, read.Street)
	rec.Request.Components = joined(rec.Request.Components, read)
	nothing := isEmpty(rec.Request.Components)
	switch {
	case nothing && senses[0].empty():
		rec.Aside = n.aside(rec, AsideUnread, here, nil)
		return
	case len(best.Unmatched) > 0:
		rec.Remarks = append(rec.Remarks, RemarkUnmatched)
	}
	if !senses[0].empty() {
		n.settle(rec, senses)
	}
}

// withWord puts the word that stands before a street in the text in front of its name again, as people register it: "Đường 30/4".
func withWord(text, street string) string {
	before, _, found := strings.Cut(vntext.Clean(text), street)
	words := strings.Fields(before)
	if street == "" || !found || len(words) == 0 {
		return street
	}
	switch vntext.Fold(words[len(words)-1]) {
	case "duong", "d", "dg":
		return "Đường " + street
	case "pho":
		return "Phố " + street
	}
	return street
}

// likelyShare is the part of the best score above which another reading may be what is meant.
const likelyShare = 0.8

func namedBy(r *geocode.Reading) string {
	var parts []string
	for _, d := range []*geo.Division{r.Commune, r.District, r.Province} {
		if d != nil {
			parts = append(parts, d.Names[0].FullName())
		}
	}
	return strings.Join(parts, ", ")
}

func isEmpty(c registry.Components) bool {
	return c.HouseNumber == "" && len(c.Alley) == 0 && c.Street == "" && c.Hamlet == "" && c.Quarter == "" && c.Building == "" && c.Block == "" && c.Floor == "" && c.Unit == ""
}

// joined takes what columns of their own say before what the text says.
func joined(given, read registry.Components) registry.Components {
	for _, f := range [...]struct {
		to   *string
		from string
	}{
		{&given.HouseNumber, read.HouseNumber}, {&given.Street, read.Street}, {&given.Hamlet, read.Hamlet}, {&given.Quarter, read.Quarter},
		{&given.Building, read.Building}, {&given.Block, read.Block}, {&given.Floor, read.Floor}, {&given.Unit, read.Unit},
	} {
		if *f.to == "" {
			*f.to = f.from
		}
	}
	if len(given.Alley) == 0 {
		given.Alley = read.Alley
	}
	return given
}
