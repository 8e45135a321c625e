package registry

import (
	"github.com/diachiso/diachiso/geo"
)

// Outline is a building as a map draws it.
type Outline struct {
	Dataset string // where it comes from: "osm"
	Source  string // what it is there, unique in the data set: "way/123", "relation/4"
	Name    string // "" for most
	Number  string // house number as the map has it; it need not be registered
	// Rings are open (the first corner is not repeated) and have three corners or more. Those around a part of the building run
	// counter-clockwise, those around a courtyard clockwise.
	Rings [][]geo.Point
}
