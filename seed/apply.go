package seed

import (
	"context"
	"errors"
	"fmt"

	"github.com/diachiso/diachiso/registry"
)

// ErrNewerData says that a database holds newer built-in data than the program has.
var ErrNewerData = errors.New("the database was made with newer built-in data than this program has")

// metaVersion is the key of the database's data version.
const metaVersion = "data_version"

// actor is who makes the changes of this package in the events.
var actor = registry.Actor{Name: "seed"}

// Report says what Apply did.
type Report struct {
	From, To  string // data versions; equal when nothing was to do, From is "" for a new database
	Rederived int64  // addresses that lie in another commune now
	Changeset string // of their change; "" for none
}

// Apply brings a database to the built-in data version; svc must work on the data of Load. Codes and positions stay as
// they are; the communes of addresses are derived anew, with an event for each that changes.
// It is idempotent and only goes forward: an interrupted run is repeated by the next one, and a database of a newer
// version is refused with ErrNewerData. progress, which may be nil, is told the addresses looked at so far.
func Apply(ctx context.Context, svc *registry.Service, progress func(done int64)) (Report, error) {
	return apply(ctx, svc, Version, progress)
}

func apply(ctx context.Context, svc *registry.Service, to string, progress func(done int64)) (Report, error) {
	from, err := svc.Meta(ctx, metaVersion)
	if err != nil {
		return Report{}, fmt.Errorf("read data version: %w", err)
	}
	report := Report{From: from, To: to}
	switch {
	case from == to:
		return report, nil
	case from > to:
		return report, fmt.Errorf("%w: the database has version %s, the program %s; use the newer program", ErrNewerData, from, to)
	}
	active, retired, err := svc.Count(ctx)
	if err != nil {
		return report, fmt.Errorf("count addresses: %w", err)
	}
	if active+retired > 0 {
		set, err := svc.Rederive(ctx, actor, progress)
		if err != nil {
			return report, fmt.Errorf("derive communes anew: %w", err)
		}
		report.Rederived, report.Changeset = set.Report.Changed, set.ID
	}
	if err := svc.SetMeta(ctx, metaVersion, to); err != nil {
		return report, fmt.Errorf("write data version: %w", err)
	}
	return report, nil
}
