// Package sqlite is the embedded store of the registry: one SQLite file that holds addresses, their history and the
// registry's own settings. It keeps rows, uniqueness and durability; the rules of the registry are in package registry.
// It is no general SQL layer, and no other package may open the file.
//
// # One writer, many readers
//
// SQLite has one writer at a time. The store owns that place: one goroutine with one connection takes the queued
// updates, begins a transaction (BEGIN IMMEDIATE: a deferred one can fail half-way with "busy"), runs each update in a
// savepoint of its own, commits once and only then answers all of them. A failing update is rolled back to its savepoint
// and leaves the others alone. What arrives while a commit is being synced forms the next group, so under load the cost
// of a sync is shared and without load nobody waits. Answers are held back until the commit even for updates that failed or
// only read: they may have seen what another of the group wrote.
//
// Readers are a fixed pool of read-only connections, each view in one read transaction: one consistent state, never
// waiting for the writer nor holding it up. A view that stays open for long keeps the write-ahead log from being
// emptied, so a view should last milliseconds, and long work goes in pages.
//
// # Durability
//
// Journal mode is WAL and synchronous is FULL: a commit returns after the log has been synced to disk. The driver's default
// is NORMAL, which can lose acknowledged commits at a power failure, so Open reads the setting back on the writer's own
// connection and refuses to go on with any other. internal/faulttest kills a loaded process and reads a system call trace.
//
// What is deleted is overwritten (secure_delete), so that it is gone from the file and from copies of it as soon as the write-ahead
// log, where it stays until its next emptying, is emptied too.
//
// # Files
//
//	conn.go, statements.go   connections, prepared statements, all SQL
//	open.go, migrate.go      opening, settings, numbered migrations (forward only)
//	store.go, group.go       Store; the writer's groups
//	wal.go                   the size of the write-ahead log
//	reader.go, writer.go     the methods of registry.Reader and registry.Writer
//	record.go, lists.go      an address as a row
//	event.go                 history
//	journal*.go              the journal's chain: appending, reading, linking the events of before it
//	checkpoint.go            its signed checkpoints
//	rows.go                  statements that run too seldom to be prepared
//	proposal.go, observation.go, review.go   what is asked for, what couriers met with, what to look at
//	check.go                 integrity of file and contents
//	load.go, load_store.go   the first load of a registry, into a copy of the file
//	load_writer.go, load_memory.go, load_places.go   its writer, and what it keeps in memory
//	load_queue.go, load_bulk.go   new addresses on their way to the file, many in one statement
//	backup.go                copies of a database in use, and what a file holds
//	access.go                keys and sessions
//	errors.go                the driver's error codes as registry errors
//
// # Errors
//
// All errors but those of a context are *registry.Error: busy (another process holds the file, too many
// updates wait, the store is closed), read_only (disk full, failing or read-only: nothing can be written now), not_found,
// version_conflict (a code given twice, or a change to another version than the stored one), external_id_conflict,
// idempotency_mismatch, invalid (an address that cannot be stored), internal (damaged file …; Err has the cause).
package sqlite
