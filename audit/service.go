package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/diachiso/diachiso/registry"
)

const (
	checkpointEvery = 10 * time.Minute // when there is something new
	checkpointLines = 10_000           // or after so many lines
	lookEvery       = 15 * time.Second
)

// Options of a Service; the zero value signs nothing and tells nobody.
type Options struct {
	Key      *Key   // signs checkpoints; nil for one that only reads
	Anchor   string // file or folder that also gets every checkpoint; "" is none
	Log      *slog.Logger
	Security Security
	Now      func() time.Time
}

// Service signs the journal and reads it for those who audit it. Safe for concurrent use.
type Service struct {
	store Store
	o     Options

	mu     sync.Mutex // one checkpoint at a time
	anchor *anchor    // nil until the first checkpoint, or when there is none
	last   time.Time  // of the newest checkpoint, or of the start
	told   int64      // line up to which security events were told
}

// NewService joins the audit with its store.
func NewService(store Store, o Options) *Service {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{store: store, o: o, last: o.Now()}
}

// Run makes checkpoints when they are due, the first at once, and tells the monitoring centre of what the journal says about
// keys and backups, until ctx ends. The checkpoint at a clean stop is the caller's: Checkpoint, after the last request.
func (s *Service) Run(ctx context.Context) {
	newest, err := s.store.NewestCheckpoint(ctx)
	if err == nil {
		if newest != nil {
			s.told = newest.Lines // what came after it was not seen by a running server, or it was killed
		}
		err = s.tell(ctx)
	}
	if err == nil {
		_, err = s.Checkpoint(ctx)
	}
	if err != nil && ctx.Err() == nil {
		s.o.Log.Error("no checkpoint of the journal was made", "error", err)
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := errors.Join(s.tell(ctx), s.Tick(ctx)); err != nil && ctx.Err() == nil {
				s.o.Log.Error("no checkpoint of the journal was made", "error", err)
			}
		}
	}
}

// securityActions are the entries of the journal that are security events too. Commands write them as well as the server, so
// they are read from the journal; what is refused is no entry, and the API tells of it by itself.
var securityActions = map[string]Action{
	"key.created": ActionKeyCreated, "key.rotated": ActionKeyRotated, "key.revoked": ActionKeyRevoked,
	"audit_key.created": ActionSigningKey, "database.backed_up": ActionBackupMade, "database.restored": ActionRestored,
	"household_keys.copied": ActionKeysCopied, "master_key.rotated": ActionMasterRotated,
}

// tell reports the entries since the last time that are security events.
func (s *Service) tell(ctx context.Context) error {
	if s.o.Security == nil {
		return nil
	}
	return s.store.Entries(ctx, s.told, func(e registry.Entry) bool {
		s.told = e.Seq
		if action := securityActions[e.Action]; action != "" {
			s.o.Security.Report(ctx, Event{Action: action, User: e.Actor, Subject: e.Subject, At: e.At})
		}
		return true
	})
}

// Tick makes a checkpoint when one is due: ten minutes after the last one or 10,000 lines, if there is anything new.
func (s *Service) Tick(ctx context.Context) error {
	newest, err := s.store.NewestCheckpoint(ctx)
	if err != nil {
		return err
	}
	signed := int64(0)
	if newest != nil {
		signed = newest.Lines
	}
	var lines int64
	if err := s.store.View(ctx, func(r registry.Reader) (err error) {
		lines, _, err = r.JournalHead()
		return err
	}); err != nil {
		return err
	}
	s.mu.Lock()
	waited := s.o.Now().Sub(s.last)
	s.mu.Unlock()
	if lines == signed || lines-signed < checkpointLines && waited < checkpointEvery && waited >= 0 { // negative: the clock was set back
		return nil
	}
	_, err = s.Checkpoint(ctx)
	return err
}

