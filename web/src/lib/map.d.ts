import "maplibre-gl/dist/maplibre-gl.css";
import { Map as LibreMap, type LngLatBoundsLike } from "maplibre-gl";
export interface Point {
  lat: number;
  lon: number;
}
export interface MapOptions {
  center?: Point | undefined;
  zoom?: number;
  /** Where several maps or a small one stand in a text: two fingers move it, no buttons. */
  small?: boolean;
  /** Pixels of the map that something covers, for the first view. */
  padding?: {
    top: number;
    right: number;
    bottom: number;
    left: number;
  };
  /** "" for none, e.g. over a map that links to it anyway. */
  label?: string;
  /** Where the tiles come from; the page's own origin unless given. */
  origin?: string;
}
/** Việt Nam with its seas, Hoàng Sa and Trường Sa in it: west, south, east, north. */
export declare const country: LngLatBoundsLike;
/** A map in our style. It follows the system from light to dark, and takes what tiles do not come as missing, without a noise. */
export declare function createMap(container: HTMLElement, options?: MapOptions): LibreMap;
/** A closed ring or several, (lon, lat) as GeoJSON has them, e.g. a cell's outline. */
export type Ring = [lon: number, lat: number][];
/** Outlines an area in the colour of what is chosen; null for nothing. */
export declare function showChosen(map: LibreMap, ring: Ring | null): void;
/** Marks where the person is. */
export declare function showHere(map: LibreMap, at: Point | null): void;
/**
 * Moves there: gliding where that is near, at once across the country (a glide would load the tiles of every zoom on the way) and where
 * motion is not wanted. `offset` in pixels from the middle, where something covers a part of the map.
 */
export declare function goTo(map: LibreMap, at: Point, zoom: number, offset?: [x: number, y: number]): void;
