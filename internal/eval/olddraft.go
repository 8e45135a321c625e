package main

import (
	"math/rand/v2"

	"github.com/diachiso/diachiso/geo"
)

// makeOld writes the divisions as before 2025-07-01: a ward that went into today's commune, wholly or in part as asked, its
// district and province. It says no when the commune has no such ward.
func (d *draft) makeOld(t truth, ds *geo.Divisions, rng *rand.Rand, divided bool) (ward *geo.Division, ok bool) {
	var wards []*geo.Division
	for _, rel := range ds.Predecessors(t.commune) {
		if rel.From == nil || rel.From.Level != geo.LevelCommune || rel.Kind == geo.RelationAreaOnly {
			continue
		}
		if inhabited(ds, rel.From) > 1 == divided {
			wards = append(wards, rel.From)
		}
	}
	if len(wards) == 0 {
		return nil, false
	}
	ward = wards[rng.IntN(len(wards))]
	district, err := ds.Get(geo.LevelDistrict, ward.Parent, lastOld)
	if err != nil {
		return nil, false
	}
	province, err := ds.Get(geo.LevelProvince, ward.Province, lastOld)
	if err != nil {
		return nil, false
	}
	d.commune = ward.Name(lastOld).FullName()
	d.district = district.Name(lastOld).FullName()
	d.province = provinceText(province.Name(lastOld), rng)
	return ward, true
}

// inhabited is in how many of today's communes people of an old ward live.
func inhabited(ds *geo.Divisions, ward *geo.Division) int {
	n := 0
	for _, rel := range ds.Successors(ward) {
		if rel.Kind != geo.RelationAreaOnly {
			n++
		}
	}
	return n
}
