package registry

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// ProposalStatus is what became of a proposal.
type ProposalStatus string

const (
	ProposalOpen      ProposalStatus = "open"
	ProposalConfirmed ProposalStatus = "confirmed"
	ProposalRefused   ProposalStatus = "refused"
	ProposalExpired   ProposalStatus = "expired" // open for longer than ProposalLife; never stored, the clock says it
)

// ProposalLife is how long a proposal waits for the registrar, and how long the answer is kept after the decision.
const ProposalLife = 30 * 24 * time.Hour

// Limits of proposals. Those of a day are of the last 24 hours, whatever became of the proposals. A cell is about 44 m²: a
// house or two. The limit of a commune is what its registrar can look at in a day and more; a flood ends there and leaves
// other communes alone, and the limit of all is for a flood over many communes.
const (
	MaxOpenProposalsOfCell   = 3
	MaxDailyProposalsCell    = 5
	MaxDailyProposalsCommune = 300
	MaxDailyProposals        = 20_000
)

// maxRemark is the length of what a registrar says about a decision, in characters.
const maxRemark = 500

// Proposal asks for a code at a place. It holds no code and no ordinal until a registrar confirms it, and no person.
type Proposal struct {
	ID         string // unguessable: whoever has it may see what became of the proposal
	Status     ProposalStatus
	Position   geo.Position // of the entrance
	Kind       Kind
	Components Components
	Commune    string // today's commune at the position
	Cell       geo.Cell
	Code       addresscode.Code // zero unless confirmed
	Reason     string           // when refused
	CreatedAt  time.Time
	ExpiresAt  time.Time
	DecidedAt  time.Time // zero while open
}

// KeptUntil is when the proposal is to be deleted.
func (p *Proposal) KeptUntil() time.Time {
	if p.Status == ProposalOpen {
		return p.ExpiresAt
	}
	return p.DecidedAt.Add(ProposalLife)
}

// at is the proposal as it is at a time: expired by the clock, or nil when it should be deleted already.
func (p *Proposal) at(now time.Time) *Proposal {
	if now.Before(p.KeptUntil()) {
		return p
	}
	if p.Status != ProposalOpen {
		return nil
	}
	expired := *p
	expired.Status = ProposalExpired
	return &expired
}

// subject is how the journal calls the proposal: enough to find it, too little to ask for it.
func (p *Proposal) subject() string { return "proposal:" + p.ID[:min(10, len(p.ID))] }

// ProposalCounts is what the limits of proposals look at.
type ProposalCounts struct {
	CellOpen int // open and not expired, in the cell
	Cell     int // made in the cell since a time
	Commune  int
	All      int
}

// ProposeRequest asks for a code at a place.
type ProposeRequest struct {
	Point      geo.Point
	Source     geo.Source // "" means unknown; survey and import are not for the public
	AccuracyM  float64    // 0 means unknown
	Components Components // may be empty, as for an assignment; no names, no phone numbers
	Kind       Kind       // "" means dwelling
}

