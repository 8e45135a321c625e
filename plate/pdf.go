package plate

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// pointsPerMM are points of a font's size in a millimetre.
const pointsPerMM = 72 / 25.4

// PDF is the drawing on a page of its size, at full scale, with its fonts embedded and text that can be searched.
func (d *Drawing) PDF() ([]byte, error) { return writePDF(d.Title, d.Description, []*Drawing{d}) }

// writePDF writes drawings as pages. Equal drawings have equal bytes: the date in the file is always the same.
func writePDF(title, subject string, pages []*Drawing) ([]byte, error) {
	f := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: pages[0].Width, Ht: pages[0].Height}})
	f.SetCatalogSort(true)
	f.SetCreationDate(time.Unix(0, 0).UTC())
	f.SetModificationDate(time.Unix(0, 0).UTC())
	f.SetTitle(title, true)
	f.SetSubject(subject, true)
	f.SetLang("vi")
	f.SetAutoPageBreak(false, 0)
	f.SetMargins(0, 0, 0)
	known := map[*face]bool{}
	for _, d := range pages {
		f.AddPageFormat("", fpdf.SizeType{Wd: d.Width, Ht: d.Height})
		if d.ground != white {
			f.SetFillColor(int(d.ground.r), int(d.ground.g), int(d.ground.b))
			f.Rect(0, 0, d.Width, d.Height, "F")
		}
		for _, figure := range d.figures {
			c := d.ground
			if figure.tone() == inInk {
				c = d.ink
			}
			r, ok := figure.(run)
			if !ok {
				f.SetFillColor(int(c.r), int(c.g), int(c.b))
				figure.outline(pdfPen{f})
				f.DrawPath("F")
				continue
			}
			if !known[r.face] {
				known[r.face] = true
				f.AddUTF8FontFromBytes(r.face.name, "", r.face.file)
			}
			f.SetFont(r.face.name, "", r.size*pointsPerMM)
			f.SetTextColor(int(c.r), int(c.g), int(c.b))
			f.Text(r.x, r.y, r.text)
		}
	}
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		return nil, fmt.Errorf("write PDF: %w", err)
	}
	return b.Bytes(), nil
}

// pdfPen draws paths on the page.
type pdfPen struct{ f *fpdf.Fpdf }

func (p pdfPen) moveTo(x, y float64)         { p.f.MoveTo(x, y) }
func (p pdfPen) lineTo(x, y float64)         { p.f.LineTo(x, y) }
func (p pdfPen) quadTo(cx, cy, x, y float64) { p.f.CurveTo(cx, cy, x, y) }
func (p pdfPen) cubicTo(cx0, cy0, cx1, cy1, x, y float64) {
	p.f.CurveBezierCubicTo(cx0, cy0, cx1, cy1, x, y)
}
func (p pdfPen) closePath() { p.f.ClosePath() }
