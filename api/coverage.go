package api

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

const (
	coverageRest   = 60                     // times as long as a pass took, its figures are good enough
	maxCoverage    = time.Hour              // that a pass may take
	maxSurveyNext  = 100                    // listed
	coverageGrace  = 500 * time.Millisecond // before the deadline of a request to say that the pass is still running
	coverageFigure = 1e4                    // shares are told to four places
)

// coverageCache has the figures of the newest pass over the register: one pass at a time, whoever asks.
type coverageCache struct {
	mu      sync.Mutex
	newest  *registry.Coverage
	running chan struct{} // closed when the pass that runs has ended; nil when none runs
	failed  error         // of the last pass
}

// coverage returns the figures of a pass that is fresh enough, and waits for one as long as the request may.
func (s *Server) coverage(ctx context.Context) (*registry.Coverage, error) {
	seq, err := s.registry.Head(ctx)
	if err != nil {
		return nil, err
	}
	cache := &s.covered
	cache.mu.Lock()
	if c := cache.newest; c != nil && (c.Events == seq || time.Since(c.At) < coverageRest*c.Took) {
		cache.mu.Unlock()
		return c, nil
	}
	if cache.running == nil {
		cache.running = make(chan struct{})
		go s.measure(context.WithoutCancel(ctx))
	}
	running := cache.running
	cache.mu.Unlock()

	wait := maxCoverage
	if deadline, ok := ctx.Deadline(); ok {
		wait = max(0, time.Until(deadline)-coverageGrace)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-running:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timer.C:
		return nil, &registry.Error{Code: registry.CodeBusy, Message: "the register is being counted", Hint: "ask again in a minute"}
	}
	cache.mu.Lock()
	defer cache.mu.Unlock()
	return cache.newest, cache.failed
}

// measure makes a pass that goes on when whoever asked is gone: the next one finds its figures.
func (s *Server) measure(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, maxCoverage)
	defer cancel()
	c, err := s.registry.MeasureCoverage(ctx, &registry.Extent{})
	s.covered.mu.Lock()
	defer s.covered.mu.Unlock()
	if s.covered.failed = err; err == nil {
		s.covered.newest = c
	}
	close(s.covered.running)
	s.covered.running = nil
}

// GetCoverage tells how much of the country is in the register, and where to go on.
func (s *Server) GetCoverage(ctx context.Context, r GetCoverageRequestObject) (GetCoverageResponseObject, error) {
	p := r.Params
	if p.Parent != "" {
		if _, err := s.registry.Extent(p.Parent); err != nil {
			return nil, err
		}
	}
	c, err := s.coverage(ctx)
	if err != nil {
		return nil, err
	}
	by := callerOf(ctx)
	var area registry.Area
	if by.Role == access.RoleRegistrar {
		area = by.view.area
	}
	level := geo.LevelProvince
	if p.Level == GetCoverageParamsLevelCommune {
		level = geo.LevelCommune
	}
	units := s.registry.Units(c, level, p.Parent, area)
	today := geo.Today()
	out := GetCoverage200JSONResponse{AsOf: c.At.UTC(), Seq: c.Events, Items: make([]CoverageUnit, len(units)), SurveyNext: []SurveyNext{}}
	for i := range units {
		out.Items[i] = coverageUnit(&units[i], today)
	}
	next := registry.SurveyNext(units)
	for _, n := range next[:min(maxSurveyNext, len(next))] {
		item := SurveyNext{Code: n.Unit.Division.Code, FullName: n.Unit.Division.Name(today).FullName(), Score: n.Score}
		for _, reason := range n.Reasons {
			item.Reasons = append(item.Reasons, SurveyReason{Reason: SurveyReasonReason(reason.Reason), Count: reason.Count})
		}
		out.SurveyNext = append(out.SurveyNext, item)
	}
	return out, nil
}

func coverageUnit(u *registry.UnitCoverage, today geo.Date) CoverageUnit {
	unit := CoverageUnit{
		Code: u.Division.Code, FullName: u.Division.Name(today).FullName(),
		Addresses: u.Addresses, Dwellings: u.Dwellings, Surveyed: u.Surveyed, Unidentified: u.Unidentified,
		Duplicates: u.Duplicates, Outside: u.Outside, Communes: u.Communes, CommunesExpected: u.ExpectedKnown,
		Expected: u.Expected, Share: rounded(u.Share()), Source: u.Source, Date: u.On.String(),
	}
	if u.Addresses > 0 {
		unit.SurveyedShare = rounded(float64(u.Surveyed) / float64(u.Addresses))
		unit.UnidentifiedShare = rounded(float64(u.Unidentified) / float64(u.Addresses))
	}
	return unit
}

func rounded(share float64) float64 { return math.Round(share*coverageFigure) / coverageFigure }
