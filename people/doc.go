// Package people keeps what is known of persons, apart from addresses: households with names and phones, what they consent
// to, how they prove that an address is theirs, and the aliases they give away in place of their code.
//
// Everything of a person is encrypted with a key of that household alone (package vault), which lives in a file of its own
// and is destroyed to delete the household. It is searched by keyed hashes only, which go with it.
//
// It is not the place for addresses (registry), nor for who may call what (access).
package people
