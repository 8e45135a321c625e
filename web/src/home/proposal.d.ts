import type { Divisions, Proposal } from "../lib/answers";
import type { Point } from "../lib/map";
/** The form for a code at a place; `sent` gets the proposal's id, `back` returns to the place. */
export declare function proposalForm(
  at: Point,
  division: Divisions,
  sent: (p: Proposal) => void,
  back: () => void,
): HTMLElement;
/** Where the page shows what became of a proposal. */
export declare const proposalPath: (id: string) => string;
/** What became of a proposal; `fresh` for one that was just sent. */
export declare function proposalCard(
  p: Proposal,
  fresh: boolean,
  open: (query: string) => void,
  say: (words: string) => void,
): HTMLElement;
