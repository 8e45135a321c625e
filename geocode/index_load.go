package geocode

import (
	"runtime"
	"slices"
	"sync"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// writtenAs is a name as it is written.
type writtenAs struct {
	kind registry.PlaceKind
	name string
}

// spelt is what a spelling stands for. Few spellings are those of many places, so it is worked out once.
type spelt struct {
	name  string  // one text for all of the places
	names []int32 // in the index
}

// spell returns what a spelling stands for, entering its names.
func (ix *index) spell(kind registry.PlaceKind, name string) spelt {
	key := writtenAs{kind, name}
	s, ok := ix.spelt[key]
	if !ok {
		s.name = name
		forms := canonicalNames(kind, name)
		if kind == registry.PlaceStreet {
			forms = append(forms, alleyForms(name)...)
		}
		for _, form := range forms {
			if n := ix.name(form); !slices.Contains(s.names, n) {
				s.names = append(s.names, n)
			}
		}
		ix.spelt[key] = s
	}
	return s
}

// spot is where a place is.
type spot struct {
	centre geo.Point
	radius float32 // metres
}

// spotOf says where a place is: the map knows it better than the houses that happen to be registered.
func spotOf(p *registry.NamedPlace) spot {
	if p.OnMap {
		return spot{p.MapPoint, float32(p.MapReachM)}
	}
	centre := cellCentre(p.Centre)
	return spot{centre, float32(max(geo.Distance(centre, p.SouthWest), geo.Distance(centre, p.NorthEast)))}
}

// placeBatch is places on their way into an empty index.
type placeBatch struct {
	places []registry.NamedPlace
	spots  []spot
	done   chan struct{} // closed when the spots are there
}

const placesInBatch = 1024

// fill takes the places of each into an empty index. A country has more than a million: one goroutine reads them, one enters them, and
// as many as there are processors work out where they are.
func (ix *index) fill(each func(yield func(*registry.NamedPlace) bool) error) error {
	workers := runtime.GOMAXPROCS(0)
	ordered, work := make(chan *placeBatch, 4*workers), make(chan *placeBatch, 4*workers)
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for b := range work {
				for i := range b.places {
					b.spots = append(b.spots, spotOf(&b.places[i]))
				}
				close(b.done)
			}
		})
	}
	running.Go(func() {
		for b := range ordered {
			<-b.done
			for i := range b.places {
				ix.enter(&b.places[i], b.spots[i], true)
			}
		}
	})
	batch := func() *placeBatch {
		return &placeBatch{places: make([]registry.NamedPlace, 0, placesInBatch), spots: make([]spot, 0, placesInBatch), done: make(chan struct{})}
	}
	b := batch()
	send := func() {
		ordered <- b
		work <- b
		b = batch()
	}
	err := each(func(p *registry.NamedPlace) bool {
		if b.places = append(b.places, *p); len(b.places) == placesInBatch {
			send()
		}
		return true
	})
	send()
	close(ordered)
	close(work)
	running.Wait()
	for i, names := range ix.inCommune {
		slices.Sort(names)
		ix.inCommune[i] = slices.Compact(names)
	}
	return err
}
