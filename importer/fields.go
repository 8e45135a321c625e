package importer

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// field is what a CSV column or a GeoJSON property means.
type field int

const (
	fieldUnknown field = iota
	fieldLat
	fieldLon
	fieldID
	fieldScheme
	fieldKind
	fieldHouseNumber
	fieldNgo // the alley path is taken from these four, outermost first
	fieldKiet
	fieldNgach
	fieldHem
	fieldStreet
	fieldHamlet
	fieldQuarter
	fieldBuilding
	fieldBlock
	fieldFloor
	fieldUnit
	fieldCommune // code or name
	fieldWard    // name, or number
	fieldDistrict
	fieldProvince
	fieldAddress // all in one text
	fieldPositionType
	fieldSource
	fieldAccuracy
	fieldCount
)

// fieldOf tells what a column name means, in English or Vietnamese, however it is written ("Số nhà", "so_nha").
func fieldOf(name string) field {
	switch vntext.Fold(strings.NewReplacer("_", " ", "-", " ", ":", " ", ".", " ").Replace(name)) {
	case "lat", "latitude", "vi do":
		return fieldLat
	case "lon", "lng", "long", "longitude", "kinh do":
		return fieldLon
	case "id", "external id", "ma ngoai":
		return fieldID
	case "scheme", "he ma":
		return fieldScheme
	case "kind", "loai":
		return fieldKind
	case "house number", "housenumber", "addr housenumber", "so nha":
		return fieldHouseNumber
	case "alley", "ngo":
		return fieldNgo
	case "kiet":
		return fieldKiet
	case "ngach":
		return fieldNgach
	case "hem":
		return fieldHem
	case "street", "addr street", "duong", "pho", "duong pho", "ten duong":
		return fieldStreet
	case "hamlet", "addr hamlet", "thon", "ap", "xom", "ban":
		return fieldHamlet
	case "quarter", "addr quarter", "khu pho", "to dan pho":
		return fieldQuarter
	case "building", "addr housename", "toa nha", "toa", "chung cu":
		return fieldBuilding
	case "block", "addr block", "khoi":
		return fieldBlock
	case "floor", "addr floor", "tang", "lau":
		return fieldFloor
	case "unit", "addr unit", "addr flats", "can ho", "so can ho":
		return fieldUnit
	case "commune code", "commune", "ma xa", "ma phuong", "ma phuong xa":
		return fieldCommune
	case "ward", "commune name", "xa", "phuong", "phuong xa", "xa phuong", "xa phuong thi tran", "phuong xa thi tran", "addr subdistrict", "ten xa", "ten phuong":
		return fieldWard
	case "district", "addr district", "quan", "huyen", "quan huyen", "huyen quan":
		return fieldDistrict
	case "province", "city", "addr province", "addr city", "tinh", "thanh pho", "tinh thanh", "tinh thanh pho", "tinh tp":
		return fieldProvince
	case "address", "full address", "addr", "addr full", "dia chi", "dia chi day du":
		return fieldAddress
	case "position type", "loai vi tri":
		return fieldPositionType
	case "position source", "nguon vi tri": // a plain "source" column is free text in most files
		return fieldSource
	case "accuracy", "accuracy m", "sai so", "do chinh xac":
		return fieldAccuracy
	}
	return fieldUnknown
}

// needsNames tells the fields that only Source.Names understands.
func (f field) needsNames() bool {
	return f == fieldWard || f == fieldDistrict || f == fieldProvince || f == fieldAddress
}

// row holds the texts of one record by meaning.
type row [fieldCount]string

// record makes a record of a row; place is the position where the geometry gives it, else nil.
func (v *row) record(rec *Record, src Source, place *placed) {
	rec.Request, rec.Err = v.request(src, place)
	if rec.Err != nil {
		return
	}
	commune := rec.Request.CommuneCode
	if commune == "" {
		commune = v[fieldWard]
		if len(commune) > 2 {
			commune = communeCode(commune) // a number of one or two digits is that of a ward
		}
	}
	divisions := []string{commune, v[fieldDistrict], v[fieldProvince]}
	if strings.Join(divisions, "") == "" && v[fieldAddress] == "" {
		return
	}
	if src.Names == nil { // only codes are left, which the registry reads
		return
	}
	rec.Named = strings.Join(slices.DeleteFunc(slices.Clone(divisions), func(s string) bool { return s == "" }), ", ")
	isCode := strings.Trim(commune, "0123456789") == "" && len(commune) > 2
	if v[fieldAddress] != "" && !isCode {
		src.Names.address(rec, v[fieldAddress], divisions)
		return
	}
	named := rec.Named
	if v[fieldAddress] != "" { // the code says more than names in the text
		src.Names.address(rec, v[fieldAddress], nil)
		rec.Named, rec.Aside, rec.Err, rec.Request.CommuneCode = named, nil, nil, ""
	}
	rec.Request.CommuneCode = ""
	src.Names.settle(rec, src.Names.ofNames(divisions[0], divisions[1], divisions[2]))
}

