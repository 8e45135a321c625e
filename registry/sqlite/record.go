package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// The numbers of the closed sets, as the migrations list them: index = stored value. They never change their meaning.
var (
	statusNumbers         = []registry.Status{"", registry.StatusActive, registry.StatusRetired}
	kindNumbers           = []registry.Kind{"", registry.KindDwelling, registry.KindBusiness, registry.KindPublic, registry.KindOther}
	positionTypeNumbers   = []registry.PositionType{"", registry.PositionEntrance, registry.PositionBuilding, registry.PositionDelivery}
	positionSourceNumbers = []geo.Source{geo.SourceUnknown, geo.SourceSurvey, geo.SourceGPS, geo.SourceImagery, geo.SourceImport, geo.SourceGeocoded}
	flagBits              = []registry.Flag{registry.FlagCommuneGiven, registry.FlagOffCoast, registry.FlagOffBorder, registry.FlagSpecialWater, registry.FlagSpilled, registry.FlagProtected}
)

// record is an address as it is stored: a row of the table address, and the JSON of an event's before.
type record struct {
	Key            int64   `json:"key"`
	Status         int64   `json:"status"`
	Kind           int64   `json:"kind"`
	Version        int64   `json:"version"`
	Lat            int64   `json:"lat"`
	Lon            int64   `json:"lon"`
	PositionType   int64   `json:"position_type"`
	PositionSource int64   `json:"position_source,omitempty"`
	AccuracyM      float64 `json:"accuracy_m,omitempty"`
	MorePositions  string  `json:"more_positions,omitempty"`
	HouseNumber    string  `json:"house_number,omitempty"`
	Alley          string  `json:"alley,omitempty"`
	Street         string  `json:"street,omitempty"`
	Hamlet         string  `json:"hamlet,omitempty"`
	Quarter        string  `json:"quarter,omitempty"`
	Building       string  `json:"building,omitempty"`
	Block          string  `json:"block,omitempty"`
	Floor          string  `json:"floor,omitempty"`
	Unit           string  `json:"unit,omitempty"`
	CommuneAtIssue *int64  `json:"commune_at_issue,omitempty"`
	Commune        *int64  `json:"commune,omitempty"`
	ExternalIDs    string  `json:"external_ids,omitempty"`
	Dataset        string  `json:"dataset,omitempty"`
	Detail         string  `json:"detail,omitempty"`
	Flags          int64   `json:"flags,omitempty"`
	CreatedAt      int64   `json:"created_at"`
	UpdatedAt      int64   `json:"updated_at"`
	Successors     string  `json:"successors,omitempty"`
}

func newRecord(a *registry.Address) (*record, error) {
	if a.Code.IsZero() {
		return nil, refuse("code", "an address without a code")
	}
	if len(a.Positions) == 0 {
		return nil, refuse("positions", "an address without a position")
	}
	r := &record{
		Key: int64(a.Code.Key()), Version: a.Version,
		HouseNumber: a.Components.HouseNumber, Street: a.Components.Street, Hamlet: a.Components.Hamlet, Quarter: a.Components.Quarter,
		Building: a.Components.Building, Block: a.Components.Block, Floor: a.Components.Floor, Unit: a.Components.Unit,
		Dataset: a.Provenance.Dataset, Detail: a.Provenance.Detail,
		CreatedAt: a.CreatedAt.UnixMilli(), UpdatedAt: a.UpdatedAt.UnixMilli(),
	}
	var err error
	if r.Status, err = number("status", statusNumbers, a.Status); err != nil {
		return nil, err
	}
	if r.Kind, err = number("kind", kindNumbers, a.Kind); err != nil {
		return nil, err
	}
	first := a.Positions[0]
	if r.PositionType, r.PositionSource, err = positionNumbers(first); err != nil {
		return nil, err
	}
	r.Lat, r.Lon, r.AccuracyM = int64(first.Point.LatE7), int64(first.Point.LonE7), first.AccuracyM
	if r.MorePositions, err = encodePositions(a.Positions[1:]); err != nil {
		return nil, err
	}
	if len(a.Components.Alley) > 0 {
		if r.Alley, err = encodeJSON(a.Components.Alley); err != nil {
			return nil, err
		}
	}
	if r.ExternalIDs, err = encodeExternalIDs(a.ExternalIDs); err != nil {
		return nil, err
	}
	if r.Successors, err = encodeSuccessors(a.Successors); err != nil {
		return nil, err
	}
	if r.CommuneAtIssue, err = communeNumber("commune_at_issue", a.CommuneAtIssue); err != nil {
		return nil, err
	}
	if r.Commune, err = communeNumber("commune", a.Commune); err != nil {
		return nil, err
	}
	for _, f := range a.Flags {
		bit := slices.Index(flagBits, f)
		if bit < 0 {
			return nil, refuse("flags", fmt.Sprintf("unknown flag %q", f))
		}
		r.Flags |= 1 << bit
	}
	return r, nil
}

