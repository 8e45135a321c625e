package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/internal/textfile"
	"github.com/diachiso/diachiso/registry"
)

// coverageView is what coverage --json prints.
type coverageView struct {
	AsOf       time.Time    `json:"as_of"`
	Items      []unitView   `json:"items"`
	SurveyNext []surveyView `json:"survey_next"`
}

type unitView struct {
	Code             string  `json:"code"`
	FullName         string  `json:"full_name"`
	Addresses        int64   `json:"addresses"`
	Dwellings        int64   `json:"dwellings"`
	Expected         int64   `json:"expected,omitempty"`
	Share            float64 `json:"share,omitempty"`
	Surveyed         int64   `json:"surveyed"`
	Unidentified     int64   `json:"unidentified"`
	Duplicates       int64   `json:"duplicates"`
	Outside          int64   `json:"outside"`
	Communes         int     `json:"communes"`
	CommunesExpected int     `json:"communes_expected"`
	Source           string  `json:"source,omitempty"`
	Date             string  `json:"date,omitempty"`
}

type surveyView struct {
	Code     string       `json:"code"`
	FullName string       `json:"full_name"`
	Score    float64      `json:"score"`
	Reasons  []reasonView `json:"reasons"`
}

type reasonView struct {
	Reason registry.Reason `json:"reason"`
	Count  int64           `json:"count"`
}

var reasonWords = map[registry.Reason]string{
	registry.ReasonMissing: "thiếu hộ (missing)", registry.ReasonUnsurveyed: "chưa đo (unsurveyed)", registry.ReasonUnidentified: "không số, không tên (unidentified)",
	registry.ReasonDuplicates: "có thể trùng (duplicates)", registry.ReasonOutside: "nằm ngoài xã (outside)",
}

const listedSurveys = 10

