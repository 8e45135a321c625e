import { alphabet, classify, ERASED, FOREIGN, MARK } from "./alphabet.js";
import { AddressCodeError } from "./error.js";
/** The longest text that is read as one code, in bytes of UTF-8. */
export const MAX_BYTES = 256;
const KEPT = 20; // symbols that are kept: those of a secret, the longest word
/** Understands a text as symbols, tolerantly. It throws for a text that is too long or has a character that is foreign to codes. */
export function read(text) {
    // A string has at most three bytes for each of its units, and at least one.
    if (text.length > MAX_BYTES || (text.length * 3 > MAX_BYTES && bytes(text) > MAX_BYTES)) {
        throw new AddressCodeError("length", `the text is too long; one code takes at most ${MAX_BYTES} bytes`, "give the code alone");
    }
    const r = { text, count: 0, erasures: 0, symbols: [], start: [], end: [] };
    let marked = false; // the previous character is a symbol, to which a combining mark would belong
    let at = 0;
    for (const character of text) {
        const kind = classify(character);
        const end = at + character.length;
        if (kind <= ERASED) {
            if (r.count < KEPT) {
                r.symbols.push(kind);
                r.start.push(at);
                r.end.push(end);
                if (kind === ERASED)
                    r.erasures++;
            }
            r.count++;
            marked = true;
        }
        else if (kind === MARK) {
            // A letter with a mark is another letter, whether it was typed as one character or as two.
            const k = r.count - 1;
            if (marked && k < KEPT) {
                if (r.symbols[k] !== ERASED)
                    r.erasures++;
                r.symbols[k] = ERASED;
                r.end[k] = end;
            }
        }
        else if (kind === FOREIGN) {
            const position = positionOf(text, at);
            throw new AddressCodeError("symbol", `character ${position}, ${quoted(text, at)}, has no place in a code`, "give the code alone, such as 5FJBC-2NJV-T33", position, at);
        }
        else {
            marked = false;
        }
        at = end;
    }
    return r;
}
/** Reads a text that must have so many symbols, all readable. what names it in messages: "a code". */
export function readExactly(text, symbols, what) {
    const r = read(text);
    if (r.count !== symbols)
        throw lengthError(r.count, symbols, what);
    if (r.erasures > 0) {
        const index = r.start[r.symbols.indexOf(ERASED)];
        const position = positionOf(text, index);
        throw new AddressCodeError("unreadable", `character ${position}, ${quoted(text, index)}, is none of the symbols ${alphabet}`, "look again at this character, or ask for corrections", position, index);
    }
    return r;
}
export function lengthError(got, want, what) {
    if (got === 0) {
        return new AddressCodeError("length", `there is no code in the text; ${what} has ${want} symbols`, `give all ${want}`);
    }
    const hint = got < want ? `give all ${want}` : `give ${what} alone`;
    return new AddressCodeError("length", `the text has ${got} symbols; ${what} has ${want}`, hint);
}
function bytes(text) {
    let n = 0;
    for (const character of text) {
        const point = character.codePointAt(0);
        n += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    }
    return n;
}
/** How many characters a reader counts up to an index of the text, the one there included. */
function positionOf(text, index) {
    let position = 1;
    for (const character of text.slice(0, index))
        if (classify(character) !== MARK)
            position++;
    return position;
}
/** The character at an index with its combining marks. */
function quoted(text, index) {
    let shown = "";
    for (const character of text.slice(index)) {
        if (shown && classify(character) !== MARK)
            break;
        shown += character;
    }
    return JSON.stringify(shown);
}
//# sourceMappingURL=read.js.map