package plate

import (
	"fmt"
	"slices"
	"strings"
)

// Label is what stands on the label of a parcel. Nobody's name is on it.
type Label struct {
	Code    string // in groups
	Address string // one line, from small to large
	Link    string // what the QR code says
}

// Sheet is a page of labels to peel off, on A4.
type Sheet struct {
	Name          string
	Columns, Rows int
	Width, Height float64 // of a label, mm
	Left, Top     float64 // of the first label, mm
	StepX, StepY  float64 // from one label to the next, mm
}

const (
	a4Width, a4Height = 210.0, 297.0
	// MaxLabels bounds one request.
	MaxLabels = 500
)

var sheets = []Sheet{
	{"3x8", 3, 8, 70, 37, 0, 0.5, 70, 37},
	{"2x7", 2, 7, 99.1, 38.1, 4.65, 15.15, 101.6, 38.1},
}

// DefaultSheet is the one with 24 labels of 70 × 37 mm.
const DefaultSheet = "3x8"

// SheetOf finds a sheet by its name.
func SheetOf(name string) (Sheet, bool) {
	i := slices.IndexFunc(sheets, func(s Sheet) bool { return s.Name == name })
	if i < 0 {
		return Sheet{}, false
	}
	return sheets[i], true
}

// Labels makes a PDF of parcel labels, as many pages as they need. The first one stands at place first of the first sheet, counted from
// 0 by rows, so that a sheet that was begun can be used up. It fails when a link is too long for the QR code of a label.
func (p *Press) Labels(labels []Label, s Sheet, first int) ([]byte, error) {
	var pages []*Drawing
	perPage := s.Columns * s.Rows
	for i, l := range labels {
		place := (first + i) % perPage
		if i == 0 || place == 0 {
			pages = append(pages, &Drawing{Width: a4Width, Height: a4Height, ground: white, ink: black})
		}
		figures, err := p.label(l, s.place(place))
		if err != nil {
			return nil, err
		}
		d := pages[len(pages)-1]
		d.figures = append(d.figures, figures...)
	}
	if len(pages) == 0 {
		return nil, fmt.Errorf("there are no labels to print")
	}
	return writePDF("Nhãn bưu kiện", "", pages)
}

// place is where a label is on the page, counted from 0 by rows.
func (s Sheet) place(i int) box {
	return box{x: s.Left + float64(i%s.Columns)*s.StepX, y: s.Top + float64(i/s.Columns)*s.StepY, w: s.Width, h: s.Height}
}

// label draws one: code and address on the left, the QR code on the right.
func (p *Press) label(l Label, room box) ([]figure, error) {
	const margin, gap = 2, 1.5 // mm
	code, err := encode(l.Link)
	if err != nil {
		return nil, err
	}
	module := code.moduleFor(min(room.h-2*margin, 0.45*room.w), minLabelModule)
	qr := panel{symbol: code, module: module, in: inInk}
	side := qr.side()
	if side > room.h-2*margin {
		return nil, fmt.Errorf("the link has %d characters, more than the QR code of a label of %g mm can hold", len(l.Link), room.h)
	}
	qr.x, qr.y = room.x+room.w-margin-side, room.y+(room.h-side)/2
	// Printers do not reach the edge of a sheet.
	left := box{x: room.x + 5, y: room.y + 3.5, w: qr.x - gap - room.x - 5, h: room.h - 7}
	out := []figure{qr}
	head, used := block{face: p.bold, text: l.Code, least: 1, most: 6, lines: 1, in: inInk, tight: true}.set(left)
	left.y += used + 1
	left.h -= used + 1
	text, _ := block{face: p.medium, text: strings.TrimSpace(l.Address), least: 2, most: 3.2, lines: 8, in: inInk}.set(left)
	return append(append(out, head...), text...), nil
}
