package api

import (
	"context"
	"errors"
	"fmt"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/registry"
)

// ConvertDivision leads a division, or an address, to another date.
func (s *Server) ConvertDivision(ctx context.Context, r ConvertDivisionRequestObject) (ConvertDivisionResponseObject, error) {
	answer, err := s.convert(ctx, ConvertItem(r.Params), "")
	if err != nil {
		return nil, err
	}
	return ConvertDivision200JSONResponse(answer), nil
}

// ConvertDivisions converts a list. An item that cannot be converted says so in its place and spoils no other; one that is
// malformed spoils the request.
func (s *Server) ConvertDivisions(ctx context.Context, r ConvertDivisionsRequestObject) (ConvertDivisionsResponseObject, error) {
	out := ConvertDivisions200JSONResponse{Results: make([]ConversionAnswer, len(r.Body.Items))}
	for i, item := range r.Body.Items {
		answer, err := s.convert(ctx, item, fmt.Sprintf("items[%d].", i))
		if e, ok := errors.AsType[*registry.Error](err); ok && (e.Code == registry.CodeNotFound || e.Code == registry.CodeInvalid) {
			answer, err = ConversionAnswer{Status: ConversionStatusInvalid, Items: []Conversion{}, Detail: e.Message}, nil
			if e.Code == registry.CodeNotFound {
				answer.Status = ConversionStatusNotFound
			}
		}
		if err != nil {
			return nil, err
		}
		out.Results[i] = answer
	}
	return out, nil
}

// convert converts one item. prefix is the path of the item in the body, for the names of fields at fault.
func (s *Server) convert(ctx context.Context, item ConvertItem, prefix string) (ConversionAnswer, error) {
	request, err := convertRequest(item, prefix)
	if err != nil {
		return ConversionAnswer{}, err
	}
	found, err := s.geocoder.Convert(ctx, request)
	if err != nil {
		return ConversionAnswer{}, err
	}
	return conversionAnswer(found), nil
}

func convertRequest(item ConvertItem, prefix string) (geocode.ConvertRequest, error) {
	out := geocode.ConvertRequest{Code: item.Code, Text: item.Q, Street: item.Street}
	switch {
	case item.Q == "" && item.Code == "":
		return out, invalidField(prefix+"q", FieldErrorCodeRequired, words{"Gửi q hoặc code", "give q or code"})
	case item.Q != "" && item.Code != "":
		return out, invalidField(prefix+"q", FieldErrorCodeRule, words{"Chỉ gửi q hoặc code, không gửi cả hai", "give q or code, not both"})
	}
	for _, date := range []struct {
		name, text string
		to         *geo.Date
	}{{"from", item.From, &out.From}, {"to", item.To, &out.To}} {
		if date.text == "" {
			continue
		}
		at, err := geo.ParseDate(date.text)
		if err != nil {
			return out, invalidField(prefix+date.name, FieldErrorCodeFormat, words{en: err.Error()})
		}
		*date.to = at
	}
	var err error
	out.At, err = nearOf(item.Lat, item.Lon, prefix)
	return out, err
}

func conversionAnswer(found *geocode.Conversions) ConversionAnswer {
	out := ConversionAnswer{Status: ConversionStatusAmbiguous, Rest: found.Rest, Items: make([]Conversion, len(found.Items))}
	for i := range found.Items {
		out.Items[i] = conversion(&found.Items[i])
	}
	if c, ok := found.Decided(); ok {
		out.Status, out.Result = ConversionStatusConverted, out.Items[0].Candidates[0]
		if c.By == geocode.SettledSame {
			out.Status = ConversionStatusUnchanged
		}
	}
	return out
}

func conversion(c *geocode.Conversion) Conversion {
	out := Conversion{
		From: c.From.String(), To: c.To.String(), SettledBy: SettledBy(c.By), Contradicted: c.Contradicted,
		Source:     unitOf(c.Commune, c.District, c.Province, c.From),
		Candidates: make([]ConversionTarget, len(c.Candidates)), Steps: make([]ConversionStep, len(c.Steps)),
	}
	if c.Contradicted {
		out.PositionM = roundMetres(c.PositionM)
	}
	for i, t := range c.Candidates {
		target := unitOf(t.Commune, t.District, t.Province, c.To)
		target.FullName, target.Kind, target.Note, target.Weight, target.Address = t.Name, RelationKind(t.Kind), t.Note, roundScore(t.Weight), t.Address
		out.Candidates[i] = target
	}
	for i, step := range c.Steps {
		d := step.Decision
		out.Steps[i] = ConversionStep{
			From: step.From, To: step.To, Kind: RelationKind(step.Kind),
			Decision: Decision{Number: d.Number, Title: d.Title, TitleEn: d.TitleEN, Issued: d.Issued.String(), Effective: d.Effective.String()},
		}
	}
	return out
}

// unitOf is the smallest division of a chain, with the chain.
func unitOf(commune, district, province *geo.Division, at geo.Date) ConversionTarget {
	out := ConversionTarget{Division: Division{
		Commune: divisionRef(commune, at), District: divisionRef(district, at), Province: divisionRef(province, at), PostalCode: postcode(commune, at),
	}}
	for _, d := range []*geo.Division{commune, district, province} {
		if d != nil {
			out.Level, out.Code, out.FullName = Level(d.Level), d.Code, d.Name(at).FullName()
			break
		}
	}
	return out
}
