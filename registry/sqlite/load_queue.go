package sqlite

import (
	"database/sql/driver"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/diachiso/diachiso/registry"
)

// loadQueue takes new addresses to the database in the order in which they come: several goroutines make values of them, hash
// their states and find their named places, one puts the rows in. While it works nobody else may use the connection; settle
// waits until it has done all.
type loadQueue struct {
	c          *conn // with statements of its own
	part       *loadPart
	work, rows chan *loadPart
	free       chan *loadPart
	workers    sync.WaitGroup
	busy       bool // something was sent since the last settle; only who fills the queue looks at it
	failed     atomic.Pointer[error]

	journal   *journal
	places    *loadPlaces
	addresses *bulk
	events    *bulk
	houses    *bulk
	ids       *bulk
	requests  *bulk
}

// loadPartRows is how many addresses go through the queue together.
const loadPartRows = 280

// loadPart is what goes through the queue.
type loadPart struct {
	news      []loadNew
	ids       []driver.NamedValue // rows of external_id
	requests  []driver.NamedValue // rows of idempotency
	addresses []driver.NamedValue // made by a worker, as the rest
	events    []driver.NamedValue
	states    []registry.StateSum
	links     []registry.Link
	refs      []loadRef
	err       error
	done      chan struct{} // closed when a worker is through with it
	written   chan struct{} // not nil: to be closed when it is in
}

type loadNew struct {
	address  *registry.Address
	likeness uint64
	event    registry.Event
}

// loadRef is an address at one of its places.
type loadRef struct {
	placeIdentity
	name, house string
	of          int // among the addresses of the part
}

func newLoadQueue(c *conn, j *journal) (*loadQueue, error) {
	workers := runtime.GOMAXPROCS(0)
	q := &loadQueue{
		c: c, journal: j, work: make(chan *loadPart, 4*workers), rows: make(chan *loadPart, 4*workers), free: make(chan *loadPart, 8*workers),
		addresses: newBulk(c, "address", recordColumns+", likeness"),
		events:    newBulk(c, "event", "seq, key, version, action, actor, at, before, link, changeset"),
		houses:    newBulk(c, "named_place_address", "place, house, key"),
		ids:       newBulk(c, "temp.load_external_id", "scheme, value, key"),
		requests:  newBulk(c, "temp.load_idempotency", "name, request_hash, key, at"),
	}
	var err error
	if q.places, err = newLoadPlaces(c); err != nil {
		return nil, err
	}
	q.part = q.next()
	for range workers {
		q.workers.Go(func() {
			var buf []byte
			for p := range q.work {
				buf = p.prepare(buf)
				close(p.done)
			}
		})
	}
	q.workers.Go(func() {
		for p := range q.rows {
			<-p.done
			if q.failed.Load() == nil {
				if err := q.write(p); err != nil {
					q.failed.Store(&err)
				}
			}
			if p.written != nil {
				close(p.written)
			}
			select {
			case q.free <- p:
			default:
			}
		}
	})
	return q, nil
}

// next is an empty part.
func (q *loadQueue) next() *loadPart {
	select {
	case p := <-q.free:
		*p = loadPart{news: p.news[:0], ids: p.ids[:0], requests: p.requests[:0], addresses: p.addresses[:0], events: p.events[:0],
			states: p.states[:0], links: p.links[:0], refs: p.refs[:0], done: make(chan struct{})}
		return p
	default:
		return &loadPart{done: make(chan struct{})}
	}
}

func (q *loadQueue) send() {
	q.busy = true
	q.work <- q.part
	q.rows <- q.part
	q.part = q.next()
}

// sendFull sends the part when it has enough addresses, and says why the queue has failed, if it has.
func (q *loadQueue) sendFull() error {
	if len(q.part.news) >= loadPartRows {
		q.send()
	}
	return q.err()
}

func (q *loadQueue) err() error {
	if err := q.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// settle returns when everything is in the database but the named places.
func (q *loadQueue) settle() error {
	if p := q.part; q.busy || len(p.news)+len(p.ids)+len(p.requests) > 0 {
		p.written = make(chan struct{})
		written := p.written
		q.send()
		<-written
		q.busy = false
	}
	return q.err()
}

// close ends the goroutines, whatever they have done.
func (q *loadQueue) close() {
	close(q.work)
	close(q.rows)
	q.workers.Wait()
	for _, b := range []*bulk{q.addresses, q.events, q.houses, q.ids, q.requests} {
		b.close()
	}
}

// prepare does all that needs no database.
func (p *loadPart) prepare(buf []byte) []byte {
	for i := range p.news {
		n := &p.news[i]
		rec, err := newRecord(n.address)
		if err == nil && n.event.After == nil {
			err = refuse("event", "an address without the event of its creation")
		}
		if err != nil {
			p.err = err
			return buf
		}
		p.addresses = appendValues(p.addresses, rec.values(n.likeness)...)
		var state registry.StateSum
		state, buf = registry.SumState(buf, n.address)
		p.states = append(p.states, state)
		e := &n.event
		p.events = appendValues(p.events, nil, rec.Key, e.Version, int64(actionCreated), e.Actor, e.At.UnixMilli(), nil, nil, nullText(e.Changeset))
		refs := registry.PlaceRefs(n.address)
		if len(refs) == 0 {
			continue
		}
		commune, err := strconv.ParseInt(n.address.Commune, 10, 64)
		if err != nil {
			p.err = refuse("commune", "not a commune code of five digits")
			return buf
		}
		for _, ref := range refs {
			kind, err := number("kind", placeKindNumbers, ref.Kind)
			if err != nil {
				p.err = err
				return buf
			}
			p.refs = append(p.refs, loadRef{placeIdentity{commune, kind, ref.Key}, ref.Name, ref.House, i})
		}
	}
	return buf
}

// write puts the rows in.
func (q *loadQueue) write(p *loadPart) error {
	if p.err != nil {
		return p.err
	}
	if cap(p.links) < len(p.news) {
		p.links = make([]registry.Link, max(len(p.news), loadPartRows))
	}
	p.links = p.links[:len(p.news)]
	chain := &q.journal.chain
	for i := range p.news {
		chain.AddSummed(&p.news[i].event, p.states[i])
		p.links[i] = chain.Link
		row := p.events[i*q.events.columns:]
		row[0].Value, row[7].Value = chain.Seq, p.links[i][:]
	}
	for i := range p.refs {
		ref := &p.refs[i]
		at := p.news[ref.of].address
		point := at.Point()
		q.places.enter(ref, int64(at.Code.Key()), int64(point.LatE7), int64(point.LonE7))
	}
	for _, rows := range []struct {
		into   *bulk
		values []driver.NamedValue
	}{{q.addresses, p.addresses}, {q.events, p.events}, {q.ids, p.ids}, {q.requests, p.requests}} {
		if err := rows.into.insert(rows.values); err != nil {
			return err
		}
	}
	if len(q.places.houses) >= loadHouses {
		return q.places.writeHouses(q.houses)
	}
	return nil
}
