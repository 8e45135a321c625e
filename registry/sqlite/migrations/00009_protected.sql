-- +goose Up

-- The bit 32 of address.flags: protected. For those who may not know of a protected address it must not be there, not even by the
-- time that an answer takes, so the index that searches around a point look at does not hold them; they have one of their own.
DROP INDEX address_place;
CREATE INDEX address_open_place ON address (lat / 10000, lon, lat) WHERE status = 1 AND flags & 32 = 0;
CREATE INDEX address_protected_place ON address (lat / 10000, lon, lat) WHERE status = 1 AND flags & 32 = 32;
