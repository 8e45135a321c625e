package registry

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/diachiso/diachiso/geo"
)

// Page is a part of a list. What is added or taken away between two pages moves nothing else.
type Page struct {
	After string // what the page before gave as the next; "" is the first page
	Limit int    // 1 to MaxPage; 0 means 50
}

// MaxPage is the most items of a page.
const MaxPage = 200

const defaultPage = 50

func (p Page) limit() (int, error) {
	if p.Limit < 0 || p.Limit > MaxPage {
		return 0, invalid("limit", "is no usable number of items", "give 1 to "+strconv.Itoa(MaxPage))
	}
	return cmp.Or(p.Limit, defaultPage), nil
}

// Cursor is a place between two rows of a list that is ordered by commune, time and id. The zero Cursor is before all rows.
type Cursor struct {
	Commune string
	At      time.Time
	ID      string
}

func (c Cursor) String() string {
	return c.Commune + "." + strconv.FormatInt(c.At.UnixMilli(), 10) + "." + c.ID
}

// parseCursor reads what Cursor.String wrote; "" is the zero Cursor.
func parseCursor(text string) (Cursor, error) {
	if text == "" {
		return Cursor{}, nil
	}
	bad := invalid("after", "is no place in this list", "give what the page before had as next, or leave it out")
	parts := strings.SplitN(text, ".", 3)
	if len(parts) != 3 || parts[2] == "" || validateText("", text, 200) != nil {
		return Cursor{}, bad
	}
	if level, ok := geo.LevelOf(parts[0]); parts[0] != "" && (!ok || level != geo.LevelCommune) {
		return Cursor{}, bad
	}
	ms, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || ms < 0 {
		return Cursor{}, bad
	}
	return Cursor{parts[0], time.UnixMilli(ms).UTC(), parts[2]}, nil
}

// list is a stored list in the order of its cursors.
type list[T any] struct {
	rows   func(after Cursor, yield func(T) bool) error
	cursor func(T) Cursor
	pick   func(T) (T, bool) // the item as it is shown, and whether it is
}

// listInArea reads a page of what lies in the actor's communes.
func listInArea[T any](s *Service, by Actor, page Page, l list[T]) (items []T, next string, err error) {
	limit, err := page.limit()
	if err != nil {
		return nil, "", err
	}
	after, err := parseCursor(page.After)
	if err != nil {
		return nil, "", err
	}
	var last Cursor
	full := false
	take := func(row T) bool {
		item, ok := l.pick(row)
		if !ok {
			return true
		}
		if len(items) == limit {
			full = true
			return false
		}
		items, last = append(items, item), l.cursor(row)
		return true
	}
	if by.Area == nil {
		err = l.rows(after, take)
	} else {
		err = s.eachCommune(by.Area, after, func(commune string, from Cursor) (more bool, err error) {
			err = l.rows(from, func(row T) bool { return l.cursor(row).Commune == commune && take(row) })
			return !full, err
		})
	}
	if err != nil {
		return nil, "", err
	}
	if full {
		next = last.String()
	}
	return items, next, nil
}

// eachCommune calls fn for today's communes of an area from a cursor on, in order of code, with where to begin in each,
// until it returns false.
func (s *Service) eachCommune(area Area, after Cursor, fn func(commune string, from Cursor) (more bool, err error)) error {
	var communes []string
	for _, d := range s.divisions.All(geo.LevelCommune, geo.Today()) {
		if d.Code >= after.Commune && area.Holds(d.Code) {
			communes = append(communes, d.Code)
		}
	}
	slices.Sort(communes)
	for _, commune := range communes {
		from := Cursor{Commune: commune}
		if commune == after.Commune {
			from = after
		}
		if more, err := fn(commune, from); err != nil || !more {
			return err
		}
	}
	return nil
}
