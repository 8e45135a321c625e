package seed

import (
	_ "embed"
	"fmt"

	"github.com/diachiso/diachiso/geo"
)

// Version of the built-in data set, ascending as text. The generator writes it into the data; raise it whenever a fact
// changes, else existing databases keep the old one.
const Version = "2026.11.22"

//go:embed data/divisions.tsv
var divisionsTSV string

//go:embed data/boundaries.bin
var boundariesBin []byte

// Data is the decoded built-in data set.
type Data struct {
	Version    string
	Divisions  *geo.Divisions
	Boundaries *geo.Boundaries
	Locator    *geo.Locator
}

// Load decodes the embedded data set. An error means that the binary was built from a damaged checkout.
func Load() (*Data, error) {
	divisions, err := loadDivisions(divisionsTSV)
	if err != nil {
		return nil, fmt.Errorf("built-in divisions: %w", err)
	}
	boundaries, err := geo.ReadBoundaries(boundariesBin)
	if err != nil {
		return nil, fmt.Errorf("built-in boundaries: %w", err)
	}
	locator, err := geo.NewLocator(boundaries, divisions)
	if err != nil {
		return nil, fmt.Errorf("built-in data: %w", err)
	}
	return &Data{Version: Version, Divisions: divisions, Boundaries: boundaries, Locator: locator}, nil
}

func loadDivisions(text string) (*geo.Divisions, error) {
	d, err := decodeDivisions(text)
	if err != nil {
		return nil, err
	}
	if d.version != Version {
		return nil, fmt.Errorf("the data is version %s, the program expects %s: run make generate", d.version, Version)
	}
	return geo.NewDivisions(d.divisions, d.relations)
}
