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
