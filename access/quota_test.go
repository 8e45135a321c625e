package access

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)

// drain takes until the quota refuses, and returns how many requests it let through.
func drain(t *testing.T, q *Quotas, who string, role Role, class Class, now time.Time) int {
	t.Helper()
	for n := range 100_000 {
		if !q.Take(who, role, class, now).OK {
			return n
		}
	}
	t.Fatalf("%s has no quota for %s", who, class)
	return 0
}

func TestQuotaLetsABurstThroughAndThenARate(t *testing.T) {
	for _, row := range limits {
		for _, role := range Roles() {
			q, l := NewQuotas(), row.of(role)
			if n := drain(t, q, "a", role, row.class, noon); n != l.burst {
				t.Errorf("%s, %s: %d at once, want %d", row.class, role, n, l.burst)
			}
			v := q.Take("a", role, row.class, noon)
			if v.OK || v.Remaining != 0 || v.Limit != l.burst || v.RetryAfter <= 0 || v.RetryAfter > l.perToken() {
				t.Errorf("%s, %s: refused with %+v", row.class, role, v)
			}
			if v := q.Take("a", role, row.class, noon.Add(v.RetryAfter-time.Millisecond)); v.OK {
				t.Errorf("%s, %s: allowed before RetryAfter", row.class, role)
			}
			v = q.Take("a", role, row.class, noon.Add(v.RetryAfter+time.Microsecond))
			if !v.OK || v.RetryAfter != 0 {
				t.Errorf("%s, %s: after RetryAfter %+v", row.class, role, v)
			}
			full := noon.Add(v.RetryAfter + v.Reset + time.Millisecond + l.perToken())
			if n := drain(t, q, "a", role, row.class, full); n != l.burst {
				t.Errorf("%s, %s: %d at once after Reset, want %d", row.class, role, n, l.burst)
			}
		}
	}
}

func TestVerdictCountsDown(t *testing.T) {
	q := NewQuotas()
	first, second := q.Take("a", RolePublic, ClassReverse, noon), q.Take("a", RolePublic, ClassReverse, noon)
	if !first.OK || first.Limit != 100 || first.Remaining != 99 || first.Reset != 200*time.Millisecond || second.Remaining != 98 || second.Reset != 400*time.Millisecond {
		t.Errorf("%+v, then %+v", first, second)
	}
}

func TestListsCostMore(t *testing.T) {
	const longest = 10 // api: 1,000 items at 100 a token
	for _, role := range Roles() {
		q := NewQuotas()
		l, _ := limitOf(ClassBulk, role)
		first, rest := q.Take("a", role, ClassBulk, noon), q.TakeN("a", role, ClassBulk, longest-1, noon)
		if !first.OK || !rest.OK || rest.Remaining != l.burst-longest {
			t.Errorf("%s: the longest list gets %+v, then %+v", role, first, rest)
		}
		drain(t, q, "a", role, ClassBulk, noon)
		v := q.TakeN("a", role, ClassBulk, 5, noon)
		if want := 5 * l.perToken(); v.OK || v.RetryAfter < want-time.Millisecond || v.RetryAfter > want+time.Millisecond {
			t.Errorf("%s: five tokens too many: %+v, want to wait %s", role, v, want)
		}
		if v := q.TakeN("a", role, ClassBulk, 5, noon.Add(v.RetryAfter+time.Microsecond)); !v.OK {
			t.Errorf("%s: after RetryAfter %+v", role, v)
		}
		if v := q.TakeN("b", role, ClassBulk, 10*l.burst, noon); !v.OK || v.Remaining != 0 {
			t.Errorf("%s: what costs more than a full bucket: %+v", role, v)
		}
	}
}

func TestBucketsAreApart(t *testing.T) {
	q := NewQuotas()
	drain(t, q, "a", RolePublic, ClassReverse, noon)
	for what, v := range map[string]Verdict{
		"another caller": q.Take("b", RolePublic, ClassReverse, noon),
		"another class":  q.Take("a", RolePublic, ClassRead, noon),
		"a key":          q.Take("a", RoleMerchant, ClassReverse, noon),
		"health":         q.Take("a", RolePublic, ClassNone, noon),
	} {
		if !v.OK {
			t.Errorf("%s: %+v", what, v)
		}
	}
	var none *Quotas
	for range 10_000 {
		if !none.Take("a", RolePublic, ClassSecret, noon).OK {
			t.Fatal("a development server refuses")
		}
	}
}

// TestManyBehindOneAddress: 50 people behind carrier-grade NAT who each resolve a code a second, for ten minutes.
func TestManyBehindOneAddress(t *testing.T) {
	q := NewQuotas()
	for i := range 10 * 60 * 50 {
		if v := q.Take("203.0.113.7", RolePublic, ClassRead, noon.Add(time.Duration(i)*time.Second/50)); !v.OK {
			t.Fatalf("request %d: %+v", i, v)
		}
	}
}

