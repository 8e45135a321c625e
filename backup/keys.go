package backup

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"filippo.io/age"

	"github.com/diachiso/diachiso/registry"
)

// minPassphrase is in characters. A passphrase of a file should be a generated one.
const minPassphrase = 16

// Recipients reads public keys ("age1…").
func Recipients(keys ...string) ([]age.Recipient, error) {
	list, err := age.ParseRecipients(strings.NewReader(strings.Join(keys, "\n")))
	if err != nil {
		return nil, keyError("the recipient is no public key of age", "public keys begin with age1; `diachiso backup keygen` makes a pair", err)
	}
	return list, nil
}

// RecipientsFile reads public keys from a file, one a line.
func RecipientsFile(path string) ([]age.Recipient, error) {
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

// IdentityFile reads secret keys from a file, as `diachiso backup keygen` and age-keygen write them.
func IdentityFile(path string) ([]age.Identity, error) {
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

// PassphraseFile reads the first line of a file as a passphrase, for both directions.
func PassphraseFile(path string) (*age.ScryptRecipient, *age.ScryptIdentity, error) {
	text, err := readKeyFile(path)
	if err != nil {
		return nil, nil, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	first = strings.TrimSuffix(first, "\r")
	if len([]rune(first)) < minPassphrase {
		return nil, nil, keyError(fmt.Sprintf("the passphrase in %s is shorter than %d characters", path, minPassphrase), "make a long one, such as: openssl rand -base64 30", nil)
	}
	recipient, err := age.NewScryptRecipient(first)
	if err != nil {
		return nil, nil, err
	}
	identity, err := age.NewScryptIdentity(first)
	return recipient, identity, err
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
	return recipient, syncFolder(path)
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
