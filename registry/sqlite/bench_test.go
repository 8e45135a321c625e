package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/registry/storetest"
)

// household is an address as an import gives it: house number, street, one external id.
func household(code addresscode.Code, n int) *registry.Address {
	a := storetest.Address(code)
	a.Components = registry.Components{HouseNumber: fmt.Sprint(n%300 + 1), Street: "Phố Nguyễn Thái Học"}
	a.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: fmt.Sprintf("node/%d", 4_000_000_000+n)}}
	a.Provenance = registry.Provenance{Dataset: "osm"}
	return a
}

func assign(w registry.Writer, a *registry.Address, likeness uint64) error {
	if _, err := w.ByExternalID("osm", a.ExternalIDs[0].Value); err == nil {
		return errors.New("already there")
	}
	if _, err := w.KeysInRange(a.Code.Key(), a.Code.Key()+30); err != nil {
		return err
	}
	if err := w.Insert(a, likeness); err != nil {
		return err
	}
	return w.AppendEvent(registry.Event{Code: a.Code, Version: 1, Action: "created", Actor: "cli", At: a.CreatedAt, After: a})
}

// BenchmarkAssign: 64 callers, each waiting for its durable commit.
func BenchmarkAssign(b *testing.B) {
	for _, c := range []struct {
		name string
		o    sqlite.Options
	}{{"grouped", sqlite.Options{}}, {"commit per request", sqlite.Options{CommitPerRequest: true}}} {
		b.Run(c.name, func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "bench.db"), c.o)
			codes := storetest.Codes(b, b.N)
			order := rand.New(rand.NewPCG(1, 2)).Perm(b.N)
			var next atomic.Int64
			b.SetParallelism(max(1, 64/runtime.GOMAXPROCS(0)))
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					n := order[next.Add(1)-1]
					a := household(codes[n], n)
					if err := s.Update(context.Background(), func(w registry.Writer) error { return assign(w, a, uint64(n)*0x9E3779B97F4A7C15) }); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.StopTimer()
			st := s.Stats()
			b.ReportMetric(float64(st.Updates)/b.Elapsed().Seconds(), "updates/s")
			b.ReportMetric(float64(st.Updates)/float64(st.Commits), "updates/commit")
		})
	}
}

// BenchmarkLoad: addresses in order of place, in one transaction, with events.
func BenchmarkLoad(b *testing.B) {
	const rows = 100_000
	codes := storetest.Codes(b, rows)
	for b.Loop() {
		b.StopTimer()
		path := filepath.Join(b.TempDir(), "bench.db")
		s := open(b, path, sqlite.Options{})
		b.StartTimer()
		load(b, s, codes)
		b.StopTimer()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/rows, "bytes/row")
		b.StartTimer()
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func load(b *testing.B, s *sqlite.Store, codes []addresscode.Code) {
	b.Helper()
	err := s.Update(context.Background(), func(w registry.Writer) error {
		for n, code := range codes {
			if err := assign(w, household(code, n), uint64(n)*0x9E3779B97F4A7C15); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkRead compares with one primary-key read of a bare text of the same size through database/sql, in the same run.
func BenchmarkRead(b *testing.B) {
	const rows = 200_000
	path := filepath.Join(b.TempDir(), "bench.db")
	codes := storetest.Codes(b, rows)
	s := open(b, path, sqlite.Options{})
	load(b, s, codes)
	db, err := sql.Open("sqlite3", path+"?_busy_timeout=5000")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	stmt, err := db.Prepare("SELECT street || external_ids || dataset FROM address WHERE key = ?")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("address", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				code := codes[rand.IntN(rows)]
				if err := s.View(context.Background(), func(r registry.Reader) error {
					_, err := r.Address(code)
					return err
				}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
	b.Run("baseline primary-key read", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				var text string
				if err := stmt.QueryRow(int64(codes[rand.IntN(rows)].Key())).Scan(&text); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
	b.Run("range of 100", func(b *testing.B) {
		for b.Loop() {
			from := rand.IntN(rows - 100)
			n := 0
			if err := s.View(context.Background(), func(r registry.Reader) error {
				return r.AddressesInRange(codes[from].Key(), codes[from+99].Key(), func(*registry.Address) bool {
					n++
					return true
				})
			}); err != nil || n != 100 {
				b.Fatal(n, err)
			}
		}
		b.ReportMetric(float64(b.Elapsed())/float64(b.N)/100/float64(time.Nanosecond), "ns/address")
	})
	b.Run("external id", func(b *testing.B) {
		for b.Loop() {
			if err := s.View(context.Background(), func(r registry.Reader) error {
				code, err := r.ByExternalID("osm", fmt.Sprintf("node/%d", 4_000_000_000+rand.IntN(rows)))
				if err != nil {
					return err
				}
				_, err = r.Address(code)
				return err
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
