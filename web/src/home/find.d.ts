import { zoneOf } from "@diachiso/addresscode/codec";
import type { NearAnswer, SearchFeature } from "../lib/answers";
import type { Point } from "../lib/map";
/** A place to show. */
export interface Place {
  at: Point;
  zoom: number;
  /** What leads here again as /?q=. */
  query: string;
  /** The code that was asked for or found. */
  code?: string;
  /** Whether an address has that code; undefined where the registry could not be asked. */
  registered?: boolean;
  label?: string;
  /** The cell of the code; another than that of `at` where a building has more addresses than a cell has codes. */
  cell?: string;
  /** A street, a commune: no single house. */
  area?: SearchFeature["properties"];
  /** Metres around `at` where a phone says it is. */
  accuracy?: number;
  /** The retired code that was asked for. */
  formerly?: string;
}
export interface Option {
  label: string;
  detail?: string;
  query: string;
  place?: Place;
}
export type Outcome =
  | {
      kind: "place";
      place: Place;
    }
  /** Nothing is decided silently: several readings are several options. `damaged`: the text was nearly a code. */
  | {
      kind: "options";
      damaged: boolean;
      options: Option[];
    }
  | {
      kind: "nothing";
    };
/** Of a house, in degrees of the map's zoom. */
export declare const houseZoom = 18.5;
export declare const atText: (p: Point) => string;
export declare function placeAt(at: Point, zoom: number): Place;
export declare function lookUp(text: string, near: Point | undefined, signal: AbortSignal): Promise<Outcome>;
/** The zone that a code's first five symbols name. */
export declare const zoneOfCode: typeof zoneOf;
export declare function placeOf(f: SearchFeature): Place;
/** Addresses within 30 m, for a place whose own cell has none. */
export declare function nearby(at: Point, signal: AbortSignal): Promise<NearAnswer["features"]>;
/** Suggestions while the text is typed. */
export declare function complete(text: string, near: Point | undefined, signal: AbortSignal): Promise<Outcome>;