// Propose keeps a proposal for the registrar of the commune; durable when it returns. Anyone may, anywhere: by is for the
// journal and its area does not matter. What is registered nearby is not told: that is the registrar's to look at.
//
// Errors are *Error: CodeInvalid, CodePosition…, CodeTooMany, CodeBusy, CodeInternal; or the context's.
func (s *Service) Propose(ctx context.Context, by Actor, r ProposeRequest) (*Proposal, error) {
	const op = "propose"
	switch r.Source {
	case geo.SourceSurvey, geo.SourceImport:
		return nil, domainError(op, invalid("position.source", "a proposal is neither surveyed nor imported",
			"give gps, imagery, geocoded or unknown; the registrar says what is surveyed"))
	}
	position := TypedPosition{Type: PositionEntrance, Position: geo.Position{Point: r.Point, Source: r.Source, AccuracyM: r.AccuracyM}}
	request, err := s.prepare(Actor{Name: by.Name}, AssignRequest{Positions: []TypedPosition{position}, Kind: r.Kind, Components: r.Components})
	if err != nil {
		return nil, domainError(op, proposedField(err))
	}
	if err := request.Components.refusePhones(); err != nil {
		return nil, domainError(op, err)
	}
	now := s.clock()
	p := &Proposal{
		ID: rand.Text(), Status: ProposalOpen,
		Position: request.Positions[0].Position, Kind: request.Kind, Components: request.Components,
		Commune: request.commune, Cell: request.search.cell, CreatedAt: now, ExpiresAt: now.Add(ProposalLife),
	}
	err = s.store.Update(ctx, func(w Writer) error {
		counts, err := w.ProposalCounts(p.Cell, p.Commune, now.Add(-24*time.Hour), now)
		if err != nil {
			return err
		}
		if err := counts.roomForOneMore(); err != nil {
			return err
		}
		if err := w.InsertProposal(p); err != nil {
			return err
		}
		return w.AppendEntry(Entry{At: now, Actor: by.Name, Action: "proposal.made", Subject: p.subject(), Detail: detail("commune", p.Commune)})
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	return p, nil
}

// proposedField names the one position of a proposal as its sender knows it.
func proposedField(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	rest, ok := strings.CutPrefix(e.Field, "positions[0]")
	if !ok {
		return err
	}
	named := *e
	named.Field = "position" + rest
	return &named
}

func (c ProposalCounts) roomForOneMore() error {
	switch {
	case c.CellOpen >= MaxOpenProposalsOfCell:
		return tooMany("the place has as many open proposals as it may have", "wait until the registrar has decided on them")
	case c.Cell >= MaxDailyProposalsCell:
		return tooMany("too many proposals were made at the place today", "try again tomorrow, or ask the registrar of the commune")
	case c.Commune >= MaxDailyProposalsCommune:
		return tooMany("too many proposals were made in the commune today", "try again tomorrow, or ask the registrar of the commune")
	case c.All >= MaxDailyProposals:
		return tooMany("too many proposals were made today", "try again tomorrow, or ask the registrar of the commune")
	}
	return nil
}

func tooMany(message, hint string) error {
	return &Error{Code: CodeTooMany, Message: message, Hint: hint}
}

// refusePhones refuses components that hold a telephone number: what anybody may write must hold no person.
func (c Components) refusePhones() error {
	fields := []struct{ path, text string }{
		{"house_number", c.HouseNumber}, {"street", c.Street}, {"hamlet", c.Hamlet}, {"quarter", c.Quarter},
		{"building", c.Building}, {"block", c.Block}, {"floor", c.Floor}, {"unit", c.Unit},
	}
	for i, a := range c.Alley {
		fields = append(fields, struct{ path, text string }{fmt.Sprintf("alley[%d]", i), a})
	}
	for _, f := range fields {
		if err := refusePhone("components."+f.path, f.text); err != nil {
			return err
		}
	}
	return nil
}

func refusePhone(field, text string) error {
	if len(vntext.FindPhones(text)) > 0 {
		return invalid(field, "holds a telephone number", "leave it out: here is the place for the house, not for who lives in it")
	}
	return nil
}

// checkRemark cleans and checks what a registrar says about a decision.
func checkRemark(field, text string, required bool) (string, error) {
	text = cleanText(text)
	if required && text == "" {
		return "", invalid(field, "is empty", "say in a few words why")
	}
	if err := validateText(field, text, maxRemark); err != nil {
		return "", err
	}
	return text, refusePhone(field, text)
}

// Proposal tells what became of a proposal; *Error CodeNotFound when there is none, or no more.
func (s *Service) Proposal(ctx context.Context, id string) (*Proposal, error) {
	const op = "read proposal"
	var p *Proposal
	err := s.store.View(ctx, func(r Reader) error {
		var err error
		p, err = s.proposal(r, id)
		return err
	})
	return p, domainError(op, err)
}

func (s *Service) proposal(r Reader, id string) (*Proposal, error) {
	missing := &Error{Code: CodeNotFound, Message: "there is no such proposal", Hint: "an id is good for 30 days after the proposal, or after the decision on it"}
	if id == "" || !utf8.ValidString(id) {
		return nil, missing
	}
	p, err := r.Proposal(id)
	if isNotFound(err) {
		return nil, missing
	}
	if err != nil {
		return nil, err
	}
	if p = p.at(s.clock()); p == nil {
		return nil, missing
	}
	return p, nil
}

// detail is the JSON of an entry's detail, from names and values in turn.
func detail(pairs ...any) string {
	values := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		values[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	text, err := json.Marshal(values)
	if err != nil {
		return "" // cannot happen: numbers and texts can be encoded
	}
	return string(text)
}
