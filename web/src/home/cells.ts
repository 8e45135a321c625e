// The geometry of cells, loaded when the first one is shown: it needs H3.
import { cellAt, centreOf, outlineOf } from "@diachiso/addresscode";
import { zoneOfCell } from "@diachiso/addresscode/codec";
import type { Ring } from "../lib/map";

export { cellAt, centreOf, zoneOfCell };

/** A cell's outline as a closed ring. */
export function ringOf(cell: string): Ring {
  const corners = outlineOf(cell).map((p): [number, number] => [p.lon, p.lat]);
  return [...corners, corners[0] as [number, number]];
}
