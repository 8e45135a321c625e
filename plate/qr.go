package plate

import (
	"fmt"
	"math"
	"strings"

	"github.com/boombuler/barcode/qr"
)

const (
	// quietZone is the empty border that a QR code needs, in modules (ISO/IEC 18004).
	quietZone = 4
	// minModule is the smallest module of a plate, in mm: a telephone reads it from an arm's length. A label is held in the hand.
	minModule, minLabelModule = 0.8, 0.6
	// step is the unit that QR codes are placed and sized in, in mm, and the side of a pixel of a PNG: edges of modules are those of
	// pixels.
	step = 0.1
)

// symbol is a QR code without its quiet zone.
type symbol struct {
	size int // modules on a side
	dark []bool
}

// encode makes the QR code of a link. Scheme and host mean the same in capitals and a code has no small letters, so that the link can
// be written in the alphanumeric mode, which takes 5.5 bits a character (a host that is an address of IPv6 cannot). Error correction is M (15 %) or better, the best that does
// not need more modules.
func encode(link string) (symbol, error) {
	link = strings.ToUpper(link)
	var best symbol
	for _, level := range []qr.ErrorCorrectionLevel{qr.M, qr.Q, qr.H} {
		code, err := qr.Encode(link, level, qr.Auto)
		if err != nil {
			return symbol{}, fmt.Errorf("QR code: %w", err)
		}
		size := code.Bounds().Dx()
		if best.size != 0 && size > best.size {
			break
		}
		best = symbol{size: size, dark: make([]bool, 0, size*size)}
		for y := range size {
			for x := range size {
				r, _, _, _ := code.At(x, y).RGBA()
				best.dark = append(best.dark, r == 0)
			}
		}
	}
	return best, nil
}

// panel is a QR code on its ground, the quiet zone included.
type panel struct {
	symbol
	x, y, module float64 // mm; x and y of the quiet zone's corner
	in           tone    // of the modules
}

// side is that of the panel with its quiet zone, in mm.
func (p panel) side() float64 { return float64(p.size+2*quietZone) * p.module }

// moduleFor is the largest module, in whole steps, with which a symbol fits a side, or the least that is allowed; all in mm.
func (s symbol) moduleFor(side, least float64) float64 {
	return max(least, steps(side/float64(s.size+2*quietZone)))
}

// steps rounds down to whole steps.
func steps(mm float64) float64 { return math.Floor(mm/step+1e-9) / (1 / step) }

func (p panel) tone() tone { return p.in }

// outline draws each run of dark modules of a row as one rectangle.
func (p panel) outline(to pen) {
	left, top := p.x+quietZone*p.module, p.y+quietZone*p.module
	for y := range p.size {
		row := p.dark[y*p.size : (y+1)*p.size]
		for x := 0; x < p.size; x++ {
			if !row[x] {
				continue
			}
			from := x
			for x < p.size && row[x] {
				x++
			}
			box{x: left + float64(from)*p.module, y: top + float64(y)*p.module, w: float64(x-from) * p.module, h: p.module}.outline(to)
		}
	}
}
