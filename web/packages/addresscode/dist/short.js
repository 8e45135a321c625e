import { checkSymbols, DATA, join, split, WORD } from "./check.js";
import { faultError, grouped, HOUSEHOLDS, SPAN, wordFault, wordOf, ZONE_SYMBOLS } from "./code.js";
import { sub } from "./field.js";
import { readExactly } from "./read.js";
import { zoneNumber } from "./zone.js";
/**
 * The codes that a short form, 2NJV-T33, can mean in the given zones, in their order: those whose check holds. Nothing fits when the
 * zones are the wrong ones or a character is wrong; each further zone fits by accident with a chance of 1 in 19,683.
 *
 * @throws AddressCodeError symbol, length, unreadable, and reserved when no zone can have such a code; for zones as parseZone does.
 */
export function expandShort(short, zones) {
    const symbols = readExactly(short, WORD - ZONE_SYMBOLS, "a short code").symbols;
    const householdSymbols = DATA - ZONE_SYMBOLS;
    const household = join(symbols, 0, householdSymbols);
    if (household >= HOUSEHOLDS)
        throw faultError("reserved");
    // The check is linear: a zone fits when its check, with zeros behind it, is the difference between the check given and that of the
    // household.
    const want = checkSymbols(symbols, householdSymbols).map((c, i) => sub(symbols[householdSymbols + i], c));
    const codes = new Set();
    for (const zone of zones) {
        const n = zoneNumber(zone);
        const sum = checkSymbols([...split(n, ZONE_SYMBOLS), 0, 0, 0, 0]);
        if (!sum.every((c, i) => c === want[i]))
            continue;
        const word = wordOf(n * SPAN + household);
        if (!wordFault(word))
            codes.add(grouped(word));
    }
    return [...codes];
}
//# sourceMappingURL=short.js.map