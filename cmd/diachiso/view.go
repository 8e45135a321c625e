package main

import (
	"fmt"
	"math"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// The types below are what --json prints; names and forms are those of openapi.yaml.

type latLonView struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

func latLon(p geo.Point) latLonView { return latLonView{Lat: p.Lat(), Lon: p.Lon()} }

type divisionRef struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Type     string `json:"type"`
	FullName string `json:"full_name"`
}

func refOf(d *geo.Division, at geo.Date) *divisionRef {
	if d == nil {
		return nil
	}
	name := d.Name(at)
	return &divisionRef{Code: d.Code, Name: name.Name, Type: name.Type, FullName: name.FullName()}
}

type divisionView struct {
	Commune    *divisionRef `json:"commune,omitempty"`
	District   *divisionRef `json:"district,omitempty"`
	Province   *divisionRef `json:"province,omitempty"`
	PostalCode string       `json:"postal_code,omitempty"`
}

func divisionOf(loc *geo.Location, at geo.Date) *divisionView {
	if loc == nil {
		return nil
	}
	v := &divisionView{Commune: refOf(loc.Commune, at), District: refOf(loc.District, at), Province: refOf(loc.Province, at)}
	if loc.Commune != nil {
		v.PostalCode = loc.Commune.Postcode(at)
	}
	return v
}

// text is the division in words, smallest first, as it is written in Vietnam.
func (v *divisionView) text() string {
	if v == nil {
		return ""
	}
	out := ""
	for _, ref := range []*divisionRef{v.Commune, v.District, v.Province} {
		if ref == nil {
			continue
		}
		if out != "" {
			out += ", "
		}
		out += ref.FullName
	}
	if v.Commune != nil {
		out += " (" + v.Commune.Code + ")"
	}
	return out
}

// codeView is what a code says by itself.
type codeView struct {
	Code     string        `json:"code"`
	Compact  string        `json:"compact"`
	Short    string        `json:"short"`
	Zone     string        `json:"zone"`
	Cell     string        `json:"cell"`
	Ordinal  int           `json:"ordinal"`
	Lat      float64       `json:"lat"` // centre of the cell
	Lon      float64       `json:"lon"`
	Outline  []latLonView  `json:"outline"`            // of the cell
	Position *latLonView   `json:"position,omitempty"` // that was encoded, rounded to 1e-7 degrees
	Division *divisionView `json:"division,omitempty"` // of the centre, or of the position that was encoded
	Match    geo.Match     `json:"match,omitempty"`
}

func viewOfCode(code addresscode.Code) codeView {
	centre := geo.CodeCenter(code)
	cell := geo.Cell(code.Cell())
	v := codeView{
		Code: code.String(), Compact: code.Compact(), Short: code.Short(), Zone: code.Zone().String(),
		Cell: cell.String(), Ordinal: code.Ordinal(), Lat: centre.Lat(), Lon: centre.Lon(),
	}
	for _, corner := range cell.Outline() {
		v.Outline = append(v.Outline, latLon(corner))
	}
	return v
}

// locate adds the commune of a point; a point that has none is no error.
func (v *codeView) locate(locator *geo.Locator, p geo.Point) {
	today := geo.Today()
	if loc, err := locator.Locate(p, today); err == nil {
		v.Division, v.Match = divisionOf(&loc, today), loc.Match
	}
}

func (v *codeView) write(t table) {
	t.row("Mã (code)", v.Code)
	t.row("Dạng ngắn (short, with the commune)", v.Short)
	t.row("Vùng (zone)", v.Zone)
	t.row("Số thứ tự (ordinal)", fmt.Sprint(v.Ordinal))
	t.row("Ô H3 (cell)", v.Cell)
	t.row("Tâm ô (centre)", degrees(v.Lat, v.Lon))
	if v.Division != nil {
		t.row("Đơn vị (division)", v.Division.text())
		t.row("Mã bưu chính (postcode)", v.Division.PostalCode)
	} else {
		t.row("Đơn vị (division)", "ngoài các xã, phường, đặc khu – outside every commune")
	}
}

func degrees(lat, lon float64) string { return fmt.Sprintf("%.7f, %.7f", lat, lon) }

func metres(m float64) string { return fmt.Sprintf("%.0f m", m) }

func round1(metres float64) float64 { return math.Round(metres*10) / 10 }

type changeView struct {
	At   int    `json:"at"`
	From string `json:"from"`
	To   string `json:"to"`
}

type correctionView struct {
	Code       string             `json:"code"`
	Kind       addresscode.Kind   `json:"kind"` // the main one of kinds
	Kinds      []addresscode.Kind `json:"kinds"`
	Changes    []changeView       `json:"changes"`
	Redundancy int                `json:"redundancy"`
	Verified   bool               `json:"verified"`
}

