package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/plate"
	"github.com/diachiso/diachiso/registry"
)

// drawnAnswer is a file that was drawn for one caller.
type drawnAnswer struct {
	media, name string // name of the file when it is kept
	body        []byte
	etag        string // "" for none
	revalidate  bool   // whether a cache must ask before it answers with this
}

// VisitGetPlateResponse makes drawnAnswer an answer of GetPlate.
func (a *drawnAnswer) VisitGetPlateResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitPrintLabelsResponse makes drawnAnswer an answer of PrintLabels.
func (a *drawnAnswer) VisitPrintLabelsResponse(w http.ResponseWriter) error { return a.write(w) }

func (a *drawnAnswer) write(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", a.media)
	h.Set("Content-Disposition", `attachment; filename="`+a.name+`"`)
	if a.etag != "" {
		h.Set("ETag", a.etag)
	}
	if a.revalidate {
		h["Cache-Control"] = noCache
	}
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(a.body)
	return err
}

// GetPlate draws the house-number plate of an address.
func (s *Server) GetPlate(ctx context.Context, r GetPlateRequestObject) (GetPlateResponseObject, error) {
	code, err := addresscode.Parse(r.Code)
	if err != nil {
		return nil, s.invalidCode(ctx, r.Code, err)
	}
	by := callerOf(ctx)
	a, err := s.registry.AddressFor(ctx, by.view.sight, code)
	if err != nil {
		return nil, s.withPlace(ctx, err, code)
	}
	if a.Status == registry.StatusRetired {
		return nil, s.gone(ctx, a)
	}
	origin, err := s.origin(by)
	if err != nil {
		return nil, err
	}
	shown := by.view.sight.Show(a)
	by.note(shown)
	content := s.plateContent(shown, origin)
	format, size := cmp.Or(r.Params.Format, GetPlateParamsFormatSvg), cmp.Or(string(r.Params.Size), plate.DefaultSize)
	etag := s.plateTag(content, string(format), size)
	if matches(r.Params.IfNoneMatch, etag) {
		return GetPlate304Response{Headers: NotModifiedResponseHeaders{ETag: etag}}, nil
	}
	out := &drawnAnswer{name: "bien-so-nha-" + code.String() + "." + string(format), etag: etag, revalidate: by.anonymous()}
	dimensions, _ := plate.SizeOf(size) // the spec lets no other through
	drawing, err := s.press.Plate(content, dimensions)
	if err != nil {
		return nil, err
	}
	switch format {
	case GetPlateParamsFormatPng:
		out.media = "image/png"
		out.body, err = drawing.PNG()
	case GetPlateParamsFormatPdf:
		out.media = "application/pdf"
		out.body, err = drawing.PDF()
	default:
		out.media, out.body = "image/svg+xml", drawing.SVG()
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// plateTag is made of what a plate is drawn from, so that nothing needs to be drawn to see that it is the same.
func (s *Server) plateTag(c plate.Content, format, size string) string {
	return etagOf(fmt.Appendf(nil, "%s\n%s\n%s\n%q", s.config.Version, format, size, c))
}

// plateContent is what stands on the plate of an address, of what the caller may see.
func (s *Server) plateContent(a *registry.Address, origin string) plate.Content {
	today := geo.Today()
	division := divisionOf(s.registry.DivisionOf(a, today))
	return plate.Content{
		Number: cmp.Or(a.Components.Unit, a.Components.PlateNumber()), Lines: a.Components.PlateLines(a.Commune),
		Commune: division.Commune.FullName, Province: division.Province.FullName,
		Code: a.Code.String(), Link: origin + "/" + a.Code.Compact(),
	}
}

// PrintLabels makes sheets of parcel labels.
func (s *Server) PrintLabels(ctx context.Context, r PrintLabelsRequestObject) (PrintLabelsResponseObject, error) {
	sheet, _ := plate.SheetOf(cmp.Or(string(r.Body.Sheet), plate.DefaultSheet)) // the spec lets no other through
	first := cmp.Or(r.Body.First, 1)
	if first > sheet.Columns*sheet.Rows {
		most := fmt.Sprint(sheet.Columns * sheet.Rows)
		return nil, &problem{code: ProblemCodeInvalid, fields: []fieldFault{{field: "first", reason: FieldErrorCodeOutOfRange, limit: "≤ " + most}}}
	}
	labels, err := s.labels(ctx, r.Body.Codes)
	if err != nil {
		return nil, err
	}
	body, err := s.press.Labels(labels, sheet, first-1)
	if err != nil {
		return nil, err
	}
	return &drawnAnswer{media: "application/pdf", name: "nhan-buu-kien.pdf", body: body}, nil
}

// labels reads the addresses of codes. Its error names the codes that are not in use.
func (s *Server) labels(ctx context.Context, codes []string) ([]plate.Label, error) {
	by, today := callerOf(ctx), geo.Today()
	origin, err := s.origin(by)
	if err != nil {
		return nil, err
	}
	labels := make([]plate.Label, 0, len(codes))
	var faults []fieldFault
	for i, text := range codes {
		a, fault, err := s.inUse(ctx, by, text)
		if err != nil {
			return nil, err
		}
		if a == nil {
			faults = append(faults, fieldFault{field: fmt.Sprintf("codes[%d]", i), reason: FieldErrorCodeRule, detail: fault})
			continue
		}
		shown := by.view.sight.Show(a)
		by.note(shown)
		labels = append(labels, plate.Label{
			Code: a.Code.String(), Address: s.registry.Label(shown, today), Link: origin + "/" + a.Code.Compact(),
		})
	}
	if len(faults) > 0 {
		return nil, &problem{code: ProblemCodeInvalid, fields: faults}
	}
	return labels, nil
}

// inUse is the address of a text, or nil and what is wrong with the text.
func (s *Server) inUse(ctx context.Context, by *caller, text string) (*registry.Address, words, error) {
	code, err := addresscode.Parse(text)
	if err != nil {
		detail, _ := wordsOf(err)
		return nil, detail, nil
	}
	a, err := s.registry.AddressFor(ctx, by.view.sight, code)
	switch {
	case registry.CodeOf(err) == registry.CodeNotRegistered:
		return nil, words{"chưa được cấp cho địa chỉ nào", "is no address's code"}, nil
	case err != nil:
		return nil, words{}, err
	case a.Status == registry.StatusRetired:
		return nil, words{"không còn dùng", "is no longer in use"}, nil
	}
	return a, words{}, nil
}
