package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// buildingFlags are a building on the command line.
type buildingFlags struct {
	assignFlags
	outline string
	corners []string
	id      string
	floors  string
	units   int
	pattern string
	skip    []int
	without []int
	dryRun  bool
}

// buildingView is what assign building --json prints.
type buildingView struct {
	DryRun   bool       `json:"dry_run"`
	Created  int        `json:"created"`
	Existing int        `json:"existing"`
	Merged   int        `json:"merged"`
	Refused  int        `json:"refused"` // more than 0 in a preview only, unless nothing was assigned
	Flats    []flatView `json:"flats"`
}

type flatView struct {
	Floor   string             `json:"floor"`
	Unit    string             `json:"unit"`
	Outcome registry.Outcome   `json:"outcome"` // "refused" too
	Code    string             `json:"code,omitempty"`
	Reason  registry.ErrorCode `json:"reason,omitempty"`
	Detail  string             `json:"detail,omitempty"`
}

const outcomeRefused registry.Outcome = "refused"

func (m *Main) assignBuildingCommand() *cobra.Command {
	var f buildingFlags
	c := &cobra.Command{
		Use:   "building --floors 1-25 --units-per-floor 12",
		Short: "Cấp mã cho mọi căn hộ – codes for all flats of a building",
		Long: `Gives every flat of a building its code, all or none: nearest cells first, inside the outline where one is given.
Give the entrance (--lat, --lon), the outline (--outline or --corner), or both.

--floors counts from the ground; names such as B1 or G stand for themselves. Numbers in --skip-floors are no floor's
name: with 4,13 the fourth floor is called 3A and the thirteenth 12A, and the fifth stays 5; with 13,14 they are 12A
and 12B. --skip-units does the same on each floor. --unit-pattern makes a flat's number of both: {floor} and {unit},
or {unit:02} for at least two digits, so that flats are 0301, 03A01, 1205.

The same external id, or the same idempotency key, gives the same flats again; under the same id floors can be added
later. A flat is known by ID#FLOOR/NUMBER. Flats that look like registered ones refuse the whole building and are listed.`,
		Example: `  diachiso assign building --outline tower.geojson --floors 1-25 --units-per-floor 12 --skip-floors 4,13 \
      --building "Toà nhà Sen" --house-number 88 --street "Phố Láng Hạ" --external-id osm:way/1 --dry-run
  diachiso assign building --lat 21.0287 --lon 105.8524 --floors G,1-8 --units-per-floor 4 --unit-pattern "A{floor}.{unit:02}"`,
		Args: cobra.NoArgs,
	}
	f.define(c)
	fs := c.Flags()
	fs.StringVar(&f.outline, "outline", "", "GeoJSON file with the building's polygon; - is the standard input")
	fs.StringArrayVar(&f.corners, "corner", nil, "corner of the outline, LAT,LON; repeated in order, in place of --outline")
	fs.StringVar(&f.floors, "floors", "", "tầng: 1-25, or a list such as G,1-3,5")
	fs.IntVar(&f.units, "units-per-floor", 0, "số căn mỗi tầng")
	fs.StringVar(&f.pattern, "unit-pattern", registry.DefaultUnitPattern, "how flats are numbered")
	fs.IntSliceVar(&f.skip, "skip-floors", nil, "numbers that no floor has, such as 4,13")
	fs.IntSliceVar(&f.without, "skip-units", nil, "numbers that no flat of a floor has, such as 4,13")
	fs.StringVar(&f.id, "external-id", "", "identifier of the building, SCHEME:VALUE")
	fs.BoolVar(&f.dryRun, "dry-run", false, "only list the codes there would be")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		req, err := m.buildingRequest(f)
		if err != nil {
			return err
		}
		db, _, err := m.openDatabase(cmd.Context())
		if err != nil {
			return err
		}
		defer db.store.Close()
		do := db.svc.AssignBuilding
		if f.dryRun {
			do = db.svc.PlanBuilding
		}
		flats, err := do(cmd.Context(), actorCLI, req)
		if refused, ok := errors.AsType[*registry.FlatsRefused](err); ok {
			flats = refused.Flats
		} else if err != nil {
			return err
		}
		if err := m.printBuilding(viewOfBuilding(flats, f.dryRun, err != nil), wantsJSON(cmd)); err != nil {
			return err
		}
		return err
	}
	return c
}

