package geocode

import (
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/internal/synth"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// benchHouses is how many addresses the benchmarks register. The promises of speed are for a million; see make eval.
const benchHouses = 100_000

// benchEngine is an engine over synthetic addresses, and texts that ask for them.
func benchEngine(b *testing.B) (*Engine, []string) {
	b.Helper()
	data, err := seed.Load()
	if err != nil {
		b.Fatal(err)
	}
	houses, err := synth.Generate(data, benchHouses, 1)
	if err != nil {
		b.Fatal(err)
	}
	store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := store.Close(); err != nil {
			b.Error(err)
		}
	})
	svc := registry.NewService(store, data.Divisions, data.Locator)
	requests := make([]registry.AssignRequest, 0, 1000)
	for i, h := range houses {
		position := registry.TypedPosition{Type: registry.PositionEntrance, Position: geo.Position{Point: h.Point}}
		requests = append(requests, registry.AssignRequest{
			Positions: []registry.TypedPosition{position}, Components: h.Components, OnDuplicate: registry.AllowDuplicate,
		})
		if len(requests) == cap(requests) || i == len(houses)-1 {
			if _, err := svc.AssignMany(b.Context(), registry.Actor{Name: "bench"}, requests); err != nil {
				b.Fatal(err)
			}
			requests = requests[:0]
		}
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	e, err := NewEngine(b.Context(), svc, store)
	if err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.Logf("%d places, %d names, %d words; %.1f MB", len(e.index.docs), len(e.index.names), len(e.index.syllables.words), float64(after.HeapAlloc-before.HeapAlloc)/1e6)
	rnd := rand.New(rand.NewPCG(1, 2))
	texts := make([]string, 5000)
	for i := range texts {
		h := houses[rnd.IntN(len(houses))]
		a := registry.Address{Components: h.Components, Commune: h.Commune.Code}
		texts[i] = svc.Label(&a, 0)
	}
	return e, texts
}

// BenchmarkSearch beside what it cannot do without: one parse, and one read of an address.
func BenchmarkSearch(b *testing.B) {
	e, texts := benchEngine(b)
	run := func(name string, fn func(text string) error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if err := fn(texts[i%len(texts)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("parse only", func(text string) error {
		e.parser.Parse(text)
		return nil
	})
	run("as written", func(text string) error {
		_, err := e.Search(b.Context(), Query{Text: text})
		return err
	})
	run("with a typing error", func(text string) error {
		_, err := e.Search(b.Context(), Query{Text: misspell(text)})
		return err
	})
	keys := 0
	run("complete, key by key", func(text string) error {
		runes := []rune(text)
		keys = keys%min(len(runes), 30) + 1
		_, err := e.Autocomplete(b.Context(), Query{Text: string(runes[:keys])})
		return err
	})
}

// misspell exchanges two letters in the middle of the first half, where the street stands.
func misspell(text string) string {
	runes := []rune(text)
	for i := len(runes) / 4; i+1 < len(runes); i++ {
		if runes[i] >= 'a' && runes[i] <= 'z' && runes[i+1] >= 'a' && runes[i+1] <= 'z' && runes[i] != runes[i+1] {
			runes[i], runes[i+1] = runes[i+1], runes[i]
			break
		}
	}
	return string(runes)
}
