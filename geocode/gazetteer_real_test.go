package geocode

import (
	"slices"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// official maps "commune|district|province", names without types in normal form, to the codes of its successors.
func official(t *testing.T) map[string][]string {
	out := map[string][]string{}
	for _, row := range readCSV(t, "divisions/old_to_new_official.tsv", '\t') {
		if row["old_code"] == "" {
			continue
		}
		key := bare(row["old_name"]) + "|" + bare(row["old_district"]) + "|" + bare(row["old_province"])
		out[key] = append(out[key], row["new_code"])
	}
	return out
}

// bare is a name without its type word, in a form that small differences of spelling don't touch.
func bare(name string) string {
	name = strings.TrimSpace(name)
	for _, word := range append(geo.Types(), "TP.", "TT.", "P.", "Tp.", "TP", "Q", "Q.") {
		if len(name) > len(word) && vntext.Fold(name[:len(word)]) == vntext.Fold(word) && strings.HasPrefix(strings.ToLower(name), strings.ToLower(word)) {
			name = strings.TrimSpace(name[len(word):])
			break
		}
	}
	name = strings.TrimLeft(keyOf(name), "0")
	switch name {
	case "hcm", "tphcm":
		return "hochiminh"
	case "thuathienhue":
		return "hue"
	}
	return name
}

// TestRealAddresses reads real old-style addresses: the first commune must be an official successor of the ward that the
// text names. Which ward that is, is found by comparing the text's own commas with the official table.
func TestRealAddresses(t *testing.T) {
	table := official(t)
	var texts []string
	for _, row := range readCSV(t, "addresses/telecom_offices.csv", ',') {
		texts = append(texts, row["address_old_style"])
	}
	for _, row := range readCSV(t, "addresses/osm_addresses_hn_hcm.csv", ',') {
		if row["subdistrict"] != "" && row["district"] != "" {
			texts = append(texts, row["housenumber"]+" "+row["street"]+", "+row["subdistrict"]+", "+row["district"]+", "+row["city"])
		}
	}
	g := testGazetteer(t)
	compared, wrong := 0, 0
	for _, text := range texts {
		want := successorsNamed(table, text)
		if want == nil {
			continue
		}
		compared++
		r := readText(g, text)[0]
		if len(r.Communes) == 0 || !slices.Contains(want, r.Communes[0].Commune.Code) || r.Commune == nil {
			wrong++
			t.Logf("%s: want one of %v, read %s", text, want, describeReading(r))
		}
	}
	t.Logf("%d of %d addresses name a ward of the official table; %d read otherwise", compared, len(texts), wrong)
	if compared < 250 || wrong*1000 > compared*5 {
		t.Errorf("%d of %d read otherwise", wrong, compared)
	}
}

// successorsNamed looks three neighbouring pieces of a text up in the official table, or two and any province of the rest.
func successorsNamed(table map[string][]string, text string) []string {
	if i := strings.IndexByte(text, '('); i >= 0 {
		text = text[:i]
	}
	pieces := strings.Split(text, ",")
	for i := 0; i+2 < len(pieces); i++ {
		if have := table[bare(pieces[i])+"|"+bare(pieces[i+1])+"|"+bare(pieces[i+2])]; have != nil {
			return have
		}
	}
	return nil
}
