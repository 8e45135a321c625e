package api

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// Values of headers, shared by all answers and never changed.
var (
	varyCaller     = []string{"Authorization, Cookie"}
	privateNoCache = []string{"private, no-cache"}
)

// guarded puts the guard in front of the middleware of each operation: before anything of a request is looked at, so that who may not
// call an operation learns nothing of its rules. It is the one place where the matrix of role × operation is enforced.
func (s *Server) guarded(middleware map[string][]echo.MiddlewareFunc) (map[string][]echo.MiddlewareFunc, error) {
	all := make(map[string][]echo.MiddlewareFunc, len(middleware))
	for id, following := range middleware {
		op, ok := access.OperationOf(id)
		if !ok {
			return nil, fmt.Errorf("operation %s has no row in the matrix of access", id)
		}
		all[id] = append([]echo.MiddlewareFunc{s.guard(op)}, following...)
	}
	return all, nil
}

// guard lets a request pass whose caller may make it now.
func (s *Server) guard(op access.Operation) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if op.Class == access.ClassNone { // for everybody; nothing of it depends on who asks
			return next
		}
		return func(c echo.Context) error {
			r := c.Request()
			varyOn(c.Response().Header(), varyCaller)
			by, err := s.authenticate(r.Context(), c, op.ID)
			if isUnauthorized(err) {
				return s.refuseKey(c, by, op, err)
			}
			if err != nil {
				return err
			}
			if l, ok := r.Context().(*limited); ok {
				l.by = by
			} else {
				c.SetRequest(r.WithContext(context.WithValue(r.Context(), callerKey{}, by)))
			}
			if !by.anonymous() {
				c.Response().Header()["Cache-Control"] = privateNoCache
			}
			if !op.Allows(by.Role) {
				return s.refuseRole(c, by, op)
			}
			if err := checkForgery(by, op.ID, r); err != nil {
				s.report(c, audit.Event{Action: audit.ActionAccessDenied, Reason: "forgery"}, by, op.ID)
				return err
			}
			if err := s.spend(c, by, op, 1); err != nil {
				return err
			}
			return next(c)
		}
	}
}

// refuseKey answers a key, token or session that cannot be used. Guessing costs a quota of its own.
func (s *Server) refuseKey(c echo.Context, by *caller, op access.Operation, cause error) error {
	s.report(c, audit.Event{Action: audit.ActionLoginFailed, Failed: true}, by, op.ID)
	if v := s.quotas.Take(access.ClientKey(by.client), access.RolePublic, access.ClassSecret, s.now()); !v.OK {
		return tooMany(v)
	}
	if r := c.Request(); r.Header.Get("Authorization") == "" { // a session that has ended
		c.SetCookie(sessionCookie(by.secure, "", 0))
	}
	return cause
}

// refuseRole answers a caller who may not call the operation.
func (s *Server) refuseRole(c echo.Context, by *caller, op access.Operation) error {
	if by.anonymous() {
		return unauthorized()
	}
	s.report(c, audit.Event{Action: audit.ActionAccessDenied, Failed: true}, by, op.ID)
	return &problem{code: ProblemCodeForbidden}
}

// spend takes from the caller's quota what a request costs.
func (s *Server) spend(c echo.Context, by *caller, op access.Operation, cost int) error {
	if by.developer || cost < 1 {
		return nil
	}
	v := s.quotas.TakeN(by.who, by.Role, op.Class, cost, s.now())
	if v.Limit > 0 {
		h := c.Response().Header()
		h["Ratelimit-Limit"] = []string{strconv.Itoa(v.Limit)}
		h["Ratelimit-Remaining"] = []string{strconv.Itoa(v.Remaining)}
		h["Ratelimit-Reset"] = []string{seconds(v.Reset)}
	}
	if !v.OK {
		s.report(c, audit.Event{Action: audit.ActionRateLimited, Failed: true, Reason: string(op.Class)}, by, op.ID)
		return tooMany(v)
	}
	return nil
}

func tooMany(v access.Verdict) error {
	return &problem{code: ProblemCodeTooManyRequests, retryAfter: v.RetryAfter}
}

// itemsPerRequest is how many items of a list cost as much as one request.
const itemsPerRequest = 100

