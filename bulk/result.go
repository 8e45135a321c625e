package bulk

import (
	"strconv"
	"strings"

	"github.com/diachiso/diachiso/geo"
)

// Status says in a word what became of a row.
type Status string

const (
	StatusMatched   Status = "matched"   // the house, or the flat in it
	StatusPartial   Status = "partial"   // the street, hamlet, commune … but not the house
	StatusAmbiguous Status = "ambiguous" // several fit equally well; none was taken
	StatusNotFound  Status = "not_found"
	StatusEmpty     Status = "empty"   // the row holds nothing to geocode
	StatusInvalid   Status = "invalid" // the row cannot be read, or a code or position in it is none
)

// Result is the answer to a row.
type Result struct {
	Status     Status
	Score      float64 // 0..1, how well the place fits the row
	ScoreNext  float64 // of the best other place; 0 when there is none
	Code       string
	Point      *geo.Point
	AccuracyM  float64
	Label      string
	Commune    string // with its type, as of today
	Province   string
	Postcode   string
	Zone       string
	NextAction string   // accept, confirm, add_unit or fix
	Issues     []string // codes of geocode.Issue, and for a row that cannot be read the reason
}

// ResultColumns are the columns that are appended, in this order.
func ResultColumns() []string {
	return []string{"result_status", "result_score", "result_score_next", "result_code", "result_lat", "result_lon", "result_accuracy_m",
		"result_label", "result_commune", "result_province", "result_postcode", "result_zone", "result_next_action", "result_issues"}
}

// cells are the texts of ResultColumns.
func (r *Result) cells() []string {
	lat, lon := "", ""
	if r.Point != nil {
		lat, lon = degrees(r.Point.Lat()), degrees(r.Point.Lon())
	}
	return []string{string(r.Status), score(r.Score), score(r.ScoreNext), r.Code, lat, lon, metres(r.AccuracyM),
		r.Label, r.Commune, r.Province, r.Postcode, r.Zone, r.NextAction, strings.Join(r.Issues, " ")}
}

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', 7, 64) }
func score(s float64) string   { return strconv.FormatFloat(s, 'f', 3, 64) }

func metres(m float64) string {
	if m == 0 {
		return ""
	}
	return strconv.FormatFloat(m, 'f', 1, 64)
}

// safe keeps a spreadsheet from running a cell as a formula: the cell of such a text begins with an apostrophe.
func safe(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// appendCell writes a cell, in quotes where it needs them.
func appendCell(b []byte, text string, comma byte) []byte {
	if !strings.ContainsAny(text, "\"\r\n"+string(rune(comma))) && !strings.HasPrefix(text, " ") {
		return append(b, text...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(text, `"`, `""`)...)
	return append(b, '"')
}
