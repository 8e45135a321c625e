package api

import (
	"context"
	"strconv"
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/registry"
)

// Geocoder is what the handlers need to understand address text; *geocode.Engine has it.
type Geocoder interface {
	Search(ctx context.Context, q geocode.Query) (*geocode.Results, error)
	Autocomplete(ctx context.Context, q geocode.Query) (*geocode.Results, error)
	Validate(ctx context.Context, r geocode.ValidateRequest) (*geocode.Verdict, error)
	Convert(ctx context.Context, r geocode.ConvertRequest) (*geocode.Conversions, error)
}

// Search finds addresses by text.
func (s *Server) Search(ctx context.Context, r SearchRequestObject) (SearchResponseObject, error) {
	q, err := queryOf(ctx, searchParams(r.Params))
	if err != nil {
		return nil, err
	}
	found, err := s.geocoder.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	out := s.found(callerOf(ctx), found, q)
	out.Geocoding.Query = r.Params.Q
	return Search200JSONResponse{out}, nil
}

// SearchPrivately finds addresses by text in the body, which the answer does not repeat.
func (s *Server) SearchPrivately(ctx context.Context, r SearchPrivatelyRequestObject) (SearchPrivatelyResponseObject, error) {
	b := r.Body
	q, err := queryOf(ctx, searchParams{Q: b.Q, Limit: b.Limit, Lat: b.Lat, Lon: b.Lon, Commune: b.Commune, Province: b.Province, At: b.At})
	if err != nil {
		return nil, err
	}
	if len(b.Bbox) == 4 {
		if q.Box, err = boxOf([4]float64(b.Bbox)); err != nil {
			return nil, err
		}
	}
	found, err := s.geocoder.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	return SearchPrivately200JSONResponse{s.found(callerOf(ctx), found, q)}, nil
}

// Autocomplete completes an address as it is typed.
func (s *Server) Autocomplete(ctx context.Context, r AutocompleteRequestObject) (AutocompleteResponseObject, error) {
	q, err := queryOf(ctx, searchParams(r.Params))
	if err != nil {
		return nil, err
	}
	found, err := s.geocoder.Autocomplete(ctx, q)
	if err != nil {
		return nil, err
	}
	out := s.found(callerOf(ctx), found, q)
	out.Geocoding.Query = r.Params.Q
	return Autocomplete200JSONResponse{out}, nil
}

// searchParams are the parameters of the operations that search, which are the same.
type searchParams SearchParams

func queryOf(ctx context.Context, p searchParams) (geocode.Query, error) {
	q := geocode.Query{Text: p.Q, Limit: p.Limit, Commune: p.Commune, Province: p.Province, Sight: viewOf(ctx).sight}
	if q.Limit == 0 {
		q.Limit = defaultLimit
	}
	var err error
	if q.At, err = dateOf(p.At); err != nil {
		return q, err
	}
	if q.Near, err = nearOf(p.Lat, p.Lon, ""); err != nil {
		return q, err
	}
	if p.Bbox != "" {
		var corners [4]float64
		for i, text := range strings.Split(p.Bbox, ",") {
			if corners[i], err = strconv.ParseFloat(text, 64); err != nil {
				return q, invalidField("bbox", FieldErrorCodeFormat, words{"Viết tây,nam,đông,bắc theo độ", "write west,south,east,north in degrees"})
			}
		}
		if q.Box, err = boxOf(corners); err != nil {
			return q, err
		}
	}
	return q, nil
}

