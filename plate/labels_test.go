package plate

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

var address = Label{
	Code: "5FJBC-2NJV-T33", Address: "Số 12/34/5 Phố Khâm Thiên, Phường Văn Miếu - Quốc Tử Giám, Thành phố Hà Nội", Link: "https://diachi.gov.vn/5FJBC2NJVT33",
}

func labelsOf(n int) []Label {
	out := make([]Label, n)
	for i := range out {
		out[i] = address
	}
	return out
}

func TestLabelsFillSheets(t *testing.T) {
	p := newPress(t)
	for _, test := range []struct {
		sheet           string
		n, first, pages int
	}{
		{"3x8", 1, 0, 1}, {"3x8", 24, 0, 1}, {"3x8", 25, 0, 2}, {"3x8", 24, 1, 2}, {"3x8", 2, 23, 2}, {"2x7", 14, 0, 1}, {"2x7", 15, 0, 2},
	} {
		s, _ := SheetOf(test.sheet)
		file, err := p.Labels(labelsOf(test.n), s, test.first)
		if err != nil {
			t.Fatal(err)
		}
		checkPDF(t, file)
		if got := len(regexp.MustCompile(`/Type /Page\n`).FindAll(file, -1)); got != test.pages {
			t.Errorf("%+v: %d pages", test, got)
		}
		if !bytes.Contains(file, []byte("/MediaBox [0 0 595.28 841.89]")) {
			t.Errorf("%+v: not on A4", test)
		}
	}
	if _, err := p.Labels(nil, sheets[0], 0); err == nil {
		t.Error("a file without a page")
	}
}

func TestLabelsStayOnTheirPlaces(t *testing.T) {
	p := newPress(t)
	for _, s := range sheets {
		for _, text := range append(hostile, address.Address, "") {
			for place := range s.Columns * s.Rows {
				room := s.place(place)
				if !room.inside(box{w: a4Width, h: a4Height}) {
					t.Fatalf("%s: label %d lies beside the page", s.Name, place)
				}
				l := address
				l.Address = text
				figures, err := p.label(l, room)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range figures {
					if e := extentOf(f); e.w >= 0 && !e.inside(room) {
						t.Errorf("%s: %T of %q leaves its label", s.Name, f, text)
					}
				}
				checkLayout(t, &Drawing{Width: a4Width, Height: a4Height, figures: figures})
				if place > 0 && text != address.Address {
					break // one place tells how text is set
				}
			}
		}
	}
}

func TestLabelIsReadBack(t *testing.T) {
	p := newPress(t)
	for _, s := range sheets {
		file, err := p.Labels([]Label{address}, s, 4)
		if err != nil {
			t.Fatal(err)
		}
		if got := decode(t, rectangles(pdfModules(t, file, a4Height), a4Width, a4Height)); got != strings.ToUpper(address.Link) {
			t.Errorf("%s: the label says %q", s.Name, got)
		}
	}
}
