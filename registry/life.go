package registry

import (
	"context"
	"fmt"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// RetireReason is why an address is no longer in use. It stands in the journal.
type RetireReason string

const (
	RetireDemolished RetireReason = "demolished"
	RetireDuplicate  RetireReason = "duplicate" // another address is the same door
	RetireMistake    RetireReason = "mistake"   // there never was such an address
	RetireOther      RetireReason = "other"

	retireMoved  RetireReason = "moved"
	retireSplit  RetireReason = "split"
	retireMerged RetireReason = "merged"
	retireUndone RetireReason = "undone"
)

// MaxSuccessors is how many successors a retired address can have.
const MaxSuccessors = 200

// AnyVersion is the version of a change that is made whatever the address has become meanwhile.
const AnyVersion int64 = 0

// Retire ends the use of a code for good: it is never given again. Successors, if any, say where its household went; they must be
// in use now, so that no chain of them is a circle. A code that is retired already is CodeGone.
//
// Errors are *Error: CodeInvalid, CodeNotRegistered, CodeForbidden, CodeVersionConflict when the address is no longer at version,
// CodeGone, CodeBusy, CodeInternal; or the context's.
func (s *Service) Retire(ctx context.Context, by Actor, code addresscode.Code, version int64, successors []addresscode.Code, reason RetireReason) (*Address, error) {
	const op = "retire address"
	switch reason {
	case "":
		reason = RetireOther
	case RetireDemolished, RetireDuplicate, RetireMistake, RetireOther:
	default:
		return nil, domainError(op, invalid("reason", "is no known reason", "give demolished, duplicate, mistake or other"))
	}
	if err := checkCodes("successors", code, successors); err != nil {
		return nil, domainError(op, err)
	}
	var after *Address
	err := s.store.Update(ctx, func(w Writer) error {
		before, err := inUse(w, by, op, code, version)
		if err != nil {
			return err
		}
		for i, successor := range successors {
			if err := mayFollow(w, by, fmt.Sprintf("successors[%d]", i), successor); err != nil {
				return err
			}
		}
		after = before.clone()
		return s.retire(w, by, before, after, successors, reason)
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	return after, nil
}

// Restore takes a retired address into use again, under its code and without successors. What moved to these stays there. An address
// that looks the same within LikenessRadiusM is CodeDuplicate unless allowed; one that is in use is CodeInvalid.
//
// Other errors are those of Retire.
func (s *Service) Restore(ctx context.Context, by Actor, code addresscode.Code, version int64, allowDuplicate bool) (*Address, error) {
	const op = "restore address"
	var after *Address
	err := s.store.Update(ctx, func(w Writer) error {
		before, err := kept(w, by, op, code, version)
		if err != nil {
			return err
		}
		if before.Status != StatusRetired {
			return invalid("code", "the address is in use", "only a retired one can be restored")
		}
		after = before.clone()
		after.Status, after.Successors = StatusActive, nil
		if !allowDuplicate {
			if err := refuseTwin(w, by, after, nil); err != nil {
				return err
			}
		}
		return s.replace(w, by, ActionUpdated, before, after)
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	return after, nil
}

// kept is the address of a code that the actor may change, at the version that the actor has seen.
func kept(r Reader, by Actor, op string, code addresscode.Code, version int64) (*Address, error) {
	a, err := r.Address(code)
	if isNotFound(err) {
		return nil, notRegistered(op, code)
	}
	if err != nil {
		return nil, err
	}
	if err := by.mayKeep(op, a); err != nil {
		return nil, err
	}
	if version != AnyVersion && version != a.Version {
		return nil, &Error{Code: CodeVersionConflict, Message: "the address was changed meanwhile", Hint: "read it again and repeat the change"}
	}
	return a, nil
}

// inUse is kept for an address that is not retired.
func inUse(r Reader, by Actor, op string, code addresscode.Code, version int64) (*Address, error) {
	a, err := kept(r, by, op, code, version)
	if err == nil && a.Status != StatusActive {
		return nil, &Error{Code: CodeGone, Message: "the address is no longer in use", Hint: "change its successor, or restore it"}
	}
	return a, err
}

// retire writes an address as retired and closes its review; after is a copy of before in which something else may be changed too.
func (s *Service) retire(w Writer, by Actor, before, after *Address, successors []addresscode.Code, reason RetireReason) error {
	after.Status, after.Successors = StatusRetired, slices.Clone(successors)
	if err := s.replace(w, by, ActionRetired, before, after); err != nil {
		return err
	}
	if err := w.AppendEntry(Entry{At: after.UpdatedAt, Actor: by.Name, Action: "address.retired", Subject: after.Code.String(), Detail: detail("reason", reason)}); err != nil {
		return err
	}
	return endReview(w, by, after)
}

// checkCodes refuses a list of codes that names one twice, the address itself, or too many.
func checkCodes(field string, own addresscode.Code, codes []addresscode.Code) error {
	if len(codes) > MaxSuccessors {
		return invalid(field, "are too many codes", fmt.Sprintf("give at most %d", MaxSuccessors))
	}
	for i, code := range codes {
		switch {
		case code.IsZero():
			return invalid(fmt.Sprintf("%s[%d]", field, i), "is no code", "give an address code")
		case code == own:
			return invalid(fmt.Sprintf("%s[%d]", field, i), "is the address itself", "name other addresses")
		case slices.Contains(codes[:i], code):
			return invalid(fmt.Sprintf("%s[%d]", field, i), "is there twice", "name each address once")
		}
	}
	return nil
}

// mayFollow refuses a successor that is not in use. Of a protected one elsewhere the actor learns no more than that.
func mayFollow(r Reader, by Actor, field string, code addresscode.Code) error {
	a, err := r.Address(code)
	if err != nil && !isNotFound(err) {
		return err
	}
	if err != nil || a.Status != StatusActive || a.HasFlag(FlagProtected) && by.may(a.Commune) != nil {
		return invalid(field, "no address in use has this code", "name addresses that are in use now")
	}
	return nil
}

// refuseTwin refuses an address that looks like another one nearby, but for those of the codes in except.
func refuseTwin(r Reader, by Actor, a *Address, except []addresscode.Code) error {
	p := &prepared{by: by, point: a.Point(), key: a.Components.likeKey(), except: append([]addresscode.Code{a.Code}, except...)}
	if p.key == "" {
		return nil
	}
	zones, err := likenessZones(p.point)
	if err != nil {
		return err
	}
	for _, zone := range zones {
		p.likeness = append(p.likeness, likeness(zone, p.key))
	}
	return p.refuseTwin(r)
}

// Successors are the addresses in use that a retired one leads to, through those that are retired themselves, as the sight may be
// told of them and in order of their codes. What it may not be told of it does not lead to either.
func (s *Service) Successors(ctx context.Context, sight Sight, a *Address) ([]*Address, error) {
	var found []*Address
	err := s.store.View(ctx, func(r Reader) error {
		var err error
		found, err = successorsOf(r, sight, a)
		return err
	})
	return found, domainError("follow successors", err)
}

// successorsOf follows at most MaxSuccessors codes.
func successorsOf(r Reader, sight Sight, a *Address) ([]*Address, error) {
	var found []*Address
	queue := slices.Clone(a.Successors)
	for i := 0; i < len(queue) && i < MaxSuccessors; i++ {
		next, err := sight.Read(r, queue[i])
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if next.Status == StatusActive {
			found = append(found, next)
			continue
		}
		for _, code := range next.Successors {
			if !slices.Contains(queue, code) {
				queue = append(queue, code)
			}
		}
	}
	slices.SortFunc(found, func(a, b *Address) int { return a.Code.Compare(b.Code) })
	return sight.heirs(found), nil
}

// heirs shows where a code leads to. Of a single one the code is told: whoever knows the old one may know the new one. Several are a list
// like any other, so that of the flats behind a door those who may not be told of them learn neither codes nor number.
func (s Sight) heirs(found []*Address) []*Address {
	if len(found) == 1 {
		return []*Address{s.Show(found[0])}
	}
	var shown []*Address
	for _, a := range found {
		door := s.List(a)
		if door.Code.IsZero() && slices.ContainsFunc(found, func(b *Address) bool { return !b.isFlat() && a.SameDoor(b) }) ||
			slices.ContainsFunc(shown, func(b *Address) bool { return door.Code.IsZero() && b.Code.IsZero() && door.SameDoor(b) }) {
			continue
		}
		shown = append(shown, door)
	}
	return shown
}

// stillMeant reports whether a code may stay with an address that comes to lie at a point.
func stillMeant(code addresscode.Code, p geo.Point) bool {
	return geo.Distance(geo.CodeCenter(code), p) <= maxMoveM
}
