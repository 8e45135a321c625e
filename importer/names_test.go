package importer

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/registry"
)

func TestNamesOfDivisions(t *testing.T) {
	const hoanKiem, benThanh = "21.0287,105.8524", "10.7725,106.698"
	for _, tt := range []struct {
		name, header, cells, at string
		commune                 string // of the address
		aside                   string // reason
	}{
		{"code of today", "commune_code", "00070", hoanKiem, "00070", ""},
		{"code of before", "ma_xa", "00052", hoanKiem, "00070", ""}, // phường Hàng Bạc
		{"code without its zeros", "commune", "70", hoanKiem, "00070", ""},
		{"name of today", "ward,province", "Phường Hoàn Kiếm,Hà Nội", hoanKiem, "00070", ""},
		{"names of before", "phường,quận,tỉnh", "Hàng Bạc,Hoàn Kiếm,Hà Nội", hoanKiem, "00070", ""},
		{"without diacritics", "phuong,quan,thanh_pho", "hang bac,hoan kiem,ha noi", hoanKiem, "00070", ""},
		{"district alone", "quận,tỉnh", "Hoàn Kiếm,Hà Nội", hoanKiem, "00070", ""},
		{"province alone", "province", "Hà Nội", hoanKiem, "00070", ""},
		{"abbreviated province", "ward,province", "Bến Thành,HCM", benThanh, "26743", ""},
		{"another commune", "ward,province", "Phường Bến Thành,TP Hồ Chí Minh", hoanKiem, "", AsideMismatch},
		{"another commune by code", "commune_code", "26743", hoanKiem, "", AsideMismatch},
		{"another province", "province", "Đồng Tháp", hoanKiem, "", AsideMismatch},
		{"no such commune", "ward,province", "Phường Xyzt Abcd,Hà Nội", hoanKiem, "", AsideUnknown},
		{"nothing said", "ward,province", ",", hoanKiem, "00070", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := openReal(t, filepath.Join(t.TempDir(), "r.db"))
			text := "lat,lon,id,house_number,street," + tt.header + "\n" + tt.at + ",1,5,Phố A," + tt.cells + "\n"
			report := r.load(t, text)
			if tt.aside == "" {
				code := registered(t, r, "f:1")
				if report.Added != 1 || code == nil || code.Commune != tt.commune {
					t.Errorf("%+v, %+v", report, code)
				}
				return
			}
			all := r.reviews(t, report.Import)
			if report.SetAside != 1 || report.Added != 0 || len(all) != 1 {
				t.Fatalf("%+v, %+v", report, all)
			}
			v := all[0]
			if v.Reason != tt.aside || v.Commune != "00070" || v.Named == "" || v.Row != 1 || v.Ref != "line 2" ||
				v.Record.Components.HouseNumber != "5" || fmt.Sprint(v.Record.ExternalIDs) != "[f:1]" || v.Point.LatE7 != 210287000 {
				t.Errorf("%+v", v)
			}
			if strings.HasPrefix(tt.name, "another commune") && v.DistanceM < 1_000_000 {
				t.Errorf("%.0f m away", v.DistanceM)
			}
		})
	}
}

// A point up to 100 m outside the commune that the row names is registered there.
func TestNamesTolerance(t *testing.T) {
	r := openReal(t, filepath.Join(t.TempDir(), "r.db"))
	loc := r.Locator()
	text := "lat,lon,id,ward,province\n"
	var near, far int64
	for i := range 200 {
		lat := 21.0287 - float64(i)*0.0001
		point := mustPoint(t, lat, 105.8524)
		metres, err := loc.CommuneDistance(point, "00070")
		if err != nil {
			t.Fatal(err)
		}
		if metres <= registry.CommuneToleranceM {
			near++
		} else {
			far++
		}
		text += fmt.Sprintf("%.7f,105.8524,%d,Phường Hoàn Kiếm,Hà Nội\n", lat, i)
	}
	if report := r.load(t, text); near == 0 || far == 0 || report.Added != near || report.SetAside != far {
		t.Errorf("%d near, %d far: %+v", near, far, report)
	}
}

func TestAddressColumn(t *testing.T) {
	for _, tt := range []struct {
		name, header, cells string
		want                registry.Components
		aside               string
		remark              bool
	}{
		{"whole", "address", `"Số 12 ngõ 34 Phố Hàng Khay, phường Hoàn Kiếm, Hà Nội"`, registry.Components{HouseNumber: "12", Alley: []string{"34"}, Street: "Phố Hàng Khay"}, "", false},
		{"old divisions", "địa_chỉ", `"12 Hàng Khay, P. Tràng Tiền, Q. Hoàn Kiếm, Hà Nội"`, registry.Components{HouseNumber: "12", Street: "Hàng Khay"}, "", false},
		{"divisions beside", "dia_chi,phuong,tinh", "12 Phố Hàng Khay,Hoàn Kiếm,Hà Nội", registry.Components{HouseNumber: "12", Street: "Phố Hàng Khay"}, "", false},
		{"no divisions", "address", "12 Phố Hàng Khay", registry.Components{HouseNumber: "12", Street: "Phố Hàng Khay"}, "", false},
		{"column before text", "address,house_number", "12 Phố Hàng Khay,14", registry.Components{HouseNumber: "14", Street: "Phố Hàng Khay"}, "", false},
		{"code before text", "address,commune_code", `"12 Phố Hàng Khay, phường Bến Thành, TP HCM",00070`, registry.Components{HouseNumber: "12", Street: "Phố Hàng Khay"}, "", false},
		{"elsewhere", "address", `"12 Phố Hàng Khay, phường Bến Thành, TP Hồ Chí Minh"`, registry.Components{}, AsideMismatch, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := openReal(t, filepath.Join(t.TempDir(), "r.db"))
			report := r.load(t, "lat,lon,id,"+tt.header+"\n21.0255,105.8540,1,"+tt.cells+"\n")
			if tt.aside != "" {
				all := r.reviews(t, report.Import)
				if len(all) != 1 || all[0].Reason != tt.aside || all[0].Record.Text == "" || all[0].Named == "" {
					t.Errorf("%+v, %+v", report, all)
				}
				return
			}
			a := registered(t, r, "f:1")
			if a == nil || fmt.Sprint(a.Components) != fmt.Sprint(tt.want) {
				t.Errorf("%+v, %+v", report, a)
			}
		})
	}
}

func registered(t *testing.T, r *real, id string) *registry.Address {
	t.Helper()
	found, err := r.Resolve(context.Background(), id)
	if err != nil || len(found.Candidates) == 0 {
		return nil
	}
	return found.Candidates[0].Address
}
