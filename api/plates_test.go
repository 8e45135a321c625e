package api

import (
	"bytes"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
)

const hangKhay = `{"position": {"lat": 21.0287, "lon": 105.8524}, "components": {"house_number": "5", "alley": ["12", "34"], "street": "Phố Hàng Khay"}}`

func qrOf(t testing.TB, file []byte) string {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		t.Fatal(err)
	}
	return result.GetText()
}

func TestPlateOfAnAddress(t *testing.T) {
	c := newClient(t)
	code := c.assign(hangKhay)["code"].(string)
	path := "/v1/addresses/" + code + "/plate"

	svg := c.get(path).want(200)
	if got := svg.Header().Get("Content-Type"); got != "image/svg+xml" {
		t.Errorf("Content-Type %q", got)
	}
	for _, want := range []string{`width="200mm"`, "12/34/5, Phố Hàng Khay, Phường Hoàn Kiếm, Thành phố Hà Nội, " + code} {
		if !strings.Contains(svg.Body.String(), want) {
			t.Errorf("the SVG does not have %q", want)
		}
	}
	if c.get(path+"?format=svg&size=200x150").Body.String() != svg.Body.String() {
		t.Error("svg and 200x150 are not what is meant without a word")
	}
	etag := svg.Header().Get("ETag")
	c.get(path, "If-None-Match", etag).want(304)
	if c.get(path+"?size=150x100", "If-None-Match", etag).want(200).Header().Get("ETag") == etag {
		t.Error("plates of two sizes have one ETag")
	}

	picture := c.get(path + "?format=png&size=150x100").want(200)
	word, _ := addresscode.Parse(code)
	if got, want := qrOf(t, picture.Body.Bytes()), "HTTP://127.0.0.1/"+word.Compact(); got != want {
		t.Errorf("the QR code says %q, want %q", got, want)
	}
	page := c.get(path + "?format=pdf&size=300x200").want(200)
	if !bytes.HasPrefix(page.Body.Bytes(), []byte("%PDF-")) || page.Header().Get("Content-Type") != "application/pdf" {
		t.Error("no PDF")
	}
	if got, want := page.Header().Get("Content-Disposition"), `attachment; filename="bien-so-nha-`+code+`.pdf"`; got != want {
		t.Errorf("Content-Disposition %q", got)
	}
	c.get(path+"?size=1x1").problem(400, ProblemCodeInvalid)
	c.get(path+"?format=gif").problem(400, ProblemCodeInvalid)
	c.get("/v1/addresses/5FJBC-2NJV-T3X/plate").problem(400, ProblemCodeInvalidCode)
	c.get("/v1/addresses/5FJBC-2NJW-T33/plate").problem(400, ProblemCodeInvalidCode)
}

func TestPlateOfWhatIsNotThere(t *testing.T) {
	c := newClient(t)
	c.get("/v1/addresses/5FJBC-2NJV-T33/plate").problem(404, ProblemCodeNotRegistered)
	code := c.assign(hangKhay)["code"].(string)
	c.post("/v1/addresses/"+code+"/retire", `{"reason":"demolished"}`, "If-Match", "*").want(200)
	c.get("/v1/addresses/"+code+"/plate").problem(410, ProblemCodeGone)
}

func TestLinksLeadToThePublicURL(t *testing.T) {
	config := testConfig()
	config.PublicURL = "https://diachi.example.vn"
	c := client{t, newServer(t, newService(t), config, io.Discard)}
	code := c.assign(hangKhay)["code"].(string)
	word, _ := addresscode.Parse(code)
	if got, want := qrOf(t, c.get("/v1/addresses/"+code+"/plate?format=png").want(200).Body.Bytes()), "HTTPS://DIACHI.EXAMPLE.VN/"+word.Compact(); got != want {
		t.Errorf("the QR code says %q, want %q", got, want)
	}
	if body := c.get("/" + code).want(200).Body.String(); !strings.Contains(body, `<link rel="canonical" href="https://diachi.example.vn/`+code+`">`) {
		t.Error("the canonical link is another")
	}
}

