package api

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/access"
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
