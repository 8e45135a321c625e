package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// QueryKind says how Resolve understood its input.
type QueryKind string

const (
	QueryCode       QueryKind = "code"
	QueryCorrection QueryKind = "correction" // a damaged code
	QueryShort      QueryKind = "short_code" // last seven symbols and a commune
	QueryExternalID QueryKind = "external_id"
	QueryPlusCode   QueryKind = "plus_code"
	QueryCell       QueryKind = "h3"
	QueryPosition   QueryKind = "position"
)

// Candidate is one reading of a query.
type Candidate struct {
	Code       addresscode.Code        // zero for a place without a code, and for a door whose flats the sight is not told of
	Address    *Address                // nil when not registered
	Suggestion *addresscode.Suggestion // for corrections
	Point      geo.Point               // of the address where there is one, else of the code's cell or the place
	Location   *geo.Location           // nil outside
	DistanceM  float64                 // from the asked place to Address, for places
	Succeeds   addresscode.Code        // the retired code that was asked for and that leads to Address; zero for none
	Confirm    *NumberConfirmation     // for a number of QĐ 392
}

// Resolution is the answer to anything.
type Resolution struct {
	Kind       QueryKind
	Candidates []Candidate // best first; registered ones before others; never silently decided
	Point      *geo.Point  // for plus_code, h3, position
}

// MaxQuery is the length of a query in bytes; links are the longest.
const MaxQuery = 500

// What Resolve looks for around a place.
const (
	resolveRadiusM = 100.0
	resolveLimit   = 5
)

// Resolve understands what people and programs send for a place. It tries, in this order, and the first that fits is taken:
//
//  1. an external id, scheme:value without a space behind the colon (osm:node/1), and ten digits as qd392;
//     one that nobody has is passed over when the text holds a code as well;
//  2. a position: two numbers (geo: in front or not, degrees in any spelling of geo.ParsePoint);
//  3. an H3 cell: 15 hexadecimal digits that begin with 8;
//  4. a full Plus Code: a + after eight digits;
//  5. a code in any spelling, alone, or codes inside a link or running text;
//  6. a short code, then a comma or space, then a commune's name, today's or an old one, and more of its address to tell
//     communes of one name apart;
//  7. a damaged code: its corrections as candidates, registered ones first, unverified ones last among the others.
//
// A place (2-4) has the registered addresses around it as candidates and the place itself as the last. A code that is valid
// but not registered is a candidate without Address. Instead of a retired address stand the addresses in use that it leads to, if any.
//
// Errors are *Error: CodeInvalid when nothing fits, CodeNotFound for an external id that nobody has, CodeInvalidCode for a
// short code that fits nowhere in its commune, CodePosition….
func (s *Service) Resolve(ctx context.Context, q string) (*Resolution, error) {
	return s.ResolveFor(ctx, Sight{}, q)
}

// ResolveFor is Resolve for a sight: what it may not be told of is not registered, and no external id finds it.
func (s *Service) ResolveFor(ctx context.Context, sight Sight, q string) (*Resolution, error) {
	const op = "resolve"
	as := resolver{s, sight}
	if len(q) > MaxQuery {
		return nil, &Error{Code: CodeInvalid, Op: op, Field: "q", Message: fmt.Sprintf("the query has %d bytes", len(q)), Hint: fmt.Sprintf("at most %d are possible: send the code, or one line of address", MaxQuery)}
	}
	text := vntext.Clean(q)
	if text == "" {
		return nil, &Error{Code: CodeInvalid, Op: op, Field: "q", Message: "the query is empty", Hint: resolveHint}
	}
	for _, try := range [...]func(context.Context, string) (*Resolution, error){
		as.resolveExternalID, as.resolvePosition, as.resolveCell, as.resolvePlusCode, as.resolveCode, as.resolveShort, as.resolveDamaged,
	} {
		res, err := try(ctx, text)
		if err != nil {
			return nil, domainError(op, err)
		}
		if res != nil {
			return res, nil
		}
	}
	_, cause := addresscode.Parse(text)
	return nil, &Error{Code: CodeInvalid, Op: op, Field: "q", Err: cause,
		Message: "the text is no code, not nearly one, no short code with a commune, no external id, Plus Code, H3 cell or position", Hint: resolveHint}
}

const resolveHint = `give a code such as 5FJBC-2NJV-T33, its last seven symbols with the commune ("2NJV-T33, phường Hoàn Kiếm"), ` +
	`an external id (osm:node/1), a full Plus Code, an H3 cell, or "latitude,longitude"`

// resolver resolves for one sight.
type resolver struct {
	*Service
	sight Sight
}

// The resolve functions below return nil and no error for text that is not theirs.

