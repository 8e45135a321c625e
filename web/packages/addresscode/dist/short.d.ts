/**
 * The codes that a short form, 2NJV-T33, can mean in the given zones, in their order: those whose check holds. Nothing fits when the
 * zones are the wrong ones or a character is wrong; each further zone fits by accident with a chance of 1 in 19,683.
 *
 * @throws AddressCodeError symbol, length, unreadable, and reserved when no zone can have such a code; for zones as parseZone does.
 */
export declare function expandShort(short: string, zones: Iterable<string>): string[];
