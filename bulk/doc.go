// Package bulk geocodes whole files: a day's parcels with messy addresses, a million rows in constant memory.
//
// Every row comes back with its columns as they were, byte for byte and in their order, and with result columns behind them.
// A bad row is answered in its place and never stops the file; a file that is no table of text is refused as a whole, with
// words that say what it is.
//
// It is not the place for understanding addresses (geocode) nor for files that become registered addresses (importer).
package bulk
