package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/importer"
	"github.com/diachiso/diachiso/internal/loadtest/load"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// samples is how many of the addresses are asked for later.
const samples = 50_000

// cost is what a step took.
type cost struct{ wall, cpu time.Duration }

// clocked measures fn by the clock, and by the processor time of this process and the children it waits for.
func clocked(fn func() error) (cost, error) {
	began, before := time.Now(), cpuTime()
	err := fn()
	return cost{time.Since(began), cpuTime() - before}, err
}

func cpuTime() (sum time.Duration) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var used syscall.Rusage
		if syscall.Getrusage(who, &used) == nil {
			sum += time.Duration(used.Utime.Nano() + used.Stime.Nano())
		}
	}
	return sum
}

// firstLoad makes a database of a table and samples addresses that it then has.
func firstLoad(ctx context.Context, data *seed.Data, table, db string, households int) (set *load.Requests, refused int, err error) {
	store, err := sqlite.Open(ctx, db, sqlite.Options{})
	if err != nil {
		return nil, 0, err
	}
	_, err = seed.Apply(ctx, registry.NewService(store, data.Divisions, data.Locator), nil)
	if err = errors.Join(err, store.Close()); err != nil {
		return nil, 0, err
	}
	file, err := os.Open(table)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return nil, 0, err
	}
	source := importer.Source{Name: "bench", Dataset: "synthetic"}
	reader, err := importer.NewCSV(file, info.Size(), source)
	if err != nil {
		return nil, 0, err
	}
	set = &load.Requests{}
	every, n := max(1, households/samples), 0
	err = sqlite.Load(ctx, db, nil, func(store registry.Store) error {
		svc := registry.NewService(store, data.Divisions, data.Locator)
		report, err := importer.Run(ctx, svc, reader, importer.Options{
			Actor: registry.Actor{Name: "bench"}, File: registry.Import{Name: source.Name, Format: "csv", Dataset: source.Dataset}, Distinct: true,
			OnReject: func(r importer.Rejection) error {
				if r.Code != registry.CodeCellFull { // below a tower of thousands
					return fmt.Errorf("%s: %s", r.Ref, r.Message)
				}
				return nil
			},
			OnAssigned: func(_ string, a registry.Assignment) {
				if n++; n%every == 0 {
					set.Codes = append(set.Codes, a.Address.Code.String())
					set.Points = append(set.Points, a.Address.Point())
					set.Texts = append(set.Texts, svc.Label(a.Address, geo.Today()))
				}
			},
		})
		refused = int(report.Rejected)
		return err
	})
	return set, refused, err
}