func (s resolver) resolveExternalID(ctx context.Context, text string) (*Resolution, error) {
	scheme, value, ok := splitExternalID(text)
	if !ok {
		return nil, nil
	}
	var a *Address
	var heirs []*Address
	err := s.store.View(ctx, func(r Reader) error {
		code, err := r.ByExternalID(scheme, value)
		if err != nil && !isNotFound(err) {
			return err
		}
		// Read without a code too, which finds nothing: an id that nobody has takes as long as one that the sight is not told of.
		if a, err = s.sight.Read(r, code); err != nil {
			return err
		}
		heirs, err = successorsOf(r, s.sight, a)
		return err
	})
	if err == nil && s.sight.Scheme != nil && !s.sight.Scheme(scheme, a.Commune) {
		err = &Error{Code: CodeNotFound}
	}
	if isNotFound(err) {
		if len(addresscode.Find(text)) > 0 {
			return nil, nil
		}
		return nil, &Error{Code: CodeNotFound, Field: "q", Message: fmt.Sprintf("no address has that id of the scheme %q", scheme),
			Hint: "compare it with its source; ids become known when an address is assigned or imported with them"}
	}
	if err != nil {
		return nil, err
	}
	candidates := s.inUse(a.Code, s.sight.Show(a), heirs, nil)
	if scheme == SchemeQD392 {
		for i := range candidates {
			candidates[i].Confirm = s.confirmation(candidates[i].Address)
		}
	}
	return &Resolution{Kind: QueryExternalID, Candidates: candidates}, nil
}

// splitExternalID reads "osm:node/1" and "1151502853". Links and geo: are none.
func splitExternalID(text string) (scheme, value string, ok bool) {
	if isDigits(text, 10) {
		return SchemeQD392, text, true
	}
	scheme, value, ok = strings.Cut(text, ":")
	scheme = strings.ToLower(scheme)
	switch {
	case !ok || !ValidScheme(scheme) || scheme == "geo", value == "" || strings.HasPrefix(value, "//") || value[0] == ' ':
		return "", "", false
	case utf8.RuneCountInString(value) > MaxExternalValue:
		return "", "", false
	}
	return scheme, value, true
}

func (s resolver) resolvePosition(ctx context.Context, text string) (*Resolution, error) {
	if !looksLikePosition(text) {
		return nil, nil
	}
	p, err := geo.ParsePoint(text)
	if err != nil {
		return nil, err
	}
	return s.resolvePlace(ctx, QueryPosition, p)
}

// looksLikePosition tells two numbers from a code of digits with spaces: it wants a decimal point or comma, a degree sign
// or geo: in front, and no letters but those of hemispheres.
func looksLikePosition(text string) bool {
	if rest, ok := strings.CutPrefix(strings.ToLower(text), "geo:"); ok {
		return strings.ContainsFunc(rest, unicode.IsDigit)
	}
	digits, marks := 0, false
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case strings.ContainsRune(",;°º'′’\"″”", r):
			marks = true
		case r == '.':
			marks = true
		case strings.ContainsRune(" +-()−", r), strings.ContainsRune("NSEWBĐnsewbđ", r):
		default:
			return false
		}
	}
	if !marks || digits < 2 {
		return false
	}
	// a code may be written with dots (5FJBC.2NJV.T33); without any other letter its symbols would all be digits, N, S, B
	if strings.ContainsAny(text, ",;°º'′’\"″”") {
		return true
	}
	fields := strings.Fields(text)
	return len(fields) >= 2 && strings.Contains(fields[0], ".") && strings.ContainsFunc(fields[1], unicode.IsDigit)
}

func (s resolver) resolveCell(ctx context.Context, text string) (*Resolution, error) {
	if len(text) != 15 || text[0] != '8' || strings.Trim(strings.ToLower(text), "0123456789abcdef") != "" {
		return nil, nil
	}
	cell, err := geo.ParseCell(text)
	if err != nil {
		return nil, &Error{Code: CodeInvalid, Field: "q", Message: "it looks like an H3 cell, but there is none with this index", Hint: "compare it with its source", Err: err}
	}
	return s.resolvePlace(ctx, QueryCell, cell.Center())
}

func (s resolver) resolvePlusCode(ctx context.Context, text string) (*Resolution, error) {
	before, _, ok := strings.Cut(text, "+")
	if !ok || strings.ContainsAny(text, ",;.: ") && len(before) != 8 {
		return nil, nil
	}
	p, _, err := geo.ParsePlusCode(text)
	if err == nil {
		return s.resolvePlace(ctx, QueryPlusCode, p)
	}
	if len(before) < 8 && len(before) >= 2 && strings.Trim(strings.ToUpper(before), "23456789CFGHJMPQRVWX") == "" {
		return nil, &Error{Code: CodeInvalid, Field: "q", Message: "it is a short Plus Code", Hint: "give the full one, with eight digits before the +", Err: err}
	}
	if len(before) == 8 {
		return nil, &Error{Code: CodeInvalid, Field: "q", Message: "it looks like a Plus Code, but is none", Hint: "a full Plus Code has two or more digits of 23456789CFGHJMPQRVWX behind the +", Err: err}
	}
	return nil, nil
}

