package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
)

// conversionsView is what convert --json prints.
type conversionsView struct {
	Status string           `json:"status"` // converted, unchanged or ambiguous
	Result *targetView      `json:"result,omitempty"`
	Rest   string           `json:"rest,omitempty"` // the address without its divisions
	Items  []conversionView `json:"items"`          // one for each division that can be meant
}

type conversionView struct {
	From         string            `json:"from"`
	To           string            `json:"to"`
	Source       targetView        `json:"source"`
	SettledBy    geocode.SettledBy `json:"settled_by,omitempty"`
	Contradicted bool              `json:"contradicted,omitempty"` // by the position
	Candidates   []targetView      `json:"candidates"`
	Steps        []stepView        `json:"steps"`
}

type targetView struct {
	Level    geo.Level        `json:"level,omitempty"`
	Code     string           `json:"code,omitempty"`
	FullName string           `json:"full_name"`
	Division *divisionView    `json:"division"`
	Kind     geo.RelationKind `json:"kind,omitempty"`
	Note     string           `json:"note,omitempty"`
	Weight   float64          `json:"weight,omitempty"`
	Address  string           `json:"address,omitempty"`
}

type stepView struct {
	From     string           `json:"from"`
	To       string           `json:"to"`
	Kind     geo.RelationKind `json:"kind,omitempty"`
	Decision struct {
		Number    string `json:"number,omitempty"`
		Title     string `json:"title"`
		TitleEN   string `json:"title_en"`
		Issued    string `json:"issued,omitempty"`
		Effective string `json:"effective,omitempty"`
	} `json:"decision"`
}

func (m *Main) convertCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "convert [TEXT]",
		Short: "Đổi đơn vị cũ sang mới và ngược lại – old divisions to new ones and back",
		Long: `Tells what became of a division, or of those in an address, at 2025-07-01, or what they were before. A unit that was
divided is settled by --position, by the street or house where it is registered in the database, or shown with all
candidates. Exit status 3 when no division is recognised.`,
		Example: `  diachiso convert "Phường Tràng Tiền, Quận Hoàn Kiếm, Hà Nội"
  diachiso convert --code 00082                       # a code of before 2025-07-01
  diachiso convert --code 00082 --from 2025-07-01     # the same code since then
  diachiso convert "P. Bến Nghé, Q.1, TP.HCM" --position 10.7767,106.7009 --json`,
		Args: cobra.ArbitraryArgs,
	}
	fs := c.Flags()
	code := fs.String("code", "", "code of a division: 2 (province), 3 (district) or 5 digits (commune)")
	from := fs.String("from", "", "date on which it is meant, such as 2025-06-30 (default: the one that it tells)")
	to := fs.String("to", "", "date to convert to (default: today, or 2025-06-30 for today's units)")
	position := fs.String("position", "", "LAT,LON: where it is, to settle what was divided")
	street := fs.String("street", "", "street, to settle what was divided")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		r := geocode.ConvertRequest{Text: textArg(args), Code: *code, Street: *street}
		if (r.Text == "") == (r.Code == "") {
			return usage(cmd.CommandPath()+" --help", "expected either a text or --code")
		}
		var err error
		if r.From, err = dateFlag("from", *from); err != nil {
			return err
		}
		if r.To, err = dateFlag("to", *to); err != nil {
			return err
		}
		if *position != "" {
			p, err := geo.ParsePoint(*position)
			if err != nil {
				return err
			}
			r.At = &p
		}
		found, err := m.convert(cmd, r)
		if err != nil {
			return err
		}
		v := viewOfConversions(found)
		if wantsJSON(cmd) {
			return m.printJSON(v)
		}
		return m.printConversions(v)
	}
	return c
}

// convert asks the engine where there is a database, which knows streets and houses, and else the built-in data alone.
func (m *Main) convert(cmd *cobra.Command, r geocode.ConvertRequest) (*geocode.Conversions, error) {
	if m.hasDatabase() {
		db, engine, err := m.openEngine(cmd.Context())
		if err != nil {
			return nil, err
		}
		defer db.store.Close()
		return engine.Convert(cmd.Context(), r)
	}
	data, err := m.Data()
	if err != nil {
		return nil, err
	}
	gazetteer := geocode.NewGazetteer(data.Divisions)
	return geocode.NewConverter(gazetteer, geocode.NewParser(gazetteer), data.Locator, nil).Convert(r)
}

