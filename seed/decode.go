package seed

import (
	"errors"
	"fmt"
	"strings"

	"github.com/diachiso/diachiso/geo"
)

// decoded is the content of a file of divisions, each line checked, the whole not yet.
type decoded struct {
	version   string
	divisions []*geo.Division
	relations []geo.Relation
}

// decodeDivisions reads what EncodeDivisions wrote and refuses anything else, naming the line.
// Every string it returns is a part of text itself, so the names and codes cost no memory beside the embedded file.
func decodeDivisions(text string) (decoded, error) {
	d := decoder{begins: map[lifespanKey]*geo.Division{}, ends: map[lifespanKey]named{}}
	for number := 1; text != ""; number++ {
		line, rest, ended := strings.Cut(text, "\n")
		if !ended {
			return decoded{}, fmt.Errorf("line %d: the file is cut off", number)
		}
		if err := d.read(line); err != nil {
			return decoded{}, fmt.Errorf("line %d: %w", number, err)
		}
		text = rest
	}
	if d.version == "" {
		return decoded{}, errors.New("the file is empty")
	}
	return d.decoded, nil
}

type decoder struct {
	decoded
	section  string   // "", "lifespan" or "relations"
	from, to geo.Date // the lifespan being read
	on       geo.Date // the day of the relations being read
	begins   map[lifespanKey]*geo.Division
	ends     map[lifespanKey]named
}

// lifespanKey finds a division by its code, whose length tells the level, and the first or the last day.
type lifespanKey struct {
	code string
	date geo.Date
}

type named struct {
	division *geo.Division
	fullName string // its last one
}

func (d *decoder) read(line string) error {
	head, rest, _ := strings.Cut(line, "\t")
	switch {
	case d.version == "":
		format, version, _ := strings.Cut(rest, "\t")
		if head != formatName || format != formatVersion || version == "" {
			return fmt.Errorf("no file of format %s %s", formatName, formatVersion)
		}
		d.version = version
		return nil
	case head == "lifespan":
		from, to, _ := strings.Cut(rest, "\t")
		d.section = head
		return errors.Join(parseBound(from, &d.from), parseBound(to, &d.to))
	case head == "relations":
		d.section = head
		return parseBound(rest, &d.on)
	case d.section == "lifespan":
		return d.readDivision(head, rest)
	case d.section == "relations":
		return d.readRelation(head, rest)
	}
	return fmt.Errorf("%q stands before the first section", head)
}

func (d *decoder) readDivision(code, rest string) error {
	parent, rest, _ := strings.Cut(rest, "\t")
	fullName, rest, _ := strings.Cut(rest, "\t")
	level, ok := geo.LevelOf(code)
	if !ok {
		return fmt.Errorf("%q is no division's code", code)
	}
	key := lifespanKey{code, d.from}
	if _, seen := d.begins[key]; seen {
		return fmt.Errorf("division %s appears twice in one lifespan", code)
	}
	div := &geo.Division{Level: level, Code: code, ValidFrom: d.from, ValidTo: d.to, Parent: parent, Province: code}
	if level != geo.LevelProvince {
		above, ok := d.begins[lifespanKey{parent, d.from}]
		if !ok {
			return fmt.Errorf("parent %q of division %s does not come before it", parent, code)
		}
		div.Province = above.Province
	}
	if err := addName(div, d.from, fullName); err != nil {
		return err
	}
	for rest != "" {
		var field string
		field, rest, _ = strings.Cut(rest, "\t")
		kind, value, _ := strings.Cut(field, " ")
		switch kind {
		case "name":
			var date geo.Date
			if fullName, ok = cutDated(value, &date); !ok {
				return fmt.Errorf("field %q needs a date and a name", field)
			}
			if err := addName(div, date, fullName); err != nil {
				return err
			}
		case "post":
			var p geo.DatedText
			if p.Text, ok = cutDated(value, &p.From); !ok {
				return fmt.Errorf("field %q needs a date and a postcode", field)
			}
			div.Postcodes = append(div.Postcodes, p)
		case "prefix":
			div.PostcodePrefixes = append(div.PostcodePrefixes, value)
		case "alias":
			div.Aliases = append(div.Aliases, value)
		case "former":
			var f geo.FormerUnit
			if f.Code, f.Name, ok = strings.Cut(value, " "); !ok {
				return fmt.Errorf("field %q needs a code and a name", field)
			}
			div.Former = append(div.Former, f)
		default:
			return fmt.Errorf("unknown field %q", field)
		}
	}
	d.divisions = append(d.divisions, div)
	d.begins[key] = div
	if d.to != 0 {
		d.ends[lifespanKey{code, d.to}] = named{div, fullName}
	}
	return nil
}

func (d *decoder) readRelation(from, rest string) error {
	to, rest, _ := strings.Cut(rest, "\t")
	kind, rest, _ := strings.Cut(rest, "\t")
	r := geo.Relation{Kind: geo.RelationKind(kind), To: d.begins[lifespanKey{to, d.on}]}
	if r.To == nil {
		return fmt.Errorf("no division %q begins on %s", to, d.on)
	}
	if r.Note = usualNote[r.Kind]; r.Note == "" {
		return fmt.Errorf("unknown kind %q of relation", kind)
	}
	for rest != "" {
		var field string
		field, rest, _ = strings.Cut(rest, "\t")
		switch name, value, _ := strings.Cut(field, " "); {
		case name == "note":
			r.Note = value
		case name == "name" && from == "":
			r.FromName = value
		default:
			return fmt.Errorf("unknown field %q", field)
		}
	}
	if from != "" {
		old, ok := d.ends[lifespanKey{from, d.on}]
		if !ok {
			return fmt.Errorf("no division %q ends on %s", from, d.on)
		}
		r.From, r.FromName = old.division, old.fullName
	}
	d.relations = append(d.relations, r)
	return nil
}

func addName(div *geo.Division, from geo.Date, fullName string) error {
	n, ok := geo.ParseName(fullName)
	if !ok {
		return fmt.Errorf("%q is no type and name", fullName)
	}
	n.From = from
	div.Names = append(div.Names, n)
	return nil
}

// cutDated splits "2026-04-30 text".
func cutDated(value string, date *geo.Date) (text string, ok bool) {
	day, text, ok := strings.Cut(value, " ")
	if !ok || text == "" {
		return "", false
	}
	parsed, err := geo.ParseDate(day)
	if err != nil {
		return "", false
	}
	*date = parsed
	return text, true
}

// parseBound reads a date, or nothing for an open bound.
func parseBound(text string, date *geo.Date) (err error) {
	*date = 0
	if text != "" {
		*date, err = geo.ParseDate(text)
	}
	return err
}
