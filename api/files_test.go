package api

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/diachiso/diachiso/access"
)

const parcels = "id;Địa chỉ\r\n1;Số 1 Lê Lợi, Sài Gòn, Hồ Chí Minh\r\n2;xyz\r\n"

func (c client) file(target, media, body string, headers ...string) answer {
	c.t.Helper()
	return c.do(http.MethodPost, target, body, append([]string{"Content-Type", media}, headers...)...)
}

// row reads a row of an answer by the names of its columns.
func row(t *testing.T, text string, comma rune, n int) map[string]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = comma
	rows, err := r.ReadAll()
	if err != nil || len(rows) <= n {
		t.Fatalf("row %d of %d: %v\n%s", n, len(rows), err, text)
	}
	out := map[string]string{}
	for i, name := range rows[0] {
		out[name] = rows[n][i]
	}
	return out
}

func TestGeocodeCSV(t *testing.T) {
	g := newGate(t, nil)
	answer := g.file("/v1/geocode/csv?links=true", "text/csv; charset=UTF-8", parcels, g.roles[access.RoleCourier]...).want(http.StatusOK)
	if got := answer.Header().Get("Content-Type"); got != "text/csv; charset=utf-8" {
		t.Errorf("Content-Type %q", got)
	}
	found := row(t, answer.Body.String(), ';', 1)
	if found["result_status"] != "matched" || found["result_lat"] != "10.7725000" || found["result_geo"] != "geo:10.7725000,106.6980000" {
		t.Errorf("the courier is told %v", found)
	}
	if other := row(t, answer.Body.String(), ';', 2); other["result_status"] != "not_found" || other["id"] != "2" {
		t.Errorf("what is nowhere: %v", other)
	}
	// A merchant has the code, and of the position only the middle of its cell.
	answer = g.file("/v1/geocode/csv", "text/csv", parcels, g.roles[access.RoleMerchant]...).want(http.StatusOK)
	shop := row(t, answer.Body.String(), ';', 1)
	if shop["result_code"] != found["result_code"] || shop["result_code"] == "" || shop["result_lat"] == found["result_lat"] {
		t.Errorf("the merchant is told %v", shop)
	}
	// So it is where the row has a position alone, or a code.
	byPlace := "address_code,lat,lon\n,10.7725,106.698\n" + found["result_code"] + ",,\n"
	text := g.file("/v1/geocode/csv", "text/csv", byPlace, g.roles[access.RoleMerchant]...).want(http.StatusOK).Body.String()
	for n := 1; n <= 2; n++ {
		if got := row(t, text, ',', n); got["result_lat"] != shop["result_lat"] || got["result_code"] != shop["result_code"] {
			t.Errorf("by position, code: %v", got)
		}
	}
	// One file, two lines of the journal without a word of it.
	entries := g.journal()
	if len(entries) < 2 || entries[0].Action != "file.geocoded" || entries[0].Detail != `{"rows":2,"matched":2}` || entries[1].Action != "file.received" {
		t.Errorf("journal: %+v", entries[:min(len(entries), 2)])
	}
}

func TestGeocodeNDJSON(t *testing.T) {
	c := newClient(t)
	answer := c.file("/v1/geocode/ndjson?column=address%3Dwhere&sort=zone", "application/x-ndjson", "{\"where\":\"Phường Hoàn Kiếm, Hà Nội\",\"n\":1}\n[]\n").want(http.StatusOK)
	lines := strings.Split(strings.TrimSpace(answer.Body.String()), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], `{"where":"Phường Hoàn Kiếm, Hà Nội","n":1,"result_status":"partial"`) || !strings.Contains(lines[1], `"input_line":2,"result_status":"invalid"`) {
		t.Errorf("answer: %s", answer.Body)
	}
}

