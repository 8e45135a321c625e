package api

import (
	"encoding/json"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
)

var asBrowser = []string{"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

func (a answer) page(status int, parts ...string) string {
	a.t.Helper()
	a.want(status)
	if got := a.Header().Get("Content-Type"); got != "text/html; charset=UTF-8" {
		a.t.Fatalf("Content-Type %q: %s", got, a.Body)
	}
	if policy := a.Header().Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || !strings.Contains(policy, "script-src 'self'") {
		a.t.Errorf("policy %q", policy)
	}
	text := html.UnescapeString(a.Body.String())
	for _, part := range parts {
		if !strings.Contains(text, part) {
			a.t.Errorf("the page does not have %q:\n%s", part, text)
		}
	}
	return text
}

func TestPageOfACode(t *testing.T) {
	c := newClient(t)
	code := c.assign(hangKhay)["code"].(string)
	a := c.get("/"+code, asBrowser...)
	text := a.page(200,
		`<html lang="vi">`, "<title>"+code+" – Số 12/34/5 Phố Hàng Khay · Địa chỉ số</title>", `<h1 class="code hero-code">`+code+`</h1>`,
		`<link rel="canonical" href="http://127.0.0.1/`+code+`">`, `<meta property="og:locale" content="vi_VN">`,
		`<meta property="og:url" content="http://127.0.0.1/`+code+`">`,
		`<meta property="og:image" content="http://127.0.0.1/v1/addresses/`+code+`/plate?format=png">`,
		"Số 12/34/5 Phố Hàng Khay, Phường Hoàn Kiếm, Thành phố Hà Nội", "Trước ngày 1/7/2025", "Phường Hàng Bạc", "(Quận Hoàn Kiếm)",
		"ép như FPT", "Phần kiểm tra", `href="geo:`, "https://www.google.com/maps/dir/?api=1&destination=", "https://maps.apple.com/?daddr=", "https://www.openstreetmap.org/directions?to=",
		`href="/?q=`+code+`"`, `action="/v1/addresses/`+code+`/plate"`, `content="noindex"`)
	if got := a.Header().Get("X-Robots-Tag"); got != "noindex" {
		t.Errorf("a home is for search engines: %q", got)
	}
	m := regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`).FindStringSubmatch(a.Body.String())
	var linked any
	if err := json.Unmarshal([]byte(m[1]), &linked); err != nil {
		t.Fatal(err)
	}
	wantAt(t, linked, map[string]any{
		"@context": "https://schema.org", "@type": "Place", "identifier.value": code, "address.@type": "PostalAddress", "address.streetAddress": "Số 12/34/5 Phố Hàng Khay",
		"address.addressLocality": "Phường Hoàn Kiếm", "address.addressRegion": "Thành phố Hà Nội", "address.addressCountry": "VN",
	})
	for _, script := range regexp.MustCompile(`<script[^>]*>`).FindAllString(text, -1) {
		if !strings.Contains(script, "src=") && !strings.Contains(script, "ld+json") {
			t.Errorf("a script in the page: %s", script)
		}
	}
	etag := a.Header().Get("ETag")
	if etag == "" || !strings.Contains(a.Header().Get("Cache-Control"), "no-cache") {
		t.Errorf("ETag %q, Cache-Control %q", etag, a.Header().Get("Cache-Control"))
	}
	c.get("/"+code, "If-None-Match", etag).want(304)
	if english := c.get("/"+code+"?lang=en", "If-None-Match", etag); english.page(200, `<html lang="en">`, "Foxtrot", "Before 1 July 2025", `content="en_GB"`) == text {
		t.Error("the page is not in English")
	}
	c.get("/"+code, "Accept-Language", "en").page(200, `<html lang="en">`)
	c.get("/" + code + "?utm_source=zalo&fbclid=x").page(200)
	c.do(http.MethodHead, "/"+code, "").want(200)
	public := c.assign(`{"position": {"lat": 21.03, "lon": 105.85}, "kind": "public", "components": {"building": "Nhà hát"}}`)["code"].(string)
	if a := c.get("/" + public); strings.Contains(a.page(200, "<title>"+public+" – Nhà hát ·"), "noindex") || a.Header().Get("X-Robots-Tag") != "" {
		t.Error("a public place is kept from search engines")
	}
}

func TestEverySymbolCanBeSaid(t *testing.T) {
	for _, l := range []lang{vietnamese, english} {
		said := map[string]rune{}
		for _, symbol := range addresscode.Alphabet {
			words := spokenSymbols[symbol].in(l)
			if other, twice := said[words]; words == "" || twice {
				t.Errorf("%c is said %q, as %c", symbol, words, other)
			}
			said[words] = symbol
		}
	}
	if len(spokenSymbols) != len(addresscode.Alphabet) {
		t.Error("symbols that no code has")
	}
}

func TestOtherSpellingsLeadToTheCode(t *testing.T) {
	c := newClient(t)
	for path, want := range map[string]string{
		"/5fjbc-2njv-t33":              "/5FJBC-2NJV-T33",
		"/5FJBC2NJVT33":                "/5FJBC-2NJV-T33",
		"/5FJBC%202NJV%20T33":          "/5FJBC-2NJV-T33",
		"/5FJBC.2NJV.T33?lang=en":      "/5FJBC-2NJV-T33?lang=en",
		"/5FJBC2NJVT33?utm_source=x":   "/5FJBC-2NJV-T33",
		"/5FJBC2NJVT33?lang=%0d%0aX:y": "/5FJBC-2NJV-T33",
		"/%EF%BC%95FJBC-2NJV-T33":      "/5FJBC-2NJV-T33", // full width
		"/5FJBC%2D2NJV-T33":            "/5FJBC-2NJV-T33",
	} {
		a := c.get(path, asBrowser...).want(308)
		if got := a.Header().Get("Location"); got != want {
			t.Errorf("%s leads to %q, want %q", path, got, want)
		}
	}
}

func TestDamagedCodeIsAskedAbout(t *testing.T) {
	c := newClient(t)
	code := c.assign(hangKhay)["code"].(string)
	last := "5"
	if strings.HasSuffix(code, last) {
		last = "6"
	}
	damaged := code[:len(code)-1] + last
	c.get("/"+damaged, asBrowser...).page(404, "Có phải bạn tìm mã này?", `href="/`+code+`"`, "đã cấp")
	c.get("/"+damaged).page(404, `href="/`+code+`"`)
	c.get("/"+damaged+"?lang=en").page(404, "Did you mean this code?", `href="/`+code+`?lang=en"`)
	p := c.get("/"+damaged, "Accept", "application/json").problem(404, ProblemCodeNotFound)
	wantAt(t, p, map[string]any{"suggestions[0].code": code, "suggestions[0].registered": true})
	c.get("/000000000000", asBrowser...).page(404) // digits only
}

func TestCodeThatNobodyHas(t *testing.T) {
	c := newClient(t)
	c.get("/5FJBC-2NJV-T33", asBrowser...).page(404, "Mã này chưa được cấp", "5FJBC-2NJV-T33", "Phường Hoàn Kiếm", `href="/?q=21.0287219%2c105.8523742"`)
	c.get("/5FJBC-2NJV-T33", "Accept", "application/json").problem(404, ProblemCodeNotRegistered)
	ocean, err := addresscode.Parse("00000-0B00-000")
	if err != nil { // any valid word far away will do: the first zone's
		for _, s := range must(addresscode.Correct("00000-0B00-00?")) {
			ocean = s.Code
		}
	}
	if !ocean.IsZero() {
		c.get("/"+ocean.String(), asBrowser...).page(404, "ngoài Việt Nam")
	}
}

func must[T any](v T, _ error) T { return v }

func TestRetiredCodeLeadsToItsSuccessors(t *testing.T) {
	c := newClient(t)
	old := c.assign(hangKhay)["code"].(string)
	heir := c.assign(`{"position": {"lat": 21.029, "lon": 105.8524}, "components": {"house_number": "7", "street": "Phố Hàng Khay"}}`)["code"].(string)
	c.post("/v1/addresses/"+old+"/retire", `{"reason":"other","successors":["`+heir+`"]}`, "If-Match", "*").want(200)
	c.get("/"+old, asBrowser...).page(410, "Địa chỉ này không còn dùng", `href="/`+heir+`"`, "Số 7 Phố Hàng Khay")
	c.get("/"+old, "Accept", "application/problem+json").problem(410, ProblemCodeGone)
}

func TestPathsThatAreNoCode(t *testing.T) {
	c := newClient(t)
	for _, path := range []string{"/nothing", "/robots.txt", "/wp-login.php", "/a/b", "/5FJBC-2NJV-T33/", "/5FJBC-2NJV-T33/x"} {
		c.get(path).problem(404, ProblemCodeNotFound)
		c.get(path, "Accept", "application/json").problem(404, ProblemCodeNotFound)
	}
	r := request(http.MethodGet, "/nothing", nil)
	r.Header.Set("Accept", asBrowser[1])
	c.send(r).page(404, "Không tìm thấy", `action="/"`)
	// What anybody writes in a path is only text.
	for _, path := range []string{"/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/%22%3E%3Cimg%20src=x%3E", "/%E2%80%AE", "/" + strings.Repeat("a", 300)} {
		a := c.get(path, asBrowser...)
		if a.Code < 400 || a.Code >= 500 || strings.Contains(a.Body.String(), "<script>alert") || strings.Contains(a.Body.String(), "<img src=x") {
			t.Errorf("%s: %d %s", path, a.Code, a.Body)
		}
	}
}

// Names in the register are only text on the page too.
func TestHostileNamesOnThePage(t *testing.T) {
	c := newClient(t)
	name := `</script><script>alert(1)</script>"'><img src=x>`
	body, err := json.Marshal(map[string]any{"position": map[string]any{"lat": 21.0287, "lon": 105.8524}, "components": map[string]any{"street": name, "house_number": "1"}})
	if err != nil {
		t.Fatal(err)
	}
	code := c.assign(string(body))["code"].(string)
	text := c.get("/" + code).want(200).Body.String()
	if strings.Contains(text, "<script>alert") || strings.Contains(text, "<img src=x") || strings.Contains(text, `"'>`) {
		t.Errorf("a name became a part of the page: %s", text)
	}
}

func TestPagesTakeFromTheQuota(t *testing.T) {
	g := newGate(t, nil)
	a := g.get("/5FJBC-2NJV-T33", asBrowser...)
	if a.page(404); a.Header().Get("RateLimit-Limit") == "" {
		t.Error("a page costs nothing")
	}
}

func TestWhoTakesAPage(t *testing.T) {
	for accept, want := range map[string][2]float64{
		"":                                 {1, 1},
		"*/*":                              {1, 1},
		"text/html":                        {1, 0},
		"application/json":                 {0, 1},
		asBrowser[1]:                       {1, 0.8},
		"text/*;q=0.5, application/json":   {0.5, 1},
		"text/html;q=0, */*":               {0, 1},
		"TEXT/HTML ; q=0.25":               {0.25, 0},
		"text/html;level=1;q=0.5, */*;q=x": {0.5, 1},
	} {
		if got := [2]float64{quality(accept, "text/html"), quality(accept, "application/json")}; got != want {
			t.Errorf("%q: %v, want %v", accept, got, want)
		}
	}
}
