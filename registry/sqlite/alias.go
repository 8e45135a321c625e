package sqlite

import (
	"database/sql/driver"
	"time"

	"github.com/diachiso/diachiso/people"
)

var (
	_ people.AliasReader = (*reader)(nil)
	_ people.AliasWriter = (*writer)(nil)
)

const (
	aliasColumns    = "id, household, hash, sealed, role, key, uses, used, valid_from, valid_to, created_at, ended_at, ended"
	numAliasColumns = 13
)

func (r *reader) AliasByHash(hash []byte) (*people.Alias, error) {
	const op = "find alias"
	found, err := r.aliases(op, "WHERE hash = ?", hash)
	if err == nil && len(found) == 0 {
		return nil, notFound(op, "there is no such alias")
	}
	if err != nil {
		return nil, err
	}
	return &found[0], nil
}

func (r *reader) Aliases(household string) ([]people.Alias, error) {
	return r.aliases("list aliases", "WHERE household = ? ORDER BY created_at DESC, id", household)
}

func (r *reader) aliases(op, where string, args ...driver.Value) ([]people.Alias, error) {
	var found []people.Alias
	err := r.c.each("SELECT "+aliasColumns+" FROM alias "+where, numAliasColumns, func(row []driver.Value) error {
		found = append(found, people.Alias{
			ID: row[0].(string), Household: row[1].(string), Hash: row[2].([]byte), Sealed: row[3].([]byte), Role: row[4].(string), Key: row[5].(string),
			Uses: int(row[6].(int64)), Used: int(row[7].(int64)), ValidFrom: timeOf(row[8].(int64)), ValidTo: timeOf(row[9].(int64)),
			CreatedAt: timeOf(row[10].(int64)), EndedAt: timeOrZero(row[11]), Ended: people.AliasStatus(row[12].(string)),
		})
		return nil
	}, args...)
	return found, failure(op, err)
}

func (w *writer) InsertAlias(a *people.Alias) error {
	return failure("insert alias", w.c.each("INSERT INTO alias ("+aliasColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", 0, nil,
		a.ID, a.Household, a.Hash, a.Sealed, a.Role, a.Key, int64(a.Uses), int64(a.Used), a.ValidFrom.UnixMilli(), a.ValidTo.UnixMilli(),
		a.CreatedAt.UnixMilli(), nullTime(a.EndedAt), string(a.Ended)))
}

func (w *writer) UpdateAlias(a *people.Alias) error {
	return failure("update alias", w.c.each("UPDATE alias SET used = ?2, ended_at = ?3, ended = ?4 WHERE id = ?1", 0, nil,
		a.ID, int64(a.Used), nullTime(a.EndedAt), string(a.Ended)))
}

func (w *writer) ForgetAliases(household string, before time.Time) error {
	return failure("forget aliases", w.c.each("DELETE FROM alias WHERE household = ?1 AND (ended_at < ?2 OR valid_to < ?2)", 0, nil, household, before.UnixMilli()))
}