func (r *record) address() (*registry.Address, error) {
	code, err := addresscode.FromKey(uint64(r.Key))
	if err != nil {
		return nil, damaged("read address", fmt.Sprintf("key %d is no code: %v", r.Key, err))
	}
	if !within(statusNumbers, r.Status) || !within(kindNumbers, r.Kind) || !within(positionTypeNumbers, r.PositionType) || !within(positionSourceNumbers, r.PositionSource) || r.Flags>>len(flagBits) != 0 {
		return nil, damaged("read address", fmt.Sprintf("the row of key %d has a number that this version does not know", r.Key))
	}
	a := &registry.Address{
		Code: code, Status: statusNumbers[r.Status], Kind: kindNumbers[r.Kind], Version: r.Version,
		Components: registry.Components{
			HouseNumber: r.HouseNumber, Street: r.Street, Hamlet: r.Hamlet, Quarter: r.Quarter,
			Building: r.Building, Block: r.Block, Floor: r.Floor, Unit: r.Unit,
		},
		CommuneAtIssue: communeText(r.CommuneAtIssue), Commune: communeText(r.Commune),
		Provenance: registry.Provenance{Dataset: r.Dataset, Detail: r.Detail},
		CreatedAt:  time.UnixMilli(r.CreatedAt).UTC(), UpdatedAt: time.UnixMilli(r.UpdatedAt).UTC(),
	}
	first := registry.TypedPosition{Type: positionTypeNumbers[r.PositionType]}
	first.Point = geo.Point{LatE7: int32(r.Lat), LonE7: int32(r.Lon)}
	first.Source, first.AccuracyM = positionSourceNumbers[r.PositionSource], r.AccuracyM
	a.Positions = []registry.TypedPosition{first}
	if r.MorePositions != "" {
		if a.Positions, err = decodePositions(a.Positions, r.MorePositions); err != nil {
			return nil, damaged("read address", fmt.Sprintf("positions of key %d: %v", r.Key, err))
		}
	}
	if r.Alley != "" {
		if a.Components.Alley, err = decodeAlley(r.Alley); err != nil {
			return nil, damaged("read address", fmt.Sprintf("alley of key %d: %v", r.Key, err))
		}
	}
	if r.ExternalIDs != "" {
		if a.ExternalIDs, err = decodeExternalIDs(r.ExternalIDs); err != nil {
			return nil, damaged("read address", fmt.Sprintf("external ids of key %d: %v", r.Key, err))
		}
	}
	if r.Successors != "" {
		if a.Successors, err = decodeSuccessors(r.Successors); err != nil {
			return nil, damaged("read address", fmt.Sprintf("successors of key %d: %v", r.Key, err))
		}
	}
	for bit, f := range flagBits {
		if r.Flags&(1<<bit) != 0 {
			a.Flags = append(a.Flags, f)
		}
	}
	return a, nil
}

