package faulttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// job is what the tests read of one.
type job struct {
	ID, Status, Result string
	Rows               int64
	Error              struct{ Code, Detail string }
}

func (j job) done() bool { return j.Status == "succeeded" || j.Status == "failed" }

// handIn hands a file in, and wants it taken.
func (s *server) handIn(key, file string) job {
	s.t.Helper()
	a := s.tryHandIn(key, file)
	var j job
	if a.status != http.StatusAccepted || json.Unmarshal(a.body, &j) != nil {
		s.t.Fatalf("handing a file in: %v", a)
	}
	return j
}

func (s *server) tryHandIn(key, file string) answer {
	return s.do(http.MethodPost, "/v1/jobs", file, "Content-Type", "text/csv", "Idempotency-Key", key)
}

func (s *server) job(id string) (j job) {
	s.t.Helper()
	if a := s.get("/v1/jobs/" + id); a.status != http.StatusOK || json.Unmarshal(a.body, &j) != nil {
		s.t.Fatalf("job %s: %v", id, a)
	}
	return j
}

// result waits for a job and returns what came of it.
func (s *server) result(id string) string {
	s.t.Helper()
	if !eventually(time.Minute, func() bool { return s.job(id).done() }) {
		s.t.Fatalf("not done in a minute: %+v", s.job(id))
	}
	j := s.job(id)
	if j.Status != "succeeded" {
		s.t.Fatalf("%+v", j)
	}
	a := s.get(j.Result)
	if a.status != http.StatusOK {
		s.t.Fatalf("the result of %+v: %v", j, a)
	}
	return string(a.body)
}

// parcelList is a file of rows at registered addresses.
func parcelList(rows int) string {
	var b strings.Builder
	b.WriteString("id,lat,lon,customer\n")
	for n := range rows {
		lat, lon := place(n % registered)
		fmt.Fprintf(&b, "%d,%.6f,%.6f,%s %d\n", n, lat, lon, street, n)
	}
	return b.String()
}

// TestJobKilled kills the server in the middle of a job, several times: the job goes on by itself, and its result is byte for byte that
// of a run that nobody disturbed.
func TestJobKilled(t *testing.T) {
	db := filepath.Join(t.TempDir(), "diachiso.db")
	register(t, db)
	const rows = 30_000
	file := parcelList(rows)
	s := launch{}.start(t, db)
	want := s.result(s.handIn("undisturbed", file).ID)
	if n := strings.Count(want, "\n"); n != rows+1 {
		t.Fatalf("%d lines of a result of %d rows", n, rows)
	}
	j := s.handIn("killed", file)
	kills := 0
	for kills < 3 {
		if !eventually(time.Minute, func() bool { j = s.job(j.ID); return j.done() || j.Rows > int64(rows*kills/4) }) || j.done() {
			t.Fatalf("not seen in the middle: %+v", j)
		}
		s.kill()
		kills++
		s = launch{}.start(t, db)
		if again := s.handIn("killed", file); again.ID != j.ID {
			t.Fatalf("the same file under the same key is another job after a kill: %s, %s", j.ID, again.ID)
		}
	}
	if got := s.result(j.ID); got != want {
		t.Errorf("after %d kills the result has %d bytes, undisturbed %d", kills, len(got), len(want))
	}
	if done, rest := s.metric(`diachiso_jobs{state="done"}`), s.metric(`diachiso_jobs{state="waiting"}`)+s.metric(`diachiso_jobs{state="running"}`)+s.metric(`diachiso_jobs{state="failed"}`); done != 2 || rest != 0 {
		t.Errorf("%v jobs done, %v others", done, rest)
	}
	if n := s.metric(`diachiso_job_rows_total`); n != rows {
		t.Errorf("since the last start %v rows were done", n)
	}
	if left := names(t, filepath.Join(filepath.Dir(db), "jobs")); len(left) != 2 || slices.ContainsFunc(left, func(n string) bool { return filepath.Ext(n) != ".out" }) {
		t.Errorf("files of two jobs that are done: %v", left)
	}
	s.stop()
	checkFile(t, db)
	t.Logf("a job of %d rows, killed %d times in the middle: done by itself, %d bytes equal to an undisturbed run", rows, kills, len(want))
}

