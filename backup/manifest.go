package backup

import (
	"time"

	"github.com/diachiso/diachiso/registry/sqlite"
)

// Manifest says what a backup holds. It stands, encrypted, before the database.
type Manifest struct {
	Created time.Time `json:"created"` // when the state was taken, UTC
	Program string    `json:"program"` // version of the program that made it
	sqlite.Contents
	Bytes  int64  `json:"bytes"`  // of the database file
	SHA256 string `json:"sha256"` // of the database file, hexadecimal
}
