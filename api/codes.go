package api

import (
	"context"
	"errors"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// InspectCode tells what a text says as a code, without the registry.
func (s *Server) InspectCode(_ context.Context, r InspectCodeRequestObject) (InspectCodeResponseObject, error) {
	code, err := addresscode.Parse(r.Text)
	if err != nil {
		return InspectCode200JSONResponse(damagedCode(r.Text, err)), nil
	}
	cell, ordinal := geo.Cell(code.Cell()), code.Ordinal()
	return InspectCode200JSONResponse{
		Valid:       true,
		Code:        code.String(),
		Compact:     code.Compact(),
		Short:       code.Short(),
		Ordinal:     &ordinal,
		Zone:        code.Zone().String(),
		Cell:        cell.String(),
		Centre:      latLon(cell.Center()),
		Outline:     geo.OutlineGeoJSON(cell),
		Corrections: []Correction{},
	}, nil
}

func damagedCode(text string, cause error) CodeInspection {
	out := CodeInspection{Corrections: []Correction{}}
	if e, ok := errors.AsType[*addresscode.Error](cause); ok {
		out.Reason = e.Message
	}
	suggestions, err := addresscode.Correct(text)
	if err != nil {
		return out // nothing fits; the reason says what is wrong
	}
	for _, s := range suggestions {
		out.Corrections = append(out.Corrections, correction(s))
	}
	return out
}

// GetCodesAt tells what a position says, without writing.
func (s *Server) GetCodesAt(ctx context.Context, r GetCodesAtRequestObject) (GetCodesAtResponseObject, error) {
	p, err := geo.NewPoint(r.Params.Lat, r.Params.Lon)
	if err != nil {
		return nil, err
	}
	c := callerOf(ctx)
	place, err := s.registry.PlaceFor(ctx, c.view.sight, p)
	if err != nil {
		return nil, err
	}
	today := geo.Today()
	out := GetCodesAt200JSONResponse{
		Position: latLon(p),
		Cell:     place.Cell.String(),
		Zone:     place.Zone.String(),
		Centre:   latLon(place.Cell.Center()),
		Division: divisionAt(place.Location, today),
		Match:    matchOf(place.Location),
		Codes:    make([]AddressSummary, len(place.Addresses)),
	}
	if e, ok := errors.AsType[*registry.Error](place.LocateErr); ok {
		out.Outside = e.Message
	}
	for i, a := range place.Addresses {
		out.Codes[i] = s.summary(c, a, today)
	}
	return out, nil
}
