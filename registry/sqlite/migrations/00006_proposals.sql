-- +goose Up

-- What anybody asked for: a code at a place. Deleted when kept_until is past; an open one that is past expires_at is expired.
-- Times are milliseconds since 1970-01-01 UTC, numbers of closed sets as in the table address.
CREATE TABLE proposal (
    id              TEXT    PRIMARY KEY CHECK (length(id) BETWEEN 20 AND 64),
    status          INTEGER NOT NULL CHECK (status IN (1, 2, 3)),            -- 1 open, 2 confirmed, 3 refused
    commune         TEXT    NOT NULL CHECK (commune GLOB '[0-9][0-9][0-9][0-9][0-9]'),
    cell            INTEGER NOT NULL,                                        -- H3, resolution 13
    kind            INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),
    lat             INTEGER NOT NULL CHECK (abs(lat) <= 900000000),
    lon             INTEGER NOT NULL CHECK (abs(lon) <= 1800000000),
    position_source INTEGER NOT NULL CHECK (position_source BETWEEN 0 AND 5),
    accuracy_m      REAL    NOT NULL,                                        -- 0 unknown
    components      TEXT    NOT NULL,                                        -- JSON
    code            INTEGER CHECK ((status = 2) = (code IS NOT NULL)),       -- key of the address
    reason          TEXT    CHECK ((status = 3) = (reason IS NOT NULL)),
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    decided_at      INTEGER CHECK ((status = 1) = (decided_at IS NULL)),
    kept_until      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX proposal_list ON proposal (status, commune, created_at, id);
CREATE INDEX proposal_cell ON proposal (cell, created_at);
CREATE INDEX proposal_commune ON proposal (commune, created_at);
CREATE INDEX proposal_created ON proposal (created_at);
CREATE INDEX proposal_kept ON proposal (kept_until);

-- What couriers met with: one row for each address, observer and day.
CREATE TABLE observation (
    key         INTEGER NOT NULL,
    observer    TEXT    NOT NULL,
    day         INTEGER NOT NULL,                              -- yyyymmdd in Vietnam, of recorded_at
    outcome     INTEGER NOT NULL CHECK (outcome IN (1, 2, 3)), -- 1 delivered, 2 not_found, 3 wrong_place
    lat         INTEGER CHECK (abs(lat) <= 900000000),         -- NULL without a position
    lon         INTEGER CHECK (abs(lon) <= 1800000000),
    accuracy_m  REAL    NOT NULL,
    observed_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (key, observer, day),
    CHECK ((lat IS NULL) = (lon IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX observation_newest ON observation (key, recorded_at, observer);
CREATE INDEX observation_recorded ON observation (recorded_at);

-- What a registrar should look at, with the evidence as it was when the review was raised.
CREATE TABLE review (
    id           TEXT    PRIMARY KEY CHECK (length(id) BETWEEN 20 AND 64),
    key          INTEGER NOT NULL,
    status       INTEGER NOT NULL CHECK (status IN (1, 2)),    -- 1 open, 2 closed
    kind         INTEGER NOT NULL CHECK (kind IN (1, 2, 3)),   -- 1 position_doubtful, 2 not_found, 3 wrong_place
    commune      TEXT    NOT NULL CHECK (commune = '' OR commune GLOB '[0-9][0-9][0-9][0-9][0-9]'),
    observers    INTEGER NOT NULL,
    delivered    INTEGER NOT NULL,
    not_found    INTEGER NOT NULL,
    wrong_place  INTEGER NOT NULL,
    lat          INTEGER CHECK (abs(lat) <= 900000000),        -- of the estimate, NULL without one
    lon          INTEGER CHECK (abs(lon) <= 1800000000),
    accuracy_m   REAL    NOT NULL,
    move_m       REAL    NOT NULL,
    outcome      INTEGER CHECK (outcome IN (1, 2)),            -- 1 kept, 2 moved
    note         TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    closed_at    INTEGER,
    CHECK ((status = 1) = (outcome IS NULL)),
    CHECK ((status = 1) = (closed_at IS NULL)),
    CHECK ((lat IS NULL) = (lon IS NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX review_open ON review (key) WHERE status = 1;
CREATE INDEX review_address ON review (key, status, closed_at DESC);
CREATE INDEX review_list ON review (status, commune, created_at, id);
CREATE INDEX review_closed ON review (closed_at);

-- Idempotency keys are forgotten after a month.
CREATE INDEX idempotency_at ON idempotency (at);
