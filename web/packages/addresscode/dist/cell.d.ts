/** The resolution of the cells that codes name, about 50 m². */
export declare const CODE_RESOLUTION = 13;
/** The resolution of the cells that zones name, about 0.8 km². */
export declare const ZONE_RESOLUTION = 8;
/**
 * The code of a resolution-13 cell, given as hexadecimal index, and an ordinal 0..30.
 *
 * @throws AddressCodeError cell, resolution, root, ordinal, and digits_only for the few that are never issued.
 */
export declare function fromCell(cell: string, ordinal: number): string;
/** The resolution-13 cell of a code. @throws AddressCodeError as parse does. */
export declare function cellOf(code: string): string;
/** The number of a code in its cell, 0..30. @throws AddressCodeError as parse does. */
export declare function ordinalOf(code: string): number;
/** The resolution-8 cell of a zone. @throws AddressCodeError as parseZone does. */
export declare function zoneCell(zone: string): string;
/** The zone of a cell of resolution 8 or finer. @throws AddressCodeError cell, resolution, root. */
export declare function zoneOfCell(cell: string): string;
