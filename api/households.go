package api

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/registry"
)

// own is the household that makes a request, by its token.
func own(ctx context.Context) string { return principalOf(ctx).ID }

// peopleOf is what is kept of people; a server for reading what is public has none.
func (s *Server) peopleOf() (*people.Service, error) {
	if s.people == nil {
		return nil, &problem{code: ProblemCodeNotReady, detail: words{"Máy chủ này không giữ dữ liệu về người", "this server keeps nothing of people"}}
	}
	return s.people, nil
}

// GetHousehold shows a household to itself.
func (s *Server) GetHousehold(ctx context.Context, _ GetHouseholdRequestObject) (GetHouseholdResponseObject, error) {
	out, err := s.ownHousehold(ctx)
	if err != nil {
		return nil, err
	}
	return GetHousehold200JSONResponse(out), nil
}

// ownHousehold is the household that asks, which its journal then tells.
func (s *Server) ownHousehold(ctx context.Context) (Household, error) {
	h, kept, err := s.people.Household(ctx, s.actorOf(ctx), own(ctx))
	if err != nil {
		return Household{}, err
	}
	return s.household(ctx, h, kept)
}

// UpdateHousehold replaces what is kept of the people of a household.
func (s *Server) UpdateHousehold(ctx context.Context, r UpdateHouseholdRequestObject) (UpdateHouseholdResponseObject, error) {
	given := make([]people.Person, len(r.Body.People))
	for i, p := range r.Body.People {
		given[i] = people.Person{Name: p.Name, Phone: p.Phone}
	}
	h, kept, err := s.people.ChangePeople(ctx, s.actorOf(ctx), own(ctx), given)
	if err != nil {
		return nil, err
	}
	out, err := s.household(ctx, h, kept)
	if err != nil {
		return nil, err
	}
	return UpdateHousehold200JSONResponse(out), nil
}

// DeleteHousehold deletes a household by its own wish. The spec asks for the confirmation.
func (s *Server) DeleteHousehold(ctx context.Context, _ DeleteHouseholdRequestObject) (DeleteHouseholdResponseObject, error) {
	at, err := s.people.Delete(ctx, s.actorOf(ctx), own(ctx), people.ReasonOwnWish)
	if err != nil {
		return nil, err
	}
	return DeleteHousehold200JSONResponse{DeletedAt: at.UTC(), Final: true}, nil
}

// ExportHousehold hands out everything that is kept of a household.
func (s *Server) ExportHousehold(ctx context.Context, _ ExportHouseholdRequestObject) (ExportHouseholdResponseObject, error) {
	x, err := s.people.Export(ctx, s.actorOf(ctx), own(ctx))
	if err != nil {
		return nil, err
	}
	out := ExportHousehold200JSONResponse{ExportedAt: x.At.UTC(), Consents: consents(x.Consents), Aliases: []Alias{}, Requests: dataRequests(x.Requests, x.At, true)}
	for i := range x.Aliases {
		out.Aliases = append(out.Aliases, alias(&x.Aliases[i]))
	}
	if out.Household, err = s.household(ctx, x.Household, x.People); err != nil {
		return nil, err
	}
	out.Journal, err = s.householdJournal(ctx, x.Journal)
	return out, err
}

// ListHouseholdJournal tells a household who looked at its data.
func (s *Server) ListHouseholdJournal(ctx context.Context, r ListHouseholdJournalRequestObject) (ListHouseholdJournalResponseObject, error) {
	lines, next, err := s.people.Journal(ctx, s.actorOf(ctx), own(ctx), r.Params.After, r.Params.Limit)
	if err != nil {
		return nil, err
	}
	items, err := s.householdJournal(ctx, lines)
	if err != nil {
		return nil, err
	}
	return ListHouseholdJournal200JSONResponse{Items: items, Next: next}, nil
}

// householdJournal names the role of each key that looked.
func (s *Server) householdJournal(ctx context.Context, lines []people.JournalLine) ([]HouseholdJournalEntry, error) {
	roles := map[string]string{}
	if s.access != nil {
		keys, err := s.access.Keys(ctx)
		if err != nil {
			return nil, err
		}
		for _, k := range keys {
			roles[k.Principal().Name()] = string(k.Role)
		}
	}
	out := make([]HouseholdJournalEntry, len(lines))
	for i, l := range lines {
		out[i] = HouseholdJournalEntry{At: l.At.UTC(), Actor: l.Actor, Role: cmp.Or(roles[l.Actor], roleOf(l.Actor)), Action: l.Action, Purpose: l.Purpose}
	}
	return out, nil
}

