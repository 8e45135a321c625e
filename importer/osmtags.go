package importer

import (
	"strings"

	"github.com/paulmach/osm"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// rowOfTags takes the address of an object from its tags. Divisions (addr:subdistrict, addr:city …) are left out:
// the position decides, and the tags mostly name the units of before 2025-07-01.
func rowOfTags(tags osm.Tags) row {
	var v row
	v[fieldHouseNumber] = tags.Find(tagHouseNumber)
	v[fieldStreet] = tags.Find("addr:street")
	v[fieldHamlet] = tags.Find("addr:hamlet")
	v[fieldQuarter] = firstTag(tags, "addr:quarter", "addr:neighbourhood")
	v[fieldBuilding] = tags.Find("addr:housename")
	v[fieldBlock] = firstTag(tags, "addr:block", "addr:block_number")
	v[fieldFloor] = tags.Find("addr:floor")
	v[fieldUnit] = firstTag(tags, "addr:unit", "addr:flats", "addr:door")
	v[fieldKind] = string(kindOfTags(tags))
	// addr:place is the named place that a house without a street is numbered in.
	if place := tags.Find("addr:place"); place != "" {
		switch {
		case isQuarter(place) && v[fieldQuarter] == "":
			v[fieldQuarter] = place
		case v[fieldHamlet] == "":
			v[fieldHamlet] = place
		}
	}
	return v
}

func firstTag(tags osm.Tags, keys ...string) string {
	for _, key := range keys {
		if value := tags.Find(key); value != "" {
			return value
		}
	}
	return ""
}

func isQuarter(place string) bool {
	folded := vntext.Fold(place)
	for _, prefix := range []string{"khu pho ", "to dan pho ", "to "} {
		if strings.HasPrefix(folded, prefix) {
			return true
		}
	}
	return false
}

// kindOfTags tells what an object is used for. A plain house number or building is taken for a dwelling.
func kindOfTags(tags osm.Tags) registry.Kind {
	switch tags.Find("amenity") {
	case "school", "kindergarten", "university", "college", "library", "hospital", "clinic", "townhall", "police",
		"fire_station", "courthouse", "post_office", "community_centre", "place_of_worship", "social_facility",
		"public_building", "embassy", "theatre", "arts_centre":
		return registry.KindPublic
	case "":
	default:
		return registry.KindBusiness
	}
	switch {
	case tags.Find("office") == "government" || tags.Find("office") == "diplomatic" || tags.HasTag("diplomatic") || tags.HasTag("government"):
		return registry.KindPublic
	case tags.Find("tourism") == "museum" || tags.Find("building") == "school" || tags.Find("building") == "public" || tags.Find("building") == "government":
		return registry.KindPublic
	case tags.HasTag("shop") || tags.HasTag("office") || tags.HasTag("tourism") || tags.HasTag("craft") || tags.HasTag("healthcare"):
		return registry.KindBusiness
	}
	switch tags.Find("building") {
	case "commercial", "retail", "office", "hotel", "industrial", "warehouse", "supermarket", "kiosk":
		return registry.KindBusiness
	}
	return registry.KindDwelling
}

// entranceOf tells whether a node is a way into a building for people who call or deliver.
func entranceOf(n *osm.Node) entranceQuality {
	switch n.Tags.Find("entrance") {
	case "main":
		return mainEntrance
	case "yes", "home", "staircase", "shop":
		return plainEntrance
	}
	return 0
}
