import { cellAt, centreOf } from "@diachiso/addresscode";
import { zoneOfCell } from "@diachiso/addresscode/codec";
import type { Ring } from "../lib/map";

export { cellAt, centreOf, zoneOfCell };
/** A cell's outline as a closed ring. */
export declare function ringOf(cell: string): Ring;
