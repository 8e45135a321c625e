package registry

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// ImportStatus tells how far the load of a file is.
type ImportStatus string

const (
	ImportUnfinished ImportStatus = "unfinished" // under way, or interrupted: loading the same file again goes on
	ImportFinished   ImportStatus = "finished"
	ImportUndoing    ImportStatus = "undoing" // an undo is under way, or was interrupted: undoing again goes on
	ImportUndone     ImportStatus = "undone"
)

// Import is the record of one load of a file.
type Import struct {
	ID         int64 // given by the store, ascending
	Name       string
	Format     string // "csv", "geojson", "osm"
	Dataset    string
	Scheme     string   // of external ids that name none
	Size       int64    // bytes; 0 for what came through a pipe
	Digest     [32]byte // SHA-256 of the file; zero for what came through a pipe, which can't be gone on with
	Actor      string
	Status     ImportStatus
	StartedAt  time.Time
	FinishedAt time.Time // zero while unfinished
	UndoneAt   time.Time // zero while not undone
	Position   int64     // records of the file that are decided, from its beginning
	Counts     ImportCounts
}

// ImportCounts says what became of the records: their sum is Import.Position.
type ImportCounts struct {
	Added    int64          `json:"added"`     // new addresses
	Existing int64          `json:"existing"`  // already there
	Merged   int64          `json:"merged"`    // external ids added to an address that was there
	SetAside int64          `json:"set_aside"` // kept for review, not registered
	Rejected int64          `json:"rejected"`
	Reasons  []ImportReason `json:"reasons,omitempty"`
	// What the file has of the map, beside the records.
	Streets  MapCounts `json:"streets,omitzero"`
	Outlines MapCounts `json:"outlines,omitzero"`
}

// ImportReason counts the records with one outcome for one reason.
type ImportReason struct {
	Outcome  string   `json:"outcome"` // existing, merged, set_aside, rejected, remark for what was registered with one; street_rejected, outline_rejected
	Reason   string   `json:"reason"`
	Count    int64    `json:"count"`
	Examples []string `json:"examples"` // where the first ones stand in the file: "line 12"
}

// MaxImportExamples is how many examples a reason keeps.
const MaxImportExamples = 10

// Note counts a record under a reason.
func (c *ImportCounts) Note(outcome, reason, ref string) {
	i := slices.IndexFunc(c.Reasons, func(r ImportReason) bool { return r.Outcome == outcome && r.Reason == reason })
	if i < 0 {
		i = len(c.Reasons)
		c.Reasons = append(c.Reasons, ImportReason{Outcome: outcome, Reason: reason})
	}
	r := &c.Reasons[i]
	r.Count++
	if len(r.Examples) < MaxImportExamples {
		r.Examples = append(r.Examples, ref)
	}
}

// Clone copies the counts deeply enough to change the copy.
func (c ImportCounts) Clone() ImportCounts {
	c.Reasons = slices.Clone(c.Reasons)
	for i := range c.Reasons {
		c.Reasons[i].Examples = slices.Clone(c.Reasons[i].Examples)
	}
	return c
}

// ImportReview is a record of a file that was set aside: position and commune contradict each other.
type ImportReview struct {
	Import    int64
	Row       int64  // number of the record in its file, from 1
	Ref       string // where it stands: "line 12", "node/1"
	Reason    string // "commune_mismatch", "commune_unknown", "address_unread"
	Named     string // the commune as the record names it: code, or text; "" when it names none
	Commune   string // code of the commune in which the position lies
	DistanceM float64
	Point     geo.Point
	Record    ImportRecord

	Status    SetAsideStatus   // written by decisions only: a record is open when it is set aside
	Code      addresscode.Code // of the address, when confirmed
	Remark    string           // why, when refused
	DecidedAt time.Time        // zero while open
}

// ImportRecord is what a record says, whole, so that nothing of it is lost.
type ImportRecord struct {
	Text        string       `json:"text,omitempty"` // the address as one text, where it came as one
	Kind        Kind         `json:"kind,omitempty"`
	Components  Components   `json:"components"`
	ExternalIDs []string     `json:"external_ids,omitempty"` // "osm:node/1"
	Type        PositionType `json:"position_type,omitempty"`
	Source      geo.Source   `json:"position_source,omitempty"`
	AccuracyM   float64      `json:"accuracy_m,omitempty"`
	Footprint   [][2]float64 `json:"footprint,omitempty"` // lat, lon
}

