package geocode

import (
	"runtime"
	"testing"

	"github.com/diachiso/diachiso/vntext"
)

func BenchmarkGazetteerRead(b *testing.B) {
	g := testGazetteer(b)
	for name, text := range map[string]string{
		"old":          "290A/47 Dương Bá Trạc, Phường 1, Quận 8, TP.HCM",
		"plain":        "169 nguyen ngoc vu cau giay ha noi",
		"common name":  "12 Trần Phú, xã Tân Tiến",
		"typing error": "5 ngo 12 kham thien, phuong khm thien, dogn da, ha noi",
		"long":         "Lô số 4, Đường số 1, khu Đô thị Việt Sinh, khu phố 2, thị trấn Ba Tri, huyện Ba Tri, tỉnh Bến Tre (gần chợ, giao giờ hành chính, gọi trước khi đến)",
	} {
		b.Run(name, func(b *testing.B) {
			tokens := vntext.Tokenize(text)
			b.ReportAllocs()
			for b.Loop() {
				g.Read(tokens)
			}
		})
	}
}

func BenchmarkNewGazetteer(b *testing.B) {
	data, err := builtin()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var g *Gazetteer
	for b.Loop() {
		g = NewGazetteer(data.Divisions)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(g)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
}
