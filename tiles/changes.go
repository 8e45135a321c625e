package tiles

import (
	"context"
	"sync"

	"github.com/diachiso/diachiso/addresscode"
)

// maxZones bounds the zones whose changes are told apart: more have changed only after weeks, and a tile drawn anew is no harm.
const maxZones = 100_000

// changes follows the journal, to tell which tiles in memory are no longer as the register is.
type changes struct {
	mu    sync.Mutex
	head  int64
	all   int64                      // what was drawn before this line is not fresh
	zones map[addresscode.Zone]int64 // what shows a zone and was drawn before its line is not fresh
}

// follow reads on in the journal and returns its newest line.
func (c *changes) follow(ctx context.Context, source Source) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	zones, head, all, err := source.Touched(ctx, c.head)
	if err != nil {
		return 0, err
	}
	if all || len(c.zones)+len(zones) > maxZones {
		c.all, c.zones = head, nil
	} else if len(zones) > 0 {
		if c.zones == nil {
			c.zones = map[addresscode.Zone]int64{}
		}
		for _, z := range zones {
			c.zones[z] = head
		}
	}
	c.head = head
	return head, nil
}

// fresh reports whether a tile shows what the register had at the line that was followed to last.
func (c *changes) fresh(entry *cached) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if entry.head < c.all || entry.head > c.head { // beyond the end: the register was restored from a backup
		return false
	}
	for _, z := range entry.zones {
		if entry.head < c.zones[z] {
			return false
		}
	}
	return true
}
