package addresscode

import "testing"

// specExamples are the examples of the specification.
var specExamples = []struct {
	place   string
	cell    uint64
	ordinal int
	code    string
}{
	{"Hồ Gươm", 0x8d415cb4e426bbf, 0, "5FJBC-2NJV-T33"},
	{"Hồ Gươm, last ordinal", 0x8d415cb4e426bbf, 30, "5FJBC-2NM0-487"},
	{"Chợ Bến Thành", 0x8d65b5662b5dd3f, 0, "GV6PS-QZM2-KKP"},
	{"Hoàng Sa", 0x8d6921cb167307f, 0, "KCXK3-76VH-K5B"},
	{"Trường Sa", 0x8d69a8ac100a73f, 0, "PPM1Z-0PS1-ZFK"},
	{"Phú Quốc", 0x8d65ae496b1447f, 0, "GP0G3-KHHP-R2C"},
	{"Lũng Cú", 0x8d415a22495887f, 0, "5B7X6-QJG7-KBK"},
	{"Đất Mũi", 0x8d65a1d49dabc3f, 30, "G9882-XNKC-8TZ"},
}

func TestSpecExamples(t *testing.T) {
	for _, e := range specExamples {
		t.Run(e.place, func(t *testing.T) {
			c, err := New(e.cell, e.ordinal)
			if err != nil {
				t.Fatal(err)
			}
			if c.String() != e.code {
				t.Errorf("New gives %s, want %s", c, e.code)
			}
			p, err := Parse(e.code)
			if err != nil {
				t.Fatal(err)
			}
			if p != c || p.Cell() != e.cell || p.Ordinal() != e.ordinal {
				t.Errorf("Parse gives %x %d, want %x %d", p.Cell(), p.Ordinal(), e.cell, e.ordinal)
			}
			lo, hi, err := KeyRange(e.cell)
			if err != nil || c.Key() < lo || c.Key() > hi || hi-lo != Ordinals-1 {
				t.Errorf("KeyRange of the cell is %d..%d (%v), the key %d", lo, hi, err, c.Key())
			}
			if z, err := ZoneOf(e.cell); err != nil || z != c.Zone() || z.String() != e.code[:6] {
				t.Errorf("zone is %v (%v), want %s", z, err, e.code[:6])
			}
		})
	}
}
