package registry

import (
	"context"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
)

// Protect makes an address, for all but those who keep it, as if it did not exist, or ends that. What is so already stays and is no
// new version. Whoever may not change addresses at the place gets CodeForbidden, or CodeNotRegistered for one that is protected.
//
// Errors are *Error: CodeNotRegistered, CodeForbidden, CodeBusy, CodeInternal; or the context's.
func (s *Service) Protect(ctx context.Context, by Actor, code addresscode.Code, protected bool) (*Address, error) {
	const op = "protect address"
	var a *Address
	err := s.store.Update(ctx, func(w Writer) error {
		var err error
		if a, err = w.Address(code); err != nil {
			return err
		}
		if err := by.mayKeep(op, a); err != nil {
			return err
		}
		if a.HasFlag(FlagProtected) == protected {
			return nil
		}
		before := a
		a = a.clone()
		if protected {
			a.Flags = append(a.Flags, FlagProtected)
		} else {
			a.Flags = slices.DeleteFunc(a.Flags, func(f Flag) bool { return f == FlagProtected })
		}
		return s.replace(w, by, ActionUpdated, before, a)
	})
	if isNotFound(err) {
		return nil, notRegistered(op, code)
	}
	if err != nil {
		return nil, domainError(op, err)
	}
	return a, nil
}
