package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/vntext"
)

// tally counts the answers of one class.
type tally struct {
	class    class
	n        int
	right    int // house, or street where the address has no number; the ward in classes of wards
	ward     int
	street   int
	numbered int
	house    int // of numbered
	none     int
	accepts  int // texts that validation tells to use as they are
	accepted int // of these: the wrong address
	metres   []float64
	failures []failure
}

type failure struct {
	class, query, want, got string
}

// verdict is what one answer is worth.
type verdict struct {
	ward, street, house, right bool
}

// run asks the queries of a class: up to n, from truths that rng picks.
func (w *world) run(ctx context.Context, c class, n int, checkAccept bool) (tally, error) {
	t := tally{class: c}
	// One source per class: a class that is added changes no other one's queries.
	rng := rand.New(rand.NewPCG(hash(c.name), 2026))
	for tries := 0; t.n < n && tries < n*100 && ctx.Err() == nil; tries++ {
		want := w.truths[rng.IntN(len(w.truths))]
		text, ok := c.write(w, want, rng)
		if !ok {
			continue
		}
		if err := w.ask(ctx, &t, c, want, text, checkAccept); err != nil {
			return t, fmt.Errorf("class %s: %w", c.name, err)
		}
	}
	return t, ctx.Err()
}

func (w *world) ask(ctx context.Context, t *tally, c class, want truth, text string, checkAccept bool) error {
	found, err := w.engine.Search(ctx, geocode.Query{Text: text})
	if err != nil {
		return err
	}
	t.n++
	numbered := numberOf(want.components) != "" || want.components.Unit != ""
	if numbered {
		t.numbered++
	}
	var v verdict
	got := "nothing (" + found.Reason + ")"
	if len(found.Results) == 0 {
		t.none++
	} else {
		top := found.Results[0]
		v = judge(c, want, numbered, top)
		if c.tie && !v.right {
			for _, other := range found.Results[1:] {
				if other.Score < top.Score {
					break
				}
				if tied := judge(c, want, numbered, other); tied.right {
					v, top = tied, other
					break
				}
			}
		}
		t.metres = append(t.metres, geo.Distance(top.Point, want.point))
		got = fmt.Sprintf("%s %.3f %s", top.MatchLevel, top.Score, top.Label)
	}
	add := func(to *int, yes bool) {
		if yes {
			*to++
		}
	}
	add(&t.ward, v.ward)
	add(&t.street, v.street)
	add(&t.house, v.house)
	add(&t.right, v.right)
	if !v.right {
		t.failures = append(t.failures, failure{c.name, text, describe(want), got})
	}
	if !checkAccept {
		return nil
	}
	accepted, err := w.accepts(ctx, text)
	if err != nil || accepted == nil {
		return err
	}
	t.accepts++
	if numbered && !(sameCommune(c, want.commune, accepted.commune) && calledBy(accepted.components) == calledBy(want.components)) {
		t.accepted++
		t.failures = append(t.failures, failure{c.name + ", false accept", text, describe(want), describe(*accepted)})
	}
	return nil
}

// accepts is the address that validation tells to use as it is; nil when it doesn't.
func (w *world) accepts(ctx context.Context, text string) (*truth, error) {
	verdict, err := w.engine.Validate(ctx, geocode.ValidateRequest{Text: text})
	if err != nil || verdict.NextAction != geocode.Accept || verdict.Address == nil {
		return nil, err
	}
	commune, err := w.data.Divisions.Get(geo.LevelCommune, verdict.Address.Commune, geo.Today())
	return &truth{code: verdict.Address.Code, components: verdict.Address.Components, commune: commune}, err
}

// judge compares a result with the truth.
func judge(c class, want truth, numbered bool, got geocode.Result) (v verdict) {
	v.ward = got.Commune != nil && sameCommune(c, want.commune, got.Commune)
	v.street = v.ward && streetOf(got.Components) == streetOf(want.components)
	v.house = v.ward && got.Address != nil && got.MatchLevel != geocode.MatchNearestNumber && got.MatchLevel != geocode.MatchAlley &&
		(got.Address.Code == want.code || calledBy(got.Address.Components) == calledBy(want.components))
	v.street = v.street || v.house
	switch {
	case c.wards:
		v.right = v.ward
	case numbered:
		v.right = v.house
	default:
		v.right = v.street
	}
	return v
}

// sameCommune compares communes: by name without diacritics where the class lets that go.
func sameCommune(c class, want, got *geo.Division) bool {
	if want.Code == got.Code {
		return true
	}
	today := geo.Today()
	return c.loose && want.Province == got.Province && vntext.Fold(want.Name(today).FullName()) == vntext.Fold(got.Name(today).FullName())
}

func describe(t truth) string {
	c := t.components
	parts := []string{t.code.String(), c.Unit, c.Floor, c.Block, c.Building, numberOf(c), c.Street, c.Hamlet, c.Quarter, t.commune.Name(geo.Today()).FullName(), t.commune.Code}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ", ")
}

// hash is FNV-1a of a name.
func hash(name string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return h
}

// share is a part of n in percent; 0 of none.
func share(part, n int) float64 {
	if n == 0 {
		return 0
	}
	return 100 * float64(part) / float64(n)
}

// percentile is a value of an unsorted list, 0 of an empty one.
func percentile(values []float64, p int) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, len(sorted)*p/100)]
}
