package access

import "container/list"

// recent is a map that holds at most so many entries: the one not used for the longest makes room. Not safe for concurrent use.
type recent[K comparable, V any] struct {
	most    int
	entries map[K]*list.Element // of *recentEntry[K, V]
	order   *list.List          // the newest in front
}

type recentEntry[K comparable, V any] struct {
	key   K
	value V
}

func newRecent[K comparable, V any](most int) *recent[K, V] {
	return &recent[K, V]{most: most, entries: map[K]*list.Element{}, order: list.New()}
}

func (r *recent[K, V]) get(key K) (V, bool) {
	e, ok := r.entries[key]
	if !ok {
		var none V
		return none, false
	}
	r.order.MoveToFront(e)
	return e.Value.(*recentEntry[K, V]).value, true
}

func (r *recent[K, V]) put(key K, value V) {
	if e, ok := r.entries[key]; ok {
		r.order.MoveToFront(e)
		e.Value.(*recentEntry[K, V]).value = value
		return
	}
	if r.order.Len() >= r.most {
		oldest := r.order.Back()
		r.order.Remove(oldest)
		delete(r.entries, oldest.Value.(*recentEntry[K, V]).key)
	}
	r.entries[key] = r.order.PushFront(&recentEntry[K, V]{key, value})
}
