package vault

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/diachiso/diachiso/internal/durable"
)

// MasterSource says where the master key is: in Text if that is not empty, else in File, which is created at first use.
// Both hold a Tink keyset of AES256-GCM keys in base64, one line.
type MasterSource struct {
	Text string
	File string
}

// master is a loaded master key: one key wraps, all of its keyset unwrap.
type master struct {
	handle *keyset.Handle
	id     uint32 // of the key that wraps
	aead   tink.AEAD
}

// first is the master key of a new file of keys.
func (s MasterSource) first() (*master, error) {
	handle, err := s.handle()
	if errors.Is(err, fs.ErrNotExist) && s.Text == "" {
		if handle, err = keyset.NewHandle(aead.AES256GCMKeyTemplate()); err == nil {
			err = writeMaster(s.File, handle)
		}
	}
	if err != nil {
		return nil, err
	}
	primary, err := handle.Primary()
	if err != nil {
		return nil, err
	}
	return newMaster(handle, primary.KeyID())
}

// read is the master key of the file of keys, whose key that wraps has this id. ErrMaster when it is not there.
func (s MasterSource) read(id uint32) (*master, error) {
	handle, err := s.handle()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: there is no file %s", ErrMaster, s.File)
	}
	if err != nil {
		return nil, err
	}
	return newMaster(handle, id)
}

func (s MasterSource) handle() (*keyset.Handle, error) {
	text := s.Text
	if text == "" {
		content, err := os.ReadFile(s.File)
		if err != nil {
			return nil, fmt.Errorf("read the master key: %w", err)
		}
		text = string(content)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("%w: it is not base64", ErrMaster) // the cause would quote it
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewBinaryReader(bytes.NewReader(raw)))
	if err != nil {
		return nil, fmt.Errorf("%w: it is not a keyset", ErrMaster)
	}
	return handle, nil
}

func newMaster(handle *keyset.Handle, id uint32) (*master, error) {
	m := keyset.NewManagerFromHandle(handle)
	if err := m.SetPrimary(id); err != nil {
		return nil, fmt.Errorf("%w: it has not the key %d", ErrMaster, id)
	}
	handle, err := m.Handle()
	if err != nil {
		return nil, err
	}
	a, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("%w: it is not for AEAD", ErrMaster)
	}
	return &master{handle, id, a}, nil
}

func (m *master) wrap(h *keyset.Handle, data string) ([]byte, error) {
	var b bytes.Buffer
	err := h.WriteWithAssociatedData(keyset.NewBinaryWriter(&b), m.aead, []byte(data))
	return b.Bytes(), err
}

func (m *master) unwrap(wrapped []byte, data string) (*keyset.Handle, error) {
	h, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(wrapped)), m.aead, []byte(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMaster, err)
	}
	return h, nil
}

// alone is a keyset of nothing but the key that wraps.
func (m *master) alone() (*keyset.Handle, error) {
	manager := keyset.NewManagerFromHandle(m.handle)
	for i := range m.handle.Len() {
		entry, err := m.handle.Entry(i)
		if err != nil {
			return nil, err
		}
		if entry.KeyID() == m.id {
			continue
		}
		if err := manager.Delete(entry.KeyID()); err != nil {
			return nil, err
		}
	}
	return manager.Handle()
}

// next is the keyset with a new key added, which is to wrap.
func (m *master) next() (*master, error) {
	manager := keyset.NewManagerFromHandle(m.handle)
	id, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	handle, err := manager.Handle()
	if err != nil {
		return nil, err
	}
	return newMaster(handle, id)
}

// writeMaster puts a keyset in a file that only its owner can read, replacing it whole or not at all.
func writeMaster(path string, h *keyset.Handle) error {
	var raw bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewBinaryWriter(&raw)); err != nil {
		return err
	}
	if err := durable.Write(path, base64.StdEncoding.EncodeToString(raw.Bytes())+"\n"); err != nil {
		return fmt.Errorf("write the master key: %w", err)
	}
	return nil
}
