package sqlite

import "strings"

// statement names a prepared statement; statements holds their texts. All SQL of reading and writing is here.
type statement int

const (
	stmtBeginRead statement = iota
	stmtBeginWrite
	stmtCommit
	stmtRollback
	stmtSavepoint
	stmtRelease
	stmtRollbackTo

	stmtAddress
	stmtOpenAddress
	stmtAddressRange
	stmtAddressLikeness
	stmtPositions
	stmtProtectedPositions
	stmtDoors
	stmtSingleDoors
	stmtMarks
	stmtCountKeys
	stmtKeyRange
	stmtInsertAddress
	stmtUpdateAddress
	stmtDeleteAddress

	stmtExternalID
	stmtInsertExternalID
	stmtDeleteExternalID
	stmtNumber
	stmtMintNumber

	stmtEvents
	stmtInsertEvent
	stmtInsertEntry
	stmtLastEvent
	stmtLastEntry
	stmtJournalEvents
	stmtJournalEntries
	stmtSetEventLink
	stmtAddressesWithoutEvent

	stmtIdempotency
	stmtInsertIdempotency
	stmtDeleteIdempotency

	stmtTally
	stmtAddTally

	stmtMeta
	stmtSetMeta

	stmtPlaceID
	stmtInsertPlace
	stmtChangePlace
	stmtPlaceVersion
	stmtPlacesSince
	stmtInsertPlaceAddress
	stmtDeletePlaceAddress
	stmtPlaceAddresses
	stmtPlaceAddressesDown
	stmtEmptyPlaces
	stmtEmptyPlaceAddresses

	stmtStreet
	stmtInsertStreet
	stmtUpdateStreet
	stmtPutStreetBox
	stmtPutStreetPlace
	stmtDeleteStreetPlace
	stmtStretchesOfPlace
	stmtSetMapPlace
	stmtOutline
	stmtInsertOutline
	stmtUpdateOutline
	stmtPutOutlineBox

	stmtAccessKey
	stmtAccessSession

	numStatements
)

// recordColumns are the columns of a record, in the order of record.values and scanRecord.
const recordColumns = "key, status, kind, version, lat, lon, position_type, position_source, accuracy_m, more_positions," +
	" house_number, alley, street, hamlet, quarter, building, block, floor, unit," +
	" commune_at_issue, commune, external_ids, dataset, detail, flags, created_at, updated_at, successors"

const numRecordColumns = 28

// withinBox takes four strips (reader.PositionsWithin), then west, east, south and north.
const withinBox = " AND lat / 10000 IN (?, ?, ?, ?) AND lon BETWEEN ? AND ? AND lat BETWEEN ? AND ?"

// cellText is the cell of a code: a key is zone × 27⁴ + cell in the zone × 31 + ordinal.
const cellText = "key / 531441, key % 531441 / 31"

// doorText is what the flats behind one door have in common, with a mark between the parts.
const doorText = "ifnull(house_number,'')||char(10)||ifnull(alley,'')||char(10)||ifnull(street,'')||char(10)||ifnull(hamlet,'')" +
	"||char(10)||ifnull(quarter,'')||char(10)||ifnull(building,'')||char(10)||ifnull(block,'')"

