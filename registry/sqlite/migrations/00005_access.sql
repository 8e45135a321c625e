-- +goose Up

-- API keys; never their secrets. Times are milliseconds since 1970-01-01 UTC.
CREATE TABLE access_key (
    prefix     TEXT    PRIMARY KEY CHECK (length(prefix) = 8),
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),  -- SHA-256 of the whole key
    old_hash   BLOB    CHECK (length(old_hash) = 32),       -- of the one before, NULL when there was none
    old_until  INTEGER,
    name       TEXT    NOT NULL,
    role       TEXT    NOT NULL CHECK (role IN ('merchant', 'courier', 'registrar', 'auditor', 'admin')),
    communes   TEXT    NOT NULL,                            -- codes, with commas between them
    provinces  TEXT    NOT NULL,
    created_by TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    issued_at  INTEGER NOT NULL,                            -- when hash was made
    expires_at INTEGER NOT NULL CHECK (expires_at > issued_at),
    revoked_at INTEGER,
    last_used  INTEGER NOT NULL CHECK (last_used >= 0),     -- day in Viet Nam as yyyymmdd, 0 never
    CHECK ((old_hash IS NULL) = (old_until IS NULL))
) STRICT, WITHOUT ROWID;

-- Sessions of browsers, found by the SHA-256 of their token.
CREATE TABLE access_session (
    hash       BLOB    PRIMARY KEY CHECK (length(hash) = 32),
    key        TEXT    NOT NULL REFERENCES access_key (prefix),
    started_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX access_session_expires_at ON access_session (expires_at);
