package geocode

import (
	"context"
	"strings"

	"github.com/diachiso/diachiso/registry"
)

// Convert leads a division, or an address, to another date; what was divided is settled by the position given or by the
// registered street or house. Errors are those of Converter.Convert and of the context.
func (e *Engine) Convert(ctx context.Context, r ConvertRequest) (*Conversions, error) {
	found, err := NewConverter(e.gazetteer, e.parser, e.svc.Locator(), registered{ctx, e}).Convert(r)
	if ctx.Err() != nil {
		return nil, ctx.Err() // what was looked up last is missing
	}
	return found, err
}

// Decided is the one conversion that the request means, when nothing about it is open.
func (c *Conversions) Decided() (*Conversion, bool) {
	if len(c.Items) != 1 || !c.Items[0].Settled || len(c.Items[0].Candidates) == 0 {
		return nil, false
	}
	return &c.Items[0], true
}

// registered answers for one request where streets and houses are registered. What it cannot find out settles nothing.
type registered struct {
	ctx context.Context
	e   *Engine
}

// StreetCommunes implements Thoroughfares.
func (s registered) StreetCommunes(name string, communes []string) []string {
	return s.communes(name, communes, func(r *Result) bool {
		return r.Components.Street != "" && (r.Type == TypeStreet || r.Type == TypeHouse) && sameStreet(r.Components.Street, name)
	})
}

// HouseCommunes implements Thoroughfares.
func (s registered) HouseCommunes(house, street string, communes []string) []string {
	return s.communes(house+" "+street, communes, func(r *Result) bool {
		return r.Type == TypeHouse && r.MatchLevel == MatchHouse && sameStreet(r.Components.Street, street)
	})
}

func (s registered) communes(text string, communes []string, is func(*Result) bool) []string {
	var have []string
	for _, commune := range communes {
		found, err := s.e.Search(s.ctx, Query{Text: text, Commune: commune, Limit: 3, Sight: registry.Sight{Doors: true, Protected: registry.Nowhere{}}})
		if err != nil {
			continue
		}
		for i := range found.Results {
			if is(&found.Results[i]) {
				have = append(have, commune)
				break
			}
		}
	}
	return have
}

func sameStreet(a, b string) bool {
	same, contrary := sameName(strings.TrimSpace(a), strings.TrimSpace(b))
	return same && !contrary
}
