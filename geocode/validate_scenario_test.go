package geocode

import (
	"slices"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/seed"
)

// validateEngine is an engine over the demonstration quarter and some houses of real streets, at made-up numbers.
func validateEngine(t testing.TB) (*Engine, *registry.Service) {
	t.Helper()
	svc, store := validateService(t)
	if _, err := seed.LoadDemo(t.Context(), svc); err != nil {
		t.Fatal(err)
	}
	register(t, svc, 21.0287, 105.8524, registry.Components{HouseNumber: "12A", Alley: []string{"34"}, Street: "Phố Hàng Khay"})
	register(t, svc, 21.0200, 105.8370, registry.Components{HouseNumber: "5", Alley: []string{"12", "34"}, Street: "Phố Khâm Thiên"})
	register(t, svc, 21.0201, 105.8375, registry.Components{HouseNumber: "7", Street: "Phố Khâm Thiên"})
	register(t, svc, 10.7770, 106.7010, registry.Components{HouseNumber: "65", Street: "Lê Lợi"})
	register(t, svc, 10.7560, 106.6670, registry.Components{HouseNumber: "20A", Street: "Trần Hưng Đạo"})
	e, err := NewEngine(t.Context(), svc, store)
	if err != nil {
		t.Fatal(err)
	}
	return e, svc
}

// TestValidateTexts judges whole texts, as a person would.
func TestValidateTexts(t *testing.T) {
	e, _ := validateEngine(t)
	for _, test := range []struct {
		text        string
		action      NextAction
		granularity string
		issue       IssueCode // one that must be among them; "" for none beyond remarks
	}{
		// the demonstration quarter
		{"Số 12/34/5 Phố Mẫu 1 (minh họa), Phường Hai Bà Trưng, Thành phố Hà Nội", Accept, MatchHouse, ""},
		{"số 5 ngách 34 ngõ 12 phố Mẫu 1, phường Hai Bà Trưng, Hà Nội", Accept, MatchHouse, ""},
		{"so 5 ngach 34 ngo 12 pho mau 1, p hai ba trung, hn", Accept, MatchHouse, ""},
		{"12/34/5 Phố Mẫu 1, P. Lê Đại Hành, Q. Hai Bà Trưng, Hà Nội", Accept, MatchHouse, IssueAdminOldName},
		{"20A Phố Mẫu 1, Phường Hai Bà Trưng, Hà Nội", Accept, MatchHouse, ""},
		{"12/34/99 Phố Mẫu 1, Phường Hai Bà Trưng, Hà Nội", Confirm, MatchAlley, IssueNumberPartial},
		{"777 Phố Mẫu 1, Phường Hai Bà Trưng, Hà Nội", Fix, MatchStreet, IssueNumberNotFound},
		{"Phố Mẫu 1, Phường Hai Bà Trưng, Hà Nội", Fix, MatchStreet, IssueNumberMissing},
		{"12 Phố Không Có Thật, Phường Hai Bà Trưng, Hà Nội", Fix, MatchCommune, IssueStreetNotFound},
		{"61 Phố Mẫu 1, Phường Hai Bà Trưng, Hà Nội", AddUnit, MatchHouse, IssueUnitMissing},
		{"Căn hộ 02-03, Tháp Mẫu, 61 Phố Mẫu 1, Phường Hai Bà Trưng, Hà Nội", Accept, GranularityUnit, ""},
		{"Thôn Mẫu, xã Hòa Thắng, Lâm Đồng", Confirm, MatchHamlet, IssueHouseUndecided},
		// real streets
		{"12A ngõ 34 Hàng Khay, phường Hoàn Kiếm, Hà Nội", Accept, MatchHouse, ""},
		{"12A ngõ 34 Hàng Khay, P. Tràng Tiền, Q. Hoàn Kiếm, HN", Accept, MatchHouse, IssueAdminOldName},
		{"65 Lê Lợi, P. Bến Nghé, Q.1, TP.HCM", Accept, MatchHouse, IssueDistrictAbolish},
		{"65 Lê Lợi, TP.HCM", Confirm, MatchHouse, IssueAdminMissing},
		{"65 Lê Lợi, P. Hoàn Kiếm, Hà Nội", Fix, MatchCommune, IssueStreetNotFound},
		{"Phường Bến Nghé, Quận 1, TP.HCM", Fix, MatchCommune, IssueDistrictAbolish},
		{"xyzzy qwerty", Fix, GranularityNone, IssueAdminNotFound},
	} {
		t.Run(test.text, func(t *testing.T) {
			v, err := e.Validate(t.Context(), ValidateRequest{Text: test.text})
			if err != nil {
				t.Fatal(err)
			}
			codes := issueCodes(v)
			if v.NextAction != test.action || v.Granularity != test.granularity {
				t.Errorf("%s at %s, want %s at %s: %v %v %v", v.NextAction, v.Granularity, test.action, test.granularity, codes, v.Components, v.Unmatched)
			}
			if test.issue != "" && !slices.Contains(codes, test.issue) {
				t.Errorf("no %s in %v", test.issue, codes)
			}
			if v.NextAction == Accept && (v.Address == nil || v.Current == "") {
				t.Errorf("accepted without address: %+v", v)
			}
		})
	}
}

