package registry

import (
	"context"
	"fmt"
)

// Batch is requests with everything done that needs no transaction. It is loaded once.
type Batch struct {
	Requests  []AssignRequest
	by        Actor
	prepareds []*prepared // nil where refused
	refused   []error
}

// Prepare makes requests ready to be loaded. It asks nothing of the store; several goroutines can prepare at once while
// another one loads.
func (s *Service) Prepare(by Actor, rs []AssignRequest) *Batch {
	b := &Batch{Requests: rs, by: by, prepareds: make([]*prepared, len(rs)), refused: make([]error, len(rs))}
	for i, r := range rs {
		b.prepareds[i], b.refused[i] = s.prepare(by, r)
	}
	return b
}

// ImportStep is what a batch means for the record of its import.
type ImportStep struct {
	Position int64        // records decided once the batch is loaded
	Counts   ImportCounts // of all of them
	Reviews  []ImportReview
}

// LoadBatch assigns the requests of a batch of an import and moves its record on, in one transaction: after a crash both are
// there, or neither. from is the import's position before the batch; step is asked what the answers mean for the record.
//
// Beside the errors of AssignMany there is CodeVersionConflict, when the import is not where the caller believes it to be.
func (s *Service) LoadBatch(ctx context.Context, id, from int64, b *Batch, step func([]Assignment) ImportStep) ([]Assignment, error) {
	return s.assignBatch(ctx, b, func(w Writer, answers []Assignment) error {
		i, err := openImport(w, id)
		if err != nil {
			return err
		}
		if i.Position != from {
			return &Error{Code: CodeVersionConflict, Message: fmt.Sprintf("import %d is at record %d, this run at %d", id, i.Position, from),
				Hint: "another process is loading the same file; let it"}
		}
		next := step(answers)
		i.Position, i.Counts = next.Position, next.Counts
		if err := w.ReplaceImport(i); err != nil {
			return err
		}
		var touched []Touched
		for _, a := range answers {
			if a.Outcome == OutcomeCreated || a.Outcome == OutcomeMerged {
				touched = append(touched, Touched{a.Address.Code, a.Address.Version})
			}
		}
		if len(touched) > 0 {
			if err := w.AppendImportBatch(id, next.Position, touched); err != nil {
				return err
			}
		}
		for n := range next.Reviews {
			next.Reviews[n].Import = id
			if err := w.InsertImportReview(&next.Reviews[n]); err != nil {
				return err
			}
		}
		return nil
	})
}

// assignBatch assigns in one transaction and has then, which may be nil, write on in it.
func (s *Service) assignBatch(ctx context.Context, b *Batch, then func(Writer, []Assignment) error) ([]Assignment, error) {
	seen := s.full.now()
	var answers []Assignment
	err := s.store.Update(ctx, func(w Writer) error {
		answers = make([]Assignment, len(b.Requests)) // anew on every try
		for i, p := range b.prepareds {
			if b.refused[i] != nil {
				answers[i].Err = domainError("assign", b.refused[i])
				continue
			}
			d, err := s.decide(w, p)
			if isRefusal(err) {
				answers[i].Err = domainError("assign", err)
				continue
			}
			if err != nil {
				return err
			}
			if answers[i], err = s.apply(w, b.by, p, d); err != nil {
				return err
			}
			answers[i].By = d.by
		}
		if then == nil {
			return nil
		}
		return then(w, answers)
	})
	if err != nil {
		return nil, domainError("assign", err)
	}
	for _, p := range b.prepareds {
		if p != nil {
			s.full.learn(p.search.foundFull, seen)
		}
	}
	return answers, nil
}
