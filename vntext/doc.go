// Package vntext holds what is true of written Vietnamese wherever it comes from: one Unicode form,
// one placement of tone marks, one form to search by; and of written Vietnamese addresses before anything is looked up:
// their words and numbers.
//
// Three strengths of form, each built on the one before:
//
//	Clean   the text as it was written: NFC, ordinary width, no invisible characters, single spaces
//	Normal  Clean, and the old and the new tone placement are one (hoà → hòa); to compare spellings
//	Fold    lower case without diacritics or punctuation; to search and to match
//
// All three are idempotent, never fail, accept invalid UTF-8 (a bad byte counts as a space), and return
// ASCII input that is in form already without allocating.
//
// Tokenize splits clean text into words and numbers, takes glued ones apart and carries out keystrokes of an input method
// that was off. ParseHouseNumber reads a house number into its levels. StreetKey is the form to compare street names by,
// FindPhones finds telephone numbers.
//
// It knows no divisions, no streets and nothing that is registered, and does no I/O.
// Standard library and golang.org/x/text only.
package vntext
