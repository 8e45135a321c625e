package tiles

import (
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// tileKey names what is kept. The line of the journal that a tile was drawn at is not part of the name in the cache.
type tileKey struct {
	id        ID
	day       geo.Date // of the names
	addresses bool     // with those that everybody sees
	head      int64
}

func (k tileKey) String() string {
	return fmt.Sprintf("%d/%d/%d %d %t %d", k.id.Z, k.id.X, k.id.Y, k.day, k.addresses, k.head)
}

// cached is a tile in memory.
type cached struct {
	tile  *Tile
	drawn time.Time
	head  int64 // the line of the journal that it was drawn at or after
	zones []addresscode.Zone
}

// entryBytes is what a tile in memory takes beside its contents, about.
const entryBytes = 400

func (c *cached) bytes() int {
	return entryBytes + len(c.tile.Body) + len(c.tile.Zipped) + 4*(len(c.zones)+len(c.tile.Zones))
}

// cache holds tiles up to so many bytes: those not asked for the longest make room.
type cache struct {
	mu     sync.Mutex
	most   int
	bytes  int
	recent *simplelru.LRU[tileKey, *cached]
}

func newCache(most int) (*cache, error) {
	c := &cache{most: most}
	var err error
	c.recent, err = simplelru.NewLRU(math.MaxInt, func(_ tileKey, gone *cached) { c.bytes -= gone.bytes() })
	if err != nil {
		return nil, fmt.Errorf("make cache: %w", err)
	}
	return c, nil
}

func (c *cache) get(key tileKey) (*cached, bool) {
	key.head = 0
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.recent.Get(key)
}

func (c *cache) put(key tileKey, entry *cached) {
	key.head = 0
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recent.Remove(key)
	c.recent.Add(key, entry)
	for c.bytes += entry.bytes(); c.bytes > c.most; {
		c.recent.RemoveOldest()
	}
}
