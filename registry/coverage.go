package registry

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// SurveyRow is what coverage looks at of an active address.
type SurveyRow struct {
	Key        uint64
	Commune    string
	Dwelling   bool
	Point      geo.Point
	Source     geo.Source
	AccuracyM  float64 // 0 unknown
	Identified bool    // it has a number, alley, street, hamlet, quarter, building or unit: more than its place tells it apart
	Outside    bool    // its position lies outside its commune: off the coast or the border, or the commune was given
	Likeness   uint64  // as Writer.Insert got it
}

// ExpectedHouseholds is how many households a commune should have, as a source says.
type ExpectedHouseholds struct {
	Commune    string
	Households int64
	Source     string   // where the figure is from, in words
	On         geo.Date // day that it was true on, 0 unknown
}

// SurveyedAccuracyM is how good a position by satellite must be to count as surveyed, in metres.
const SurveyedAccuracyM = 10

// Counts are what coverage counts of active addresses.
type Counts struct {
	Addresses    int64
	Dwellings    int64
	Surveyed     int64 // with a position of a survey, or by satellite with an accuracy of 10 m or better
	Unidentified int64 // with neither number nor name
	Duplicates   int64 // alike another one within 30 m in the same zone
	Outside      int64 // whose position lies outside their commune
}

func (c *Counts) add(o Counts) {
	c.Addresses += o.Addresses
	c.Dwellings += o.Dwellings
	c.Surveyed += o.Surveyed
	c.Unidentified += o.Unidentified
	c.Duplicates += o.Duplicates
	c.Outside += o.Outside
}

// UnitCoverage is the coverage of a commune or a province.
type UnitCoverage struct {
	Division *geo.Division
	Counts
	Expected      int64 // 0 unknown
	ExpectedKnown int   // communes with a figure, of Communes
	Communes      int
	Source        string // of the figure of a commune
	On            geo.Date
	// CountedDwellings are the dwellings of the communes that have a figure: what is compared with Expected.
	CountedDwellings int64
}

// Share is how much of what is expected is there; 0 where nothing is known. It can be more than 1.
func (u *UnitCoverage) Share() float64 {
	if u.Expected == 0 {
		return 0
	}
	return float64(u.CountedDwellings) / float64(u.Expected)
}

// Coverage is what one pass over the register found.
type Coverage struct {
	At     time.Time // when the pass began
	Events int64     // newest line of the journal then
	Took   time.Duration

	communes map[string]*Counts
	expected map[string]ExpectedHouseholds
}