func (m *Main) coverageCommand() *cobra.Command {
	var province, level string
	c := &cobra.Command{
		Use:   "coverage",
		Short: "Độ phủ, nơi cần khảo sát tiếp – coverage, and what to survey next",
		Long: `Counts the registry in one pass: per province, or per commune of one, dwellings registered against households expected, positions
surveyed, addresses without number and name, likely duplicates and positions outside their commune; then where a survey would settle most.`,
		Example: `  diachiso coverage import expected.csv
  diachiso coverage
  diachiso coverage --province 01 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if level == "" {
				level = string(geo.LevelProvince)
				if province != "" {
					level = string(geo.LevelCommune)
				}
			}
			if level != string(geo.LevelProvince) && level != string(geo.LevelCommune) {
				return usage("--level commune", "--level is province or commune")
			}
			return m.coverage(cmd, geo.Level(level), province)
		},
	}
	c.Flags().StringVar(&province, "province", "", "only this province, by its code, commune by commune")
	c.Flags().StringVar(&level, "level", "", "province or commune (default: province, or commune with --province)")
	c.AddCommand(m.coverageImportCommand())
	return c
}

func (m *Main) coverage(cmd *cobra.Command, level geo.Level, province string) (err error) {
	ctx := cmd.Context()
	db, err := m.readDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.store.Close()) }()
	extent, err := db.svc.Extent(province)
	if err != nil {
		return err
	}
	counted, err := db.svc.MeasureCoverage(ctx, &extent)
	if err != nil {
		return err
	}
	units := db.svc.Units(counted, level, province, nil)
	today := geo.Today()
	view := coverageView{AsOf: counted.At, Items: []unitView{}, SurveyNext: []surveyView{}}
	for _, u := range units {
		view.Items = append(view.Items, unitView{
			Code: u.Division.Code, FullName: u.Division.Name(today).FullName(), Addresses: u.Addresses, Dwellings: u.Dwellings,
			Expected: u.Expected, Share: math.Round(u.Share()*1e4) / 1e4, Surveyed: u.Surveyed, Unidentified: u.Unidentified, Duplicates: u.Duplicates,
			Outside: u.Outside, Communes: u.Communes, CommunesExpected: u.ExpectedKnown, Source: u.Source, Date: u.On.String(),
		})
	}
	for _, n := range registry.SurveyNext(units) {
		s := surveyView{Code: n.Unit.Division.Code, FullName: n.Unit.Division.Name(today).FullName(), Score: n.Score}
		for _, r := range n.Reasons {
			s.Reasons = append(s.Reasons, reasonView{r.Reason, r.Count})
		}
		view.SurveyNext = append(view.SurveyNext, s)
	}
	if wantsJSON(cmd) {
		return m.printJSON(view)
	}
	return m.printCoverage(view)
}

func (m *Main) printCoverage(v coverageView) error {
	t := m.table()
	t.row("Đơn vị (unit)", "hộ / dự kiến (dwellings / expected), đã đo (surveyed)")
	for _, u := range v.Items {
		if u.Addresses == 0 && u.Expected == 0 {
			continue
		}
		share := "?"
		if u.Expected > 0 {
			share = fmt.Sprintf("%d (%.1f %%)", u.Expected, u.Share*100)
		}
		t.row(u.Code+" "+u.FullName, fmt.Sprintf("%d / %s, %.1f %%", u.Dwellings, share, 100*float64(u.Surveyed)/float64(max(1, u.Addresses))))
	}
	t.row("--")
	t.row("Khảo sát tiếp (survey next)", "")
	for _, n := range v.SurveyNext[:min(listedSurveys, len(v.SurveyNext))] {
		var why []string
		for _, r := range n.Reasons {
			why = append(why, fmt.Sprintf("%s %d", reasonWords[r.Reason], r.Count))
		}
		t.row(n.Code+" "+n.FullName, strings.Join(why, ", "))
	}
	return t.flush()
}

func (m *Main) coverageImportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE",
		Short: "Số hộ dự kiến – households expected, by commune",
		Long: `Reads a CSV with the columns commune_code, households, source and date (yyyy-mm-dd; may be empty). Each row replaces the figure of its
commune; nothing is taken over when a row is wrong. - reads standard input.`,
		Example: `  diachiso coverage import expected.csv`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			in, err := m.openInput(args[0])
			if err != nil {
				return err
			}
			defer in.Close()
			figures, err := readExpected(in)
			if err != nil {
				return &cliError{status: exitInvalid, message: args[0] + ": " + err.Error(), try: "commune_code,households,source,date", err: err}
			}
			db, _, err := m.openDatabase(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, db.store.Close()) }()
			if err := db.svc.SetExpected(cmd.Context(), actorCLI, figures); err != nil {
				return err
			}
			if wantsJSON(cmd) {
				return m.printJSON(map[string]int{"communes": len(figures)})
			}
			_, err = fmt.Fprintf(m.Stdout, "%d xã, phường, đặc khu (communes)\n", len(figures))
			return err
		},
	}
}

var expectedColumns = []string{"commune_code", "households", "source", "date"}

func readExpected(r io.Reader) ([]registry.ExpectedHouseholds, error) {
	text, _, err := textfile.Open(r)
	if err != nil {
		return nil, err
	}
	rows := csv.NewReader(text)
	rows.FieldsPerRecord = -1
	header, err := rows.Read()
	if err != nil {
		return nil, errors.New("there is no header line")
	}
	var at [4]int
	for i, name := range expectedColumns {
		at[i] = slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
		if i < 2 && at[i] < 0 {
			return nil, fmt.Errorf("there is no column %s", name)
		}
	}
	var figures []registry.ExpectedHouseholds
	seen := map[string]bool{}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return figures, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := rows.FieldPos(0)
		cell := func(i int) string {
			if at[i] < 0 || at[i] >= len(row) {
				return ""
			}
			return strings.TrimSpace(row[at[i]])
		}
		f := registry.ExpectedHouseholds{Commune: cell(0), Source: cell(2)}
		if n := len(f.Commune); n > 0 && n < 5 && strings.Trim(f.Commune, "0123456789") == "" { // a spreadsheet took the zeros
			f.Commune = strings.Repeat("0", 5-n) + f.Commune
		}
		if f.Households, err = strconv.ParseInt(cell(1), 10, 64); err != nil || f.Households < 0 {
			return nil, fmt.Errorf("line %d: households is no count", line)
		}
		if day := cell(3); day != "" {
			if f.On, err = geo.ParseDate(day); err != nil {
				return nil, fmt.Errorf("line %d: date is no date such as 2025-12-31", line)
			}
		}
		if seen[f.Commune] {
			return nil, fmt.Errorf("line %d: commune %s is there twice", line, f.Commune)
		}
		seen[f.Commune] = true
		figures = append(figures, f)
	}
}
