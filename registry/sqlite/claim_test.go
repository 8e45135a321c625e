package sqlite_test

import (
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

var errUndo = errors.New("undo")

// inPeople runs fn in a transaction that is undone.
func inPeople(t *testing.T, fn func(w people.Writer)) {
	t.Helper()
	s := open(t, filepath.Join(t.TempDir(), "people.db"), sqlite.Options{})
	if err := s.UpdatePeople(t.Context(), func(w people.Writer) error { fn(w); return errUndo }); !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

var (
	home, _ = addresscode.Parse("5FJBC-2NJV-T33")
	noon    = time.UnixMilli(1_800_000_000_123).UTC()
)

func TestInvitationRows(t *testing.T) {
	inPeople(t, func(w people.Writer) {
		_, err := w.Invitation(home)
		same(t, "code of the error", registry.CodeOf(err), registry.CodeNotFound)
		i := &people.Invitation{Code: home, Hash: [32]byte{1, 2}, CreatedBy: "key:A", CreatedAt: noon, ExpiresAt: noon.Add(time.Hour), TriesLeft: 5}
		for range 2 { // the second time in place of the first
			ok(t, w.PutInvitation(i))
			got, err := w.Invitation(home)
			ok(t, err)
			same(t, "invitation", got, i)
			i.TriesLeft, i.Hash = 4, [32]byte{3}
		}
		ok(t, w.ForgetClaims(noon.Add(time.Hour)))
		_, err = w.Invitation(home)
		ok(t, err)
		ok(t, w.ForgetClaims(noon.Add(time.Hour+time.Millisecond)))
		_, err = w.Invitation(home)
		same(t, "code of the error", registry.CodeOf(err), registry.CodeNotFound)
		ok(t, w.PutInvitation(i))
		ok(t, w.DeleteInvitation(home))
		_, err = w.Invitation(home)
		same(t, "code of the error", registry.CodeOf(err), registry.CodeNotFound)
		if i.TriesLeft = 6; w.PutInvitation(i) == nil {
			t.Error("six tries are kept")
		}
	})
}

func TestClaimRows(t *testing.T) {
	inPeople(t, func(w people.Writer) {
		_, err := w.Claim("A")
		same(t, "code of the error", registry.CodeOf(err), registry.CodeNotFound)
		var all []people.Claim
		for i, id := range []string{"B", "A", "C"} {
			c := people.Claim{
				ID: id, Code: home, Status: people.ClaimPending, Holder: "HOLDER", Mover: "MOVER", ReceiptHash: [32]byte{byte(i)},
				Carry:     people.Carry{Aliases: []string{"X", "Y"}, Consents: []people.Purpose{people.PurposeEmergency}},
				CreatedAt: noon.Add(time.Duration(i/2) * time.Second), DecideAfter: noon.Add(time.Hour),
			}
			ok(t, w.InsertClaim(&c))
			all = append(all, c)
		}
		inOrder := []people.Claim{all[1], all[0], all[2]} // by time, then by id
		for limit := 1; limit <= 4; limit++ {
			var got []people.Claim
			for at, id := (time.Time{}), ""; ; {
				page, err := w.PendingClaims(at, id, limit)
				ok(t, err)
				if len(page) == 0 {
					break
				}
				got = append(got, page...)
				at, id = page[len(page)-1].CreatedAt, page[len(page)-1].ID
			}
			same(t, "pages", got, inOrder)
		}
		of, err := w.PendingClaimsOf(home)
		ok(t, err)
		same(t, "claims of the address", of, inOrder)

		c := &all[2]
		c.Status, c.Household, c.ObjectedAt, c.SealedObjection, c.Reason, c.DecidedAt = people.ClaimRefused, "NEW", noon, []byte("sealed"), "why", noon
		ok(t, w.UpdateClaim(c))
		got, err := w.Claim("C")
		ok(t, err)
		same(t, "claim", got, c)
		against, err := w.ClaimsAgainst("HOLDER")
		ok(t, err)
		same(t, "claims against the holder", against, []people.Claim{all[1], all[0], *c})
		of, err = w.PendingClaimsOf(home)
		ok(t, err)
		same(t, "pending claims", len(of), 2)
		ok(t, w.ForgetClaims(noon.Add(time.Second)))
		_, err = w.Claim("C")
		same(t, "code of the error", registry.CodeOf(err), registry.CodeNotFound)
		_, err = w.Claim("A") // pending ones stay
		ok(t, err)
	})
}

func TestAliasRows(t *testing.T) {
	inPeople(t, func(w people.Writer) {
		_, err := w.AliasByHash([]byte("none"))
		same(t, "code of the error", registry.CodeOf(err), registry.CodeNotFound)
		var all []people.Alias
		for i, id := range []string{"A", "B"} {
			a := people.Alias{
				ID: id, Household: "H", Hash: []byte("hash " + id), Sealed: []byte("sealed " + id), Role: "courier", Key: "COURIER1", Uses: 1,
				ValidFrom: noon, ValidTo: noon.Add(time.Hour), CreatedAt: noon.Add(time.Duration(i) * time.Second),
			}
			ok(t, w.InsertAlias(&a))
			all = append(all, a)
		}
		twin := all[0]
		if twin.ID = "C"; w.InsertAlias(&twin) == nil {
			t.Error("two aliases have one hash")
		}
		got, err := w.AliasByHash(all[0].Hash)
		ok(t, err)
		same(t, "alias", got, &all[0])
		list, err := w.Aliases("H")
		ok(t, err)
		same(t, "aliases", list, []people.Alias{all[1], all[0]})
		a := &all[0]
		a.Used, a.Ended, a.EndedAt = 1, people.AliasRevoked, noon
		ok(t, w.UpdateAlias(a))
		got, err = w.AliasByHash(a.Hash)
		ok(t, err)
		same(t, "alias", got, a)
		if a.Used = 2; w.UpdateAlias(a) == nil {
			t.Error("an alias is used more often than it may be")
		}
		ok(t, w.ForgetAliases("OTHER", noon.Add(day)))
		ok(t, w.ForgetAliases("H", noon.Add(time.Second)))
		list, err = w.Aliases("H")
		ok(t, err)
		same(t, "aliases", list, []people.Alias{all[1]})
		ok(t, w.ForgetAliases("H", noon.Add(day)))
		list, err = w.Aliases("H")
		ok(t, err)
		same(t, "aliases", len(list), 0)
	})
}

const day = 24 * time.Hour
