// The bits of H3 indexes, without H3. An index is its hexadecimal text: from the highest bit 0, the mode in 4 bits (1 is a cell), 3
// bits 0, the resolution in 4, the base cell in 7, and fifteen digits of 3 bits; those finer than the resolution are 7.
import { faultError, fromKey, keyOf, ORDINALS, SPAN } from "./code.js";
import { AddressCodeError } from "./error.js";
import { zoneFromNumber, zoneNumber } from "./zone.js";
/** The resolution of the cells that codes name, about 50 m². */
export const CODE_RESOLUTION = 13;
/** The resolution of the cells that zones name, about 0.8 km². */
export const ZONE_RESOLUTION = 8;
const FINEST = 15;
/** Base cell and first digit of each resolution-1 cell that is served, in the order of their numbers; 13 to 16 are reserved. */
const roots = [0x100, 0x101, 0x104, 0x105, 0x106, 0x12e, 0x192, 0x194, 0x196, 0x1a0, 0x1a4, 0x1a5, 0x1a6];
function bitsOf(cell) {
    if (!/^[0-9a-f]{15}$/i.test(cell))
        throw cellError("it is not 15 hexadecimal digits");
    const high = Number.parseInt(cell.slice(0, 3), 16);
    const low = Number.parseInt(cell.slice(3), 16);
    if (high >> 8 !== 8)
        throw cellError("it is not in the form of a cell index");
    const resolution = (high >> 4) & 15;
    const digits = [];
    for (let r = 1; r <= FINEST; r++) {
        const digit = Math.floor(low / 8 ** (FINEST - r)) % 8;
        if (r <= resolution && digit === 7)
            throw cellError(`its digit at resolution ${r} is 7`);
        if (r > resolution && digit !== 7)
            throw cellError(`its digit at resolution ${r}, finer than the cell, is not 7`);
        digits.push(digit);
    }
    return { resolution, root: ((high & 15) << 6) | Math.floor(low / 2 ** 42), digits };
}
function cellError(why) {
    return new AddressCodeError("cell", `this is not the index of an H3 cell: ${why}`, "give an H3 cell index, such as 8d415cb4e426bbf");
}
function resolutionError(got, want) {
    return new AddressCodeError("resolution", `the H3 cell has resolution ${got}, not ${want}`, `give a cell of resolution ${want}`);
}
function rootNumber(bits) {
    const n = roots.indexOf(bits.root);
    if (bits.resolution >= 1 && n >= 0)
        return n;
    throw new AddressCodeError("root", "the H3 cell lies outside the area served", "give a place in Vietnam or its seas: latitude 6.0 to 23.6, longitude 102 to 118");
}
/** The digits of resolutions from to to, as a number in base 7. */
function base7({ digits }, from, to) {
    let n = 0;
    for (let r = from; r <= to; r++)
        n = n * 7 + digits[r - 1];
    return n;
}
const zoneNumberOf = (bits) => rootNumber(bits) * 7 ** (ZONE_RESOLUTION - 1) + base7(bits, 2, ZONE_RESOLUTION);
/**
 * The code of a resolution-13 cell, given as hexadecimal index, and an ordinal 0..30.
 *
 * @throws AddressCodeError cell, resolution, root, ordinal, and digits_only for the few that are never issued.
 */
export function fromCell(cell, ordinal) {
    const bits = bitsOf(cell);
    if (bits.resolution !== CODE_RESOLUTION)
        throw resolutionError(bits.resolution, "13");
    const zone = zoneNumberOf(bits);
    if (!Number.isInteger(ordinal) || ordinal < 0 || ordinal >= ORDINALS) {
        throw new AddressCodeError("ordinal", `the ordinal ${ordinal} is outside 0..${ORDINALS - 1}`, "give an ordinal in that range");
    }
    return fromKey(zone * SPAN + base7(bits, ZONE_RESOLUTION + 1, CODE_RESOLUTION) * ORDINALS + ordinal);
}
/** The resolution-13 cell of a code. @throws AddressCodeError as parse does. */
export function cellOf(code) {
    const key = keyOf(code);
    const household = Math.floor((key % SPAN) / ORDINALS);
    return indexOf(Math.floor(key / SPAN), household, CODE_RESOLUTION);
}
/** The number of a code in its cell, 0..30. @throws AddressCodeError as parse does. */
export function ordinalOf(code) {
    return (keyOf(code) % SPAN) % ORDINALS;
}
/** The resolution-8 cell of a zone. @throws AddressCodeError as parseZone does. */
export function zoneCell(zone) {
    return indexOf(zoneNumber(zone), 0, ZONE_RESOLUTION);
}
/** The zone of a cell of resolution 8 or finer. @throws AddressCodeError cell, resolution, root. */
export function zoneOfCell(cell) {
    const bits = bitsOf(cell);
    if (bits.resolution < ZONE_RESOLUTION)
        throw resolutionError(bits.resolution, "8 to 15");
    return zoneFromNumber(zoneNumberOf(bits));
}
/** The index of a cell below a zone, by the number of its digits 9 to resolution in base 7. */
function indexOf(zone, below, resolution) {
    const span = 7 ** (ZONE_RESOLUTION - 1);
    const root = roots[Math.floor(zone / span)];
    if (root === undefined)
        throw faultError("reserved");
    let n = (zone % span) * 7 ** (resolution - ZONE_RESOLUTION) + below;
    let low = 0;
    for (let r = FINEST; r >= 2; r--) {
        const digit = r > resolution ? 7 : n % 7;
        if (r <= resolution)
            n = Math.floor(n / 7);
        low += digit * 8 ** (FINEST - r);
    }
    low += (root & 63) * 2 ** 42;
    const high = (8 << 8) | (resolution << 4) | (root >> 6);
    return high.toString(16) + low.toString(16).padStart(12, "0");
}
//# sourceMappingURL=cell.js.map