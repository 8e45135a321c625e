package api

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// actor is who the registry records as the author of changes made here; keys will tell more once there are some.
var actor = registry.Actor{Name: "api"}

// Defaults of the spec.
const (
	defaultRadiusM = 100
	defaultLimit   = 5
)

// AssignAddress gives an address its code.
func (s *Server) AssignAddress(ctx context.Context, r AssignAddressRequestObject) (AssignAddressResponseObject, error) {
	request, err := assignRequest(r)
	if err != nil {
		return nil, err
	}
	answer, err := s.registry.Assign(ctx, actor, request)
	if err != nil {
		return nil, err
	}
	today := geo.Today()
	out := &addressAnswer{status: http.StatusOK, body: s.address(answer.Address, today), etag: s.etag(answer.Address, today)}
	if answer.Outcome == registry.OutcomeCreated {
		out.status = http.StatusCreated
	}
	out.location = "/v1/addresses/" + out.body.Code
	return out, nil
}

func assignRequest(r AssignAddressRequestObject) (registry.AssignRequest, error) {
	b := r.Body
	first := TypedPositionInput(b.Position)
	if first.Type == "" {
		first.Type = PositionTypeEntrance
	}
	out := registry.AssignRequest{
		Kind:           registry.Kind(b.Kind),
		Components:     givenComponents(b.Components),
		CommuneCode:    b.CommuneCode,
		IdempotencyKey: r.Params.IdempotencyKey,
		Provenance:     registry.Provenance{Dataset: "manual", Detail: "api"},
	}
	for i, p := range append([]TypedPositionInput{first}, b.Positions...) {
		point, err := geo.NewPoint(p.Lat, p.Lon)
		if err != nil && i == 0 {
			return out, positionFault("position", err)
		}
		if err != nil {
			return out, positionFault(fmt.Sprintf("positions[%d]", i-1), err)
		}
		out.Positions = append(out.Positions, registry.TypedPosition{
			Type:     registry.PositionType(p.Type),
			Position: geo.Position{Point: point, Source: geo.Source(p.Source), AccuracyM: p.AccuracyM},
		})
	}
	for i, p := range b.Footprint {
		point, err := geo.NewPoint(p.Lat, p.Lon)
		if err != nil {
			return out, positionFault(fmt.Sprintf("footprint[%d]", i), err)
		}
		out.Footprint = append(out.Footprint, point)
	}
	for _, id := range b.ExternalIds {
		out.ExternalIDs = append(out.ExternalIDs, registry.ExternalID{Scheme: id.Scheme, Value: id.Value})
	}
	if b.AllowDuplicate {
		out.OnDuplicate = registry.AllowDuplicate
	}
	return out, nil
}

// positionFault names the field of the body whose position was refused.
func positionFault(field string, err error) error {
	e, ok := errors.AsType[*geo.PositionError](err)
	if !ok {
		return err
	}
	detail, hint := wordsOf(err)
	return &problem{
		code: ProblemCode(e.Code), detail: detail, hint: hint, cause: err,
		fields: []fieldFault{{field: field, reason: FieldErrorCodeRule, detail: detail}},
	}
}

// GetAddress resolves a code in any spelling.
func (s *Server) GetAddress(ctx context.Context, r GetAddressRequestObject) (GetAddressResponseObject, error) {
	code, err := addresscode.Parse(r.Code)
	if err != nil {
		return nil, s.invalidCode(ctx, r.Code, err)
	}
	a, err := s.registry.Address(ctx, code)
	if err != nil {
		return nil, s.withPlace(err, code)
	}
	today := geo.Today()
	etag := s.etag(a, today)
	if matches(r.Params.IfNoneMatch, etag) {
		return GetAddress304Response{Headers: NotModifiedResponseHeaders{ETag: etag}}, nil
	}
	return &addressAnswer{status: http.StatusOK, body: s.address(a, today), etag: etag, revalidate: true}, nil
}

// invalidCode is the problem of a text that is no code, with what may have been meant, registered codes first.
func (s *Server) invalidCode(ctx context.Context, text string, cause error) error {
	p := &problem{code: ProblemCodeInvalidCode, cause: cause}
	p.detail, p.hint = wordsOf(cause)
	res, err := s.registry.Resolve(ctx, text)
	if errors.Is(err, context.DeadlineExceeded) || registry.CodeOf(err) == registry.CodeInternal || registry.CodeOf(err) == registry.CodeBusy {
		return err
	}
	if err == nil && res.Kind == registry.QueryCorrection {
		for _, c := range res.Candidates {
			if c.Suggestion != nil {
				p.suggestions = append(p.suggestions, registeredCorrection(c))
			}
		}
	}
	return p
}

func registeredCorrection(c registry.Candidate) Correction {
	out := correction(*c.Suggestion)
	registered := c.Address != nil
	out.Registered = &registered
	return out
}

// withPlace adds to "not registered" where the code points to.
func (s *Server) withPlace(err error, code addresscode.Code) error {
	if registry.CodeOf(err) != registry.CodeNotRegistered {
		return err
	}
	p := s.problemOf(err)
	today := geo.Today()
	var location *geo.Location
	if l, err := s.registry.Locator().Locate(geo.CodeCenter(code), today); err == nil {
		location = &l
	}
	p.place = codePlace(code, location, today)
	return p
}

