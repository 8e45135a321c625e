package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/geo"
)

// locationView is what locate --json prints.
type locationView struct {
	Position latLonView `json:"position"`
	At       string     `json:"at"`
	Match    geo.Match  `json:"match"`
	OffsetM  float64    `json:"offset_m"`           // metres outside the drawn boundary; 0 inside
	BorderM  *float64   `json:"border_m,omitempty"` // metres to the commune's border when under 100 m
	divisionView
	Candidates []candidateDivision `json:"candidates,omitempty"` // before 2025-07-01, when several are possible
}

type candidateDivision struct {
	Kind     geo.RelationKind `json:"kind"`
	Code     string           `json:"code,omitempty"`
	FullName string           `json:"full_name"`
}

func (m *Main) locateCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "locate LAT LON",
		Short: "Vị trí → xã, tỉnh – the commune and province that contain a position",
		Long: `Tells the commune, province and postcode of a position, today or on another date.
match says how: inside; off_coast (up to 1 km off the drawn coast), off_border (up to 100 m off the land border),
special_waters (within 22.2 km of Hoàng Sa or Trường Sa).`,
		Example: `  diachiso locate 21.0287 105.8524
  diachiso locate 21.0287 105.8524 --at 2025-06-30    # the units before the reorganisation
  diachiso locate 8.65,111.92 --json`,
		Args: pointArgs,
	}
	date := c.Flags().String("at", "", "date, such as 2025-06-30 (default today)")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		p, err := pointOf(args)
		if err != nil {
			return err
		}
		at := geo.Today()
		if *date != "" {
			if at, err = geo.ParseDate(*date); err != nil {
				return usage("--at 2025-06-30", "--at is no date: year, month and day are needed")
			}
		}
		data, err := m.Data()
		if err != nil {
			return err
		}
		loc, err := data.Locator.Locate(p, at)
		if err != nil {
			return err
		}
		v := viewOfLocation(p, at, loc)
		if wantsJSON(cmd) {
			return m.printJSON(v)
		}
		return m.printLocation(v)
	}
	return c
}

func viewOfLocation(p geo.Point, at geo.Date, loc geo.Location) locationView {
	v := locationView{Position: latLon(p), At: at.String(), Match: loc.Match, OffsetM: round1(loc.OffsetM), divisionView: *divisionOf(&loc, at)}
	if loc.BorderM >= 0 {
		border := round1(loc.BorderM)
		v.BorderM = &border
	}
	for _, r := range loc.Candidates {
		c := candidateDivision{Kind: r.Kind, FullName: r.FromName}
		if r.From != nil {
			c.Code, c.FullName = r.From.Code, r.From.Name(at).FullName()
		}
		v.Candidates = append(v.Candidates, c)
	}
	return v
}

func (m *Main) printLocation(v locationView) error {
	t := m.table()
	for _, line := range []struct {
		label string
		ref   *divisionRef
	}{{"Xã, phường (commune)", v.Commune}, {"Quận, huyện (district)", v.District}, {"Tỉnh, thành (province)", v.Province}} {
		if line.ref != nil {
			t.row(line.label, line.ref.FullName, line.ref.Code)
		}
	}
	t.row("Mã bưu chính (postcode)", v.PostalCode)
	if v.Match != geo.MatchInside {
		t.row("Cách ranh giới (outside by)", fmt.Sprintf("%.0f m", v.OffsetM), string(v.Match))
	} else if v.BorderM != nil {
		t.row("Cách ranh giới (to the border)", fmt.Sprintf("%.0f m", *v.BorderM))
	}
	for _, c := range v.Candidates {
		t.row("Có thể là (one of)", c.FullName, c.Code)
	}
	return t.flush()
}
