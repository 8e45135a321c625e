package geocode

import "bytes"

// minFuzzyLetters is the shortest name in which a typing error is forgiven.
const minFuzzyLetters = 5

// deletes finds keys within one typing error: two texts at distance one have a common text that lacks one letter of one
// or of both. Every key is therefore listed under itself and under each text without one of its letters.
type deletes struct {
	known   []uint64 // a bit for the top bits of each hash there is: small enough to stay near the processor
	buckets []uint32 // by the top bits of a hash, where its rows begin
	rows    []deleteRow
}

type deleteRow struct {
	hash uint32
	key  int32
}

const (
	deleteBucketBits = 16
	deleteKnownBits  = 21
)

func newDeletes(keys []string) *deletes {
	var rows []deleteRow
	for n, key := range keys {
		if len(key) >= minFuzzyLetters {
			eachDelete(key, func(hash uint32) { rows = append(rows, deleteRow{hash, int32(n)}) })
		}
	}
	d := &deletes{
		known: make([]uint64, 1<<deleteKnownBits/64), buckets: make([]uint32, 1<<deleteBucketBits+1), rows: make([]deleteRow, len(rows)),
	}
	for _, r := range rows {
		bit := r.hash >> (32 - deleteKnownBits)
		d.known[bit/64] |= 1 << (bit % 64)
		d.buckets[r.hash>>(32-deleteBucketBits)+1]++
	}
	for i := 1; i < len(d.buckets); i++ {
		d.buckets[i] += d.buckets[i-1]
	}
	next := append([]uint32(nil), d.buckets...)
	for _, r := range rows {
		at := &next[r.hash>>(32-deleteBucketBits)]
		d.rows[*at] = r
		*at++
	}
	return d
}

// A text is hashed as a number with its letters for digits, modulo 2^64: what it is without one of them follows at once.
const (
	hashBase        uint64 = 0x9E3779B97F4A7C15
	hashBaseInverse uint64 = 0xF1DE83E19937733D // the product with hashBase is 1
)

// eachDelete calls do with the hash of a text and of each text that lacks one of its letters.
func eachDelete[T string | []byte](text T, do func(hash uint32)) {
	if len(text) == 0 {
		return
	}
	whole, place := uint64(0), hashBaseInverse // place is what the letter in hand counts for
	for i := range len(text) {
		whole = whole*hashBase + digit(text[i])
		place *= hashBase
	}
	do(mixed(whole))
	front := uint64(0)
	for i := range len(text) {
		longer := front*hashBase + digit(text[i])
		if i == 0 || text[i] != text[i-1] { // else the same text again
			do(mixed(whole - (longer-front)*place))
		}
		front = longer
		place *= hashBaseInverse
	}
}

// digit leaves no letter without a worth, else texts of other lengths would have one hash.
func digit(c byte) uint64 { return uint64(c) + 1 }

func mixed(h uint64) uint32 { return uint32((h ^ h>>29) * 0xBF58476D1CE4E5B9 >> 32) }

// near appends the keys at a distance of exactly one typing error.
func (d *deletes) near(found []int32, keys []string, text []byte) []int32 {
	if len(text) < minFuzzyLetters-1 {
		return found
	}
	first := len(found)
	other := int32(-1) // the last key that was further away, or the text itself: it comes again for many letters
	eachDelete(text, func(hash uint32) {
		if bit := hash >> (32 - deleteKnownBits); d.known[bit/64]&(1<<(bit%64)) == 0 {
			return
		}
		bucket := hash >> (32 - deleteBucketBits)
	rows:
		for _, r := range d.rows[d.buckets[bucket]:d.buckets[bucket+1]] {
			if r.hash != hash || r.key == other {
				continue
			}
			for _, seen := range found[first:] {
				if seen == r.key {
					continue rows
				}
			}
			if oneError(keys[r.key], text) {
				found = append(found, r.key)
			} else {
				other = r.key
			}
		}
	})
	return found
}

// recentTexts are texts that were looked for last, each in the place of its hash, with the keys found: the addresses of a file name
// the same provinces and communes again and again.
type recentTexts [1 << recentBits]struct {
	text []byte
	keys []int32
}

const recentBits = 12

// near are the keys one typing error away from the plain text in hand, until it is called again.
func (g *Gazetteer) near(s *scratch) []int32 {
	if len(s.plain) < minFuzzyLetters-1 {
		return nil
	}
	known := &s.recent[mixed(beginningOf(0, s.plain))>>(32-recentBits)]
	if !bytes.Equal(known.text, s.plain) {
		known.text = append(known.text[:0], s.plain...)
		known.keys = g.deletes.near(known.keys[:0], g.names.plain, s.plain)
	}
	return known.keys
}

// oneError reports whether one letter inserted, left out, replaced or swapped with its neighbour makes one text the
// other. Numbers are no letters: a wrong one is another name.
func oneError[T string | []byte](a string, b T) bool {
	if len(a) > len(b)+1 || len(b) > len(a)+1 {
		return false
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	x, y := len(a), len(b)
	for x > i && y > i && a[x-1] == b[y-1] {
		x, y = x-1, y-1
	}
	if hasDigit(a[i:x]) || hasDigit(b[i:y]) {
		return false
	}
	switch {
	case x-i == 2 && y-i == 2:
		return a[i] == b[i+1] && a[i+1] == b[i]
	case x == i && y == i:
		return false
	}
	return x-i <= 1 && y-i <= 1
}

func hasDigit[T string | []byte](s T) bool {
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			return true
		}
	}
	return false
}

// typingErrors is the number of typing errors between two texts, at most limit+1.
func typingErrors[T string | []byte](a string, b T, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	const most = 48
	if len(a) >= most || len(b) >= most {
		return limit + 1
	}
	var rows [3][most + 1]int
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		row, above, twoAbove := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		row[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], twoAbove[j-2]+1)
			}
			best = min(best, row[j])
		}
		if best > limit {
			return limit + 1
		}
	}
	return min(rows[len(a)%3][len(b)], limit+1)
}
