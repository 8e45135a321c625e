import { write } from "./alphabet.js";
import { join, split } from "./check.js";
import { faultError, HOUSEHOLDS, parse, SPAN, ZONE_SYMBOLS, ZONES } from "./code.js";
import { readExactly } from "./read.js";
/**
 * The zone of a code: its first five symbols with a hyphen, "5FJBC-", a neighbourhood of about 0.8 km².
 *
 * @throws AddressCodeError as parse does.
 */
export function zoneOf(code) {
    return parse(code).slice(0, ZONE_SYMBOLS + 1);
}
/**
 * Reads a zone, "5FJBC-" or "5fjbc", as tolerantly as parse. Nothing in a zone tells a wrong character.
 *
 * @throws AddressCodeError symbol, length, unreadable, reserved.
 */
export function parseZone(text) {
    return zoneText(zoneNumber(text));
}
/** The number of a zone, 0..10,706,058; zones sort by place. @throws AddressCodeError as parseZone does. */
export function zoneNumber(text) {
    const n = join(readExactly(text, ZONE_SYMBOLS, "a zone").symbols, 0, ZONE_SYMBOLS);
    if (n >= ZONES)
        throw faultError("reserved");
    return n;
}
/** The zone of a number. @throws AddressCodeError reserved. */
export function zoneFromNumber(n) {
    if (!Number.isInteger(n) || n < 0 || n >= ZONES)
        throw faultError("reserved");
    return zoneText(n);
}
/** The smallest and the largest key that a code in the zone can have. @throws AddressCodeError as parseZone does. */
export function zoneKeys(text) {
    const low = zoneNumber(text) * SPAN;
    return [low, low + HOUSEHOLDS - 1];
}
const zoneText = (n) => `${write(split(n, ZONE_SYMBOLS))}-`;
//# sourceMappingURL=zone.js.map