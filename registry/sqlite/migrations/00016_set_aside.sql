-- +goose Up

-- What a registrar decided on a record that an import set aside. Times are milliseconds since 1970-01-01 UTC.
ALTER TABLE import_review ADD COLUMN status INTEGER NOT NULL DEFAULT 1 CHECK (status BETWEEN 1 AND 3); -- 1 open, 2 confirmed, 3 refused
ALTER TABLE import_review ADD COLUMN key INTEGER;        -- of the address that was confirmed
ALTER TABLE import_review ADD COLUMN remark TEXT;        -- why it was refused
ALTER TABLE import_review ADD COLUMN decided_at INTEGER;

CREATE INDEX import_review_open ON import_review (commune, import, row) WHERE status = 1;