func TestClockJumps(t *testing.T) {
	const burst = 100
	t.Run("back locks nobody out", func(t *testing.T) {
		q := NewQuotas()
		drain(t, q, "a", RolePublic, ClassReverse, noon)
		past := noon.Add(-24 * time.Hour)
		if v := q.Take("a", RolePublic, ClassReverse, past); v.OK || v.RetryAfter > time.Second {
			t.Errorf("%+v", v)
		}
		if n := drain(t, q, "a", RolePublic, ClassReverse, past.Add(2*time.Second)); n != 10 {
			t.Errorf("%d tokens for two seconds after the jump, want 10", n)
		}
	})
	t.Run("to and fro gives nothing", func(t *testing.T) {
		q := NewQuotas()
		drain(t, q, "a", RolePublic, ClassReverse, noon)
		q.Take("a", RolePublic, ClassReverse, noon.Add(-time.Hour))
		if n := drain(t, q, "a", RolePublic, ClassReverse, noon.Add(-time.Hour)); n != 0 {
			t.Errorf("%d tokens for a jump back", n)
		}
	})
	t.Run("a steady clock is not fooled", func(t *testing.T) {
		q := NewQuotas()
		now := time.Now() // its monotonic reading counts, whatever the wall clock is set to
		drain(t, q, "a", RolePublic, ClassReverse, now)
		if n := drain(t, q, "a", RolePublic, ClassReverse, now.Add(time.Hour)); n != burst {
			t.Errorf("%d", n)
		}
	})
}

func TestMemoryOfQuotasIsBounded(t *testing.T) {
	q := NewQuotas()
	drain(t, q, "key:7F2KQ9BX", RoleMerchant, ClassReverse, noon)
	for i := range maxBuckets + 1000 {
		q.Take(fmt.Sprint(i), RolePublic, ClassReverse, noon)
	}
	if n := len(q.addresses.entries); n != maxBuckets || q.addresses.order.Len() != n {
		t.Errorf("%d buckets in the map and %d in the list, want %d", n, q.addresses.order.Len(), maxBuckets)
	}
	if q.Take("key:7F2KQ9BX", RoleMerchant, ClassReverse, noon).OK {
		t.Error("a crowd of addresses filled the bucket of a key")
	}
}

// TestBusyBucketsStay: whoever keeps asking keeps their empty bucket, however many others come.
func TestBusyBucketsStay(t *testing.T) {
	q := NewQuotas()
	drain(t, q, "harvester", RolePublic, ClassReverse, noon)
	for i := range 3 * maxBuckets {
		q.Take(fmt.Sprint(i), RolePublic, ClassReverse, noon)
		if i%(maxBuckets/2) == 0 && q.Take("harvester", RolePublic, ClassReverse, noon).OK {
			t.Fatalf("refilled after %d others", i)
		}
	}
}

func TestQuotasTogether(t *testing.T) {
	q := NewQuotas()
	var wg sync.WaitGroup
	var mu sync.Mutex
	allowed := 0
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if q.Take("a", RolePublic, ClassReverse, noon).OK {
					mu.Lock()
					allowed++
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if allowed != 100 {
		t.Errorf("%d of 800 allowed, want 100", allowed)
	}
}

func TestClientKey(t *testing.T) {
	for text, want := range map[string]string{
		"203.0.113.7":          "203.0.113.7",
		"::ffff:203.0.113.7":   "203.0.113.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::1": "2001:db8:1:2::/64",
		"2001:db8:1:3::1":      "2001:db8:1:3::/64",
		"fe80::1%eth0":         "fe80::/64",
		"fe80::2%eth1":         "fe80::/64",
		"::1":                  "::/64",
	} {
		if got := ClientKey(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	if got := ClientKey(netip.Addr{}); got == "" {
		t.Error("an unknown address has no bucket")
	}
}

func FuzzSteadyClock(f *testing.F) {
	f.Add(int64(5), int64(-3), int64(10))
	f.Fuzz(func(t *testing.T, a, b, c int64) {
		var clock steadyClock
		last, told := clock.at(noon), noon
		for _, step := range []int64{a, b, c} {
			d := time.Duration(step % int64(100*365*24*time.Hour))
			told = told.Add(d)
			at := clock.at(told)
			if moved := at.Sub(last); moved != max(d, 0) {
				t.Fatalf("a step of %s moves it by %s", d, moved)
			}
			last = at
		}
	})
}

func BenchmarkQuota(b *testing.B) {
	q := NewQuotas()
	b.ReportAllocs()
	for b.Loop() {
		q.Take("203.0.113.7", RolePublic, ClassRead, time.Now())
	}
}
