// Words that are random and say nothing of a place (docs/address-code.md, section 11). They are made by a registry, and never repaired.
import { alphabet, write } from "./alphabet.js";
import { CHECK, checkSymbols } from "./check.js";
import { AddressCodeError } from "./error.js";
import { readExactly } from "./read.js";
const ALIAS = 18;
const SECRET = 20;
const GROUP = 5;
/**
 * Reads an alias, Z4K7M-2PQ9R-B0XHT-57J, as tolerantly as parse reads a code, and returns its canonical form.
 *
 * @throws AddressCodeError symbol, length, unreadable, check.
 */
export function parseAlias(text) {
    return parseRandom(text, ALIAS, "an alias", "Z");
}
/** Reads the secret of a letter, 4K7M2-PQ9RB-0XHT8-CVCSG. @throws AddressCodeError as parseAlias does. */
export function parseSecret(text) {
    return parseRandom(text, SECRET, "a secret", "");
}
function parseRandom(text, length, what, first) {
    const hint = `compare it with its source, or ask for it anew; ${what} is never repaired`;
    let symbols;
    try {
        symbols = readExactly(text, length, what).symbols;
    }
    catch (error) {
        if (!(error instanceof AddressCodeError))
            throw error;
        throw new AddressCodeError(error.kind, error.message, hint, error.position, error.index);
    }
    if (first && alphabet[symbols[0]] !== first) {
        throw new AddressCodeError("check", `the first symbol is not ${first}: ${what} starts with it`, hint);
    }
    const sum = checkSymbols(symbols, length - CHECK);
    if (!sum.every((c, i) => c === symbols[length - CHECK + i])) {
        throw new AddressCodeError("check", "the check symbols do not fit: at least one character is wrong", hint);
    }
    const groups = [];
    for (let i = 0; i < length; i += GROUP)
        groups.push(write(symbols, i, Math.min(i + GROUP, length)));
    return groups.join("-");
}
//# sourceMappingURL=random.js.map