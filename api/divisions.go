package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/diachiso/diachiso/geo"
)

const (
	defaultPage = 100
	// lastOldDay is the day before the reorganisation of 2025-07-01, when three levels and other codes held.
	lastOldDay geo.Date = 2025_06_30
)

// levelNames are the levels in Vietnamese.
var levelNames = map[geo.Level]string{
	geo.LevelProvince: "tỉnh, thành phố", geo.LevelDistrict: "huyện, quận", geo.LevelCommune: "xã, phường",
}

// dateOf reads the parameter at; left out it is today.
func dateOf(text string) (geo.Date, error) {
	if text == "" {
		return geo.Today(), nil
	}
	at, err := geo.ParseDate(text)
	if err != nil {
		return 0, invalidField("at", FieldErrorCodeFormat, words{"không phải một ngày có thật, viết như 2025-07-01", err.Error()})
	}
	return at, nil
}

// ListDivisions lists divisions page by page. The list is the same for the same date and data, so the code that a page
// ended with is enough to go on.
func (s *Server) ListDivisions(_ context.Context, r ListDivisionsRequestObject) (ListDivisionsResponseObject, error) {
	p := r.Params
	at, err := dateOf(p.At)
	if err != nil {
		return nil, err
	}
	level, err := s.listedLevel(p, at)
	if err != nil {
		return nil, err
	}
	found := s.registry.FindDivisions(level, p.Parent, p.Q, at)
	if p.After != "" {
		i := slices.IndexFunc(found, func(d *geo.Division) bool { return d.Code == p.After })
		if i < 0 {
			return nil, invalidField("after", FieldErrorCodeRule, words{
				"không có trong danh sách: lấy next của trang trước, giữ nguyên các tham số khác",
				"is not on the list: take next of the page before, with the same other parameters",
			})
		}
		found = found[i+1:]
	}
	limit := cmp.Or(p.Limit, defaultPage)
	out := ListDivisions200JSONResponse{At: at.String(), Divisions: []DivisionItem{}}
	if len(found) > limit {
		found = found[:limit]
		out.Next = found[limit-1].Code
	}
	for _, d := range found {
		out.Divisions = append(out.Divisions, s.divisionItem(d, at))
	}
	return out, nil
}

// listedLevel is the level asked for, else the one that the other parameters suggest.
func (s *Server) listedLevel(p ListDivisionsParams, at geo.Date) (geo.Level, error) {
	level := geo.Level(p.Level)
	if p.Parent == "" {
		if level == "" && p.Q != "" {
			return geo.LevelCommune, nil
		}
		return cmp.Or(level, geo.LevelProvince), nil
	}
	parent, err := s.division(p.Parent, at)
	if err != nil {
		return "", err
	}
	if level != "" {
		return level, nil
	}
	if parent.Level == geo.LevelProvince && at <= lastOldDay {
		return geo.LevelDistrict, nil
	}
	return geo.LevelCommune, nil
}

// division is the unit that a code means on a date; its error says when else the code means one.
func (s *Server) division(code string, at geo.Date) (*geo.Division, error) {
	level, ok := geo.LevelOf(code)
	if !ok {
		return nil, invalidField("code", FieldErrorCodeFormat, words{})
	}
	d, err := s.registry.Divisions().Get(level, code, at)
	if err == nil {
		return d, nil
	}
	if !errors.Is(err, geo.ErrNoDivision) {
		return nil, err
	}
	p := &problem{code: ProblemCodeNotFound, detail: words{
		fmt.Sprintf("Ngày %s không có %s nào mang mã %s", at, levelNames[level], code),
		fmt.Sprintf("there is no %s %s on %s", level, code, at),
	}, cause: err}
	for _, other := range []geo.Date{geo.Today(), lastOldDay} {
		if d, err := s.registry.Divisions().Get(level, code, other); err == nil {
			name := d.Name(other).FullName()
			p.hint = words{
				fmt.Sprintf("Ngày %s đó là %s: hỏi với at=%s", other, name, other),
				fmt.Sprintf("on %s it is %s: ask with at=%s", other, name, other),
			}
			break
		}
	}
	return nil, p
}

