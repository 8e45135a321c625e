-- +goose Up

-- 'DCSO': tells this program's databases from those of others.
PRAGMA application_id = 0x4443534F;

-- An address per row, in order of place: key is the 43-bit number of the code's nine data symbols,
-- so a cell, a zone and the surroundings of a point are ranges of the primary key.
-- Absent texts are NULL. Times are milliseconds since 1970-01-01 UTC.
CREATE TABLE address (
    key              INTEGER PRIMARY KEY CHECK (key BETWEEN 1 AND 0x7FFFFFFFFFF),
    status           INTEGER NOT NULL CHECK (status IN (1, 2)),          -- 1 active, 2 retired
    kind             INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),      -- 1 dwelling, 2 business, 3 public, 4 other
    version          INTEGER NOT NULL CHECK (version >= 1),
    lat              INTEGER NOT NULL CHECK (abs(lat) <= 900000000),     -- 1e-7 degrees; the first position
    lon              INTEGER NOT NULL CHECK (abs(lon) <= 1800000000),
    position_type    INTEGER NOT NULL CHECK (position_type BETWEEN 1 AND 3),   -- 1 entrance, 2 building, 3 delivery
    position_source  INTEGER NOT NULL CHECK (position_source BETWEEN 0 AND 5), -- 0 unknown, 1 survey, 2 gps, 3 imagery, 4 import, 5 geocoded
    accuracy_m       REAL    NOT NULL,                                   -- 0 unknown
    more_positions   TEXT,    -- JSON [[type, lat, lon, source, accuracy_m], ...]
    house_number     TEXT,
    alley            TEXT,    -- JSON array, from the street inwards
    street           TEXT,
    hamlet           TEXT,
    quarter          TEXT,
    building         TEXT,
    block            TEXT,
    floor            TEXT,
    unit             TEXT,
    commune_at_issue INTEGER CHECK (commune_at_issue BETWEEN 0 AND 99999), -- five digits as a number
    commune          INTEGER CHECK (commune BETWEEN 0 AND 99999),
    external_ids     TEXT,    -- JSON [[scheme, value, source, from, to], ...] without empty ends; what external_id points back from
    dataset          TEXT,
    detail           TEXT,
    flags            INTEGER NOT NULL, -- 1 commune_given, 2 off_coast, 4 off_border, 8 special_waters, 16 spilled
    likeness         INTEGER NOT NULL, -- hash of the normalised components
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER           -- NULL while equal to created_at
) STRICT;

CREATE INDEX address_likeness ON address (likeness);

CREATE TABLE external_id (
    scheme TEXT    NOT NULL,
    value  TEXT    NOT NULL,
    key    INTEGER NOT NULL,
    PRIMARY KEY (scheme, value)
) STRICT, WITHOUT ROWID;

-- Number of addresses by status, kept by the writer: counting millions of rows takes seconds.
CREATE TABLE tally (
    status INTEGER PRIMARY KEY CHECK (status IN (1, 2)),
    n      INTEGER NOT NULL CHECK (n >= 0)
) STRICT;
INSERT INTO tally (status, n) VALUES (1, 0), (2, 0);

-- Every change, append-only; seq orders all of them. The state after a change is the next event's
-- before or the row in address, so that issuing a code does not write the address twice.
CREATE TABLE event (
    seq     INTEGER PRIMARY KEY,
    key     INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    action  INTEGER NOT NULL CHECK (action BETWEEN 1 AND 6), -- 1 created, 2 merged, 3 updated, 4 retired, 5 rederived, 6 removed
    actor   TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    before  TEXT CHECK ((action = 1) = (before IS NULL))     -- JSON, fields named as in address
) STRICT;

CREATE INDEX event_key ON event (key);

-- +goose StatementBegin
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;
-- +goose StatementEnd

CREATE TABLE idempotency (
    name         TEXT    PRIMARY KEY,
    request_hash BLOB    NOT NULL CHECK (length(request_hash) = 32),
    key          INTEGER NOT NULL,
    at           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_key ON idempotency (key);

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