// costOf is what a request costs beyond the one that was paid before its body was read.
func costOf(request any) int {
	if r, ok := request.(ConvertDivisionsRequestObject); ok && r.Body != nil {
		return (len(r.Body.Items) - 1) / itemsPerRequest
	}
	if r, ok := request.(PrintLabelsRequestObject); ok && r.Body != nil {
		return (len(r.Body.Codes) - 1) / itemsPerRequest
	}
	if r, ok := request.(GetTileRequestObject); ok {
		return costOfTile(r.Z)
	}
	return 0
}

// answer does what has to be done between a handler and its answer: private data is in the journal before it is sent.
func (s *Server) answer(next StrictHandlerFunc, operationID string) StrictHandlerFunc {
	op, _ := access.OperationOf(strings.ToLower(operationID[:1]) + operationID[1:]) // the generated code writes GetAddress for getAddress
	return func(c echo.Context, request any) (any, error) {
		ctx := c.Request().Context()
		by := callerOf(ctx)
		if err := s.spend(c, by, op, costOf(request)); err != nil {
			return nil, err
		}
		response, err := next(c, request)
		if err != nil {
			if op.ID == "startSession" && isUnauthorized(err) {
				s.report(c, audit.Event{Action: audit.ActionLoginFailed, Failed: true}, by, op.ID)
			}
			err = s.problemOf(ctx, err) // which may tell of an address
		}
		s.reportClaim(c, by, op, response, err)
		if failed := s.recordRead(ctx, by, op, c.Request().Method, err == nil); failed != nil {
			return nil, failed
		}
		s.watch(by)
		return response, err
	}
}

// maxSubjects is how many codes stand in one entry of the journal; beyond, their count tells.
const maxSubjects = 20

// recordRead writes to the journal what a caller with a key is about to be told beyond what is public.
func (s *Server) recordRead(ctx context.Context, by *caller, op access.Operation, method string, answered bool) error {
	if !by.journalled() {
		return nil
	}
	entry := registry.Entry{Actor: by.Name(), Action: "address.read"}
	detail := struct {
		Operation string `json:"operation"`
		Count     int    `json:"count,omitempty"`
	}{Operation: op.ID}
	switch n := len(by.told); {
	case n > 0:
		codes := make([]string, 0, min(n, maxSubjects))
		for _, code := range by.told[:cap(codes)] {
			codes = append(codes, code.String())
		}
		entry.Subject = strings.Join(codes, " ")
		if n > 1 {
			detail.Count = n
		}
	case answered && op.Private && method == http.MethodGet && by.Role != access.RoleHousehold: // its own data it may see unseen
		entry.Action, entry.Subject = "answer.read", cmp.Or(by.subject, op.ID)
	default:
		return nil
	}
	text, err := json.Marshal(detail)
	if err != nil {
		return fmt.Errorf("describe read: %w", err)
	}
	entry.Detail = string(text)
	return s.registry.Record(ctx, entry)
}

// watch counts the zones that the caller was told of.
func (s *Server) watch(by *caller) {
	if by.developer {
		return
	}
	for _, zone := range by.zones {
		s.harvest.Asked(by.who, by.Role, zone, s.now())
	}
}

// reportHarvest tells the monitoring centre of a caller who asks about more zones than one has business in.
func (s *Server) reportHarvest(h access.Harvest) {
	if s.config.Security == nil {
		return
	}
	e := audit.Event{Action: audit.ActionHarvesting, Role: string(h.Role), Count: int64(h.Zones)}
	if h.Role != access.RolePublic {
		e.User = h.Who
	} else if network, err := netip.ParsePrefix(h.Who); err == nil {
		e.Client = network.Addr()
	} else if addr, err := netip.ParseAddr(h.Who); err == nil {
		e.Client = addr
	}
	s.config.Security.Report(context.Background(), e)
}

// report tells the monitoring centre.
func (s *Server) report(c echo.Context, e audit.Event, by *caller, operation string) {
	if s.config.Security == nil {
		return
	}
	e.Client, e.Operation, e.RequestID = by.client, operation, c.Response().Header().Get(headerRequestID)
	if !by.anonymous() {
		e.User, e.Role = by.Name(), string(by.Role)
	}
	s.config.Security.Report(c.Request().Context(), e)
}

// provinceToday is the province of a commune of today, "" for none.
func (s *Server) provinceToday(commune string) string {
	d, err := s.registry.Divisions().Get(geo.LevelCommune, commune, geo.Today())
	if err != nil {
		return ""
	}
	return d.Province
}