// GetDivision tells one division on a date, with what it came from and what became of it.
func (s *Server) GetDivision(_ context.Context, r GetDivisionRequestObject) (GetDivisionResponseObject, error) {
	at, err := dateOf(r.Params.At)
	if err != nil {
		return nil, err
	}
	d, err := s.division(r.Code, at)
	if err != nil {
		return nil, err
	}
	if r.Params.Level != "" && r.Params.Level != Level(d.Level) {
		return nil, &problem{code: ProblemCodeNotFound, detail: words{
			fmt.Sprintf("%s là mã của %s, không phải của %s", r.Code, levelNames[d.Level], levelNames[geo.Level(r.Params.Level)]),
			fmt.Sprintf("%s is the code of a %s, not of a %s", r.Code, d.Level, r.Params.Level),
		}}
	}
	item, ds := s.divisionItem(d, at), s.registry.Divisions()
	return GetDivision200JSONResponse{
		At: at.String(), Level: item.Level, Code: item.Code,
		Name: item.Name, Type: item.Type, FullName: item.FullName,
		ValidFrom: item.ValidFrom, ValidTo: item.ValidTo,
		Parent: item.Parent, Province: item.Province,
		PostalCode: item.PostalCode, PostalPrefixes: item.PostalPrefixes, Aliases: item.Aliases,
		Predecessors: s.predecessors(ds.Predecessors(d)),
		Successors:   s.successors(ds.Successors(d)),
	}, nil
}

// LocateDivision tells the commune and province that contain a point on a date.
func (s *Server) LocateDivision(_ context.Context, r LocateDivisionRequestObject) (LocateDivisionResponseObject, error) {
	at, err := dateOf(r.Params.At)
	if err != nil {
		return nil, err
	}
	p, err := geo.NewPoint(r.Params.Lat, r.Params.Lon)
	if err != nil {
		return nil, err
	}
	l, err := s.registry.Locator().Locate(p, at)
	if errors.Is(err, geo.ErrNoDivision) {
		return nil, invalidField("at", FieldErrorCodeRule, words{"chưa có dữ liệu đơn vị hành chính của ngày đó", "the divisions of that date are not known"})
	}
	if err != nil {
		return nil, err
	}
	division := divisionAt(&l, at)
	out := LocateDivision200JSONResponse{
		Position: latLon(p), At: at.String(), Match: Match(l.Match), OffsetM: roundMetres(l.OffsetM),
		Commune: division.Commune, District: division.District, Province: division.Province, PostalCode: division.PostalCode,
	}
	if l.BorderM >= 0 {
		border := roundMetres(l.BorderM)
		out.BorderM = &border
	}
	if len(l.Candidates) > 0 {
		out.Candidates = s.predecessors(l.Candidates)
	}
	return out, nil
}

// GetDivisionBoundary is the built-in boundary of a commune, or of the communes of a province joined.
func (s *Server) GetDivisionBoundary(_ context.Context, r GetDivisionBoundaryRequestObject) (GetDivisionBoundaryResponseObject, error) {
	today := geo.Today()
	etag := `"` + r.Code + "." + s.config.DataVersion + "." + strconv.Itoa(int(today)) + `"`
	d, err := s.drawnDivision(r.Code, today)
	if err != nil {
		return nil, err
	}
	if matches(r.Params.IfNoneMatch, etag) {
		return GetDivisionBoundary304Response{Headers: NotModifiedResponseHeaders{ETag: etag}}, nil
	}
	communes := []string{d.Code}
	if d.Level == geo.LevelProvince {
		communes = nil
		for _, child := range s.registry.Divisions().Children(d) {
			if child.ExistsAt(today) {
				communes = append(communes, child.Code)
			}
		}
	}
	geometry, ok := s.registry.Locator().Boundaries().GeoJSON(communes...)
	if !ok {
		return nil, noBoundary(r.Code)
	}
	return GetDivisionBoundary200JSONResponse{
		Body: BoundaryFeature{
			Type: BoundaryFeatureTypeFeature, ID: r.Code, Geometry: geometry, Properties: s.divisionItem(d, today),
		},
		Headers: GetDivisionBoundary200ResponseHeaders{ETag: etag, CacheControl: "public, max-age=3600"},
	}, nil
}

// drawnDivision is today's commune or province of a code; boundaries of what was before are not known.
func (s *Server) drawnDivision(code string, today geo.Date) (*geo.Division, error) {
	d, err := s.division(code, today)
	if p, ok := errors.AsType[*problem](err); ok && p.code == ProblemCodeNotFound {
		return nil, noBoundary(code)
	}
	return d, err
}

func noBoundary(code string) *problem {
	return &problem{
		code:   ProblemCodeNotFound,
		detail: words{"Không có ranh giới của " + code, "there is no boundary of " + code},
		hint: words{
			"Chỉ có ranh giới của xã, phường, đặc khu và tỉnh, thành phố từ 2025-07-01; /v1/divisions/" + code + "?at=2025-06-30 cho biết đơn vị cũ nay thành gì",
			"boundaries are those of the communes and provinces since 2025-07-01; /v1/divisions/" + code + "?at=2025-06-30 tells what became of an older unit",
		},
	}
}
