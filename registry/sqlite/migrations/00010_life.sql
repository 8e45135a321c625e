-- +goose Up

-- Where the households of a retired address went: JSON array of keys, NULL for none.
ALTER TABLE address ADD COLUMN successors TEXT;

-- A change of many addresses at once. Its events name it, so that it can be undone address by address.
CREATE TABLE changeset (
    id         TEXT    PRIMARY KEY CHECK (length(id) BETWEEN 20 AND 64),
    kind       TEXT    NOT NULL,  -- rename_street, rederive, undo
    actor      TEXT    NOT NULL,
    done       INTEGER NOT NULL CHECK (done IN (0, 1)), -- 0 while it runs, and for good when it was cut short
    started_at INTEGER NOT NULL,
    report     TEXT    NOT NULL   -- JSON
) STRICT, WITHOUT ROWID;

ALTER TABLE event ADD COLUMN changeset TEXT; -- NULL for none
CREATE INDEX event_changeset ON event (changeset, key) WHERE changeset IS NOT NULL;
