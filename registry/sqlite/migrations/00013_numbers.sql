-- +goose Up

-- Every number of QĐ 392 that an address ever had, imported or minted: none of them is minted again, whatever became of the
-- address. Rows are never changed nor deleted.
CREATE TABLE number_issued (
    number INTEGER PRIMARY KEY CHECK (number BETWEEN 0 AND 9999999999), -- ten digits: five of the area, five of its own
    key    INTEGER NOT NULL,                                            -- of the address that had it first
    minted INTEGER NOT NULL CHECK (minted IN (0, 1))
) STRICT;

-- How many of them lie in each thousand: what finds a free number of an area that is nearly full without looking at all of it.
CREATE TABLE number_block (
    block INTEGER PRIMARY KEY, -- number / 1000
    n     INTEGER NOT NULL CHECK (n BETWEEN 1 AND 1000)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER number_issued_is_counted AFTER INSERT ON number_issued
BEGIN
    INSERT INTO number_block (block, n) VALUES (NEW.number / 1000, 1) ON CONFLICT (block) DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER number_issued_is_never_changed BEFORE UPDATE ON number_issued
BEGIN
    SELECT RAISE(ABORT, 'a number stays issued');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER number_issued_is_never_deleted BEFORE DELETE ON number_issued
BEGIN
    SELECT RAISE(ABORT, 'a number stays issued');
END;
-- +goose StatementEnd

-- Whoever enters an external id of the scheme reserves its number by that, however it comes in.
-- +goose StatementBegin
CREATE TRIGGER external_id_reserves_number AFTER INSERT ON external_id
WHEN NEW.scheme = 'qd392' AND length(NEW.value) = 10 AND NEW.value NOT GLOB '*[^0-9]*'
BEGIN
    INSERT INTO number_issued (number, key, minted) VALUES (CAST(NEW.value AS INTEGER), NEW.key, 0) ON CONFLICT DO NOTHING;
END;
-- +goose StatementEnd

INSERT INTO number_issued (number, key, minted)
SELECT CAST(value AS INTEGER), key, 0 FROM external_id
WHERE scheme = 'qd392' AND length(value) = 10 AND value NOT GLOB '*[^0-9]*';
