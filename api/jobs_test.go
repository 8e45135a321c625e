package api

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/jobs"
	"github.com/diachiso/diachiso/registry"
)

// A file is handed in, done in the background, downloaded in parts and deleted, and nobody else's key sees it.
func TestJobOverHTTP(t *testing.T) {
	g := newGate(t, nil)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- g.server.RunJobs(ctx) }()
	defer func() {
		stop()
		<-done
	}()
	courier := g.roles[access.RoleCourier]
	media, body := form(t, "file", "parcels.csv", parcels)
	made := g.file("/v1/jobs", media, body, append([]string{"Idempotency-Key", "today"}, courier...)...).want(http.StatusAccepted)
	location := made.Header().Get("Location")
	again := g.file("/v1/jobs", media, body, append([]string{"Idempotency-Key", "today"}, courier...)...).want(http.StatusAccepted)
	if again.Header().Get("Location") != location {
		t.Errorf("the same file under the same key is another job: %s, %s", location, again.Header().Get("Location"))
	}
	_, other := form(t, "file", "parcels.csv", parcels+"3;x\r\n")
	other = strings.ReplaceAll(other, other[2:strings.Index(other, "\r")], body[2:strings.Index(body, "\r")]) // the same boundary
	g.file("/v1/jobs", media, other, append([]string{"Idempotency-Key", "today"}, courier...)...).problem(http.StatusUnprocessableEntity, ProblemCodeIdempotencyMismatch)

	deadline := time.Now().Add(20 * time.Second)
	var job map[string]any
	for job = g.get(location, courier...).want(http.StatusOK).object(); job["status"] == "queued" || job["status"] == "running"; {
		if time.Now().After(deadline) {
			t.Fatalf("the job is not done: %v", job)
		}
		time.Sleep(50 * time.Millisecond) // asking without a rest exceeds the quota before a slow machine is done
		job = g.get(location, courier...).want(http.StatusOK).object()
	}
	result := g.get(location+"/result", courier...).want(http.StatusOK)
	if found := row(t, result.Body.String(), ';', 1); found["result_status"] != "matched" {
		t.Errorf("job %v: %v", job, found)
	}
	part := g.get(location+"/result", append([]string{"Range", "bytes=3-12"}, courier...)...).want(http.StatusPartialContent)
	if part.Body.String() != result.Body.String()[3:13] {
		t.Errorf("bytes 3 to 12 are %q", part.Body)
	}
	g.get(location, g.roles[access.RoleMerchant]...).problem(http.StatusNotFound, ProblemCodeNotFound)
	g.get(location+"/result", g.roles[access.RoleMerchant]...).problem(http.StatusNotFound, ProblemCodeNotFound)
	g.do(http.MethodDelete, location, "", courier...).want(http.StatusNoContent)
	g.get(location, courier...).problem(http.StatusNotFound, ProblemCodeNotFound)
}

// Why a job failed is told in the language of whoever asks, whatever it was when the file was handed in.
func TestJobErrorsInBothLanguages(t *testing.T) {
	for _, c := range []struct {
		name   string
		fault  jobs.Failure
		vi, en string
	}{
		{"a fault of the file", jobs.Failure{Code: jobs.FileFault, Message: "line 3: a quote is left open", MessageVi: "Dòng 3: Dấu ngoặc kép chưa đóng"},
			"Không đọc được tệp này|Dòng 3: Dấu ngoặc kép chưa đóng|Gửi bảng CSV mã hoá UTF-8", "The file cannot be read|line 3: a quote is left open|send a CSV in UTF-8"},
		{"a full disk", jobs.Failure{Code: string(registry.CodeReadOnly), Message: "no room left for files", Hint: "free space on the disk of the jobs"},
			"Tạm thời chưa ghi được dữ liệu, vẫn tra cứu được|Ổ đĩa chứa tệp đã đầy|Gửi lại tệp sau", "Nothing can be written now; reading goes on|no room left for files|free space"},
		{"a fault of ours", jobs.Failure{Code: string(registry.CodeInternal), Message: "something went wrong inside the system"},
			"Lỗi hệ thống|Có lỗi bên trong hệ thống|Gửi lại tệp", "Something went wrong inside the system|something went wrong inside the system|try again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for l, want := range map[lang]string{vietnamese: c.vi, english: c.en} {
				told := jobError(&c.fault, l)
				parts := strings.Split(want, "|")
				if told.Title != parts[0] || told.Detail != parts[1] || !strings.HasPrefix(told.Hint, parts[2]) {
					t.Errorf("%s: %+v", l.tag(), told)
				}
			}
		})
	}
	g := newGate(t, nil)
	courier := g.roles[access.RoleCourier]
	location := g.file("/v1/jobs", mediaCSV, "PK\x03\x04 a spreadsheet", courier...).want(http.StatusAccepted).Header().Get("Location")
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- g.server.RunJobs(ctx) }()
	defer func() {
		stop()
		<-done
	}()
	deadline := time.Now().Add(20 * time.Second)
	for body[Job](t, g.get(location, courier...)).Status != JobStatusFailed {
		if time.Now().After(deadline) {
			t.Fatal("the job does not end")
		}
	}
	vi := body[Job](t, g.get(location, courier...)).Error
	en := body[Job](t, g.get(location, append([]string{"Accept-Language", "en"}, courier...)...)).Error
	if vi.Detail != "Tệp là bảng tính hoặc tệp nén zip" || en.Detail != "the file is a spreadsheet or a zip archive" || vi.Hint == en.Hint || vi.Title == en.Title {
		t.Errorf("%+v, %+v", vi, en)
	}
}
