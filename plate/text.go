package plate

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"github.com/diachiso/diachiso/vntext"
)

var (
	//go:embed fonts/BeVietnamPro-Medium.ttf
	mediumFile []byte
	//go:embed fonts/BeVietnamPro-Bold.ttf
	boldFile []byte
)

// How far text reaches above and below its baseline, in em: capitals with two marks (Ễ), and letters with a dot below (ự).
const (
	ascent   = 1.15
	descent  = 0.25
	lineStep = 1.3 // between baselines, in em
)

// maxRunes is how much of a text is looked at: what comes after it never fits.
const maxRunes = 400

// face is a font of the plates. It is safe for concurrent use.
type face struct {
	name string // family and style in a PDF
	file []byte
	font *sfnt.Font
	unit float64 // of the font's em
}

func newFace(name string, file []byte) (*face, error) {
	f, err := sfnt.Parse(file)
	if err != nil {
		return nil, fmt.Errorf("font %s: %w", name, err)
	}
	return &face{name: name, file: file, font: f, unit: float64(f.UnitsPerEm())}, nil
}

// ppem has glyphs loaded in units of the font.
func (f *face) ppem() fixed.Int26_6 { return fixed.Int26_6(f.font.UnitsPerEm()) << 6 }

// clean keeps of a text what can be drawn: one line, composed letters; "?" for what the font does not have.
func (f *face) clean(text string) string {
	if runes := []rune(text); len(runes) > maxRunes {
		text = string(runes[:maxRunes])
	}
	var buffer sfnt.Buffer
	return strings.Map(func(r rune) rune {
		i, err := f.font.GlyphIndex(&buffer, r)
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
			return -1 // would be drawn over its neighbour
		case err != nil || i == 0 || r > 0xFFFF:
			return '?'
		}
		return r
	}, vntext.Clean(text))
}

// width of clean text, in em.
func (f *face) width(text string) float64 {
	var buffer sfnt.Buffer
	sum := 0.0
	for _, r := range text {
		sum += f.advance(&buffer, r)
	}
	return sum
}

// reach is how far clean text goes above and below its baseline, in em.
func (f *face) reach(text string) (above, below float64) {
	var buffer sfnt.Buffer
	for _, r := range text {
		i, err := f.font.GlyphIndex(&buffer, r)
		if err != nil {
			continue
		}
		bounds, _, err := f.font.GlyphBounds(&buffer, i, f.ppem(), font.HintingNone)
		if err != nil {
			continue
		}
		above = max(above, -float64(bounds.Min.Y)/64/f.unit)
		below = max(below, float64(bounds.Max.Y)/64/f.unit)
	}
	return above, below
}

func (f *face) advance(buffer *sfnt.Buffer, r rune) float64 {
	i, err := f.font.GlyphIndex(buffer, r)
	if err != nil {
		return 0
	}
	a, err := f.font.GlyphAdvance(buffer, i, f.ppem(), font.HintingNone)
	if err != nil {
		return 0
	}
	return float64(a) / 64 / f.unit
}

// run is a line of text.
type run struct {
	face *face
	text string // clean
	x, y float64
	size float64 // of the em, mm
	in   tone
	room box // which it must not leave
}

func (r run) tone() tone { return r.in }

// outline draws the glyphs as they are in the font. None of this fails for text that is clean.
func (r run) outline(p pen) {
	var buffer sfnt.Buffer
	x, scale := r.x, r.size/r.face.unit/64
	for _, c := range r.text {
		i, err := r.face.font.GlyphIndex(&buffer, c)
		if err != nil {
			continue
		}
		segments, err := r.face.font.LoadGlyph(&buffer, i, r.face.ppem(), nil)
		if err != nil {
			continue
		}
		at := func(a fixed.Point26_6) (float64, float64) { return x + float64(a.X)*scale, r.y + float64(a.Y)*scale }
		open := false
		for _, s := range segments {
			x0, y0 := at(s.Args[0])
			x1, y1 := at(s.Args[1])
			x2, y2 := at(s.Args[2])
			switch s.Op {
			case sfnt.SegmentOpMoveTo:
				if open {
					p.closePath()
				}
				p.moveTo(x0, y0)
				open = true
			case sfnt.SegmentOpLineTo:
				p.lineTo(x0, y0)
			case sfnt.SegmentOpQuadTo:
				p.quadTo(x0, y0, x1, y1)
			case sfnt.SegmentOpCubeTo:
				p.cubicTo(x0, y0, x1, y1, x2, y2)
			}
		}
		if open {
			p.closePath()
		}
		x += r.face.advance(&buffer, c) * r.size
	}
}

