package main

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// class is one way in which people write addresses.
type class struct {
	name   string
	target float64 // share of right answers promised; 0 nothing is
	floor  float64 // share that the regression test wants on its small registry
	// loose: the text does not tell names apart that differ in diacritics only, so either is right.
	loose bool
	// tie: the text does not say enough to decide; right is also an answer that names the right one among equals.
	tie bool
	// wards: it is the ward that is judged, not the house.
	wards bool
	// write makes a query for a truth, or says that this truth has none of the kind.
	write func(w *world, t truth, rng *rand.Rand) (string, bool)
}

// fromDraft makes a class's writer of a change to the draft and one to the text.
func fromDraft(change func(d *draft, rng *rand.Rand) bool, after func(text string, rng *rand.Rand) string) func(*world, truth, *rand.Rand) (string, bool) {
	return func(w *world, t truth, rng *rand.Rand) (string, bool) {
		d := newDraft(t, w.data.Divisions, rng)
		if change != nil && !change(&d, rng) {
			return "", false
		}
		text := d.String()
		if after != nil {
			text = after(text, rng)
		}
		return text, true
	}
}

// oldClass writes the divisions before 2025-07-01.
func oldClass(divided bool, after func(string, *rand.Rand) string) func(*world, truth, *rand.Rand) (string, bool) {
	return func(w *world, t truth, rng *rand.Rand) (string, bool) {
		d := newDraft(t, w.data.Divisions, rng)
		if _, ok := d.makeOld(t, w.data.Divisions, rng, divided); !ok {
			return "", false
		}
		text := d.String()
		if after != nil {
			text = after(text, rng)
		}
		return text, true
	}
}

// classes are in the order of the report.
func classes() []class {
	plainText := func(text string, _ *rand.Rand) string { return unmarked(text) }
	return []class{
		{name: "clean", floor: 0.99, target: 0.995, write: fromDraft(nil, nil)},
		{name: "no diacritics", floor: 0.99, target: 0.995, loose: true, write: fromDraft(nil, plainText)},
		{name: "old three-level names", floor: 0.99, target: 0.995, write: oldClass(false, nil)},
		{name: "old three-level names, no diacritics", floor: 0.99, target: 0.985, loose: true, write: oldClass(false, plainText)},
		{name: "old name of a divided ward", floor: 0.99, target: 0.97, tie: true, write: oldClass(true, nil)},
		{name: "old name of a divided ward, the ward", floor: 0.99, target: 0.97, wards: true, tie: true, write: oldClass(true, nil)},
		{name: "Số …, Số nhà … in front", floor: 0.99, target: 0.995, write: fromDraft(numberWord, nil)},
		{name: "alley spelled out", floor: 0.99, target: 0.995, write: fromDraft(func(d *draft, rng *rand.Rand) bool { return d.spellAlleys(rng) }, nil)},
		{name: "alley with slashes", floor: 0.99, target: 0.995, write: fromDraft(func(d *draft, _ *rand.Rand) bool { return strings.Contains(d.number, "/") }, nil)},
		{name: "abbreviations", floor: 0.99, target: 0.995, loose: true, write: abbreviated(false)},
		{name: "abbreviations, old names", floor: 0.99, target: 0.995, loose: true, write: abbreviated(true)},
		{name: "tone placement", floor: 0.99, target: 0.995, write: changed(func(text string, _ *rand.Rand) string { return moveTone.Replace(text) })},
		{name: "NFD", floor: 0.99, target: 0.995, write: fromDraft(nil, func(text string, _ *rand.Rand) string { return norm.NFD.String(text) })},
		{name: "i for y and y for i", floor: 0.985, target: 0.985, loose: true, write: changed(func(text string, _ *rand.Rand) string { return iForY.Replace(text) })},
		{name: "case and punctuation", floor: 0.99, target: 0.995, loose: true, write: fromDraft(nil, careless)},
		{name: "roads and dates otherwise", floor: 0.985, target: 0.985, loose: true, write: otherNames},
		{name: "one typo", floor: 0.965, target: 0.985, loose: true, write: mistyped(1)},
		{name: "two typos", floor: 0.94, target: 0.95, loose: true, write: mistyped(2)},
		{name: "glued words", floor: 0.98, target: 0.985, loose: true, write: fromDraft(glue, nil)},
		{name: "Telex and VNI leftovers", floor: 0.98, target: 0.985, loose: true, write: fromDraft(nil, leftovers)},
		{name: "ward missing", floor: 0.99, target: 0.95, loose: true, tie: true, write: fromDraft(func(d *draft, _ *rand.Rand) bool { d.commune = ""; return true }, nil)},
		{name: "ward missing, old district", floor: 0.99, target: 0.95, loose: true, tie: true, write: wardless},
		{name: "noise: phones, names, notes", floor: 0.98, target: 0.985, write: fromDraft(noisy, nil)},
		{name: "flats", floor: 0.99, target: 0.985, write: only(func(d draft) bool { return d.unit != "" })},
		{name: "hamlets without numbers", floor: 0.99, target: 0.985, write: only(func(d draft) bool { return d.hamlet != "" && d.number == "" })},
		{name: "province missing", floor: 0.99, tie: true, loose: true, write: fromDraft(func(d *draft, _ *rand.Rand) bool { d.province = ""; return true }, nil)},
	}
}

