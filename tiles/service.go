package tiles

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
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
	Locator() *geo.Locator
	Divisions() *geo.Divisions
	MarksFor(ctx context.Context, sight registry.Sight, box geo.Box, most int) ([]registry.Mark, error)
	Streets(ctx context.Context, box geo.Box, upTo registry.StreetKind, limit int) ([]registry.Street, error)
	Outlines(ctx context.Context, box geo.Box, limit int) ([]registry.Outline, error)
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
	country func() (*country, error) // made when it is first asked for
	cache   *cache
	now     func() time.Time
	changes changes
	flights singleflight.Group
}

const (
	cacheBytes = 64 << 20
	drawTime   = 10 * time.Second // that a tile may take, whoever waits for it
	// streetAge is how long a tile with streets is taken from memory: imports of maps have no line in the journal for each street.
	streetAge = time.Minute

	// maxBytes bounds a tile without addresses, which take 150,000 at most: streets and buildings are left out beyond it.
	maxBytes = 350_000
)

// New makes a service that prepares the boundaries for drawing when it is first asked for a tile, or by Prepare.
func New(source Source, now func() time.Time) (*Service, error) {
	kept, err := newCache(cacheBytes)
	if err != nil {
		return nil, err
	}
	return &Service{source: source, cache: kept, now: now, country: sync.OnceValues(func() (*country, error) {
		return newCountry(source.Locator().Boundaries(), source.Divisions(), geo.DateOf(now()))
	})}, nil
}

// Prepare does the work that the first tile would wait for, about half a second.
func (s *Service) Prepare() error {
	_, err := s.country()
	return err
}

// Tile draws a tile as a sight may see it. The tile must be valid. Errors are those of the source.
func (s *Service) Tile(ctx context.Context, sight registry.Sight, id ID) (*Tile, error) {
	key := tileKey{id: id, day: geo.DateOf(s.now())}
	if id.Z < AddressesFrom {
		return s.kept(ctx, key, s.drawPlain)
	}
	if sight.Positions != (registry.Nowhere{}) {
		return s.drawFor(ctx, sight, key)
	}
	var err error
	if key.head, err = s.changes.follow(ctx, s.source); err != nil {
		return nil, err
	}
	key.addresses = true
	return s.kept(ctx, key, func(ctx context.Context, key tileKey) (*Tile, error) { return s.drawFor(ctx, publicSight, key) })
}

// kept is a tile from memory, or drawn and kept. Who asks for one that is being drawn waits for that.
func (s *Service) kept(ctx context.Context, key tileKey, draw func(context.Context, tileKey) (*Tile, error)) (*Tile, error) {
	if known, ok := s.cache.get(key); ok && s.fresh(key, known) {
		return known.tile, nil
	}
	drawn, err, _ := s.flights.Do(key.String(), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drawTime) // others may wait for it who have more time
		defer cancel()
		drawn := s.now()
		t, err := draw(ctx, key)
		if err != nil {
			return nil, err
		}
		entry := &cached{tile: t, head: key.head, drawn: drawn}
		if key.addresses {
			if entry.zones, err = zonesOf(newFrame(key.id)); err != nil {
				return nil, err
			}
		}
		s.cache.put(key, entry)
		return t, nil
	})
	if err != nil {
		return nil, err
	}
	return drawn.(*Tile), nil
}

// fresh reports whether a tile in memory is as it would be drawn now, but for streets of an import of the last minute.
func (s *Service) fresh(key tileKey, known *cached) bool {
	if key.id.Z >= StreetsFrom && s.now().Sub(known.drawn) >= streetAge {
		return false
	}
	return !key.addresses || s.changes.fresh(known)
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

func (s *Service) drawPlain(ctx context.Context, key tileKey) (*Tile, error) {
	plain, err := s.plain(ctx, key)
	if err != nil {
		return nil, err
	}
	return newTile(plain)
}

// drawFor draws a tile with addresses.
func (s *Service) drawFor(ctx context.Context, sight registry.Sight, key tileKey) (*Tile, error) {
	below, err := s.kept(ctx, tileKey{id: key.id, day: key.day}, func(ctx context.Context, key tileKey) (*Tile, error) {
		plain, err := s.plain(ctx, key)
		return &Tile{Body: plain}, err
	})
	if err != nil || len(below.Body) == 0 {
		return below, err
	}
	f := newFrame(key.id)
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
func (s *Service) plain(ctx context.Context, key tileKey) ([]byte, error) {
	country, err := s.country()
	if err != nil {
		return nil, err
	}
	f := newFrame(key.id)
	if !f.shown.meets(country.around) {
		return nil, nil
	}
	layers := []layer{{LayerDivision, country.divisions(f, key.day)}, {LayerLabel, country.labels(f, key.day)}}
	if key.id.Z >= zonesFrom {
		zones, err := s.zones(f)
		if err != nil {
			return nil, err
		}
		layers = append(layers, layer{LayerZone, zones})
	}
	if key.id.Z >= cellsFrom {
		cells, err := s.cells(f)
		if err != nil {
			return nil, err
		}
		layers = append(layers, layer{LayerCell, cells})
	}
	body, err := encode(layers...)
	if err != nil {
		return nil, err
	}
	streets, err := s.streets(ctx, f)
	if err != nil {
		return nil, err
	}
	if body, err = appendWithin(body, layer{LayerStreet, streets}); err != nil {
		return nil, err
	}
	buildings, err := s.buildings(ctx, f)
	if err != nil {
		return nil, err
	}
	return appendWithin(body, layer{LayerBuilding, buildings})
}

// appendWithin adds a layer to a tile, of its features as many of the first as there is room for: half of them, a quarter, and so on.
func appendWithin(body []byte, l layer) ([]byte, error) {
	for ; len(l.features) > 0; l.features = l.features[:len(l.features)/2] {
		more, err := encode(l)
		if err != nil {
			return nil, err
		}
		if len(body)+len(more) <= maxBytes {
			return append(body, more...), nil
		}
	}
	return body, nil
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
	w, err := gzip.NewWriterLevel(&zipped, gzip.BestSpeed) // a tenth larger, in a third of the time
	if err != nil {
		return nil, fmt.Errorf("compress tile: %w", err)
	}
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
