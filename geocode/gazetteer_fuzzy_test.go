package geocode

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// hashOf is the hash of a text as eachDelete tells it of a text with a letter more.
func hashOf(text string) uint32 { return mixed(beginningOf(0, text)) }

func TestEachDeleteTellsTheTextsWithoutALetter(t *testing.T) {
	for _, text := range []string{"a", "ab", "aab", "nguyentrai", "phuongbenthanh", "ooo12ooo"} {
		want := []uint32{hashOf(text)}
		for i := range len(text) {
			if i == 0 || text[i] != text[i-1] {
				want = append(want, hashOf(text[:i]+text[i+1:]))
			}
		}
		var got []uint32
		eachDelete(text, func(hash uint32) { got = append(got, hash) })
		if !slices.Equal(got, want) {
			t.Errorf("%s: %x, want %x", text, got, want)
		}
	}
}

func TestBeginningsHaveEveryKey(t *testing.T) {
	g := testGazetteer(t)
	for _, key := range g.names.keys {
		for n := 1; n <= len(key); n++ {
			if !g.names.begins.mayBe(beginningOf(0, key[:n])) {
				t.Fatalf("%s: %s begins nothing", key, key[:n])
			}
		}
	}
	wrong, tries := 0, 2000
	rng := rand.New(rand.NewPCG(1, 1))
	for range tries {
		text := make([]byte, 12)
		for i := range text {
			text[i] = 'a' + byte(rng.IntN(26))
		}
		if g.names.begins.mayBe(beginningOf(0, text)) {
			wrong++
		}
	}
	if wrong > tries/5 {
		t.Errorf("%d of %d texts of any letters may begin a name", wrong, tries)
	}
}

func TestNearRemembersWhatItFound(t *testing.T) {
	g := testGazetteer(t)
	s := new(scratch)
	for range 2 {
		for _, key := range g.names.plain {
			if len(key) < 2 {
				continue
			}
			s.plain = append(append(s.plain[:0], key[0]), key[2:]...)
			if got, want := g.near(s), g.deletes.near(nil, g.names.plain, s.plain); !slices.Equal(got, want) {
				t.Fatalf("%s: %v, want %v", s.plain, got, want)
			}
		}
	}
}

func TestOfferWeighedKeepsTheHeaviest(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 50 {
		var all, top []weighed
		for n := range rng.IntN(4 * maxFuzzyNames) {
			w := weighed{int32(n), float32(rng.IntN(20))}
			all = append(all, w)
		}
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, w := range all {
			top = offerWeighed(top, w)
		}
		slices.SortFunc(all, func(a, b weighed) int { return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.name, b.name)) })
		if want := all[:min(len(all), maxFuzzyNames)]; !slices.Equal(top, want) {
			t.Fatalf("%v, want %v", top, want)
		}
	}
}