var statements = [numStatements]string{
	stmtBeginRead:  "BEGIN",
	stmtBeginWrite: "BEGIN IMMEDIATE",
	stmtCommit:     "COMMIT",
	stmtRollback:   "ROLLBACK",
	stmtSavepoint:  "SAVEPOINT request",
	stmtRelease:    "RELEASE request",
	stmtRollbackTo: "ROLLBACK TO request",

	stmtAddress:      "SELECT " + recordColumns + " FROM address WHERE key = ?",
	stmtOpenAddress:  "SELECT " + recordColumns + " FROM address WHERE key = ? AND flags & 32 = 0",
	stmtAddressRange: "SELECT " + recordColumns + " FROM address WHERE key BETWEEN ? AND ? ORDER BY key",
	// A bare parameter compared with a column that is not unique makes SQLite prepare the statement anew on every run
	// (the value might change its plan, and the driver clears the bindings); the cast spares that, 15-20 µs.
	stmtAddressLikeness:    "SELECT " + recordColumns + " FROM address WHERE likeness = CAST(? AS INTEGER) ORDER BY key",
	stmtPositions:          "SELECT key, lat, lon FROM address INDEXED BY address_open_place WHERE status = 1 AND flags & 32 = 0" + withinBox,
	stmtProtectedPositions: "SELECT key, lat, lon FROM address INDEXED BY address_protected_place WHERE status = 1 AND flags & 32 = 32" + withinBox,
	stmtSingleDoors:        "SELECT key, status, commune, NULL FROM address WHERE key BETWEEN ? AND ? AND flags & 32 = 0",
	// Flats are grouped by cell and door; sorting only them spares a search around a point the time where there are none.
	stmtDoors: "SELECT key, status, commune, NULL FROM address WHERE key BETWEEN ?1 AND ?2 AND flags & 32 = 0 AND unit IS NULL AND floor IS NULL" +
		" UNION ALL SELECT min(key), status, commune, " + doorText + " AS door FROM address WHERE key BETWEEN ?1 AND ?2 AND flags & 32 = 0" +
		" AND (unit IS NOT NULL OR floor IS NOT NULL) GROUP BY status, commune, " + cellText + ", door",
	// Where a key stands in the order without meaning is registry.MarkOrder. The flags are compared so that who must not know of protected addresses has them passed over where the others are found.
	stmtMarks: "SELECT key, status, commune, flags, lat, lon, unit IS NOT NULL OR floor IS NOT NULL, house_number, alley, street, hamlet, quarter, building, block" +
		" FROM address WHERE key BETWEEN ? AND ? AND (key % 1000003 * 7919 % 65536 < ? OR unit IS NOT NULL OR floor IS NOT NULL) AND flags & 32 <= ? ORDER BY key",
	stmtCountKeys: "SELECT count(*) FROM (SELECT 1 FROM address WHERE key BETWEEN ? AND ? LIMIT ?)",
	stmtKeyRange:  "SELECT key FROM address WHERE key BETWEEN ? AND ? ORDER BY key",
	stmtInsertAddress: "INSERT INTO address (" + recordColumns + ", likeness)" +
		" VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	stmtUpdateAddress: "UPDATE address SET (" + recordColumns + ", likeness)" +
		" = (?1,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) WHERE key = ?1",
	stmtDeleteAddress: "DELETE FROM address WHERE key = ?",

	stmtExternalID:       "SELECT key FROM external_id WHERE scheme = ? AND value = ?",
	stmtInsertExternalID: "INSERT INTO external_id (scheme, value, key) VALUES (?, ?, ?)",
	stmtDeleteExternalID: "DELETE FROM external_id WHERE scheme = ? AND value = ? AND key = ?",
	stmtNumber:           "SELECT key, minted FROM number_issued WHERE number = ?",
	stmtMintNumber:       "INSERT INTO number_issued (number, key, minted) VALUES (?, ?, 1)",

	stmtEvents:      "SELECT seq, version, action, actor, at, before, changeset FROM event WHERE key = CAST(? AS INTEGER) ORDER BY seq",
	stmtInsertEvent: "INSERT INTO event (seq, key, version, action, actor, at, before, link, changeset) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	stmtInsertEntry: "INSERT INTO journal_entry (seq, at, actor, action, subject, detail, link) VALUES (?, ?, ?, ?, ?, ?, ?)",
	stmtLastEvent:   "SELECT seq, link FROM event ORDER BY seq DESC LIMIT 1",
	stmtLastEntry:   "SELECT seq, link FROM journal_entry ORDER BY seq DESC LIMIT 1",
	// Each event with the one that follows it at the same address, or with the address where none does.
	stmtJournalEvents: "SELECT e.seq, e.link, e.key, e.version, e.action, e.actor, e.at, e.before IS NULL, e.changeset, n.seq, n.before, a." +
		strings.ReplaceAll(recordColumns, ", ", ", a.") + " FROM event AS e" +
		" LEFT JOIN event AS n ON n.seq = (SELECT min(seq) FROM event WHERE key = e.key AND seq > e.seq)" +
		" LEFT JOIN address AS a ON a.key = e.key AND n.seq IS NULL WHERE e.seq > ? ORDER BY e.seq",
	stmtJournalEntries: "SELECT seq, link, at, actor, action, subject, detail FROM journal_entry WHERE seq > ? ORDER BY seq",
	stmtSetEventLink:   "UPDATE event SET link = ? WHERE seq = ?",
	// It answers with every address, so that the end of a context can stop it.
	stmtAddressesWithoutEvent: "SELECT key, EXISTS (SELECT 1 FROM event AS e WHERE e.key = a.key) FROM address AS a",

	stmtIdempotency:       "SELECT request_hash, key FROM idempotency WHERE name = ?",
	stmtInsertIdempotency: "INSERT INTO idempotency (name, request_hash, key, at) VALUES (?, ?, ?, ?)",
	stmtDeleteIdempotency: "DELETE FROM idempotency WHERE key = CAST(? AS INTEGER)",

	stmtTally:    "SELECT status, n FROM tally ORDER BY status",
	stmtAddTally: "UPDATE tally SET n = n + ? WHERE status = ?",

	stmtMeta:    "SELECT value FROM meta WHERE name = ?",
	stmtSetMeta: "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",

	stmtPlaceID: "SELECT id FROM named_place WHERE commune = CAST(? AS INTEGER) AND kind = CAST(? AS INTEGER) AND key = CAST(? AS TEXT)",
	// The corners are the wrong way round until an address comes in.
	stmtInsertPlace: "INSERT INTO named_place (commune, kind, key, name, n, lat_sum, lon_sum, south, west, north, east, version)" +
		" VALUES (?, ?, ?, ?, 0, 0, 0, 900000000, 1800000000, -900000000, -1800000000, 0) RETURNING id",
	stmtChangePlace: "UPDATE named_place SET n = n + ?2, lat_sum = lat_sum + ?3, lon_sum = lon_sum + ?4," +
		" south = min(south, ?5), west = min(west, ?6), north = max(north, ?7), east = max(east, ?8), version = ?9 WHERE id = ?1",
	stmtPlaceVersion: "SELECT max(version) FROM named_place",
	stmtPlacesSince: "SELECT id, kind, commune, name, n, lat_sum, lon_sum, south, west, north, east, version, map_lat, map_lon, map_reach" +
		" FROM named_place WHERE version > CAST(? AS INTEGER)",
	stmtInsertPlaceAddress: "INSERT INTO named_place_address (place, house, key) VALUES (?, ?, ?)",
	stmtDeletePlaceAddress: "DELETE FROM named_place_address WHERE place = CAST(? AS INTEGER) AND house = CAST(? AS TEXT) AND key = CAST(? AS INTEGER)",
	stmtPlaceAddresses: "SELECT house, key FROM named_place_address WHERE place = CAST(? AS INTEGER)" +
		" AND house >= CAST(? AS TEXT) AND house < CAST(? AS TEXT) ORDER BY house, key",
	stmtPlaceAddressesDown: "SELECT house, key FROM named_place_address WHERE place = CAST(? AS INTEGER)" +
		" AND house >= CAST(? AS TEXT) AND house < CAST(? AS TEXT) ORDER BY house DESC, key DESC",
	stmtEmptyPlaces: "UPDATE named_place SET n = 0, lat_sum = 0, lon_sum = 0, south = 900000000, west = 1800000000," +
		" north = -900000000, east = -1800000000, version = (SELECT max(version) FROM named_place) + 1 WHERE n > 0",
	stmtEmptyPlaceAddresses: "DELETE FROM named_place_address",

	stmtStreet:            "SELECT id, kind, name, lines, stretches FROM street WHERE dataset = ? AND source = ?",
	stmtInsertStreet:      "INSERT INTO street (dataset, source, import, kind, name, lines, stretches) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
	stmtUpdateStreet:      "UPDATE street SET (import, kind, name, lines, stretches) = (?2, ?3, ?4, ?5, ?6) WHERE id = ?1",
	stmtPutStreetBox:      "INSERT OR REPLACE INTO street_box (id, south, north, west, east, kind, same_kind) VALUES (?, ?, ?, ?, ?, ?, ?)",
	stmtPutStreetPlace:    "INSERT INTO street_place (place, street) VALUES (?, ?) ON CONFLICT DO NOTHING",
	stmtDeleteStreetPlace: "DELETE FROM street_place WHERE place = CAST(? AS INTEGER) AND street = CAST(? AS INTEGER)",
	stmtStretchesOfPlace:  "SELECT s.stretches FROM street_place AS p JOIN street AS s ON s.id = p.street WHERE p.place = CAST(? AS INTEGER)",
	stmtSetMapPlace:       "UPDATE named_place SET (map_lat, map_lon, map_reach) = (?2, ?3, ?4) WHERE id = ?1",
	stmtOutline:           "SELECT id, name, number, rings FROM outline WHERE dataset = ? AND source = ?",
	stmtInsertOutline:     "INSERT INTO outline (dataset, source, import, name, number, rings) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
	stmtUpdateOutline:     "UPDATE outline SET (import, name, number, rings) = (?2, ?3, ?4, ?5) WHERE id = ?1",
	stmtPutOutlineBox:     "INSERT OR REPLACE INTO outline_box (id, south, north, west, east) VALUES (?, ?, ?, ?, ?)",

	stmtAccessKey: "SELECT " + accessKeyColumns + " FROM access_key WHERE prefix = ?",
	stmtAccessSession: "SELECT s.hash, s.key, s.started_at, s.seen_at, s.expires_at, k.*" +
		" FROM access_session s JOIN (SELECT " + accessKeyColumns + " FROM access_key) k ON k.prefix = s.key WHERE s.hash = ?",
}
