package bench

import (
	"context"
	"errors"
	"io"
	"iter"
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
	reader, err := importer.NewCSV(file, info.Size(), importer.Source{Name: "bench", Dataset: "synthetic"})
	if err != nil {
		return nil, 0, err
	}
	svc := registry.NewService(nil, data.Divisions, data.Locator)
	set = &load.Requests{}
	every, n := max(1, households/samples), 0
	err = sqlite.Load(ctx, db, nil, func(w registry.Writer) error {
		return svc.Load(ctx, w, registry.Actor{Name: "bench"}, rows(ctx, reader), func(a registry.Assignment) error {
			if registry.CodeOf(a.Err) == registry.CodeCellFull { // below a tower of thousands
				refused++
				return nil
			}
			if a.Err != nil {
				return a.Err
			}
			if n++; n%every == 0 {
				set.Codes = append(set.Codes, a.Address.Code.String())
				set.Points = append(set.Points, a.Address.Point())
				set.Texts = append(set.Texts, svc.Label(a.Address, geo.Today()))
			}
			return nil
		})
	})
	return set, refused, err
}

// rows are those of a file. Households of a register are known to differ, so likeness is not asked for.
func rows(ctx context.Context, reader importer.Reader) iter.Seq2[registry.LoadRow, error] {
	return func(yield func(registry.LoadRow, error) bool) {
		for {
			record, err := reader.Next(ctx)
			if errors.Is(err, io.EOF) {
				return
			}
			understand := func() (registry.AssignRequest, error) {
				understood := record.Understood()
				understood.Request.OnDuplicate = registry.AllowDuplicate
				return understood.Request, understood.Err
			}
			if !yield(understand, err) || err != nil {
				return
			}
		}
	}
}
