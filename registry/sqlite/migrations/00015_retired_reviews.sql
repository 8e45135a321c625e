-- +goose Up

-- A review ends by itself when its address is retired: one outcome more, for which SQLite makes the table anew.
CREATE TABLE review_new (
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
    outcome      INTEGER CHECK (outcome IN (1, 2, 3)),         -- 1 kept, 2 moved, 3 retired
    note         TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    closed_at    INTEGER,
    CHECK ((status = 1) = (outcome IS NULL)),
    CHECK ((status = 1) = (closed_at IS NULL)),
    CHECK ((lat IS NULL) = (lon IS NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO review_new SELECT * FROM review;
DROP TABLE review;
ALTER TABLE review_new RENAME TO review;

CREATE UNIQUE INDEX review_open ON review (key) WHERE status = 1;
CREATE INDEX review_address ON review (key, status, closed_at DESC);
CREATE INDEX review_list ON review (status, commune, created_at, id);
CREATE INDEX review_closed ON review (closed_at);
