package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/diachiso/diachiso/registry"
)

const (
	// Life is how long a pack can be opened at most; it ends with its key if that ends earlier.
	Life = 30 * 24 * time.Hour
	// MetaKey is where the manifest stands in the database.
	MetaKey = "pack"

	origin     = "diachiso-pack" // first line of what is signed
	trailer    = "\n-- diachiso-pack signature "
	maxTrailer = 4096
)

// Manifest is what a pack says of itself.
type Manifest struct {
	Format      int       `json:"format"` // 1
	ID          string    `json:"id"`     // random
	Area        string    `json:"area"`   // code of a commune or a province
	AreaName    string    `json:"area_name"`
	Key         string    `json:"key"` // prefix of the courier's key
	MadeAt      time.Time `json:"made_at"`
	ExpiresAt   time.Time `json:"expires_at"`
	Addresses   int64     `json:"addresses"`
	DataVersion string    `json:"data_version"`
	Line        int64     `json:"line"`     // newest line of the journal when it was made
	Verifier    string    `json:"verifier"` // of the key that signed it: no proof by itself
}

// Is reports whether a file ends as a pack does. It does not say that it is a good one.
func Is(path string) (bool, error) {
	_, _, err := split(path)
	if errors.Is(err, errUnsigned) || errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

var errUnsigned = errors.New("there is no signature at the end of the file")

// split finds the end of the pages and the signature behind them.
func split(path string) (pages int64, note string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, "", err
	}
	if info.IsDir() {
		return 0, "", errUnsigned
	}
	from := max(0, info.Size()-maxTrailer)
	tail := make([]byte, info.Size()-from)
	if _, err := f.ReadAt(tail, from); err != nil && !errors.Is(err, io.EOF) {
		return 0, "", err
	}
	i := bytes.LastIndex(tail, []byte(trailer))
	if i < 0 {
		return 0, "", errUnsigned
	}
	head, note, ok := strings.Cut(string(tail[i+len(trailer):]), "\n")
	length, err := strconv.ParseInt(head, 10, 64)
	if !ok || err != nil || length != from+int64(i) {
		return 0, "", errUnsigned
	}
	return length, note, nil
}

// digest is the hash of the pages.
func digest(path string, pages int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if n, err := io.Copy(h, io.LimitReader(f, pages)); err != nil || n != pages {
		return "", errors.Join(fmt.Errorf("read %d of %d bytes", n, pages), err)
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil)), nil
}

// Signer signs a text as a note; *audit.Key is one.
type Signer interface {
	Sign(text string) (string, error)
}

// sign puts the signature behind the pages of a finished file.
func sign(path, id string, by Signer) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	sum, err := digest(path, info.Size())
	if err != nil {
		return err
	}
	note, err := by.Sign(origin + "\n" + id + "\n" + sum + "\n")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(trailer + strconv.FormatInt(info.Size(), 10) + "\n" + note)
	return errors.Join(err, f.Sync(), f.Close())
}

func refuse(message, hint string) error {
	return &registry.Error{Code: registry.CodeInvalid, Op: "open pack", Message: message, Hint: hint}
}
