/** The number of elements, and of symbols. */
export declare const ORDER = 27;
export declare const add: (a: number, b: number) => number;
export declare const mul: (a: number, b: number) => number;
/** −a = 2·a, because 3 is 0 in this field. */
export declare const neg: (a: number) => number;
export declare const sub: (a: number, b: number) => number;
/** a/b; b must not be 0. */
export declare const div: (a: number, b: number) => number;
/** α^k for any k from 0. */
export declare function power(k: number): number;
/** The k with α^k = a; a must not be 0. */
export declare function logarithm(a: number): number;
