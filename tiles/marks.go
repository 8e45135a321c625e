package tiles

import (
	"context"

	"github.com/paulmach/orb/geojson"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

const (
	// AddressesFrom is the zoom from which on addresses are drawn.
	AddressesFrom = 16
	// maxMarks bounds the addresses of a tile; which are left out beyond it is registry.Service.MarksFor's rule. At zoom 16 a dense quarter
	// has more, at 18 none has.
	maxMarks = 2000
)

// publicSight is what everybody sees.
var publicSight = registry.Sight{Doors: true, Positions: registry.Nowhere{}, Protected: registry.Nowhere{}}

// marks draws the addresses. zones are those of the addresses drawn, each once; told the codes of which more is drawn than is public.
func (s *Service) marks(ctx context.Context, sight registry.Sight, f frame) (features []*geojson.Feature, zones []addresscode.Zone, told []addresscode.Code, err error) {
	marks, err := s.source.MarksFor(ctx, sight, f.box(), maxMarks)
	if err != nil {
		return nil, nil, nil, err
	}
	seen := map[addresscode.Zone]bool{}
	for i := range marks {
		m := &marks[i]
		properties := geojson.Properties{"status": string(m.Status)}
		if m.Number != "" {
			properties["number"] = m.Number
		}
		mark := feature(f.at(spotOf(m.Point)), properties)
		if !m.Code.IsZero() {
			properties["code"] = m.Code.String()
			mark.ID = m.Code.Key()
		}
		features = append(features, mark)
		if !seen[m.Zone] {
			seen[m.Zone] = true
			zones = append(zones, m.Zone)
		}
		if m.Exact && !m.Code.IsZero() {
			told = append(told, m.Code)
		}
	}
	return features, zones, told, nil
}
