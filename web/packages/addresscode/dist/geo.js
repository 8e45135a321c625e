// Positions and codes: the one module that needs H3.
import { cellToBoundary, cellToLatLng, latLngToCell } from "h3-js";
import { CODE_RESOLUTION, cellOf, fromCell, ordinalOf, zoneOfCell } from "./cell.js";
import { ORDINALS, parse } from "./code.js";
import { AddressCodeError } from "./error.js";
import { zoneOf } from "./zone.js";
/**
 * The code of a position and an ordinal. Without an ordinal it is the first that can be issued there; which codes were given, and to
 * whom, only a registry knows.
 *
 * @throws AddressCodeError position_invalid, position_swapped, position_outside, ordinal, digits_only.
 */
export function encode(lat, lon, ordinal) {
    const cell = cellAt(lat, lon);
    if (ordinal !== undefined)
        return fromCell(cell, ordinal);
    for (let n = 0; n < ORDINALS - 1; n++) {
        try {
            return fromCell(cell, n);
        }
        catch (error) {
            if (!(error instanceof AddressCodeError && error.kind === "digits_only"))
                throw error;
        }
    }
    return fromCell(cell, ORDINALS - 1);
}
/** The resolution-13 cell of a position. @throws AddressCodeError position_invalid, position_swapped, position_outside. */
export function cellAt(lat, lon) {
    const cell = servedCell(lat, lon);
    if (cell)
        return cell;
    const meant = servedCell(lon, lat);
    if (meant) {
        throw new AddressCodeError("position_swapped", "latitude and longitude look exchanged", "give latitude first");
    }
    const onGlobe = Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
    throw new AddressCodeError(onGlobe ? "position_outside" : "position_invalid", onGlobe ? "the position lies outside the area served" : "latitude and longitude are not a place on the globe", "the area served is Vietnam with its islands and seas, about 6.0-23.6° N and 102-118° E; give latitude first, in decimal degrees");
}
/** The zone of a position. @throws AddressCodeError as cellAt does. */
export function zoneAt(lat, lon) {
    return zoneOfCell(cellAt(lat, lon));
}
/** What a code, read as parse does, says by itself. @throws AddressCodeError as parse does. */
export function decode(text) {
    const code = parse(text);
    const cell = cellOf(code);
    return { code, cell, centre: centreOf(cell), ordinal: ordinalOf(code), zone: zoneOf(code) };
}
/** The centre of any H3 cell, rounded to 7 decimals. */
export function centreOf(cell) {
    const [lat, lon] = cellToLatLng(cell);
    return { lat: rounded(lat), lon: rounded(lon) };
}
/** The corners of any H3 cell as an open ring, counter-clockwise, rounded to 7 decimals. */
export function outlineOf(cell) {
    return cellToBoundary(cell).map(([lat, lon]) => ({ lat: rounded(lat), lon: rounded(lon) }));
}
/** The cell of a position in the area served, else undefined. NaN is not. */
function servedCell(lat, lon) {
    if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180))
        return undefined;
    const cell = latLngToCell(rounded(lat), rounded(lon), CODE_RESOLUTION);
    try {
        zoneOfCell(cell);
        return cell;
    }
    catch {
        return undefined;
    }
}
/** Whole 1e-7 degrees, about 1 cm, half away from zero: then all implementations agree at the edges of cells. */
function rounded(degrees) {
    return (Math.sign(degrees) * Math.round(Math.abs(degrees) * 1e7)) / 1e7;
}
//# sourceMappingURL=geo.js.map