// Package addresscode reads, writes and repairs Vietnam's address codes, such as 5FJBC-2NJV-T33.
//
// A code names an H3 cell of resolution 13, about 50 m², and an ordinal 0..30 that tells the delivery points in that
// cell apart. It has twelve symbols of a 27-symbol alphabet: five for the zone (an H3 cell of resolution 8), four for
// the cell in it and the ordinal, and three check symbols that find and put right slips of the pen. The complete
// specification is docs/address-code.md; testdata has vectors for implementations in other languages.
//
// The package works on the bits of H3 indexes and needs nothing but the standard library. It is not geometry: package
// geo turns positions into cells and back. It does not know which codes were given to whom either: a valid code may
// well be registered to nobody, and that a suggestion of [Correct] is registered only the registry can tell.
package addresscode