// resolvePlace answers with what is registered around p, and p itself last.
func (s resolver) resolvePlace(ctx context.Context, kind QueryKind, p geo.Point) (*Resolution, error) {
	near, err := s.ReverseFor(ctx, s.sight, p, resolveRadiusM, resolveLimit)
	if err != nil {
		return nil, err
	}
	res := &Resolution{Kind: kind, Point: &p}
	for _, n := range near {
		c := s.candidate(n.Address.Code, n.Address)
		c.DistanceM = n.DistanceM
		res.Candidates = append(res.Candidates, c)
	}
	res.Candidates = append(res.Candidates, Candidate{Point: p, Location: s.locate(p)})
	return res, nil
}

func (s resolver) resolveCode(ctx context.Context, text string) (*Resolution, error) {
	if code, err := addresscode.Parse(text); err == nil {
		return s.resolveCodes(ctx, QueryCode, []addresscode.Code{code}, nil)
	}
	var codes []addresscode.Code
	for _, found := range addresscode.Find(text) {
		if !slices.Contains(codes, found.Code) {
			codes = append(codes, found.Code)
		}
	}
	if len(codes) == 0 {
		return nil, nil
	}
	return s.resolveCodes(ctx, QueryCode, codes, nil)
}

func (s resolver) resolveDamaged(ctx context.Context, text string) (*Resolution, error) {
	suggestions, err := addresscode.Correct(text)
	if err != nil || len(suggestions) == 0 {
		if suggestions = correctInLink(text); len(suggestions) == 0 {
			return nil, nil
		}
	}
	// Unverified ones rank last already; a registered one outranks them all.
	codes := make([]addresscode.Code, len(suggestions))
	for i := range suggestions {
		codes[i] = suggestions[i].Code
	}
	return s.resolveCodes(ctx, QueryCorrection, codes, suggestions)
}

// correctInLink looks at the last part of a link's path, where a code would stand.
func correctInLink(text string) []addresscode.Suggestion {
	_, rest, ok := strings.Cut(text, "://")
	if !ok {
		return nil
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, _, _ = strings.Cut(rest, "?")
	rest = strings.TrimRight(rest, "/")
	suggestions, err := addresscode.Correct(rest[strings.LastIndexByte(rest, '/')+1:])
	if err != nil {
		return nil
	}
	return suggestions
}

// resolveCodes looks codes up and puts the registered ones first, in their order otherwise. suggestions is nil or as long as codes.
func (s resolver) resolveCodes(ctx context.Context, kind QueryKind, codes []addresscode.Code, suggestions []addresscode.Suggestion) (*Resolution, error) {
	addresses, heirs := make([]*Address, len(codes)), make([][]*Address, len(codes))
	err := s.store.View(ctx, func(r Reader) error {
		for i, code := range codes {
			a, err := s.sight.Read(r, code)
			if err != nil && !isNotFound(err) {
				return err
			}
			if err != nil {
				continue
			}
			addresses[i] = s.sight.Show(a)
			if heirs[i], err = successorsOf(r, s.sight, a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	res := &Resolution{Kind: kind}
	for _, registered := range [...]bool{true, false} {
		for i, code := range codes {
			if (addresses[i] != nil) != registered {
				continue
			}
			var suggestion *addresscode.Suggestion
			if suggestions != nil {
				suggestion = &suggestions[i]
			}
			res.Candidates = append(res.Candidates, s.inUse(code, addresses[i], heirs[i], suggestion)...)
		}
	}
	return res, nil
}

// inUse are the candidates of a code: the addresses that a retired one leads to, or else the one that has it.
func (s *Service) inUse(code addresscode.Code, a *Address, heirs []*Address, suggestion *addresscode.Suggestion) []Candidate {
	if len(heirs) == 0 {
		c := s.candidate(code, a)
		c.Suggestion = suggestion
		return []Candidate{c}
	}
	candidates := make([]Candidate, len(heirs))
	for i, heir := range heirs {
		candidates[i] = s.candidate(heir.Code, heir)
		candidates[i].Suggestion, candidates[i].Succeeds = suggestion, code
	}
	return candidates
}

// candidate is a code with its address, or nil, and where that is.
func (s *Service) candidate(code addresscode.Code, a *Address) Candidate {
	c := Candidate{Code: code, Address: a}
	if a != nil {
		c.Point = a.Point()
	} else {
		c.Point = geo.CodeCenter(code)
	}
	c.Location = s.locate(c.Point)
	return c
}
