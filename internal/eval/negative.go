package main

import (
	"context"
	"math/rand/v2"
	"strconv"

	"github.com/diachiso/diachiso/geocode"
)

// negative is one way in which an address does not exist.
type negative struct {
	name  string
	write func(w *world, t truth, rng *rand.Rand) (string, bool)
}

func negatives() []negative {
	return []negative{
		{"number beyond the street's", func(w *world, t truth, rng *rand.Rand) (string, bool) {
			d := newDraft(t, w.data.Divisions, rng)
			if t.components.Street == "" || d.number == "" {
				return "", false
			}
			d.number = strconv.Itoa(1000 + rng.IntN(8000))
			return d.String(), true
		}},
		{"number that is missing between others", func(w *world, t truth, rng *rand.Rand) (string, bool) {
			d := newDraft(t, w.data.Divisions, rng)
			n, err := strconv.Atoi(d.number)
			if err != nil || t.components.Street == "" || t.components.Building != "" {
				return "", false
			}
			other := t
			for n++; n < 400; n++ {
				other.components.HouseNumber = strconv.Itoa(n)
				if !w.exists(other) {
					d.number = other.components.HouseNumber
					return d.String(), true
				}
			}
			return "", false
		}},
		{"alley that is not there", func(w *world, t truth, rng *rand.Rand) (string, bool) {
			d := newDraft(t, w.data.Divisions, rng)
			if t.components.Street == "" || d.number == "" {
				return "", false
			}
			d.number += "/" + strconv.Itoa(200+rng.IntN(700))
			return d.String(), true
		}},
		{"suffix that is not there", func(w *world, t truth, rng *rand.Rand) (string, bool) {
			d := newDraft(t, w.data.Divisions, rng)
			if _, err := strconv.Atoi(d.number); err != nil || t.components.Street == "" || t.components.Building != "" {
				return "", false
			}
			d.number += []string{"G", "K", "M"}[rng.IntN(3)]
			return d.String(), true
		}},
		{"street of another province", func(w *world, t truth, rng *rand.Rand) (string, bool) {
			d := newDraft(t, w.data.Divisions, rng)
			other := w.truths[rng.IntN(len(w.truths))]
			if d.number == "" || other.components.Street == "" || other.commune.Province == t.commune.Province {
				return "", false
			}
			moved := t
			moved.components.Street = other.components.Street
			if w.exists(moved) {
				return "", false
			}
			d.street = other.components.Street
			return d.String(), true
		}},
		{"commune of another province", func(w *world, t truth, rng *rand.Rand) (string, bool) {
			d := newDraft(t, w.data.Divisions, rng)
			other := w.truths[rng.IntN(len(w.truths))]
			if d.number == "" || other.commune.Province == t.commune.Province {
				return "", false
			}
			moved := t
			moved.commune = other.commune
			if w.exists(moved) {
				return "", false
			}
			e := newDraft(other, w.data.Divisions, rng)
			d.commune, d.province = e.commune, e.province
			return d.String(), true
		}},
		{"street that nowhere is", func(w *world, t truth, rng *rand.Rand) (string, bool) {
			d := newDraft(t, w.data.Divisions, rng)
			if d.number == "" || d.street == "" {
				return "", false
			}
			first, second := []string{"Quyền", "Bửu", "Khoát", "Tịnh", "Nhượng", "Sửu"}, []string{"Thuyên", "Khuếch", "Bạo", "Nghiễn", "Trước", "Vịnh"}
			d.street = "Đường " + first[rng.IntN(len(first))] + " " + second[rng.IntN(len(second))] + " " + first[rng.IntN(len(first))]
			return d.String(), true
		}},
		{"commune with another commune's province", func(w *world, t truth, rng *rand.Rand) (string, bool) {
			d := newDraft(t, w.data.Divisions, rng)
			other := w.truths[rng.IntN(len(w.truths))]
			if d.number == "" || other.commune.Province == t.commune.Province {
				return "", false
			}
			moved := t
			moved.commune = other.commune
			if w.exists(moved) { // the province may have a commune of that name
				return "", false
			}
			e := newDraft(other, w.data.Divisions, rng)
			d.province = e.province
			return d.String(), true
		}},
		{"flat that is not there", func(w *world, t truth, rng *rand.Rand) (string, bool) {
			d := newDraft(t, w.data.Divisions, rng)
			if d.unit == "" {
				return "", false
			}
			d.floor, d.unit = "Tầng 31", "Căn hộ 31"+strconv.Itoa(20+rng.IntN(70))
			return d.String(), true
		}},
	}
}

// exists reports whether an address of that commune, or of one called alike in its province, is called so.
func (w *world) exists(t truth) bool {
	street, number := streetOf(t.components), numberOf(t.components)
	for _, i := range w.called[calledBy(t.components)] {
		if w.truths[i].commune.Province == t.commune.Province {
			return true
		}
	}
	return street == "" || number == ""
}

// negativeTally counts what became of one kind of addresses that do not exist.
type negativeTally struct {
	name     string
	n        int
	accepted int // next_action accept
	houses   int // search names a house first, as if it were the one
	failures []failure
}

func (w *world) runNegative(ctx context.Context, k negative, n int) (negativeTally, error) {
	t := negativeTally{name: k.name}
	rng := rand.New(rand.NewPCG(hash(k.name), 2026))
	for tries := 0; t.n < n && tries < n*100 && ctx.Err() == nil; tries++ {
		from := w.truths[rng.IntN(len(w.truths))]
		text, ok := k.write(w, from, rng)
		if !ok {
			continue
		}
		t.n++
		accepted, err := w.accepts(ctx, text)
		if err != nil {
			return t, err
		}
		if accepted != nil {
			t.accepted++
			t.failures = append(t.failures, failure{"does not exist: " + k.name, text, "no accept", describe(*accepted)})
		}
		found, err := w.engine.Search(ctx, geocode.Query{Text: text, Limit: 1})
		if err != nil {
			return t, err
		}
		if len(found.Results) > 0 && found.Results[0].MatchLevel == geocode.MatchHouse {
			t.houses++
		}
	}
	return t, ctx.Err()
}