// unmarked is the text without diacritics, in its case and with its punctuation.
func unmarked(text string) string {
	var out strings.Builder
	for _, r := range norm.NFD.String(text) {
		switch {
		case r == 'đ':
			out.WriteRune('d')
		case r == 'Đ':
			out.WriteRune('D')
		case r < 0x300 || r > 0x36f:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// only keeps the truths whose drafts are of one kind.
func only(of func(draft) bool) func(*world, truth, *rand.Rand) (string, bool) {
	return fromDraft(func(d *draft, _ *rand.Rand) bool { return of(*d) }, nil)
}

// changed keeps the texts that a change changes.
func changed(change func(string, *rand.Rand) string) func(*world, truth, *rand.Rand) (string, bool) {
	return func(w *world, t truth, rng *rand.Rand) (string, bool) {
		text := newDraft(t, w.data.Divisions, rng).String()
		after := change(text, rng)
		return after, after != text
	}
}

var iForY = strings.NewReplacer("Lý ", "Lí ", "Mỹ ", "Mĩ ", "Kỳ ", "Kì ", "Quý ", "Quí ", "Quỳnh", "Quình", "Sỹ ", "Sĩ ", "Vỹ ", "Vĩ ")

func numberWord(d *draft, rng *rand.Rand) bool {
	if d.number == "" || d.number[0] < '0' || d.number[0] > '9' {
		return false
	}
	d.number = []string{"Số ", "Số nhà ", "số nhà ", "Nhà số ", "SN ", "Nhà "}[rng.IntN(6)] + d.number
	return true
}

// careless drops capitals and commas as people do in a hurry.
func careless(text string, rng *rand.Rand) string {
	switch rng.IntN(7) {
	case 0:
		return strings.ToLower(text)
	case 1:
		return strings.ToUpper(text)
	case 2:
		return strings.ReplaceAll(text, ", ", " ")
	case 3:
		return strings.ReplaceAll(text, ", ", " - ")
	case 4:
		return strings.ToLower(strings.ReplaceAll(text, ", ", ","))
	case 5:
		return strings.ReplaceAll(text, ", ", "\n")
	}
	return "  " + strings.ToLower(strings.ReplaceAll(text, ", ", " . ")) + " ."
}

// mistyped makes slips in words of letters, at least three long; not such that another known name comes about.
func mistyped(slips int) func(*world, truth, *rand.Rand) (string, bool) {
	return func(w *world, t truth, rng *rand.Rand) (string, bool) {
		d := newDraft(t, w.data.Divisions, rng)
		pieces := []*string{&d.street, &d.hamlet, &d.commune, &d.province, &d.building}
		if rng.IntN(3) == 0 {
			for _, p := range pieces {
				*p = unmarked(*p)
			}
		}
		for try, done := 0, 0; done < slips && try < 50; try++ {
			piece := pieces[rng.IntN(len(pieces))]
			words := strings.Fields(*piece)
			if len(words) == 0 {
				continue
			}
			i := rng.IntN(len(words))
			if !isWord(words[i]) {
				continue
			}
			words[i] = mistype(words[i], rng)
			after := strings.Join(words, " ")
			if w.isName(after) {
				continue
			}
			*piece = after
			if done++; done == slips {
				return d.String(), true
			}
		}
		return "", false
	}
}

// isName reports whether a text, with or without a type in front, is the name of something.
func (w *world) isName(text string) bool {
	words := strings.Fields(vntext.Fold(text))
	for i := range min(3, len(words)) {
		if w.names[strings.Join(words[i:], "")] {
			return true
		}
	}
	return false
}

func isWord(word string) bool {
	letters := []rune(word)
	if len(letters) < 3 {
		return false
	}
	for _, r := range norm.NFD.String(word) {
		if r >= '0' && r <= '9' || strings.ContainsRune("./-'", r) {
			return false
		}
	}
	return true
}

// wardless leaves the ward out and keeps the old district.
func wardless(w *world, t truth, rng *rand.Rand) (string, bool) {
	d := newDraft(t, w.data.Divisions, rng)
	if _, ok := d.makeOld(t, w.data.Divisions, rng, rng.IntN(8) == 0); !ok {
		return "", false
	}
	d.commune = ""
	return d.String(), true
}

// glue loses spaces: 12NguyenTrai, P12Q3, quan1.
func glue(d *draft, rng *rand.Rand) bool {
	if d.street == "" || !glueable(d.street) {
		return false
	}
	if rng.IntN(2) == 0 {
		*d = d.unmarked()
	}
	switch rng.IntN(4) {
	case 0: // number and street
		if d.number == "" || plainWord(d.street) {
			return false
		}
		d.number, d.street = "", d.number+d.street
	case 1: // the words of the street
		if len(strings.Fields(d.street)) < 2 {
			return false
		}
		d.street = camel(d.street)
	case 2:
		if d.number == "" {
			return false
		}
		d.number, d.street = "", d.number+camel(d.street)
	default: // the street in lower case
		if len(strings.Fields(d.street)) < 2 {
			return false
		}
		for _, word := range []string{"Đường ", "Phố ", "Duong ", "Pho "} {
			d.street = strings.TrimPrefix(d.street, word)
		}
		d.street = strings.ToLower(camel(d.street))
	}
	return true
}

// glueable says whether a name glued to a number can be told from it.
func glueable(name string) bool {
	return !strings.ContainsAny(name, "0123456789/.-")
}

// plainWord reports one short word, which a number swallows as its suffix.
func plainWord(name string) bool { return len(name) < 4 }

func (d draft) unmarked() draft {
	for _, p := range []*string{&d.number, &d.street, &d.quarter, &d.hamlet, &d.commune, &d.district, &d.province, &d.building, &d.block, &d.floor, &d.unit} {
		*p = unmarked(*p)
	}
	return d
}

// leftovers leaves keystrokes of one to three words, or of all.
func leftovers(text string, rng *rand.Rand) string {
	vni, last := rng.IntN(4) == 0, rng.IntN(2) == 0
	words := strings.Split(text, " ")
	wanted := 1 + rng.IntN(3)
	if rng.IntN(4) == 0 {
		wanted = len(words)
	}
	for _, i := range rng.Perm(len(words)) {
		word := strings.TrimRight(words[i], ",")
		if !isWord(word) {
			continue
		}
		typed := keystrokes(word, vni, last)
		if typed == word {
			continue
		}
		words[i] = typed + words[i][len(word):]
		if wanted--; wanted == 0 {
			break
		}
	}
	return strings.Join(words, " ")
}

// noisy adds what couriers are told.
func noisy(d *draft, rng *rand.Rand) bool {
	phone := []string{"0912345678", "0987 654 321", "SĐT: 0356789012", "ĐT 0798.765.432", "+84 912 345 678", "đt: 0862-345-678"}
	notes := []string{"giao giờ hành chính", "gọi trước khi giao", "(giao giờ hành chính)", "gặp anh Nam", "Chị Lan", "gần chợ", "đối diện trường học", "gọi trước 30 phút", "cho xem hàng", "nhà có cổng xanh"}
	switch rng.IntN(5) {
	case 0:
		d.tail = phone[rng.IntN(len(phone))]
	case 1:
		d.tail = notes[rng.IntN(len(notes))]
	case 2:
		d.tail = notes[rng.IntN(len(notes))] + ", " + phone[rng.IntN(len(phone))]
	case 3:
		d.tail = "Việt Nam"
	default:
		d.tail = strconv.Itoa(10000+rng.IntN(80000)) + ", Việt Nam"
		if rng.IntN(2) == 0 {
			d.tail = phone[rng.IntN(len(phone))] + " " + notes[rng.IntN(len(notes))]
		}
	}
	return true
}

// provinceOf is the bare name of the province of a truth.
func (w *world) provinceOf(t truth) string {
	p, err := w.data.Divisions.Get(geo.LevelProvince, t.commune.Province, geo.Today())
	if err != nil {
		return ""
	}
	return p.Name(geo.Today()).Name
}
