// Package pack makes and opens offline packs: one SQLite file with what a courier needs to resolve, search and reverse in a commune or
// a province without a network. It is a registry of this program, opened read-only.
//
//	manifest.go   what a pack says of itself, and its signature
//	make.go       what goes in
//	canary.go     addresses that are nowhere else, so that a leaked pack names the key it was made for
//	verify.go     opening: signature, then expiry
//	trace.go      whose pack was it?
//
// A phone can be lost, so a pack holds what the wall of a house shows and no more (registry.Sight of the public): active addresses that are
// not protected, doors in place of flats, the centre of the code's cell in place of positions; no external ids, flags, versions, times,
// provenance, keys, people or journal. A door of flats stands there once, under the lowest code of its flats.
//
// The signature stands behind the pages of the database, where SQLite does not look, and is over every byte before it: a changed row, a
// changed index and a changed manifest all break it. A copy made page by page (VACUUM INTO, .backup) loses it and is refused; copy the
// file.
//
// A canary is a house number that the street does not have, in a cell where no code was ever issued, 40 to 120 m from a real house and more
// than 30 m from every registered address, those that nobody is told of included. No parcel is addressed to it, and at no real door is it what
// lies nearest, so nobody is sent there. It is derived from a secret, the key's prefix and the pack's id; the register keeps only HMAC
// marks of canaries' cells, so whoever has the register or the pack without the secret cannot tell which they are.
//
// It is not the place for who may have a pack (access, the command) nor for what is in the register.
package pack
