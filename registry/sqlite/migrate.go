package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"

	"github.com/diachiso/diachiso/registry"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// applicationID stands in the header of the file; the first migration writes it.
const applicationID = 0x4443534F

// SchemaVersion is the version of the schema that this program writes and needs: that of the last migration. A database
// that Open accepts for writing has it.
const SchemaVersion = 16

// migrate brings the schema up to this program's version, or checks that it is there when readOnly.
func migrate(ctx context.Context, dsn, path string, readOnly bool, log *slog.Logger) error {
	const op = "open database"
	db, err := sql.Open("sqlite3", dsn)
	if err != nil {
		return failure(op, err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	migrations, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return failure(op, err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, migrations)
	if err != nil {
		return failure(op, err)
	}
	const want = SchemaVersion
	have, err := schemaVersion(ctx, db, path)
	if err != nil {
		return failure(op, err)
	}
	switch {
	case have > want:
		return newerSchema(op, path, have)
	case have == want:
		return nil
	case readOnly:
		return &registry.Error{Code: registry.CodeInvalid, Op: op,
			Message: fmt.Sprintf("%s has schema version %d, this program needs version %d", path, have, want),
			Hint:    "open it once for writing to bring it up to date"}
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return failure(op, fmt.Errorf("migrate from schema version %d to %d: %w", have, want, err))
	}
	for _, r := range results {
		log.Info("database migrated", "version", r.Source.Version, "duration", r.Duration)
	}
	return nil
}

func newerSchema(op, path string, have int64) error {
	return &registry.Error{Code: registry.CodeInvalid, Op: op,
		Message: fmt.Sprintf("%s has schema version %d, this program knows versions up to %d", path, have, SchemaVersion),
		Hint:    "use the newer program that wrote it, or a backup from before; a database is never taken back to an older version"}
}

// schemaVersion returns 0 for an empty database and refuses one of another program.
func schemaVersion(ctx context.Context, db *sql.DB, path string) (version int64, err error) {
	var id, versioned, tables int64
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return 0, err
	}
	err = db.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE name = 'goose_db_version'),
		count(*) FILTER (WHERE name NOT IN ('goose_db_version', 'sqlite_sequence')) FROM sqlite_schema`).Scan(&versioned, &tables)
	if err != nil {
		return 0, err
	}
	if id != applicationID && (id != 0 || tables > 0) {
		return 0, &registry.Error{Code: registry.CodeInvalid, Op: "open database",
			Message: fmt.Sprintf("%s is a database of another program", path), Hint: "name the database of this program, or a new file"}
	}
	if versioned == 0 {
		return 0, nil
	}
	err = db.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&version)
	return version, err
}
