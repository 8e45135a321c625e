package access

import (
	"math"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxBuckets bounds each of the two tables of buckets: about 30 MB when full.
const maxBuckets = 100_000

// Quotas says whether a request is within its caller's quota. Safe for concurrent use. A nil *Quotas allows everything, which is
// for a development server.
//
// Buckets are kept for the callers of late. When a table is full the one that has not been used for the longest goes, even
// if it is not full again. Somebody with many addresses gains nothing by driving their own bucket out that way: it takes
// maxBuckets requests from as many addresses, each of which would have had a bucket of its own. Callers with a key have a table
// of their own, which no crowd of addresses can drive them out of.
type Quotas struct {
	mu        sync.Mutex
	clock     steadyClock
	addresses *recent[bucketKey, *rate.Limiter]
	keys      *recent[bucketKey, *rate.Limiter]
}

type bucketKey struct {
	who   string
	class Class
}

// NewQuotas starts with everybody's buckets full.
func NewQuotas() *Quotas {
	return &Quotas{
		addresses: newRecent[bucketKey, *rate.Limiter](maxBuckets),
		keys:      newRecent[bucketKey, *rate.Limiter](maxBuckets),
	}
}

// Verdict of a quota. All but OK are zero for what has no quota.
type Verdict struct {
	OK         bool
	Limit      int           // requests of a full bucket
	Remaining  int           // requests left
	Reset      time.Duration // until the bucket is full again
	RetryAfter time.Duration // until the next request is allowed; 0 when OK
}

// Take takes a token from the bucket that who, with a role, has for a class. who is Principal.Name of a caller with a key or a
// household's token, and ClientKey of everybody else.
func (q *Quotas) Take(who string, role Role, class Class, now time.Time) Verdict {
	return q.TakeN(who, role, class, 1, now)
}

// TakeN takes n tokens, at most a full bucket, or none: what one request asks for many things costs more than one.
func (q *Quotas) TakeN(who string, role Role, class Class, n int, now time.Time) Verdict {
	l, limited := limitOf(class, role)
	if q == nil || !limited {
		return Verdict{OK: true}
	}
	table := q.keys
	if role == RolePublic {
		table = q.addresses
	}
	key := bucketKey{who, class}

	q.mu.Lock()
	defer q.mu.Unlock()
	t := q.clock.at(now)
	bucket, known := table.get(key)
	if !known {
		bucket = rate.NewLimiter(rate.Every(l.perToken()), l.burst)
		table.put(key, bucket)
	}
	n = min(n, l.burst)
	ok := bucket.AllowN(t, n)
	tokens := bucket.TokensAt(t)
	v := Verdict{
		OK: ok, Limit: l.burst, Remaining: max(int(math.Floor(tokens)), 0),
		Reset: time.Duration((float64(l.burst) - tokens) * float64(l.perToken())),
	}
	if !ok {
		v.RetryAfter = time.Duration((float64(n) - tokens) * float64(l.perToken()))
	}
	return v
}

// ClientKey names a client without a key by its address. Whoever has an address of IPv6 has its whole /64.
func ClientKey(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	if !addr.Is6() {
		return addr.String()
	}
	network, err := addr.Prefix(64)
	if err != nil {
		return addr.String()
	}
	return network.String()
}

// steadyClock turns the times it is told into one that never goes back: while a clock runs backwards it stands still, and from
// where that clock ends up it goes on. So nobody is locked out until an old time comes again, and tokens come only for time
// that goes forward. Times of time.Now are steady by themselves.
type steadyClock struct {
	steady, told time.Time
}

func (c *steadyClock) at(now time.Time) time.Time {
	if c.told.IsZero() {
		c.steady = now
	} else if d := now.Sub(c.told); d > 0 {
		c.steady = c.steady.Add(d)
	}
	c.told = now
	return c.steady
}
