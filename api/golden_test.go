package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden keeps whole answers in testdata: what a client sees cannot change unseen.
func TestGolden(t *testing.T) {
	c := newClient(t)
	assigned := c.post("/v1/addresses", hoGuom)
	answers := []struct {
		name string
		answer
	}{
		{"assign", assigned},
		{"duplicate", c.post("/v1/addresses", `{"position": {"lat": 21.0287, "lon": 105.8524}, "components": {"house_number": "12A", "alley": ["34", "5"], "street": "Phố Hàng Khay"}}`)},
		{"invalid", c.post("/v1/addresses", `{"position": {"lat": 999}, "kind": "castle", "colour": 1}`)},
		{"invalid_english", c.post("/v1/addresses", `{"position": {"lat": 999}, "kind": "castle", "colour": 1}`, "Accept-Language", "en")},
		{"swapped", c.get("/v1/codes?lat=105.8524&lon=21.0287")},
		{"damaged", c.get("/v1/addresses/5FJBC-2NJV-T35")},
		{"not_registered", c.get("/v1/addresses/GV6PS-QZM2-KKP")},
		{"resolve_damaged", c.get("/v1/resolve?q=5FJBC-2NJV-T35")},
		{"resolve_position", c.get("/v1/resolve?q=21.0288,105.8524")},
		{"inspect", c.get("/v1/codes/5fjbc2njvt33")},
		{"inspect_damaged", c.get("/v1/codes/5FJBC-2NJ-T33")},
		{"codes_at", c.get("/v1/codes?lat=21.0287&lon=105.8524")},
		{"reverse", c.get("/v1/reverse?lat=21.0288&lon=105.8525")},
		{"divisions", c.get("/v1/divisions?parent=01&limit=2&at=2025-07-01")},
		{"division_before", c.get("/v1/divisions/00082?at=2025-06-30")},
		{"division_after", c.get("/v1/divisions/00082?at=2025-07-01")},
		{"locate", c.get("/v1/divisions/locate?lat=10.7725&lon=106.698&at=2025-07-01")},
		{"locate_before", c.get("/v1/divisions/locate?lat=10.7725&lon=106.698&at=2025-06-30")},
	}
	for _, a := range answers {
		t.Run(a.name, func(t *testing.T) {
			file := filepath.Join("testdata", a.name+".json")
			got := golden(t, a.Body.Bytes())
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s has changed (go test ./api -run Golden -update):\n%s", file, got)
			}
		})
	}
}

// varying is what differs from run to run.
var varying = regexp.MustCompile(`"(request_id|created_at|updated_at)": "[^"]*"`)

// golden is an answer in indented JSON, its members in the order in which they were sent, without what differs from run
// to run.
func golden(t *testing.T, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, bytes.TrimSpace(body), "", "  "); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return append(varying.ReplaceAll(b.Bytes(), []byte(`"$1": "…"`)), '\n')
}