// Touched is an address that an import wrote, at the version that it made: 1 for one that it registered.
type Touched struct {
	Code    addresscode.Code
	Version int64
}

// StartImport opens the record of a load, or finds the unfinished one of the same file, dataset and scheme when resume says so.
func (s *Service) StartImport(ctx context.Context, by Actor, i Import, resume bool) (*Import, error) {
	const op = "start import"
	var started *Import
	err := s.store.Update(ctx, func(w Writer) error {
		if resume && i.Digest != [32]byte{} {
			err := w.Imports(func(old *Import) bool {
				if old.Status == ImportUnfinished && old.Digest == i.Digest && old.Format == i.Format && old.Dataset == i.Dataset && old.Scheme == i.Scheme {
					started = old
				}
				return started == nil
			})
			if err != nil || started != nil {
				return err
			}
		}
		fresh := i
		fresh.Actor, fresh.Status, fresh.StartedAt, fresh.Position, fresh.Counts = by.Name, ImportUnfinished, s.clock(), 0, ImportCounts{}
		var err error
		if fresh.ID, err = w.InsertImport(&fresh); err != nil {
			return err
		}
		started = &fresh
		return w.AppendEntry(Entry{At: fresh.StartedAt, Actor: by.Name, Action: "import.started", Subject: importSubject(fresh.ID),
			Detail: detail("format", i.Format, "dataset", i.Dataset, "sha256", hex.EncodeToString(i.Digest[:]))})
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	return started, nil
}

func importSubject(id int64) string { return fmt.Sprintf("import:%d", id) }

// FinishImport closes the record of a load whose file was read to its end.
func (s *Service) FinishImport(ctx context.Context, by Actor, id int64) (*Import, error) {
	const op = "finish import"
	var finished *Import
	err := s.store.Update(ctx, func(w Writer) error {
		i, err := openImport(w, id)
		if err != nil {
			return err
		}
		i.Status, i.FinishedAt = ImportFinished, s.clock()
		finished = i
		if err := w.ReplaceImport(i); err != nil {
			return err
		}
		told := []any{"added", i.Counts.Added, "existing", i.Counts.Existing, "merged", i.Counts.Merged, "set_aside", i.Counts.SetAside, "rejected", i.Counts.Rejected}
		for name, c := range map[string]MapCounts{"streets": i.Counts.Streets, "outlines": i.Counts.Outlines} {
			if c.Read() > 0 {
				told = append(told, name, c.Added+c.Replaced)
			}
		}
		return w.AppendEntry(Entry{At: i.FinishedAt, Actor: by.Name, Action: "import.finished", Subject: importSubject(id), Detail: detail(told...)})
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	return finished, nil
}

// openImport is an import that can still be gone on with.
func openImport(r Reader, id int64) (*Import, error) {
	i, err := r.Import(id)
	if err != nil {
		return nil, err
	}
	if i.Status != ImportUnfinished {
		return nil, &Error{Code: CodeVersionConflict, Message: fmt.Sprintf("import %d is %s", id, i.Status), Hint: "start another one"}
	}
	return i, nil
}

// Import returns the record of a load; *Error CodeNotFound when there is none.
func (s *Service) Import(ctx context.Context, id int64) (*Import, error) {
	var found *Import
	err := s.store.View(ctx, func(r Reader) (err error) {
		found, err = r.Import(id)
		return err
	})
	return found, domainError("read import", err)
}

// Imports lists the records of loads, newest first, until yield returns false.
func (s *Service) Imports(ctx context.Context, yield func(*Import) bool) error {
	return domainError("list imports", s.store.View(ctx, func(r Reader) error { return r.Imports(yield) }))
}

// ImportReviews calls yield for what an import set aside, in the order of its file, until it returns false.
func (s *Service) ImportReviews(ctx context.Context, id int64, yield func(*ImportReview) bool) error {
	return domainError("list what was set aside", s.store.View(ctx, func(r Reader) error {
		if _, err := r.Import(id); err != nil {
			return err
		}
		return r.ImportReviews(id, yield)
	}))
}
