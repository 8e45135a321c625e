package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// resolutionView is what resolve --json prints.
type resolutionView struct {
	Kind       registry.QueryKind `json:"kind"`
	Position   *latLonView        `json:"position,omitempty"`
	Candidates []candidateView    `json:"candidates"`
}

type candidateView struct {
	Code       string          `json:"code,omitempty"`
	Registered bool            `json:"registered"`
	Address    *addressView    `json:"address,omitempty"`
	Correction *correctionView `json:"correction,omitempty"`
	Place      *placeView      `json:"place,omitempty"` // where it is, for what is not registered
	DistanceM  *float64        `json:"distance_m,omitempty"`
	Confirm    *confirmView    `json:"confirm,omitempty"` // for a ten-digit number
}

// confirmView is what to ask whoever gave a number: it has no check digit.
type confirmView struct {
	Commune string `json:"commune"`
	Street  string `json:"street,omitempty"`
}

type placeView struct {
	Centre   latLonView    `json:"centre"`
	Division *divisionView `json:"division,omitempty"`
	Match    geo.Match     `json:"match,omitempty"`
}

func (m *Main) resolveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "resolve QUERY",
		Short: "Tra mã, vị trí … – the registered address behind anything",
		Long: `Finds addresses in the database by a code in any spelling, a damaged code, the last seven symbols with a commune,
an external id, a Plus Code, an H3 index or a position. Several readings are shown as several candidates.
Exit status 3 when no address is registered there.`,
		Example: `  diachiso resolve 5FJBC-2NJV-T33
  diachiso resolve "2NJV-T33, phường Hoàn Kiếm"
  diachiso resolve osm:node/1000087188 --json
  diachiso resolve 21.0287,105.8524`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, err := m.readDatabase(cmd.Context())
			if err != nil {
				return err
			}
			defer db.store.Close()
			r, err := db.svc.Resolve(cmd.Context(), textArg(args))
			if err != nil {
				return err
			}
			v := viewOfResolution(db.svc, r)
			if wantsJSON(cmd) {
				err = m.printJSON(v)
			} else {
				err = m.printResolution(v)
			}
			if err != nil {
				return err
			}
			return notRegistered(v)
		},
	}
}

// notRegistered is the error for a query that names an address which nobody has; a place needs none.
func notRegistered(v resolutionView) error {
	switch v.Kind {
	case registry.QueryPlusCode, registry.QueryCell, registry.QueryPosition:
		return nil
	}
	for _, c := range v.Candidates {
		if c.Registered {
			return nil
		}
	}
	return &cliError{status: exitNotFound, message: "no address is registered there", try: "diachiso assign gives an address its code"}
}

func viewOfResolution(svc *registry.Service, r *registry.Resolution) resolutionView {
	v := resolutionView{Kind: r.Kind, Candidates: []candidateView{}}
	if r.Point != nil {
		p := latLon(*r.Point)
		v.Position = &p
	}
	for _, c := range r.Candidates {
		cv := candidateView{Registered: c.Address != nil}
		if !c.Code.IsZero() {
			cv.Code = c.Code.String()
		}
		if c.Confirm != nil {
			cv.Confirm = &confirmView{c.Confirm.Commune, c.Confirm.Street}
		}
		if c.Suggestion != nil {
			s := viewOfCorrection(*c.Suggestion)
			cv.Correction = &s
		}
		if c.Address != nil {
			a := viewOfAddress(svc, c.Address)
			cv.Address = &a
			if r.Point != nil {
				d := round1(c.DistanceM)
				cv.DistanceM = &d
			}
		} else {
			cv.Place = &placeView{Centre: latLon(c.Point), Division: divisionOf(c.Location, geo.Today())}
			if c.Location != nil {
				cv.Place.Match = c.Location.Match
			}
		}
		v.Candidates = append(v.Candidates, cv)
	}
	return v
}

func (m *Main) printResolution(v resolutionView) error {
	t := m.table()
	for i, c := range v.Candidates {
		if i > 0 {
			t.row("--")
		}
		if c.Correction != nil {
			t.row("Sửa (correction)", repairText(*c.Correction))
		}
		if c.Address != nil {
			c.Address.write(t)
			if c.Confirm != nil {
				t.row("Hỏi lại (confirm)", strings.Trim(c.Confirm.Street+", "+c.Confirm.Commune, ", ")+"? – số không có chữ số kiểm tra, the number has no check digit")
			}
			if c.DistanceM != nil {
				t.row("Cách (distance)", metres(*c.DistanceM))
			}
			continue
		}
		t.row("Mã (code)", c.Code)
		t.row("Vị trí (position)", degrees(c.Place.Centre.Lat, c.Place.Centre.Lon))
		t.row("Đơn vị (division)", c.Place.Division.text())
		if c.Code != "" {
			t.row("Tình trạng (status)", "chưa đăng ký – not registered")
		}
	}
	return t.flush()
}
