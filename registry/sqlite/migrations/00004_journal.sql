-- +goose Up

-- The journal's chain over events of addresses and other entries: both share one sequence, and each row keeps its link,
-- SHA-256 of the link before it and the row. The program fills in the links of events that were there before
-- (meta: journal_chain); that, once, is the only change of an event.
ALTER TABLE event ADD COLUMN link BLOB CHECK (length(link) = 32);

DROP TRIGGER event_is_never_changed;

-- +goose StatementBegin
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
WHEN OLD.link IS NOT NULL OR NEW.link IS NULL OR NEW.seq <> OLD.seq OR NEW.key <> OLD.key OR NEW.version <> OLD.version
  OR NEW.action <> OLD.action OR NEW.actor <> OLD.actor OR NEW.at <> OLD.at OR NEW.before IS NOT OLD.before
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;
-- +goose StatementEnd

CREATE TABLE journal_entry (
    seq     INTEGER PRIMARY KEY, -- shared with event
    at      INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    detail  TEXT    NOT NULL,    -- JSON object, or ''
    link    BLOB    NOT NULL CHECK (length(link) = 32)
) STRICT;

-- What was done to one subject, in order.
CREATE INDEX journal_entry_subject ON journal_entry (subject);

-- +goose StatementBegin
CREATE TRIGGER journal_entry_is_never_changed BEFORE UPDATE ON journal_entry
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER journal_entry_is_never_deleted BEFORE DELETE ON journal_entry
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
-- +goose StatementEnd

-- Signed statements of the chain's end, as notes (golang.org/x/mod/sumdb/note).
CREATE TABLE checkpoint (
    lines INTEGER PRIMARY KEY CHECK (lines >= 1), -- seq of the line it signs
    at    INTEGER NOT NULL,
    note  TEXT    NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER checkpoint_is_never_changed BEFORE UPDATE ON checkpoint
BEGIN
    SELECT RAISE(ABORT, 'checkpoints are append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER checkpoint_is_never_deleted BEFORE DELETE ON checkpoint
BEGIN
    SELECT RAISE(ABORT, 'checkpoints are append-only');
END;
-- +goose StatementEnd
