package bulk

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// Engine understands addresses; *geocode.Engine does.
type Engine interface {
	Validate(ctx context.Context, r geocode.ValidateRequest) (*geocode.Verdict, error)
}

// Registry looks places up; *registry.Service does.
type Registry interface {
	ResolveFor(ctx context.Context, sight registry.Sight, q string) (*registry.Resolution, error)
	ReverseFor(ctx context.Context, sight registry.Sight, p geo.Point, radiusM float64, limit int) ([]registry.Neighbour, error)
	Locator() *geo.Locator
	Label(a *registry.Address, at geo.Date) string
	DivisionOf(a *registry.Address, at geo.Date) registry.DivisionInfo
}

const (
	// atTheDoorM is how near, in metres, an address must be to a position that comes alone to be taken for it.
	atTheDoorM = 15
	// clearlyNearer is how many times further the next address must be.
	clearlyNearer = 2
	// aroundM is how far around a position that comes alone addresses are looked for.
	aroundM = 100
)

// Issues of rows that validation itself does not have.
const (
	issueNumberUnknown   = "NUMBER392.unknown"
	issueNumberInvalid   = "NUMBER392.invalid"
	issuePositionInvalid = "POSITION.invalid"
	issuePositionSwapped = "POSITION.swapped"
	issuePositionOutside = "POSITION.outside"
)

// geocoder answers rows.
type geocoder struct {
	engine   Engine
	registry Registry
	sight    registry.Sight
}

// record is what a row says.
type record struct {
	request geocode.ValidateRequest
	number  string
	lat     string
	lon     string
}

func (l layout) record(cells []string) record {
	c := func(column Column) string { return l.cell(cells, column) }
	r := record{number: c(ColumnNumber), lat: c(ColumnLat), lon: c(ColumnLon)}
	q := &r.request
	q.Code = c(ColumnCode)
	components := registry.Components{
		HouseNumber: c(ColumnHouseNumber), Street: c(ColumnStreet), Hamlet: c(ColumnHamlet), Quarter: c(ColumnQuarter),
		Building: c(ColumnBuilding), Block: c(ColumnBlock), Floor: c(ColumnFloor), Unit: c(ColumnUnit),
	}
	if alley := c(ColumnAlley); alley != "" {
		components.Alley = strings.Split(alley, "/")
	}
	commune, district, province, postcode := c(ColumnCommune), c(ColumnDistrict), c(ColumnProvince), c(ColumnPostcode)
	if text := c(ColumnAddress); text != "" {
		q.Text = completed(text, commune, district, province)
		return r
	}
	q.Components, q.Commune, q.District, q.Province, q.Postcode = components, commune, district, province, postcode
	return r
}

// completed adds the divisions that stand in columns of their own to the address, where it does not name them already.
func completed(text string, divisions ...string) string {
	folded := ""
	for _, d := range divisions {
		if d == "" {
			continue
		}
		if folded == "" {
			folded = " " + vntext.Fold(text) + " "
		}
		if !strings.Contains(folded, " "+vntext.Fold(d)+" ") {
			text += ", " + d
		}
	}
	return text
}

func (r *record) hasAddress() bool {
	q := &r.request
	parts := q.Components
	return q.Text != "" || q.Commune != "" || q.District != "" || q.Province != "" ||
		parts.HouseNumber != "" || parts.Street != "" || parts.Hamlet != "" || parts.Quarter != "" || parts.Building != "" || parts.Unit != "" || len(parts.Alley) > 0
}

// answer geocodes a row. An error is one of the store or of the context, never of the row.
func (g *geocoder) answer(ctx context.Context, r record) (Result, error) {
	var issues []string
	point, issue := g.positionOf(r.lat, r.lon)
	if issue != "" {
		issues = append(issues, issue)
	}
	r.request.Position, r.request.Sight = point, g.sight
	if r.number != "" {
		issue, err := g.readNumber(ctx, &r)
		if err != nil {
			return Result{}, err
		}
		if issue != "" {
			issues = append(issues, issue)
		}
	}
	var out Result
	var err error
	switch {
	case r.request.Code != "" || r.hasAddress():
		out, err = g.judge(ctx, r.request)
	case point != nil:
		out, err = g.around(ctx, *point)
	case len(issues) > 0:
		out = Result{Status: StatusInvalid, NextAction: string(geocode.Fix)}
	default:
		return Result{Status: StatusEmpty}, nil
	}
	if len(issues) > 0 {
		out.Issues = append(issues, out.Issues...)
		if out.NextAction == string(geocode.Accept) {
			out.NextAction = string(geocode.Confirm)
		}
	}
	return out, err
}

// readNumber turns the 10-digit number into the code that it belongs to, to be held against the rest of the row.
func (g *geocoder) readNumber(ctx context.Context, r *record) (issue string, err error) {
	digits := strings.NewReplacer(" ", "", ".", "", "-", "").Replace(r.number)
	if len(digits) != 10 || strings.Trim(digits, "0123456789") != "" {
		return issueNumberInvalid, nil
	}
	found, err := g.registry.ResolveFor(ctx, g.sight, "qd392:"+digits)
	switch registry.CodeOf(err) {
	case "":
	case registry.CodeNotFound, registry.CodeNotRegistered, registry.CodeInvalid, registry.CodeInvalidCode:
		return issueNumberUnknown, nil
	default:
		return "", err
	}
	for _, c := range found.Candidates {
		if c.Address != nil {
			if r.request.Code == "" {
				r.request.Code = c.Address.Code.String()
			}
			return "", nil
		}
	}
	return issueNumberUnknown, nil
}