func decodeAlley(text string) (alley []string, err error) {
	if alley, rest, ok := cutPlainList(text); ok && rest == "" {
		return alley, nil
	}
	err = json.Unmarshal([]byte(text), &alley)
	return alley, err
}

// values are the record in the order of recordColumns, and the likeness.
func (r *record) values(likeness uint64) []driver.Value {
	var updatedAt driver.Value
	if r.UpdatedAt != r.CreatedAt {
		updatedAt = r.UpdatedAt
	}
	return []driver.Value{
		r.Key, r.Status, r.Kind, r.Version, r.Lat, r.Lon, r.PositionType, r.PositionSource, r.AccuracyM, nullText(r.MorePositions),
		nullText(r.HouseNumber), nullText(r.Alley), nullText(r.Street), nullText(r.Hamlet), nullText(r.Quarter),
		nullText(r.Building), nullText(r.Block), nullText(r.Floor), nullText(r.Unit),
		nullInt(r.CommuneAtIssue), nullInt(r.Commune), nullText(r.ExternalIDs), nullText(r.Dataset), nullText(r.Detail),
		r.Flags, r.CreatedAt, updatedAt, nullText(r.Successors), int64(likeness),
	}
}

// scan reads a row in the order of recordColumns.
func (r *record) scan(row []driver.Value) {
	integers := [...]*int64{&r.Key, &r.Status, &r.Kind, &r.Version, &r.Lat, &r.Lon, &r.PositionType, &r.PositionSource}
	for i, p := range integers {
		*p, _ = row[i].(int64)
	}
	r.AccuracyM, _ = row[8].(float64)
	texts := [...]*string{&r.MorePositions, &r.HouseNumber, &r.Alley, &r.Street, &r.Hamlet, &r.Quarter, &r.Building, &r.Block, &r.Floor, &r.Unit}
	for i, p := range texts {
		*p, _ = row[9+i].(string)
	}
	r.CommuneAtIssue, r.Commune = intOrNil(row[19]), intOrNil(row[20])
	r.ExternalIDs, _ = row[21].(string)
	r.Dataset, _ = row[22].(string)
	r.Detail, _ = row[23].(string)
	r.Flags, _ = row[24].(int64)
	r.CreatedAt, _ = row[25].(int64)
	r.UpdatedAt = r.CreatedAt
	if at, ok := row[26].(int64); ok {
		r.UpdatedAt = at
	}
	r.Successors, _ = row[27].(string)
}

// refuse reports an address that the store cannot keep; the service is expected to have refused it first.
func refuse(field, message string) error {
	return &registry.Error{Code: registry.CodeInvalid, Op: "store address", Field: field, Message: message}
}

func number[T ~string](field string, set []T, v T) (int64, error) {
	if i := slices.Index(set, v); i >= 0 && v != "" {
		return int64(i), nil
	}
	return 0, refuse(field, fmt.Sprintf("unknown value %q", string(v)))
}

func within[T ~string](set []T, n int64) bool { return n >= 0 && n < int64(len(set)) && set[n] != "" }

func communeNumber(field, code string) (*int64, error) {
	if code == "" {
		return nil, nil
	}
	n, err := strconv.ParseUint(code, 10, 32)
	if err != nil || len(code) != 5 {
		return nil, refuse(field, fmt.Sprintf("%q is not a commune code of five digits", code))
	}
	v := int64(n)
	return &v, nil
}

func communeText(n *int64) string {
	if n == nil {
		return ""
	}
	v := *n
	var b [5]byte
	for i := 4; i >= 0; i-- {
		b[i] = byte('0' + v%10)
		v /= 10
	}
	return string(b[:])
}

func nullText(s string) driver.Value {
	if s == "" {
		return nil
	}
	return s
}

func nullInt(p *int64) driver.Value {
	if p == nil {
		return nil
	}
	return *p
}

func intOrNil(v driver.Value) *int64 {
	if n, ok := v.(int64); ok {
		return &n
	}
	return nil
}
