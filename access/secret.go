package access

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// A key reads dcs_7F2KQ9BX_ followed by 32 symbols. The mark is for scanners that look for leaked keys, the prefix names the
// key in lists and in the journal, the rest is the secret.
const (
	keyMark     = "dcs_"
	prefixBytes = 5  // 8 symbols; two keys of a thousand share one with a chance of 1 in 2 million, and then the store refuses
	secretBytes = 20 // 160 bits
)

// symbols are Crockford's base 32: no I, L, O, U, so that a key read aloud survives.
const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var encoding = base32.NewEncoding(symbols).WithPadding(base32.NoPadding)

// digest is the SHA-256 of a whole key or session token. Slow hashes (bcrypt, Argon2) make guessing dear where people choose
// the secret; with 160 random bits there is nothing to guess, and they would only make every request dear.
type digest = [sha256.Size]byte

// NewSecret makes the text of a key that does not exist yet, for NewKey.Secret.
func NewSecret() string {
	var b [prefixBytes + secretBytes]byte
	rand.Read(b[:]) // never fails
	return joinSecret(encoding.EncodeToString(b[:prefixBytes]), b[prefixBytes:])
}

func joinSecret(prefix string, secret []byte) string {
	return keyMark + prefix + "_" + encoding.EncodeToString(secret)
}

// renewSecret makes another secret for the key of a prefix.
func renewSecret(prefix string) string {
	var b [secretBytes]byte
	rand.Read(b[:]) // never fails
	return joinSecret(prefix, b[:])
}

// parseSecret reads a key as its holder sends it, exactly: one key has one text.
func parseSecret(text string) (prefix string, sum digest, ok bool) {
	rest, marked := strings.CutPrefix(text, keyMark)
	prefix, secret, joined := strings.Cut(rest, "_")
	if !marked || !joined || !isPrefix(prefix) || !isEncoded(secret, secretBytes) {
		return "", digest{}, false
	}
	return prefix, sha256.Sum256([]byte(text)), true
}

func isPrefix(text string) bool { return isEncoded(text, prefixBytes) }

func isEncoded(text string, bytes int) bool {
	if len(text) != encoding.EncodedLen(bytes) {
		return false
	}
	for i := range len(text) {
		if strings.IndexByte(symbols, text[i]) < 0 {
			return false
		}
	}
	return true
}