// request makes an assignment of a row; place is the position where the geometry gives it, else nil.
func (v *row) request(src Source, place *placed) (registry.AssignRequest, error) {
	for i, s := range v {
		if s != "" {
			v[i] = norm.NFC.String(unescaped(strings.TrimSpace(s)))
		}
	}
	req := registry.AssignRequest{
		Components: registry.Components{
			HouseNumber: v[fieldHouseNumber],
			Street:      v[fieldStreet],
			Hamlet:      v[fieldHamlet],
			Quarter:     v[fieldQuarter],
			Building:    v[fieldBuilding],
			Block:       v[fieldBlock],
			Floor:       v[fieldFloor],
			Unit:        v[fieldUnit],
			Alley:       v.alley(),
		},
		CommuneCode: communeCode(v[fieldCommune]),
		Provenance:  src.provenance(),
	}
	var err error
	if place == nil {
		if place, err = v.place(); err != nil {
			return req, err
		}
	}
	pos := geo.Position{Point: place.point}
	if pos.Source, err = positionSource(v[fieldSource]); err != nil {
		return req, err
	}
	if pos.AccuracyM, err = accuracy(v[fieldAccuracy]); err != nil {
		return req, err
	}
	ptype, err := positionType(v[fieldPositionType], place.ptype)
	if err != nil {
		return req, err
	}
	req.Positions = []registry.TypedPosition{{Type: ptype, Position: pos}}
	req.Footprint = place.footprint
	if req.Kind, err = kindOf(v[fieldKind]); err != nil {
		return req, err
	}
	req.ExternalIDs, err = externalIDs(v[fieldID], v[fieldScheme], src)
	return req, err
}

// placed is where a record lies.
type placed struct {
	point     geo.Point
	ptype     registry.PositionType
	footprint []geo.Point // outline of the building, nil when unknown
}

// place reads the coordinate columns.
func (v *row) place() (*placed, error) {
	lat, err := coordinate("lat", v[fieldLat])
	if err != nil {
		return nil, err
	}
	lon, err := coordinate("lon", v[fieldLon])
	if err != nil {
		return nil, err
	}
	p, err := geo.NewPoint(lat, lon)
	if err != nil {
		return nil, err
	}
	return &placed{point: p, ptype: registry.PositionBuilding}, nil
}

// coordinate also reads the decimal comma that Vietnamese spreadsheets write.
func coordinate(name, text string) (float64, error) {
	if text == "" {
		return 0, invalid(name, "%s is missing", name)
	}
	if !strings.Contains(text, ".") {
		text = strings.Replace(text, ",", ".", 1)
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, invalid(name, "%s is not a number in decimal degrees", name)
	}
	return f, nil
}

// alley joins the alley columns to one path from the street inwards; each may itself be a path, "12/34".
func (v *row) alley() []string {
	var path []string
	for _, f := range []field{fieldNgo, fieldKiet, fieldNgach, fieldHem} {
		for part := range strings.SplitSeq(v[f], "/") {
			if part = strings.TrimSpace(part); part != "" {
				path = append(path, part)
			}
		}
	}
	return path
}

// communeCode puts back the leading zeros that spreadsheets take away.
func communeCode(text string) string {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return text
	}
	return strings.Repeat("0", max(0, 5-len(text))) + text
}

func accuracy(text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	f, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || f < 0 {
		return 0, invalid("accuracy", "accuracy is not a number of metres")
	}
	return f, nil
}

func positionSource(text string) (geo.Source, error) {
	switch s := geo.Source(strings.ToLower(text)); s {
	case "":
		return geo.SourceImport, nil
	case geo.SourceUnknown, geo.SourceSurvey, geo.SourceGPS, geo.SourceImagery, geo.SourceImport, geo.SourceGeocoded:
		return s, nil
	}
	return "", invalid("source", "position source is none of survey, gps, imagery, import, geocoded, unknown")
}

func positionType(text string, otherwise registry.PositionType) (registry.PositionType, error) {
	switch vntext.Fold(text) {
	case "":
		return otherwise, nil
	case "entrance", "loi vao", "cua":
		return registry.PositionEntrance, nil
	case "building", "toa nha", "nha":
		return registry.PositionBuilding, nil
	}
	return "", invalid("position_type", "position type is neither entrance nor building")
}

func kindOf(text string) (registry.Kind, error) {
	switch vntext.Fold(text) {
	case "", "dwelling", "nha o", "ho gia dinh":
		return registry.KindDwelling, nil
	case "business", "kinh doanh", "cua hang":
		return registry.KindBusiness, nil
	case "public", "cong cong", "co quan":
		return registry.KindPublic, nil
	case "other", "khac":
		return registry.KindOther, nil
	}
	return "", invalid("kind", "kind is none of dwelling, business, public, other")
}

// unescaped takes off the apostrophe that our export puts before what a spreadsheet would take for a formula.
func unescaped(text string) string {
	if len(text) > 1 && text[0] == '\'' && strings.IndexByte("=+-@'", text[1]) >= 0 {
		return text[1:]
	}
	return text
}

// externalIDs reads an id column, which may hold several ids ("osm:node/1 | qd392:1151502853"): "osm:node/1" names its scheme itself, else
// the scheme column or the source does.
func externalIDs(text, scheme string, src Source) ([]registry.ExternalID, error) {
	var ids []registry.ExternalID
	for id := range strings.SplitSeq(text, " | ") {
		if id == "" {
			continue
		}
		scheme := scheme
		if scheme == "" {
			if s, value, ok := strings.Cut(id, ":"); ok {
				scheme, id = s, value
			} else {
				scheme = src.Scheme
			}
		}
		if scheme == "" {
			return nil, invalid("external_id", "external id without a scheme")
		}
		ids = append(ids, registry.ExternalID{Scheme: scheme, Value: id, Source: src.Dataset})
	}
	return ids, nil
}
