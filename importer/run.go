package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

const (
	defaultBatch = 2000 // records in one transaction
	// MaxListed bounds the rejections kept in a report; all of them go to Options.OnReject.
	MaxListed = 100
)

// Registry is the part of the registry that an import needs; *registry.Service is one.
type Registry interface {
	StartImport(ctx context.Context, by registry.Actor, i registry.Import, resume bool) (*registry.Import, error)
	FinishImport(ctx context.Context, by registry.Actor, id int64) (*registry.Import, error)
	Prepare(by registry.Actor, rs []registry.AssignRequest) *registry.Batch
	PrepareMap(records []registry.MapRecord)
	LoadMap(ctx context.Context, id, from int64, records []registry.MapRecord) (registry.ImportCounts, error)
	LoadBatch(ctx context.Context, id, from int64, b *registry.Batch, step func([]registry.Assignment) registry.ImportStep) ([]registry.Assignment, error)
}

// Options of a run. The zero value refuses likely duplicates and works in batches of 2,000.
type Options struct {
	Actor       registry.Actor
	File        registry.Import // name, format, dataset, scheme, size and digest, for the record
	Resume      bool            // go on with the unfinished import of the same file, if there is one
	OnDuplicate registry.OnDuplicate
	// Distinct says that the records are known to be different addresses, as those of a register: likely duplicates are not looked
	// for, whatever OnDuplicate says, and records without external id are not recognised when they come again.
	Distinct   bool
	Batch      int                                     // records in one transaction; 0 means 2,000
	Workers    int                                     // goroutines that understand records; 0 means one per CPU
	Progress   func(r Report, done, total int64)       // after each batch; done and total as Reader.Progress
	OnReject   func(Rejection) error                   // for each rejection, once it is recorded; an error stops the run
	OnAssigned func(ref string, a registry.Assignment) // for each address that the file led to
	Names      *Names                                  // measures how far set-aside records lie from what they name; may be nil
	// Map opens the streets and outlines of the file, once its records are done; nil when there are none. What it opens is closed.
	Map func(ctx context.Context) (MapReader, error)
}

// Rejection is a record that was not registered.
type Rejection struct {
	Ref     string             `json:"ref"`
	Code    registry.ErrorCode `json:"code"`
	Field   string             `json:"field,omitempty"`
	Message string             `json:"message"`
	Hint    string             `json:"hint,omitempty"`
}

// Report counts what became of the records: Read = Added + Existing + Merged + SetAside + Rejected. It is about the import as
// a whole; what a resumed one did in earlier runs is in it.
type Report struct {
	Import   int64                   `json:"import,omitempty"`  // number of the record; 0 before it was opened
	DryRun   bool                    `json:"dry_run,omitempty"` // nothing was written
	Resumed  int64                   `json:"resumed,omitempty"` // records that earlier runs had decided
	Read     int64                   `json:"read"`
	Added    int64                   `json:"added"`     // new addresses
	Existing int64                   `json:"existing"`  // already there: same external id, the same record again, or a likely duplicate without ids
	Merged   int64                   `json:"merged"`    // taken as another name of a likely duplicate
	SetAside int64                   `json:"set_aside"` // kept for review, not registered
	Rejected int64                   `json:"rejected"`
	Reasons  []registry.ImportReason `json:"reasons,omitempty"`
	// Of the map, beside the records.
	Streets  registry.MapCounts `json:"streets,omitzero"`
	Outlines registry.MapCounts `json:"outlines,omitzero"`

	Rejections []Rejection `json:"-"` // the first MaxListed of this run
}

func (r *Report) take(i int64, n int64, c registry.ImportCounts) {
	r.Import, r.Read = i, n
	r.Added, r.Existing, r.Merged, r.SetAside, r.Rejected, r.Reasons = c.Added, c.Existing, c.Merged, c.SetAside, c.Rejected, c.Reasons
	r.Streets, r.Outlines = c.Streets, c.Outlines
}

// Run registers every record of a reader, nil for none, and then keeps the map. The report tells what was done also when an error is returned:
// a *FileError when the file broke off, ctx.Err() when the run was interrupted (the batch at hand is finished first). The
// import then stays unfinished, and a run with Resume goes on behind its last batch.
//
// A record without external id gets an idempotency key made of its whole content, so that the same record
// leads to the same address in every run.
func Run(ctx context.Context, reg Registry, r Reader, o Options) (Report, error) {
	if o.Batch <= 0 {
		o.Batch = defaultBatch
	}
	im := &run{reg: reg, o: o}
	record, err := reg.StartImport(ctx, o.Actor, o.File, o.Resume)
	if err != nil {
		return im.report, err
	}
	im.position, im.counts = record.Position, record.Counts
	im.report.Resumed = record.Position
	im.report.take(record.ID, im.position, im.counts)
	if r != nil {
		if err := im.load(ctx, r); err != nil {
			return im.report, err
		}
	}
	if o.Map != nil {
		if err := im.openMap(ctx); err != nil {
			return im.report, err
		}
	}
	_, err = reg.FinishImport(context.WithoutCancel(ctx), o.Actor, record.ID)
	return im.report, err
}

