export declare const DATA = 9;
export declare const CHECK = 3;
export declare const WORD: number;
/** Values of a word at α, α², α³; all 0 for a valid word. */
export type Syndromes = readonly [number, number, number];
export declare function syndromes(word: ArrayLike<number>): Syndromes;
export declare const isZero: (s: Syndromes) => boolean;
/** α^power of a place, 0..11. */
export declare const locator: (place: number) => number;
/** The syndromes without what an error at x = α^power contributes; one of them is used up. */
export declare function without(s: Syndromes, x: number): Syndromes;
/** Fills in the values at up to three places, and tells whether they make the word valid. */
export declare function solve(word: number[], places: readonly number[]): boolean;
/** The place of a single error by two syndromes that follow each other, or -1. */
export declare function placeOf(first: number, second: number): number;
/** The three check symbols behind the data symbols: minus the remainder of data·z³ divided by g. */
export declare function checkSymbols(data: ArrayLike<number>, length?: number): [number, number, number];
/** n in base 27, most significant first. */
export declare function split(n: number, length: number): number[];
/** The inverse of split. */
export declare function join(symbols: ArrayLike<number>, from: number, to: number): number;
