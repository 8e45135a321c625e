package audit

import (
	"context"
	"io"
	"log/slog"
	"net/netip"
	"sync"
	"time"
)

// Action is what a security event tells of. The set is closed: a monitoring centre writes rules for it.
type Action string

const (
	ActionLoginFailed    Action = "login_failed"     // an unknown, expired or revoked key, session or household token
	ActionAccessDenied   Action = "access_denied"    // a known caller asked for what its role may not do, or not there
	ActionRateLimited    Action = "rate_limited"     // a quota is used up
	ActionHarvesting     Action = "harvesting"       // one caller looks at more distinct zones than its work explains
	ActionKeyCreated     Action = "key_created"      // of the API
	ActionKeyRotated     Action = "key_rotated"      //
	ActionKeyRevoked     Action = "key_revoked"      //
	ActionClaimFailed    Action = "claim_failed"     // a wrong secret for the claim of an address
	ActionClaimContested Action = "claim_contested"  // a second claim of an address that a household holds
	ActionJournalFault   Action = "journal_fault"    // the journal does not verify, or cannot be signed
	ActionSigningKey     Action = "signing_key_made" // a new key signs the journal's checkpoints from now on
	ActionKeysCopied     Action = "keys_copied"      // the keys of households were copied
	ActionMasterRotated  Action = "master_rotated"   // the master key that wraps them was changed
	ActionBackupMade     Action = "backup_made"      //
	ActionRestored       Action = "restored"         // a database was put back from a backup
)

// Event is a security event. It has no room for personal data: a caller is the prefix of its key or the id of its
// household, its address on the network is cut to the part that names a provider.
type Event struct {
	Action    Action
	At        time.Time  // zero is now
	Failed    bool       // the outcome was a failure or refusal
	User      string     // access.Principal.Name; "" when nobody is known
	Role      string     // of the user
	Client    netip.Addr // written as /24 or /48; the zero Addr is none
	Operation string     // operationId, or the command
	Subject   string     // what it was done to: the prefix of a key, the hash of a backup
	Reason    string     // a short constant of the program, such as "expired"
	RequestID string
	Count     int64 // how many things the event is about, such as zones or addresses; 0 is left out
}

// Security takes security events. Report does not block for long and does not fail.
type Security interface {
	Report(ctx context.Context, e Event)
}

// kinds says how the Elastic Common Schema files each action. Alerts are for somebody to look at.
var kinds = map[Action]struct{ kind, category, eventType string }{
	ActionLoginFailed:    {"event", "authentication", "denied"},
	ActionAccessDenied:   {"event", "web", "denied"},
	ActionRateLimited:    {"event", "web", "denied"},
	ActionHarvesting:     {"alert", "intrusion_detection", "info"},
	ActionKeyCreated:     {"event", "iam", "creation"},
	ActionKeyRotated:     {"event", "iam", "change"},
	ActionKeyRevoked:     {"event", "iam", "deletion"},
	ActionClaimFailed:    {"event", "authentication", "denied"},
	ActionClaimContested: {"alert", "iam", "info"},
	ActionJournalFault:   {"alert", "database", "error"},
	ActionSigningKey:     {"alert", "configuration", "creation"},
	ActionKeysCopied:     {"event", "configuration", "info"},
	ActionMasterRotated:  {"alert", "configuration", "change"},
	ActionBackupMade:     {"event", "database", "info"},
	ActionRestored:       {"alert", "database", "change"},
}

const (
	repeatWindow = 10 * time.Second // like events within it are counted, not written
	maxRepeats   = 4096             // kinds of like events that are told apart at a time
)

// SecurityLog writes security events as lines of a structured log, in the names of the Elastic Common Schema. Like events
// within ten seconds are one line; the next one says how many were left out, so that an attacker cannot fill the disk.
type SecurityLog struct {
	log *slog.Logger
	now func() time.Time

	mu      sync.Mutex
	repeats map[likeness]*repeat
}

type likeness struct {
	action                           Action
	user, client, operation, subject string
}

type repeat struct {
	until   time.Time
	leftOut int64
}

// NewSecurityLog writes to log.
func NewSecurityLog(log *slog.Logger, now func() time.Time) *SecurityLog {
	return &SecurityLog{log: log, now: now, repeats: map[likeness]*repeat{}}
}

// Report writes an event, or counts it when one like it was written just now.
func (l *SecurityLog) Report(ctx context.Context, e Event) {
	client := network(e.Client)
	leftOut, write := l.admit(likeness{e.Action, e.User, client, e.Operation, e.Subject})
	if !write {
		return
	}
	kind := kinds[e.Action]
	outcome, level := "success", slog.LevelInfo
	if e.Failed {
		outcome = "failure"
	}
	if kind.kind == "alert" {
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{
		slog.String("event.kind", kind.kind),
		slog.String("event.category", kind.category),
		slog.String("event.type", kind.eventType),
		slog.String("event.action", string(e.Action)),
		slog.String("event.outcome", outcome),
	}
	for _, text := range []struct{ name, value string }{
		{"event.reason", e.Reason}, {"user.id", e.User}, {"user.roles", e.Role}, {"source.address", client},
		{"diachiso.operation", e.Operation}, {"diachiso.subject", e.Subject}, {"http.request.id", e.RequestID},
	} {
		if text.value != "" {
			attrs = append(attrs, slog.String(text.name, text.value))
		}
	}
	for _, number := range []struct {
		name  string
		value int64
	}{{"diachiso.count", e.Count}, {"diachiso.repeated", leftOut}} {
		if number.value != 0 {
			attrs = append(attrs, slog.Int64(number.name, number.value))
		}
	}
	if e.At.IsZero() {
		e.At = l.now()
	}
	if !l.log.Enabled(ctx, level) {
		return
	}
	record := slog.NewRecord(e.At, level, "security event", 0)
	record.AddAttrs(attrs...)
	_ = l.log.Handler().Handle(ctx, record) // slog ignores it too: there is nowhere to tell
}

// admit reports whether an event is to be written, and how many like it were left out since the last one that was.
func (l *SecurityLog) admit(like likeness) (leftOut int64, write bool) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.repeats[like]
	if r != nil && now.Before(r.until) {
		r.leftOut++
		return 0, false
	}
	if r == nil {
		if len(l.repeats) >= maxRepeats {
			clear(l.repeats)
		}
		r = &repeat{}
		l.repeats[like] = r
	}
	leftOut, *r = r.leftOut, repeat{until: now.Add(repeatWindow)}
	return leftOut, true
}

// network is the part of a client's address that names its provider and not the household: /24 or /48.
func network(client netip.Addr) string {
	if !client.IsValid() {
		return ""
	}
	client = client.Unmap().WithZone("")
	bits := 24
	if client.Is6() {
		bits = 48
	}
	prefix, err := client.Prefix(bits)
	if err != nil {
		return ""
	}
	return prefix.String()
}

// NewLineHandler writes each event as a line of JSON with time, level and message under their names in the Elastic Common
// Schema.
func NewLineHandler(w io.Writer) slog.Handler {
	return slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) > 0 {
			return a
		}
		switch a.Key {
		case slog.TimeKey:
			a.Key = "@timestamp"
			a.Value = slog.TimeValue(a.Value.Time().UTC())
		case slog.LevelKey:
			a.Key = "log.level"
		case slog.MessageKey:
			a.Key = "message"
		}
		return a
	}})
}
