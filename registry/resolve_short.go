package registry

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

const (
	shortSymbols = 7
	// maxCommunes bounds the communes that one short code is tried in; "Phường 1" alone names dozens of old ones.
	maxCommunes = 100
)

func (s resolver) resolveShort(ctx context.Context, text string) (*Resolution, error) {
	short, place, ok := splitShort(text)
	if !ok {
		return nil, nil
	}
	communes := s.communesNamed(place)
	switch {
	case len(communes) == 0:
		if res, err := s.resolveDamaged(ctx, text); res != nil || err != nil {
			return res, err // a code in three pieces, the last ones damaged
		}
		return nil, &Error{Code: CodeInvalid, Field: "q", Message: "it begins like a short code, but no commune is called what follows",
			Hint: "write the commune's name as on a letter, today's or the old one, and the province behind it: 2NJV-T33, phường Hoàn Kiếm, Hà Nội"}
	case len(communes) > maxCommunes:
		return nil, &Error{Code: CodeAmbiguous, Field: "q", Message: "too many communes have or had that name", Hint: "add the district or the province"}
	}
	var zones []addresscode.Zone
	for _, commune := range communes {
		of, err := s.locator.Zones(commune.Code, true)
		if err != nil {
			return nil, err
		}
		zones = append(zones, of...)
	}
	slices.SortFunc(zones, addresscode.Zone.Compare)
	codes, err := addresscode.ExpandShort(short, slices.Compact(zones))
	if err != nil {
		return nil, err
	}
	if len(codes) == 0 {
		codes = s.expandAtSea(short, communes)
	}
	if len(codes) == 0 {
		return nil, &Error{Code: CodeInvalidCode, Field: "q", Message: "no code in that commune ends so",
			Hint: "compare the seven symbols and the commune with their source; the whole code of twelve symbols can be corrected"}
	}
	return s.resolveCodes(ctx, QueryShort, codes, nil)
}

// expandAtSea returns the codes with that short form in the waters of island communes, which reach up to 22 km beyond the
// zones that meet their drawn reefs. The three check symbols leave 27² of all zones, fewer than there are in those waters:
// the first two symbols are tried, the other three follow from them.
func (s *Service) expandAtSea(short string, communes []*geo.Division) []addresscode.Code {
	today := geo.Today()
	islands := slices.DeleteFunc(slices.Clone(communes), func(d *geo.Division) bool { return d.Name(today).Type != "Đặc khu" })
	if len(islands) == 0 {
		return nil
	}
	var codes []addresscode.Code
	for _, first := range addresscode.Alphabet {
		for _, second := range addresscode.Alphabet {
			suggestions, err := addresscode.Correct(string(first) + string(second) + "???" + short)
			if err != nil {
				continue // no such zone
			}
			for _, suggestion := range suggestions {
				loc := s.locate(geo.CodeCenter(suggestion.Code))
				if loc != nil && slices.Contains(islands, loc.Commune) {
					codes = append(codes, suggestion.Code)
				}
			}
		}
	}
	return codes
}

// splitShort cuts "2NJV-T33, phường Hoàn Kiếm" into the short code and the rest. All seven symbols must be readable.
func splitShort(text string) (short, place string, ok bool) {
	symbols := 0
	for i, r := range text {
		switch {
		case symbols == shortSymbols:
			if r != ',' && r != ';' && r != ' ' && r != '(' {
				return "", "", false
			}
			place = strings.Trim(text[i:], " ,;.()")
			return text[:i], place, strings.ContainsFunc(place, unicode.IsLetter)
		case r < utf8.RuneSelf && strings.ContainsRune(shortAlphabet, unicode.ToUpper(r)):
			symbols++
		case strings.ContainsRune(" -.–", r):
		default:
			return "", "", false
		}
	}
	return "", "", false
}

// shortAlphabet is the code's alphabet with the three letters that are read as digits.
const shortAlphabet = addresscode.Alphabet + "OIL"

// communesNamed returns today's communes that a place's text can mean: the first part, up to a comma, is the name of a
// commune, with its type or without, today's or an old one; the parts behind it name its district or province and choose
// among communes of one name. An old commune stands for its successors. By code.
func (s *Service) communesNamed(place string) []*geo.Division {
	parts := strings.FieldsFunc(place, func(r rune) bool { return r == ',' || r == ';' })
	if len(parts) == 0 {
		return nil
	}
	ix := s.names()
	named := ix.communes[expandType(vntext.Fold(parts[0]))]
	for _, part := range parts[1:] {
		larger := expandType(vntext.Fold(part))
		if larger == "" || larger == "viet nam" {
			continue
		}
		named = slices.DeleteFunc(slices.Clone(named), func(d *geo.Division) bool { return !s.liesIn(d, larger) })
	}
	today := geo.Today()
	var communes []*geo.Division
	for _, d := range named {
		if d.ExistsAt(today) {
			communes = append(communes, d)
			continue
		}
		for _, rel := range s.divisions.Successors(d) {
			if rel.To.Level == geo.LevelCommune && rel.To.ExistsAt(today) {
				communes = append(communes, rel.To)
			}
		}
	}
	slices.SortFunc(communes, func(a, b *geo.Division) int { return strings.Compare(a.Code, b.Code) })
	return slices.Compact(communes)
}

// liesIn reports whether a commune lies in a district or province of that folded name, at any time of its life, or has a
// successor in such a province.
func (s *Service) liesIn(d *geo.Division, folded string) bool {
	ix := s.names()
	in := func(level geo.Level, code string, at geo.Date) bool {
		larger, err := s.divisions.Get(level, code, at)
		return err == nil && ix.matches(larger, folded)
	}
	at := geo.Today()
	if !d.ExistsAt(at) {
		at = lastOldDay
	}
	if in(geo.LevelProvince, d.Province, at) || in(geo.LevelDistrict, d.Parent, at) {
		return true
	}
	return slices.ContainsFunc(s.divisions.Successors(d), func(rel geo.Relation) bool {
		return in(geo.LevelProvince, rel.To.Province, geo.Today())
	})
}

// expandType writes out the abbreviated type in front of a folded name, and the two cities that everybody abbreviates:
// "p hoan kiem" → "phuong hoan kiem".
func expandType(folded string) string {
	switch folded {
	case "tphcm", "tp hcm", "hcm", "sai gon", "thanh pho hcm", "tp ho chi minh":
		return "ho chi minh"
	case "hn":
		return "ha noi"
	}
	for _, abbreviation := range [...][2]string{{"p ", "phuong "}, {"x ", "xa "}, {"tt ", "thi tran "}, {"dk ", "dac khu "}, {"q ", "quan "},
		{"h ", "huyen "}, {"tx ", "thi xa "}, {"tp ", "thanh pho "}, {"t ", "tinh "}} {
		if rest, ok := strings.CutPrefix(folded, abbreviation[0]); ok {
			return abbreviation[1] + rest
		}
	}
	return folded
}
