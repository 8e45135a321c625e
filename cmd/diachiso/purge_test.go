package main

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// tellsLines hands on what is written to it.
type tellsLines chan string

func (c tellsLines) Write(p []byte) (int, error) {
	c <- string(p)
	return len(p), nil
}

func TestServerPurgesAtStart(t *testing.T) {
	m := &Main{Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}, Data: builtIn, config: Config{DB: filepath.Join(t.TempDir(), "a.db")}}
	db, _, err := m.openDatabase(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.store.Close()
	long := time.Now().AddDate(0, -2, 0)
	old := registry.NewService(db.store, db.data.Divisions, db.data.Locator, registry.WithClock(func() time.Time { return long }))
	at, err := geo.NewPoint(21.0287, 105.8524)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.Propose(t.Context(), registry.Actor{Name: "public"}, registry.ProposeRequest{Point: at}); err != nil {
		t.Fatal(err)
	}
	lines := make(tellsLines, 10)
	stop := db.purging(context.Background(), slog.New(slog.NewTextHandler(lines, nil)))
	line := <-lines
	stop()
	if !strings.Contains(line, "proposals=1") {
		t.Errorf("the log says %q", line)
	}
	if items, _, err := old.Proposals(t.Context(), registry.Actor{Name: "test"}, "", registry.Page{}); err != nil || len(items) != 0 {
		t.Errorf("left over: %v, %v", items, err)
	}
}
