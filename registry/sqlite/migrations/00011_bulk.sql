-- +goose Up

-- Files handed in to be worked on; the files themselves lie in a folder. Times are milliseconds since 1970-01-01 UTC.
CREATE TABLE job (
    id           TEXT    PRIMARY KEY CHECK (length(id) = 26),
    owner        TEXT    NOT NULL,                           -- actor, such as key:7F2KQ9BX
    key          TEXT,                                       -- its Idempotency-Key, NULL for none
    options      TEXT    NOT NULL,
    sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),
    bytes        INTEGER NOT NULL CHECK (bytes >= 0),
    state        TEXT    NOT NULL CHECK (state IN ('pending', 'succeeded', 'failed')),
    rows         INTEGER NOT NULL,
    counts       TEXT    NOT NULL,                           -- JSON object
    result_bytes INTEGER NOT NULL,
    failure      TEXT    NOT NULL,                           -- JSON object, '' unless it failed
    created_at   INTEGER NOT NULL,
    finished_at  INTEGER,
    expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX job_key ON job (owner, key) WHERE key IS NOT NULL;
CREATE INDEX job_pending ON job (created_at) WHERE state = 'pending';
CREATE INDEX job_expires_at ON job (expires_at);

-- How many households a commune should have, as its source says: what coverage is measured against.
CREATE TABLE expected_households (
    commune    INTEGER PRIMARY KEY CHECK (commune BETWEEN 0 AND 99999), -- five digits as a number
    households INTEGER NOT NULL CHECK (households >= 0),
    source     TEXT    NOT NULL,
    day        INTEGER NOT NULL                                         -- yyyymmdd that it was true on, 0 unknown
) STRICT;

-- The few addresses that lie outside every boundary, which the zones of their commune do not hold: 2 off_coast, 4 off_border,
-- 8 special_waters.
CREATE INDEX address_beyond ON address (commune) WHERE flags & 14 <> 0;

-- Offline packs that were made, and the marks of their canaries: HMAC-SHA256 of a canary's cell with a key that is in a file of
-- its own. Times are milliseconds since 1970-01-01 UTC.
CREATE TABLE pack (
    id         TEXT    PRIMARY KEY CHECK (length(id) = 16),
    key_prefix TEXT    NOT NULL,
    area       TEXT    NOT NULL, -- code of a commune or a province
    made_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE pack_canary (
    mark BLOB NOT NULL CHECK (length(mark) = 32),
    pack TEXT NOT NULL REFERENCES pack (id),
    PRIMARY KEY (mark, pack)
) STRICT, WITHOUT ROWID;
