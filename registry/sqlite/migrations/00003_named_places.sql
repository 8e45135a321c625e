-- +goose Up

-- Streets, hamlets, quarters and buildings with addresses, derived from the active addresses in their transactions.
-- The program fills the tables of a database that had addresses before, and says in meta how far it is (named_places).
CREATE TABLE named_place (
    id      INTEGER PRIMARY KEY,
    kind    INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),            -- 1 street, 2 hamlet, 3 quarter, 4 building
    commune INTEGER NOT NULL CHECK (commune BETWEEN 0 AND 99999),     -- five digits as a number
    key     TEXT    NOT NULL, -- tells places of one kind and commune apart
    name    TEXT    NOT NULL, -- as the first address had it
    n       INTEGER NOT NULL CHECK (n >= 0), -- active addresses; rows without any stay, for they are told of
    lat_sum INTEGER NOT NULL, -- 1e-7 degrees
    lon_sum INTEGER NOT NULL,
    south   INTEGER NOT NULL, -- around the addresses; only grows
    west    INTEGER NOT NULL,
    north   INTEGER NOT NULL,
    east    INTEGER NOT NULL,
    version INTEGER NOT NULL  -- number of the commit that changed it last
) STRICT;

CREATE UNIQUE INDEX named_place_key ON named_place (commune, kind, key);
CREATE INDEX named_place_version ON named_place (version);

-- The addresses of each place in order of their numbers: a house number inside a street is one seek.
CREATE TABLE named_place_address (
    place INTEGER NOT NULL,
    house TEXT    NOT NULL,
    key   INTEGER NOT NULL,
    PRIMARY KEY (place, house, key)
) STRICT, WITHOUT ROWID;
