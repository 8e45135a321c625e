/** Degrees on WGS84; latitude first wherever both are given in order. */
export interface Position {
    lat: number;
    lon: number;
}
/** What a code says by itself. */
export interface Decoded {
    code: string;
    cell: string;
    centre: Position;
    ordinal: number;
    zone: string;
}
/**
 * The code of a position and an ordinal. Without an ordinal it is the first that can be issued there; which codes were given, and to
 * whom, only a registry knows.
 *
 * @throws AddressCodeError position_invalid, position_swapped, position_outside, ordinal, digits_only.
 */
export declare function encode(lat: number, lon: number, ordinal?: number): string;
/** The resolution-13 cell of a position. @throws AddressCodeError position_invalid, position_swapped, position_outside. */
export declare function cellAt(lat: number, lon: number): string;
/** The zone of a position. @throws AddressCodeError as cellAt does. */
export declare function zoneAt(lat: number, lon: number): string;
/** What a code, read as parse does, says by itself. @throws AddressCodeError as parse does. */
export declare function decode(text: string): Decoded;
/** The centre of any H3 cell, rounded to 7 decimals. */
export declare function centreOf(cell: string): Position;
/** The corners of any H3 cell as an open ring, counter-clockwise, rounded to 7 decimals. */
export declare function outlineOf(cell: string): Position[];
