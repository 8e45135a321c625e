import { ERASED, write } from "./alphabet.js";
import { CHECK, DATA, isZero, locator, placeOf, solve, syndromes, WORD, without } from "./check.js";
import { faultError, grouped, wordFault, ZONE_SYMBOLS } from "./code.js";
import { AddressCodeError } from "./error.js";
import { div, mul, sub } from "./field.js";
import { lengthError, read } from "./read.js";
const cost = { erasure: 1, substitution: 2, swap: 2, missing: 2, extra: 0 };
/**
 * The possible repairs of a damaged code, best first; none for a text that is a valid code.
 *
 * @throws AddressCodeError symbol and length for a text that is not nearly a code; reserved and digits_only when the check holds and
 * yet it is no code; unreadable and check when no repair is found.
 */
export function correct(text) {
    const r = read(text);
    const found = new Found(r);
    switch (r.count) {
        case WORD - 1:
            missing(r, found);
            break;
        case WORD: {
            if (r.erasures > 0) {
                erasures(r, found);
                break;
            }
            const s = syndromes(r.symbols);
            if (isZero(s)) {
                const fault = wordFault(r.symbols);
                if (fault)
                    throw faultError(fault);
                return [];
            }
            substitution(r, s, found);
            swaps(r, found);
            break;
        }
        case WORD + 1:
            extra(r, found);
            break;
        default:
            throw lengthError(r.count, WORD, "a code");
    }
    if (found.suggestions.length === 0)
        throw hopeless(r);
    // Codes sort as their keys do.
    return found.suggestions.sort((a, b) => b.redundancy - a.redundancy || (a.code < b.code ? -1 : 1));
}
function hopeless(r) {
    if (r.erasures > 0) {
        return new AddressCodeError("unreadable", `${r.erasures} of ${r.count} symbols cannot be read and no code fits the others`, "look again at the unreadable characters, or ask for the code anew");
    }
    const message = r.count === WORD
        ? "at least two characters are wrong"
        : `the text has ${r.count} symbols instead of ${WORD}, and another fault`;
    return new AddressCodeError("check", message, "compare the code with its source, or ask for it anew");
}
/** The repairs found so far. */
class Found {
    reading;
    suggestions = [];
    constructor(reading) {
        this.reading = reading;
    }
    /** Adds the code of a word whose check holds, unless it can't be issued. Of two ways to a code the one that changes less counts. */
    propose(word, edits) {
        if (wordFault(word))
            return;
        const changes = edits.sort((a, b) => a.read - b.read).map((e) => this.change(e, word));
        const redundancy = changes.reduce((left, c) => left - cost[c.kind], CHECK);
        const suggestion = { code: grouped(word), changes, redundancy, verified: redundancy > 0 };
        const i = this.suggestions.findIndex((s) => s.code === suggestion.code);
        if (i < 0)
            this.suggestions.push(suggestion);
        else if (redundancy > this.suggestions[i].redundancy)
            this.suggestions[i] = suggestion;
    }
    change({ kind, read: k, at }, word) {
        const { start, end } = this.reading;
        if (kind === "missing") {
            // In front of its group's next symbol if it begins the group, else behind the one before it: hyphens stay between groups.
            const place = (at === 0 || at === ZONE_SYMBOLS || at === DATA ? start[k] : end[k - 1]);
            return { kind, at, from: "", to: write(word, at, at + 1), start: place, end: place };
        }
        const change = { kind, at, from: this.symbol(k), to: "", start: start[k], end: end[k] };
        if (kind === "swap") {
            const next = this.symbol(k + 1);
            change.to = next + change.from;
            change.from += next;
            change.end = end[k + 1];
        }
        else if (kind !== "extra") {
            change.to = write(word, at, at + 1);
        }
        return change;
    }
    /** A symbol as it was understood, or the character of the text when it wasn't. */
    symbol(k) {
        const r = this.reading;
        return r.symbols[k] === ERASED ? r.text.slice(r.start[k], r.end[k]) : write(r.symbols, k, k + 1);
    }
}
/** Fills in one to three erasures among twelve symbols, or one beside a substitution. */
function erasures(r, found) {
    if (r.erasures > CHECK)
        return;
    let word = [...r.symbols];
    const { places, edits } = erasedPlaces(word);
    if (solve(word, places)) {
        found.propose(word, edits);
        return;
    }
    if (places.length > 1)
        return;
    const erased = places[0];
    word = [...r.symbols];
    word[erased] = 0;
    const x = locator(erased);
    const s = without(syndromes(word), x);
    const p = placeOf(s[0], s[1]);
    if (p < 0 || p === erased)
        return;
    const y = locator(p);
    word[p] = sub(word[p], div(s[0], mul(y, sub(y, x))));
    solve(word, places);
    found.propose(word, [...edits, { kind: "substitution", read: p, at: p }]);
}
/** Puts one wrong symbol right. */
function substitution(r, s, found) {
    const p = placeOf(s[0], s[1]);
    if (p < 0 || p !== placeOf(s[1], s[2]))
        return;
    const word = [...r.symbols];
    word[p] = sub(word[p], div(s[0], locator(p)));
    found.propose(word, [{ kind: "substitution", read: p, at: p }]);
}
/** Exchanges each pair of unequal neighbours. */
function swaps(r, found) {
    for (let p = 0; p < WORD - 1; p++) {
        const word = [...r.symbols];
        const [a, b] = [word[p], word[p + 1]];
        if (a === b)
            continue;
        [word[p], word[p + 1]] = [b, a];
        if (isZero(syndromes(word)))
            found.propose(word, [{ kind: "swap", read: p, at: p }]);
    }
}
/** Puts a symbol at each place in turn, beside at most one erasure. */
function missing(r, found) {
    if (r.erasures > 1)
        return;
    for (let gap = 0; gap < WORD; gap++) {
        const word = [...r.symbols.slice(0, gap), ERASED, ...r.symbols.slice(gap)];
        const { places, edits } = erasedPlaces(word);
        for (const e of edits) {
            if (e.at === gap)
                e.kind = "missing";
            else if (e.at > gap)
                e.read--;
        }
        if (solve(word, places))
            found.propose(word, edits);
    }
}
/** Leaves each symbol out in turn, beside at most one erasure. */
function extra(r, found) {
    for (let out = 0; out <= WORD; out++) {
        const word = [...r.symbols.slice(0, out), ...r.symbols.slice(out + 1)];
        const { places, edits } = erasedPlaces(word);
        if (places.length > 1)
            continue;
        for (const e of edits)
            if (e.at >= out)
                e.read++;
        if (solve(word, places))
            found.propose(word, [...edits, { kind: "extra", read: out, at: out }]);
    }
}
/** The places of the erasures in a word, and the edits that fill them in. */
function erasedPlaces(word) {
    const places = word.flatMap((symbol, i) => (symbol === ERASED ? [i] : []));
    return { places, edits: places.map((i) => ({ kind: "erasure", read: i, at: i })) };
}
//# sourceMappingURL=correct.js.map