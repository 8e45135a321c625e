/** The 27 symbols in the order of their values 0..26: no vowels, no D, no W, no L. */
export const alphabet = "0123456789BCFGHJKMNPQRSTVXZ";
// What a character means when a code is read; values below 27 are symbols.
export const ERASED = 27; // a letter or digit outside the alphabet, ? or *: a known place, an unknown value
export const SKIPPED = 28; // spaces, hyphens, dots, dashes, invisible characters
export const MARK = 29; // a combining mark: it belongs to the letter before it
export const FOREIGN = 30; // anything else has no place in a code
const ascii = asciiClasses();
function asciiClasses() {
    const classes = new Uint8Array(128).fill(FOREIGN);
    const set = (characters, value) => {
        for (let i = 0; i < characters.length; i++)
            classes[characters.charCodeAt(i)] = value(i);
    };
    set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz?*", () => ERASED);
    set(alphabet, (i) => i);
    set(alphabet.toLowerCase(), (i) => i);
    set("Oo", () => 0);
    set("IiLl", () => 1);
    set("\t\n\v\f\r -.", () => SKIPPED);
    return classes;
}
const letterOrNumber = /^[\p{L}\p{N}]$/u;
const onlyDrawing = /^[\p{Variation_Selector}\p{Me}]$/u; // they change how a character is drawn, not which one it is
const combining = /^\p{M}$/u;
const skipped = /^[\p{White_Space}\p{Zs}\p{Pd}\p{Cf}\u2043\u2212\u00B7\u2022\u2024\u2027\u2219\u22C5\u3002\u30FB\uFF61\uFF65]$/u;
/** The class of a character, given as a string of one code point. */
export function classify(character) {
    const point = character.codePointAt(0);
    if (point < 0x80)
        return ascii[point];
    if (point >= 0xff01 && point <= 0xff5e)
        return ascii[point - 0xff01 + 0x21]; // full-width forms of ! to ~
    if (letterOrNumber.test(character))
        return ERASED;
    if (onlyDrawing.test(character))
        return SKIPPED;
    if (combining.test(character))
        return MARK;
    return skipped.test(character) ? SKIPPED : FOREIGN;
}
/** Whether a character is a letter or number, of any script. */
export const isLetterOrNumber = (character) => letterOrNumber.test(character);
/** Symbols as text. */
export function write(symbols, from = 0, to = symbols.length) {
    let text = "";
    for (let i = from; i < to; i++)
        text += alphabet[symbols[i]];
    return text;
}
//# sourceMappingURL=alphabet.js.map