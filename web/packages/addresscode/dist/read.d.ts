import { AddressCodeError } from "./error.js";
/** The longest text that is read as one code, in bytes of UTF-8. */
export declare const MAX_BYTES = 256;
/** What was understood of a text: its symbols, and where in the text (UTF-16) each of them stands. */
export interface Reading {
    readonly text: string;
    count: number;
    erasures: number;
    readonly symbols: number[];
    readonly start: number[];
    readonly end: number[];
}
/** Understands a text as symbols, tolerantly. It throws for a text that is too long or has a character that is foreign to codes. */
export declare function read(text: string): Reading;
/** Reads a text that must have so many symbols, all readable. what names it in messages: "a code". */
export declare function readExactly(text: string, symbols: number, what: string): Reading;
export declare function lengthError(got: number, want: number, what: string): AddressCodeError;
