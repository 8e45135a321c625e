package api

import (
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// newAudited is a client of a server with a journal, and what signs it.
func newAudited(t *testing.T) (client, *audit.Service) {
	t.Helper()
	data, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "test.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	key, _, err := audit.OpenKey(filepath.Join(dir, "audit.key"))
	if err != nil {
		t.Fatal(err)
	}
	auditor := audit.NewService(store, audit.Options{Key: key})
	s, err := New(Services{Registry: registry.NewService(store, data.Divisions, data.Locator), Audit: auditor}, testConfig(), slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return client{t, s}, auditor
}

func TestJournal(t *testing.T) {
	c, auditor := newAudited(t)
	c.get("/v1/audit/checkpoint").problem(404, ProblemCodeNotFound)
	first := c.assign(`{"position":{"lat":21.0287,"lon":105.8524},"components":{"house_number":"12A","street":"Phố Hàng Khay"}}`)
	c.assign(`{"position":{"lat":21.0290,"lon":105.8530},"components":{"house_number":"14"}}`)
	signed, err := auditor.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := c.get("/v1/audit/checkpoint").want(200).Body.String(); got != signed.Note {
		t.Errorf("checkpoint %q, want %q", got, signed.Note)
	}

	page := c.get("/v1/audit/entries").want(200).object()
	wantAt(t, page, map[string]any{
		"items[0].seq": 1, "items[0].kind": "event", "items[0].action": "created", "items[0].subject": first["code"], "items[0].version": 1, "items[0].detail": nil,
		"items[1].seq": 2,
	})
	text := c.get("/v1/audit/entries?after=1&limit=1").want(200)
	wantAt(t, text.object(), map[string]any{"items[0].seq": 2, "items[1]": nil})
	if strings.Contains(text.Body.String(), "Hàng Khay") {
		t.Error("the journal shows addresses")
	}
	// Reading the journal may itself be journalled, so only the first lines are certain.
	wantAt(t, c.get("/v1/audit/entries?after=9007199254740991").want(200).object(), map[string]any{"items[0]": nil})
	for _, wrong := range []string{"after=-1", "limit=0", "limit=1001", "after=x"} {
		c.get("/v1/audit/entries?" + wrong).want(400)
	}
}

func TestServerWithoutJournal(t *testing.T) {
	c := newClient(t)
	c.get("/v1/audit/entries").problem(404, ProblemCodeNotFound)
	c.get("/v1/audit/checkpoint").problem(404, ProblemCodeNotFound)
}
