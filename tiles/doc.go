// Package tiles draws the map: vector tiles (MVT 2) of the divisions with their names, of zones and cells, of streets and buildings as
// far as a map was imported, and of the addresses as far as whoever asks may see them.
//
// A tile is a function of the built-in data, of the register and of who asks; the same gives the same bytes. What is drawn from which
// zoom on is in Layers. Borders are simplified arc by arc (geo.Boundaries.Arcs), so that neighbours stay neighbours at every zoom.
//
// The package decides what a map shows at which scale and keeps tiles in memory. What may be told to whom is registry's
// (registry.Sight), how long a browser may keep a tile is said here, HTTP is api's.
package tiles