func viewOfCorrection(s addresscode.Suggestion) correctionView {
	v := correctionView{Code: s.Code.String(), Kinds: nonNil(s.Kinds), Changes: []changeView{}, Redundancy: s.Redundancy, Verified: s.Verified}
	for _, kind := range s.Kinds { // an erasure beside another repair is the lesser one
		if v.Kind == "" || v.Kind == addresscode.KindErasure {
			v.Kind = kind
		}
	}
	for _, c := range s.Changes {
		v.Changes = append(v.Changes, changeView{At: c.At, From: c.From, To: c.To})
	}
	return v
}

// repairText says what a suggestion changed, counting places from 1 as readers do.
func repairText(v correctionView) string {
	out := ""
	for i, c := range v.Changes {
		if i > 0 {
			out += "; "
		}
		place := fmt.Sprintf("ký tự (symbol) %d", c.At+1)
		switch {
		case c.From == "":
			out += fmt.Sprintf("%s: thêm (add) %s", place, c.To)
		case c.To == "":
			out += fmt.Sprintf("%s: bỏ (drop) %s", place, c.From)
		default:
			out += fmt.Sprintf("%s: %s → %s", place, c.From, c.To)
		}
	}
	if !v.Verified {
		out += " (chưa kiểm chứng – unverified)"
	}
	return out
}

type positionView struct {
	latLonView
	Type      registry.PositionType `json:"type"`
	Source    geo.Source            `json:"source"`
	AccuracyM float64               `json:"accuracy_m,omitempty"`
}

type externalIDView struct {
	Scheme string `json:"scheme"`
	Value  string `json:"value"`
	Source string `json:"source,omitempty"`
}

type addressView struct {
	Code        string              `json:"code"`
	Status      registry.Status     `json:"status"`
	Kind        registry.Kind       `json:"kind"`
	Position    positionView        `json:"position"`
	Cell        string              `json:"cell"`
	Zone        string              `json:"zone"`
	Components  registry.Components `json:"components"`
	Label       string              `json:"label"`
	Division    divisionView        `json:"division"`
	ExternalIDs []externalIDView    `json:"external_ids"`
	Flags       []registry.Flag     `json:"flags"`
	Dataset     string              `json:"dataset"`
	Version     int64               `json:"version"`
	CreatedAt   time.Time           `json:"created_at"`
	UpdatedAt   time.Time           `json:"updated_at"`
	Outcome     registry.Outcome    `json:"outcome,omitempty"` // of assign
}

func viewOfAddress(svc *registry.Service, a *registry.Address) addressView {
	today := geo.Today()
	v := addressView{
		Code: a.Code.String(), Status: a.Status, Kind: a.Kind, Components: a.Components, Label: svc.Label(a, today),
		Cell: geo.Cell(a.Code.Cell()).String(), Zone: a.Code.Zone().String(), ExternalIDs: []externalIDView{},
		Flags: nonNil(a.Flags), Dataset: a.Provenance.Dataset, Version: a.Version, CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt,
	}
	if len(a.Positions) > 0 {
		p := a.Positions[0]
		v.Position = positionView{latLonView: latLon(p.Point), Type: p.Type, Source: p.Source, AccuracyM: p.AccuracyM}
	}
	if commune, err := svc.Divisions().Get(geo.LevelCommune, a.Commune, today); err == nil {
		v.Division.Commune, v.Division.PostalCode = refOf(commune, today), commune.Postcode(today)
		if province, err := svc.Divisions().Get(geo.LevelProvince, commune.Province, today); err == nil {
			v.Division.Province = refOf(province, today)
		}
	}
	for _, id := range a.ExternalIDs {
		v.ExternalIDs = append(v.ExternalIDs, externalIDView{Scheme: id.Scheme, Value: id.Value, Source: id.Source})
	}
	return v
}

func (v *addressView) write(t table) {
	t.row("Mã (code)", v.Code)
	t.row("Địa chỉ (address)", v.Label)
	t.row("Vị trí (position)", degrees(v.Position.Lat, v.Position.Lon))
	t.row("Đơn vị (division)", v.Division.text())
	t.row("Mã bưu chính (postcode)", v.Division.PostalCode)
	if v.Status != registry.StatusActive {
		t.row("Tình trạng (status)", string(v.Status))
	}
	for _, id := range v.ExternalIDs {
		t.row("Mã khác (external id)", id.Scheme+":"+id.Value)
	}
	for _, f := range v.Flags {
		t.row("Ghi chú (flag)", string(f))
	}
}