// Checkpoint signs the end of the journal, keeps the checkpoint in the database and, with those that it does not have yet, in
// the anchor. It returns the newest when nothing is new, nil when the journal is empty. Before it signs it looks whether the
// line of the newest checkpoint is still what was signed: a chain that was rewritten is not signed once more.
func (s *Service) Checkpoint(ctx context.Context) (*Checkpoint, error) {
	const op = "sign the journal"
	if s.o.Key == nil {
		return nil, &registry.Error{Code: registry.CodeInvalid, Op: op, Message: "there is no key to sign with", Hint: "start the server once, or name the key with audit_key"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	newest, err := s.store.NewestCheckpoint(ctx)
	if err != nil {
		return nil, err
	}
	var lines int64
	var link registry.Link
	intact := newest == nil
	if err := s.store.View(ctx, func(r registry.Reader) (err error) {
		if lines, link, err = r.JournalHead(); err != nil || newest == nil {
			return err
		}
		return r.Journal(newest.Lines-1, func(l registry.JournalLine) bool {
			intact = l.Seq == newest.Lines && l.Link == newest.Link
			return false
		})
	}); err != nil {
		return nil, err
	}
	if !intact {
		s.report(ctx, "the newest checkpoint does not fit")
		return nil, &registry.Error{Code: registry.CodeInternal, Op: op, Message: fmt.Sprintf("line %d of the journal is not the one that was signed", newest.Lines),
			Hint: "stop writing, keep a copy of the files, and run: diachiso audit verify"}
	}
	s.last = s.o.Now()
	if lines > 0 && (newest == nil || lines > newest.Lines) {
		c, err := newCheckpoint(s.o.Key.signer, lines, link, s.o.Now())
		if err != nil {
			return nil, err
		}
		if err := s.store.AddCheckpoint(ctx, c); err != nil {
			return nil, err
		}
		newest = &c
	}
	if err := s.fillAnchor(ctx, newest); err != nil {
		s.report(ctx, "the anchor cannot be written")
		return newest, &registry.Error{Code: registry.CodeInternal, Op: op, Message: "the checkpoint was not kept in the anchor",
			Hint: "check the setting anchor and what is mounted there; the next checkpoint is kept together with this one", Err: err}
	}
	return newest, nil
}

// fillAnchor brings the anchor up to the newest checkpoint.
func (s *Service) fillAnchor(ctx context.Context, newest *Checkpoint) error {
	if s.o.Anchor == "" || newest == nil {
		return nil
	}
	if s.anchor == nil {
		a, err := openAnchor(s.o.Anchor)
		if err != nil {
			return err
		}
		s.anchor = a
		if a.newest > newest.Lines {
			s.report(ctx, "the anchor knows more lines than the journal has")
			s.o.Log.Error("the anchor knows more lines than the journal has: it was cut, or restored from a backup; see docs/audit.md",
				"anchored", a.newest, "signed", newest.Lines)
		}
	}
	var missing []Checkpoint
	if err := s.store.Checkpoints(ctx, s.anchor.newest, func(c Checkpoint) bool {
		missing = append(missing, c)
		return true
	}); err != nil {
		return err
	}
	for _, c := range missing {
		if err := s.anchor.add(c); err != nil {
			s.anchor = nil // look again at what is there
			return err
		}
	}
	return nil
}

func (s *Service) report(ctx context.Context, reason string) {
	if s.o.Security != nil {
		s.o.Security.Report(ctx, Event{Action: ActionJournalFault, Failed: true, Operation: "checkpoint", Reason: reason})
	}
}

// Newest returns the newest checkpoint; *registry.Error CodeNotFound when there is none yet.
func (s *Service) Newest(ctx context.Context) (*Checkpoint, error) {
	c, err := s.store.NewestCheckpoint(ctx)
	if err == nil && c == nil {
		err = &registry.Error{Code: registry.CodeNotFound, Op: "read checkpoint", Message: "the journal has no checkpoint yet",
			Hint: "one is made within ten minutes of the first line"}
	}
	return c, err
}

// Lines returns at most limit lines after the given number, and the number of the newest line.
func (s *Service) Lines(ctx context.Context, after int64, limit int) (lines []registry.JournalLine, head int64, err error) {
	err = s.store.View(ctx, func(r registry.Reader) (err error) {
		if head, _, err = r.JournalHead(); err != nil {
			return err
		}
		return r.Journal(after, func(l registry.JournalLine) bool {
			lines = append(lines, l)
			return len(lines) < limit
		})
	})
	return lines, head, err
}