func TestValidateParts(t *testing.T) {
	e, _ := validateEngine(t)
	for name, r := range map[string]ValidateRequest{
		"current": {Components: registry.Components{HouseNumber: "5", Alley: []string{"12", "34"}, Street: "Phố Mẫu 1"}, Commune: "Hai Bà Trưng", Province: "Hà Nội"},
		"former": {
			Components: registry.Components{HouseNumber: "12A", Alley: []string{"34"}, Street: "Hàng Khay"},
			Commune:    "Tràng Tiền", District: "Hoàn Kiếm", Province: "Hà Nội",
		},
		"with words": {
			Components: registry.Components{HouseNumber: "65", Street: "Đường Lê Lợi"},
			Commune:    "Phường Bến Nghé", District: "Quận 1", Province: "Thành phố Hồ Chí Minh",
		},
	} {
		v, err := e.Validate(t.Context(), ValidateRequest(r))
		if err != nil {
			t.Fatal(err)
		}
		if v.NextAction != Accept {
			t.Errorf("%s: %s with %v %v %v", name, v.NextAction, issueCodes(v), v.Components, v.Unmatched)
		}
	}
	v, err := e.Validate(t.Context(), ValidateRequest{Components: registry.Components{HouseNumber: "5", Street: "Phố Mẫu 1"}, Commune: "Xã Không Có", Province: "Hà Nội"})
	if err != nil {
		t.Fatal(err)
	}
	if v.NextAction == Accept || !slices.Contains(issueCodes(v), IssueAdminNotFound) {
		t.Errorf("an unknown commune: %s with %v", v.NextAction, issueCodes(v))
	}
}

// TestValidateNeverAcceptsWhatIsNotThere changes a part of addresses that exist to one that does not.
func TestValidateNeverAcceptsWhatIsNotThere(t *testing.T) {
	e, _ := validateEngine(t)
	for _, text := range []string{
		"12/34/5 Phố Mẫu 1, Phường Hai Bà Trưng, Hà Nội",
		"20A Phố Mẫu 1, Phường Hai Bà Trưng, Hà Nội",
		"12A ngõ 34 Hàng Khay, phường Hoàn Kiếm, Hà Nội",
		"65 Lê Lợi, P. Bến Nghé, Q.1, TP.HCM",
	} {
		for _, change := range [][2]string{
			{"12/34/5", "12/34/55"}, {"12/34/5", "12/35/5"}, {"12/34/5", "34/5"}, {"20A", "20C"}, {"20A", "20"}, {"12A", "12B"}, {"12A", "12"},
			{"ngõ 34", "ngõ 43"}, {"ngõ 34 ", ""}, {"65", "56"}, {"65", "65/2"}, {"65", "65B"},
			{"Mẫu 1", "Mẫu 2"}, {"Mẫu 1", "Mới 1"}, {"Hàng Khay", "Hàng Bài"}, {"Lê Lợi", "Lê Lai"}, {"Lê Lợi", "Lê Văn Lợi"},
			{"Hai Bà Trưng", "Hoàn Kiếm"}, {"Hoàn Kiếm", "Cửa Nam"}, {"Bến Nghé", "Bến Thành"}, {"Bến Nghé", "Tân Định"},
			{"Hà Nội", "Đà Nẵng"}, {"TP.HCM", "Cần Thơ"}, {"Phường Hai", "Phường Hai Trăm"},
		} {
			changed := strings.Replace(text, change[0], change[1], 1)
			// House 20 stands there; so would 12 with another alley.
			if changed == text || changed == "20 Phố Mẫu 1, Phường Hai Bà Trưng, Hà Nội" {
				continue
			}
			v, err := e.Validate(t.Context(), ValidateRequest{Text: changed})
			if err != nil {
				t.Fatal(err)
			}
			if v.NextAction == Accept {
				t.Errorf("%s is accepted as %s", changed, v.Current)
			}
		}
	}
}
