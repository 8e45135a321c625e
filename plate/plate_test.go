package plate

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"image"
	"image/png"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/seed"
)

var update = flag.Bool("update", false, "write the golden plate anew")

func TestQRCodeLeadsToThePage(t *testing.T) {
	eachPlate(t, func(t *testing.T, c Content, s Size, d *Drawing) {
		want := strings.ToUpper(c.Link)
		file, err := d.PNG()
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if got := decode(t, picture); got != want {
			t.Errorf("the PNG says %q, want %q", got, want)
		}
		if got := decode(t, rectangles(svgModules(t, d.SVG()), d.Width, d.Height)); got != want {
			t.Errorf("the SVG says %q, want %q", got, want)
		}
		page, err := d.PDF()
		if err != nil {
			t.Fatal(err)
		}
		checkPDF(t, page)
		if got := decode(t, rectangles(pdfModules(t, page, d.Height), d.Width, d.Height)); got != want {
			t.Errorf("the PDF says %q, want %q", got, want)
		}
	})
}

func TestQRCodeIsLargeEnough(t *testing.T) {
	eachPlate(t, func(t *testing.T, _ Content, _ Size, d *Drawing) {
		var ground, code box
		var module float64
		for i, f := range d.figures {
			if p, ok := f.(panel); ok {
				module, code, ground = p.module, extentOf(p), extentOf(d.figures[i-1])
			}
		}
		if module < minModule {
			t.Errorf("a module has %g mm", module)
		}
		quiet := box{x: code.x - quietZone*module, y: code.y - quietZone*module, w: code.w + 2*quietZone*module, h: code.h + 2*quietZone*module}
		if !quiet.inside(ground) {
			t.Errorf("the quiet zone %+v leaves the light ground %+v", quiet, ground)
		}
	})
}

func TestTheBestErrorCorrectionThatCostsNothing(t *testing.T) {
	short, err := encode("HTTPS://A.VN/5FJBC2NJVT33") // 25 characters: 25 modules hold 38 with M, 29 with Q, 20 with H
	if err != nil {
		t.Fatal(err)
	}
	if short.size != 25 {
		t.Errorf("%d modules, want 25", short.size)
	}
	// The two bits beside the upper left finder pattern name the level: M is 00, Q 11, each under the mask 10.
	level := 0
	for i := range 2 {
		level <<= 1
		if short.dark[8*short.size+i] {
			level++
		}
	}
	if level^0b10 != 0b11 {
		t.Errorf("level %02b, want Q", level^0b10)
	}
}

// Everything stays in the room it was given, the rooms stay in the plate and off the QR code.
func checkLayout(t testing.TB, d *Drawing) {
	t.Helper()
	whole := box{w: d.Width, h: d.Height}
	var codes []box
	for _, f := range d.figures {
		e := extentOf(f)
		if !e.inside(whole) {
			t.Errorf("%T leaves the plate: %+v", f, e)
		}
		if p, ok := f.(panel); ok {
			codes = append(codes, box{x: p.x, y: p.y, w: p.side(), h: p.side()})
		}
	}
	var texts []box
	for _, f := range d.figures {
		r, ok := f.(run)
		if !ok || strings.TrimSpace(r.text) == "" {
			continue
		}
		e := extentOf(r)
		room := r.room
		room.x, room.w = room.x-0.1*r.size, room.w+0.2*r.size // some letters reach a hair over their advance
		if !e.inside(room) {
			t.Errorf("%q at %+v leaves its room %+v", r.text, e, r.room)
		}
		for _, c := range codes {
			if overlap(e, c) {
				t.Errorf("%q is over the QR code", r.text)
			}
		}
		for _, other := range texts {
			if overlap(e, other) {
				t.Errorf("%q is over other text", r.text)
			}
		}
		texts = append(texts, e)
	}
}

func overlap(a, b box) bool { return a.x < b.x+b.w && b.x < a.x+a.w && a.y < b.y+b.h && b.y < a.y+a.h }

func TestNothingOverflows(t *testing.T) {
	eachPlate(t, func(t *testing.T, _ Content, _ Size, d *Drawing) { checkLayout(t, d) })
}

// The longest names of the country are set whole.
func TestRealNamesAreNotCut(t *testing.T) {
	data, err := seed.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, today := newPress(t), geo.Today()
	longest := func(level geo.Level) (name string) {
		for _, d := range data.Divisions.All(level, today) {
			if n := d.Name(today).FullName(); p.medium.width(n) > p.medium.width(name) {
				name = n
			}
		}
		return name
	}
	c := Content{
		Number: "1234/56/78", Lines: []string{"Đường Đại tướng Võ Nguyên Giáp kéo dài qua khu công nghiệp", "Tổ dân phố 12"},
		Commune: longest(geo.LevelCommune), Province: longest(geo.LevelProvince), Code: "5FJBC-2NJV-T33", Link: contents["street"].Link,
	}
	for _, s := range Sizes() {
		d, err := p.Plate(c, s)
		if err != nil {
			t.Fatal(err)
		}
		checkLayout(t, d)
		all := ""
		for _, f := range d.figures {
			if r, ok := f.(run); ok {
				all += r.text + " "
			}
		}
		for _, want := range append([]string{c.Number, c.Commune, c.Province, c.Code}, c.Lines...) {
			if !strings.Contains(strings.ReplaceAll(all, " ", ""), strings.ReplaceAll(want, " ", "")) {
				t.Errorf("%s: %q is not whole in %q", s.Name, want, all)
			}
		}
	}
}

