package plate

import (
	"bytes"
	"compress/zlib"
	"image"
	"image/color"
	"image/draw"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

func newPress(t testing.TB) *Press {
	t.Helper()
	p, err := NewPress()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// contents are plates as there are, and what tries a layout.
var contents = map[string]Content{
	"street": {
		Number: "12A", Lines: []string{"Phố Hàng Khay"}, Commune: "Phường Hoàn Kiếm", Province: "Thành phố Hà Nội",
		Code: "5FJBC-2NJV-T33", Link: "https://diachi.gov.vn/5FJBC2NJVT33",
	},
	"alley": {
		Number: "12/34/56/78A-80B", Lines: []string{"Đường Nguyễn Thị Minh Khai nối dài khu đô thị mới", "Khu phố 12"},
		Commune: "Phường Văn Miếu - Quốc Tử Giám", Province: "Thành phố Hồ Chí Minh",
		Code: "5FJBC-2NJV-T33", Link: "https://diachi-so-quoc-gia.example.gov.vn/5FJBC2NJVT33",
	},
	"hamlet": {
		Lines: []string{"Thôn Đồng Ễnh"}, Commune: "Xã Đất Mũi", Province: "Tỉnh Cà Mau",
		Code: "5FJBC-2NJV-T33", Link: "http://127.0.0.1:41234/5FJBC2NJVT33",
	},
	"IPv6":    {Number: "1", Code: "5FJBC-2NJV-T33", Link: "http://[2001:db8:1234:5678:9abc:def0:1234:5678]:41234/5FJBC2NJVT33"},
	"nothing": {Code: "5FJBC-2NJV-T33", Link: "https://a.vn/5FJBC2NJVT33"},
	"long": {
		Number: strings.Repeat("Ngõ ", 20) + "1", Lines: []string{strings.Repeat("Ễ", 200), strings.Repeat("đường dài ", 90), "a", "b", "c"},
		Commune: strings.Repeat("Xã ", 100), Province: strings.Repeat("W", 300),
		Code: "5FJBC-2NJV-T33", Link: "https://" + strings.Repeat("a", 60) + ".vn/5FJBC2NJVT33",
	},
}

// eachPlate draws every content in every size.
func eachPlate(t *testing.T, check func(t *testing.T, c Content, s Size, d *Drawing)) {
	t.Helper()
	p := newPress(t)
	for name, c := range contents {
		for _, s := range Sizes() {
			t.Run(name+" "+s.Name, func(t *testing.T) {
				d, err := p.Plate(c, s)
				if err != nil {
					t.Fatal(err)
				}
				check(t, c, s, d)
			})
		}
	}
}

// decode reads a QR code with a decoder by others than who wrote the encoder.
func decode(t testing.TB, picture image.Image) string {
	t.Helper()
	bits, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		t.Fatalf("no QR code can be read: %v", err)
	}
	return result.GetText()
}

// rectangles fills the rectangles that a path is made of, in black on white, 10 pixels a millimetre.
func rectangles(path []point, w, h float64) image.Image {
	picture := image.NewGray(image.Rect(0, 0, int(w*10), int(h*10)))
	draw.Draw(picture, picture.Bounds(), image.White, image.Point{}, draw.Src)
	for i := 0; i+3 < len(path); i += 4 {
		a, c := path[i], path[i+2]
		px := func(mm float64) int { return int(math.Round(mm * 10)) }
		area := image.Rect(px(a.x), px(a.y), px(c.x), px(c.y)).Canon()
		draw.Draw(picture, area, &image.Uniform{color.Black}, image.Point{}, draw.Src)
	}
	return picture
}

type point struct{ x, y float64 }

var (
	svgQR    = regexp.MustCompile(`shape-rendering="crispEdges" d="([^"]+)"`)
	svgPoint = regexp.MustCompile(`[ML](-?[0-9.]+) (-?[0-9.]+)`)
	pdfPoint = regexp.MustCompile(`(-?[0-9.]+) (-?[0-9.]+) [ml]\n`)
	pdfBody  = regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`)
)

// svgModules are the corners of the modules' rectangles in an SVG, in mm.
func svgModules(t testing.TB, text []byte) []point {
	t.Helper()
	m := svgQR.FindSubmatch(text)
	if m == nil {
		t.Fatal("the SVG has no QR code")
	}
	return points(svgPoint.FindAllSubmatch(m[1], -1), func(x, y float64) point { return point{x, y} })
}

// pdfModules are the same on the first page of a PDF: of all paths there the one with the most corners.
func pdfModules(t testing.TB, file []byte, height float64) []point {
	t.Helper()
	var best []point
	for path := range strings.SplitSeq(pageContents(t, file)[0], "f\n") {
		found := points(pdfPoint.FindAllSubmatch([]byte(path), -1), func(x, y float64) point {
			return point{x / pointsPerMM, height - y/pointsPerMM}
		})
		if len(found) > len(best) && !strings.Contains(path, " c\n") {
			best = found
		}
	}
	return best
}

func points(found [][][]byte, at func(x, y float64) point) []point {
	var out []point
	for _, f := range found {
		x, _ := strconv.ParseFloat(string(f[1]), 64)
		y, _ := strconv.ParseFloat(string(f[2]), 64)
		out = append(out, at(x, y))
	}
	return out
}

// pageContents are the drawing operators of each page.
func pageContents(t testing.TB, file []byte) []string {
	t.Helper()
	var pages []string
	for _, m := range pdfBody.FindAllSubmatch(file, -1) {
		r, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue // not compressed
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte(" Tf")) || bytes.Contains(text, []byte(" m\n")) {
			pages = append(pages, string(text))
		}
	}
	if len(pages) == 0 {
		t.Fatal("the PDF has no page with contents")
	}
	return pages
}

// checkPDF follows the table of objects of a PDF, as a reader does that does not repair.
func checkPDF(t testing.TB, file []byte) {
	t.Helper()
	if !bytes.HasPrefix(file, []byte("%PDF-1.")) || !bytes.HasSuffix(bytes.TrimSpace(file), []byte("%%EOF")) {
		t.Fatal("no PDF")
	}
	m := regexp.MustCompile(`startxref\n(\d+)\n`).FindSubmatch(file)
	start, err := strconv.Atoi(string(m[1]))
	if err != nil || !bytes.HasPrefix(file[start:], []byte("xref\n")) {
		t.Fatalf("startxref does not lead to the table: %v", err)
	}
	entries := regexp.MustCompile(`(\d{10}) 00000 n`).FindAllSubmatch(file[start:], -1)
	for i, e := range entries {
		at, _ := strconv.Atoi(string(e[1]))
		if want := strconv.Itoa(i+1) + " 0 obj"; !bytes.HasPrefix(file[at:], []byte(want)) {
			t.Errorf("object %d is not where the table says", i+1)
		}
	}
}

// extent is the rectangle that a figure covers.
type extent struct{ minX, minY, maxX, maxY float64 }

func extentOf(f figure) box {
	e := extent{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	f.outline(&e)
	return box{x: e.minX, y: e.minY, w: e.maxX - e.minX, h: e.maxY - e.minY}
}

func (e *extent) moveTo(x, y float64) {
	e.minX, e.minY, e.maxX, e.maxY = min(e.minX, x), min(e.minY, y), max(e.maxX, x), max(e.maxY, y)
}
func (e *extent) lineTo(x, y float64)              { e.moveTo(x, y) }
func (e *extent) quadTo(_, _, x, y float64)        { e.moveTo(x, y) }
func (e *extent) cubicTo(_, _, _, _, x, y float64) { e.moveTo(x, y) }
func (e *extent) closePath()                       {}
