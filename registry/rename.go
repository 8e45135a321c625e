package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// MaxRenameCommunes is the most communes of one renaming: those of a province.
const MaxRenameCommunes = 200

// RenameRequest gives a street another name.
type RenameRequest struct {
	Communes []string // codes of today, 1 to MaxRenameCommunes
	From     string   // in any case and tone placement, with or without "Đường" or "Phố"
	To       string   // as it will stand in the addresses
	DryRun   bool     // count, change nothing
}

// RenameStreet gives a street another name in the addresses of communes, protected ones too. An alley in front of the name stays. It
// works in transactions of at most 500 addresses; one that was cut short is completed by asking again, for what is renamed is no longer
// found. Retired addresses keep the name they had. progress may be nil; it is told how many addresses are renamed.
//
// Errors are *Error: CodeInvalid, CodeForbidden, CodeBusy, CodeInternal; or the context's.
func (s *Service) RenameStreet(ctx context.Context, by Actor, r RenameRequest, progress func(done int64)) (*Changeset, error) {
	const op = "rename street"
	r.From, r.To = cleanText(r.From), cleanText(r.To)
	if err := s.checkRename(by, r); err != nil {
		return nil, domainError(op, err)
	}
	set := s.newChangeset(by, ChangesetRename, ChangesetReport{From: r.From, To: r.To, Communes: r.Communes})
	codes, err := s.onStreet(ctx, r, set)
	if err != nil {
		return nil, domainError(op, err)
	}
	if r.DryRun {
		set.ID, set.Done, set.Report.Changed = "", true, int64(len(codes))
		return set, nil
	}
	set.Report.ByPlace = map[string]int64{}
	for batch := range slices.Chunk(codes, batchSize) {
		if err := s.changeMany(ctx, by, set, batch, func(w Writer, by Actor, before *Address) (*Address, error) {
			after := r.renamed(before)
			if after == nil {
				return nil, nil
			}
			return after, s.replace(w, by, ActionUpdated, before, after)
		}); err != nil {
			return nil, domainError(op, err)
		}
		if progress != nil {
			progress(set.Report.Changed)
		}
	}
	return set, domainError(op, s.finish(ctx, by, set))
}

func (s *Service) checkRename(by Actor, r RenameRequest) error {
	if len(r.Communes) < 1 || len(r.Communes) > MaxRenameCommunes {
		return invalid("communes", "is no usable number of communes", fmt.Sprintf("give 1 to %d", MaxRenameCommunes))
	}
	for i, code := range r.Communes {
		field := fmt.Sprintf("communes[%d]", i)
		if _, err := s.divisions.Get(geo.LevelCommune, code, geo.Today()); err != nil {
			return invalid(field, "is no commune of today", "give the five digits of a commune")
		}
		if slices.Contains(r.Communes[:i], code) {
			return invalid(field, "is there twice", "name each commune once")
		}
	}
	for _, name := range [...]struct{ field, text string }{{"from", r.From}, {"to", r.To}} {
		if err := validateText(name.field, name.text, MaxComponent); err != nil {
			return err
		}
		if lead, rest := vntext.SplitAlley(name.text); lead != "" || streetKey(rest) == "" {
			return invalid(name.field, "is no name of a street", "give the street without number and alley")
		}
	}
	if r.From == r.To {
		return invalid("to", "is the name that the street has", "give another name")
	}
	return by.may(r.Communes...)
}

// renamed is the address with the new name, nil for one that is not on the street or has it already.
func (r *RenameRequest) renamed(a *Address) *Address {
	if a.Status != StatusActive || a.Components.Street == "" || !slices.Contains(r.Communes, a.Commune) {
		return nil
	}
	_, street := vntext.SplitAlley(a.Components.Street)
	alley, ok := strings.CutSuffix(a.Components.Street, street)
	if !ok || streetKey(street) != streetKey(r.From) || alley+r.To == a.Components.Street {
		return nil
	}
	after := a.clone()
	after.Components.Street = alley + r.To
	return after
}

// onStreet finds the addresses to be renamed in the zones of the communes, and counts what it looked at.
func (s *Service) onStreet(ctx context.Context, r RenameRequest, set *Changeset) ([]addresscode.Code, error) {
	var zones []addresscode.Zone
	for _, commune := range r.Communes {
		of, err := s.locator.Zones(commune, true) // an address may lie a little outside its commune, and its code a little farther
		if err != nil {
			return nil, err
		}
		zones = append(zones, of...)
	}
	slices.SortFunc(zones, addresscode.Zone.Compare)
	var codes []addresscode.Code
	for _, zone := range slices.Compact(zones) {
		lo, hi := zone.KeyRange()
		err := s.store.View(ctx, func(reader Reader) error {
			return reader.AddressesInRange(lo, hi, func(a *Address) bool {
				if slices.Contains(r.Communes, a.Commune) {
					set.Report.Looked++
				}
				if r.renamed(a) != nil {
					codes = append(codes, a.Code)
					set.Report.ByPlace[a.Commune]++
				}
				return true
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// streetKey tells streets apart as PlaceRefs does.
func streetKey(name string) string { return placeKey(name, typesOfStreet) }

var typesOfStreet = []string{"đường phố", "đường", "phố", "đg.", "đ."}
