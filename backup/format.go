package backup

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"github.com/diachiso/diachiso/registry"
)

const (
	magic       = "diachiso-backup 1\n"
	maxManifest = 1 << 20  // bytes
	zstdWindow  = 64 << 20 // bytes; more than the encoder ever asks for
)

// encode writes a backup of a database file to w.
func encode(w io.Writer, m Manifest, database io.Reader, recipients Recipients) error {
	head, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	sealed, err := age.Encrypt(w, recipients...)
	if err != nil {
		return fmt.Errorf("encrypt: %w", err)
	}
	if _, err := fmt.Fprintf(sealed, "%s%s\n", magic, head); err != nil {
		return err
	}
	packed, err := zstd.NewWriter(sealed, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true))
	if err != nil {
		return err
	}
	if _, err := io.Copy(packed, database); err != nil {
		return errors.Join(err, packed.Close())
	}
	if err := packed.Close(); err != nil {
		return err
	}
	return sealed.Close()
}

// decoder reads a backup: first its manifest, then the database, whose end is an error unless it is the end of what the
// manifest names.
type decoder struct {
	Manifest Manifest
	packed   *zstd.Decoder
	hash     hash.Hash
	read     int64
}

// decode opens a backup. Errors are *registry.Error of CodeInvalid that say what is wrong with the file, or those of r.
func decode(r io.Reader, identities Identities) (*decoder, error) {
	source := &failing{r: r}
	opened, err := age.Decrypt(source, identities...)
	if err != nil {
		return nil, source.or(openError(err))
	}
	buffered := bufio.NewReaderSize(opened, 64<<10)
	first, err := readLine(buffered, len(magic))
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, errLineTooLong), err == nil && string(first) != magic:
		return nil, notABackup(err)
	case err != nil:
		return nil, source.or(contentError(err))
	}
	head, err := readLine(buffered, maxManifest)
	if err != nil {
		return nil, source.or(contentError(err))
	}
	d := &decoder{hash: sha256.New()}
	if err := json.Unmarshal(head, &d.Manifest); err != nil {
		return nil, notABackup(err)
	}
	if d.packed, err = zstd.NewReader(&reporting{r: buffered, source: source}, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindow)); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *decoder) close() { d.packed.Close() }

// Read implements io.Reader over the database file.
func (d *decoder) Read(p []byte) (int, error) {
	n, err := d.packed.Read(p)
	d.hash.Write(p[:n])
	d.read += int64(n)
	switch {
	case d.read > d.Manifest.Bytes:
		return n, damaged(errors.New("more than the manifest names"))
	case errors.Is(err, io.EOF):
		if d.read != d.Manifest.Bytes || hex.EncodeToString(d.hash.Sum(nil)) != d.Manifest.SHA256 {
			return n, damaged(errors.New("other content than the manifest names"))
		}
	case err != nil:
		return n, contentError(err)
	}
	return n, err
}

var errLineTooLong = errors.New("line too long")

// readLine reads a line of at most limit bytes with its end; io.EOF when there is none.
func readLine(r *bufio.Reader, limit int) ([]byte, error) {
	var line bytes.Buffer
	for line.Len() < limit {
		b, err := r.ReadByte()
		if err != nil {
			return nil, err
		}
		line.WriteByte(b)
		if b == '\n' {
			return line.Bytes(), nil
		}
	}
	return line.Bytes(), errLineTooLong
}

// failing remembers the error of the file itself: age and zstd wrap what they read in errors about its content.
type failing struct {
	r   io.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}

func (f *failing) or(err error) error {
	if f.err != nil {
		return f.err
	}
	return err
}

// reporting gives errors of decrypting their meaning before zstd wraps them.
type reporting struct {
	r      io.Reader
	source *failing
}

func (s *reporting) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		err = s.source.or(contentError(err))
	}
	return n, err
}

func invalid(message, hint string, err error) error {
	return &registry.Error{Code: registry.CodeInvalid, Op: "restore", Message: message, Hint: hint, Err: err}
}

func notABackup(err error) error {
	return invalid("the file is no backup of this program", "name a file that `diachiso backup` has written", err)
}

func damaged(err error) error {
	return invalid("the backup is cut off or damaged", "fetch it again from where it is kept, or take another backup", err)
}

// openError is what age says of the beginning of a file.
func openError(err error) error {
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return invalid("this key or passphrase does not open the backup", "use the one that belongs to the recipient it was made for", err)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return damaged(err)
	}
	return notABackup(err)
}

// contentError is what reading on says of a file that has been opened.
func contentError(err error) error {
	if _, ok := errors.AsType[*registry.Error](err); ok || errors.Is(err, context.Canceled) {
		return err
	}
	return damaged(err)
}
