package seed

import (
	"context"
	"fmt"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// demoScheme is the scheme of the external ids by which the quarter is recognised when it is loaded again.
const demoScheme = "demo"

// LoadDemo registers the demonstration quarter and says how many addresses are new; a second call adds none.
func LoadDemo(ctx context.Context, svc *registry.Service) (added int, err error) {
	assignments, err := svc.AssignMany(ctx, actor, demoQuarter())
	if err != nil {
		return 0, fmt.Errorf("load the demonstration quarter: %w", err)
	}
	for _, a := range assignments {
		if a.Err != nil {
			return added, fmt.Errorf("load the demonstration quarter: %w", a.Err)
		}
		if a.Outcome == registry.OutcomeCreated {
			added++
		}
	}
	return added, nil
}

// RemoveDemo takes the demonstration quarter out again and says how many addresses that were.
func RemoveDemo(ctx context.Context, svc *registry.Service) (removed int64, err error) {
	removed, err = svc.RemoveDataset(ctx, actor, registry.DemoDataset)
	if err != nil {
		return removed, fmt.Errorf("remove the demonstration quarter: %w", err)
	}
	return removed, nil
}

// The names say that they are made up ("minh họa": illustration).
const (
	demoStreet = "Phố Mẫu 1 (minh họa)"
	demoTower  = "Tháp Mẫu (minh họa)"
	demoHamlet = "Thôn Mẫu (minh họa)"
	demoShop   = "Tạp hóa Mẫu (minh họa)"
	demoPublic = "Nhà văn hóa Mẫu (minh họa)"
	demoInn    = "Quán Mẫu (minh họa)"
	demoHall   = "Nhà văn hóa Thôn Mẫu (minh họa)"
	demoSub    = "Trạm biến áp Mẫu (minh họa)"
)

// site is where a part of the quarter is laid out, in centimetres east and north of an origin. Both sites are public
// land where nobody lives, so that no real home gets a false address.
type site struct {
	origin  geo.Point
	easting int64 // 1e-7 degrees of longitude per 100 m at this latitude
}

// northing is 1e-7 degrees of latitude per 100 m.
const northing = 8983

// The street is drawn on the lawn and the lake of Công viên Thống Nhất in Hà Nội, the hamlet on the dunes of Bàu Trắng.
var (
	demoPark  = site{geo.Point{LatE7: 21_0155000, LonE7: 105_8440000}, 9623}
	demoDunes = site{geo.Point{LatE7: 11_0740000, LonE7: 108_4340000}, 9153}
)

func (s site) at(eastCm, northCm int64) geo.Point {
	return geo.Point{
		LatE7: s.origin.LatE7 + int32(northCm*northing/10_000),
		LonE7: s.origin.LonE7 + int32(eastCm*s.easting/10_000),
	}
}

// demoQuarter is the whole quarter, the same at every call: 300 addresses.
func demoQuarter() []registry.AssignRequest {
	var q quarter
	q.street()
	q.alley()
	q.tower()
	q.hamlet()
	return q.requests
}

type quarter struct{ requests []registry.AssignRequest }

func (q *quarter) add(id string, kind registry.Kind, c registry.Components, entrance geo.Point) *registry.AssignRequest {
	q.requests = append(q.requests, registry.AssignRequest{
		Positions:   []registry.TypedPosition{position(registry.PositionEntrance, entrance)},
		Kind:        kind,
		Components:  c,
		ExternalIDs: []registry.ExternalID{{Scheme: demoScheme, Value: id, Source: registry.DemoDataset}},
		Provenance:  registry.Provenance{Dataset: registry.DemoDataset, Detail: "synthetic: no such address exists"},
	})
	return &q.requests[len(q.requests)-1]
}

func position(kind registry.PositionType, p geo.Point) registry.TypedPosition {
	return registry.TypedPosition{Type: kind, Position: geo.Position{Point: p, Source: geo.SourceUnknown}}
}

// street numbers houses as Thông tư 08/2024/TT-BXD, article 6, asks: from north to south, odd numbers on the left,
// even ones on the right, and letters for houses that were put in between.
func (q *quarter) street() {
	const front = 6_00 // cm
	for n := int64(1); n <= 60; n++ {
		east, south := int64(8_00), (n+1)/2*front
		if n%2 == 0 {
			east = -east
		}
		kind, building := registry.KindDwelling, ""
		switch n {
		case 1:
			kind, building = registry.KindBusiness, demoShop
		case 2:
			kind, building = registry.KindPublic, demoPublic
		}
		number := fmt.Sprint(n)
		r := q.add("street-"+number, kind,
			registry.Components{HouseNumber: number, Street: demoStreet, Building: building}, demoPark.at(east, -south))
		if kind == registry.KindPublic {
			r.Positions = append(r.Positions, position(registry.PositionBuilding, demoPark.at(east-6_00, -south)))
		}
	}
	for i, number := range []string{"20A", "20B"} {
		q.add("street-"+number, registry.KindDwelling, registry.Components{HouseNumber: number, Street: demoStreet},
			demoPark.at(-8_00, -(20/2*front+int64(i+1)*front/3)))
	}
}

// alley is ngõ 12, which leaves the street to the west behind house 12, and its ngách 34, which leaves it to the north
// behind house 34: article 7 of the Thông tư names them so and numbers their houses from the mouth, odd on the left.
func (q *quarter) alley() {
	const front, side = 5_00, 4_00 // cm
	const mouthEast, mouthSouth = -12_00, 12/2*6_00 + 3_00
	for n := int64(1); n <= 40; n++ {
		south := int64(mouthSouth + side) // walking west, the left is south
		if n%2 == 0 {
			south = mouthSouth - side
		}
		q.add(fmt.Sprintf("street-12-%d", n), registry.KindDwelling,
			registry.Components{HouseNumber: fmt.Sprint(n), Alley: []string{"12"}, Street: demoStreet},
			demoPark.at(mouthEast-(n+1)/2*front, -south))
	}
	const innerEast = mouthEast - 34/2*front - front/2
	for n := int64(1); n <= 20; n++ {
		east := int64(innerEast - side) // walking north, the left is west
		if n%2 == 0 {
			east = innerEast + side
		}
		q.add(fmt.Sprintf("street-12-34-%d", n), registry.KindDwelling,
			registry.Components{HouseNumber: fmt.Sprint(n), Alley: []string{"12", "34"}, Street: demoStreet},
			demoPark.at(east, -mouthSouth+side+(n+1)/2*front))
	}
}

// tower has four shops on the ground floor and twelve floors of eight flats behind one entrance. The thirteenth floor
// is called 12A, as article 13 allows. Its households share a point; their codes fill the cells inside its outline.
func (q *quarter) tower() {
	const east, south = 14_00, 192_00 // cm, the entrance
	entrance := demoPark.at(east, -south)
	outline := []geo.Point{
		demoPark.at(east-1_00, -south-15_00), demoPark.at(east+35_00, -south-15_00),
		demoPark.at(east+35_00, -south+15_00), demoPark.at(east-1_00, -south+15_00),
	}
	for floor := 1; floor <= 13; floor++ {
		name, prefix, units, kind := fmt.Sprint(floor), fmt.Sprintf("%02d-", floor), 8, registry.KindDwelling
		switch floor {
		case 1:
			prefix, units, kind = "Ki-ốt ", 4, registry.KindBusiness
		case 13:
			name, prefix = "12A", "12A-"
		}
		for unit := 1; unit <= units; unit++ {
			number := fmt.Sprintf("%s%02d", prefix, unit)
			r := q.add(fmt.Sprintf("tower-%s-%02d", name, unit), kind, registry.Components{
				HouseNumber: "61", Street: demoStreet, Building: demoTower, Floor: name, Unit: number,
			}, entrance)
			r.Footprint = outline
		}
	}
	q.add("substation", registry.KindOther, registry.Components{Street: demoStreet, Building: demoSub},
		demoPark.at(-20_00, -south))
}

// hamlet is what most of the countryside is: houses without number or street, known by their hamlet and their place.
func (q *quarter) hamlet() {
	const apart = 45_00 // cm; two that look alike must be more than 30 m apart to be taken for two
	for n := int64(0); n < 75; n++ {
		row, column := n/15, n%15
		q.add(fmt.Sprintf("hamlet-%d", n+1), registry.KindDwelling, registry.Components{Hamlet: demoHamlet},
			demoDunes.at(column*apart+row%2*apart/3, -row*apart+column*7%5*1_00))
	}
	q.add("hamlet-hall", registry.KindPublic, registry.Components{Hamlet: demoHamlet, Building: demoHall}, demoDunes.at(7*apart, apart))
	q.add("hamlet-inn", registry.KindBusiness, registry.Components{Hamlet: demoHamlet, Building: demoInn}, demoDunes.at(6*apart, apart))
}
