package audit

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"github.com/diachiso/diachiso/registry"
)

// ExportOptions say which lines to write; the zero value is all of them, without the states of addresses.
type ExportOptions struct {
	Since  int64 // number of the first line; 0 and 1 are the first there is
	Until  int64 // number of the last line; 0 is the last there is
	States bool  // with each event the state of its address, private as the register is
}

// Export writes lines of the journal as text, one JSON object a line, in the form that docs/audit.md describes, and returns
// how many. An export that begins later than the first line begins with an object that has the link before it. The last
// object has the newest checkpoint that the written lines reach, where there is one. It stops at a line that does not verify.
func Export(ctx context.Context, store Store, w io.Writer, o ExportOptions) (lines int64, err error) {
	const op = "export the journal"
	out := bufio.NewWriterSize(w, 64<<10)
	var chain registry.Chain
	if chain, err = startOf(ctx, store, o.Since); err != nil {
		return 0, err
	}
	if chain.Seq > 0 {
		fmt.Fprintf(out, "{\"after\":%d,\"link\":\"%s\"}\n", chain.Seq, hex.EncodeToString(chain.Link[:]))
	}
	var text []byte
	for more := true; more; {
		n := 0
		var broken error
		err := store.View(ctx, func(r registry.Reader) error {
			return r.Journal(chain.Seq, func(l registry.JournalLine) bool {
				if o.Until > 0 && l.Seq > o.Until {
					return false
				}
				if l.Seq == chain.Seq+1 && l.Damage == "" {
					follow(&chain, &l)
				}
				if l.Seq != chain.Seq || l.Link != chain.Link {
					broken = &registry.Error{Code: registry.CodeInternal, Op: op, Message: fmt.Sprintf("line %d of the journal does not verify", l.Seq),
						Hint: "see what is wrong with: diachiso audit verify"}
					return false
				}
				text = append(l.AppendText(text[:0], o.States), '\n')
				_, broken = out.Write(text)
				lines, n = lines+1, n+1
				return broken == nil && n < pageLines
			})
		})
		if err == nil {
			err = broken
		}
		if err != nil {
			_ = out.Flush() // what was written is sound; the error is told anyway
			return lines, err
		}
		more = n == pageLines
	}
	if err := exportCheckpoint(ctx, store, out, chain.Seq-lines, chain.Seq); err != nil {
		return lines, err
	}
	return lines, out.Flush()
}

// startOf is the chain before a line, as it is stored.
func startOf(ctx context.Context, store Store, first int64) (chain registry.Chain, err error) {
	if first <= 1 {
		return chain, nil
	}
	found := false
	err = store.View(ctx, func(r registry.Reader) error {
		return r.Journal(first-2, func(l registry.JournalLine) bool {
			found = l.Seq == first-1
			chain.Seq, chain.Link = l.Seq, l.Link
			return false
		})
	})
	if err == nil && !found {
		err = &registry.Error{Code: registry.CodeNotFound, Op: "export the journal", Field: "since", Message: fmt.Sprintf("the journal has no line %d", first-1),
			Hint: "it may not be that long yet"}
	}
	return chain, err
}

// exportCheckpoint writes the newest checkpoint of a line that was written.
func exportCheckpoint(ctx context.Context, store Store, out io.Writer, after, last int64) error {
	var newest *Checkpoint
	if err := store.Checkpoints(ctx, after, func(c Checkpoint) bool {
		if c.Lines <= last {
			newest = &c
		}
		return c.Lines < last
	}); err != nil || newest == nil {
		return err
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc.Encode(struct {
		Checkpoint string `json:"checkpoint"`
	}{newest.Note})
}
