package plate

import "math"

// Drawing is a plate or a page of labels: flat figures of one colour on a ground. It is safe for concurrent use.
type Drawing struct {
	Width, Height float64 // mm
	Title         string  // what it is, for screen readers and the properties of a file
	Description   string  // all that is written on it

	ground, ink colour
	figures     []figure
}

// colour is 8 bits each of red, green and blue.
type colour struct{ r, g, b uint8 }

var (
	white = colour{255, 255, 255}
	black = colour{0, 0, 0}
	// plateBlue is the dark blue of house-number plates, much darker than the ground a QR code needs.
	plateBlue = colour{16, 58, 130}
)

// A drawing has two colours, so that a sign maker can cut or print it in one.
type tone bool

const (
	inGround tone = false
	inInk    tone = true
)

// pen takes outlines in millimetres from the upper left corner; y grows downwards.
type pen interface {
	moveTo(x, y float64)
	lineTo(x, y float64)
	quadTo(cx, cy, x, y float64)
	cubicTo(cx0, cy0, cx1, cy1, x, y float64)
	closePath()
}

// figure is something filled by the non-zero rule.
type figure interface {
	tone() tone
	outline(pen)
}

// box is a rectangle, its corners round by r.
type box struct {
	x, y, w, h, r float64
	in            tone
}

func (b box) tone() tone { return b.in }

// roundness makes a cubic curve from a quarter of a circle.
var roundness = 4 * (math.Sqrt2 - 1) / 3

func (b box) outline(p pen) {
	if b.r == 0 {
		p.moveTo(b.x, b.y)
		p.lineTo(b.x+b.w, b.y)
		p.lineTo(b.x+b.w, b.y+b.h)
		p.lineTo(b.x, b.y+b.h)
		p.closePath()
		return
	}
	right, bottom, c := b.x+b.w, b.y+b.h, b.r*(1-roundness)
	p.moveTo(b.x+b.r, b.y)
	p.lineTo(right-b.r, b.y)
	p.cubicTo(right-c, b.y, right, b.y+c, right, b.y+b.r)
	p.lineTo(right, bottom-b.r)
	p.cubicTo(right, bottom-c, right-c, bottom, right-b.r, bottom)
	p.lineTo(b.x+b.r, bottom)
	p.cubicTo(b.x+c, bottom, b.x, bottom-c, b.x, bottom-b.r)
	p.lineTo(b.x, b.y+b.r)
	p.cubicTo(b.x, b.y+c, b.x+c, b.y, b.x+b.r, b.y)
	p.closePath()
}

// inside reports whether a rectangle lies in another.
func (b box) inside(outer box) bool {
	const slack = 1e-6 // mm
	return b.x >= outer.x-slack && b.y >= outer.y-slack && b.x+b.w <= outer.x+outer.w+slack && b.y+b.h <= outer.y+outer.h+slack
}
