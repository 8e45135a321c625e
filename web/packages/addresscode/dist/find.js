import { classify, ERASED, FOREIGN, isLetterOrNumber, MARK, SKIPPED } from "./alphabet.js";
import { DATA, isZero, syndromes, WORD } from "./check.js";
import { grouped, wordFault, ZONE_SYMBOLS } from "./code.js";
const MAX_GAP = 3; // characters that may separate two groups of a code, as in "5FJBC - 2NJV"
/**
 * The codes inside running text, in their order: chat, orders, spreadsheets. It finds only codes whose check holds and never repairs.
 * docs/address-code.md, section 6, says how they may be written.
 */
export function find(text) {
    const found = [];
    let together = []; // the groups up to here that belong together
    let group;
    let readable = true;
    let gap = 0; // characters since the last group
    let broken = false; // one of them can't stand inside a code
    const close = () => {
        if (!group)
            return;
        const g = group;
        group = undefined;
        if (gap > MAX_GAP || broken || !readable)
            together = [];
        gap = 0;
        broken = false;
        if (!readable)
            return;
        together.push(g);
        const hit = codeOf(together);
        if (hit) {
            found.push({ code: hit.code, start: together[hit.first].start, end: g.end });
            together = [];
        }
        else if (together.length > WORD) {
            together.shift();
        }
    };
    let at = 0;
    for (const character of text) {
        const kind = classInText(character);
        const end = at + character.length;
        if (kind < SKIPPED || kind === MARK) {
            if (!group) {
                group = { start: at, end, symbols: [] };
                readable = true;
            }
            if (kind >= ERASED || group.symbols.length === WORD)
                readable = false;
            else
                group.symbols.push(kind);
            group.end = end;
        }
        else {
            close();
            gap++;
            if (kind === FOREIGN)
                broken = true;
        }
        at = end;
    }
    close();
    return found;
}
const lineBreak = /^[\n\v\f\r\u0085\u2028\u2029]$/;
/** In running text ? and * are no letters, and a code ends with its line. */
function classInText(character) {
    const kind = classify(character);
    if (kind === ERASED && !isLetterOrNumber(character))
        return FOREIGN;
    if (kind === SKIPPED && lineBreak.test(character))
        return FOREIGN;
    return kind;
}
/** The code that the last groups make up, and the first of them. */
function codeOf(groups) {
    let first = groups.length;
    let total = 0;
    while (total < WORD && first > 0)
        total += groups[--first].symbols.length;
    const own = groups.slice(first);
    if (total !== WORD || !wellGrouped(own))
        return undefined;
    const word = own.flatMap((g) => g.symbols);
    if (!isZero(syndromes(word)) || wordFault(word))
        return undefined;
    return { code: grouped(word), first };
}
/** Whether groups are divided as codes are written: at the 5th and the 9th symbol at most, or in equal parts. */
function wellGrouped(groups) {
    let own = true;
    let equal = true;
    let total = 0;
    for (const g of groups) {
        if (total !== 0 && total !== ZONE_SYMBOLS && total !== DATA)
            own = false;
        if (g.symbols.length !== groups[0]?.symbols.length)
            equal = false;
        total += g.symbols.length;
    }
    return own || equal;
}
//# sourceMappingURL=find.js.map