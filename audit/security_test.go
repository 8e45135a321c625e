package audit_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/audit"
)

func TestSecurityEventsHaveNoPersonalData(t *testing.T) {
	var out bytes.Buffer
	log := audit.NewSecurityLog(slog.New(slog.NewJSONHandler(&out, nil)), time.Now)
	for _, c := range []struct{ client, want string }{
		{"203.0.113.77", "203.0.113.0/24"}, {"::ffff:203.0.113.77", "203.0.113.0/24"}, {"2001:db8:1:2:3::4", "2001:db8:1::/48"},
		{"fe80::1%eth0", "fe80::/48"}, {"", ""},
	} {
		out.Reset()
		e := audit.Event{Action: audit.ActionLoginFailed, Failed: true, Operation: c.client, Reason: "expired", User: "key:7F2KQ9BX"}
		if c.client != "" {
			e.Client = netip.MustParseAddr(c.client)
		}
		log.Report(t.Context(), e)
		var line map[string]any
		if err := json.Unmarshal(out.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		got, _ := line["source.address"].(string)
		if got != c.want {
			t.Errorf("%q is written as %q, want %q", c.client, got, c.want)
		}
		for name, want := range map[string]any{"event.kind": "event", "event.category": "authentication", "event.action": "login_failed",
			"event.outcome": "failure", "event.reason": "expired", "user.id": "key:7F2KQ9BX"} {
			if line[name] != want {
				t.Errorf("%s is %v, want %v", name, line[name], want)
			}
		}
	}
}

func TestLikeSecurityEventsAreOneLine(t *testing.T) {
	var out bytes.Buffer
	now := start
	log := audit.NewSecurityLog(slog.New(slog.NewJSONHandler(&out, nil)), func() time.Time { return now })
	attack := audit.Event{Action: audit.ActionRateLimited, Failed: true, Client: netip.MustParseAddr("203.0.113.77")}
	for range 1000 {
		log.Report(t.Context(), attack)
	}
	log.Report(t.Context(), audit.Event{Action: audit.ActionKeyCreated})
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("%d lines, want 2:\n%s", n, out.String())
	}
	out.Reset()
	now = now.Add(10 * time.Second)
	log.Report(t.Context(), attack)
	if !strings.Contains(out.String(), `"diachiso.repeated":999`) {
		t.Errorf("the next line does not say how many were left out: %s", out.String())
	}
	out.Reset()
	for i := range 100_000 { // of as many networks: the memory stays bounded
		attack.Client = netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 1})
		attack.User = strings.Repeat("x", i>>16)
		log.Report(t.Context(), attack)
	}
}