// roleOf is the role of an actor without a key; "" for an operator at the machine itself.
func roleOf(actor string) string {
	role, _, _ := strings.Cut(actor, ":")
	if role == string(access.RoleHousehold) || role == string(access.RolePublic) {
		return role
	}
	return ""
}

// SearchHouseholds finds households in the registrar's communes.
func (s *Server) SearchHouseholds(ctx context.Context, r SearchHouseholdsRequestObject) (SearchHouseholdsResponseObject, error) {
	service, err := s.peopleOf()
	if err != nil {
		return nil, err
	}
	hits, err := service.Search(ctx, s.actorOf(ctx), r.Body.Phone, r.Body.Name)
	if err != nil {
		return nil, err
	}
	out := SearchHouseholds200JSONResponse{Items: make([]HouseholdHit, len(hits))}
	for i, h := range hits {
		out.Items[i] = HouseholdHit{ID: h.ID, Code: h.Code.String(), From: h.From.UTC()}
	}
	return out, nil
}

// household is a household as it sees itself.
func (s *Server) household(ctx context.Context, h *people.Household, kept []people.Person) (Household, error) {
	out := Household{ID: h.ID, Code: h.Code.String(), From: h.From.UTC(), People: persons(kept), Notices: []Notice{}, To: inUTC(h.To), RestrictedAt: inUTC(h.Restricted)}
	home := callerOf(ctx).atHome()
	a, err := s.registry.AddressFor(ctx, home.view.sight, h.Code)
	switch {
	case err == nil && h.IsCurrent(): // what becomes of the address later is not theirs to see
		out.Address = s.address(home, a, geo.Today())
	case err != nil && registry.CodeOf(err) != registry.CodeNotRegistered:
		return Household{}, err
	}
	notices, err := s.people.Notices(ctx, h)
	for _, n := range notices {
		text := noticeText(n)
		if n.After != nil {
			if text, err = s.addressNotice(ctx, home, n); err != nil {
				return Household{}, err
			}
		}
		out.Notices = append(out.Notices, Notice{Kind: NoticeKind(n.Kind), At: n.At.UTC(), Text: text})
	}
	return out, err
}

func persons(kept []people.Person) []Person {
	out := make([]Person, len(kept))
	for i, p := range kept {
		out[i] = Person{Name: p.Name, Phone: p.Phone}
	}
	return out
}

// noticeText says a notice in both languages: the household's page shows it as it is.
func noticeText(n people.Notice) string {
	until := n.Until.In(time.FixedZone("", 7*60*60)).Format("15:04 02/01/2006") // by the clocks of Viet Nam
	switch n.Kind {
	case people.NoticeClaim:
		return "Có người khác nhận địa chỉ này. Nếu gia đình vẫn ở đây, hãy phản đối trước " + until + "; cán bộ xã, phường sẽ quyết định sau đó." +
			" – Somebody else claims this address. If you still live here, object before " + until + "; the registrar decides after that."
	case people.NoticeObjected:
		return "Đã ghi nhận phản đối của gia đình; cán bộ xã, phường sẽ quyết định sau " + until + ". – Your objection is recorded; the registrar decides after " + until + "."
	case people.NoticeRefused:
		return "Yêu cầu nhận địa chỉ này của người khác đã bị từ chối. – The claim of somebody else to this address was refused."
	case people.NoticeEnded:
		return "Địa chỉ này đã giao cho hộ khác. Dữ liệu của gia đình được xoá hẳn vào " + until + ". – This address was given to another household. What is kept of you is deleted for ever at " + until + "."
	case people.NoticeRestricted:
		return "Gia đình đang hạn chế việc dùng dữ liệu của mình; đồng ý lại một mục đích thì hết hạn chế. – You restrict the use of your data; consenting to a purpose anew ends that."
	}
	return string(n.Kind)
}

// inUTC keeps the zero time zero.
func inUTC(at time.Time) time.Time {
	if at.IsZero() {
		return time.Time{}
	}
	return at.UTC()
}
