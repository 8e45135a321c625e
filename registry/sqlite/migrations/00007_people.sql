-- +goose Up

-- Who lives at an address, by periods, what they consent to and ask for. No name and no phone is readable here: what is
-- encrypted is so with the key of its household, which is in another file. Times are milliseconds since 1970, UTC.

CREATE TABLE household (
    id            TEXT    PRIMARY KEY CHECK (length(id) = 16),        -- random
    code          INTEGER NOT NULL,                                   -- key of the address code
    from_at       INTEGER NOT NULL,
    to_at         INTEGER CHECK (to_at >= from_at),                   -- NULL while the period lasts
    token_hash    BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    sealed        BLOB,                                               -- people, encrypted
    version       INTEGER NOT NULL CHECK (version >= 1),
    updated_at    INTEGER NOT NULL,
    restricted_at INTEGER
) STRICT, WITHOUT ROWID;

-- One household holds an address.
CREATE UNIQUE INDEX household_current ON household (code) WHERE to_at IS NULL;
CREATE INDEX household_ended ON household (to_at) WHERE to_at IS NOT NULL;

-- Households that were deleted. A restored file of keys loses their keys again.
CREATE TABLE household_tombstone (
    id TEXT    PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE consent (
    seq          INTEGER PRIMARY KEY,
    household    TEXT    NOT NULL,
    purpose      TEXT    NOT NULL,
    text_version INTEGER NOT NULL CHECK (text_version >= 0), -- 0 is a withdrawal
    at           INTEGER NOT NULL,
    actor        TEXT    NOT NULL
) STRICT;
CREATE INDEX consent_household ON consent (household);

CREATE TABLE data_request (
    id             TEXT    PRIMARY KEY,
    household      TEXT    NOT NULL,
    kind           TEXT    NOT NULL CHECK (kind IN ('view', 'correct', 'provide', 'restrict', 'object', 'withdraw', 'delete')),
    status         TEXT    NOT NULL CHECK (status IN ('open', 'extended', 'fulfilled', 'refused')),
    note           BLOB,   -- encrypted
    answer         BLOB,   -- encrypted
    received_at    INTEGER NOT NULL,
    acknowledge_by INTEGER NOT NULL,
    due_at         INTEGER NOT NULL CHECK (due_at > received_at),
    answered_at    INTEGER CHECK ((answered_at IS NULL) = (status IN ('open', 'extended')))
) STRICT, WITHOUT ROWID;
CREATE INDEX data_request_household ON data_request (household, received_at);
CREATE INDEX data_request_due ON data_request (due_at, id) WHERE status IN ('open', 'extended');
