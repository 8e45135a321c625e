import { type Suggestion } from "@diachiso/addresscode/codec";
import type { Point } from "../lib/map";
export type Query =
  | {
      kind: "position";
      at: Point;
    }
  | {
      kind: "code";
      code: string;
    }
  /** No code, but these may have been meant, best first. */
  | {
      kind: "damaged";
      text: string;
      repairs: Suggestion[];
    }
  /** Something that GET /v1/resolve knows how to read. */
  | {
      kind: "reference";
      text: string;
    }
  | {
      kind: "words";
      text: string;
    };
/** Reads a text as people type, paste or scan it. It asks nobody. */
export declare function understand(given: string): Query;
/** Whether a text can be an attempt at a code rather than words: as long as one, and hardly a character that codes do not have. */
export declare function likeCode(text: string): boolean;
