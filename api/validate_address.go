package api

import (
	"context"
	"errors"
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/registry"
)

// ValidateAddress judges an address.
func (s *Server) ValidateAddress(ctx context.Context, r ValidateAddressRequestObject) (ValidateAddressResponseObject, error) {
	request, err := validateRequest(r.Body)
	if err != nil {
		return nil, err
	}
	c := callerOf(ctx)
	request.Sight = c.view.sight
	v, err := s.geocoder.Validate(ctx, request)
	if err != nil {
		return nil, err
	}
	return ValidateAddress200JSONResponse(verdict(c, v)), nil
}

func validateRequest(b *ValidateRequest) (geocode.ValidateRequest, error) {
	out := geocode.ValidateRequest{
		Text: b.Address, Components: givenComponents(b.Components),
		Commune: b.Commune, District: b.District, Province: b.Province, Postcode: b.PostalCode, Code: b.Code,
	}
	c := &out.Components
	parts := strings.Join([]string{c.HouseNumber, strings.Join(c.Alley, ""), c.Street, c.Hamlet, c.Quarter, c.Building, c.Block, c.Floor, c.Unit,
		b.Commune, b.District, b.Province}, "")
	switch {
	case b.Address != "" && parts != "":
		return out, invalidField("address", FieldErrorCodeRule, words{"Chỉ gửi cả địa chỉ hoặc từng phần, không gửi cả hai", "give the text or the parts, not both"})
	case strings.TrimSpace(b.Address+parts+b.Code) == "":
		return out, invalidField("address", FieldErrorCodeRequired, words{"Gửi address, hoặc components cùng tên đơn vị hành chính, hoặc code", "give address, or components with the divisions, or code"})
	}
	if b.Position != (LatLon{}) {
		p, err := geo.NewPoint(b.Position.Lat, b.Position.Lon)
		if err != nil {
			return out, positionFault("position", err)
		}
		out.Position = &p
	}
	if err := out.Components.Validate(); err != nil {
		if e, ok := errors.AsType[*registry.Error](err); ok {
			return out, e
		}
		return out, err
	}
	return out, nil
}

func verdict(by *caller, v *geocode.Verdict) Verdict {
	out := Verdict{
		Verdict:    VerdictSummary{Granularity: Granularity(v.Granularity), Complete: v.Complete, NextAction: NextAction(v.NextAction)},
		Score:      roundScore(v.Score),
		Address:    AddressForms{Current: v.Current, Former: v.Former},
		Division:   divisionOf(v.Divisions),
		Former:     divisionOf(v.Old),
		Components: make([]VerdictComponent, len(v.Components)),
		Issues:     make([]Issue, len(v.Issues)),
		Unmatched:  append([]string{}, v.Unmatched...),
	}
	if v.Address != nil {
		out.Code = codeText(v.Address.Code)
	}
	if v.From != nil {
		by.note(v.From)
	}
	if v.Point != nil {
		out.Position = latLon(*v.Point)
		accuracy := roundMetres(v.AccuracyM)
		out.AccuracyM = &accuracy
	}
	for i, c := range v.Components {
		out.Components[i] = VerdictComponent{Name: ComponentName(c.Name), Value: c.Value, Status: ComponentStatus(c.Status), Given: c.Given, Former: c.Former}
	}
	for i, issue := range v.Issues {
		out.Issues[i] = Issue{
			Code: IssueCode(issue.Code), Penalty: issue.Penalty, Component: ComponentName(issue.Component),
			Message: IssueMessage{Vi: issue.Vi, En: issue.En},
		}
		for _, c := range issue.Candidates {
			out.Issues[i].Candidates = append(out.Issues[i].Candidates, issueCandidate(by, c))
		}
	}
	return out
}

func issueCandidate(by *caller, c geocode.IssueCandidate) IssueCandidate {
	out := IssueCandidate{Label: c.Label, Kind: RelationKind(c.Relation), Division: divisionRef(c.Division, geo.Today())}
	if c.Address != nil {
		by.note(c.Address)
		out.Code = codeText(c.Address.Code)
	}
	if c.DistanceM >= 0 {
		distance := roundMetres(c.DistanceM)
		out.DistanceM = &distance
	}
	return out
}
