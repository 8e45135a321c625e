package api

import (
	"context"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// ProtectAddress makes an address, for all but those who keep it, as if it did not exist.
func (s *Server) ProtectAddress(ctx context.Context, r ProtectAddressRequestObject) (ProtectAddressResponseObject, error) {
	return s.protect(ctx, r.Code, true)
}

// UnprotectAddress ends that.
func (s *Server) UnprotectAddress(ctx context.Context, r UnprotectAddressRequestObject) (UnprotectAddressResponseObject, error) {
	return s.protect(ctx, r.Code, false)
}

func (s *Server) protect(ctx context.Context, text string, protected bool) (*addressAnswer, error) {
	code, err := addresscode.Parse(text)
	if err != nil {
		return nil, s.invalidCode(ctx, text, err)
	}
	a, err := s.registry.Protect(ctx, s.actorOf(ctx), code, protected)
	if err != nil {
		return nil, s.withPlace(ctx, err, code)
	}
	return newAddressAnswer(s.address(callerOf(ctx), a, geo.Today())), nil
}
