package geocode

import (
	"slices"
	"strings"

	"github.com/diachiso/diachiso/geo"
)

// Step is one decision on the way from a division to another, with what it was decided by.
type Step struct {
	From, To string           // full names with the larger units
	Kind     geo.RelationKind // "" where a name was replaced
	Decision Decision
}

// Decision is an act of the state, or an official list where the act's number is not in the data.
type Decision struct {
	Number    string // "202/2025/QH15"; "" where not known
	Title     string // Vietnamese
	TitleEN   string
	Issued    geo.Date // 0 where not known
	Effective geo.Date // 0 where not known
}

// Decisions that the data goes back to. The numbers of the National Assembly committee's resolutions on communes, one for
// each province, are not in it: the official table joins them.
var (
	decisionProvinces = Decision{
		Number: "202/2025/QH15", Issued: 2025_06_12, Effective: reorganisationDay,
		Title:   "Nghị quyết 202/2025/QH15 của Quốc hội về việc sắp xếp đơn vị hành chính cấp tỉnh",
		TitleEN: "Resolution 202/2025/QH15 of the National Assembly on the arrangement of provincial units",
	}
	decisionTable = Decision{
		Issued: 2025_10_23, Effective: reorganisationDay,
		Title:   "Bảng chuyển đổi đơn vị hành chính cấp xã cũ – mới của Cục Thống kê, bản ngày 23/10/2025",
		TitleEN: "official conversion table of 2025-10-23 (NSO)",
	}
	decisionCodes = Decision{
		Number: "19/2025/QĐ-TTg", Effective: reorganisationDay,
		Title:   "Quyết định 19/2025/QĐ-TTg của Thủ tướng Chính phủ ban hành Bảng danh mục và mã số các đơn vị hành chính Việt Nam",
		TitleEN: "Decision 19/2025/QĐ-TTg of the Prime Minister on the list and codes of administrative units",
	}
	decisionFormer = Decision{
		Title:   "Danh mục đơn vị hành chính của Cục Thống kê: tên gọi cũ và đơn vị đã nhập trước ngày 30/06/2025",
		TitleEN: "NSO lists of administrative units: names and units before 2025-06-30",
	}
)

// reorganisationDay is the day on which the two-level divisions began.
const reorganisationDay geo.Date = 2025_07_01

// steps names the decision for each thing that changed: a former name, the unit, its province, its code.
func (c *Converter) steps(item *Conversion, unit *geo.Division) []Step {
	var steps []Step
	from := joinNames("", Transfer{Commune: item.Commune, District: item.District, Province: item.Province, Name: unit.Name(item.From).FullName()}, item.From)
	for _, named := range [...]struct {
		status Status
		span   Span
		unit   *geo.Division
	}{
		{item.Reading.CommuneStatus, item.Reading.CommuneSpan, item.Reading.Commune},
		{item.Reading.DistrictStatus, item.Reading.DistrictSpan, item.Reading.District},
	} {
		if named.status == Replaced && named.unit != nil {
			steps = append(steps, Step{From: named.span.Text, To: named.unit.Name(item.From).FullName(), Decision: decisionFormer})
		}
	}
	if item.By == SettledSame {
		return steps
	}
	candidates := item.Candidates
	if item.Settled {
		candidates = candidates[:1]
	}
	if unit.Level != geo.LevelProvince {
		for _, t := range candidates {
			steps = append(steps, Step{From: from, To: joinNames("", t, item.To), Kind: t.Kind, Decision: decisionTable})
		}
	}
	var seen []*geo.Division
	for _, t := range candidates {
		if t.Province == nil || item.Province == nil || slices.Contains(seen, t.Province) {
			continue
		}
		seen = append(seen, t.Province)
		old, now := item.Province, t.Province
		if old.ValidTo == 0 {
			old, now = now, old
		}
		kept := old.Code == now.Code && old.Name(item.From).FullName() == now.Name(item.To).FullName()
		if !kept && len(c.gazetteer.ds.Predecessors(now)) > 1 {
			steps = append(steps, Step{From: item.Province.Name(item.From).FullName(), To: t.Province.Name(item.To).FullName(), Kind: c.kindBetween(old, now), Decision: decisionProvinces})
		}
	}
	for _, t := range candidates {
		if to := smallest(t.Commune, t.District, t.Province); to != nil && to.Level == unit.Level && to.Code != unit.Code {
			steps = append(steps, Step{From: unit.Code, To: to.Code, Decision: decisionCodes})
		}
	}
	return steps
}

func (c *Converter) kindBetween(old, now *geo.Division) geo.RelationKind {
	for _, r := range c.gazetteer.ds.Successors(old) {
		if r.To == now {
			return r.Kind
		}
	}
	return ""
}

// joinNames writes the names of a candidate after the rest of an address, from small to large.
func joinNames(rest string, t Transfer, at geo.Date) string {
	var parts []string
	if rest != "" {
		parts = append(parts, rest)
	}
	named := false
	for _, d := range [...]*geo.Division{t.Commune, t.District, t.Province} {
		if d != nil {
			parts = append(parts, d.Name(at).FullName())
			named = true
		}
	}
	if !named && t.Name != "" {
		parts = append(parts, t.Name)
	}
	return strings.Join(parts, ", ")
}

// restOf is a text without the divisions that a reading took from it, the country and loose commas.
func restOf(text string, r Reading) string {
	cut := []byte(text)
	for _, span := range [...]Span{r.CommuneSpan, r.DistrictSpan, r.ProvinceSpan} {
		for i := max(0, span.Start); i < min(span.End, len(cut)); i++ {
			cut[i] = 0
		}
	}
	var parts []string
	for _, part := range strings.FieldsFunc(string(cut), func(c rune) bool { return c == 0 || c == ',' || c == ';' }) {
		part = strings.Trim(part, " -–.")
		switch strings.ToLower(part) {
		case "", "việt nam", "viet nam", "vietnam", "vn":
			continue
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}