func TestIsOrigin(t *testing.T) {
	for text, want := range map[string]bool{
		"https://diachi.example.vn": true, "http://localhost:8080": true, "https://[2001:db8::1]:8443": true,
		"": false, "diachi.example.vn": false, "https://": false, "https://a.vn/": false, "https://a.vn/x": false, "https://a.vn?x": false,
		"https://user@a.vn": false, "ftp://a.vn": false, "https://a b.vn": false, "https://ví-dụ.vn": false, "https://a.vn#x": false,
		"https://" + strings.Repeat("a", 101): false, `https://a.vn"><script>`: false,
	} {
		if got := IsOrigin(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestHostThatNoLinkCanBeMadeOf(t *testing.T) {
	c := newClient(t)
	code := c.assign(hangKhay)["code"].(string)
	r := request(http.MethodGet, "/v1/addresses/"+code+"/plate", nil)
	r.Host = "a'b.vn"
	c.send(r).problem(400, ProblemCodeInvalid)
}

func TestLabelsOfCodes(t *testing.T) {
	c := newClient(t)
	code := c.assign(hangKhay)["code"].(string)
	file := c.post("/v1/labels", fmt.Sprintf(`{"codes":[%q,%q]}`, code, strings.ToLower(code))).want(200)
	if !bytes.HasPrefix(file.Body.Bytes(), []byte("%PDF-")) || file.Header().Get("Content-Type") != "application/pdf" {
		t.Error("no PDF")
	}
	p := c.post("/v1/labels", fmt.Sprintf(`{"codes":[%q,"xyz","5FJBH-VZFR-6V6"],"sheet":"2x7"}`, code)).problem(400, ProblemCodeInvalid)
	if at(p, "errors[0].field") != "codes[1]" || at(p, "errors[1].field") != "codes[2]" || len(p["errors"].([]any)) != 2 {
		t.Errorf("errors %v", p["errors"])
	}
	c.post("/v1/labels", fmt.Sprintf(`{"codes":[%q],"sheet":"2x7","first":14}`, code)).want(200)
	c.post("/v1/labels", fmt.Sprintf(`{"codes":[%q],"sheet":"2x7","first":15}`, code)).problem(400, ProblemCodeInvalid)
	c.post("/v1/labels", `{"codes":[]}`).problem(400, ProblemCodeInvalid)
	many := strings.Repeat(fmt.Sprintf("%q,", code), 500)
	c.post("/v1/labels", `{"codes":[`+strings.TrimSuffix(many, ",")+`]}`).want(200)
	c.post("/v1/labels", `{"codes":[`+many+`"x"]}`).problem(400, ProblemCodeInvalid)
}

// Nobody without a key gets labels, and a plate shows the number of a flat only to whoever may see it.
func TestWhoMaySeeWhatOnPlates(t *testing.T) {
	g := newGate(t, nil)
	code := g.register(`{"position": {"lat": 21.0287, "lon": 105.8524}, "components": {"house_number": "88", "street": "Phố Hàng Khay", "building": "Toà nhà Sen", "floor": "12", "unit": "1205"}}`)
	labels := fmt.Sprintf(`{"codes":[%q]}`, code)
	g.post("/v1/labels", labels).problem(401, ProblemCodeUnauthorized)
	g.post("/v1/labels", labels, g.roles[access.RoleAuditor]...).problem(403, ProblemCodeForbidden)
	g.post("/v1/labels", labels, g.roles[access.RoleMerchant]...).want(200)
	plate := func(headers ...string) string {
		return g.get("/v1/addresses/"+code+"/plate", headers...).want(200).Body.String()
	}
	if strings.Contains(plate(), "1205") {
		t.Error("the plate tells everybody which flat it is")
	}
	if !strings.Contains(plate(g.roles[access.RoleAdmin]...), "1205, Toà nhà Sen, Số 88 Phố Hàng Khay") {
		t.Error("the plate of a flat does not have its number")
	}
	for name, headers := range map[string][]string{"public": nil, "admin": g.roles[access.RoleAdmin], "merchant": g.roles[access.RoleMerchant]} {
		if page := g.get("/"+code, headers...).want(200).Body.String(); strings.Contains(page, "1205") || !strings.Contains(page, "Toà nhà Sen") {
			t.Errorf("the page shows %s the flat", name)
		}
	}
}
