package audit

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/diachiso/diachiso/internal/durable"
	"github.com/diachiso/diachiso/registry"
)

// Key signs checkpoints. It lives in a file of its own; who has the database but not the key cannot make checkpoints.
type Key struct {
	// Verifier is the public part, to be kept elsewhere: whoever verifies needs it and must not take it from the database's
	// own machine.
	Verifier string
	signer   note.Signer
}

// OpenKey reads the key at path and makes a new one when there is no file.
func OpenKey(path string) (key *Key, created bool, err error) {
	key, err = ReadKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, false, err
	}
	secret, _, err := note.GenerateKey(rand.Reader, Origin)
	if err != nil {
		return nil, false, fmt.Errorf("make a signing key: %w", err)
	}
	if err := durable.WriteNew(path, secret+"\n"); err != nil {
		if errors.Is(err, fs.ErrExist) { // another process made one just now
			key, err = ReadKey(path)
			return key, false, err
		}
		return nil, false, keyError(path, "cannot write the signing key", err)
	}
	key, err = ReadKey(path)
	return key, true, err
}

// ReadKey reads the key at path; errors.Is(err, fs.ErrNotExist) when there is none.
func ReadKey(path string) (*Key, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, keyError(path, "cannot read the signing key", err)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return nil, keyError(path, "others may read the signing key", nil)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, keyError(path, "cannot read the signing key", err)
	}
	secret := strings.TrimSpace(string(text))
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, keyError(path, "the file is no signing key", nil) // the cause would quote it
	}
	verifier, err := verifierOf(secret)
	if err != nil {
		return nil, keyError(path, "the file is no signing key", nil)
	}
	return &Key{Verifier: verifier, signer: signer}, nil
}

// verifierOf derives the public part of a secret key: PRIVATE+KEY+name+hash+base64 of the algorithm and the seed.
func verifierOf(secret string) (string, error) {
	parts := strings.SplitN(secret, "+", 5)
	if len(parts) != 5 {
		return "", errors.New("no secret key")
	}
	seed, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return "", errors.New("no secret key")
	}
	return note.NewEd25519VerifierKey(parts[2], ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey))
}

// verifiers reads the public parts of keys. All of them have the same name, so note.VerifierList would call two ambiguous
// only if their hashes were equal.
func verifiers(texts []string) (note.Verifiers, error) {
	var list []note.Verifier
	for _, text := range texts {
		v, err := note.NewVerifier(strings.TrimSpace(text))
		if err != nil || v.Name() != Origin {
			return nil, &registry.Error{Code: registry.CodeInvalid, Op: "verify the journal", Field: "key", Message: "this is no verifier key of a journal",
				Hint: "it looks like " + Origin + "+1a2b3c4d+A…, as `diachiso audit key` printed it"}
		}
		list = append(list, v)
	}
	return note.VerifierList(list...), nil
}

func keyError(path, message string, err error) error {
	return &registry.Error{Code: registry.CodeInvalid, Op: "open signing key", Message: message + " " + path,
		Hint: "check the file, its owner and its mode (0600); see docs/audit.md on losing or changing the key", Err: err}
}

// ID names the key without saying what it is: the origin and the hash of its public part.
func (k *Key) ID() string { return fmt.Sprintf("%s+%08x", k.signer.Name(), k.signer.KeyHash()) }

// Sign signs a text that is no checkpoint: it must end with a line feed and must not begin with Origin. What comes back is a note
// (golang.org/x/mod/sumdb/note).
func (k *Key) Sign(text string) (string, error) {
	if strings.HasPrefix(text, Origin+"\n") {
		return "", errors.New("sign a text: it would read as a checkpoint")
	}
	signed, err := note.Sign(&note.Note{Text: text}, k.signer)
	if err != nil {
		return "", fmt.Errorf("sign a text: %w", err)
	}
	return string(signed), nil
}

// OpenNote returns the text of a note that one of the verifier keys signed; an error when none did.
func OpenNote(signed string, verifierKeys ...string) (text string, err error) {
	keys, err := verifiers(verifierKeys)
	if err != nil {
		return "", err
	}
	n, err := note.Open([]byte(signed), keys)
	if err != nil {
		return "", fmt.Errorf("open a note: %w", err)
	}
	return n.Text, nil
}
