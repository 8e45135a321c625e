package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/registry"
)

const defaultAliasDays = 30

// CreateAlias makes an alias of the household of the token.
func (s *Server) CreateAlias(ctx context.Context, r CreateAliasRequestObject) (CreateAliasResponseObject, error) {
	a, err := s.people.CreateAlias(ctx, s.actorOf(ctx), own(ctx), people.AliasLimits{
		Uses: r.Body.Uses, From: r.Body.ValidFrom, Days: cmp.Or(r.Body.ValidDays, defaultAliasDays), Role: string(r.Body.Role), Key: r.Body.Key,
	})
	if err != nil {
		return nil, err
	}
	return CreateAlias201JSONResponse(alias(a)), nil
}

// ListAliases lists the aliases of the household of the token.
func (s *Server) ListAliases(ctx context.Context, _ ListAliasesRequestObject) (ListAliasesResponseObject, error) {
	aliases, err := s.people.Aliases(ctx, s.actorOf(ctx), own(ctx))
	if err != nil {
		return nil, err
	}
	return ListAliases200JSONResponse{Items: shownAliases(aliases)}, nil
}

// RevokeAlias ends an alias at once.
func (s *Server) RevokeAlias(ctx context.Context, r RevokeAliasRequestObject) (RevokeAliasResponseObject, error) {
	a, err := s.people.RevokeAlias(ctx, s.actorOf(ctx), own(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return RevokeAlias200JSONResponse(alias(a)), nil
}

// ResolveAlias leads a courier to the door.
func (s *Server) ResolveAlias(ctx context.Context, r ResolveAliasRequestObject) (ResolveAliasResponseObject, error) {
	service, err := s.peopleOf()
	if err != nil {
		return nil, err
	}
	text, err := parseAlias(r.Body.Alias)
	if err != nil {
		return nil, err
	}
	c := callerOf(ctx)
	d, err := service.ResolveAlias(ctx, s.actorOf(ctx), people.Caller{Role: string(c.Role), Key: c.ID}, text)
	if err != nil {
		return nil, err
	}
	out := ResolveAlias200JSONResponse{Alias: d.Alias.String(), Address: s.address(c, d.Address, geo.Today()), Recipients: persons(d.People)}
	if d.UsesLeft >= 0 {
		out.UsesLeft = &d.UsesLeft
	}
	return out, nil
}

// CheckAlias tells a shop whether an alias is good and which commune it leads to.
func (s *Server) CheckAlias(ctx context.Context, r CheckAliasRequestObject) (CheckAliasResponseObject, error) {
	service, err := s.peopleOf()
	if err != nil {
		return nil, err
	}
	text, err := parseAlias(r.Body.Alias)
	if err != nil {
		return nil, err
	}
	out := CheckAlias200JSONResponse{Alias: text.String()}
	a, err := service.CheckAlias(ctx, s.actorOf(ctx), text)
	if registry.CodeOf(err) == registry.CodeNotFound {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	out.Valid, out.Division = true, divisionOf(s.registry.DivisionOf(a, geo.Today()))
	return out, nil
}

func shownAliases(aliases []people.ShownAlias) []Alias {
	out := make([]Alias, len(aliases))
	for i := range aliases {
		out[i] = alias(&aliases[i])
	}
	return out
}

func alias(a *people.ShownAlias) Alias {
	out := Alias{
		ID: a.ID, Alias: a.Text.String(), Status: AliasStatus(a.Status), Used: a.Used, ValidFrom: a.ValidFrom.UTC(), ValidTo: a.ValidTo.UTC(),
		Key: a.Key, Role: AliasRole(a.Role), CreatedAt: a.CreatedAt.UTC(),
	}
	if a.Uses > 0 {
		left := a.Uses - a.Used
		out.UsesLeft = &left
	}
	return out
}

// parseAlias reads an alias. That one is mistyped is no secret and needs no look at what is registered.
func parseAlias(text string) (addresscode.Alias, error) {
	alias, err := addresscode.ParseAlias(text)
	var e *addresscode.Error
	if err == nil || !errors.As(err, &e) {
		return alias, err
	}
	p := invalidField("alias", FieldErrorCodeRule, words{aliasFault(e), e.Message})
	p.detail = words{aliasFault(e), e.Message}
	p.hint = words{"So lại từng ký tự với nơi đã cho bí danh, hoặc xin bí danh khác; bí danh không bao giờ được sửa hộ", e.Hint}
	return addresscode.Alias{}, p
}

// aliasFault says in Vietnamese why a text is no alias.
func aliasFault(e *addresscode.Error) string {
	switch e.Kind {
	case addresscode.ErrLength:
		return "Không đủ hoặc thừa ký tự: bí danh có đúng 18 ký tự, bắt đầu bằng Z"
	case addresscode.ErrCheck:
		return "Ký tự kiểm tra không khớp: ít nhất một ký tự bị sai"
	}
	return fmt.Sprintf("Ký tự thứ %d không thể có trong bí danh", e.Pos)
}
