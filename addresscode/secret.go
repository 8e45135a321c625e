package addresscode

import "io"

// Secret is a one-time secret that proves something by post, such as 4K7M2-PQ9RB-0XHT8-CVCSG. It has 80 bits, and a check by
// which the one who types it in learns of a slip before a try is spent. The zero value is no secret.
type Secret struct{ text string }

// NewSecret makes a secret of a source of random bytes, which must be crypto/rand.Reader but in tests. Errors are the
// source's.
func NewSecret(random io.Reader) (Secret, error) {
	text, err := drawWord(random, nil, secretSymbols)
	return Secret{text}, err
}

// ParseSecret reads a secret as tolerantly as Parse reads a code, and never repairs it. Errors are those of ParseAlias.
func ParseSecret(text string) (Secret, error) {
	const what = "a secret"
	var r reading
	if err := r.readExactly(text, secretSymbols, what); err != nil {
		return Secret{}, asRandom(err, what)
	}
	canonical, err := checkedWord(r.symbols[:secretSymbols], what)
	return Secret{canonical}, err
}

// Reveal is the canonical form, in four groups of five, for the one who is to have it.
func (s Secret) Reveal() string { return s.text }

// String tells nothing, so that no log gets a secret by mistake.
func (s Secret) String() string { return "(secret)" }

// IsZero reports whether s is "no secret".
func (s Secret) IsZero() bool { return s.text == "" }
