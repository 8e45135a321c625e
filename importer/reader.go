package importer

import (
	"context"
	"fmt"

	"github.com/diachiso/diachiso/internal/textfile"
	"github.com/diachiso/diachiso/registry"
)

// Record is one record of a file. Reading a record and understanding it are two steps, so that the second, which takes
// longer, can be done by several goroutines.
type Record struct {
	Ref     string // where it is in the file: "line 12", "feature 3", "node/1000087188"
	Request registry.AssignRequest
	Err     error                  // why the record cannot be registered; Request is then incomplete
	Aside   *registry.ImportReview // the record contradicts itself: it is kept for review
	Remarks []string               // what there is to know about a record that can be registered: "text_unmatched"
	Text    string                 // the address as one text, where it came as one
	Named   string                 // the commune as the record names it; "" when it names none

	understand func(*Record) // what is left to do; nil when all is done
}

// Understood is the record with its request. It is safe to call for several records at once.
func (r Record) Understood() Record {
	if r.understand != nil {
		fn := r.understand
		r.understand = nil
		fn(&r)
	}
	return r
}

// Reader yields the records of one file. It is used by one goroutine.
type Reader interface {
	// Next returns the next record, io.EOF after the last, or *FileError when the file cannot be read any further.
	Next(ctx context.Context) (Record, error)
	// Progress says how much of the file is done, in a unit of the reader's own; total is 0 while unknown.
	Progress() (done, total int64)
	// Notes tells once what the user should know about the file, such as columns that are not read.
	Notes() []string
}

// Source names what is being read.
type Source struct {
	Name    string // file name, for provenance
	Dataset string // provenance dataset: "osm", "csv", the name of a survey …
	Scheme  string // scheme of external ids that do not name one; "" when they must
	Names   *Names // understands names of divisions and whole addresses; nil leaves the columns that need it unread
}

func (s Source) provenance() registry.Provenance {
	return registry.Provenance{Dataset: s.Dataset, Detail: s.Name}
}

// FileError says that a file is broken or of another format, so that reading stopped.
type FileError = textfile.Error

// invalid is a record's own fault; the message must not contain address text.
func invalid(field, format string, args ...any) error {
	return &registry.Error{Code: registry.CodeInvalid, Op: "import", Field: field, Message: fmt.Sprintf(format, args...)}
}