func (m *Main) buildingRequest(f buildingFlags) (registry.BuildingRequest, error) {
	req := registry.BuildingRequest{
		Floors: f.floors, UnitsPerFloor: f.units, UnitPattern: f.pattern, SkipFloors: f.skip, SkipUnits: f.without,
		Kind: registry.Kind(f.kind), Components: f.components, CommuneCode: f.commune, IdempotencyKey: f.key, AllowDuplicate: f.allow,
		Provenance: registry.Provenance{Dataset: "manual"},
	}
	const example = `diachiso assign building --lat 21.0287 --lon 105.8524 --floors 1-25 --units-per-floor 12`
	if f.floors == "" || f.units == 0 {
		return req, usage(example, "--floors and --units-per-floor are needed")
	}
	if f.lat.given != f.lon.given {
		return req, usage(example, "of --lat and --lon there is only one")
	}
	if f.lat.given {
		p, err := geo.NewPoint(f.lat.value, f.lon.value)
		if err != nil {
			return req, err
		}
		req.Entrance = &geo.Position{Point: p, Source: geo.Source(f.source), AccuracyM: f.accuracy}
	}
	if f.alley != "" {
		req.Components.Alley = strings.Split(f.alley, "/")
	}
	if f.id != "" {
		id, err := externalID(f.id)
		if err != nil {
			return req, err
		}
		req.ExternalID = &id
	}
	var err error
	switch {
	case f.outline != "" && len(f.corners) > 0:
		return req, usage(example, "--outline and --corner exclude each other")
	case f.outline != "":
		req.Outline, err = m.readOutline(f.outline)
	default:
		for _, corner := range f.corners {
			p, err := geo.ParsePoint(strings.TrimSpace(corner))
			if err != nil {
				return req, err
			}
			req.Outline = append(req.Outline, p)
		}
	}
	return req, err
}

func viewOfBuilding(flats []registry.Flat, dryRun, refused bool) buildingView {
	v := buildingView{DryRun: dryRun, Flats: make([]flatView, len(flats))}
	for i, flat := range flats {
		f := flatView{Floor: flat.Floor, Unit: flat.Unit, Outcome: flat.Outcome}
		if !flat.Code.IsZero() && !refused {
			f.Code = flat.Code.String()
		}
		switch {
		case flat.Err != nil:
			f.Outcome, f.Reason = outcomeRefused, registry.CodeOf(flat.Err)
			if e, ok := errors.AsType[*registry.Error](flat.Err); ok {
				f.Detail = e.Message
			}
			v.Refused++
		case refused:
			f.Outcome = "" // nothing became of it
		case flat.Outcome == registry.OutcomeCreated:
			v.Created++
		case flat.Outcome == registry.OutcomeMerged:
			v.Merged++
		default:
			v.Existing++
		}
		v.Flats[i] = f
	}
	return v
}

func (m *Main) printBuilding(v buildingView, asJSON bool) error {
	if asJSON {
		return m.printJSON(v)
	}
	t := m.table()
	fmt.Fprintln(t.w, "Tầng (floor)\tCăn (unit)\tMã (code)\tKết quả (outcome)")
	for _, f := range v.Flats {
		if f.Outcome == "" {
			continue // those that are refused are what is to be looked at
		}
		fmt.Fprintln(t.w, strings.Join([]string{f.Floor, f.Unit, cmp.Or(f.Code, "–"), strings.TrimSuffix(string(f.Outcome)+": "+f.Detail, ": ")}, "\t"))
	}
	if err := t.flush(); err != nil {
		return err
	}
	what := "đã cấp – assigned"
	if v.DryRun {
		what = "xem trước, chưa cấp – preview, nothing assigned"
	}
	_, err := fmt.Fprintf(m.Stdout, "%d căn (flats), %s: %d mới (new), %d đã có (existing), %d thêm mã (merged), %d từ chối (refused)\n",
		len(v.Flats), what, v.Created, v.Existing, v.Merged, v.Refused)
	return err
}
