package sqlite

import (
	"database/sql/driver"
	"hash/maphash"
	"slices"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// loader is the writer of a load. New addresses with their events, external ids and idempotency keys go through the queue; everything
// else waits until that is empty, for conn.before is settle. It can tell without asking the database which ids and keys are new, and
// what is in a cell: a load into an empty registry sees few addresses twice.
type loader struct {
	writer
	q        *loadQueue
	memory   loadMemory
	requests int64 // rows of temp.load_idempotency
	minted   bool
}

// The rows of a load whose tables are in no order that rows come in are put into those at the end, sorted.
var (
	loadTempTables = []string{
		"CREATE TEMP TABLE load_external_id (scheme TEXT NOT NULL, value TEXT NOT NULL, key INTEGER NOT NULL) STRICT",
		"CREATE TEMP TABLE load_idempotency (name TEXT NOT NULL, request_hash BLOB NOT NULL, key INTEGER NOT NULL, at INTEGER NOT NULL) STRICT",
	}
	moveExternalIDs = []string{
		"INSERT INTO external_id (scheme, value, key) SELECT scheme, value, key FROM temp.load_external_id ORDER BY scheme, value",
		"DELETE FROM temp.load_external_id",
	}
	moveIdempotency = "INSERT INTO idempotency (name, request_hash, key, at) SELECT name, request_hash, key, at FROM temp.load_idempotency ORDER BY name"
)

func newLoader(w writer, own *conn) (*loader, error) {
	for _, text := range loadTempTables {
		if err := own.each(text, 0, nil); err != nil {
			return nil, err
		}
	}
	if err := w.end(); err != nil {
		return nil, err
	}
	q, err := newLoadQueue(own, w.journal)
	if err != nil {
		return nil, err
	}
	w.c.before = q.settle
	return &loader{writer: w, q: q, memory: newLoadMemory()}, nil
}

func (w *loader) Insert(a *registry.Address, likeness uint64) error {
	if err := w.q.sendFull(); err != nil {
		return failure("insert address", err)
	}
	if len(w.q.part.news) == 0 && w.ctx.Err() != nil {
		return w.ctx.Err()
	}
	status, err := number("status", statusNumbers, a.Status)
	if err != nil {
		return err
	}
	w.tally[status]++
	key := int64(a.Code.Key())
	w.memory.learn(a.Code, likeness)
	for i, id := range a.ExternalIDs {
		if !holds(a.ExternalIDs[:i], id) {
			w.q.part.ids = appendValues(w.q.part.ids, id.Scheme, id.Value, key)
			w.memory.learnID(id, key)
		}
	}
	w.q.part.news = append(w.q.part.news, loadNew{address: a, likeness: likeness})
	return nil
}

// AppendEvent is that of the address which was just inserted, but for the few that change one.
func (w *loader) AppendEvent(e registry.Event) error {
	if news := w.q.part.news; len(news) > 0 && e.Before == nil && e.After == news[len(news)-1].address && e.Action == actionNumbers[actionCreated] {
		news[len(news)-1].event = e
		return nil
	}
	if err := w.q.settle(); err != nil {
		return failure("append event", err)
	}
	return w.writer.AppendEvent(e)
}

func (w *loader) AppendEntry(e registry.Entry) error {
	if err := w.q.settle(); err != nil {
		return failure("append entry", err)
	}
	return w.writer.AppendEntry(e)
}

// Replace is for what leaves the address where it is.
func (w *loader) Replace(a *registry.Address, likeness uint64) error {
	const op = "replace address"
	before, err := w.Address(a.Code)
	if err != nil {
		return err
	}
	if before.Commune != a.Commune || before.Point() != a.Point() || !slices.Equal(registry.PlaceRefs(before), registry.PlaceRefs(a)) {
		return refuse("", "a load cannot change where an address is")
	}
	if err := w.moveExternalIDs(); err != nil {
		return failure(op, err)
	}
	if err := w.writer.Replace(a, likeness); err != nil { // its likeness stays, as its components do
		return err
	}
	for _, id := range a.ExternalIDs {
		if !holds(before.ExternalIDs, id) {
			w.memory.learnID(id, int64(a.Code.Key()))
		}
	}
	return nil
}

func (w *loader) Remove(addresscode.Code) error {
	return refuse("", "a load cannot take out an address")
}

// PutStreets would change named places, which are in memory.
func (w *loader) PutStreets(int64, []registry.Street) ([]registry.MapOutcome, error) {
	return nil, refuse("", "a load cannot take in the streets of a map")
}

func (w *loader) ByExternalID(scheme, value string) (addresscode.Code, error) {
	for _, key := range w.memory.ids.all(w.memory.idHash(scheme, value)) {
		a, err := w.byKey(key)
		if err != nil {
			return addresscode.Code{}, err
		}
		if holds(a.ExternalIDs, registry.ExternalID{Scheme: scheme, Value: value}) {
			return a.Code, nil
		}
	}
	return addresscode.Code{}, notFound("find external id", "no address has this external id")
}

// IssuedNumber knows those that came in as external ids, and asks for minted ones only where there are any.
func (w *loader) IssuedNumber(n registry.Number) (code addresscode.Code, minted bool, err error) {
	code, err = w.ByExternalID(registry.SchemeQD392, n.String())
	if registry.CodeOf(err) == registry.CodeNotFound && w.minted {
		return w.writer.IssuedNumber(n)
	}
	return code, false, err
}

func (w *loader) NumberBlocks(area registry.NumberArea) ([registry.NumberBlocks]int, error) {
	if err := w.moveExternalIDs(); err != nil {
		return [registry.NumberBlocks]int{}, failure("count numbers", err)
	}
	return w.writer.NumberBlocks(area)
}

func (w *loader) MintNumber(n registry.Number, code addresscode.Code) error {
	w.minted = true
	return w.writer.MintNumber(n, code)
}

// moveExternalIDs puts the ids that were set aside into their table.
func (w *loader) moveExternalIDs() error {
	for _, text := range moveExternalIDs {
		if err := w.c.each(text, 0, nil); err != nil {
			return err
		}
	}
	return nil
}

func (w *loader) PutIdempotency(name string, hash [32]byte, code addresscode.Code) error {
	w.q.part.requests = appendValues(w.q.part.requests, name, hash[:], int64(code.Key()), time.Now().UnixMilli())
	w.requests++
	w.memory.requests.add(maphash.String(w.memory.seed, name), w.requests)
	return w.q.err()
}

func (w *loader) Idempotency(name string) (hash [32]byte, code addresscode.Code, err error) {
	const op = "find idempotency key"
	for _, row := range w.memory.requests.all(maphash.String(w.memory.seed, name)) {
		found := false
		err := w.c.each("SELECT request_hash, key FROM temp.load_idempotency WHERE rowid = ? AND name = ?", 2, func(v []driver.Value) error {
			found = true
			copy(hash[:], v[0].([]byte))
			var err error
			code, err = w.code(v[1].(int64))
			return err
		}, row, name)
		if err != nil || found {
			return hash, code, failure(op, err)
		}
	}
	return hash, code, notFound(op, "no request had this key")
}

// finish writes what is still in memory.
func (w *loader) finish() error {
	if err := w.q.settle(); err != nil {
		return err
	}
	if err := w.q.places.writeHouses(w.q.houses); err != nil {
		return err
	}
	places := newBulk(w.c, "named_place", loadPlaceColumns)
	defer places.close()
	if err := w.q.places.write(w.c, places); err != nil {
		return err
	}
	if err := w.moveExternalIDs(); err != nil {
		return err
	}
	if err := w.c.each(moveIdempotency, 0, nil); err != nil {
		return err
	}
	for status, n := range w.tally {
		if n == 0 {
			continue
		}
		if err := w.c.exec(stmtAddTally, n, int64(status)); err != nil {
			return err
		}
	}
	return w.setPlaceProgress(allPlacesDone)
}
