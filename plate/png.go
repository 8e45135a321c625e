package plate

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"slices"

	"golang.org/x/image/vector"
)

// PixelsPerMM is the resolution of a PNG: 254 dots per inch. Edges of QR modules, which lie on whole steps, are edges of pixels.
const PixelsPerMM = 1 / step

// PNG is the drawing as a picture. Equal drawings have equal bytes.
func (d *Drawing) PNG() ([]byte, error) {
	w, h := int(math.Round(d.Width*PixelsPerMM)), int(math.Round(d.Height*PixelsPerMM))
	amount := image.NewAlpha(image.Rect(0, 0, w, h)) // of ink at each pixel
	for _, f := range d.figures {
		p := pngPen{min: image.Pt(w, h)}
		f.outline(&p)
		area := image.Rectangle{p.min, p.max}.Intersect(amount.Bounds())
		if area.Empty() {
			continue
		}
		raster := vector.NewRasterizer(area.Dx(), area.Dy())
		raster.DrawOp = draw.Over
		for _, op := range p.ops {
			op(raster, -float32(area.Min.X), -float32(area.Min.Y))
		}
		if f.tone() == inInk {
			raster.Draw(amount, area, image.Opaque, image.Point{})
			continue
		}
		mask := image.NewAlpha(image.Rect(0, 0, area.Dx(), area.Dy()))
		raster.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
		for y := range area.Dy() {
			for x := range area.Dx() {
				if cover := uint32(mask.Pix[mask.PixOffset(x, y)]); cover != 0 {
					i := amount.PixOffset(area.Min.X+x, area.Min.Y+y)
					amount.Pix[i] = uint8(uint32(amount.Pix[i]) * (255 - cover) / 255)
				}
			}
		}
	}
	picture := &image.Paletted{Pix: amount.Pix, Stride: amount.Stride, Rect: amount.Rect, Palette: d.palette()}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return nil, fmt.Errorf("write PNG: %w", err)
	}
	return withResolution(b.Bytes()), nil
}

// withResolution adds how many pixels a metre has (chunk pHYs, behind the 33 bytes of signature and header), so that a print has the
// right size.
func withResolution(file []byte) []byte {
	chunk := []byte("pHYs")
	for range 2 {
		chunk = binary.BigEndian.AppendUint32(chunk, 1000*PixelsPerMM)
	}
	chunk = append(chunk, 1) // the unit is the metre
	sum := crc32.ChecksumIEEE(chunk)
	chunk = append(binary.BigEndian.AppendUint32(nil, uint32(len(chunk)-4)), chunk...)
	return slices.Insert(file, 33, binary.BigEndian.AppendUint32(chunk, sum)...)
}

// palette has the colour of each amount of ink.
func (d *Drawing) palette() color.Palette {
	mix := func(from, to uint8, part int) uint8 { return uint8((int(from)*(255-part) + int(to)*part + 127) / 255) }
	all := make(color.Palette, 256)
	for i := range all {
		all[i] = color.NRGBA{mix(d.ground.r, d.ink.r, i), mix(d.ground.g, d.ink.g, i), mix(d.ground.b, d.ink.b, i), 255}
	}
	return all
}

// pngPen keeps an outline in pixels and how far it reaches.
type pngPen struct {
	ops      []func(r *vector.Rasterizer, dx, dy float32)
	min, max image.Point
}

func (p *pngPen) reach(x, y float64) (px, py float32) {
	x, y = x*PixelsPerMM, y*PixelsPerMM
	p.min = image.Pt(min(p.min.X, int(math.Floor(x))), min(p.min.Y, int(math.Floor(y))))
	p.max = image.Pt(max(p.max.X, int(math.Ceil(x))), max(p.max.Y, int(math.Ceil(y))))
	return float32(x), float32(y)
}

func (p *pngPen) moveTo(x, y float64) {
	ax, ay := p.reach(x, y)
	p.ops = append(p.ops, func(r *vector.Rasterizer, dx, dy float32) { r.MoveTo(ax+dx, ay+dy) })
}

func (p *pngPen) lineTo(x, y float64) {
	ax, ay := p.reach(x, y)
	p.ops = append(p.ops, func(r *vector.Rasterizer, dx, dy float32) { r.LineTo(ax+dx, ay+dy) })
}

func (p *pngPen) quadTo(cx, cy, x, y float64) {
	bx, by := p.reach(cx, cy)
	ax, ay := p.reach(x, y)
	p.ops = append(p.ops, func(r *vector.Rasterizer, dx, dy float32) { r.QuadTo(bx+dx, by+dy, ax+dx, ay+dy) })
}

func (p *pngPen) cubicTo(cx0, cy0, cx1, cy1, x, y float64) {
	bx, by := p.reach(cx0, cy0)
	cx, cy := p.reach(cx1, cy1)
	ax, ay := p.reach(x, y)
	p.ops = append(p.ops, func(r *vector.Rasterizer, dx, dy float32) { r.CubeTo(bx+dx, by+dy, cx+dx, cy+dy, ax+dx, ay+dy) })
}

func (p *pngPen) closePath() {
	p.ops = append(p.ops, func(r *vector.Rasterizer, _, _ float32) { r.ClosePath() })
}
