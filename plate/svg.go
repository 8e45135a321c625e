package plate

import (
	"bytes"
	"encoding/xml"
	"math"
	"strconv"
)

// SVG is the drawing with text as outlines. Equal drawings have equal bytes.
func (d *Drawing) SVG() []byte {
	var b bytes.Buffer
	number := func(mm float64) string { return string(appendMM(nil, mm)) }
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" width="` + number(d.Width) + `mm" height="` + number(d.Height) +
		`mm" viewBox="0 0 ` + number(d.Width) + " " + number(d.Height) + `" role="img" aria-labelledby="title text"><title id="title">`)
	escape(&b, d.Title)
	b.WriteString(`</title><desc id="text">`)
	escape(&b, d.Description)
	b.WriteString(`</desc><path fill="` + d.ground.hex() + `" d="M0 0H` + number(d.Width) + "V" + number(d.Height) + `H0z"/>`)
	for _, f := range d.figures {
		fill, crisp := d.ground.hex(), ""
		if f.tone() == inInk {
			fill = d.ink.hex()
		}
		if _, ok := f.(panel); ok {
			crisp = ` shape-rendering="crispEdges"` // no seams between rows of modules
		}
		p := svgPen{}
		f.outline(&p)
		b.WriteString(`<path fill="` + fill + `"` + crisp + ` d="`)
		b.Write(p.d)
		b.WriteString(`"/>`)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// escape writes text so that it is only text. What no XML may hold becomes U+FFFD.
func escape(b *bytes.Buffer, text string) {
	_ = xml.EscapeText(b, []byte(text)) // a buffer takes everything
}

func (c colour) hex() string {
	const digits = "0123456789abcdef"
	out := []byte{'#'}
	for _, v := range []uint8{c.r, c.g, c.b} {
		out = append(out, digits[v>>4], digits[v&15])
	}
	return string(out)
}

// svgPen writes the d of a path.
type svgPen struct{ d []byte }

func (p *svgPen) moveTo(x, y float64)         { p.add('M', x, y) }
func (p *svgPen) lineTo(x, y float64)         { p.add('L', x, y) }
func (p *svgPen) quadTo(cx, cy, x, y float64) { p.add('Q', cx, cy, x, y) }
func (p *svgPen) cubicTo(cx0, cy0, cx1, cy1, x, y float64) {
	p.add('C', cx0, cy0, cx1, cy1, x, y)
}
func (p *svgPen) closePath() { p.d = append(p.d, 'z') }

func (p *svgPen) add(op byte, numbers ...float64) {
	p.d = append(p.d, op)
	for i, n := range numbers {
		if i > 0 {
			p.d = append(p.d, ' ')
		}
		p.d = appendMM(p.d, n)
	}
}

// appendMM writes millimetres to a thousandth.
func appendMM(b []byte, mm float64) []byte {
	return strconv.AppendFloat(b, math.Round(mm*1000)/1000+0, 'f', -1, 64)
}
