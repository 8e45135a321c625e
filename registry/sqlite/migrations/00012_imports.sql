-- +goose Up

-- The record of each load of a file. Times are milliseconds since 1970-01-01 UTC.
CREATE TABLE import (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT    NOT NULL,
    format      TEXT    NOT NULL,
    dataset     TEXT    NOT NULL,
    scheme      TEXT    NOT NULL,
    size        INTEGER NOT NULL CHECK (size >= 0),
    digest      BLOB    CHECK (length(digest) = 32),            -- SHA-256; NULL for what came through a pipe
    actor       TEXT    NOT NULL,
    status      INTEGER NOT NULL CHECK (status BETWEEN 1 AND 4), -- 1 unfinished, 2 finished, 3 undoing, 4 undone
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    undone_at   INTEGER CHECK ((status = 4) = (undone_at IS NOT NULL)),
    position    INTEGER NOT NULL CHECK (position >= 0),         -- records of the file that are decided
    counts      TEXT    NOT NULL                                -- JSON
) STRICT;

-- What the batches of an import wrote, for its undo: for each address its key, 8 bytes big-endian, and the version that was
-- made, an unsigned varint: 1 for a new address.
CREATE TABLE import_batch (
    import   INTEGER NOT NULL,
    position INTEGER NOT NULL, -- of the import after the batch
    touched  BLOB    NOT NULL,
    PRIMARY KEY (import, position)
) STRICT;

-- What an import set aside: position and commune contradict each other.
CREATE TABLE import_review (
    import     INTEGER NOT NULL,
    row        INTEGER NOT NULL, -- number of the record in its file
    ref        TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    named      TEXT    NOT NULL,
    commune    TEXT    NOT NULL,
    distance_m REAL    NOT NULL,
    lat        INTEGER NOT NULL CHECK (abs(lat) <= 900000000),
    lon        INTEGER NOT NULL CHECK (abs(lon) <= 1800000000),
    record     TEXT    NOT NULL, -- JSON
    PRIMARY KEY (import, row)
) STRICT, WITHOUT ROWID;
