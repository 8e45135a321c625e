package web

import (
	"fmt"
	"net/url"
	"strings"
)

// BaseMap is a map of somebody else's to draw below ours.
type BaseMap struct {
	Tiles       string // URL of raster tiles, with {z}, {x} and {y}
	Attribution string // whose it is, shown on the map
}

// ParseBaseMap reads the URL of the tiles; nil for "". It refuses what is no http or https URL of a host with the three places.
func ParseBaseMap(tiles, attribution string) (*BaseMap, error) {
	if tiles == "" {
		return nil, nil
	}
	u, err := url.Parse(tiles)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || strings.ContainsAny(u.Host, ";, '{*") {
		return nil, fmt.Errorf("%q is no http or https URL of tiles", tiles)
	}
	for _, place := range []string{"{z}", "{x}", "{y}"} {
		if !strings.Contains(tiles, place) {
			return nil, fmt.Errorf("%q has no %s", tiles, place)
		}
	}
	return &BaseMap{Tiles: tiles, Attribution: attribution}, nil
}

// Origin is where the tiles come from, as a Content-Security-Policy names it; "" for no base map.
func (b *BaseMap) Origin() string {
	if b == nil {
		return ""
	}
	u, err := url.Parse(b.Tiles)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