// nearOf is a point of two fields that come together or not at all. prefix is the path in front of their names.
func nearOf(lat, lon *float64, prefix string) (*geo.Point, error) {
	switch {
	case lat == nil && lon == nil:
		return nil, nil
	case lat == nil:
		return nil, invalidField(prefix+"lat", FieldErrorCodeRequired, words{})
	case lon == nil:
		return nil, invalidField(prefix+"lon", FieldErrorCodeRequired, words{})
	}
	p, err := geo.NewPoint(*lat, *lon)
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// boxOf reads west, south, east, north.
func boxOf(c [4]float64) (*geo.Box, error) {
	wrong := func(detail words) error { return invalidField("bbox", FieldErrorCodeRule, detail) }
	southWest, err := geo.NewPoint(c[1], c[0])
	if err != nil {
		return nil, wrong(words{"Góc thứ nhất không phải một nơi trên Trái Đất: viết tây,nam,đông,bắc theo độ", "its first corner is no place on Earth: write west,south,east,north in degrees"})
	}
	northEast, err := geo.NewPoint(c[3], c[2])
	if err != nil {
		return nil, wrong(words{"Góc thứ hai không phải một nơi trên Trái Đất: viết tây,nam,đông,bắc theo độ", "its second corner is no place on Earth: write west,south,east,north in degrees"})
	}
	if c[0] > c[2] || c[1] > c[3] {
		return nil, wrong(words{"Cạnh tây không được nằm phía đông cạnh đông, cạnh nam không được nằm phía bắc cạnh bắc", "west must not be east of east, nor south north of north"})
	}
	return &geo.Box{SouthWest: southWest, NorthEast: northEast}, nil
}

// geocodeJSON is the version of the convention that the answers follow.
const geocodeJSON = "0.1.0"

func (s *Server) found(c *caller, r *geocode.Results, q geocode.Query) FoundJSONResponse {
	out := FoundJSONResponse{
		Type:      SearchCollectionTypeFeatureCollection,
		Geocoding: SearchGeocoding{Version: geocodeJSON},
		Features:  make([]SearchFeature, len(r.Results)),
	}
	if len(r.Results) == 0 {
		out.Geocoding.Reason = SearchGeocodingReason(r.Reason)
	}
	for i := range r.Results {
		out.Features[i] = s.searchFeature(c, &r.Results[i], q)
	}
	return out
}

func (s *Server) searchFeature(c *caller, r *geocode.Result, q geocode.Query) SearchFeature {
	p := SearchProperties{
		Type: ResultType(r.Type), Label: r.Label, Score: roundScore(r.Score),
		MatchLevel: MatchLevel(r.MatchLevel), CoordinateLevel: CoordinateLevel(r.CoordinateLevel), AccuracyM: roundMetres(r.AccuracyM),
		Components: components(r.Components), Division: s.divisionFound(r, q.At), Former: s.formerOf(r),
		Unmatched: make([]string, 0, len(r.Unmatched)), Statuses: make(map[string]ComponentStatus, len(r.ComponentStatus)), Count: r.Count,
	}
	for _, span := range r.Unmatched {
		p.Unmatched = append(p.Unmatched, span.Text)
	}
	for name, status := range r.ComponentStatus {
		p.Statuses[name] = ComponentStatus(status)
	}
	if r.Address != nil {
		c.note(r.Address)
		p.Code = codeText(r.Address.Code)
	}
	if q.Near != nil {
		distance := roundMetres(geo.Distance(*q.Near, r.Point))
		p.DistanceM = &distance
	}
	return SearchFeature{
		Type: SearchFeatureTypeFeature, ID: p.Code, Properties: p,
		Geometry: Point{Type: PointTypePoint, Coordinates: LonLat{r.Point.Lon(), r.Point.Lat()}},
	}
}

// divisionFound is where a result lies: on the date asked for, or today where the units of that date are not certain.
func (s *Server) divisionFound(r *geocode.Result, at geo.Date) Division {
	if r.Commune != nil {
		here := &registry.Address{Commune: r.Commune.Code}
		if d := divisionOf(s.registry.DivisionOf(here, at)); d.Commune != (DivisionRef{}) {
			return d
		}
		return divisionOf(s.registry.DivisionOf(here, geo.Today()))
	}
	if d := r.Division; d != nil {
		ref := divisionRef(d, at)
		switch d.Level {
		case geo.LevelProvince:
			return Division{Province: ref}
		case geo.LevelDistrict:
			return Division{District: ref, Province: s.provinceOf(d, lastOldDay)}
		default:
			return Division{Commune: ref, Province: s.provinceOf(d, at)}
		}
	}
	return Division{}
}

// formerOf is where a result lay before 2025-07-01: in the former units that the text names, else in those that are certain.
func (s *Server) formerOf(r *geocode.Result) Division {
	if r.Commune == nil {
		return Division{}
	}
	info := s.registry.DivisionOf(&registry.Address{Commune: r.Commune.Code}, lastOldDay)
	ds := s.registry.Divisions()
	if old := r.Reading.Commune; old != nil && old.ExistsAt(lastOldDay) && leadsTo(ds, old, r.Commune) {
		info.Commune = old
		info.District, info.Province = nil, nil
		if d, err := ds.Get(geo.LevelDistrict, old.Parent, lastOldDay); err == nil {
			info.District = d
		}
		if p, err := ds.Get(geo.LevelProvince, old.Province, lastOldDay); err == nil {
			info.Province = p
		}
	}
	return divisionOf(info)
}

func leadsTo(ds *geo.Divisions, old, commune *geo.Division) bool {
	for _, rel := range ds.Successors(old) {
		if rel.To == commune {
			return true
		}
	}
	return false
}

// roundScore keeps three digits: scores are no better known.
func roundScore(score float64) float64 {
	return float64(int(min(1, max(0, score))*1000+0.5)) / 1000
}
