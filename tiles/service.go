package tiles

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"golang.org/x/sync/singleflight"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// Source is what the register tells of a place; *registry.Service is one.
type Source interface {
	MarksFor(ctx context.Context, sight registry.Sight, box geo.Box, most int) ([]registry.Mark, error)
	Touched(ctx context.Context, since int64) (zones []addresscode.Zone, head int64, all bool, err error)
}

// Tile is a tile as it is sent. Callers must not change it.
type Tile struct {
	Body   []byte // MVT; empty where there is nothing
	Zipped []byte // Body in gzip; nil where there is nothing
	Tag    string // names the contents: the same contents have the same

	Zones []addresscode.Zone // of the addresses in it, each once
	Told  []addresscode.Code // the addresses of which it tells more than is public
}

// Service draws tiles and keeps what it drew of late. It is safe for concurrent use.
type Service struct {
	source  Source
	locator *geo.Locator
	country *country
	at      geo.Date // of the names
	cache   *cache
	changes changes
	flights singleflight.Group
}

const (
	cacheBytes = 64 << 20
	drawTime   = 10 * time.Second // that a tile may take, whoever waits for it
)

// New prepares the boundaries for drawing, which takes about half a second of work.
func New(source Source, locator *geo.Locator, divisions *geo.Divisions) (*Service, error) {
	at := geo.Today()
	c, err := newCountry(locator.Boundaries(), divisions, at)
	if err != nil {
		return nil, err
	}
	kept, err := newCache(cacheBytes)
	if err != nil {
		return nil, err
	}
	return &Service{source: source, locator: locator, country: c, at: at, cache: kept}, nil
}

// Tile draws a tile as a sight may see it. The tile must be valid. Errors are those of the source.
func (s *Service) Tile(ctx context.Context, sight registry.Sight, id ID) (*Tile, error) {
	if id.Z < AddressesFrom {
		return s.kept(ctx, tileKey{id: id}, nil, s.drawPlain)
	}
	if sight.Positions != (registry.Nowhere{}) {
		return s.draw(ctx, sight, id)
	}
	head, err := s.changes.follow(ctx, s.source)
	if err != nil {
		return nil, err
	}
	return s.kept(ctx, tileKey{id: id, addresses: true, head: head}, s.changes.fresh, func(ctx context.Context, id ID) (*Tile, error) {
		return s.draw(ctx, publicSight, id)
	})
}

// kept is a tile from memory, or drawn and kept. Whoever asks for one that is being drawn waits for that.
func (s *Service) kept(ctx context.Context, key tileKey, fresh func(*cached) bool, draw func(context.Context, ID) (*Tile, error)) (*Tile, error) {
	if known, ok := s.cache.get(key); ok && (fresh == nil || fresh(known)) {
		return known.tile, nil
	}
	flight := s.flights.DoChan(key.String(), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drawTime)
		defer cancel()
		t, err := draw(ctx, key.id)
		if err != nil {
			return nil, err
		}
		entry := &cached{tile: t, head: key.head}
		if key.addresses {
			if entry.zones, err = zonesOf(newFrame(key.id)); err != nil {
				return nil, err
			}
		}
		s.cache.put(key, entry)
		return t, nil
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case drawn := <-flight:
		if drawn.Err != nil {
			return nil, drawn.Err
		}
		return drawn.Val.(*Tile), nil
	}
}

// zonesOf are the zones that the codes in a tile are of.
func zonesOf(f frame) (zones []addresscode.Zone, err error) {
	cells, err := geo.CellsMeeting(f.box(), zoneResolution)
	if err != nil {
		return nil, err
	}
	for _, cell := range cells {
		if zone, err := addresscode.ZoneOf(uint64(cell)); err == nil { // else outside the area served, where no codes are
			zones = append(zones, zone)
		}
	}
	return zones, nil
}

func (s *Service) drawPlain(_ context.Context, id ID) (*Tile, error) {
	plain, err := s.plain(id)
	if err != nil {
		return nil, err
	}
	return newTile(plain)
}

// draw draws a tile with addresses.
func (s *Service) draw(ctx context.Context, sight registry.Sight, id ID) (*Tile, error) {
	f := newFrame(id)
	if !f.shown.meets(s.country.around) {
		return &Tile{}, nil
	}
	below, err := s.kept(ctx, tileKey{id: id}, nil, func(_ context.Context, id ID) (*Tile, error) {
		plain, err := s.plain(id)
		return &Tile{Body: plain}, err
	})
	if err != nil {
		return nil, err
	}
	marks, zones, told, err := s.marks(ctx, sight, f)
	if err != nil {
		return nil, err
	}
	above, err := encode(layer{LayerAddress, marks})
	if err != nil {
		return nil, err
	}
	t, err := newTile(append(below.Body[:len(below.Body):len(below.Body)], above...)) // layers of a tile are joined by writing them one after the other
	if err != nil {
		return nil, err
	}
	t.Zones, t.Told = zones, told
	return t, nil
}

// plain draws what is the same for everybody.
func (s *Service) plain(id ID) ([]byte, error) {
	f := newFrame(id)
	if !f.shown.meets(s.country.around) {
		return nil, nil
	}
	layers := []layer{{LayerDivision, s.country.divisions(f, s.at)}, {LayerLabel, s.country.labels(f, s.at)}}
	if id.Z >= zonesFrom {
		zones, err := s.zones(f)
		if err != nil {
			return nil, err
		}
		layers = append(layers, layer{LayerZone, zones})
	}
	if id.Z >= cellsFrom {
		cells, err := s.cells(f)
		if err != nil {
			return nil, err
		}
		layers = append(layers, layer{LayerCell, cells})
	}
	return encode(layers...)
}

// layer is the features of a layer.
type layer struct {
	name     string
	features []*geojson.Feature
}

// encode writes layers that have features.
func encode(layers ...layer) ([]byte, error) {
	var drawn mvt.Layers
	for _, l := range layers {
		if len(l.features) > 0 {
			drawn = append(drawn, &mvt.Layer{Name: l.name, Version: 2, Extent: extent, Features: l.features})
		}
	}
	if len(drawn) == 0 {
		return nil, nil
	}
	body, err := mvt.Marshal(drawn)
	if err != nil {
		return nil, fmt.Errorf("encode tile: %w", err)
	}
	return body, nil
}

func newTile(body []byte) (*Tile, error) {
	if len(body) == 0 {
		return &Tile{}, nil
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("compress tile: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress tile: %w", err)
	}
	sum := sha256.Sum256(body)
	return &Tile{Body: body, Zipped: zipped.Bytes(), Tag: hex.EncodeToString(sum[:tagBytes])}, nil
}

// tagBytes of a hash tell contents apart.
const tagBytes = 12
