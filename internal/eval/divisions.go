package main

import (
	"context"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
)

// divisionTally counts answers to the plain names of divisions, each of them once.
type divisionTally struct {
	name     string
	target   float64
	n        int
	right    int // the first answer is the commune, or an official successor of the old one
	none     int
	failures []failure
}

// runDivisions asks for every commune of today and every old ward by its full name.
func (w *world) runDivisions(ctx context.Context, every int) ([]divisionTally, error) {
	ds, today := w.data.Divisions, geo.Today()
	current := divisionTally{name: "every commune of today", target: 0.995}
	bare := divisionTally{name: "every commune of today, no diacritics", target: 0.995}
	old := divisionTally{name: "every old ward", target: 0.995}
	oldBare := divisionTally{name: "every old ward, no diacritics", target: 0.995}
	for i, c := range ds.All(geo.LevelCommune, today) {
		if i%every != 0 {
			continue
		}
		province, err := ds.Get(geo.LevelProvince, c.Province, today)
		if err != nil {
			return nil, err
		}
		text := c.Name(today).FullName() + ", " + province.Name(today).FullName()
		if err := w.askDivision(ctx, &current, text, []string{c.Code}); err != nil {
			return nil, err
		}
		if err := w.askDivision(ctx, &bare, unmarked(text), alike(ds, c, today)); err != nil {
			return nil, err
		}
	}
	for i, c := range ds.All(geo.LevelCommune, lastOld) {
		if i%every != 0 {
			continue
		}
		district, err := ds.Get(geo.LevelDistrict, c.Parent, lastOld)
		if err != nil {
			return nil, err
		}
		province, err := ds.Get(geo.LevelProvince, c.Province, lastOld)
		if err != nil {
			return nil, err
		}
		text := strings.Join([]string{c.Name(lastOld).FullName(), district.Name(lastOld).FullName(), province.Name(lastOld).FullName()}, ", ")
		if err := w.askDivision(ctx, &old, text, successors(ds, c)); err != nil {
			return nil, err
		}
		if err := w.askDivision(ctx, &oldBare, unmarked(text), alike(ds, c, lastOld)); err != nil {
			return nil, err
		}
	}
	return []divisionTally{current, bare, old, oldBare}, nil
}

func (w *world) askDivision(ctx context.Context, t *divisionTally, text string, want []string) error {
	found, err := w.engine.Search(ctx, geocode.Query{Text: text})
	if err != nil {
		return err
	}
	t.n++
	got := "nothing"
	if len(found.Results) == 0 {
		t.none++
	} else {
		top := found.Results[0]
		got = top.MatchLevel + " " + top.Label
		if top.Commune != nil && slices.Contains(want, top.Commune.Code) {
			t.right++
			return nil
		}
	}
	t.failures = append(t.failures, failure{t.name, text, strings.Join(want, " or "), got})
	return nil
}

// alike are the codes of today that a commune's text without diacritics can mean: its own and those of its like-named neighbours.
func alike(ds *geo.Divisions, c *geo.Division, at geo.Date) []string {
	parent, err := ds.Get(geo.LevelDistrict, c.Parent, at)
	if err != nil {
		parent, err = ds.Get(geo.LevelProvince, c.Parent, at)
	}
	if err != nil {
		return []string{c.Code}
	}
	var codes []string
	for _, other := range ds.Children(parent) {
		if unmarked(other.Name(at).FullName()) != unmarked(c.Name(at).FullName()) {
			continue
		}
		if at == lastOld {
			codes = append(codes, successors(ds, other)...)
		} else {
			codes = append(codes, other.Code)
		}
	}
	return codes
}

// successors are the codes of the communes that an old ward's people live in today.
func successors(ds *geo.Divisions, ward *geo.Division) []string {
	var codes []string
	for _, rel := range ds.Successors(ward) {
		if rel.Kind != geo.RelationAreaOnly {
			codes = append(codes, rel.To.Code)
		}
	}
	return codes
}