// block is how text is to stand in a box.
type block struct {
	face        *face
	text        string
	least, most float64 // of the em, mm
	lines       int     // at most
	in          tone
	centred     bool // in the width of the box
	bottom      bool // at its lower edge, else at its upper one
	tight       bool // the room is filled to the edges of these very letters, not to those that there can be
}

// set lays text out in a room: as large as it may be, in as few lines as that needs; what does not fit at its smallest is cut off
// with "…". Nothing leaves the room. It also returns the height that was used.
func (b block) set(room box) ([]figure, float64) {
	text := b.face.clean(b.text)
	if text == "" || room.w <= 0 {
		return nil, 0
	}
	above, below := ascent, descent
	if b.tight {
		above, below = b.face.reach(text)
	}
	height := func(n int) float64 { return above + below + float64(n-1)*lineStep }
	var lines []string
	size := b.most
	for {
		lines = b.face.wrap(text, room.w/size)
		if lines != nil && len(lines) <= b.lines && height(len(lines))*size <= room.h {
			break
		}
		if size *= 0.97; size < b.least {
			size = min(b.least, room.h/height(1))
			n := max(1, min(b.lines, int((room.h/size-above-below)/lineStep+1+1e-9)))
			lines = b.face.cut(text, room.w/size, n)
			break
		}
	}
	used := height(len(lines)) * size
	top := room.y
	if b.bottom {
		top = room.y + room.h - used
	}
	var out []figure
	for i, line := range lines {
		x := room.x
		if b.centred {
			x += (room.w - b.face.width(line)*size) / 2
		}
		out = append(out, run{b.face, line, x, top + (above+float64(i)*lineStep)*size, size, b.in, room})
	}
	return out, used
}

// wrap breaks text at spaces, and behind slashes and hyphens, into lines of at most a width in em; nil when a part is longer than a
// line.
func (f *face) wrap(text string, width float64) []string {
	var lines []string
	line := ""
	for _, part := range parts(text) {
		if f.width(strings.TrimRight(part, " ")) > width {
			return nil
		}
		if line != "" && f.width(line+strings.TrimRight(part, " ")) > width {
			lines, line = append(lines, strings.TrimRight(line, " ")), ""
		}
		line += part
	}
	return append(lines, strings.TrimRight(line, " "))
}

// parts are what a line may end behind.
func parts(text string) []string {
	var out []string
	for text != "" {
		i := strings.IndexAny(text, " /-")
		if i < 0 {
			return append(out, text)
		}
		out = append(out, text[:i+1])
		text = text[i+1:]
	}
	return out
}

// cut fills at most n lines of a width in em to the last letter, and ends with "…" where text is left.
func (f *face) cut(text string, width float64, n int) []string {
	var lines []string
	rest := []rune(text)
	for len(rest) > 0 && len(lines) < n {
		last := len(lines) == n-1
		fits := 0
		for fits < len(rest) && f.width(string(rest[:fits+1])) <= width {
			fits++
		}
		if last && fits < len(rest) {
			for fits > 0 && f.width(string(rest[:fits])+"…") > width {
				fits--
			}
			return append(lines, strings.TrimRight(string(rest[:fits]), " ")+"…")
		}
		if fits == 0 {
			return append(lines, "…")
		}
		if space := strings.LastIndexByte(string(rest[:fits]), ' '); space > 0 && fits < len(rest) {
			fits = len([]rune(string(rest[:fits])[:space])) + 1
		}
		lines = append(lines, strings.TrimSpace(string(rest[:fits])))
		rest = rest[fits:]
	}
	return lines
}
