package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// as makes a request with a key, "" for none.
func (s *server) as(key, method, path string, request any) (status int, body string) {
	s.t.Helper()
	text, err := json.Marshal(request)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, bytes.NewReader(text))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	resp, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	var read bytes.Buffer
	if _, err := read.ReadFrom(resp.Body); err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, read.String()
}

// TestKeysOfARunningServer: the first start makes an admin key; without a key nobody writes; a registrar writes in its commune; what
// the command line revokes or rotates counts from the next request on.
func TestKeysOfARunningServer(t *testing.T) {
	folder := t.TempDir()
	db := filepath.Join(folder, "diachiso.db")
	s := start(t, db, "--dev=false", "--log-level", "info")
	content, err := os.ReadFile(filepath.Join(folder, "admin.key"))
	if err != nil {
		t.Fatal(err)
	}
	admin := strings.TrimSpace(string(content))
	house := func(number string) object {
		return object{"position": position(21.0287, 105.8524), "components": object{"house_number": number, "street": "Phố Hàng Khay"}}
	}
	assign := func(key, number string, want int) {
		t.Helper()
		if status, body := s.as(key, http.MethodPost, "/v1/addresses", house(number)); status != want {
			t.Errorf("assign: %d, want %d: %s", status, want, body)
		}
	}
	key := func(args ...string) (secret, prefix string) {
		t.Helper()
		var made struct{ Key, Prefix string }
		runJSON(t, &made, t.TempDir(), append(append([]string{"key"}, args...), "--db", db)...)
		return made.Key, made.Prefix
	}
	assign("", "1", http.StatusUnauthorized)
	assign(admin, "2", http.StatusCreated)
	assign(admin[:44]+"?", "3", http.StatusUnauthorized)

	here, prefix := key("create", "--role", "registrar", "--commune", "00070")
	elsewhere, _ := key("create", "--role", "registrar", "--commune", "00082")
	merchant, _ := key("create", "--role", "merchant")
	assign(here, "4", http.StatusCreated)
	assign(elsewhere, "5", http.StatusForbidden)
	assign(merchant, "6", http.StatusForbidden)

	rotated, _ := key("rotate", prefix, "--overlap", "0")
	assign(here, "7", http.StatusUnauthorized)
	assign(rotated, "7", http.StatusCreated)
	key("revoke", prefix)
	assign(rotated, "8", http.StatusUnauthorized)

	s.stop()
	if log := s.process.Log(); !strings.Contains(log, "admin.key") || strings.Contains(log, admin[13:]) {
		t.Errorf("the log has to say where the admin key is, and not what it is:\n%s", log)
	}
	again := start(t, db, "--dev=false", "--log-level", "info")
	if status, body := again.as(admin, http.MethodGet, "/v1/session", nil); status != http.StatusOK || !strings.Contains(body, `"admin"`) {
		t.Errorf("the admin key after a restart: %d %s", status, body)
	}
	again.stop()
	if log := again.process.Log(); strings.Contains(log, "admin.key") {
		t.Errorf("the second start makes another key:\n%s", log)
	}
}
