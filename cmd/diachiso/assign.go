package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// degreesFlag is a coordinate on the command line; it remembers whether it was given.
type degreesFlag struct {
	value float64
	given bool
}

func (d *degreesFlag) String() string {
	if !d.given {
		return ""
	}
	return strconv.FormatFloat(d.value, 'f', -1, 64)
}
func (d *degreesFlag) Type() string { return "degrees" }
func (d *degreesFlag) Set(text string) error {
	f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return fmt.Errorf("not a number of decimal degrees")
	}
	d.value, d.given = f, true
	return nil
}

// assignFlags are the parts of an address on the command line.
type assignFlags struct {
	lat, lon   degreesFlag
	position   string
	source     string
	accuracy   float64
	kind       string
	alley      string
	components registry.Components
	commune    string
	ids        []string
	key        string
	allow      bool
}

func (m *Main) assignCommand() *cobra.Command {
	var f assignFlags
	c := &cobra.Command{
		Use:   "assign --lat LAT --lon LON",
		Short: "Cấp mã – give an address its code",
		Long: `Registers an address and gives it its code. The same external id, or the same idempotency key, gives the same address
again. An address with the same parts within 30 m is taken for a duplicate and refused unless --allow-duplicate.`,
		Example: `  diachiso assign --lat 21.0287 --lon 105.8524 --house-number 12A --alley 34/5 --street "Phố Hàng Khay"
  diachiso assign --lat 10.7725 --lon 106.698 --building "Toà nhà Sen" --floor 12 --unit 1203 --json
  diachiso assign --lat 21.03 --lon 105.85 --house-number 7 --external-id osm:node/1`,
		Args: cobra.NoArgs,
	}
	f.define(c)
	c.Flags().StringVar(&f.position, "position-type", "entrance", "what is there: entrance or building")
	c.Flags().StringVar(&f.components.Floor, "floor", "", "tầng")
	c.Flags().StringVar(&f.components.Unit, "unit", "", "căn hộ, phòng")
	c.Flags().StringArrayVar(&f.ids, "external-id", nil, "another identifier of the address, SCHEME:VALUE; may be repeated")
	c.AddCommand(m.assignBuildingCommand())
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		req, err := f.request()
		if err != nil {
			return err
		}
		db, _, err := m.openDatabase(cmd.Context())
		if err != nil {
			return err
		}
		defer db.store.Close()
		a, err := db.svc.Assign(cmd.Context(), actorCLI, req)
		if err != nil {
			return err
		}
		v := viewOfAddress(db.svc, a.Address)
		v.Outcome = a.Outcome
		if wantsJSON(cmd) {
			return m.printJSON(v)
		}
		t := m.table()
		v.write(t)
		switch a.Outcome {
		case registry.OutcomeExisting:
			t.row("Kết quả (outcome)", "đã có từ trước – was there before")
		case registry.OutcomeMerged:
			t.row("Kết quả (outcome)", "đã có, thêm mã khác – was there, further id added")
		default:
			t.row("Kết quả (outcome)", "cấp mã mới – new")
		}
		return t.flush()
	}
	return c
}

// define adds the flags that an address and a building have in common.
func (f *assignFlags) define(c *cobra.Command) {
	fs := c.Flags()
	fs.Var(&f.lat, "lat", "latitude in decimal degrees (WGS 84)")
	fs.Var(&f.lon, "lon", "longitude in decimal degrees (WGS 84)")
	fs.StringVar(&f.source, "source", "", "how the position was obtained: survey, gps, imagery, import, geocoded")
	fs.Float64Var(&f.accuracy, "accuracy", 0, "accuracy of the position in metres (0 unknown)")
	fs.StringVar(&f.kind, "kind", "", "dwelling (default), business, public, other")
	fs.StringVar(&f.components.HouseNumber, "house-number", "", "số nhà, as written on the plate")
	fs.StringVar(&f.alley, "alley", "", "ngõ/ngách/hẻm from the street inwards, such as 12/34")
	fs.StringVar(&f.components.Street, "street", "", "đường, phố")
	fs.StringVar(&f.components.Hamlet, "hamlet", "", "thôn, ấp, xóm, bản")
	fs.StringVar(&f.components.Quarter, "quarter", "", "khu phố, tổ dân phố")
	fs.StringVar(&f.components.Building, "building", "", "toà nhà, chung cư")
	fs.StringVar(&f.components.Block, "block", "", "khối")
	fs.StringVar(&f.commune, "commune-code", "", "code of the commune; without it the position decides")
	fs.StringVar(&f.key, "idempotency-key", "", "the same key gives the same address again")
	fs.BoolVar(&f.allow, "allow-duplicate", false, "assign even if it looks like a registered address")
}

func (f *assignFlags) request() (registry.AssignRequest, error) {
	if !f.lat.given || !f.lon.given {
		return registry.AssignRequest{}, usage("diachiso assign --lat 21.0287 --lon 105.8524 …", "--lat and --lon are needed")
	}
	p, err := geo.NewPoint(f.lat.value, f.lon.value)
	if err != nil {
		return registry.AssignRequest{}, err
	}
	req := registry.AssignRequest{
		Positions: []registry.TypedPosition{{
			Type:     registry.PositionType(f.position),
			Position: geo.Position{Point: p, Source: geo.Source(f.source), AccuracyM: f.accuracy},
		}},
		Kind: registry.Kind(f.kind), Components: f.components, CommuneCode: f.commune, IdempotencyKey: f.key,
		Provenance: registry.Provenance{Dataset: "manual"},
	}
	if f.alley != "" {
		req.Components.Alley = strings.Split(f.alley, "/")
	}
	for _, text := range f.ids {
		id, err := externalID(text)
		if err != nil {
			return req, err
		}
		req.ExternalIDs = append(req.ExternalIDs, id)
	}
	if f.allow {
		req.OnDuplicate = registry.AllowDuplicate
	}
	return req, nil
}

func externalID(text string) (registry.ExternalID, error) {
	scheme, value, ok := strings.Cut(text, ":")
	if !ok {
		return registry.ExternalID{}, usage("--external-id osm:node/1", "--external-id is not SCHEME:VALUE")
	}
	return registry.ExternalID{Scheme: scheme, Value: value, Source: "manual"}, nil
}
