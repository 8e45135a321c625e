import type { Result } from "./types";

/** A result with what the field itself needs to know. */
export interface Judged extends Result {
  /** "Phường Lê Đại Hành, Quận Hai Bà Trưng" and what it is called now. */
  renamed?: { from: string; to: string };
  /** Whether to ask for the flat. */
  needsUnit: boolean;
  /** Why the service could not be asked, when it could not. */
  failure?: Error;
  /** What may have been meant: codes in place of a damaged one, or addresses that the text fits equally well. */
  choices: Choice[];
  /** Set for a damaged code, which nothing can be delivered to. */
  damaged: boolean;
}

export interface Choice {
  text: string; // goes into the field
  label: string; // is shown
}
