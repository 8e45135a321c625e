package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// ChangeAddress corrects an address.
func (s *Server) ChangeAddress(ctx context.Context, r ChangeAddressRequestObject) (ChangeAddressResponseObject, error) {
	a, err := s.asRead(ctx, r.Code, r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	request, err := changeRequest(a, r.Body)
	if err != nil {
		return nil, err
	}
	answer, err := s.registry.Change(ctx, s.actorOf(ctx), a.Code, a.Version, request)
	if err != nil {
		return nil, s.lifeError(ctx, err, a.Code)
	}
	if answer.Retired == nil {
		return s.changed(ctx, answer.Address), nil
	}
	out := s.changed(ctx, answer.Address, answer.Retired)
	out.location = "/v1/addresses/" + answer.Address.Code.String()
	return out, nil
}

func changeRequest(a *registry.Address, b *ChangeRequest) (registry.ChangeRequest, error) {
	out := registry.ChangeRequest{Kind: registry.Kind(b.Kind), CommuneCode: b.CommuneCode, AllowDuplicate: b.AllowDuplicate}
	if len(b.Positions) > 0 && b.Position == nil {
		return out, invalidField("position", FieldErrorCodeRequired, words{"Gửi kèm position", "positions come with position"})
	}
	var err error
	if out.Positions, err = givenPositions("", b.Position, b.Positions); err != nil {
		return out, err
	}
	if components, given := b.Components.on(a.Components); given {
		out.Components = &components
	}
	if b.ExternalIds != nil {
		ids := givenIDs(*b.ExternalIds)
		for i, id := range ids { // what is known of an id stays with it
			for _, had := range a.ExternalIDs {
				if had.Scheme == id.Scheme && had.Value == id.Value {
					ids[i] = had
				}
			}
		}
		out.ExternalIDs = &ids
	}
	return out, nil
}

// givenPositions are a position and those beside it; none for nil. prefix stands before the names of fields.
func givenPositions(prefix string, first *PositionInput, others []TypedPositionInput) ([]registry.TypedPosition, error) {
	if first == nil {
		return nil, nil
	}
	given := append([]TypedPositionInput{TypedPositionInput(*first)}, others...)
	if given[0].Type == "" {
		given[0].Type = PositionTypeEntrance
	}
	positions := make([]registry.TypedPosition, len(given))
	for i, p := range given {
		point, err := geo.NewPoint(p.Lat, p.Lon)
		if err != nil && i == 0 {
			return nil, positionFault(prefix+"position", err)
		}
		if err != nil {
			return nil, positionFault(fmt.Sprintf("%spositions[%d]", prefix, i-1), err)
		}
		positions[i] = registry.TypedPosition{
			Type:     registry.PositionType(p.Type),
			Position: geo.Position{Point: point, Source: geo.Source(p.Source), AccuracyM: p.AccuracyM},
		}
	}
	return positions, nil
}

func givenIDs(given []ExternalIDInput) []registry.ExternalID {
	ids := make([]registry.ExternalID, len(given))
	for i, id := range given {
		ids[i] = registry.ExternalID{Scheme: id.Scheme, Value: id.Value}
	}
	return ids
}

// on are components with the changes made, and whether there are any.
func (c *ComponentsChange) on(have registry.Components) (out registry.Components, given bool) {
	out = have
	for _, part := range [...]struct {
		to   *string
		text *string
	}{
		{&out.HouseNumber, c.HouseNumber}, {&out.Street, c.Street}, {&out.Hamlet, c.Hamlet}, {&out.Quarter, c.Quarter},
		{&out.Building, c.Building}, {&out.Block, c.Block}, {&out.Floor, c.Floor}, {&out.Unit, c.Unit},
	} {
		if part.text != nil {
			*part.to, given = *part.text, true
		}
	}
	if c.Alley != nil {
		out.Alley, given = *c.Alley, true
	}
	return out, given
}

// RetireAddress ends the use of a code.
func (s *Server) RetireAddress(ctx context.Context, r RetireAddressRequestObject) (RetireAddressResponseObject, error) {
	a, err := s.asRead(ctx, r.Code, r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	var b RetireRequest
	if r.Body != nil {
		b = *r.Body
	}
	successors, err := codesIn("successors", b.Successors)
	if err != nil {
		return nil, err
	}
	retired, err := s.registry.Retire(ctx, s.actorOf(ctx), a.Code, a.Version, successors, registry.RetireReason(b.Reason))
	if err != nil {
		return nil, s.lifeError(ctx, err, a.Code)
	}
	return s.changed(ctx, retired), nil
}

// RestoreAddress takes a retired address into use again.
func (s *Server) RestoreAddress(ctx context.Context, r RestoreAddressRequestObject) (RestoreAddressResponseObject, error) {
	a, err := s.asRead(ctx, r.Code, r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	restored, err := s.registry.Restore(ctx, s.actorOf(ctx), a.Code, a.Version, r.Body != nil && r.Body.AllowDuplicate)
	if err != nil {
		return nil, s.lifeError(ctx, err, a.Code)
	}
	return s.changed(ctx, restored), nil
}

// SplitAddress makes several addresses of one.
func (s *Server) SplitAddress(ctx context.Context, r SplitAddressRequestObject) (SplitAddressResponseObject, error) {
	a, err := s.asRead(ctx, r.Code, r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	parts := make([]registry.Part, len(r.Body.Parts))
	for i, part := range r.Body.Parts {
		parts[i] = registry.Part{Kind: registry.Kind(part.Kind), ExternalIDs: givenIDs(part.ExternalIds), KeepsCode: part.KeepsCode}
		parts[i].Components, _ = part.Components.on(a.Components)
		if parts[i].Positions, err = givenPositions(fmt.Sprintf("parts[%d].", i), part.Position, nil); err != nil {
			return nil, err
		}
	}
	made, retired, err := s.registry.Split(ctx, s.actorOf(ctx), a.Code, a.Version, parts, r.Body.AllowDuplicate)
	if err != nil {
		return nil, s.lifeError(ctx, err, a.Code)
	}
	c, today := callerOf(ctx), geo.Today()
	out := SplitAddress200JSONResponse{Items: make([]Address, len(made))}
	for i, part := range made {
		out.Items[i] = s.address(c, part, today)
		if retired != nil {
			out.Items[i].Replaces = []string{retired.Code.String()}
		}
	}
	return out, nil
}

// MergeAddresses makes one address of several.
func (s *Server) MergeAddresses(ctx context.Context, r MergeAddressesRequestObject) (MergeAddressesResponseObject, error) {
	a, err := s.asRead(ctx, r.Code, r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	others, err := codesIn("codes", r.Body.Codes)
	if err != nil {
		return nil, err
	}
	survivor, retired, err := s.registry.Merge(ctx, s.actorOf(ctx), a.Code, a.Version, others)
	if err != nil {
		return nil, s.lifeError(ctx, err, a.Code)
	}
	return s.changed(ctx, survivor, retired...), nil
}

func codesIn(field string, texts []QueryText) ([]addresscode.Code, error) {
	codes := make([]addresscode.Code, len(texts))
	for i, text := range texts {
		code, err := addresscode.Parse(text)
		if err != nil {
			detail, _ := wordsOf(err)
			return nil, invalidField(fmt.Sprintf("%s[%d]", field, i), FieldErrorCodeRule, detail)
		}
		codes[i] = code
	}
	return codes, nil
}

// asRead is the address that a caller wants to change, if it still is what the caller was told of it last. An ETag stands for what the
// caller sees and for the version in the register that was read for it here; the registry checks the version again when it writes.
func (s *Server) asRead(ctx context.Context, text, ifMatch string) (*registry.Address, error) {
	code, err := addresscode.Parse(text)
	if err != nil {
		return nil, s.invalidCode(ctx, text, err)
	}
	if strings.TrimSpace(ifMatch) == "" {
		return nil, &problem{code: ProblemCodePreconditionRequired}
	}
	c := callerOf(ctx)
	a, err := s.registry.AddressFor(ctx, c.view.sight, code)
	if err != nil {
		return nil, s.withPlace(ctx, err, code)
	}
	if !c.view.sees(access.FieldHistory, a.Commune) { // nor may such a caller change it
		return nil, s.problemOf(ctx, outsideArea())
	}
	if !matches(ifMatch, newAddressAnswer(s.address(c, a, geo.Today())).etag) {
		return nil, &problem{code: ProblemCodePreconditionFailed}
	}
	return a, nil
}

func outsideArea() error {
	return &registry.Error{Code: registry.CodeForbidden, Message: "the place lies outside the communes of this key",
		Hint: "ask the registrar of that commune, or a key for it"}
}

// lifeError is the problem of a refused change.
func (s *Server) lifeError(ctx context.Context, err error, code addresscode.Code) error {
	switch registry.CodeOf(err) {
	case registry.CodeVersionConflict:
		return &problem{code: ProblemCodePreconditionFailed, cause: err}
	case registry.CodeGone:
		if e, ok := errors.AsType[*registry.Error](err); ok && e.Field != "" { // another one than was asked for
			return s.problemOf(ctx, err)
		}
		if a, err := s.registry.AddressFor(ctx, viewOf(ctx).sight, code); err == nil {
			return s.gone(ctx, a)
		}
	}
	return s.withPlace(ctx, err, code)
}

// gone is the problem of a retired address. Who keeps it gets the ETag that restores it.
func (s *Server) gone(ctx context.Context, a *registry.Address) error {
	c, today := callerOf(ctx), geo.Today()
	heirs, err := s.registry.Successors(ctx, c.view.sight, a)
	if err != nil {
		return err
	}
	p := &problem{code: ProblemCodeGone}
	for _, heir := range heirs {
		p.successors = append(p.successors, s.address(c, heir, today))
	}
	if c.view.sees(access.FieldHistory, a.Commune) {
		p.etag = newAddressAnswer(s.address(c, a, today)).etag
	}
	return p
}

// changed is the answer with an address as it is now. Its ETag is that of reading it, without what it replaces.
func (s *Server) changed(ctx context.Context, a *registry.Address, retired ...*registry.Address) *addressAnswer {
	shown := s.address(callerOf(ctx), a, geo.Today())
	out := newAddressAnswer(shown)
	for _, old := range retired {
		shown.Replaces = append(shown.Replaces, old.Code.String())
	}
	if len(retired) > 0 {
		out.body = append(appendAddress(out.body[:0], &shown), '\n')
	}
	return out
}

// VisitChangeAddressResponse makes addressAnswer an answer of ChangeAddress.
func (a *addressAnswer) VisitChangeAddressResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitRetireAddressResponse makes addressAnswer an answer of RetireAddress.
func (a *addressAnswer) VisitRetireAddressResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitRestoreAddressResponse makes addressAnswer an answer of RestoreAddress.
func (a *addressAnswer) VisitRestoreAddressResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitMergeAddressesResponse makes addressAnswer an answer of MergeAddresses.
func (a *addressAnswer) VisitMergeAddressesResponse(w http.ResponseWriter) error { return a.write(w) }
