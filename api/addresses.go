package api

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

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
	answer, err := s.registry.Assign(ctx, s.actorOf(ctx), request)
	if err != nil {
		return nil, err
	}
	out := newAddressAnswer(s.address(callerOf(ctx), answer.Address, geo.Today()))
	if answer.Outcome == registry.OutcomeCreated {
		out.status = http.StatusCreated
	}
	out.location = "/v1/addresses/" + answer.Address.Code.String()
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
	c := callerOf(ctx)
	a, err := s.registry.AddressFor(ctx, c.view.sight, code)
	if err != nil {
		return nil, s.withPlace(ctx, err, code)
	}
	if a.Status == registry.StatusRetired {
		return nil, s.gone(ctx, a)
	}
	out := newAddressAnswer(s.address(c, a, geo.Today()))
	if matches(r.Params.IfNoneMatch, out.etag) {
		return GetAddress304Response{Headers: NotModifiedResponseHeaders{ETag: out.etag}}, nil
	}
	out.revalidate = c.anonymous()
	return out, nil
}

// invalidCode is the problem of a text that is no code, with what may have been meant, registered codes first.
func (s *Server) invalidCode(ctx context.Context, text string, cause error) error {
	p := &problem{code: ProblemCodeInvalidCode, cause: cause}
	p.detail, p.hint = wordsOf(cause)
	res, err := s.registry.ResolveFor(ctx, viewOf(ctx).sight, text)
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
func (s *Server) withPlace(ctx context.Context, err error, code addresscode.Code) error {
	if registry.CodeOf(err) != registry.CodeNotRegistered {
		return err
	}
	p := s.problemOf(ctx, err)
	today := geo.Today()
	var location *geo.Location
	if l, err := s.registry.Locator().Locate(geo.CodeCenter(code), today); err == nil {
		location = &l
	}
	p.place = codePlace(code, location, today)
	return p
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
	c := callerOf(ctx)
	res, err := s.registry.ResolveFor(ctx, c.view.sight, q)
	if err != nil {
		return Resolution{}, err
	}
	today := geo.Today()
	out := Resolution{Kind: QueryKind(res.Kind), Candidates: make([]Candidate, len(res.Candidates))}
	if res.Point != nil {
		out.Position = latLon(*res.Point)
	}
	for i, candidate := range res.Candidates {
		out.Candidates[i] = s.candidate(c, candidate, res.Point != nil, today)
	}
	return out, nil
}

// candidate is one reading; fromPlace says that a place was asked for, so that the distance to an address means something.
func (s *Server) candidate(by *caller, c registry.Candidate, fromPlace bool, today geo.Date) Candidate {
	out := Candidate{Registered: c.Address != nil}
	if c.Suggestion != nil {
		out.Correction = registeredCorrection(c)
	}
	if !c.Code.IsZero() {
		out.Code = c.Code.String()
	}
	out.Succeeds = codeText(c.Succeeds)
	if c.Confirm != nil {
		out.Confirm = NumberConfirmation{Commune: c.Confirm.Commune, Street: c.Confirm.Street}
	}
	switch {
	case c.Address != nil:
		out.Address = s.address(by, c.Address, today)
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
	c := callerOf(ctx)
	near, err := s.registry.ReverseFor(ctx, c.view.sight, p, radius, limit)
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
		out.Features[i] = s.feature(c, n, today)
	}
	return out, nil
}

// roundMetres keeps decimetres: positions are not better known.
func roundMetres(m float64) float64 { return math.Round(m*10) / 10 }
