package access

import (
	"crypto/sha256"
	"strings"
	"testing"
)

func TestNewSecret(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		text := NewSecret()
		prefix, sum, ok := parseSecret(text)
		if !ok || seen[text] || seen[prefix] || sum != sha256.Sum256([]byte(text)) {
			t.Fatalf("%q: %t", text, ok)
		}
		seen[text], seen[prefix] = true, true
		again, other, ok := parseSecret(renewSecret(prefix))
		if !ok || again != prefix || other == sum {
			t.Fatalf("renewed %q: %q %t", prefix, again, ok)
		}
	}
}

func FuzzParseSecret(f *testing.F) {
	f.Add("dcs_7F2KQ9BX_0123456789ABCDEFGHJKMNPQRSTVWXYZ")
	f.Add("dcs_7F2KQ9BX_0123456789ABCDEFGHJKMNPQRSTVWXY")
	f.Add("dcs_7f2kq9bx_0123456789abcdefghjkmnpqrstvwxyz")
	f.Add("dch_7F2KQ9BX_0123456789ABCDEFGHJKMNPQRSTVWXYZ")
	f.Add("dcs__")
	f.Add("dcs_7F2KQ9BX_\x00")
	f.Fuzz(func(t *testing.T, text string) {
		prefix, sum, ok := parseSecret(text)
		if !ok {
			if prefix != "" || sum != (digest{}) {
				t.Errorf("%q is refused and has a prefix %q", text, prefix)
			}
			return
		}
		// One key has one text: what is accepted is printable, of fixed length, and begins with its own prefix.
		if len(text) != 45 || !isPrefix(prefix) || !strings.HasPrefix(text, keyMark+prefix+"_") || sum != sha256.Sum256([]byte(text)) {
			t.Errorf("%q is taken for the key %q", text, prefix)
		}
		if _, err := encoding.DecodeString(text[13:]); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}
