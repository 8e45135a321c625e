package addresscode

import (
	"strings"
	"testing"
)

const (
	benchText = "5FJBC-2NJV-T33"
	benchCell = 0x8d415cb4e426bbf
)

func BenchmarkParse(b *testing.B) {
	for _, c := range []struct{ name, text string }{{"canonical", benchText}, {"compact", "5fjbc2njvt33"}, {"full width", "５ＦＪＢＣ－２ＮＪＶ－Ｔ３３"}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(c.text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(benchCell, 7); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCell(b *testing.B) {
	c := mustParse(b, benchText)
	b.ReportAllocs()
	for b.Loop() {
		if c.Cell() != benchCell {
			b.Fatal(c.Cell())
		}
	}
}

func BenchmarkString(b *testing.B) {
	c := mustParse(b, benchText)
	b.ReportAllocs()
	for b.Loop() {
		if len(c.String()) != len(benchText) {
			b.Fatal(c)
		}
	}
}

func BenchmarkCorrect(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"substitution", "5FJBC-2NJX-T33"}, {"swap", "5FJCB-2NJV-T33"}, {"erasures", "5F?BC-2??V-T33"},
		{"substitution and erasure", "5FJBC-2N?V-T34"}, {"missing", "5FJBC-2NJV-T3"}, {"extra", "5FJBC-2NNJV-T33"}, {"hopeless", "5FJBC-2NJV-TT4"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if s, err := Correct(c.text); len(s) == 0 && err == nil {
					b.Fatal("valid")
				}
			}
		})
	}
}

func BenchmarkFind(b *testing.B) {
	text := strings.Repeat("Giao tới nhà em, mã 5FJBC-2NJV-T33, ngõ 12 Quốc Tử Giám, sđt 0912 345 678 nhé. ", 100)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if len(Find(text)) != 100 {
			b.Fatal("not all found")
		}
	}
}

func BenchmarkExpandShort(b *testing.B) {
	zones := make([]Zone, 1000)
	for i := range zones {
		zones[i] = Zone{uint32(2_000_000 + i)}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ExpandShort("2NJV-T33", zones); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(zones)), "ns/zone")
}
