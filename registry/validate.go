package registry

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// Limits of one request. Lengths are in characters (runes).
const (
	MaxPositions      = 16
	MaxAlley          = 8
	MaxExternalIDs    = 16
	MaxFootprint      = 2000
	MaxAccuracyM      = 10_000
	MaxComponent      = 120 // street, hamlet, quarter, building
	MaxNumber         = 40  // house number, alley, block, floor, unit
	MaxExternalScheme = 32
	MaxExternalValue  = 128
	MaxIdempotencyKey = 128
	maxDataset        = 64
	maxDetail         = 200
)

// normalise returns the request in the form that is kept: texts in NFC with single spaces, defaults filled in. The answer
// shares no memory with r that anybody changes later.
func (r AssignRequest) normalise() AssignRequest {
	if r.Kind == "" {
		r.Kind = KindDwelling
	}
	r.Positions = slices.Clone(r.Positions)
	for i := range r.Positions {
		if r.Positions[i].Source == "" {
			r.Positions[i].Source = geo.SourceUnknown
		}
	}
	r.Components = r.Components.clean()
	ids := make([]ExternalID, len(r.ExternalIDs))
	for i, id := range r.ExternalIDs {
		ids[i] = ExternalID{
			Scheme: id.Scheme, Value: cleanText(id.Value), Source: cleanText(id.Source),
			ValidFrom: id.ValidFrom, ValidTo: id.ValidTo,
		}
	}
	r.ExternalIDs = ids
	if r.Provenance.Dataset == "" {
		r.Provenance.Dataset = "manual"
	}
	return r
}

// codePositionFirst copies positions with the first entrance, else the first building, in front; the order of the others stays.
func codePositionFirst(positions []TypedPosition) []TypedPosition {
	first := -1
	for i, p := range positions {
		if p.Type == PositionEntrance {
			first = i
			break
		}
		if p.Type == PositionBuilding && first < 0 {
			first = i
		}
	}
	ordered := make([]TypedPosition, 0, len(positions))
	if first >= 0 {
		ordered = append(ordered, positions[first])
	}
	for i, p := range positions {
		if i != first {
			ordered = append(ordered, p)
		}
	}
	return ordered
}

// cleanText is vntext.Clean, except that control characters and bad UTF-8 stay as they are, for Validate to refuse.
func cleanText(s string) string {
	if hasControl(s) || !utf8.ValidString(s) {
		return s
	}
	return vntext.Clean(s)
}

func (c Components) clean() Components {
	for _, f := range [...]*string{&c.HouseNumber, &c.Street, &c.Hamlet, &c.Quarter, &c.Building, &c.Block, &c.Floor, &c.Unit} {
		*f = cleanText(*f)
	}
	if len(c.Alley) == 0 {
		c.Alley = nil
		return c
	}
	alley := make([]string, len(c.Alley))
	for i, a := range c.Alley {
		alley[i] = cleanText(a)
	}
	c.Alley = alley
	return c
}

// Validate reports the first rule that a request breaks, as *Error with CodeInvalid or CodePositionInvalid and the field's
// path. It asks nothing of the registry and nothing of the divisions.
func (r AssignRequest) Validate() error {
	switch r.Kind {
	case "", KindDwelling, KindBusiness, KindPublic, KindOther:
	default:
		return invalid("kind", "is no known kind of address", "give dwelling, business, public or other")
	}
	if err := validatePositions(r.Positions); err != nil {
		return err
	}
	if err := r.Components.Validate(); err != nil {
		return err
	}
	if r.CommuneCode != "" {
		if level, ok := geo.LevelOf(r.CommuneCode); !ok || level != geo.LevelCommune {
			return invalid("commune_code", "is no commune code", "give the five digits of a commune, or leave it out")
		}
	}
	if err := validateExternalIDs(r.ExternalIDs); err != nil {
		return err
	}
	if err := validateText("idempotency_key", r.IdempotencyKey, MaxIdempotencyKey); err != nil {
		return err
	}
	switch r.OnDuplicate {
	case RefuseDuplicate, AllowDuplicate, MergeDuplicate:
	default:
		return invalid("on_duplicate", "is no known way", "refuse, allow or merge")
	}
	if err := validateText("provenance.dataset", r.Provenance.Dataset, maxDataset); err != nil {
		return err
	}
	if err := validateText("provenance.detail", r.Provenance.Detail, maxDetail); err != nil {
		return err
	}
	return validateFootprint(r.Footprint)
}

func validatePositions(positions []TypedPosition) error {
	if len(positions) == 0 {
		return invalid("positions", "there is no position", "give the place of the entrance")
	}
	if len(positions) > MaxPositions {
		return invalid("positions", fmt.Sprintf("there are %d positions", len(positions)), fmt.Sprintf("give at most %d", MaxPositions))
	}
	givesCode := false
	for i, p := range positions {
		field := fmt.Sprintf("positions[%d]", i)
		switch p.Type {
		case PositionEntrance, PositionBuilding:
			givesCode = true
		case PositionDelivery:
		default:
			return invalid(field+".type", "is no known type of position", "give entrance, building or delivery")
		}
		if err := validatePosition(field, p.Position); err != nil {
			return err
		}
	}
	if !givesCode {
		return invalid("positions", "there is only a delivery position", "give the entrance, or the building: the code is of that place")
	}
	return nil
}