// etag changes whenever the answer about an address can: by a new version, new data, or a new day, for names and
// postcodes are dated facts.
func (s *Server) etag(a *registry.Address, today geo.Date) string {
	b := make([]byte, 0, 64)
	b = append(b, '"')
	b = strconv.AppendUint(b, a.Code.Key(), 36)
	b = append(b, '.')
	b = strconv.AppendInt(b, a.Version, 10)
	b = append(b, '.')
	b = append(b, s.config.DataVersion...)
	b = append(b, '.')
	b = strconv.AppendInt(b, int64(today), 10)
	b = append(b, '"')
	return string(b)
}

// matches reports whether If-None-Match holds an ETag, compared weakly (RFC 9110, 13.1.2).
func matches(ifNoneMatch, etag string) bool {
	if ifNoneMatch == "" {
		return false
	}
	if strings.TrimSpace(ifNoneMatch) == "*" {
		return true
	}
	for tag := range strings.SplitSeq(ifNoneMatch, ",") {
		if strings.TrimPrefix(strings.TrimSpace(tag), "W/") == etag {
			return true
		}
	}
	return false
}

// Resolve resolves anything.
func (s *Server) Resolve(ctx context.Context, r ResolveRequestObject) (ResolveResponseObject, error) {
	answer, err := s.resolve(ctx, r.Params.Q)
	if err != nil {
		return nil, err
	}
	return Resolve200JSONResponse{ResolvedJSONResponse(answer)}, nil
}

// ResolvePrivately resolves anything, asked in the body.
func (s *Server) ResolvePrivately(ctx context.Context, r ResolvePrivatelyRequestObject) (ResolvePrivatelyResponseObject, error) {
	answer, err := s.resolve(ctx, r.Body.Q)
	if err != nil {
		return nil, err
	}
	return ResolvePrivately200JSONResponse{ResolvedJSONResponse(answer)}, nil
}

func (s *Server) resolve(ctx context.Context, q string) (Resolution, error) {
	res, err := s.registry.Resolve(ctx, q)
	if err != nil {
		return Resolution{}, err
	}
	today := geo.Today()
	out := Resolution{Kind: QueryKind(res.Kind), Candidates: make([]Candidate, len(res.Candidates))}
	if res.Point != nil {
		out.Position = latLon(*res.Point)
	}
	for i, c := range res.Candidates {
		out.Candidates[i] = s.candidate(c, res.Point != nil, today)
	}
	return out, nil
}

// candidate is one reading; fromPlace says that a place was asked for, so that the distance to an address means something.
func (s *Server) candidate(c registry.Candidate, fromPlace bool, today geo.Date) Candidate {
	out := Candidate{Registered: c.Address != nil}
	if c.Suggestion != nil {
		out.Correction = registeredCorrection(c)
	}
	if !c.Code.IsZero() {
		out.Code = c.Code.String()
	}
	switch {
	case c.Address != nil:
		out.Address = s.address(c.Address, today)
		if fromPlace {
			distance := roundMetres(c.DistanceM)
			out.DistanceM = &distance
		}
	case !c.Code.IsZero():
		out.Place = codePlace(c.Code, c.Location, today)
	default:
		out.Place = pointPlace(c.Point, c.Location, today)
	}
	return out
}

// Reverse lists the addresses nearest to a point.
func (s *Server) Reverse(ctx context.Context, r ReverseRequestObject) (ReverseResponseObject, error) {
	p, err := geo.NewPoint(r.Params.Lat, r.Params.Lon)
	if err != nil {
		return nil, err
	}
	radius, limit := r.Params.Radius, r.Params.Limit
	if radius == 0 {
		radius = defaultRadiusM
	}
	if limit == 0 {
		limit = defaultLimit
	}
	near, err := s.registry.Reverse(ctx, p, radius, limit)
	if err != nil {
		return nil, err
	}
	today := geo.Today()
	out := &reverseAnswer{
		Type:      AddressCollectionTypeFeatureCollection,
		Geocoding: Geocoding{Version: "0.1.0"},
		Features:  make([]AddressFeature, len(near)),
	}
	for i, n := range near {
		out.Features[i] = s.feature(n, today)
	}
	return out, nil
}

func (s *Server) feature(n registry.Neighbour, today geo.Date) AddressFeature {
	a, at := n.Address, n.Address.Point()
	code := a.Code.String()
	return AddressFeature{
		Type:     AddressFeatureTypeFeature,
		ID:       code,
		Geometry: Point{Type: PointTypePoint, Coordinates: LonLat{at.Lon(), at.Lat()}},
		Properties: AddressProperties{
			Code: code, DistanceM: roundMetres(n.DistanceM), Label: s.registry.Label(a, today),
			Status: Status(a.Status), Kind: Kind(a.Kind), Components: components(a.Components),
			Division: divisionOf(s.registry.DivisionOf(a, today)), Flags: flags(a.Flags),
		},
	}
}

// roundMetres keeps decimetres: positions are not better known.
func roundMetres(m float64) float64 { return math.Round(m*10) / 10 }
