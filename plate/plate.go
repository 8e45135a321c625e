package plate

import (
	"fmt"
	"slices"
	"strings"
)

// Content is what stands on a plate.
type Content struct {
	Number  string   // as large as fits: house number with the alleys before it, flat, or the name of a house; may be ""
	Lines   []string // below it: street, hamlet; at most maxLines are shown
	Commune string
	// Province stands below the commune.
	Province string
	Code     string // the address code in groups
	Link     string // what the QR code says: an http(s) link without anything that small letters matter in
}

// maxLines bounds what stands below the number.
const maxLines = 3

// Size of a plate, in mm.
type Size struct {
	Name          string
	Width, Height float64
}

// sizes in use, see docs/plates.md.
var sizes = []Size{
	{"150x100", 150, 100},
	{"200x150", 200, 150},
	{"260x150", 260, 150},
	{"300x200", 300, 200},
}

// DefaultSize is that of a house on a street with a number of one or two figures.
const DefaultSize = "200x150"

// Sizes are those that plates are drawn in, small ones first.
func Sizes() []Size { return slices.Clone(sizes) }

// SizeOf finds a size by its name.
func SizeOf(name string) (Size, bool) {
	i := slices.IndexFunc(sizes, func(s Size) bool { return s.Name == name })
	if i < 0 {
		return Size{}, false
	}
	return sizes[i], true
}

// Press draws plates and labels. It is safe for concurrent use.
type Press struct{ medium, bold *face }

// NewPress reads the built-in fonts. It fails only on a broken build.
func NewPress() (*Press, error) {
	medium, err := newFace("Medium", mediumFile)
	if err != nil {
		return nil, err
	}
	bold, err := newFace("Bold", boldFile)
	if err != nil {
		return nil, err
	}
	return &Press{medium, bold}, nil
}

// Plate draws a house-number plate: white on dark blue with a white rim. It fails when the link is too long for the QR code of a plate
// of that size.
func (p *Press) Plate(c Content, s Size) (*Drawing, error) {
	code, err := encode(c.Link)
	if err != nil {
		return nil, err
	}
	u := s.Height / 100 // everything grows with the height
	rim, line, padding, gap := 2.5*u, 0.9*u, 8*u, 5*u
	d := &Drawing{
		Width: s.Width, Height: s.Height, ground: plateBlue, ink: white,
		Title: p.medium.clean("Biển số nhà " + c.Number), Description: p.medium.clean(c.text()),
	}
	d.figures = append(d.figures,
		box{x: rim, y: rim, w: s.Width - 2*rim, h: s.Height - 2*rim, r: 4 * u, in: inInk},
		box{x: rim + line, y: rim + line, w: s.Width - 2*(rim+line), h: s.Height - 2*(rim+line), r: 4*u - line, in: inGround})

	module := code.moduleFor(0.4*s.Height, minModule)
	qr := panel{symbol: code, module: module, in: inGround}
	side := qr.side()
	if side > 0.6*s.Height {
		return nil, fmt.Errorf("the link has %d characters, more than the QR code of a plate of %s mm can hold", len(c.Link), s.Name)
	}
	qr.x, qr.y = steps(s.Width-padding-side), steps(s.Height-padding-side)
	d.figures = append(d.figures, box{x: qr.x, y: qr.y, w: side, h: side, r: 1.5 * module, in: inInk}, qr)

	p.headline(d, c, box{x: padding, y: padding, w: s.Width - 2*padding, h: qr.y - gap - padding}, u)
	p.imprint(d, c, box{x: padding, y: qr.y, w: qr.x - gap - padding, h: side}, u)
	return d, nil
}

// headline sets number and street across the plate.
func (p *Press) headline(d *Drawing, c Content, room box, u float64) {
	number, lines := c.Number, c.Lines
	if number == "" && len(lines) > 0 {
		number, lines = lines[0], lines[1:]
	}
	if number == "" {
		number = c.Code // there is nothing else to call the house by
	}
	lines = lines[:min(len(lines), maxLines)]
	street := strings.Join(lines, ", ")
	number, street = p.bold.clean(number), p.medium.clean(street)

	var small []figure
	used := 0.0
	if street != "" {
		below := block{face: p.medium, text: street, least: 3.4 * u, most: 9 * u, lines: 2, in: inInk, bottom: true, centred: true}
		small, used = below.set(box{x: room.x, y: room.y + room.h*0.55, w: room.w, h: room.h * 0.45})
	}
	large := block{face: p.bold, text: number, least: 13 * u, most: 40 * u, lines: 1, in: inInk, centred: true, tight: true}
	if p.bold.width(number)*large.least > room.w {
		large.least, large.lines = 4*u, 2
	}
	top := box{x: room.x, y: room.y + 1.5*u, w: room.w, h: room.h - used - 4*u}
	figures, high := large.set(top)
	if spare := top.h - high; spare > 0 { // in the middle of what is left
		top.y += spare / 2
		top.h -= spare / 2
		figures, _ = large.set(top)
	}
	d.figures = append(append(d.figures, figures...), small...)
}

// imprint sets commune, province and code beside the QR code.
func (p *Press) imprint(d *Drawing, c Content, room box, u float64) {
	code := block{face: p.bold, text: c.Code, least: 1 * u, most: 12 * u, lines: 1, in: inInk, bottom: true, tight: true}
	figures, used := code.set(room)
	d.figures = append(d.figures, figures...)
	above := box{x: room.x, y: room.y, w: room.w, h: room.h - used - 3*u}
	for _, text := range []string{c.Province, c.Commune} { // from below
		b := block{face: p.medium, text: text, least: 2.8 * u, most: 5.4 * u, lines: 2, in: inInk, bottom: true}
		figures, used := b.set(above)
		d.figures = append(d.figures, figures...)
		above.h -= used
	}
}

// text is all that is written.
func (c Content) text() string {
	var parts []string
	for _, part := range append(append([]string{c.Number}, c.Lines...), c.Commune, c.Province, c.Code) {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}
