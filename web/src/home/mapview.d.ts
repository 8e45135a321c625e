import { type Point, type Ring } from "../lib/map";
export interface MapView {
  show(at: Point, zoom: number): void;
  outline(ring: Ring | null): void;
  here(at: Point | null): void;
  centre(): Point;
  zoom(): number;
  pick(): void;
}
/**
 * @param covered pixels of the map that the panel covers: from the left, from below.
 * @param picked called with where somebody clicked, pressed long, or pressed Enter.
 */
export declare function mapView(
  container: HTMLElement,
  first:
    | {
        at: Point;
        zoom: number;
      }
    | undefined,
  covered: () => {
    left: number;
    bottom: number;
  },
  picked: (at: Point) => void,
): MapView;