// positionOf reads a position as people write it: with a decimal comma too. "", "" is none.
func (g *geocoder) positionOf(lat, lon string) (*geo.Point, string) {
	if lat == "" && lon == "" {
		return nil, ""
	}
	y, err1 := strconv.ParseFloat(strings.Replace(lat, ",", ".", 1), 64)
	x, err2 := strconv.ParseFloat(strings.Replace(lon, ",", ".", 1), 64)
	if err1 != nil || err2 != nil {
		return nil, issuePositionInvalid
	}
	if y == 0 && x == 0 {
		return nil, "" // what devices without a fix send
	}
	p, err := geo.NewPoint(y, x)
	if err == nil {
		_, err = g.registry.Locator().Locate(p, geo.Today())
	}
	var fault *geo.PositionError
	switch {
	case err == nil:
		return &p, ""
	case errors.As(err, &fault) && fault.Code == geo.CodePositionSwapped:
		return nil, issuePositionSwapped
	case errors.As(err, &fault) && fault.Code == geo.CodePositionOutside:
		return nil, issuePositionOutside
	}
	return nil, issuePositionInvalid
}

// judge answers a row with an address or a code.
func (g *geocoder) judge(ctx context.Context, q geocode.ValidateRequest) (Result, error) {
	v, err := g.engine.Validate(ctx, q)
	if err != nil {
		return Result{}, err
	}
	out := Result{
		Status: statusOf(v), Score: v.Match, ScoreNext: v.Next, Point: v.Point, AccuracyM: v.AccuracyM,
		Label: v.Current, NextAction: string(v.NextAction),
	}
	g.setDivisions(&out, v.Divisions)
	if v.Address != nil {
		out.Code, out.Zone = codeAndZone(v.Address)
	} else if v.Point != nil {
		out.Zone = zoneOf(*v.Point)
	}
	for _, i := range v.Issues {
		out.Issues = append(out.Issues, string(i.Code))
	}
	return out, nil
}

func statusOf(v *geocode.Verdict) Status {
	switch {
	case v.Address != nil:
		return StatusMatched
	case v.Point == nil && slices.ContainsFunc(v.Issues, func(i geocode.Issue) bool { return i.Code == geocode.IssueCodeInvalid }):
		return StatusInvalid
	case v.Point == nil || v.Granularity == geocode.GranularityNone:
		return StatusNotFound
	}
	for _, i := range v.Issues {
		switch i.Code {
		case geocode.IssueAmbiguous, geocode.IssueWardAmbiguous, geocode.IssueAdminAmbiguous:
			return StatusAmbiguous
		}
	}
	return StatusPartial
}

func (g *geocoder) setDivisions(out *Result, d registry.DivisionInfo) {
	if d.Commune != nil {
		out.Commune = d.Commune.Name(d.At).FullName()
	}
	if d.Province != nil {
		out.Province = d.Province.Name(d.At).FullName()
	}
	out.Postcode = d.PostalCode
}

// codeAndZone are those of an address; a door of which no more may be told has no code.
func codeAndZone(a *registry.Address) (code, zone string) {
	if a.Code.IsZero() {
		return "", zoneOf(a.Point())
	}
	return a.Code.String(), a.Code.Zone().String()
}

// zoneOf is "" beyond the area that has zones, where the middle of a scattered unit can lie.
func zoneOf(p geo.Point) string {
	cell, err := p.Cell()
	if err != nil {
		return ""
	}
	zone, err := addresscode.ZoneOf(uint64(cell))
	if err != nil {
		return ""
	}
	return zone.String()
}

// around answers a row with a position alone: the address at the door, if it is clear which one that is.
func (g *geocoder) around(ctx context.Context, p geo.Point) (Result, error) {
	out := Result{Status: StatusPartial, Point: &p, Zone: zoneOf(p), NextAction: string(geocode.Confirm)}
	today := geo.Today()
	if l, err := g.registry.Locator().Locate(p, today); err == nil && l.Commune != nil {
		here := &registry.Address{Commune: l.Commune.Code}
		g.setDivisions(&out, g.registry.DivisionOf(here, today))
		out.Label = g.registry.Label(here, today)
	}
	near, err := g.registry.ReverseFor(ctx, g.sight, p, aroundM, 2)
	if err != nil || len(near) == 0 {
		return out, err
	}
	first := near[0]
	second := math.Inf(1)
	if len(near) > 1 {
		second = near[1].DistanceM
	}
	out.Score = 1 / (1 + first.DistanceM/atTheDoorM)
	out.ScoreNext = 1 / (1 + second/atTheDoorM)
	if first.DistanceM > atTheDoorM || second < clearlyNearer*max(first.DistanceM, 1) {
		return out, nil
	}
	a := first.Address
	point := a.Point()
	out.Status, out.Point, out.Label = StatusMatched, &point, g.registry.Label(a, today)
	out.Code, out.Zone = codeAndZone(a)
	if len(a.Positions) > 0 {
		out.AccuracyM = a.Positions[0].AccuracyM
	}
	g.setDivisions(&out, g.registry.DivisionOf(a, today))
	return out, nil
}
