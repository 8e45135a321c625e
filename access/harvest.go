package access

import (
	"sync"
	"time"
)

// maxWatched bounds the callers whose zones are counted, and with zoneBound the memory of it: 10,000 addresses at 200 zones
// are about 50 MB, which only a crowd of harvesters reaches.
const maxWatched = 10_000

// zoneBound is the number of distinct zones (cells of resolution 8, about 0.8 km²) that a caller asks about in an hour before somebody
// should look. It is a report, not a limit: an address that many share may well be honest.
func zoneBound(r Role) int {
	switch r {
	case RolePublic:
		return 200 // as many as Hà Nội has inside its third ring road
	case RoleHousehold:
		return 20
	case RoleMerchant:
		return 1000
	case RoleRegistrar:
		return 1000
	}
	return 5000 // couriers, auditors and admins work in the whole country
}

// Harvest is a caller who asked about more zones in an hour than one has business in.
type Harvest struct {
	Who   string // Principal.Name or ClientKey
	Role  Role
	Zones int // distinct ones in the hour so far
	Hour  time.Time
}

// HarvestWatch counts the distinct zones that each caller asks about per hour. Safe for concurrent use.
type HarvestWatch struct {
	report func(Harvest)

	mu      sync.Mutex
	callers *recent[string, *asked]
}

// asked is what a caller asked about in an hour; zones is nil once it is reported.
type asked struct {
	hour  int64
	zones map[uint64]struct{}
}

// NewHarvestWatch calls report once per caller and hour, at the moment the bound is passed. report should be quick: the
// request that passes the bound waits for it.
func NewHarvestWatch(report func(Harvest)) *HarvestWatch {
	return &HarvestWatch{report: report, callers: newRecent[string, *asked](maxWatched)}
}

// Asked records that a caller (as in Quotas.Take) asked about a zone, given as any number that is the zone's own.
func (w *HarvestWatch) Asked(who string, role Role, zone uint64, now time.Time) {
	if w.count(who, role, zone, now) {
		w.report(Harvest{Who: who, Role: role, Zones: zoneBound(role) + 1, Hour: now.Truncate(time.Hour)})
	}
}

// count reports whether this zone is the one that passes the bound.
func (w *HarvestWatch) count(who string, role Role, zone uint64, now time.Time) bool {
	hour := now.Unix() / int64(time.Hour/time.Second)
	w.mu.Lock()
	defer w.mu.Unlock()
	a, known := w.callers.get(who)
	if !known || a.hour != hour {
		a = &asked{hour: hour, zones: map[uint64]struct{}{}}
		w.callers.put(who, a)
	}
	if a.zones == nil {
		return false
	}
	a.zones[zone] = struct{}{}
	if len(a.zones) <= zoneBound(role) {
		return false
	}
	a.zones = nil
	return true
}
