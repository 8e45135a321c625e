// GF(27) = GF(3)[x]/(x³+2x+1). The value v = a0 + 3·a1 + 9·a2 stands for a0 + a1·x + a2·x²; α = x, the value 3, generates the 26
// elements other than 0.
/** The number of elements, and of symbols. */
export const ORDER = 27;
const exp = [];
const log = [];
for (let k = 0, v = 1; k < ORDER - 1; k++) {
    exp[k] = v;
    log[v] = k;
    // times α: (a0, a1, a2) → (2·a2, a0 + a2, a1), because x³ = x + 2
    const [a0, a1, a2] = [v % 3, Math.floor(v / 3) % 3, Math.floor(v / 9)];
    v = ((2 * a2) % 3) + 3 * ((a0 + a2) % 3) + 9 * a1;
}
// Sums and products of all pairs, at a·32 + b.
const sums = new Uint8Array(ORDER * 32);
const products = new Uint8Array(ORDER * 32);
for (let a = 0; a < ORDER; a++) {
    for (let b = 0; b < ORDER; b++) {
        for (let place = 1; place < ORDER; place *= 3) {
            const digit = (Math.floor(a / place) + Math.floor(b / place)) % 3;
            sums[a * 32 + b] = sums[a * 32 + b] + digit * place;
        }
        if (a && b)
            products[a * 32 + b] = power(logarithm(a) + logarithm(b));
    }
}
export const add = (a, b) => sums[a * 32 + b];
export const mul = (a, b) => products[a * 32 + b];
/** −a = 2·a, because 3 is 0 in this field. */
export const neg = (a) => mul(2, a);
export const sub = (a, b) => add(a, neg(b));
/** a/b; b must not be 0. */
export const div = (a, b) => (a === 0 ? 0 : power(logarithm(a) + ORDER - 1 - logarithm(b)));
/** α^k for any k from 0. */
export function power(k) {
    return exp[k % (ORDER - 1)];
}
/** The k with α^k = a; a must not be 0. */
export function logarithm(a) {
    return log[a];
}
//# sourceMappingURL=field.js.map