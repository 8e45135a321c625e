import type { Divisions } from "../lib/answers";
import type { Point } from "../lib/map";
import { type Place } from "./find";
export interface CardActions {
  /** Shows the place of a code. */
  open(query: string): void;
  /** Asks for a code there. */
  propose(at: Point, division: Divisions): void;
  /** Brings the map nearer to the place. */
  approach(at: Point): void;
  /** The zoom of the map. */
  zoom(): number;
  /** Outlines a cell. */
  outline(cell: string): void;
  say(words: string): void;
}
export declare function isServed(p: Point): boolean;
/** The card, which fills itself as answers come. */
export declare function card(place: Place, actions: CardActions, signal: AbortSignal): HTMLElement;
/** A sentence with a drawing before it. */
export declare function notice(kind: "warning" | "check" | "offline" | "pin", words: string): HTMLElement;
