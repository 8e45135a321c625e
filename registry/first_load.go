package registry

import (
	"context"
	"iter"
	"runtime"

	"github.com/diachiso/diachiso/addresscode"
)

// loadBatch is how many requests are prepared together.
const loadBatch = 256

// LoadRow understands one row of a load; it is called by several goroutines, for one row each. Its error refuses the row.
type LoadRow func() (AssignRequest, error)

// Load assigns everything that rows yields, in that order and by the rules of AssignMany, into a registry without addresses
// whose only writer is w: what it holds of codes and likeness is then known without asking. Rows are understood and prepared in
// parallel. each is told of every row in order, refused ones with Assignment.Err. Load ends at the first error of rows,
// of each or of the store; then the whole load is to be given up. Order of codes is not required, but is what makes it fast.
func (s *Service) Load(ctx context.Context, w Writer, by Actor, rows iter.Seq2[LoadRow, error], each func(Assignment) error) error {
	ctx, stop := context.WithCancel(ctx)
	memory := &loadMemory{Writer: w, issued: map[uint64]uint32{}, like: map[uint64]uint64{}, alike: map[uint64][]uint64{}}
	ahead := s.prepareAhead(ctx, by, rows)
	defer func() { // rows are not asked for any more once Load has returned
		stop()
		for range ahead {
		}
	}()
	for batch := range ahead {
		<-batch.done
		for i, p := range batch.prepareds {
			answer := Assignment{Err: batch.refused[i]}
			if p != nil {
				var err error
				if answer, err = s.load(memory, by, p); err != nil {
					return domainError("load", err)
				}
			}
			answer.Err = domainError("assign", answer.Err)
			if err := each(answer); err != nil {
				return err
			}
		}
		if batch.err != nil {
			return batch.err
		}
	}
	return ctx.Err()
}

// load does one request; a refusal is in the answer.
func (s *Service) load(w *loadMemory, by Actor, p *prepared) (Assignment, error) {
	d, err := s.decide(w, p)
	if isRefusal(err) {
		return Assignment{Err: err}, nil
	}
	if err != nil {
		return Assignment{}, err
	}
	// Cells that are full now stay so: nobody else writes, and a load that fails leaves nothing.
	s.full.learn(p.search.foundFull, s.full.now())
	answer, err := s.apply(w, by, p, d)
	if err == nil && answer.Outcome == OutcomeCreated {
		w.learn(answer.Address.Code, p.likeness[0])
	}
	return answer, err
}

// loadAhead is a batch that is being prepared; done is closed when it is.
type loadAhead struct {
	rows []LoadRow
	*Batch
	err  error // of rows, after these
	done chan struct{}
}

// prepareAhead reads rows in batches and has them prepared by as many goroutines as there are processors. The channel, in
// order of rows, is closed after the last batch or when ctx ends.
func (s *Service) prepareAhead(ctx context.Context, by Actor, rows iter.Seq2[LoadRow, error]) <-chan *loadAhead {
	workers := runtime.GOMAXPROCS(0)
	ordered, work := make(chan *loadAhead, 4*workers), make(chan *loadAhead, 4*workers)
	for range workers {
		go func() {
			for b := range work {
				b.understand(s, by)
				close(b.done)
			}
		}()
	}
	go func() {
		defer close(ordered)
		defer close(work)
		newBatch := func() *loadAhead {
			return &loadAhead{rows: make([]LoadRow, 0, loadBatch), done: make(chan struct{})}
		}
		b := newBatch()
		send := func() bool {
			select {
			case ordered <- b:
			case <-ctx.Done():
				return false
			}
			work <- b // never blocks for good: the workers go on to the end
			b = newBatch()
			return true
		}
		for r, err := range rows {
			if err != nil {
				b.err = err
				break
			}
			if b.rows = append(b.rows, r); len(b.rows) == loadBatch && !send() {
				return
			}
		}
		send()
	}()
	return ordered
}

func (b *loadAhead) understand(s *Service, by Actor) {
	requests, refused := make([]AssignRequest, len(b.rows)), make([]error, len(b.rows))
	for i, understand := range b.rows {
		requests[i], refused[i] = understand()
	}
	b.Batch = s.Prepare(by, requests)
	for i, err := range refused {
		if err != nil {
			b.prepareds[i], b.refused[i] = nil, err
		}
	}
}

// loadMemory is the writer of a load. It answers from memory what a load asks for every address.
type loadMemory struct {
	Writer
	issued map[uint64]uint32   // by the first key of a cell: the ordinals issued, as bits
	like   map[uint64]uint64   // likeness → key
	alike  map[uint64][]uint64 // likeness → further keys
}

func (m *loadMemory) learn(code addresscode.Code, likeness uint64) {
	key := code.Key()
	ordinal := code.Ordinal()
	m.issued[key-uint64(ordinal)] |= 1 << ordinal
	if likeness == noLikeness {
		return
	}
	if _, taken := m.like[likeness]; taken {
		m.alike[likeness] = append(m.alike[likeness], key)
	} else {
		m.like[likeness] = key
	}
}

// KeysInRange knows whole cells, which is what is asked for.
func (m *loadMemory) KeysInRange(lo, _ uint64) ([]uint64, error) {
	ordinals := m.issued[lo]
	if ordinals == 0 {
		return nil, nil
	}
	keys := make([]uint64, 0, addresscode.Ordinals)
	for ordinal := range uint64(addresscode.Ordinals) {
		if ordinals&(1<<ordinal) != 0 {
			keys = append(keys, lo+ordinal)
		}
	}
	return keys, nil
}

func (m *loadMemory) ByLikeness(likeness uint64) ([]*Address, error) {
	first, ok := m.like[likeness]
	if !ok {
		return nil, nil
	}
	var alike []*Address
	for _, key := range append([]uint64{first}, m.alike[likeness]...) {
		code, err := addresscode.FromKey(key)
		if err != nil {
			return nil, err
		}
		a, err := m.Address(code)
		if err != nil {
			return nil, err
		}
		alike = append(alike, a)
	}
	return alike, nil
}
