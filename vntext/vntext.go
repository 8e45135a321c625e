package vntext

// SKELETON: signatures.

// Fold returns the search form of Vietnamese text: NFC, lower case, no diacritics, đ→d, punctuation to single spaces.
func Fold(s string) string { panic("skeleton") }

// Normal returns text in NFC with old or new tone placement unified (hoà→hòa), spaces collapsed; case and diacritics kept.
func Normal(s string) string { panic("skeleton") }