// Every file that cannot be used is answered with words that say what it is.
func TestFilesThatCannotBeRead(t *testing.T) {
	c := newClient(t)
	c.server.config.GeocodeLimit = 200 << 10
	wide := strings.Repeat("address,", 5000)
	for name, tt := range map[string]struct {
		target, media, body string
		status              int
		code                ProblemCode
		says                string
	}{
		"empty":                {"csv", "text/csv", "", 400, ProblemCodeInvalidFile, "trống"},
		"empty after the mark": {"csv", "text/csv", "\xef\xbb\xbf", 400, ProblemCodeInvalidFile, "tên cột"},
		"spreadsheet":          {"csv", "text/csv", "PK\x03\x04\x00\x00", 400, ProblemCodeInvalidFile, "bảng tính"},
		"gzip":                 {"csv", "text/csv", "\x1f\x8b\x08\x00", 400, ProblemCodeInvalidFile, "nén"},
		"binary":               {"csv", "text/csv", "address\n\x00\x01\x02", 400, ProblemCodeInvalidFile, "Dòng 2"},
		"UTF-16":               {"csv", "text/csv", "\xff\xfea\x00", 400, ProblemCodeInvalidFile, "UTF-16"},
		"windows-1258":         {"csv", "text/csv", "address\nH\xe0ng Kh\xe2y\n", 400, ProblemCodeInvalidFile, "UTF-8"},
		"no address":           {"csv", "text/csv", "a,b\n1,2\n", 400, ProblemCodeInvalidFile, "cột"},
		"no such column":       {"csv?column=address%3Dx", "text/csv", "a,b\n1,2\n", 400, ProblemCodeInvalidFile, "x"},
		"no such meaning":      {"csv?column=phone%3Da", "text/csv", "a,b\n1,2\n", 400, ProblemCodeInvalid, ""},
		"a meaning twice":      {"csv?column=code%3Da&column=code%3Db", "text/csv", "a,b\n1,2\n", 400, ProblemCodeInvalid, ""},
		"no such order":        {"csv?sort=name", "text/csv", "address\nx\n", 400, ProblemCodeInvalid, ""},
		"neither true":         {"csv?links=maybe", "text/csv", "address\nx\n", 400, ProblemCodeInvalid, ""},
		"too large":            {"csv", "text/csv", "address\n" + strings.Repeat("x", 200<<10), 413, ProblemCodeTooLarge, "204800"},
		"JSON":                 {"csv", "application/json", "{}", 415, ProblemCodeUnsupportedMediaType, ""},
		"another encoding":     {"csv", "text/csv; charset=windows-1258", "address\nx\n", 415, ProblemCodeUnsupportedMediaType, ""},
		"NDJSON as CSV":        {"csv", "application/x-ndjson", "{}", 415, ProblemCodeUnsupportedMediaType, ""},
		"columns twice":        {"csv", "text/csv", wide + "\n", 400, ProblemCodeInvalidFile, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := client{t, c.server}.file("/v1/geocode/"+tt.target, tt.media, tt.body).problem(tt.status, tt.code)
			if text := fmt.Sprint(p["detail"]); !strings.Contains(text, tt.says) {
				t.Errorf("it says %q, want %q in it", text, tt.says)
			}
		})
	}
	// In chunks nobody says how large it is.
	r := request(http.MethodPost, "/v1/geocode/csv", io.MultiReader(strings.NewReader("address\n"), strings.NewReader(strings.Repeat("\n", 201<<10))))
	r.Header.Set("Content-Type", "text/csv")
	r.ContentLength = -1
	w := httptest.NewRecorder()
	cut := func() (fault any) {
		defer func() { fault = recover() }()
		c.server.ServeHTTP(w, r)
		return nil
	}()
	if w.Code == http.StatusOK && cut != http.ErrAbortHandler { // it had begun to answer
		t.Errorf("a file in chunks is answered beyond the limit: %v, %d bytes of answer", cut, w.Body.Len())
	}
	// A body that breaks off is no file.
	r = request(http.MethodPost, "/v1/geocode/csv", iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(parcels))))
	r.Header.Set("Content-Type", "text/csv")
	c.send(r).problem(http.StatusBadRequest, ProblemCodeInvalidFile)
}

// A client that sends all of its file before it reads anything, as most do, gets its answer, and the answer is not held in memory.
func TestGeocodeOverAConnection(t *testing.T) {
	c := newClient(t)
	server := httptest.NewServer(c.server)
	defer server.Close()
	const rows = 30_000
	var file bytes.Buffer
	file.WriteString("address\n")
	for i := range rows {
		fmt.Fprintf(&file, "%d\n", i)
	}
	size := file.Len()
	answer, err := http.Post(server.URL+"/v1/geocode/csv", "text/csv", &file)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || bytes.Count(text, []byte("\n")) != rows+1 || len(text) < size {
		t.Errorf("%d, %d bytes, %v", answer.StatusCode, len(text), err)
	}
}

// What fails after the answer has begun breaks the connection off: nobody takes half an answer for a whole one.
func TestBrokenAnswersAreNoticed(t *testing.T) {
	c := newClient(t)
	server := httptest.NewServer(c.server)
	defer server.Close()
	body, feed := io.Pipe()
	go func() {
		_, _ = io.WriteString(feed, "address\n"+strings.Repeat("x\n", 20_000))
		feed.CloseWithError(context.Canceled)
	}()
	answer, err := http.Post(server.URL+"/v1/geocode/csv", "text/csv", body)
	if err != nil {
		return // noticed at once
	}
	defer answer.Body.Close()
	if _, err := io.ReadAll(answer.Body); err == nil {
		t.Error("half an answer ended as a whole one does")
	}
}

func TestFilesHaveARoomOfTheirOwn(t *testing.T) {
	c := newClient(t)
	files := c.server.overload.files
	for range cap(files.places) {
		files.places <- struct{}{}
	}
	files.waiting.Store(files.most)
	c.file("/v1/geocode/csv", "text/csv", parcels).problem(http.StatusServiceUnavailable, ProblemCodeBusy)
	c.get("/v1/search?q=Hoàn+Kiếm").want(http.StatusOK)
}

// Rows cost beyond the request, and a file that has begun is finished.
func TestRowsCount(t *testing.T) {
	c := newClient(t)
	by := &caller{Principal: access.Principal{Role: access.RoleCourier, ID: "X"}, who: "key:X"}
	pay := c.server.rowsPaid(t.Context(), by)
	pay(4999)
	pay(2 * rowsPerRequest)
	pay(2*rowsPerRequest + 1)
	if v := c.server.quotas.TakeN(by.who, by.Role, access.ClassBulk, 0, time.Now()); v.Limit-v.Remaining != 2 {
		t.Errorf("10,000 rows took %d of the quota", v.Limit-v.Remaining)
	}
}

// form is a file as a browser sends it.
func form(t *testing.T, field, name, text string) (media, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile(field, name)
	if err == nil {
		_, err = io.WriteString(part, text)
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}
