/** The 27 symbols in the order of their values 0..26: no vowels, no D, no W, no L. */
export declare const alphabet = "0123456789BCFGHJKMNPQRSTVXZ";
export declare const ERASED = 27;
export declare const SKIPPED = 28;
export declare const MARK = 29;
export declare const FOREIGN = 30;
/** The class of a character, given as a string of one code point. */
export declare function classify(character: string): number;
/** Whether a character is a letter or number, of any script. */
export declare const isLetterOrNumber: (character: string) => boolean;
/** Symbols as text. */
export declare function write(symbols: ArrayLike<number>, from?: number, to?: number): string;
