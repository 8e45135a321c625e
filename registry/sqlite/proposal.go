package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// proposalStatusNumbers are the stored statuses: index = stored value. A proposal expires by the clock, not in a row.
var proposalStatusNumbers = []registry.ProposalStatus{"", registry.ProposalOpen, registry.ProposalConfirmed, registry.ProposalRefused}

const proposalColumns = "id, status, commune, cell, kind, lat, lon, position_source, accuracy_m, components, code, reason," +
	" created_at, expires_at, decided_at, kept_until"

const numProposalColumns = 16

// What is asked of proposals.
const (
	proposalsAfter = " FROM proposal WHERE status = ? AND (commune, created_at, id) > (?, ?, ?) ORDER BY commune, created_at, id"
	proposalsKept  = " FROM proposal WHERE kept_until <= ? ORDER BY kept_until, id LIMIT ?"
	proposalCounts = `SELECT
		(SELECT count(*) FROM proposal WHERE cell = ?1 AND status = 1 AND expires_at > ?4),
		(SELECT count(*) FROM proposal WHERE cell = ?1 AND created_at > ?3),
		(SELECT count(*) FROM proposal WHERE commune = ?2 AND created_at > ?3),
		(SELECT count(*) FROM proposal WHERE created_at > ?3)`
)

func (r *reader) Proposal(id string) (*registry.Proposal, error) {
	const op = "read proposal"
	var found *registry.Proposal
	err := r.rows(op, "SELECT "+proposalColumns+" FROM proposal WHERE id = ?", numProposalColumns, func(row []driver.Value) (more bool, err error) {
		found, err = scanProposal(row)
		return false, err
	}, id)
	if err == nil && found == nil {
		return nil, notFound(op, "no proposal has this id")
	}
	return found, err
}

func (r *reader) Proposals(status registry.ProposalStatus, after registry.Cursor, yield func(*registry.Proposal) bool) error {
	number, err := number("status", proposalStatusNumbers, status)
	if err != nil {
		return err
	}
	return r.proposals("list proposals", "SELECT "+proposalColumns+proposalsAfter, yield, number, after.Commune, after.At.UnixMilli(), after.ID)
}

func (r *reader) ProposalsKeptUntil(t time.Time, limit int) ([]*registry.Proposal, error) {
	var found []*registry.Proposal
	err := r.proposals("list old proposals", "SELECT "+proposalColumns+proposalsKept, func(p *registry.Proposal) bool {
		found = append(found, p)
		return true
	}, t.UnixMilli(), int64(limit))
	return found, err
}

func (r *reader) proposals(op, text string, yield func(*registry.Proposal) bool, args ...driver.Value) error {
	return r.rows(op, text, numProposalColumns, func(row []driver.Value) (bool, error) {
		p, err := scanProposal(row)
		if err != nil {
			return false, err
		}
		return yield(p), nil
	}, args...)
}

func (r *reader) ProposalCounts(cell geo.Cell, commune string, since, now time.Time) (registry.ProposalCounts, error) {
	var n registry.ProposalCounts
	err := r.rows("count proposals", proposalCounts, 4, func(row []driver.Value) (bool, error) {
		for i, to := range []*int{&n.CellOpen, &n.Cell, &n.Commune, &n.All} {
			*to = int(row[i].(int64))
		}
		return false, nil
	}, int64(cell), commune, since.UnixMilli(), now.UnixMilli())
	return n, err
}

func (w *writer) InsertProposal(p *registry.Proposal) error {
	const op = "insert proposal"
	row, err := proposalRow(p)
	if err != nil {
		return err
	}
	_, err = w.change(op, "INSERT INTO proposal ("+proposalColumns+") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING 1", row...)
	return err
}

func (w *writer) ReplaceProposal(p *registry.Proposal) error {
	const op = "replace proposal"
	row, err := proposalRow(p)
	if err != nil {
		return err
	}
	n, err := w.change(op, "UPDATE proposal SET (status, code, reason, decided_at, kept_until) = (?2, ?3, ?4, ?5, ?6) WHERE id = ?1 RETURNING 1",
		row[0], row[1], row[10], row[11], row[14], row[15])
	if err == nil && n == 0 {
		return notFound(op, "no proposal has this id")
	}
	return err
}

func (w *writer) RemoveProposal(id string) error {
	_, err := w.change("remove proposal", "DELETE FROM proposal WHERE id = ? RETURNING 1", id)
	return err
}

// proposalRow is a proposal in the order of proposalColumns.
func proposalRow(p *registry.Proposal) ([]driver.Value, error) {
	status, err := number("status", proposalStatusNumbers, p.Status)
	if err != nil {
		return nil, err
	}
	kind, err := number("kind", kindNumbers, p.Kind)
	if err != nil {
		return nil, err
	}
	source, err := number("position.source", positionSourceNumbers, p.Position.Source)
	if err != nil {
		return nil, err
	}
	components, err := encodeJSON(p.Components)
	if err != nil {
		return nil, failure("write proposal", err)
	}
	var code, reason driver.Value
	if !p.Code.IsZero() {
		code = int64(p.Code.Key())
	}
	if p.Status == registry.ProposalRefused {
		reason = p.Reason
	}
	return []driver.Value{
		p.ID, status, p.Commune, int64(p.Cell), kind, int64(p.Position.Point.LatE7), int64(p.Position.Point.LonE7), source, p.Position.AccuracyM,
		components, code, reason, p.CreatedAt.UnixMilli(), p.ExpiresAt.UnixMilli(), nullTime(p.DecidedAt), p.KeptUntil().UnixMilli(),
	}, nil
}

func scanProposal(row []driver.Value) (*registry.Proposal, error) {
	id := row[0].(string)
	status, kind, source := row[1].(int64), row[4].(int64), row[7].(int64)
	if !within(proposalStatusNumbers, status) || !within(kindNumbers, kind) || !within(positionSourceNumbers, source) {
		return nil, damaged("read proposal", "a row of proposal has a number that this version does not know")
	}
	p := &registry.Proposal{
		ID: id, Status: proposalStatusNumbers[status], Commune: row[2].(string), Cell: geo.Cell(row[3].(int64)), Kind: kindNumbers[kind],
		Position: geo.Position{
			Point:  geo.Point{LatE7: int32(row[5].(int64)), LonE7: int32(row[6].(int64))},
			Source: positionSourceNumbers[source], AccuracyM: row[8].(float64),
		},
		CreatedAt: timeOf(row[12].(int64)), ExpiresAt: timeOf(row[13].(int64)), DecidedAt: timeOrZero(row[14]),
	}
	if err := json.Unmarshal([]byte(row[9].(string)), &p.Components); err != nil {
		return nil, damaged("read proposal", fmt.Sprintf("components: %v", err))
	}
	if key, ok := row[10].(int64); ok {
		code, err := addresscode.FromKey(uint64(key))
		if err != nil {
			return nil, damaged("read proposal", fmt.Sprintf("key %d is no code: %v", key, err))
		}
		p.Code = code
	}
	p.Reason, _ = row[11].(string)
	return p, nil
}
