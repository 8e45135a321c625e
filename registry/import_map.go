package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/geo"
)

// MapRecord is one object of a map: a street or an outline, or why it is none.
type MapRecord struct {
	Ref     string // where it is in the file: "way/123"
	Street  *Street
	Outline *Outline // set when Street is not
	Err     error
}

// MapCounts says what became of the streets or outlines of a file.
type MapCounts struct {
	Added    int64 `json:"added"`
	Replaced int64 `json:"replaced"` // had changed since they came in
	Existing int64 `json:"existing"` // were there already, the same
	Rejected int64 `json:"rejected"`
}

// Read is how many there were.
func (c *MapCounts) Read() int64 { return c.Added + c.Replaced + c.Existing + c.Rejected }

func (c *MapCounts) take(o MapOutcome) {
	switch o {
	case MapAdded:
		c.Added++
	case MapReplaced:
		c.Replaced++
	case MapExisting:
		c.Existing++
	}
}

// PrepareMap checks records and finds the communes that the streets run through. It asks nothing of the store.
func (s *Service) PrepareMap(records []MapRecord) {
	for i := range records {
		r := &records[i]
		switch {
		case r.Err != nil:
		case r.Street != nil:
			r.Err = s.prepareStreet(r.Street)
		default:
			r.Err = s.prepareOutline(r.Outline)
		}
	}
}

func (s *Service) prepareStreet(st *Street) error {
	if strings.TrimSpace(st.Name) == "" {
		return invalid("name", "there is none", "only streets with a name are kept")
	}
	if err := validateText("name", st.Name, MaxComponent); err != nil {
		return err
	}
	if !slices.Contains(StreetKinds[:], st.Kind) {
		return invalid("kind", fmt.Sprintf("there is no kind of street %q", st.Kind), "")
	}
	if err := validateLines("lines", st.Lines, 2); err != nil {
		return err
	}
	if st.Stretches = s.stretchesOf(st.Lines); len(st.Stretches) == 0 {
		return &Error{Code: CodePositionOutside, Message: "no part of it lies in a commune of Vietnam", Hint: ""}
	}
	return nil
}

func (s *Service) prepareOutline(o *Outline) error {
	if err := validateText("name", o.Name, MaxComponent); err != nil {
		return err
	}
	if err := validateText("number", o.Number, MaxNumber); err != nil {
		return err
	}
	if err := validateLines("outline", o.Rings, 3); err != nil {
		return err
	}
	_, err := s.locator.Locate(o.Rings[0][0], 0)
	return err
}

func validateLines(field string, lines [][]geo.Point, least int) error {
	points := 0
	for _, line := range lines {
		points += len(line)
		if len(line) < least {
			return invalid(field, fmt.Sprintf("one has %d points", len(line)), fmt.Sprintf("give %d or more", least))
		}
		if slices.ContainsFunc(line, func(p geo.Point) bool { return !onGlobe(p) }) {
			return &Error{Code: CodePositionInvalid, Field: field, Message: "is not a place on the globe"}
		}
	}
	if points == 0 || points > MaxStreetPoints {
		return invalid(field, fmt.Sprintf("has %d points", points), fmt.Sprintf("give 1 to %d", MaxStreetPoints))
	}
	return nil
}

// LoadMap keeps prepared records of an import and moves the import's record on, in one transaction: after a crash both are there, or
// neither. from is how many streets and outlines the import had decided before. The counts that it answers with are the import's.
//
// Errors are *Error: CodeNotFound, CodeVersionConflict when the import is not where the caller believes it to be, CodeBusy, CodeInternal;
// or the context's.
func (s *Service) LoadMap(ctx context.Context, id, from int64, records []MapRecord) (ImportCounts, error) {
	const op = "load map"
	var streets []Street
	var outlines []Outline
	for _, r := range records {
		switch {
		case r.Err != nil:
		case r.Street != nil:
			streets = append(streets, *r.Street)
		default:
			outlines = append(outlines, *r.Outline)
		}
	}
	var counts ImportCounts
	err := s.store.Update(ctx, func(w Writer) error {
		i, err := openImport(w, id)
		if err != nil {
			return err
		}
		if at := i.Counts.Streets.Read() + i.Counts.Outlines.Read(); at != from {
			return &Error{Code: CodeVersionConflict, Message: fmt.Sprintf("import %d is at object %d of the map, this run at %d", id, at, from),
				Hint: "another process is loading the same file; let it"}
		}
		outcomes, err := w.PutStreets(id, streets)
		if err != nil {
			return err
		}
		for _, o := range outcomes {
			i.Counts.Streets.take(o)
		}
		if outcomes, err = w.PutOutlines(id, outlines); err != nil {
			return err
		}
		for _, o := range outcomes {
			i.Counts.Outlines.take(o)
		}
		for _, r := range records {
			i.Counts.refuse(&r)
		}
		counts = i.Counts
		return w.ReplaceImport(i)
	})
	return counts, domainError(op, err)
}

func (c *ImportCounts) refuse(r *MapRecord) {
	switch {
	case r.Err == nil:
	case r.Street != nil:
		c.Streets.Rejected++
		c.Note("street_rejected", mapReason(r.Err), r.Ref)
	default:
		c.Outlines.Rejected++
		c.Note("outline_rejected", mapReason(r.Err), r.Ref)
	}
}

// mapReason is the code of a refusal, and the field where there is one.
func mapReason(err error) string {
	err = domainError("", err)
	reason := string(CodeOf(err))
	if e, ok := err.(*Error); ok && e.Field != "" {
		reason += ":" + e.Field
	}
	return reason
}

// removeMap takes out what an import has of the map, in batches.
func (u *undo) removeMap(ctx context.Context, id int64) error {
	for _, part := range []struct {
		count  *int64
		remove func(w Writer) (int, error)
	}{
		{&u.report.Streets, func(w Writer) (int, error) { return w.RemoveStreets(id, mapBatch) }},
		{&u.report.Outlines, func(w Writer) (int, error) { return w.RemoveOutlines(id, mapBatch) }},
	} {
		for {
			if err := ctx.Err(); err != nil {
				return err
			}
			n := 0
			err := u.s.store.Update(ctx, func(w Writer) (err error) {
				n, err = part.remove(w)
				return err
			})
			if err != nil {
				return err
			}
			*part.count += int64(n)
			if n < mapBatch {
				break
			}
		}
	}
	return nil
}

// mapBatch is how many streets or outlines one transaction of an undo takes out.
const mapBatch = 2000
