import { write } from "./alphabet.js";
import { CHECK, checkSymbols, DATA, isZero, join, split, syndromes, WORD } from "./check.js";
import { AddressCodeError } from "./error.js";
import { readExactly } from "./read.js";
/** Ordinals of a cell run from 0 to 30. */
export const ORDINALS = 31;
export const ZONES = 13 * 7 ** 7; // 13 roots, resolutions 2 to 8
export const HOUSEHOLDS = 7 ** 5 * ORDINALS; // resolutions 9 to 13, ordinals
export const SPAN = 27 ** 4; // household values that four symbols can hold
export const ZONE_SYMBOLS = 5;
/**
 * Reads one code, tolerantly, and returns its canonical form: case, spaces, hyphens, dots, dashes, invisible characters and
 * full-width forms do not matter, O is read as 0, I and L as 1. It never repairs: that is correct.
 *
 * @throws AddressCodeError symbol, length, unreadable, check, reserved, digits_only, looked for in this order.
 */
export function parse(text) {
    const word = readExactly(text, WORD, "a code").symbols;
    if (!isZero(syndromes(word))) {
        throw new AddressCodeError("check", "the check symbols do not fit: at least one character is wrong", "compare the code with its source, or ask for corrections");
    }
    const fault = wordFault(word);
    if (fault)
        throw faultError(fault);
    return grouped(word);
}
/** The canonical form only, for data that a program wrote itself. @throws AddressCodeError as parse does, and not_canonical. */
export function parseStrict(text) {
    const code = parse(text);
    if (code !== text) {
        throw new AddressCodeError("not_canonical", "the code is valid but not in its canonical form", "write it in capitals as 5-4-3 symbols with hyphens, such as 5FJBC-2NJV-T33");
    }
    return code;
}
/** Tells whether a text is a code, and if not, why. It needs no network: what is checked is the code's own check. */
export function check(text) {
    try {
        return { ok: true, code: parse(text) };
    }
    catch (error) {
        if (error instanceof AddressCodeError)
            return { ok: false, error };
        throw error;
    }
}
/** A code, read as parse does, in one of its forms. @throws AddressCodeError as parse does. */
export function format(text, form = "canonical") {
    const code = parse(text);
    switch (form) {
        case "canonical":
            return code;
        case "compact":
            return code.replaceAll("-", "");
        case "short":
            return code.slice(ZONE_SYMBOLS + 1);
    }
}
/** The 43-bit number of the nine data symbols; keys sort by place, as codes do. @throws AddressCodeError as parse does. */
export function keyOf(text) {
    return join(readExactly(parse(text), WORD, "a code").symbols, 0, DATA);
}
/** The code of a key. @throws AddressCodeError reserved, digits_only. */
export function fromKey(key) {
    if (!Number.isInteger(key) || key < 0 || key >= ZONES * SPAN)
        throw faultError("reserved");
    const word = wordOf(key);
    const fault = wordFault(word);
    if (fault)
        throw faultError(fault);
    return grouped(word);
}
/** The twelve symbols of a key. */
export function wordOf(key) {
    const data = split(key, DATA);
    return [...data, ...checkSymbols(data)];
}
/** Why a word whose check holds is not a code, or undefined when it is one. */
export function wordFault(word) {
    const key = join(word, 0, DATA);
    if (Math.floor(key / SPAN) >= ZONES || key % SPAN >= HOUSEHOLDS)
        return "reserved";
    for (let i = 0; i < WORD; i++)
        if (word[i] > 9)
            return undefined;
    return "digits_only";
}
export function faultError(fault) {
    return fault === "digits_only"
        ? new AddressCodeError("digits_only", "codes that consist of digits only are never issued", "check whether this is another number; to issue a code, take the next ordinal")
        : new AddressCodeError("reserved", "the code is well formed but has a value reserved for a later version of the scheme", "check the code against its source, or update this program");
}
/** A word in its canonical form. */
export function grouped(word) {
    return `${write(word, 0, ZONE_SYMBOLS)}-${write(word, ZONE_SYMBOLS, DATA)}-${write(word, DATA, DATA + CHECK)}`;
}
//# sourceMappingURL=code.js.map