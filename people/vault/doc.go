// Package vault keeps the keys of households in a file of its own, outside the backups of addresses, each wrapped by the
// master key. Destroying a key destroys what was encrypted with it, wherever copies of that are.
//
// The keyed hashes by which households are searched live here too, so that no backup of the registry has them.
//
// What makes a destroyed key go:
//
//   - secure_delete=ON: SQLite overwrites what it deletes with zeros, on its free pages too.
//   - journal_mode=DELETE: no write-ahead log keeps older pages. The rollback journal, which holds them while a change is
//     made, is removed by the commit itself; synchronous=EXTRA makes that removal durable, so that a power cut cannot bring
//     the old page back. Temporary tables stay in memory.
//   - Nothing is cached: each use reads and unwraps the key, so that a destroyed one is gone for all processes at once.
//   - Copies made by Backup expire after 20 days, and Rotate makes all of them useless at once: the master key that could
//     unwrap them is no longer there.
//
// What a file system or a disk keeps of removed files is beyond any program; it is wrapped by the master key, and Rotate
// makes that useless too.
package vault