// MeasureCoverage counts an extent in one pass in key order, in batches each read in a view of its own.
func (s *Service) MeasureCoverage(ctx context.Context, e *Extent) (*Coverage, error) {
	const op = "measure coverage"
	c := &Coverage{At: s.clock(), communes: map[string]*Counts{}, expected: map[string]ExpectedHouseholds{}}
	began := time.Now()
	err := s.store.View(ctx, func(r Reader) error {
		var err error
		if c.Events, _, err = r.JournalHead(); err != nil {
			return err
		}
		figures, err := r.ExpectedHouseholds()
		for _, f := range figures {
			c.expected[f.Commune] = f
		}
		return err
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	ranges := e.ranges
	if e.communes == nil {
		ranges = []keyRange{{0, maxKey}}
	} else {
		beyond, err := s.beyond(ctx, e)
		if err != nil {
			return nil, err
		}
		for _, key := range beyond {
			ranges = append(ranges[:len(ranges):len(ranges)], keyRange{key, key})
		}
	}
	m := meter{extent: e, communes: c.communes}
	for _, in := range ranges {
		if err := s.measure(ctx, in, &m); err != nil {
			return nil, domainError(op, err)
		}
	}
	c.Took = time.Since(began)
	return c, nil
}

// surveyBatch is how many addresses are counted in one view.
const surveyBatch = 50_000

func (s *Service) measure(ctx context.Context, in keyRange, m *meter) error {
	for next := in.lo; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		var batch []SurveyRow
		err := s.store.View(ctx, func(r Reader) error {
			batch = m.batch[:0]
			return r.SurveyInRange(next, in.hi, func(row SurveyRow) bool {
				batch = append(batch, row)
				return len(batch) < surveyBatch
			})
		})
		if err != nil {
			return err
		}
		m.batch = batch
		for i := range batch {
			m.count(&batch[i])
		}
		if len(batch) < surveyBatch {
			return nil
		}
		next = batch[len(batch)-1].Key + 1
	}
}

// meter counts addresses that come in key order.
type meter struct {
	extent   *Extent
	communes map[string]*Counts
	batch    []SurveyRow // reused

	zone  addresscode.Zone
	alike map[uint64][]geo.Point // of the zone: what has been seen, by likeness
}

func (m *meter) count(row *SurveyRow) {
	if !m.extent.Holds(row.Commune) {
		return
	}
	c := m.communes[row.Commune]
	if c == nil {
		c = new(Counts)
		m.communes[row.Commune] = c
	}
	c.Addresses++
	if row.Dwelling {
		c.Dwellings++
	}
	if row.Source == geo.SourceSurvey || row.Source == geo.SourceGPS && row.AccuracyM > 0 && row.AccuracyM <= SurveyedAccuracyM {
		c.Surveyed++
	}
	if !row.Identified {
		c.Unidentified++
	}
	if row.Outside {
		c.Outside++
	}
	if m.duplicate(row) {
		c.Duplicates++
	}
}

// duplicate reports an address that is alike one of the same zone that came before it. The likeness has the zone of the position in it,
// so twins on both sides of a zone's edge are not seen; assigning, which looks across, has refused those.
func (m *meter) duplicate(row *SurveyRow) bool {
	if row.Likeness == noLikeness {
		return false
	}
	if code, err := addresscode.FromKey(row.Key); err == nil && (m.alike == nil || code.Zone() != m.zone) {
		m.zone, m.alike = code.Zone(), map[uint64][]geo.Point{}
	}
	seen := m.alike[row.Likeness]
	m.alike[row.Likeness] = append(seen, row.Point)
	return slices.ContainsFunc(seen, func(p geo.Point) bool { return geo.Distance(p, row.Point) <= LikenessRadiusM })
}

// Units are the coverage of the communes or provinces of today below a parent ("" for all): those that an area holds, in order of codes.
func (s *Service) Units(c *Coverage, level geo.Level, parent string, area Area) []UnitCoverage {
	today := geo.Today()
	var units []UnitCoverage
	at := map[string]int{}
	for _, d := range s.FindDivisions(geo.LevelCommune, parent, "", today) {
		if !holds(area, d.Code) {
			continue
		}
		unit := d
		if level == geo.LevelProvince {
			var err error
			if unit, err = s.divisions.Get(geo.LevelProvince, d.Province, today); err != nil {
				continue // cannot happen: every commune of today lies in a province
			}
		}
		i, ok := at[unit.Code]
		if !ok {
			i = len(units)
			at[unit.Code] = i
			units = append(units, UnitCoverage{Division: unit})
		}
		u := &units[i]
		u.Communes++
		counts := c.communes[d.Code]
		if counts != nil {
			u.Counts.add(*counts)
		}
		figure, known := c.expected[d.Code]
		if !known {
			continue
		}
		u.ExpectedKnown++
		u.Expected += figure.Households
		if counts != nil {
			u.CountedDwellings += counts.Dwellings
		}
		if level == geo.LevelCommune {
			u.Source, u.On = figure.Source, figure.On
		}
	}
	slices.SortFunc(units, func(a, b UnitCoverage) int { return cmp.Compare(a.Division.Code, b.Division.Code) })
	return units
}

// SetExpected keeps figures, with one entry in the journal. *Error CodeInvalid for a commune that there is not today.
func (s *Service) SetExpected(ctx context.Context, by Actor, figures []ExpectedHouseholds) error {
	const op = "set expected households"
	for i, f := range figures {
		field := fmt.Sprintf("[%d]", i)
		if _, err := s.divisions.Get(geo.LevelCommune, f.Commune, geo.Today()); err != nil {
			return &Error{Code: CodeInvalid, Op: op, Field: field + ".commune", Message: fmt.Sprintf("there is no commune %q today", f.Commune),
				Hint: "give the code of five digits that it has since 2025-07-01"}
		}
		if f.Households < 0 {
			return &Error{Code: CodeInvalid, Op: op, Field: field + ".households", Message: "is below 0", Hint: "give a count"}
		}
		if err := by.may(f.Commune); err != nil {
			return domainError(op, err)
		}
	}
	return domainError(op, s.store.Update(ctx, func(w Writer) error {
		for _, f := range figures {
			if err := w.PutExpectedHouseholds(f); err != nil {
				return err
			}
		}
		return w.AppendEntry(Entry{At: s.clock(), Actor: by.Name, Action: "coverage.expected", Subject: "communes", Detail: fmt.Sprintf(`{"communes":%d}`, len(figures))})
	}))
}
