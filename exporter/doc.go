// Package exporter writes addresses to files: CSV that the importer reads again, one JSON object a line, GeoJSON.
//
// It streams: an address is written as it comes and nothing of it is kept. It decides nothing about who may see what: the
// addresses it is given have been made for whoever reads the file (registry.Sight).
//
// A table may be opened in a spreadsheet, which runs cells that begin like a formula; such a cell gets an apostrophe in front, which the
// importer takes off again. It is not the place for what comes in (importer).
package exporter
