package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
)

// symbols is a code that can be damaged, one character a symbol.
type symbols []string

func symbolsOf(c addresscode.Code) symbols { return strings.Split(c.Compact(), "") }

// text writes the symbols with hyphens at their places when none is missing, and now and then in small letters.
func (s symbols) text(g *generator) string {
	t := strings.Join(s, "")
	if len(s) == 12 && g.rng.IntN(2) == 0 {
		t = strings.Join(s[:5], "") + "-" + strings.Join(s[5:9], "") + "-" + strings.Join(s[9:], "")
	}
	if g.rng.IntN(4) == 0 {
		t = strings.ToLower(t)
	}
	return t
}

func (g *generator) symbol() string {
	i := g.rng.IntN(len(addresscode.Alphabet))
	return addresscode.Alphabet[i : i+1]
}

// unreadable draws what is read as an erasure. Letters with marks are there in one character and in several.
func (g *generator) unreadable() string {
	all := []string{"?", "*", "A", "E", "U", "Y", "D", "W", "Đ", "Ơ", "Ọ", "O\u0323", "Ế", "E\u0302\u0301", "？", "Ñ", "N\u0303", "Я"}
	return all[g.rng.IntN(len(all))]
}

func (s symbols) substitute(g *generator) {
	at := g.rng.IntN(len(s))
	for old := s[at]; s[at] == old; {
		s[at] = g.symbol()
	}
}

// erase makes n different symbols unreadable.
func (s symbols) erase(g *generator, n int) {
	for _, at := range g.rng.Perm(len(s))[:n] {
		s[at] = g.unreadable()
	}
}

func (s symbols) swap(g *generator) {
	at := g.rng.IntN(len(s) - 1)
	s[at], s[at+1] = s[at+1], s[at]
}

func (s symbols) leaveOut(g *generator) symbols {
	at := g.rng.IntN(len(s))
	return slices.Delete(s, at, at+1)
}

func (s symbols) double(g *generator) symbols {
	at := g.rng.IntN(len(s))
	return slices.Insert(s, at, s[at])
}

func (s symbols) insert(g *generator) symbols {
	return slices.Insert(s, g.rng.IntN(len(s)+1), g.symbol())
}

// damages are what correct.csv shows, with the number of rows of each.
var damages = []struct {
	rows int
	do   func(g *generator, s symbols) symbols
}{
	{20, func(_ *generator, s symbols) symbols { return s }},
	{700, func(g *generator, s symbols) symbols { s.substitute(g); return s }},
	{500, func(g *generator, s symbols) symbols { s.swap(g); return s }},
	{300, func(g *generator, s symbols) symbols { s.erase(g, 1); return s }},
	{300, func(g *generator, s symbols) symbols { s.erase(g, 2); return s }},
	{200, func(g *generator, s symbols) symbols { s.erase(g, 3); return s }},
	{30, func(g *generator, s symbols) symbols { s.erase(g, 4); return s }},
	{300, func(g *generator, s symbols) symbols { s.substitute(g); s.erase(g, 1); return s }},
	{50, func(g *generator, s symbols) symbols { s.substitute(g); s.erase(g, 2); return s }},
	{400, func(g *generator, s symbols) symbols { return s.leaveOut(g) }},
	{100, func(g *generator, s symbols) symbols { s.erase(g, 1); return s.leaveOut(g) }},
	{300, func(g *generator, s symbols) symbols { return s.double(g) }},
	{300, func(g *generator, s symbols) symbols { return s.insert(g) }},
	{100, func(g *generator, s symbols) symbols { s.erase(g, 1); return s.insert(g) }},
	{200, func(g *generator, s symbols) symbols { s.substitute(g); s.substitute(g); return s }},
	{50, func(g *generator, s symbols) symbols { s.swap(g); s.substitute(g); return s }},
	{20, func(g *generator, s symbols) symbols { s.erase(g, 2); return s.leaveOut(g) }},
}

func correctRows(g *generator) error {
	for _, d := range damages {
		for range d.rows {
			text := d.do(g, symbolsOf(g.code())).text(g)
			suggestions, err := addresscode.Correct(text)
			var e *addresscode.Error
			if err != nil && !errors.As(err, &e) {
				return err
			}
			if err := g.row(text, suggestionsText(suggestions)); err != nil {
				return err
			}
		}
	}
	return nil
}

// suggestionsText writes suggestions as correct.csv does.
func suggestionsText(suggestions []addresscode.Suggestion) string {
	words := make([]string, len(suggestions))
	for i, s := range suggestions {
		kinds := make([]string, len(s.Kinds))
		changes := make([]string, len(s.Changes))
		for k, c := range s.Changes {
			kinds[k] = string(s.Kinds[k])
			changes[k] = fmt.Sprintf("%d:%s>%s", c.At, c.From, c.To)
		}
		words[i] = fmt.Sprintf("%s/%s/%d/%s", s.Code, strings.Join(kinds, "+"), s.Redundancy, strings.Join(changes, "+"))
	}
	return strings.Join(words, " ")
}

func rejectRows(g *generator) error {
	texts := []string{
		"", " ", "---", "5FJBC", "5FJBC-2NJV", "5FJBC-2NJV-T33X", "5FJBC-2NJV-T34", "5FJBC_2NJV_T33", "5FJBC/2NJV/T33", "5FJBC-2N?V-T33",
		"5FJBC-2NĐV-T33", "5FJBC-2NÊV-T33", "5FJBC-2NE\u0302V-T33", "0000-0000-0000", "000000000000", "84912345678", "100000", "10000-",
		"số 5FJBC-2NJV-T33", "https://diachi.so/5FJBC-2NJV-T33", "5FJBC-2NJV-T33, Hoàn Kiếm", "21.0287,105.8524", "7MJ8+FXH", "8d415cb4e426bbf",
		"5FJBC😀2NJVT33", "(5FJBC2NJVT33)", strings.Repeat("5FJBC-2NJV-T33 ", 20), "E\u0302\u0301FJBC/", "///", "Quận 1",
	}
	for range 100 {
		texts = append(texts, g.reservedText(true), g.reservedText(false), g.digitsOnlyText())
	}
	for range 300 {
		s := symbolsOf(g.code())
		s.substitute(g)
		texts = append(texts, s.text(g))
	}
	for range 150 {
		s := symbolsOf(g.code())
		s.swap(g)
		texts = append(texts, s.text(g))
	}
	for range 150 {
		s := symbolsOf(g.code())
		s.erase(g, 1+g.rng.IntN(3))
		texts = append(texts, s.text(g))
	}
	foreign := []string{"/", ",", ":", "_", "@", "+", "(", "€", "☎"}
	for range 100 {
		s := symbolsOf(g.code())
		s[g.rng.IntN(len(s))] = foreign[g.rng.IntN(len(foreign))]
		texts = append(texts, s.text(g), symbolsOf(g.code()).leaveOut(g).text(g), symbolsOf(g.code()).double(g).text(g))
	}
	for _, text := range texts {
		_, err := addresscode.Parse(text)
		if err == nil {
			continue // a swap of two equal neighbours
		}
		var e *addresscode.Error
		if !errors.As(err, &e) {
			return err
		}
		if err := g.row(text, string(e.Kind), strconv.Itoa(e.Pos)); err != nil {
			return err
		}
	}
	return nil
}
