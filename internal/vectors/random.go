package main

import (
	"errors"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
)

// randomRows shows both kinds of random words: in tolerated spellings, damaged, and as accidents that pass the check.
func randomRows(g *generator) error {
	for _, kind := range []struct {
		name  string
		parse func(string) (string, error)
		make  func() (string, error)
	}{
		{"alias", func(text string) (string, error) { a, err := addresscode.ParseAlias(text); return a.String(), err },
			func() (string, error) { a, err := addresscode.NewAlias(source{g}); return a.String(), err }},
		{"secret", func(text string) (string, error) { s, err := addresscode.ParseSecret(text); return s.Reveal(), err },
			func() (string, error) { s, err := addresscode.NewSecret(source{g}); return s.Reveal(), err }},
	} {
		for range 300 {
			canonical, err := kind.make()
			if err != nil {
				return err
			}
			for _, text := range g.writtenAndDamaged(canonical) {
				read, err := kind.parse(text)
				fault := ""
				var e *addresscode.Error
				if errors.As(err, &e) {
					fault = string(e.Kind)
				} else if err != nil {
					return err
				}
				if err := g.row(kind.name, text, read, fault); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// writtenAndDamaged are a word in its canonical form, in another spelling, and with a slip.
func (g *generator) writtenAndDamaged(canonical string) []string {
	spellings := []func(string) string{
		strings.ToLower,
		func(t string) string { return strings.ReplaceAll(t, "-", "") },
		func(t string) string { return " " + strings.ReplaceAll(t, "-", " – ") + "." },
		func(t string) string { return strings.NewReplacer("0", "O", "1", "l").Replace(t) },
		func(t string) string { return strings.NewReplacer("0", "o", "1", "I", "-", "\u200b").Replace(t) },
	}
	slips := []func(symbols) symbols{
		func(s symbols) symbols { s.substitute(g); return s },
		func(s symbols) symbols { s.swap(g); return s },
		func(s symbols) symbols { s.erase(g, 1); return s },
		func(s symbols) symbols { return s.leaveOut(g) },
		func(s symbols) symbols { return s.double(g) },
		func(s symbols) symbols { s.substitute(g); s.substitute(g); return s },
	}
	word := strings.Split(strings.ReplaceAll(canonical, "-", ""), "")
	return []string{
		canonical,
		spellings[g.rng.IntN(len(spellings))](canonical),
		strings.Join(slips[g.rng.IntN(len(slips))](word), ""),
	}
}

// source is the generator as a source of random bytes.
type source struct{ g *generator }

func (s source) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(s.g.rng.UintN(256))
	}
	return len(b), nil
}
