package main

import (
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/internal/synth"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// calledBy is what an address is called below the commune, in one form of all spellings: two addresses of a commune with the
// same one cannot be told apart by their text.
func calledBy(c registry.Components) string {
	return strings.Join([]string{streetOf(c), numberOf(c), tight(c.Building), tight(c.Block), tight(c.Floor), tight(c.Unit)}, "|")
}

// streetOf is the street, else the hamlet, else the quarter, else the building, in the form of calledBy.
func streetOf(c registry.Components) string {
	for _, name := range []string{c.Street, c.Hamlet, c.Quarter, c.Building} {
		if name != "" {
			return synth.Canonical(name)
		}
	}
	return ""
}

// numberOf is the whole path from the street inwards, as calledBy compares it.
func numberOf(c registry.Components) string {
	path := strings.Join(append(append([]string{}, c.Alley...), c.HouseNumber), "/")
	return strings.ToLower(strings.ReplaceAll(path, " ", ""))
}

func tight(text string) string { return strings.ReplaceAll(vntext.Fold(text), " ", "") }

// index notes which names and which addresses there are.
func (w *world) index() {
	w.names = map[string]bool{}
	w.called = make(map[string][]int32, len(w.truths))
	today := geo.Today()
	for i, t := range w.truths {
		for _, name := range []string{t.components.Street, t.components.Hamlet, t.components.Building} {
			if name != "" {
				w.names[synth.Canonical(name)] = true
			}
		}
		key := calledBy(t.components)
		w.called[key] = append(w.called[key], int32(i))
	}
	for _, at := range []geo.Date{lastOld, today} {
		for _, level := range []geo.Level{geo.LevelProvince, geo.LevelDistrict, geo.LevelCommune} {
			for _, d := range w.data.Divisions.All(level, at) {
				w.names[synth.Canonical(d.Name(at).Name)] = true
			}
		}
	}
}
