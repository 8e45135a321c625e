package backup

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"filippo.io/age"

	"github.com/diachiso/diachiso/internal/durable"
	"github.com/diachiso/diachiso/registry"
)

// minPassphrase is in characters. A passphrase of a file should be a generated one.
const minPassphrase = 16

// Recipients are who may open a backup.
type Recipients []age.Recipient

// Identities are what opens a backup.
type Identities []age.Identity

// ParseRecipients reads public keys ("age1…").
func ParseRecipients(keys ...string) (Recipients, error) {
	list, err := age.ParseRecipients(strings.NewReader(strings.Join(keys, "\n")))
	if err != nil {
		return nil, keyError("the recipient is no public key of age", "public keys begin with age1; `diachiso backup keygen` makes a pair", err)
	}
	return list, nil
}

// ReadRecipients reads public keys from a file, one a line.
func ReadRecipients(path string) (Recipients, error) {
	text, err := readKeyFile(path)
	if err != nil {
		return nil, err
	}
	list, err := age.ParseRecipients(bytes.NewReader(text))
	if err != nil {
		return nil, keyError(path+" holds no public keys of age", "one key a line; they begin with age1", err)
	}
	return list, nil
}

// ReadIdentities reads secret keys from a file, as `diachiso backup keygen` and age-keygen write them.
func ReadIdentities(path string) (Identities, error) {
	text, err := readKeyFile(path)
	if err != nil {
		return nil, err
	}
	list, err := age.ParseIdentities(bytes.NewReader(text))
	if err != nil {
		return nil, keyError(path+" holds no secret key of age", "it has a line that begins with AGE-SECRET-KEY-1", err)
	}
	return list, nil
}

// PassphraseRecipient lets whoever knows the passphrase in a file open a backup.
func PassphraseRecipient(path string) (Recipients, error) {
	phrase, err := readPassphrase(path)
	if err != nil {
		return nil, err
	}
	r, err := age.NewScryptRecipient(phrase)
	return Recipients{r}, err
}

// PassphraseIdentity opens a backup with the passphrase in a file.
func PassphraseIdentity(path string) (Identities, error) {
	phrase, err := readPassphrase(path)
	if err != nil {
		return nil, err
	}
	i, err := age.NewScryptIdentity(phrase)
	return Identities{i}, err
}

// readPassphrase returns the first line of a file.
func readPassphrase(path string) (string, error) {
	text, err := readKeyFile(path)
	if err != nil {
		return "", err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	first = strings.TrimSuffix(first, "\r")
	if utf8.RuneCountInString(first) < minPassphrase {
		return "", keyError(fmt.Sprintf("the passphrase in %s is shorter than %d characters", path, minPassphrase), "make a long one, such as: openssl rand -base64 30", nil)
	}
	return first, nil
}

// NewKey writes a new secret key to a file that must not exist, readable by its owner only, and returns the public key.
func NewKey(path string, now time.Time) (recipient string, err error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return "", err
	}
	recipient = identity.Recipient().String()
	text := fmt.Sprintf("# created: %s\n# public key: %s\n%s\n", now.UTC().Format(time.RFC3339), recipient, identity)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return "", keyError("there is already a file "+path, "keep it: backups may need it; name a new file", err)
	}
	if err != nil {
		return "", fmt.Errorf("write key: %w", err)
	}
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return "", fmt.Errorf("write key: %w", err)
	}
	return recipient, durable.SyncFolder(filepath.Dir(path))
}

func readKeyFile(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, keyError("the file "+path+" cannot be read", "check its name and permissions", err)
	}
	return text, nil
}

func keyError(message, hint string, err error) error {
	return &registry.Error{Code: registry.CodeInvalid, Op: "read key", Message: message, Hint: hint, Err: err}
}
