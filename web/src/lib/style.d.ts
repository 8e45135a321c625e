import type { StyleSpecification } from "maplibre-gl";
/** An outside base map that the server was configured with. */
export interface BaseMap {
  /** Of raster tiles, with {z}, {x} and {y}. */
  tiles: string;
  attribution: string;
}
export interface StyleChoices {
  dark: boolean;
  /** The server's address, https://host. */
  origin: string;
  base?: BaseMap | undefined;
}
/** The layer below which a page adds layers of its own, so that names stay readable. */
export declare const firstLabel = "street-name";
export declare function mapStyle(choices: StyleChoices): StyleSpecification;
