package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/people"
)

var (
	_ people.ClaimReader = (*reader)(nil)
	_ people.ClaimWriter = (*writer)(nil)
)

func (r *reader) Invitation(code addresscode.Code) (*people.Invitation, error) {
	const op = "read invitation"
	var found *people.Invitation
	err := r.c.each("SELECT hash, created_by, created_at, expires_at, tries_left FROM claim_invitation WHERE code = ?", 5, func(row []driver.Value) error {
		found = &people.Invitation{
			Code: code, CreatedBy: row[1].(string), CreatedAt: timeOf(row[2].(int64)), ExpiresAt: timeOf(row[3].(int64)), TriesLeft: int(row[4].(int64)),
		}
		copy(found.Hash[:], row[0].([]byte))
		return nil
	}, int64(code.Key()))
	if err == nil && found == nil {
		return nil, notFound(op, "there is no invitation to the address")
	}
	return found, failure(op, err)
}

func (w *writer) PutInvitation(i *people.Invitation) error {
	return failure("keep invitation", w.c.each(
		"INSERT OR REPLACE INTO claim_invitation (code, hash, created_by, created_at, expires_at, tries_left) VALUES (?, ?, ?, ?, ?, ?)", 0, nil,
		int64(i.Code.Key()), i.Hash[:], i.CreatedBy, i.CreatedAt.UnixMilli(), i.ExpiresAt.UnixMilli(), int64(i.TriesLeft)))
}

func (w *writer) DeleteInvitation(code addresscode.Code) error {
	return failure("delete invitation", w.c.each("DELETE FROM claim_invitation WHERE code = ?", 0, nil, int64(code.Key())))
}

const (
	claimColumns = "id, code, status, holder, mover, carry, receipt_hash, household, objected_at, objection, reason," +
		" created_at, decide_after, decided_at"
	numClaimColumns = 14
)

func (r *reader) Claim(id string) (*people.Claim, error) {
	const op = "read claim"
	claims, err := r.claims(op, "WHERE id = ?", id)
	if err == nil && len(claims) == 0 {
		return nil, notFound(op, "there is no such claim")
	}
	if err != nil {
		return nil, err
	}
	return &claims[0], nil
}

func (r *reader) PendingClaims(afterAt time.Time, afterID string, limit int) ([]people.Claim, error) {
	return r.claims("list claims", "WHERE status = 'pending' AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?",
		milli(afterAt), afterID, int64(limit))
}

func (r *reader) PendingClaimsOf(code addresscode.Code) ([]people.Claim, error) {
	return r.claims("list claims", "WHERE status = 'pending' AND code = ? ORDER BY created_at, id", int64(code.Key()))
}

func (r *reader) ClaimsAgainst(holder string) ([]people.Claim, error) {
	return r.claims("list claims", "WHERE holder = ? ORDER BY created_at, id", holder)
}

func (r *reader) claims(op, where string, args ...driver.Value) ([]people.Claim, error) {
	var found []people.Claim
	err := r.c.each("SELECT "+claimColumns+" FROM claim "+where, numClaimColumns, func(row []driver.Value) error {
		code, err := r.code(row[1].(int64))
		if err != nil {
			return err
		}
		c := people.Claim{
			ID: row[0].(string), Code: code, Status: people.ClaimStatus(row[2].(string)), Holder: row[3].(string), Mover: row[4].(string),
			Household: row[7].(string), ObjectedAt: timeOrZero(row[8]), Reason: row[10].(string),
			CreatedAt: timeOf(row[11].(int64)), DecideAfter: timeOf(row[12].(int64)), DecidedAt: timeOrZero(row[13]),
		}
		copy(c.ReceiptHash[:], row[6].([]byte))
		if sealed, ok := row[9].([]byte); ok {
			c.SealedObjection = sealed
		}
		if carry := row[5].(string); carry != "" {
			if err := json.Unmarshal([]byte(carry), &c.Carry); err != nil {
				return damaged(op, fmt.Sprintf("what is carried with the claim %s: %v", c.ID, err))
			}
		}
		found = append(found, c)
		return nil
	}, args...)
	return found, failure(op, err)
}

func (w *writer) InsertClaim(c *people.Claim) error {
	const op = "insert claim"
	carry, err := json.Marshal(c.Carry)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return failure(op, w.c.each("INSERT INTO claim ("+claimColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", 0, nil,
		c.ID, int64(c.Code.Key()), string(c.Status), c.Holder, c.Mover, string(carry), c.ReceiptHash[:], c.Household,
		nullTime(c.ObjectedAt), bytesOrNull(c.SealedObjection), c.Reason, c.CreatedAt.UnixMilli(), c.DecideAfter.UnixMilli(), nullTime(c.DecidedAt)))
}

func (w *writer) UpdateClaim(c *people.Claim) error {
	return failure("update claim", w.c.each(
		"UPDATE claim SET status = ?2, holder = ?3, household = ?4, objected_at = ?5, objection = ?6, reason = ?7, decided_at = ?8 WHERE id = ?1", 0, nil,
		c.ID, string(c.Status), c.Holder, c.Household, nullTime(c.ObjectedAt), bytesOrNull(c.SealedObjection), c.Reason, nullTime(c.DecidedAt)))
}

func (w *writer) ForgetClaims(before time.Time) error {
	for _, text := range []string{"DELETE FROM claim WHERE decided_at < ?", "DELETE FROM claim_invitation WHERE expires_at < ?"} {
		if err := w.c.each(text, 0, nil, before.UnixMilli()); err != nil {
			return failure("forget claims", err)
		}
	}
	return nil
}

// milli is the time in a column, 0 for the zero Time.
func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func bytesOrNull(b []byte) driver.Value {
	if len(b) == 0 {
		return nil
	}
	return b
}
