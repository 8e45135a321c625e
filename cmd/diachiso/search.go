package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/registry"
)

// foundView is what search --json prints.
type foundView struct {
	Results []resultView `json:"results"`
	Reason  string       `json:"reason,omitempty"` // why there are none
}

type resultView struct {
	Code            string                    `json:"code,omitempty"`
	Type            string                    `json:"type"`
	Label           string                    `json:"label"`
	Score           float64                   `json:"score"`
	MatchLevel      string                    `json:"match_level"`
	Lat             float64                   `json:"lat"`
	Lon             float64                   `json:"lon"`
	CoordinateLevel string                    `json:"coordinate_level"`
	AccuracyM       float64                   `json:"accuracy_m"`
	Components      registry.Components       `json:"components"`
	Division        *divisionView             `json:"division,omitempty"`
	Statuses        map[string]geocode.Status `json:"statuses"`
	Unmatched       []string                  `json:"unmatched"`
	Count           int64                     `json:"count,omitempty"` // active addresses there, for a street, building or hamlet
}

func (m *Main) searchCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "search TEXT",
		Short: "Tìm địa chỉ bằng chữ – find addresses by text",
		Long: `Understands an address as people write it: with or without diacritics, old or current divisions, alleys in words or
with slashes, abbreviations and slips. Exit status 3 when nothing is found.`,
		Example: `  diachiso search so 5 ngach 34 ngo 12 kham thien, dong da, hn
  diachiso search "12/34/5 phố Khâm Thiên" --near 21.02,105.83 --limit 3
  diachiso search "169 Nguyễn Ngọc Vũ, Cầu Giấy" --json`,
		Args: cobra.MinimumNArgs(1),
	}
	limit := c.Flags().Int("limit", 5, fmt.Sprintf("most results, 1 to %d", geocode.MaxLimit))
	near := c.Flags().String("near", "", "LAT,LON: what is near comes first")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if *limit < 1 || *limit > geocode.MaxLimit {
			return usage("--limit 5", "--limit must be from 1 to %d", geocode.MaxLimit)
		}
		q := geocode.Query{Text: textArg(args), Limit: *limit}
		if *near != "" {
			p, err := geo.ParsePoint(*near)
			if err != nil {
				return err
			}
			q.Near = &p
		}
		db, engine, err := m.openEngine(cmd.Context())
		if err != nil {
			return err
		}
		defer db.store.Close()
		found, err := engine.Search(cmd.Context(), q)
		if err != nil {
			return err
		}
		v := viewOfResults(db.svc, found)
		if wantsJSON(cmd) {
			err = m.printJSON(v)
		} else {
			err = m.printResults(v)
		}
		if err == nil && len(v.Results) == 0 {
			err = &cliError{status: exitNotFound, message: reasonText(v.Reason), try: "fewer words: the street with its commune or province"}
		}
		return err
	}
	return c
}

// openEngine opens the configured database for reading, with the engine over it.
func (m *Main) openEngine(ctx context.Context) (*database, *geocode.Engine, error) {
	db, err := m.readDatabase(ctx)
	if err != nil {
		return nil, nil, err
	}
	engine, err := geocode.NewEngine(ctx, db.svc, db.store)
	if err != nil {
		db.store.Close()
		return nil, nil, fmt.Errorf("build the search index: %w", err)
	}
	return db, engine, nil
}

func viewOfResults(svc *registry.Service, found *geocode.Results) foundView {
	v := foundView{Results: []resultView{}}
	if len(found.Results) == 0 {
		v.Reason = found.Reason
	}
	for i := range found.Results {
		r := &found.Results[i]
		rv := resultView{
			Type: r.Type, Label: r.Label, Score: round3(r.Score), MatchLevel: r.MatchLevel, Lat: r.Point.Lat(), Lon: r.Point.Lon(),
			CoordinateLevel: r.CoordinateLevel, AccuracyM: round1(r.AccuracyM), Components: r.Components,
			Statuses: r.ComponentStatus, Unmatched: []string{}, Count: r.Count,
		}
		if r.Address != nil {
			rv.Code = r.Address.Code.String()
		}
		if r.Commune != nil {
			rv.Division = viewOfDivision(svc.DivisionOf(&registry.Address{Commune: r.Commune.Code}, geo.Today()))
		}
		for _, span := range r.Unmatched {
			rv.Unmatched = append(rv.Unmatched, span.Text)
		}
		v.Results = append(v.Results, rv)
	}
	return v
}

// viewOfDivision is nil for no divisions at all.
func viewOfDivision(info registry.DivisionInfo) *divisionView {
	v := &divisionView{
		Commune: refOf(info.Commune, info.At), District: refOf(info.District, info.At), Province: refOf(info.Province, info.At), PostalCode: info.PostalCode,
	}
	if v.Commune == nil && v.District == nil && v.Province == nil {
		return nil
	}
	return v
}

// matchTexts name the levels of results for readers.
var matchTexts = map[string]string{
	geocode.MatchHouse: "đúng nhà (house)", geocode.MatchAlley: "đúng ngõ, chưa có số nhà (alley)",
	geocode.MatchNearestNumber: "số nhà gần nhất (nearest number)", geocode.MatchBuilding: "toà nhà (building)",
	geocode.MatchStreet: "đường (street)", geocode.MatchHamlet: "thôn, tổ (hamlet)", geocode.MatchCommune: "xã, phường (commune)",
	geocode.MatchDistrict: "quận, huyện cũ (former district)", geocode.MatchProvince: "tỉnh, thành (province)", geocode.MatchCode: "mã (code)",
	geocode.GranularityUnit: "đúng căn hộ (flat)", geocode.GranularityNone: "không (none)",
}

func (m *Main) printResults(v foundView) error {
	t := m.table()
	for i, r := range v.Results {
		if i > 0 {
			t.row("--")
		}
		t.row("Địa chỉ (address)", r.Label)
		t.row("Mã (code)", r.Code)
		t.row("Mức khớp (match)", fmt.Sprintf("%s, %.2f", matchTexts[r.MatchLevel], r.Score))
		t.row("Vị trí (position)", degrees(r.Lat, r.Lon)+accuracyText(r.AccuracyM))
		t.row("Đơn vị (division)", r.Division.text())
		if r.Count > 0 && r.Code == "" {
			t.row("Số địa chỉ (addresses)", fmt.Sprint(r.Count))
		}
		t.row("Không hiểu (unmatched)", strings.Join(r.Unmatched, " | "))
	}
	return t.flush()
}

func accuracyText(m float64) string {
	if m == 0 {
		return ""
	}
	return " ± " + metres(m)
}

func reasonText(reason string) string {
	switch reason {
	case geocode.ReasonEmpty:
		return "the text holds nothing to search for"
	case geocode.ReasonUnknownCode:
		return "no address has this code"
	}
	return "nothing is called so"
}

func round3(score float64) float64 { return float64(int(score*1000+0.5)) / 1000 }