func validatePosition(field string, p geo.Position) error {
	switch p.Source {
	case "", geo.SourceUnknown, geo.SourceSurvey, geo.SourceGPS, geo.SourceImagery, geo.SourceImport, geo.SourceGeocoded:
	default:
		return invalid(field+".source", "is no known source of a position", "give unknown, survey, gps, imagery, import or geocoded")
	}
	if math.IsNaN(p.AccuracyM) || p.AccuracyM < 0 || p.AccuracyM > MaxAccuracyM {
		return invalid(field+".accuracy_m", "is no usable accuracy", fmt.Sprintf("give metres from 0 (unknown) to %d", MaxAccuracyM))
	}
	if !onGlobe(p.Point) {
		return &Error{Code: CodePositionInvalid, Field: field, Message: "is not a place on the globe", Hint: "give latitude and longitude in decimal degrees"}
	}
	return nil
}

// Validate reports the first component that is too long or holds control characters. Components may all be empty.
func (c Components) Validate() error {
	fields := [...]struct {
		path, text string
		limit      int
	}{
		{"components.house_number", c.HouseNumber, MaxNumber},
		{"components.street", c.Street, MaxComponent},
		{"components.hamlet", c.Hamlet, MaxComponent},
		{"components.quarter", c.Quarter, MaxComponent},
		{"components.building", c.Building, MaxComponent},
		{"components.block", c.Block, MaxNumber},
		{"components.floor", c.Floor, MaxNumber},
		{"components.unit", c.Unit, MaxNumber},
	}
	for _, f := range fields {
		if err := validateText(f.path, f.text, f.limit); err != nil {
			return err
		}
	}
	if len(c.Alley) > MaxAlley {
		return invalid("components.alley", fmt.Sprintf("there are %d alleys", len(c.Alley)), fmt.Sprintf("give at most %d, from the street inwards", MaxAlley))
	}
	for i, a := range c.Alley {
		field := fmt.Sprintf("components.alley[%d]", i)
		if strings.TrimSpace(a) == "" {
			return invalid(field, "is empty", "leave it out")
		}
		if err := validateText(field, a, MaxNumber); err != nil {
			return err
		}
	}
	return nil
}

func validateText(field, text string, limit int) error {
	if !utf8.ValidString(text) {
		return invalid(field, "is not UTF-8", "send text in UTF-8")
	}
	if n := utf8.RuneCountInString(text); n > limit {
		return invalid(field, fmt.Sprintf("has %d characters", n), fmt.Sprintf("at most %d are possible", limit))
	}
	if hasControl(text) {
		return invalid(field, "holds control characters", "send one line of plain text")
	}
	return nil
}

func hasControl(s string) bool { return strings.ContainsFunc(s, unicode.IsControl) }

func validateExternalIDs(ids []ExternalID) error {
	if len(ids) > MaxExternalIDs {
		return invalid("external_ids", fmt.Sprintf("there are %d external ids", len(ids)), fmt.Sprintf("give at most %d", MaxExternalIDs))
	}
	for i, id := range ids {
		field := fmt.Sprintf("external_ids[%d]", i)
		if !ValidScheme(id.Scheme) {
			return invalid(field+".scheme", "is no name of a scheme",
				"start with a lower-case letter and go on with letters, digits, dots, hyphens or underscores, 32 at most: osm, qd392")
		}
		if strings.TrimSpace(id.Value) == "" {
			return invalid(field+".value", "is empty", "give the identifier, or leave the entry out")
		}
		if err := validateText(field+".value", id.Value, MaxExternalValue); err != nil {
			return err
		}
		if id.Scheme == SchemeQD392 && !isDigits(id.Value, 10) {
			return invalid(field+".value", "is no number of QĐ 392", "give its ten digits")
		}
		if err := validateText(field+".source", id.Source, MaxComponent); err != nil {
			return err
		}
		if id.ValidFrom < 0 || id.ValidTo < 0 || id.ValidTo != 0 && id.ValidTo < id.ValidFrom {
			return invalid(field+".valid_to", "lies before valid_from", "give dates in order")
		}
		for _, other := range ids[:i] {
			if other.Scheme == id.Scheme && other.Value == id.Value {
				return invalid(field, "is given twice", "give each external id once")
			}
		}
	}
	return nil
}

// ValidScheme reports whether text may name a scheme of external ids: [a-z][a-z0-9_.-]{0,31}.
func ValidScheme(text string) bool {
	if text == "" || len(text) > MaxExternalScheme || text[0] < 'a' || text[0] > 'z' {
		return false
	}
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '_', c == '.', c == '-':
		default:
			return false
		}
	}
	return true
}

func isDigits(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func validateFootprint(outline []geo.Point) error {
	if len(outline) == 0 {
		return nil
	}
	if len(outline) < 3 || len(outline) > MaxFootprint {
		return invalid("footprint", fmt.Sprintf("has %d corners", len(outline)), fmt.Sprintf("give 3 to %d corners, or leave it out", MaxFootprint))
	}
	for i, p := range outline {
		if !onGlobe(p) {
			return &Error{Code: CodePositionInvalid, Field: fmt.Sprintf("footprint[%d]", i), Message: "is not a place on the globe", Hint: "give latitude and longitude in decimal degrees"}
		}
	}
	return nil
}

func onGlobe(p geo.Point) bool {
	const latMax, lonMax = 90 * 1e7, 180 * 1e7
	return p.LatE7 >= -latMax && p.LatE7 <= latMax && p.LonE7 >= -lonMax && p.LonE7 <= lonMax
}
