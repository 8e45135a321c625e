// Package backup makes encrypted backups of the registry's database while it is in use, and restores them.
//
// A backup is one file in the format of age (age-encryption.org/v1). Inside are a line of text, a line of JSON and the
// database, compressed:
//
//	diachiso-backup 1
//	{"created":"2026-11-22T05:00:00Z","schema":8,…}
//	(a Zstandard frame: the SQLite file)
//
// so that it can be read without this program:
//
//	age -d -i key.txt FILE | tail -n +3 | zstd -d > diachiso.db
//
// A backup appears under its name when it is whole, checked and on disk, or not at all; so does a restored database. What is
// written on the way has names of its own, is locked by the process that writes it, and is cleared away by the next one after
// a crash.
//
// It is not the place for the keys of households (people/vault): a backup of the addresses never contains them.
package backup
