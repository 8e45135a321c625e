package registry

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"github.com/diachiso/diachiso/geo"
)

// SchemeQD392 is the scheme of the ten-digit numbers of QĐ 392/QĐ-BTTTT: five digits of an area, the national postcode of a
// commune, and five of its own, given at random. They have no check digit.
const SchemeQD392 = "qd392"

// SourceMinted is the source of a number that this registry made (WithMinting).
const SourceMinted = "minted"

// Number is a number of QĐ 392, its ten digits as one: 0 to 9,999,999,999.
type Number int64

// NumberArea is the first five digits of a Number.
type NumberArea int32

const (
	NumbersPerArea = 100_000
	NumberBlocks   = 100 // an area is counted in so many parts of a thousand numbers
)

// ParseNumber reads ten digits; false for anything else.
func ParseNumber(text string) (Number, bool) {
	if !isDigits(text, 10) {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return Number(n), err == nil
}

func (n Number) String() string { return fmt.Sprintf("%010d", int64(n)) }

// Area is the first five digits.
func (n Number) Area() NumberArea { return NumberArea(n / NumbersPerArea) }

func (a NumberArea) String() string { return fmt.Sprintf("%05d", int32(a)) }

// number is the own-th number of the area, own from 0.
func (a NumberArea) number(own int) Number { return Number(int64(a)*NumbersPerArea + int64(own)) }

// parseArea reads a postcode as the area of its commune's numbers; false where there is none.
func parseArea(postcode string) (NumberArea, bool) {
	if !isDigits(postcode, 5) {
		return 0, false
	}
	n, err := strconv.Atoi(postcode)
	return NumberArea(n), err == nil
}

// WithMinting makes this registry the issuing authority of numbers: an address that is assigned without one gets a free one of its
// commune's area. Without it numbers only come in as external ids.
func WithMinting() Option { return func(s *Service) { s.mints = true } }

// knownPrefixes are the first two digits of all postcodes there are or were since 2018. The list of the areas themselves is not
// complete: numbers were issued under the communes of before 2025-07-01, whose postcodes are not in the built-in data.
func (s *Service) knownPrefixes() map[string]bool {
	known := map[string]bool{}
	for _, province := range s.divisions.All(geo.LevelProvince, geo.Today()) {
		for _, prefix := range province.PostcodePrefixes {
			known[prefix] = true
		}
	}
	return known
}

// checkNumbers refuses numbers whose area cannot be one.
func (s *Service) checkNumbers(ids []ExternalID) error {
	for i, id := range ids {
		if id.Scheme == SchemeQD392 && len(id.Value) == 10 && !s.prefixes()[id.Value[:2]] {
			return invalid(fmt.Sprintf("external_ids[%d].value", i), "begins with two digits that no province has",
				"its first five digits are the postcode of a commune: compare it with its source")
		}
	}
	return nil
}

// refuseMinted refuses ids that an address does not have, nil for one that is to be, with a number that this registry made for another: a
// number that was given stays given, even after its address lost it.
func refuseMinted(r Reader, a *Address, ids []ExternalID) error {
	for _, id := range ids {
		n, ok := ParseNumber(id.Value)
		if id.Scheme != SchemeQD392 || !ok || a != nil && a.hasID(id) {
			continue
		}
		first, minted, err := r.IssuedNumber(n)
		switch {
		case isNotFound(err):
		case err != nil:
			return err
		case minted && (a == nil || a.Code != first):
			return &Error{Code: CodeExternalIDConflict, Field: "external_ids",
				Message: "a number among them was made for another address, and a number is never given again", Hint: "compare it with its source"}
		}
	}
	return nil
}

func (a *Address) hasID(id ExternalID) bool {
	return slices.ContainsFunc(a.ExternalIDs, func(have ExternalID) bool { return have.Scheme == id.Scheme && have.Value == id.Value })
}

// mint gives a new address a number, if this registry does that and the address has none. An area that is full, and a commune without
// a postcode, give none; what the journal is to say of that is returned. Demonstration data get none: what is removed must not use
// numbers up.
func (s *Service) mint(w Writer, by Actor, a *Address) (*Entry, error) {
	if !s.mints || a.Provenance.Dataset == DemoDataset || slices.ContainsFunc(a.ExternalIDs, func(id ExternalID) bool { return id.Scheme == SchemeQD392 }) {
		return nil, nil
	}
	today := geo.Today()
	postcode := ""
	if commune, err := s.divisions.Get(geo.LevelCommune, a.Commune, today); err == nil {
		postcode = commune.Postcode(today)
	}
	area, ok := parseArea(postcode)
	if !ok {
		return &Entry{At: a.CreatedAt, Actor: by.Name, Action: "number.area_unknown", Subject: a.Code.String(), Detail: detail("commune", a.Commune)}, nil
	}
	n, ok, err := freeNumber(w, area, randomBelow)
	if err != nil {
		return nil, err
	}
	if !ok {
		return &Entry{At: a.CreatedAt, Actor: by.Name, Action: "number.area_full", Subject: a.Code.String(), Detail: detail("area", area.String())}, nil
	}
	if err := w.MintNumber(n, a.Code); err != nil {
		return nil, err
	}
	a.ExternalIDs = append(slices.Clip(a.ExternalIDs), ExternalID{Scheme: SchemeQD392, Value: n.String(), Source: SourceMinted, ValidFrom: today})
	return nil, nil
}

// quickDraws is how many random numbers are tried one by one: where less than half of an area is issued, they find a free one
// but once in 256 times.
const quickDraws = 8

// freeNumber draws one of the numbers of an area that nobody ever had, each as likely as any other; false when there is none. However
// full the area is, it looks at no more than quickDraws numbers, NumberBlocks counts and the numbers of one block.
func freeNumber(r Reader, area NumberArea, below func(n int) (int, error)) (Number, bool, error) {
	for range quickDraws {
		own, err := below(NumbersPerArea)
		if err != nil {
			return 0, false, err
		}
		n := area.number(own)
		if _, _, err := r.IssuedNumber(n); isNotFound(err) {
			return n, true, nil
		} else if err != nil {
			return 0, false, err
		}
	}
	issued, err := r.NumberBlocks(area)
	if err != nil {
		return 0, false, err
	}
	const perBlock = NumbersPerArea / NumberBlocks
	free := NumbersPerArea
	for _, n := range issued {
		free -= n
	}
	if free <= 0 {
		return 0, false, nil
	}
	chosen, err := below(free)
	if err != nil {
		return 0, false, err
	}
	block := 0
	for ; chosen >= perBlock-issued[block]; block++ {
		chosen -= perBlock - issued[block]
	}
	taken, err := r.NumbersInBlock(area, block)
	if err != nil {
		return 0, false, err
	}
	n := area.number(block*perBlock + chosen) // moves behind each issued one that stands before it
	for _, t := range taken {
		if t > n {
			break
		}
		n++
	}
	return n, true, nil
}

// randomBelow is a number from 0 to n-1 that nobody can guess, each as likely as any other.
func randomBelow(n int) (int, error) {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		return 0, fmt.Errorf("draw a number: %w", err)
	}
	return int(v.Int64()), nil
}

// NumberConfirmation is what somebody who gave a number should be asked to confirm: it has no check digit, and a wrong one is mostly
// somebody else's.
type NumberConfirmation struct {
	Commune string // full name of the commune today
	Street  string // street, or what stands for it where there is none: hamlet, quarter, building; "" when there is nothing of that
}

// confirmation is what an answer to a number carries.
func (s *Service) confirmation(a *Address) *NumberConfirmation {
	today := geo.Today()
	c := &NumberConfirmation{}
	if commune, err := s.divisions.Get(geo.LevelCommune, a.Commune, today); err == nil {
		c.Commune = commune.Name(today).FullName()
	}
	for _, name := range [...]string{a.Components.Street, a.Components.Hamlet, a.Components.Quarter, a.Components.Building} {
		if name != "" {
			c.Street = name
			break
		}
	}
	return c
}