type run struct {
	reg      Registry
	o        Options
	position int64
	counts   registry.ImportCounts
	report   Report
}

// load takes the batches from the workers in the order of the file.
func (im *run) load(ctx context.Context, r Reader) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	p := newPipeline(inner, im, r)
	defer p.wait(cancel)
	for b := range p.order {
		<-b.done
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := im.write(ctx, b); err != nil {
			return err
		}
		if im.o.Progress != nil {
			im.o.Progress(im.report, b.progress, b.total)
		}
	}
	return p.err
}

// write registers a batch. It goes through to the end even when ctx is done, so that nothing read is left in doubt.
func (im *run) write(ctx context.Context, b *batch) error {
	var rejections []Rejection
	var next registry.ImportStep
	answers, err := im.reg.LoadBatch(context.WithoutCancel(ctx), im.report.Import, im.position, b.prepared, func(answers []registry.Assignment) registry.ImportStep {
		rejections = rejections[:0]
		next = registry.ImportStep{Position: im.position + int64(len(b.records)), Counts: im.counts.Clone()}
		for i := range b.records {
			im.decide(&next, &rejections, im.position+int64(i)+1, &b.records[i], b.answer(i, answers))
		}
		return next
	})
	if err != nil {
		return fmt.Errorf("register batch of %d from %s: %w", len(b.records), b.records[0].Ref, err)
	}
	im.position, im.counts = next.Position, next.Counts
	im.report.take(im.report.Import, im.position, im.counts)
	for _, rej := range rejections {
		if len(im.report.Rejections) < MaxListed {
			im.report.Rejections = append(im.report.Rejections, rej)
		}
		if im.o.OnReject != nil {
			if err := im.o.OnReject(rej); err != nil {
				return err
			}
		}
	}
	if im.o.OnAssigned != nil {
		for i := range b.records {
			if a := b.answer(i, answers); a != nil && a.Err == nil {
				im.o.OnAssigned(b.records[i].Ref, *a)
			}
		}
	}
	return nil
}

// decide counts what became of a record; answer is nil when it was not sent to the registry.
func (im *run) decide(next *registry.ImportStep, rejections *[]Rejection, row int64, rec *Record, answer *registry.Assignment) {
	c := &next.Counts
	aside, err := rec.Aside, rec.Err
	if answer != nil {
		err = answer.Err
		if e, ok := errors.AsType[*registry.Error](err); ok && e.Code == registry.CodeCommuneMismatch && im.o.Names != nil {
			aside = im.o.Names.refused(rec, e)
		}
	}
	switch {
	case aside != nil:
		c.SetAside++
		c.Note("set_aside", aside.Reason, rec.Ref)
		v := *aside
		v.Row, v.Ref = row, rec.Ref
		next.Reviews = append(next.Reviews, v)
		return
	case err != nil:
		rej := rejectionOf(rec.Ref, err)
		c.Rejected++
		c.Note("rejected", rej.reason(), rec.Ref)
		*rejections = append(*rejections, rej)
		return
	case answer.Outcome == registry.OutcomeCreated:
		c.Added++
	case answer.Outcome == registry.OutcomeMerged:
		c.Merged++
		c.Note("merged", string(answer.By), rec.Ref)
	default:
		c.Existing++
		c.Note("existing", string(answer.By), rec.Ref)
	}
	for _, remark := range rec.Remarks {
		c.Note("remark", remark, rec.Ref)
	}
}

func rejectionOf(ref string, err error) Rejection {
	rej := Rejection{Ref: ref, Code: registry.CodeInvalid, Message: err.Error()}
	var re *registry.Error
	var pe *geo.PositionError
	switch {
	case errors.As(err, &re):
		rej.Code, rej.Field, rej.Message, rej.Hint = re.Code, re.Field, re.Message, re.Hint
	case errors.As(err, &pe):
		rej.Code, rej.Message, rej.Hint = registry.ErrorCode(pe.Code), pe.Message, pe.Hint
	}
	return rej
}

var indices = regexp.MustCompile(`\[[0-9]+\]`)

// reason is what rejections are counted by: code and field.
func (r *Rejection) reason() string {
	if r.Field == "" {
		return string(r.Code)
	}
	return string(r.Code) + ":" + indices.ReplaceAllString(r.Field, "")
}

// contentKey identifies a record by what it says.
func contentKey(req registry.AssignRequest) string {
	content, err := json.Marshal(struct {
		Dataset    string
		Positions  []registry.TypedPosition
		Kind       registry.Kind
		Components registry.Components
		Commune    string
		Footprint  []geo.Point
	}{req.Provenance.Dataset, req.Positions, req.Kind, req.Components, req.CommuneCode, req.Footprint})
	if err != nil {
		return "" // not reached: every field is plain text or a finite number; without a key the record is still registered
	}
	sum := sha256.Sum256(content)
	return "import:" + hex.EncodeToString(sum[:16])
}
