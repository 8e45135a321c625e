package pack

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/internal/durable"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// insertBatch is how many addresses one transaction of a new pack has.
const insertBatch = 2000

// Store is what packs need of the register beside its addresses; *sqlite.Store is one.
type Store interface {
	registry.Store
	// AddPack keeps that a pack was made, the marks of its canaries and an entry of the journal in one transaction.
	AddPack(ctx context.Context, p sqlite.Pack, entry registry.Entry) error
	// PackOfMark returns the packs that a mark belongs to.
	PacksOfMark(ctx context.Context, mark [32]byte) ([]sqlite.Pack, error)
}

// Maker makes packs.
type Maker struct {
	Store       Store
	Service     *registry.Service
	Signer      Signer
	Verifier    string // of the signer
	Secret      Secret
	DataVersion string
	Now         func() time.Time
}

// Request says what a pack is of and for whom.
type Request struct {
	By   registry.Actor
	Area string     // code of a commune or a province of today
	Key  access.Key // of the courier
}

// public is the sight of what goes into a pack.
var public = registry.Sight{Doors: true, Positions: registry.Nowhere{}, Protected: registry.Nowhere{}, Scheme: func(string, string) bool { return false }}

// Make writes a pack to path, which must not exist; nothing is there when it fails. *registry.Error CodeForbidden for a key that is not a
// courier's or is not valid, CodeInvalid for an area that there is not, or where nothing is registered.
func (m *Maker) Make(ctx context.Context, path string, q Request) (manifest Manifest, err error) {
	const op = "make pack"
	now := m.Now().UTC().Truncate(time.Millisecond)
	if q.Key.Role != access.RoleCourier || q.Key.StateAt(now) != access.StateValid {
		return manifest, &registry.Error{Code: registry.CodeForbidden, Op: op, Message: fmt.Sprintf("%s is no valid key of a courier", q.Key.Prefix),
			Hint: "diachiso key list shows role and state of each"}
	}
	if _, err := os.Lstat(path); err == nil {
		return manifest, &registry.Error{Code: registry.CodeInvalid, Op: op, Message: path + " exists", Hint: "name another file, or delete it"}
	}
	extent, err := m.Service.Extent(q.Area)
	if err != nil {
		return manifest, err
	}
	if extent.Code == "" {
		return manifest, &registry.Error{Code: registry.CodeInvalid, Op: op, Message: "a pack is of a commune or a province", Hint: "--province 01, --commune 00070"}
	}
	division, err := m.Service.Divisions().Get(extent.Level, extent.Code, geo.DateOf(now))
	if err != nil {
		return manifest, err
	}
	manifest = Manifest{
		Format: 1, ID: strings.ToLower(rand.Text()[:16]), Area: extent.Code, AreaName: division.Name(geo.DateOf(now)).FullName(), Key: q.Key.Prefix,
		MadeAt: now, ExpiresAt: now.Add(Life), DataVersion: m.DataVersion, Verifier: m.Verifier,
	}
	if q.Key.ExpiresAt.Before(manifest.ExpiresAt) {
		manifest.ExpiresAt = q.Key.ExpiresAt.UTC()
	}
	if manifest.Line, err = m.Service.Head(ctx); err != nil {
		return manifest, err
	}
	folder, err := os.MkdirTemp(filepath.Dir(path), ".pack-*")
	if err != nil {
		return manifest, fmt.Errorf("make pack: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	part := filepath.Join(folder, "pack.db")
	record, err := m.fill(ctx, part, &extent, &manifest)
	if err != nil {
		return manifest, err
	}
	if err := sqlite.Settle(ctx, part); err != nil {
		return manifest, err
	}
	if err := sign(part, manifest.ID, m.Signer); err != nil {
		return manifest, fmt.Errorf("make pack: %w", err)
	}
	detail, err := json.Marshal(map[string]any{"pack": manifest.ID, "area": manifest.Area, "addresses": manifest.Addresses, "expires": manifest.ExpiresAt.Format(time.RFC3339)})
	if err != nil {
		return manifest, fmt.Errorf("make pack: %w", err)
	}
	entry := registry.Entry{At: now, Actor: q.By.Name, Action: "pack.made", Subject: q.Key.Prefix, Detail: string(detail)}
	if err := m.Store.AddPack(ctx, record, entry); err != nil { // first: there is no pack that the journal does not know
		return manifest, err
	}
	return manifest, durable.Rename(part, path)
}

// filling is a pack that is being written.
type filling struct {
	to    *sqlite.Store
	at    time.Time
	batch []*registry.Address
	n     int64
	doors map[uint64]bool // of flats that are in
	seed  maphash.Seed
}

// fill writes the database of a pack.
func (m *Maker) fill(ctx context.Context, path string, extent *registry.Extent, manifest *Manifest) (record sqlite.Pack, err error) {
	to, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return record, err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	f := filling{to: to, at: manifest.MadeAt, doors: map[uint64]bool{}, seed: maphash.MakeSeed()}
	sample := sampler{draw: draw{secret: m.Secret, key: manifest.Key, id: manifest.ID}, highest: map[string]int{}}
	if err := m.Service.Each(ctx, registry.Sight{Protected: registry.Nowhere{}}, extent, func(a *registry.Address) error {
		if a.Status != registry.StatusActive || f.known(a) {
			return nil
		}
		sample.see(a)
		return f.add(ctx, public.Show(a))
	}); err != nil {
		return record, err
	}
	if f.n == 0 {
		return record, &registry.Error{Code: registry.CodeInvalid, Op: "make pack", Message: "there are no addresses in " + manifest.AreaName, Hint: "import some, or name another area"}
	}
	planted, marks, err := m.plant(ctx, &sample)
	if err != nil {
		return record, err
	}
	for _, a := range planted {
		if err := f.add(ctx, a); err != nil {
			return record, err
		}
	}
	if err := f.flush(ctx); err != nil {
		return record, err
	}
	manifest.Addresses = f.n
	text, err := json.Marshal(manifest)
	if err != nil {
		return record, err
	}
	dataVersion, err := m.Service.Meta(ctx, "data_version")
	if err != nil {
		return record, err
	}
	err = to.Update(ctx, func(w registry.Writer) error {
		if dataVersion != "" {
			if err := w.SetMeta("data_version", dataVersion); err != nil {
				return err
			}
		}
		return w.SetMeta(MetaKey, string(text))
	})
	return sqlite.Pack{ID: manifest.ID, Key: manifest.Key, Area: manifest.Area, MadeAt: manifest.MadeAt, ExpiresAt: manifest.ExpiresAt, Marks: marks}, err
}

// known reports a flat whose door is in the pack, and remembers the door.
func (f *filling) known(a *registry.Address) bool {
	if a.Components.Unit == "" && a.Components.Floor == "" {
		return false
	}
	door := maphash.String(f.seed, registry.DoorOf(a.Commune, a.Components))
	if f.doors[door] {
		return true
	}
	f.doors[door] = true
	return false
}

// add takes an address with nothing in it but what is public.
func (f *filling) add(ctx context.Context, a *registry.Address) error {
	f.batch = append(f.batch, &registry.Address{
		Code: a.Code, Status: registry.StatusActive, Kind: a.Kind, Components: a.Components, Commune: a.Commune, CommuneAtIssue: a.Commune,
		Positions: []registry.TypedPosition{{Type: registry.PositionBuilding, Position: geo.Position{Point: geo.CodeCenter(a.Code), AccuracyM: registry.CellAccuracyM}}},
		Version:   1, CreatedAt: f.at, UpdatedAt: f.at,
	})
	f.n++
	if len(f.batch) < insertBatch {
		return nil
	}
	return f.flush(ctx)
}

func (f *filling) flush(ctx context.Context) error {
	err := f.to.Update(ctx, func(w registry.Writer) error {
		for _, a := range f.batch {
			if err := w.Insert(a, 0); err != nil {
				return err
			}
		}
		return nil
	})
	f.batch = nil
	return err
}

// sampler keeps a random few of the addresses that have a number in a street, for canaries to be near (reservoir sampling).
type sampler struct {
	draw
	seen    uint64
	kept    []*registry.Address
	highest map[string]int // house number, by name of street: a street may run through several communes
}

func (s *sampler) see(a *registry.Address) {
	if a.Components.HouseNumber == "" || a.Components.Street == "" {
		return
	}
	if number, err := strconv.Atoi(leadingDigits(a.Components.HouseNumber)); err == nil {
		s.highest[a.Components.Street] = max(s.highest[a.Components.Street], number)
	}
	s.seen++
	if len(s.kept) < canaryTries {
		s.kept = append(s.kept, a)
	} else if i := s.below(s.seen); i < canaryTries {
		s.kept[i] = a
	}
}

// plant makes the canaries of a pack and their marks.
func (m *Maker) plant(ctx context.Context, s *sampler) (planted []*registry.Address, marks [][32]byte, err error) {
	taken := map[addresscode.Code]bool{}
	err = m.Store.View(ctx, func(r registry.Reader) error {
		planted, marks = nil, nil
		for range canaryTries {
			if len(planted) == canaries || len(s.kept) == 0 {
				return nil
			}
			near := s.kept[s.below(uint64(len(s.kept)))]
			a, err := canary(r, m.Service.Locator(), &s.draw, near, s.highest[near.Components.Street])
			if err != nil {
				return err
			}
			if a == nil || taken[a.Code] {
				continue
			}
			taken[a.Code] = true
			if number, err := strconv.Atoi(a.Components.HouseNumber); err == nil {
				s.highest[near.Components.Street] = number // no two of them have one
			}
			planted = append(planted, a)
			marks = append(marks, m.Secret.mark(a.Code.Cell()))
		}
		return nil
	})
	return planted, marks, err
}
