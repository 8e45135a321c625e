-- +goose Up

-- Streets and outlines of buildings from a map: reference data, which an import brings and its undo takes away. Lines and rings are
-- blobs (geometry.go). The boxes are R*Trees over whole 1e-7 degrees; that of streets has the kind as a third dimension, so that a map
-- of the whole country reads its large roads only.
CREATE TABLE street (
    id        INTEGER PRIMARY KEY,
    dataset   TEXT    NOT NULL,
    source    TEXT    NOT NULL, -- in the data set: way/123
    import    INTEGER NOT NULL, -- the last one that changed it
    kind      INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 9), -- 1 motorway … 9 path
    name      TEXT    NOT NULL,
    lines     BLOB    NOT NULL,
    stretches BLOB    NOT NULL  -- by commune
) STRICT;

CREATE UNIQUE INDEX street_source ON street (dataset, source);
CREATE INDEX street_import ON street (import);
CREATE VIRTUAL TABLE street_box USING rtree_i32 (id, south, north, west, east, kind, same_kind);

-- The ways of each named street of a commune.
CREATE TABLE street_place (
    place  INTEGER NOT NULL, -- named_place
    street INTEGER NOT NULL,
    PRIMARY KEY (place, street)
) STRICT, WITHOUT ROWID;

CREATE TABLE outline (
    id      INTEGER PRIMARY KEY,
    dataset TEXT    NOT NULL,
    source  TEXT    NOT NULL, -- in the data set: way/123, relation/4
    import  INTEGER NOT NULL, -- the last one that changed it
    name    TEXT, -- NULL for none
    number  TEXT,
    rings   BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX outline_source ON outline (dataset, source);
CREATE INDEX outline_import ON outline (import);
CREATE VIRTUAL TABLE outline_box USING rtree_i32 (id, south, north, west, east);

-- Where the map has a street, whether houses are registered on it or not; NULL where it has none. A row of named_place stays when
-- neither a house nor a way is left.
ALTER TABLE named_place ADD COLUMN map_lat INTEGER;
ALTER TABLE named_place ADD COLUMN map_lon INTEGER;
ALTER TABLE named_place ADD COLUMN map_reach REAL; -- metres from there within which the street lies
