package sqlite

import (
	"database/sql/driver"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// importStatusNumbers are the stored statuses: index = stored value.
var importStatusNumbers = []registry.ImportStatus{"", registry.ImportUnfinished, registry.ImportFinished, registry.ImportUndoing, registry.ImportUndone}

const importColumns = "id, name, format, dataset, scheme, size, digest, actor, status, started_at, finished_at, undone_at, position, counts"

const numImportColumns = 14

func (r *reader) Import(id int64) (*registry.Import, error) {
	const op = "read import"
	var found *registry.Import
	err := r.rows(op, "SELECT "+importColumns+" FROM import WHERE id = ?", numImportColumns, func(row []driver.Value) (more bool, err error) {
		found, err = scanImport(row)
		return false, err
	}, id)
	if err == nil && found == nil {
		return nil, notFound(op, fmt.Sprintf("there is no import %d", id))
	}
	return found, err
}

func (r *reader) Imports(yield func(*registry.Import) bool) error {
	return r.rows("list imports", "SELECT "+importColumns+" FROM import ORDER BY id DESC", numImportColumns, func(row []driver.Value) (bool, error) {
		i, err := scanImport(row)
		if err != nil {
			return false, err
		}
		return yield(i), nil
	})
}

func (r *reader) ImportBatches(id, after int64, yield func(position int64, touched []registry.Touched) bool) error {
	const op = "read batches of an import"
	return r.rows(op, "SELECT position, touched FROM import_batch WHERE import = ? AND position > ? ORDER BY position", 2, func(row []driver.Value) (bool, error) {
		touched, err := decodeTouched(row[1].([]byte))
		if err != nil {
			return false, damaged(op, fmt.Sprintf("import %d: %v", id, err))
		}
		return yield(row[0].(int64), touched), nil
	}, id, after)
}

func (w *writer) InsertImport(i *registry.Import) (id int64, err error) {
	const op = "insert import"
	row, err := importRow(i)
	if err != nil {
		return 0, err
	}
	err = w.rows(op, "INSERT INTO import (name, format, dataset, scheme, size, digest, actor, status, started_at, finished_at, undone_at, position, counts)"+
		" VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING id", 1, func(v []driver.Value) (bool, error) {
		id = v[0].(int64)
		return true, nil
	}, row...)
	return id, err
}

func (w *writer) ReplaceImport(i *registry.Import) error {
	const op = "replace import"
	row, err := importRow(i)
	if err != nil {
		return err
	}
	n, err := w.change(op, "UPDATE import SET (status, finished_at, undone_at, position, counts) = (?2, ?3, ?4, ?5, ?6) WHERE id = ?1 RETURNING 1",
		i.ID, row[7], row[9], row[10], row[11], row[12])
	if err == nil && n == 0 {
		return notFound(op, fmt.Sprintf("there is no import %d", i.ID))
	}
	return err
}

func (w *writer) AppendImportBatch(id, position int64, touched []registry.Touched) error {
	_, err := w.change("write batch of an import", "INSERT INTO import_batch (import, position, touched) VALUES (?, ?, ?) RETURNING 1", id, position, encodeTouched(touched))
	return err
}

func (w *writer) ForgetIdempotency(code addresscode.Code) error {
	return failure("forget idempotency keys", w.c.exec(stmtDeleteIdempotency, int64(code.Key())))
}

// importRow is an import in the order of importColumns, without its id.
func importRow(i *registry.Import) ([]driver.Value, error) {
	status, err := number("status", importStatusNumbers, i.Status)
	if err != nil {
		return nil, err
	}
	counts, err := encodeJSON(i.Counts)
	if err != nil {
		return nil, failure("write import", err)
	}
	var digest driver.Value
	if i.Digest != [32]byte{} {
		digest = i.Digest[:]
	}
	return []driver.Value{
		i.Name, i.Format, i.Dataset, i.Scheme, i.Size, digest, i.Actor, status,
		i.StartedAt.UnixMilli(), nullTime(i.FinishedAt), nullTime(i.UndoneAt), i.Position, counts,
	}, nil
}

func scanImport(row []driver.Value) (*registry.Import, error) {
	const op = "read import"
	status := row[8].(int64)
	if !within(importStatusNumbers, status) {
		return nil, damaged(op, "a row of import has a status that this version does not know")
	}
	i := &registry.Import{
		ID: row[0].(int64), Name: row[1].(string), Format: row[2].(string), Dataset: row[3].(string), Scheme: row[4].(string), Size: row[5].(int64),
		Actor: row[7].(string), Status: importStatusNumbers[status],
		StartedAt: timeOf(row[9].(int64)), FinishedAt: timeOrZero(row[10]), UndoneAt: timeOrZero(row[11]), Position: row[12].(int64),
	}
	if digest, ok := row[6].([]byte); ok {
		copy(i.Digest[:], digest)
	}
	if err := json.Unmarshal([]byte(row[13].(string)), &i.Counts); err != nil {
		return nil, damaged(op, fmt.Sprintf("counts of import %d: %v", i.ID, err))
	}
	return i, nil
}

func encodeTouched(touched []registry.Touched) []byte {
	data := make([]byte, 0, 9*len(touched))
	for _, t := range touched {
		data = binary.BigEndian.AppendUint64(data, t.Code.Key())
		data = binary.AppendUvarint(data, uint64(t.Version))
	}
	return data
}

func decodeTouched(data []byte) ([]registry.Touched, error) {
	var touched []registry.Touched
	for len(data) > 0 {
		if len(data) < 9 {
			return nil, fmt.Errorf("%d bytes are left over", len(data))
		}
		code, err := addresscode.FromKey(binary.BigEndian.Uint64(data))
		if err != nil {
			return nil, err
		}
		version, n := binary.Uvarint(data[8:])
		if n <= 0 || version == 0 || version > 1<<62 {
			return nil, fmt.Errorf("a version is damaged")
		}
		touched = append(touched, registry.Touched{Code: code, Version: int64(version)})
		data = data[8+n:]
	}
	return touched, nil
}
