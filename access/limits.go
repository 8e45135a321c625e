package access

import "time"

// limit is a token bucket: burst requests at once, and then so many per minute.
type limit struct {
	perMinute float64
	burst     int
}

// limitRow has the limits of a class: of each address without a key, of each household, and of each key by role.
type limitRow struct {
	class     Class
	public    limit
	household limit
	byKey     limit // merchant, auditor
	courier   limit
	registrar limit // and admin: they load whole communes
}

// limits is the one table of quotas.
//
// Public limits are per client address (a /64 of IPv6), and thousands of phones may share one address of IPv4 (carrier-grade
// NAT): of 5,000 subscribers 1 % who ask at the same time, each once a second, make 50/s. What an honest crowd does not do, to ask
// for place after place or text after text, is held down further; who needs more takes a key. Secrets have at least 66 bits and
// tries of their own, so their limit only keeps guessing from costing the server much. A list costs more than a single request; every
// bucket of a class holds what the longest list costs.
var limits = [...]limitRow{
	{ClassRead, limit{6000, 1000}, limit{300, 100}, limit{6000, 1000}, limit{12000, 2000}, limit{30000, 5000}},
	{ClassSearch, limit{1200, 300}, limit{120, 60}, limit{3000, 500}, limit{6000, 1000}, limit{6000, 1000}},
	{ClassReverse, limit{300, 100}, limit{60, 30}, limit{1200, 200}, limit{3000, 500}, limit{3000, 500}},
	// A view of the map is up to 20 tiles at once. One with addresses costs as much as four without, so that place after place is asked
	// for on the map no faster than ten times as fast as one by one.
	{ClassTile, limit{2400, 800}, limit{1200, 400}, limit{6000, 1000}, limit{6000, 1000}, limit{12000, 2000}},
	{ClassBulk, limit{60, 20}, limit{30, 20}, limit{120, 30}, limit{120, 30}, limit{600, 60}},
	{ClassWrite, limit{30, 10}, limit{30, 20}, limit{600, 100}, limit{3000, 500}, limit{30000, 5000}},
	{ClassPropose, limit{1, 10}, limit{1, 3}, limit{10, 20}, limit{10, 20}, limit{60, 100}},
	{ClassSecret, limit{20, 20}, limit{10, 10}, limit{300, 60}, limit{600, 120}, limit{120, 60}},
}

// limitOf is the limit of a class for a role, and false for a class without quota.
func limitOf(class Class, role Role) (limit, bool) {
	for i := range limits {
		if limits[i].class == class {
			return limits[i].of(role), true
		}
	}
	return limit{}, false
}

func (l *limitRow) of(role Role) limit {
	switch role {
	case RoleHousehold:
		return l.household
	case RoleMerchant, RoleAuditor:
		return l.byKey
	case RoleCourier:
		return l.courier
	case RoleRegistrar, RoleAdmin:
		return l.registrar
	}
	return l.public
}

// perToken is how long one token takes to come.
func (l limit) perToken() time.Duration { return time.Duration(float64(time.Minute) / l.perMinute) }
