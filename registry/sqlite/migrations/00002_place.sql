-- +goose Up

-- The active addresses by place: strips of 0.001° of latitude (about 111 m), from west to east in each. It holds all that a
-- search around a point looks at. The keys would do as well for codes in their own cells, but spilled ones lie up to 67 m away.
CREATE INDEX address_place ON address (lat / 10000, lon, lat) WHERE status = 1;
