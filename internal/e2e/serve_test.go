package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestFirstSteps walks the way of a newcomer: assign, resolve, a damaged code, reverse.
func TestFirstSteps(t *testing.T) {
	s := start(t, filepath.Join(t.TempDir(), "new", "folder", "diachiso.db"))
	status, body, err := s.post("/v1/addresses", object{
		"position":     position(21.0287, 105.8524),
		"components":   object{"house_number": "12A", "alley": []string{"34", "5"}, "street": "Phố Hàng Khay"},
		"external_ids": []object{{"scheme": "osm", "value": "node/1"}},
	})
	if err != nil || status != http.StatusCreated {
		t.Fatalf("assign: %d %s %v", status, body, err)
	}
	var given address
	if err := json.Unmarshal(body, &given); err != nil {
		t.Fatal(err)
	}
	if given.Code != "5FJBC-2NJV-T33" || given.Division.Commune.Code != "00070" || given.Division.Province.Code != "01" {
		t.Errorf("assign: %+v", given)
	}

	var resolved address
	s.getJSON(&resolved, "/v1/addresses/5fjbc2njvt33")
	if resolved.Code != given.Code || resolved.Label != given.Label || resolved.Components["house_number"] != "12A" {
		t.Errorf("resolve: %+v", resolved)
	}

	status, body = s.get("/v1/addresses/5FJBC-2NJV-T35")
	if status != http.StatusBadRequest || !strings.Contains(string(body), given.Code) {
		t.Errorf("damaged code: %d %s", status, body)
	}
	for _, q := range []string{"5FJBC-2NJV-T35", "5FJBC 2NJV T?3", "2NJV-T33, phường Hoàn Kiếm", "osm:node/1", "21.0287,105.8524", "8d415cb4e426bbf"} {
		var r struct {
			Candidates []struct {
				Registered bool
				Address    address
			}
		}
		s.getJSON(&r, "/v1/resolve?q="+url.QueryEscape(q))
		found := false
		for _, c := range r.Candidates {
			found = found || c.Registered && c.Address.Code == given.Code
		}
		if !found {
			t.Errorf("resolve %q: %+v", q, r)
		}
	}

	var near struct {
		Features []struct {
			Properties struct {
				Code      string
				DistanceM float64 `json:"distance_m"`
			}
		}
	}
	s.getJSON(&near, "/v1/reverse?lat=21.0288&lon=105.8524")
	if len(near.Features) != 1 || near.Features[0].Properties.Code != given.Code || near.Features[0].Properties.DistanceM < 10 || near.Features[0].Properties.DistanceM > 13 {
		t.Errorf("reverse: %+v", near)
	}
	for _, page := range []string{"/docs", "/openapi.yaml", "/healthz", "/metrics", "/v1/version"} {
		if status, _ := s.get(page); status != http.StatusOK {
			t.Errorf("%s answers %d", page, status)
		}
	}
	s.stop()
}

// TestStopsGracefully sends SIGTERM into a running load: what was acknowledged is there, and the exit status is 0.
func TestStopsGracefully(t *testing.T) {
	db := filepath.Join(t.TempDir(), "diachiso.db")
	s := start(t, db)
	l := newLoad(s, 8, "graceful")
	l.until(200)
	s.stop()
	l.wait()
	again := start(t, db)
	l.check(again)
}

func TestDemoIsLoadedOnlyWhenAsked(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "diachiso.db")
	s := start(t, db)
	const nearDemo = "/v1/reverse?lat=21.0154&lon=105.8441&radius=2000"
	if _, body := s.get(nearDemo); !strings.Contains(string(body), `"features":[]`) {
		t.Errorf("an unasked server has addresses: %s", body)
	}
	s.stop()
	s = start(t, db, "--demo")
	if _, body := s.get(nearDemo); strings.Contains(string(body), `"features":[]`) {
		t.Error("no demonstration quarter")
	}
	s.stop()
	var removed struct{ Removed int }
	runJSON(t, &removed, dir, "demo", "remove", "--db", db)
	if removed.Removed < 200 {
		t.Errorf("%+v", removed)
	}
}

func TestPortInUse(t *testing.T) {
	s := start(t, filepath.Join(t.TempDir(), "diachiso.db"))
	status, _, errs := run(t, t.TempDir(), "serve", "--listen", strings.TrimPrefix(s.url, "http://"))
	if status != 1 || !strings.Contains(errs, "in use") || !strings.Contains(errs, "Try: ") {
		t.Errorf("exit status %d, %s", status, errs)
	}
}

// TestSameExternalIDFromManyClients sends one request from all sides at once.
func TestSameExternalIDFromManyClients(t *testing.T) {
	s := start(t, filepath.Join(t.TempDir(), "diachiso.db"))
	var wg sync.WaitGroup
	codes := make([]string, 32)
	for i := range codes {
		wg.Go(func() {
			_, body, err := s.post("/v1/addresses", object{"position": position(21.03, 105.85), "external_ids": []object{{"scheme": "osm", "value": "way/7"}}})
			var a address
			if err == nil {
				err = json.Unmarshal(body, &a)
			}
			if err != nil {
				t.Error(err)
			}
			codes[i] = a.Code
		})
	}
	wg.Wait()
	for _, code := range codes {
		if code == "" || code != codes[0] {
			t.Fatalf("codes %v", codes)
		}
	}
}
