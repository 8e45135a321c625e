/**
 * Reads an alias, Z4K7M-2PQ9R-B0XHT-57J, as tolerantly as parse reads a code, and returns its canonical form.
 *
 * @throws AddressCodeError symbol, length, unreadable, check.
 */
export declare function parseAlias(text: string): string;
/** Reads the secret of a letter, 4K7M2-PQ9RB-0XHT8-CVCSG. @throws AddressCodeError as parseAlias does. */
export declare function parseSecret(text: string): string;
