/** How a symbol was damaged: unreadable, read as another, exchanged with its neighbour, left out, one too many. */
export type RepairKind = "erasure" | "substitution" | "swap" | "missing" | "extra";
/** What a suggestion changed at symbol `at` (0-based in the suggested code). */
export interface Change {
    kind: RepairKind;
    at: number;
    /** One symbol, two for a swap, the character as it stands in the text for an erasure, "" for a missing symbol. */
    from: string;
    /** One symbol, two for a swap, "" for an extra symbol, which stood before symbol `at`. */
    to: string;
    /** The part of the text (UTF-16) where `from` stands; for a missing symbol both are the place to insert `to`. */
    start: number;
    end: number;
}
/** A repair of a damaged code. It is shown with what changed, and never applied unseen. */
export interface Suggestion {
    code: string;
    changes: Change[];
    /** What is left of the three check symbols, 0..3. */
    redundancy: number;
    /** False when no redundancy is left: then something would have fitted whatever was meant, and only a registry can tell. */
    verified: boolean;
}
/**
 * The possible repairs of a damaged code, best first; none for a text that is a valid code.
 *
 * @throws AddressCodeError symbol and length for a text that is not nearly a code; reserved and digits_only when the check holds and
 * yet it is no code; unreadable and check when no repair is found.
 */
export declare function correct(text: string): Suggestion[];
