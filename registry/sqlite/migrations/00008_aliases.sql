-- +goose Up

-- How households prove that an address is theirs, and what they give away in place of its code. Nothing here is readable
-- without the keys of households, which are in another file. Times are milliseconds since 1970, UTC.

-- The open invitation to claim an address; its secret is on a letter.
CREATE TABLE claim_invitation (
    code       INTEGER PRIMARY KEY,                        -- key of the address code
    hash       BLOB    NOT NULL CHECK (length(hash) = 32), -- of the secret, 80 random bits
    created_by TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
    tries_left INTEGER NOT NULL CHECK (tries_left BETWEEN 0 AND 5)
) STRICT;

-- Claims of addresses that another household holds.
CREATE TABLE claim (
    id           TEXT    PRIMARY KEY,
    code         INTEGER NOT NULL,                                -- key of the address code
    status       TEXT    NOT NULL CHECK (status IN ('pending', 'confirmed', 'refused', 'succeeded')),
    holder       TEXT    NOT NULL,                                -- household it is against; '' when that is deleted
    mover        TEXT    NOT NULL,                                -- household that wants to move there; '' for a new one
    carry        TEXT    NOT NULL,                                -- JSON: what goes along; '' for nothing
    receipt_hash BLOB    NOT NULL CHECK (length(receipt_hash) = 32),
    household    TEXT    NOT NULL,                                -- that got the address; '' before
    objected_at  INTEGER,
    objection    BLOB,                                            -- encrypted with the key of the holder
    reason       TEXT    NOT NULL,                                -- of a refusal; '' for none
    created_at   INTEGER NOT NULL,
    decide_after INTEGER NOT NULL,
    decided_at   INTEGER CHECK ((decided_at IS NULL) = (status = 'pending')),
    CHECK (objection IS NULL OR objected_at IS NOT NULL)
) STRICT;
CREATE INDEX claim_pending ON claim (created_at, id) WHERE status = 'pending';
CREATE INDEX claim_code ON claim (code);
CREATE INDEX claim_holder ON claim (holder);

CREATE TABLE alias (
    id         TEXT    PRIMARY KEY,
    household  TEXT    NOT NULL,
    hash       BLOB    NOT NULL UNIQUE,  -- keyed: the key is in the file of keys
    sealed     BLOB    NOT NULL,         -- encrypted with the key of the household
    role       TEXT    NOT NULL CHECK (role IN ('courier')),
    key        TEXT    NOT NULL,         -- prefix of the one key that may resolve it; '' for every key of the role
    uses       INTEGER NOT NULL CHECK (uses BETWEEN 0 AND 1000), -- 0 is no limit
    used       INTEGER NOT NULL CHECK (used >= 0 AND (uses = 0 OR used <= uses)),
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL CHECK (valid_to > valid_from),
    created_at INTEGER NOT NULL,
    ended_at   INTEGER,
    ended      TEXT    NOT NULL CHECK (ended IN ('', 'revoked', 'ended')),
    CHECK ((ended_at IS NULL) = (ended = ''))
) STRICT;
CREATE INDEX alias_household ON alias (household, created_at);
