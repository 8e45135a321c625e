/**
 * The zone of a code: its first five symbols with a hyphen, "5FJBC-", a neighbourhood of about 0.8 km².
 *
 * @throws AddressCodeError as parse does.
 */
export declare function zoneOf(code: string): string;
/**
 * Reads a zone, "5FJBC-" or "5fjbc", as tolerantly as parse. Nothing in a zone tells a wrong character.
 *
 * @throws AddressCodeError symbol, length, unreadable, reserved.
 */
export declare function parseZone(text: string): string;
/** The number of a zone, 0..10,706,058; zones sort by place. @throws AddressCodeError as parseZone does. */
export declare function zoneNumber(text: string): number;
/** The zone of a number. @throws AddressCodeError reserved. */
export declare function zoneFromNumber(n: number): string;
/** The smallest and the largest key that a code in the zone can have. @throws AddressCodeError as parseZone does. */
export declare function zoneKeys(text: string): [low: number, high: number];
