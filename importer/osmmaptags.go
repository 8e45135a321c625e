package importer

import (
	"strings"

	"github.com/paulmach/osm"

	"github.com/diachiso/diachiso/registry"
)

// streetKinds are the values of highway that are streets.
var streetKinds = map[string]registry.StreetKind{
	"motorway": registry.StreetMotorway, "motorway_link": registry.StreetMotorway,
	"trunk": registry.StreetTrunk, "trunk_link": registry.StreetTrunk,
	"primary": registry.StreetPrimary, "primary_link": registry.StreetPrimary,
	"secondary": registry.StreetSecondary, "secondary_link": registry.StreetSecondary,
	"tertiary": registry.StreetTertiary, "tertiary_link": registry.StreetTertiary,
	"residential": registry.StreetResidential, "unclassified": registry.StreetResidential, "living_street": registry.StreetResidential, "road": registry.StreetResidential,
	"service": registry.StreetService, "pedestrian": registry.StreetPedestrian,
	"footway": registry.StreetPath, "path": registry.StreetPath, "steps": registry.StreetPath, "track": registry.StreetPath, "cycleway": registry.StreetPath,
}

func streetKind(tags osm.Tags) registry.StreetKind { return streetKinds[tags.Find("highway")] }

func isStreet(tags osm.Tags) bool { return streetKind(tags) != "" && streetName(tags) != "" }

// streetName is the name of a way, or its number: QL1A.
func streetName(tags osm.Tags) string {
	name := strings.Join(strings.Fields(firstTag(tags, "name", "name:vi", "official_name")), " ")
	if name != "" {
		return name
	}
	number, _, _ := strings.Cut(tags.Find("ref"), ";") // of several roads that run together, the first
	return strings.Join(strings.Fields(number), " ")
}

func isBuilding(tags osm.Tags) bool {
	building := tags.Find("building")
	return building != "" && building != "no"
}

// isOutline reports a building drawn as a closed way.
func isOutline(w *osm.Way) bool {
	n := len(w.Nodes)
	return isBuilding(w.Tags) && n > 3 && w.Nodes[0].ID == w.Nodes[n-1].ID
}
