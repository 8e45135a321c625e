package addresscode

// The repairs that Correct tries, each for readings of the length it needs.

// erasures fills in one to three erasures among twelve symbols, or one beside a substitution.
func (c *corrector) erasures() {
	r := c.reading
	if r.erasures > checkSymbols {
		return
	}
	w := *r.word()
	places, edits := w.erasedPlaces()
	if w.solve(places) {
		c.propose(&w, edits...)
		return
	}
	if len(places) > 1 {
		return
	}
	w = *r.word()
	w[places[0]] = 0
	x := locator(places[0])
	s := w.syndromes().without(x)
	p, ok := placeOf(s[0], s[1])
	if !ok || p == places[0] {
		return
	}
	y := locator(p)
	w[p] = sub(w[p], div(s[0], mul(y, sub(y, x))))
	w.solve(places)
	c.propose(&w, append(edits, edit{KindSubstitution, p, p})...)
}

// substitution puts one wrong symbol right.
func (c *corrector) substitution(s syndromes) {
	p, ok := placeOf(s[0], s[1])
	if q, ok2 := placeOf(s[1], s[2]); !ok || !ok2 || p != q {
		return
	}
	w := *c.reading.word()
	w[p] = sub(w[p], div(s[0], locator(p)))
	c.propose(&w, edit{KindSubstitution, p, p})
}

// swaps exchanges each pair of neighbours.
func (c *corrector) swaps() {
	for p := range wordSymbols - 1 {
		w := *c.reading.word()
		if w[p] == w[p+1] {
			continue
		}
		w[p], w[p+1] = w[p+1], w[p]
		if w.syndromes().zero() {
			c.propose(&w, edit{KindSwap, p, p})
		}
	}
}

// missing puts a symbol at each place in turn, beside at most one erasure.
func (c *corrector) missing() {
	r := c.reading
	if r.erasures > 1 {
		return
	}
	for gap := range wordSymbols {
		var w word
		copy(w[:gap], r.symbols[:gap])
		copy(w[gap+1:], r.symbols[gap:])
		w[gap] = erased
		places, edits := w.erasedPlaces()
		for i, e := range edits {
			switch {
			case e.at == gap:
				edits[i].kind = KindMissing
			case e.at > gap:
				edits[i].read--
			}
		}
		if w.solve(places) {
			c.propose(&w, edits...)
		}
	}
}

// extra leaves each symbol out in turn, beside at most one erasure.
func (c *corrector) extra() {
	r := c.reading
	for out := range wordSymbols + 1 {
		var w word
		copy(w[:out], r.symbols[:out])
		copy(w[out:], r.symbols[out+1:])
		places, edits := w.erasedPlaces()
		if len(places) > 1 {
			continue
		}
		for i, e := range edits {
			if e.at >= out {
				edits[i].read++
			}
		}
		if w.solve(places) {
			c.propose(&w, append(edits, edit{KindExtra, out, out})...)
		}
	}
}

// erasedPlaces returns the places of the erasures in a word, and the edits that fill them in.
func (w *word) erasedPlaces() (places []int, edits []edit) {
	for i, s := range w {
		if s == erased {
			places = append(places, i)
			edits = append(edits, edit{KindErasure, i, i})
		}
	}
	return places, edits
}

// change words an edit that led to the word w.
func (c *corrector) change(e edit, w *word) Change {
	r := c.reading
	ch := Change{At: e.at}
	if e.kind == KindMissing {
		ch.To = Alphabet[w[e.at]:][:1]
		ch.Start = c.insertAt(e)
		ch.End = ch.Start
		return ch
	}
	ch.Start, ch.End = int(r.start[e.read]), int(r.end[e.read])
	ch.From = c.symbol(e.read)
	switch e.kind {
	case KindSwap:
		ch.From += c.symbol(e.read + 1)
		ch.To = ch.From[1:] + ch.From[:1]
		ch.End = int(r.end[e.read+1])
	case KindExtra:
	default:
		ch.To = Alphabet[w[e.at]:][:1]
	}
	return ch
}

// symbol is symbol k of the reading as it was understood, or the character of the text when it wasn't.
func (c *corrector) symbol(k int) string {
	if s := c.reading.symbols[k]; s != erased {
		return Alphabet[s:][:1]
	}
	return c.text[c.reading.start[k]:c.reading.end[k]]
}

// insertAt is the byte of the text where a missing symbol belongs: in front of its group's next symbol if it begins
// the group, else behind the one before it, so that hyphens stay between the groups.
func (c *corrector) insertAt(e edit) int {
	if e.at == 0 || e.at == zoneSymbols || e.at == dataSymbols {
		return int(c.reading.start[e.read])
	}
	return int(c.reading.end[e.read-1])
}
