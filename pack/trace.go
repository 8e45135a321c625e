package pack

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// Match is a pack of which canaries were found.
type Match struct {
	sqlite.Pack
	Canaries int // of them found
}

// Tracer looks for canaries in what leaked.
type Tracer struct {
	store  Store
	secret Secret
	found  map[string]*Match
	seen   map[uint64]bool // cells that were looked up and are canaries
}

// NewTracer makes a tracer over the register that made the packs.
func NewTracer(store Store, secret Secret) *Tracer {
	return &Tracer{store: store, secret: secret, found: map[string]*Match{}, seen: map[uint64]bool{}}
}

// Code looks at one code.
func (t *Tracer) Code(ctx context.Context, code addresscode.Code) error {
	cell := code.Cell()
	if t.seen[cell] {
		return nil
	}
	packs, err := t.store.PacksOfMark(ctx, t.secret.mark(cell))
	if err != nil || len(packs) == 0 {
		return err
	}
	t.seen[cell] = true
	for _, p := range packs {
		if t.found[p.ID] == nil {
			t.found[p.ID] = &Match{Pack: p}
		}
		t.found[p.ID].Canaries++
	}
	return nil
}

// Text looks at all codes that stand in a text, whatever it is otherwise: a table, JSON, a chat.
func (t *Tracer) Text(ctx context.Context, r io.Reader) error {
	text := bufio.NewReaderSize(r, 1<<20)
	for {
		line, err := text.ReadSlice('\n')
		for _, found := range addresscode.Find(string(line)) {
			if ferr := t.Code(ctx, found.Code); ferr != nil {
				return ferr
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// Matches are the packs found, the one with the most canaries first.
func (t *Tracer) Matches() []Match {
	var matches []Match
	for _, m := range t.found {
		matches = append(matches, *m)
	}
	slices.SortFunc(matches, func(a, b Match) int { return cmp.Or(cmp.Compare(b.Canaries, a.Canaries), cmp.Compare(a.ID, b.ID)) })
	return matches
}
