// The check is Reed-Solomon over GF(27) with the generator g(z) = (z−α)(z−α²)(z−α³) = z³ + 22z² + 4z + 26. A word is a polynomial of
// degree 11, its first symbol the coefficient of z¹¹. It is valid when it is 0 at α, α² and α³.
import { add, div, logarithm, mul, neg, ORDER, power, sub } from "./field.js";
export const DATA = 9; // data symbols
export const CHECK = 3; // check symbols
export const WORD = DATA + CHECK;
export function syndromes(word) {
    // Horner's rule: times α, α² or α³, and the next coefficient.
    let [s1, s2, s3] = [0, 0, 0];
    for (let place = 0; place < WORD; place++) {
        const symbol = word[place];
        s1 = add(mul(s1, 3), symbol);
        s2 = add(mul(s2, 9), symbol);
        s3 = add(mul(s3, 5), symbol);
    }
    return [s1, s2, s3];
}
export const isZero = (s) => s[0] === 0 && s[1] === 0 && s[2] === 0;
/** α^power of a place, 0..11. */
export const locator = (place) => power(WORD - 1 - place);
/** The syndromes without what an error at x = α^power contributes; one of them is used up. */
export function without(s, x) {
    return [sub(s[1], mul(x, s[0])), sub(s[2], mul(x, s[1])), 0];
}
/** Fills in the values at up to three places, and tells whether they make the word valid. */
export function solve(word, places) {
    for (const p of places)
        word[p] = 0;
    const all = syndromes(word);
    for (const p of places) {
        let s = all;
        const x = locator(p);
        let factor = x;
        for (const q of places) {
            if (q === p)
                continue;
            s = without(s, locator(q));
            factor = mul(factor, sub(x, locator(q)));
        }
        word[p] = neg(div(s[0], factor));
    }
    return isZero(syndromes(word));
}
/** The place of a single error by two syndromes that follow each other, or -1. */
export function placeOf(first, second) {
    if (first === 0 || second === 0)
        return -1;
    const k = logarithm(div(second, first));
    return k < WORD ? WORD - 1 - k : -1;
}
/** The three check symbols behind the data symbols: minus the remainder of data·z³ divided by g. */
export function checkSymbols(data, length = data.length) {
    let [r2, r1, r0] = [0, 0, 0];
    for (let i = 0; i < length; i++) {
        const f = neg(add(data[i], r2));
        [r2, r1, r0] = [add(r1, mul(22, f)), add(r0, mul(4, f)), mul(26, f)];
    }
    return [neg(r2), neg(r1), neg(r0)];
}
/** n in base 27, most significant first. */
export function split(n, length) {
    const symbols = new Array(length);
    for (let i = length - 1; i >= 0; i--) {
        symbols[i] = n % ORDER;
        n = Math.floor(n / ORDER);
    }
    return symbols;
}
/** The inverse of split. */
export function join(symbols, from, to) {
    let n = 0;
    for (let i = from; i < to; i++)
        n = n * ORDER + symbols[i];
    return n;
}
//# sourceMappingURL=check.js.map