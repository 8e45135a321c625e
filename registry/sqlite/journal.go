package sqlite

import "github.com/diachiso/diachiso/registry"

func (w *writer) AppendEntry(e registry.Entry) error {
	_ = e
	return nil
}
