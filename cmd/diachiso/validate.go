package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
)

// verdictView is what validate --json prints.
type verdictView struct {
	Verdict struct {
		Granularity string             `json:"granularity"`
		Complete    bool               `json:"complete"`
		NextAction  geocode.NextAction `json:"next_action"`
	} `json:"verdict"`
	Score   float64 `json:"score"`
	Code    string  `json:"code,omitempty"`
	Address struct {
		Current string `json:"current"`
		Former  string `json:"former,omitempty"`
	} `json:"address"`
	Position   *latLonView   `json:"position,omitempty"`
	Division   *divisionView `json:"division,omitempty"`
	Former     *divisionView `json:"former,omitempty"`
	Components []judgedView  `json:"components"`
	Issues     []issueView   `json:"issues"`
	Unmatched  []string      `json:"unmatched"`
}

type judgedView struct {
	Name   string         `json:"name"`
	Value  string         `json:"value"`
	Status geocode.Status `json:"status"`
	Given  string         `json:"given,omitempty"`
	Former string         `json:"former,omitempty"`
}

type issueView struct {
	Code      geocode.IssueCode `json:"code"`
	Penalty   float64           `json:"penalty"`
	Component string            `json:"component,omitempty"`
	Message   struct {
		Vi string `json:"vi"`
		En string `json:"en"`
	} `json:"message"`
	Candidates []issueCandidateView `json:"candidates,omitempty"`
}

type issueCandidateView struct {
	Label     string           `json:"label"`
	Code      string           `json:"code,omitempty"`
	Division  *divisionRef     `json:"division,omitempty"`
	Kind      geo.RelationKind `json:"kind,omitempty"`
	DistanceM *float64         `json:"distance_m,omitempty"`
}

func (m *Main) validateCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "validate TEXT",
		Short: "Kiểm tra địa chỉ – judge an address",
		Long: `Says whether an address can be used as it is (accept), needs a look (confirm), lacks the flat (add_unit) or must be
put right (fix), with the reason for every part and the address in its current and its former form.
Exit status 0 whatever the verdict is; read next_action.`,
		Example: `  diachiso validate "12A ngách 34/5 Hàng Khay, P. Tràng Tiền, Q. Hoàn Kiếm, HN"
  diachiso validate "12A Hàng Khay, Hà Nội" --code 5FJBC-2NJV-T33 --json`,
		Args: cobra.ArbitraryArgs,
	}
	code := c.Flags().String("code", "", "address code to hold against the text")
	position := c.Flags().String("position", "", "LAT,LON to hold against the text")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		r := geocode.ValidateRequest{Text: textArg(args), Code: *code}
		if r.Text == "" && r.Code == "" {
			return usage(cmd.CommandPath()+" --help", "expected an address, or --code")
		}
		if *position != "" {
			p, err := geo.ParsePoint(*position)
			if err != nil {
				return err
			}
			r.Position = &p
		}
		db, engine, err := m.openEngine(cmd.Context())
		if err != nil {
			return err
		}
		defer db.store.Close()
		verdict, err := engine.Validate(cmd.Context(), r)
		if err != nil {
			return err
		}
		v := viewOfVerdict(verdict)
		if wantsJSON(cmd) {
			return m.printJSON(v)
		}
		return m.printVerdict(v)
	}
	return c
}

func viewOfVerdict(verdict *geocode.Verdict) verdictView {
	v := verdictView{
		Score: verdict.Score, Division: viewOfDivision(verdict.Divisions), Former: viewOfDivision(verdict.Old),
		Components: []judgedView{}, Issues: []issueView{}, Unmatched: nonNil(verdict.Unmatched),
	}
	v.Verdict.Granularity, v.Verdict.Complete, v.Verdict.NextAction = verdict.Granularity, verdict.Complete, verdict.NextAction
	v.Address.Current, v.Address.Former = verdict.Current, verdict.Former
	if verdict.Address != nil {
		v.Code = verdict.Address.Code.String()
	}
	if verdict.Point != nil {
		p := latLon(*verdict.Point)
		v.Position = &p
	}
	for _, c := range verdict.Components {
		v.Components = append(v.Components, judgedView(c))
	}
	for _, i := range verdict.Issues {
		iv := issueView{Code: i.Code, Penalty: i.Penalty, Component: i.Component}
		iv.Message.Vi, iv.Message.En = i.Vi, i.En
		for _, c := range i.Candidates {
			iv.Candidates = append(iv.Candidates, viewOfIssueCandidate(c))
		}
		v.Issues = append(v.Issues, iv)
	}
	return v
}

func viewOfIssueCandidate(c geocode.IssueCandidate) issueCandidateView {
	v := issueCandidateView{Label: c.Label, Kind: c.Relation, Division: refOf(c.Division, geo.Today())}
	if c.Address != nil {
		v.Code = c.Address.Code.String()
	}
	if c.DistanceM >= 0 {
		d := round1(c.DistanceM)
		v.DistanceM = &d
	}
	return v
}

// actionTexts name what to do next for readers.
var actionTexts = map[geocode.NextAction]string{
	geocode.Accept: "dùng được (accept)", geocode.Confirm: "cần xác nhận (confirm)",
	geocode.AddUnit: "cần số căn hộ (add_unit)", geocode.Fix: "phải sửa (fix)",
}

func (m *Main) printVerdict(v verdictView) error {
	t := m.table()
	t.row("Kết luận (verdict)", fmt.Sprintf("%s, %.2f", actionTexts[v.Verdict.NextAction], v.Score))
	t.row("Mức khớp (match)", matchTexts[v.Verdict.Granularity])
	t.row("Địa chỉ (address)", v.Address.Current)
	t.row("Trước 1-7-2025 (former)", v.Address.Former)
	t.row("Mã (code)", v.Code)
	if err := t.flush(); err != nil { // columns of their own for each part
		return err
	}
	for _, c := range v.Components {
		given := ""
		if c.Given != "" {
			given = " ← " + c.Given
		} else if c.Former != "" && c.Former != c.Value {
			given = " ← " + c.Former
		}
		t.row("  "+c.Name, c.Value+given, string(c.Status))
	}
	if err := t.flush(); err != nil {
		return err
	}
	for _, i := range v.Issues {
		t.row("Lưu ý (issue)", i.Message.Vi+" "+i.Message.En, string(i.Code))
		for _, c := range i.Candidates {
			t.row("  Có thể là (one of)", strings.TrimSpace(c.Label+" "+string(c.Kind)), c.Code)
		}
	}
	t.row("Không hiểu (unmatched)", strings.Join(v.Unmatched, " | "))
	return t.flush()
}
