// Package geo knows places: positions, H3 cells, administrative divisions in time and the boundaries of the communes.
//
// It answers "which cell is here", "which commune contains this point, on that date", "how far is it to the border", "which zones
// meet this commune". Positions are whole 1e-7 degrees on WGS84, in the order (lat, lon). It is the only importer of the H3 library.
//
// It holds no data of its own: boundaries and divisions are handed in (package seed embeds them). It does not know addresses, does
// no geocoding of text, and does no I/O.
package geo
