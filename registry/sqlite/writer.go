package sqlite

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

const (
	statusActive  = 1
	statusRetired = 2
)

// writer is a reader of the open write transaction that can also write.
type writer struct {
	reader
	tally   *[3]int64 // by status: what this transaction has not yet added to the table tally
	places  *placeBook
	journal *journal
}

func (w *writer) Insert(a *registry.Address, likeness uint64) error {
	const op = "insert address"
	rec, err := newRecord(a)
	if err != nil {
		return err
	}
	// The external ids first: what is refused must leave nothing behind, for the update may go on without it.
	added, err := w.addExternalIDs(op, rec.Key, nil, a.ExternalIDs)
	if err != nil {
		return err
	}
	if err := w.c.exec(stmtInsertAddress, rec.values(likeness)...); err != nil {
		if isUnique(err) {
			err = &registry.Error{Code: registry.CodeVersionConflict, Op: op, Message: "the code is already given", Hint: "take the next free ordinal", Err: err}
		}
		return undone(failure(op, err), w.dropExternalIDs(op, rec.Key, added, nil))
	}
	w.tally[rec.Status]++
	return failure(op, w.enterPlaces(a, rec.Key))
}

func (w *writer) Replace(a *registry.Address, likeness uint64) error {
	const op = "replace address"
	rec, err := newRecord(a)
	if err != nil {
		return err
	}
	old, err := w.existing(op, rec.Key)
	if err != nil {
		return err
	}
	if old.Version != a.Version-1 {
		return &registry.Error{Code: registry.CodeVersionConflict, Op: op,
			Message: fmt.Sprintf("the address is at version %d, the change was made from version %d", old.Version, a.Version-1),
			Hint:    "read the address again and repeat the change"}
	}
	oldIDs, err := old.externalIDs(op)
	if err != nil {
		return err
	}
	added, err := w.addExternalIDs(op, rec.Key, oldIDs, a.ExternalIDs)
	if err != nil {
		return err
	}
	if err := w.c.exec(stmtUpdateAddress, rec.values(likeness)...); err != nil {
		return undone(failure(op, err), w.dropExternalIDs(op, rec.Key, added, nil))
	}
	w.tally[old.Status]--
	w.tally[rec.Status]++
	before, err := old.address()
	if err != nil {
		return err
	}
	if err := w.movePlaces(before, a, rec.Key); err != nil {
		return failure(op, err)
	}
	return w.dropExternalIDs(op, rec.Key, oldIDs, a.ExternalIDs)
}

func (w *writer) Remove(code addresscode.Code) error {
	const op = "remove address"
	old, err := w.existing(op, int64(code.Key()))
	if err != nil {
		return err
	}
	ids, err := old.externalIDs(op)
	if err != nil {
		return err
	}
	if err := w.c.exec(stmtDeleteAddress, old.Key); err != nil {
		return failure(op, err)
	}
	w.tally[old.Status]--
	before, err := old.address()
	if err != nil {
		return err
	}
	if err := w.leavePlaces(before, old.Key); err != nil {
		return failure(op, err)
	}
	if err := w.c.exec(stmtDeleteIdempotency, old.Key); err != nil {
		return failure(op, err)
	}
	if err := w.dropObservations(op, old.Key); err != nil {
		return err
	}
	return w.dropExternalIDs(op, old.Key, ids, nil)
}

func (w *writer) existing(op string, key int64) (*record, error) {
	old, err := w.record(key)
	if err != nil {
		return nil, failure(op, err)
	}
	if old == nil {
		return nil, notFound(op, "no address has this code")
	}
	return old, nil
}

func (r *record) externalIDs(op string) ([]registry.ExternalID, error) {
	if r.ExternalIDs == "" {
		return nil, nil
	}
	ids, err := decodeExternalIDs(r.ExternalIDs)
	if err != nil {
		return nil, damaged(op, fmt.Sprintf("external ids of key %d: %v", r.Key, err))
	}
	return ids, nil
}

// addExternalIDs enters the ids that old lacks and returns them; when one is refused, none of them stays.
// The same scheme and value may stand twice in one list, with other dates.
func (w *writer) addExternalIDs(op string, key int64, old, ids []registry.ExternalID) (added []registry.ExternalID, err error) {
	for i, id := range ids {
		if holds(old, id) || holds(added, id) {
			continue
		}
		if err := w.c.exec(stmtInsertExternalID, id.Scheme, id.Value, key); err != nil {
			if isUnique(err) {
				err = &registry.Error{Code: registry.CodeExternalIDConflict, Op: op, Field: fmt.Sprintf("external_ids[%d]", i),
					Message: fmt.Sprintf("another address has this id of the scheme %q", id.Scheme), Hint: "resolve the id to see which", Err: err}
			}
			return nil, undone(failure(op, err), w.dropExternalIDs(op, key, added, nil))
		}
		added = append(added, id)
	}
	return added, nil
}

// dropExternalIDs takes out the ids of old that ids lacks.
func (w *writer) dropExternalIDs(op string, key int64, old, ids []registry.ExternalID) error {
	for _, id := range old {
		if holds(ids, id) {
			continue
		}
		if err := w.c.exec(stmtDeleteExternalID, id.Scheme, id.Value, key); err != nil {
			return failure(op, err)
		}
	}
	return nil
}

// undone adds the failure to undo, if any, to the error that made it necessary.
func undone(err, undo error) error {
	if undo == nil {
		return err
	}
	return errors.Join(err, undo)
}

func holds(ids []registry.ExternalID, id registry.ExternalID) bool {
	return slices.ContainsFunc(ids, func(o registry.ExternalID) bool { return o.Scheme == id.Scheme && o.Value == id.Value })
}

func (w *writer) PutIdempotency(key string, hash [32]byte, code addresscode.Code) error {
	const op = "keep idempotency key"
	err := w.c.exec(stmtInsertIdempotency, key, hash[:], int64(code.Key()), time.Now().UnixMilli())
	if isUnique(err) {
		return &registry.Error{Code: registry.CodeIdempotency, Op: op, Message: "the idempotency key is already used", Hint: "use a new key for a new request", Err: err}
	}
	return failure(op, err)
}

func (w *writer) SetMeta(key, value string) error {
	return failure("set meta", w.c.exec(stmtSetMeta, key, value))
}

// Count includes what this transaction has not yet added to the table.
func (w *writer) Count() (active, retired int64, err error) {
	active, retired, err = w.reader.Count()
	return active + w.tally[statusActive], retired + w.tally[statusRetired], err
}
