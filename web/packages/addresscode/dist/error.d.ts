/** What is wrong. The kinds of the codec are those of docs/address-code.md, section 8; the last three are about positions. */
export type ErrorKind = "length" | "symbol" | "unreadable" | "check" | "reserved" | "digits_only" | "not_canonical" | "cell" | "resolution" | "root" | "ordinal" | "position_invalid" | "position_swapped" | "position_outside";
/**
 * Every error of the codec. It never quotes the input beyond one character: a code tells where somebody lives, and errors end up in
 * logs.
 */
export declare class AddressCodeError extends Error {
    readonly kind: ErrorKind;
    /** What to do. */
    readonly hint: string;
    /** The character at fault as a reader counts, from 1, a letter with its combining marks being one; 0 when there is none. */
    readonly position: number;
    /** Index in the text of that character (UTF-16); it means nothing when position is 0. */
    readonly index: number;
    readonly name = "AddressCodeError";
    constructor(kind: ErrorKind, message: string, 
    /** What to do. */
    hint: string, 
    /** The character at fault as a reader counts, from 1, a letter with its combining marks being one; 0 when there is none. */
    position?: number, 
    /** Index in the text of that character (UTF-16); it means nothing when position is 0. */
    index?: number);
}
