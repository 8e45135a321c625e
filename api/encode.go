package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"
)

// Addresses are what this server sends most. Encoding them by hand takes a quarter of the time of encoding/json
// (BenchmarkEncodeAddress); TestAppendAddress keeps both the same.

// addressAnswer is the answer of the operations that return one address.
type addressAnswer struct {
	status     int
	body       []byte
	etag       string
	location   string // "" for none
	revalidate bool   // whether a cache must ask before it answers with this
}

// newAddressAnswer encodes an address. Its ETag is made of what is sent and nothing else: it differs between those who see different
// things, and does not tell of changes that cannot be seen.
func newAddressAnswer(a Address) *addressAnswer {
	body := append(appendAddress(make([]byte, 0, 1024), &a), '\n')
	return &addressAnswer{status: http.StatusOK, body: body, etag: etagOf(body)}
}

// etagOf is the strong ETag of contents: it is another one wherever a byte differs.
func etagOf(contents []byte) string {
	sum := sha256.Sum256(contents)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// VisitGetAddressResponse makes addressAnswer an answer of GetAddress.
func (a *addressAnswer) VisitGetAddressResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitAssignAddressResponse makes addressAnswer an answer of AssignAddress.
func (a *addressAnswer) VisitAssignAddressResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitProtectAddressResponse makes addressAnswer an answer of ProtectAddress.
func (a *addressAnswer) VisitProtectAddressResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitUnprotectAddressResponse makes addressAnswer an answer of UnprotectAddress.
func (a *addressAnswer) VisitUnprotectAddressResponse(w http.ResponseWriter) error { return a.write(w) }

func (a *addressAnswer) write(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("ETag", a.etag)
	if a.location != "" {
		h.Set("Location", a.location)
	}
	if a.revalidate {
		h["Cache-Control"] = noCache
	}
	h["Content-Type"] = jsonType
	w.WriteHeader(a.status)
	_, err := w.Write(a.body)
	return err
}

// reverseAnswer is the answer of Reverse.
type reverseAnswer AddressCollection

// VisitReverseResponse makes reverseAnswer an answer of Reverse.
func (a *reverseAnswer) VisitReverseResponse(w http.ResponseWriter) error {
	return writeJSON(w, http.StatusOK, func(b []byte) []byte { return appendCollection(b, (*AddressCollection)(a)) })
}

// Values of headers, shared by all answers and never changed.
var (
	jsonType = []string{"application/json"}
	noCache  = []string{"no-cache"}
)

// buffers keeps the buffers that bodies are encoded into.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 4096); return &b }}

const maxKeptBuffer = 256 << 10 // bytes; larger ones are left to the garbage collector

// writeJSON sends what encode appends.
func writeJSON(w http.ResponseWriter, status int, encode func([]byte) []byte) error {
	buffer := buffers.Get().(*[]byte)
	body := append(encode((*buffer)[:0]), '\n')
	w.Header()["Content-Type"] = jsonType
	w.WriteHeader(status)
	_, err := w.Write(body)
	if cap(body) <= maxKeptBuffer {
		*buffer = body
		buffers.Put(buffer)
	}
	return err
}

// object appends the members of a JSON object. Members of the zero value are left out by the methods ending in If.
type object struct {
	b     []byte
	first bool
}

func begin(b []byte) object { return object{append(b, '{'), true} }

func (o *object) end() []byte { return append(o.b, '}') }

func (o *object) key(name string) {
	if !o.first {
		o.b = append(o.b, ',')
	}
	o.first = false
	o.b = append(o.b, '"')
	o.b = append(o.b, name...)
	o.b = append(o.b, '"', ':')
}

func (o *object) text(name, value string) {
	o.key(name)
	o.b = appendText(o.b, value)
}

func (o *object) textIf(name, value string) {
	if value != "" {
		o.text(name, value)
	}
}

func (o *object) number(name string, value float64) {
	o.key(name)
	o.b = appendNumber(o.b, value)
}

func (o *object) timeIf(name string, value time.Time) {
	if value.IsZero() {
		return
	}
	o.key(name)
	o.b = append(o.b, '"')
	o.b = value.AppendFormat(o.b, time.RFC3339Nano)
	o.b = append(o.b, '"')
}

func appendAddress(b []byte, a *Address) []byte {
	o := begin(b)
	o.textIf("code", a.Code)
	o.text("status", string(a.Status))
	o.text("kind", string(a.Kind))
	o.text("label", a.Label)
	o.key("position")
	o.b = appendPosition(o.b, &a.Position)
	if len(a.Positions) > 0 {
		o.key("positions")
		o.b = appendList(o.b, a.Positions, appendPosition)
	}
	o.text("cell", a.Cell)
	o.text("zone", a.Zone)
	o.key("components")
	o.b = appendComponents(o.b, &a.Components)
	o.key("division")
	o.b = appendDivision(o.b, &a.Division)
	o.textIf("commune_at_issue", a.CommuneAtIssue)
	if a.ExternalIds != nil {
		o.key("external_ids")
		o.b = appendList(o.b, a.ExternalIds, appendExternalID)
	}
	o.flagsIf(a.Flags)
	if a.Provenance != (Provenance{}) {
		o.key("provenance")
		p := begin(o.b)
		p.text("dataset", a.Provenance.Dataset)
		p.textIf("detail", a.Provenance.Detail)
		o.b = p.end()
	}
	if a.Version != 0 {
		o.key("version")
		o.b = strconv.AppendInt(o.b, a.Version, 10)
	}
	o.timeIf("created_at", a.CreatedAt)
	o.timeIf("updated_at", a.UpdatedAt)
	if len(a.Replaces) > 0 {
		o.key("replaces")
		o.b = appendList(o.b, a.Replaces, func(b []byte, s *string) []byte { return appendText(b, *s) })
	}
	return o.end()
}

func appendPosition(b []byte, p *Position) []byte {
	o := begin(b)
	o.number("lat", p.Lat)
	o.number("lon", p.Lon)
	o.text("type", string(p.Type))
	o.text("source", string(p.Source))
	if p.AccuracyM != 0 {
		o.number("accuracy_m", p.AccuracyM)
	}
	return o.end()
}

func appendComponents(b []byte, c *Components) []byte {
	o := begin(b)
	o.textIf("house_number", c.HouseNumber)
	if len(c.Alley) > 0 {
		o.key("alley")
		o.b = appendList(o.b, c.Alley, func(b []byte, s *string) []byte { return appendText(b, *s) })
	}
	o.textIf("street", c.Street)
	o.textIf("hamlet", c.Hamlet)
	o.textIf("quarter", c.Quarter)
	o.textIf("building", c.Building)
	o.textIf("block", c.Block)
	o.textIf("floor", c.Floor)
	o.textIf("unit", c.Unit)
	return o.end()
}

func appendDivision(b []byte, d *Division) []byte {
	o := begin(b)
	o.divisionIf("commune", &d.Commune)
	o.divisionIf("district", &d.District)
	o.divisionIf("province", &d.Province)
	o.textIf("postal_code", d.PostalCode)
	return o.end()
}

func (o *object) divisionIf(name string, d *DivisionRef) {
	if *d == (DivisionRef{}) {
		return
	}
	o.key(name)
	r := begin(o.b)
	r.text("code", d.Code)
	r.text("name", d.Name)
	r.text("type", d.Type)
	r.text("full_name", d.FullName)
	o.b = r.end()
}

func appendExternalID(b []byte, id *ExternalID) []byte {
	o := begin(b)
	o.text("scheme", id.Scheme)
	o.text("value", id.Value)
	o.textIf("source", id.Source)
	o.textIf("valid_from", id.ValidFrom)
	o.textIf("valid_to", id.ValidTo)
	return o.end()
}

// flagsIf leaves out what is nil; an empty list says that there are none.
func (o *object) flagsIf(flags []Flag) {
	if flags != nil {
		o.key("flags")
		o.b = appendList(o.b, flags, appendFlag)
	}
}

func appendFlag(b []byte, f *Flag) []byte { return appendText(b, string(*f)) }

func appendCollection(b []byte, c *AddressCollection) []byte {
	o := begin(b)
	o.text("type", string(c.Type))
	o.key("geocoding")
	g := begin(o.b)
	g.text("version", c.Geocoding.Version)
	o.b = g.end()
	o.key("features")
	o.b = appendList(o.b, c.Features, appendFeature)
	return o.end()
}

func appendFeature(b []byte, f *AddressFeature) []byte {
	o := begin(b)
	o.text("type", string(f.Type))
	o.textIf("id", f.ID)
	o.key("geometry")
	g := begin(o.b)
	g.text("type", string(f.Geometry.Type))
	g.key("coordinates")
	g.b = appendNumber(append(g.b, '['), f.Geometry.Coordinates[0])
	g.b = appendNumber(append(g.b, ','), f.Geometry.Coordinates[1])
	g.b = append(g.b, ']')
	o.b = g.end()
	o.key("properties")
	p := begin(o.b)
	p.textIf("code", f.Properties.Code)
	p.text("status", string(f.Properties.Status))
	p.text("kind", string(f.Properties.Kind))
	p.text("label", f.Properties.Label)
	p.number("distance_m", f.Properties.DistanceM)
	p.key("components")
	p.b = appendComponents(p.b, &f.Properties.Components)
	p.key("division")
	p.b = appendDivision(p.b, &f.Properties.Division)
	p.flagsIf(f.Properties.Flags)
	o.b = p.end()
	return o.end()
}

func appendList[T any](b []byte, list []T, one func([]byte, *T) []byte) []byte {
	b = append(b, '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, &list[i])
	}
	return append(b, ']')
}

// appendNumber writes a finite number as short as it reads back the same.
func appendNumber(b []byte, f float64) []byte { return strconv.AppendFloat(b, f, 'f', -1, 64) }

// appendText writes a JSON string.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c == 0x7F {
			return appendEscaped(b, s)
		}
	}
	if !utf8.ValidString(s) {
		return appendEscaped(b, s)
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendEscaped(b []byte, s string) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		return append(b, '"', '"') // cannot happen: every string can be encoded
	}
	return append(b, text...)
}