func dateFlag(name, text string) (geo.Date, error) {
	if text == "" {
		return 0, nil
	}
	at, err := geo.ParseDate(text)
	if err != nil {
		return 0, usage("--"+name+" 2025-06-30", "--%s is no date: year, month and day are needed", name)
	}
	return at, nil
}

func viewOfConversions(found *geocode.Conversions) conversionsView {
	v := conversionsView{Status: "ambiguous", Rest: found.Rest, Items: []conversionView{}}
	for i := range found.Items {
		v.Items = append(v.Items, viewOfConversion(&found.Items[i]))
	}
	if c, ok := found.Decided(); ok {
		v.Status, v.Result = "converted", &v.Items[0].Candidates[0]
		if c.By == geocode.SettledSame {
			v.Status = "unchanged"
		}
	}
	return v
}

func viewOfConversion(c *geocode.Conversion) conversionView {
	v := conversionView{
		From: c.From.String(), To: c.To.String(), SettledBy: c.By, Contradicted: c.Contradicted,
		Source: viewOfUnit(c.Commune, c.District, c.Province, c.From), Candidates: []targetView{}, Steps: []stepView{},
	}
	for _, t := range c.Candidates {
		tv := viewOfUnit(t.Commune, t.District, t.Province, c.To)
		tv.FullName, tv.Kind, tv.Note, tv.Weight, tv.Address = t.Name, t.Kind, t.Note, round3(t.Weight), t.Address
		v.Candidates = append(v.Candidates, tv)
	}
	for _, s := range c.Steps {
		sv := stepView{From: s.From, To: s.To, Kind: s.Kind}
		sv.Decision.Number, sv.Decision.Title, sv.Decision.TitleEN = s.Decision.Number, s.Decision.Title, s.Decision.TitleEN
		sv.Decision.Issued, sv.Decision.Effective = s.Decision.Issued.String(), s.Decision.Effective.String()
		v.Steps = append(v.Steps, sv)
	}
	return v
}

func viewOfUnit(commune, district, province *geo.Division, at geo.Date) targetView {
	v := targetView{Division: &divisionView{Commune: refOf(commune, at), District: refOf(district, at), Province: refOf(province, at)}}
	if commune != nil {
		v.Division.PostalCode = commune.Postcode(at)
	}
	for _, d := range []*geo.Division{commune, district, province} {
		if d != nil {
			v.Level, v.Code, v.FullName = d.Level, d.Code, d.Name(at).FullName()
			break
		}
	}
	return v
}

// settledTexts say for readers what decided.
var settledTexts = map[geocode.SettledBy]string{
	geocode.SettledSame: "không đổi (unchanged)", geocode.SettledOnlySuccessor: "chỉ một đơn vị (only one)",
	geocode.SettledOnlyPredecessor: "chỉ một đơn vị (only one)", geocode.SettledAllPopulation: "toàn bộ dân cư (everybody who lived there)",
	geocode.SettledPosition: "theo vị trí (position)", geocode.SettledHouse: "theo số nhà đã đăng ký (registered house)",
	geocode.SettledStreet: "theo đường đã đăng ký (registered street)", "": "chưa rõ: có nhiều khả năng (not settled)",
}

func (m *Main) printConversions(v conversionsView) error {
	t := m.table()
	for i, c := range v.Items {
		if i > 0 {
			t.row("--")
		}
		t.row("Đơn vị (unit)", c.Source.Division.text(), c.From)
		t.row("Căn cứ (settled by)", settledTexts[c.SettledBy])
		candidates, label := c.Candidates, "Có thể là (one of)"
		if c.SettledBy != "" {
			candidates, label = candidates[:1], "Đổi thành (becomes)"
		}
		for _, to := range candidates {
			text := to.Address
			if to.Code != "" {
				text += " (" + to.Code + ")"
			}
			t.row(label, text, to.Note)
		}
		if c.SettledBy == "" {
			continue
		}
		if err := t.flush(); err != nil { // columns of their own
			return err
		}
		for _, s := range c.Steps {
			t.row("Bước (step)", s.From+" → "+s.To, s.Decision.Title)
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	if v.Result == nil {
		_, err := fmt.Fprintln(m.Stdout, "Cho thêm vị trí, tên đường hoặc số nhà để biết chắc. A position, street or house number would settle it.")
		return err
	}
	return nil
}
