// Package geocode understands Vietnamese address text: it parses it into components, finds the streets, houses and divisions
// that it means among the registered addresses and the divisions in time, completes it as it is typed, judges it, and converts
// it between the divisions before and since 2025-07-01.
package geocode

import (
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// Span is a piece of the text asked about, as bytes of the cleaned text (vntext.Clean).
type Span struct {
	Start, End int
	Text       string
}

// Status says how a component of the answer came about (as address validation services name it).
type Status string

const (
	Confirmed      Status = "confirmed"       // the text says it and the data has it
	Inferred       Status = "inferred"        // the text does not say it; the data does
	Replaced       Status = "replaced"        // the text names a former unit or spelling; this is the current one
	SpellCorrected Status = "spell_corrected" // a typing error was put right
	Unconfirmed    Status = "unconfirmed"     // the text says it, the data can't tell
	Unexpected     Status = "unexpected"      // the text says it, the data contradicts it
)

// Reading is one way to understand which divisions a text names.
type Reading struct {
	// What the text names, in the epoch in which it names it; nil where it doesn't. All of one epoch, except that a current province
	// may stand beside an old commune or district, as people write.
	Commune, District, Province                   *geo.Division
	CommuneSpan, DistrictSpan, ProvinceSpan       Span   // zero where not named
	CommuneStatus, DistrictStatus, ProvinceStatus Status // confirmed, spell_corrected or replaced (alias, former name)
	// Communes are today's communes that the reading can mean, most likely first; empty when no commune and no district is named.
	// Each comes with the relation it came by (nil for a current commune).
	Communes []CommuneCandidate
	Score    float64 // 0..1
}

// CommuneCandidate is a commune of today that a reading can mean.
type CommuneCandidate struct {
	Commune  *geo.Division
	Relation *geo.Relation // how the named old commune became this one; nil when named directly or reached through a district
	Weight   float64       // 0..1
}

// Hypothesis is one way to understand a whole text.
type Hypothesis struct {
	Reading    Reading
	Components registry.Components // as written (NFC), without the words that say which component it is
	Postcode   string
	Codes      []addresscode.Code
	ExternalID string // "qd392:1151502853" for a labelled or lone ten-digit number
	Point      *geo.Point
	Noise      []Span // set aside: phone numbers, notes to the courier, names
	Unmatched  []Span // nothing explains them
	Score      float64
}
