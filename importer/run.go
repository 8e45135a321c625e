package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

const (
	defaultBatch = 1000 // records in one transaction
	// MaxListed bounds the rejections kept in a report; all of them go to Options.OnReject.
	MaxListed = 100
)

// Assigner is the part of the registry that an import needs; *registry.Service is one.
type Assigner interface {
	AssignMany(ctx context.Context, by registry.Actor, rs []registry.AssignRequest) ([]registry.Assignment, error)
}

// Options of a run. The zero value refuses likely duplicates and works in batches of 1,000.
type Options struct {
	Actor       registry.Actor
	OnDuplicate registry.OnDuplicate
	Batch       int                                     // records in one transaction; 0 means 1,000
	Progress    func(r Report, done, total int64)       // after each batch; done and total as Reader.Progress
	OnReject    func(Rejection) error                   // for each rejection, as it happens; an error stops the run
	OnAssigned  func(ref string, a registry.Assignment) // for each address that the file led to
}

// Rejection is a record that was not registered.
type Rejection struct {
	Ref     string             `json:"ref"`
	Code    registry.ErrorCode `json:"code"`
	Field   string             `json:"field,omitempty"`
	Message string             `json:"message"`
	Hint    string             `json:"hint,omitempty"`
}

// Report counts what became of the records: Read = Added + Existing + Merged + Rejected once a run has ended.
type Report struct {
	Read     int64 `json:"read"`
	Added    int64 `json:"added"`    // new addresses
	Existing int64 `json:"existing"` // already there: same external id, or the same record again
	Merged   int64 `json:"merged"`   // taken as another name of a likely duplicate
	Rejected int64 `json:"rejected"`

	Rejections []Rejection `json:"-"` // the first MaxListed
}

// Run registers every record of a reader. The report tells what was done also when an error is returned:
// a *FileError when the file broke off, ctx.Err() when the run was interrupted (the batch at hand is finished first).
//
// A record without external id gets an idempotency key made of its whole content, so that the same record
// leads to the same address in every run.
func Run(ctx context.Context, svc Assigner, r Reader, o Options) (Report, error) {
	if o.Batch <= 0 {
		o.Batch = defaultBatch
	}
	im := &run{svc: svc, o: o}
	for {
		rec, err := r.Next(ctx)
		if err != nil {
			if ferr := im.flush(ctx); ferr != nil {
				return im.report, ferr
			}
			im.progress(r)
			if errors.Is(err, io.EOF) {
				return im.report, nil
			}
			return im.report, err
		}
		if err := im.take(rec); err != nil {
			return im.report, err
		}
		if len(im.requests) < o.Batch {
			continue
		}
		if err := im.flush(ctx); err != nil {
			return im.report, err
		}
		im.progress(r)
	}
}

type run struct {
	svc      Assigner
	o        Options
	report   Report
	refs     []string
	requests []registry.AssignRequest
}

func (im *run) progress(r Reader) {
	if im.o.Progress != nil {
		done, total := r.Progress()
		im.o.Progress(im.report, done, total)
	}
}

// take puts a record in the batch, or rejects it.
func (im *run) take(rec Record) error {
	im.report.Read++
	if rec.Err != nil {
		return im.reject(rec.Ref, rec.Err)
	}
	req := rec.Request
	req.OnDuplicate = im.o.OnDuplicate
	if len(req.ExternalIDs) == 0 && req.IdempotencyKey == "" {
		req.IdempotencyKey = contentKey(req)
	}
	im.refs = append(im.refs, rec.Ref)
	im.requests = append(im.requests, req)
	return nil
}

// flush registers the batch. It goes through to the end even when ctx is done, so that nothing read is left in doubt.
func (im *run) flush(ctx context.Context) error {
	if len(im.requests) == 0 {
		return nil
	}
	results, err := im.svc.AssignMany(context.WithoutCancel(ctx), im.o.Actor, im.requests)
	if err != nil {
		im.report.Read -= int64(len(im.requests)) // nothing of the batch was kept
		return fmt.Errorf("register batch of %d from %s: %w", len(im.requests), im.refs[0], err)
	}
	if len(results) != len(im.requests) {
		return fmt.Errorf("register batch: %d answers to %d requests", len(results), len(im.requests))
	}
	for i, res := range results {
		if err := im.count(im.refs[i], res); err != nil {
			return err
		}
	}
	im.refs, im.requests = im.refs[:0], im.requests[:0]
	return nil
}

func (im *run) count(ref string, res registry.Assignment) error {
	if res.Err != nil {
		return im.reject(ref, res.Err)
	}
	switch res.Outcome {
	case registry.OutcomeCreated:
		im.report.Added++
	case registry.OutcomeExisting:
		im.report.Existing++
	case registry.OutcomeMerged:
		im.report.Merged++
	default:
		return fmt.Errorf("register %s: unknown outcome %q", ref, res.Outcome)
	}
	if im.o.OnAssigned != nil {
		im.o.OnAssigned(ref, res)
	}
	return nil
}

func (im *run) reject(ref string, err error) error {
	rej := Rejection{Ref: ref, Code: registry.CodeInvalid, Message: err.Error()}
	var re *registry.Error
	var pe *geo.PositionError
	switch {
	case errors.As(err, &re):
		rej.Code, rej.Field, rej.Message, rej.Hint = re.Code, re.Field, re.Message, re.Hint
	case errors.As(err, &pe):
		rej.Code, rej.Message, rej.Hint = registry.ErrorCode(pe.Code), pe.Message, pe.Hint
	}
	im.report.Rejected++
	if len(im.report.Rejections) < MaxListed {
		im.report.Rejections = append(im.report.Rejections, rej)
	}
	if im.o.OnReject != nil {
		return im.o.OnReject(rej)
	}
	return nil
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
