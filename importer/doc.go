// Package importer reads addresses from files and registers them: OpenStreetMap extracts (PBF), CSV tables and
// GeoJSON. Readers are streaming; a bad record is a rejection with its place and reason and never stops a file,
// while a broken file stops with an error after everything before it has been kept.
//
// Import is repeatable: a second run of the same file adds nothing. Records with an external id are recognised by
// it. A record without one is recognised by its whole content (see [Run]), so two identical records without ids are
// one address; a unit, a floor or an id tells them apart.
//
// The package is not a geocoder: a record needs a position. It does not interpret house numbers either; they are
// kept verbatim, in Unicode normal form NFC.
package importer