func TestGoldenPlate(t *testing.T) {
	d, err := newPress(t).Plate(contents["street"], sizes[1])
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/12a-hang-khay.svg"
	if *update {
		if err := os.WriteFile(file, d.SVG(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(d.SVG(), want) {
		t.Errorf("the plate has changed: look at it, then go test ./plate -run Golden -update")
	}
}

func TestSameDrawingSameBytes(t *testing.T) {
	p := newPress(t)
	var first [3][]byte
	for i := range 3 {
		d, err := p.Plate(contents["alley"], sizes[0])
		if err != nil {
			t.Fatal(err)
		}
		picture, err := d.PNG()
		if err != nil {
			t.Fatal(err)
		}
		page, err := d.PDF()
		if err != nil {
			t.Fatal(err)
		}
		now := [3][]byte{d.SVG(), picture, page}
		for k := range now {
			if i > 0 && !bytes.Equal(first[k], now[k]) {
				t.Errorf("format %d differs from one time to the next", k)
			}
		}
		first = now
	}
}

func TestPNGHasTheSizeOfThePlate(t *testing.T) {
	d, err := newPress(t).Plate(contents["street"], sizes[1])
	if err != nil {
		t.Fatal(err)
	}
	file, err := d.PNG()
	if err != nil {
		t.Fatal(err)
	}
	config, err := png.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if config.Width != 2000 || config.Height != 1500 {
		t.Errorf("%d × %d pixels", config.Width, config.Height)
	}
	if !bytes.Contains(file, []byte("pHYs\x00\x00\x27\x10\x00\x00\x27\x10\x01")) { // 10,000 a metre
		t.Error("the file does not say how large a pixel is")
	}
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[image.Point]colour{{5, 5}: plateBlue, {50, 750}: white, {1000, 1480}: plateBlue} {
		r, g, b, _ := picture.At(at.X, at.Y).RGBA()
		if got := (colour{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)}); got != want {
			t.Errorf("pixel %v is %v, want %v", at, got, want)
		}
	}
}

func TestLinkThatIsTooLong(t *testing.T) {
	p := newPress(t)
	c := contents["street"]
	c.Link = "https://" + strings.Repeat("a", 600) + ".vn/5FJBC2NJVT33"
	if _, err := p.Plate(c, sizes[0]); err == nil {
		t.Error("a QR code was drawn that no plate has room for")
	}
	if _, err := p.Labels([]Label{{Code: c.Code, Link: c.Link}}, sheets[0], 0); err == nil {
		t.Error("a QR code was drawn that no label has room for")
	}
	// The longest that a server makes: https, a host of 100 characters and a code.
	c.Link = "https://" + strings.Repeat("a", 97) + ".vn/5FJBC2NJVT33"
	if _, err := p.Plate(c, sizes[0]); err != nil {
		t.Error(err)
	}
	for _, s := range sheets {
		if _, err := p.Labels([]Label{{Code: c.Code, Link: c.Link}}, s, 0); err != nil {
			t.Error(err)
		}
	}
}

// checkHostile: whatever stands in a register is only text, stays in its room and makes well-formed files.
func checkHostile(t testing.TB, p *Press, c Content) {
	t.Helper()
	c.Code, c.Link = "5FJBC-2NJV-T33", "https://diachi.gov.vn/5FJBC2NJVT33"
	d, err := p.Plate(c, sizes[0])
	if err != nil {
		t.Fatal(err)
	}
	checkLayout(t, d)
	elements := xml.NewDecoder(bytes.NewReader(d.SVG()))
	for {
		token, err := elements.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the SVG is not well-formed: %v", err)
		}
		if e, ok := token.(xml.StartElement); ok {
			switch e.Name.Local {
			case "svg", "title", "desc", "path":
			default:
				t.Fatalf("the SVG has an element %s", e.Name.Local)
			}
		}
	}
	page, err := d.PDF()
	if err != nil {
		t.Fatal(err)
	}
	checkPDF(t, page)
}

var hostile = []string{
	`<script>alert(1)</script>`, `"/><image href="http://x"/>`, "]]>&amp;<!--", "\u202eabc\u202c", "שלום عليكم", "\x00\x01\x1f\x7f", "\xff\xfe",
	"a\u0301\u0302\u0303\u0304", "👨‍👩‍👧‍👦🏠", strings.Repeat("x", 1000), strings.Repeat("a ", 500), ") Tj (evil", "\\", "\u2028\n\r\t", "%s%n{{.}}",
}

func TestHostileText(t *testing.T) {
	p := newPress(t)
	for _, text := range hostile {
		checkHostile(t, p, Content{Number: text, Lines: []string{text, text}, Commune: text, Province: text})
		checkHostile(t, p, Content{Lines: []string{text}})
	}
}

func FuzzPlate(f *testing.F) {
	p := newPress(f)
	for _, text := range hostile {
		f.Add(text, "Phố Hàng Khay", text)
		f.Add("12A", text, "Phường Hoàn Kiếm")
	}
	f.Fuzz(func(t *testing.T, number, line, commune string) {
		checkHostile(t, p, Content{Number: number, Lines: []string{line}, Commune: commune})
	})
}