// TestClientsThatReadNothing takes every place for files and every place for exports with clients that read nothing: memory stays as it
// is, others are served or told to come again, and the places are free when the time limit has passed.
func TestClientsThatReadNothing(t *testing.T) {
	t.Parallel() // most of it is waiting for time limits
	db := filepath.Join(t.TempDir(), "diachiso.db")
	register(t, db)
	temporary := t.TempDir()
	s := launch{env: []string{"TMPDIR=" + temporary}}.start(t, db)
	file := parcelList(60_000)
	ask := map[string]string{
		"files":   "POST /v1/geocode/csv HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: " + fmt.Sprint(len(file)) + "\r\n\r\n" + file,
		"exports": "GET /v1/export?province=01&format=ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n",
	}
	refused := map[string]func() answer{
		"files": func() answer {
			return s.do(http.MethodPost, "/v1/geocode/csv", parcelList(1), "Content-Type", "text/csv")
		},
		"exports": func() answer { return s.get("/v1/export?commune=00070") },
	}
	s.served(400)
	goroutines, memory := s.metric("go_goroutines"), s.residentMB()
	stalled := 0
	for what, request := range ask {
		for range 8 { // more than there are places
			conn := s.dial()
			if err := conn.(*net.TCPConn).SetReadBuffer(4096); err != nil {
				t.Fatal(err)
			}
			stalled++
			go func() { _, _ = io.WriteString(conn, request) }() // the server may refuse it before all is sent
		}
		if !eventually(20*time.Second, func() bool { return refused[what]().status == http.StatusServiceUnavailable }) {
			t.Errorf("%s: whoever reads nothing takes no place", what)
		}
	}
	if a := s.get("/v1/divisions/locate?lat=21.02&lon=105.82"); a.status != http.StatusOK {
		t.Errorf("a good client meanwhile: %v", a)
	}
	most := s.residentMB()
	for what, again := range refused {
		if !eventually(90*time.Second, func() bool { return again().status == http.StatusOK }) {
			t.Errorf("%s: the places are never free again: %v", what, again())
		}
	}
	if !eventually(60*time.Second, func() bool { return s.metric("go_goroutines") <= goroutines+10 }) {
		t.Errorf("%.0f goroutines before, %.0f after", goroutines, s.metric("go_goroutines"))
	}
	if most > memory+150 {
		t.Errorf("%d MB before, %d MB with them", memory, most)
	}
	if !eventually(60*time.Second, func() bool { return len(names(t, temporary)) == 0 }) {
		t.Errorf("left behind: %v", names(t, temporary))
	}
	s.stop()
	t.Logf("%d clients that read nothing of files and exports: %d MB before, %d MB with them, every place free again", stalled, memory, most)
}

// TestJobsOnAFullDisk fills the disk while a job runs: files are refused with words that say so and leave nothing behind, and when there
// is room again, what was taken is done and new files are taken, without a restart.
func TestJobsOnAFullDisk(t *testing.T) {
	dir := t.TempDir()
	mount := []string{"unshare", "--mount", "--map-root-user", "sh", "-c", `mount -t tmpfs -o size=48m tmpfs "$0" && exec "$@"`, dir}
	if out, err := exec.Command(mount[0], append(mount[1:], "true")...).CombinedOutput(); err != nil {
		t.Skipf("no file system can be mounted here: %v: %s", err, out)
	}
	s := launch{wrap: mount}.start(t, filepath.Join(dir, "diachiso.db"))
	inside := fmt.Sprintf("/proc/%d/root%s", s.process.PID(), dir)
	file := parcelList(20_000)
	want := s.result(s.handIn("before", file).ID)
	under := s.handIn("under-way", file)
	filler := filepath.Join(inside, "filler")
	if err := fill(filler); err != nil {
		t.Fatal(err)
	}
	refusals := 0
	for n := range 5 {
		// Whoever is refused before the file is read to its end may be cut off before the answer is read; one row is not.
		a := s.tryHandIn(fmt.Sprint("full-", n), parcelList(1+n%2*20_000))
		if a.err == nil && !a.refused("read_only") || a.err != nil && n%2 == 0 {
			t.Errorf("a file for a full disk: %v", a)
		}
		refusals++
	}
	if left := names(t, filepath.Join(inside, "jobs")); slices.ContainsFunc(left, func(n string) bool { return filepath.Ext(n) == ".part" && !strings.HasSuffix(n, ".out.part") }) || len(left) > 4 {
		t.Errorf("of refused files is left: %v", left)
	}
	if err := os.Remove(filler); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if !eventually(90*time.Second, func() bool { return s.job(under.ID).done() }) {
		t.Fatalf("the job under way when the disk was full is never done: %+v\n%s", s.job(under.ID), s.process.Log())
	}
	j := s.job(under.ID)
	switch {
	case j.Status == "failed" && j.Error.Code != "read_only":
		t.Errorf("%+v", j)
	case j.Status == "succeeded" && s.result(j.ID) != want:
		t.Error("its result is another one than before")
	}
	if got := s.result(s.handIn("after", file).ID); got != want {
		t.Errorf("afterwards a result of %d bytes, before one of %d", len(got), len(want))
	}
	log := s.process.Log()
	if strings.Contains(log, street) {
		t.Errorf("the log tells of addresses: %.2000s", log)
	}
	s.stop()
	t.Logf("a full disk: %d files refused, the job under way %s, no restart", refusals, j.Status)
}
