/** A code inside running text, from index start up to end (UTF-16). */
export interface FoundCode {
    code: string;
    start: number;
    end: number;
}
/**
 * The codes inside running text, in their order: chat, orders, spreadsheets. It finds only codes whose check holds and never repairs.
 * docs/address-code.md, section 6, says how they may be written.
 */
export declare function find(text: string): FoundCode[];
