import { AddressCodeError, type ErrorKind } from "./error.js";
/** Ordinals of a cell run from 0 to 30. */
export declare const ORDINALS = 31;
export declare const ZONES: number;
export declare const HOUSEHOLDS: number;
export declare const SPAN: number;
export declare const ZONE_SYMBOLS = 5;
/** canonical 5FJBC-2NJV-T33, compact 5FJBC2NJVT33, short 2NJV-T33 (with the commune's name: expandShort). */
export type Form = "canonical" | "compact" | "short";
/**
 * Reads one code, tolerantly, and returns its canonical form: case, spaces, hyphens, dots, dashes, invisible characters and
 * full-width forms do not matter, O is read as 0, I and L as 1. It never repairs: that is correct.
 *
 * @throws AddressCodeError symbol, length, unreadable, check, reserved, digits_only, looked for in this order.
 */
export declare function parse(text: string): string;
/** The canonical form only, for data that a program wrote itself. @throws AddressCodeError as parse does, and not_canonical. */
export declare function parseStrict(text: string): string;
/** What parse would say, without throwing. */
export type Checked = {
    ok: true;
    code: string;
} | {
    ok: false;
    error: AddressCodeError;
};
/** Tells whether a text is a code, and if not, why. It needs no network: what is checked is the code's own check. */
export declare function check(text: string): Checked;
/** A code, read as parse does, in one of its forms. @throws AddressCodeError as parse does. */
export declare function format(text: string, form?: Form): string;
/** The 43-bit number of the nine data symbols; keys sort by place, as codes do. @throws AddressCodeError as parse does. */
export declare function keyOf(text: string): number;
/** The code of a key. @throws AddressCodeError reserved, digits_only. */
export declare function fromKey(key: number): string;
/** The twelve symbols of a key. */
export declare function wordOf(key: number): number[];
/** Why a word whose check holds is not a code, or undefined when it is one. */
export declare function wordFault(word: readonly number[]): ErrorKind | undefined;
export declare function faultError(fault: ErrorKind): AddressCodeError;
/** A word in its canonical form. */
export declare function grouped(word: readonly number[]): string;
