// Everything that needs no H3 and no other dependency: reading, checking, repairing and finding codes, zones, and the bits of cells.
export { alphabet } from "./alphabet.js";
export { CODE_RESOLUTION, cellOf, fromCell, ordinalOf, ZONE_RESOLUTION, zoneCell, zoneOfCell } from "./cell.js";
export { check, format, fromKey, keyOf, ORDINALS, parse, parseStrict } from "./code.js";
export { correct } from "./correct.js";
export { AddressCodeError } from "./error.js";
export { find } from "./find.js";
export { parseAlias, parseSecret } from "./random.js";
export { MAX_BYTES } from "./read.js";
export { expandShort } from "./short.js";
export { parseZone, zoneFromNumber, zoneKeys, zoneNumber, zoneOf } from "./zone.js";
//# sourceMappingURL=codec.js.map