// What programs that use <dia-chi-so> see of it; published as dist/types.d.ts.

/**
 * How sure an address is. `verified`: the registry knows the place, and nothing is missing. `partial`: it is understood, but something is
 * unknown or missing, `issues` says what. `unverified`: as the buyer wrote it; nobody could be asked, or nothing was understood.
 */
export type Status = "verified" | "partial" | "unverified";

/** What the field holds, for shops: the value of events and of the property `result`. */
export interface Result {
  status: Status;
  /** As the buyer wrote or chose it. */
  text: string;
  /** What to print on a label: today's divisions, the flat in front. */
  line: string;
  code?: string;
  unit?: string;
  /** The line with the divisions before 2025-07-01, where that is another one. */
  former?: string;
  commune?: Named;
  province?: Named;
  postcode?: string;
  /** Of the door, as finely as the public may know it. */
  position?: { lat: number; lon: number };
  /** How far off the position can be, in metres. */
  accuracy?: number;
  issues: { code: string; message: string }[];
}

export interface Named {
  code: string;
  name: string;
}

/** The field. It is a form field like any other: `required`, `disabled`, `form.reset()`, `:invalid` and labels work. */
export interface DiaChiSoElement extends HTMLElement {
  readonly form: HTMLFormElement | null;
  name: string;
  required: boolean;
  disabled: boolean;
  /** What the buyer wrote. Setting it looks it up. */
  value: string;
  /** What is known of it, undefined for an empty field. */
  readonly result: Result | undefined;
  readonly type: string;
  readonly validity: ValidityState;
  readonly validationMessage: string;
  readonly willValidate: boolean;
  checkValidity(): boolean;
  reportValidity(): boolean;
}

/** The events of the field. All bubble and leave shadow trees. */
export interface DiaChiSoEvents {
  /** What the field holds has been looked up, or emptied. */
  "dcs-change": CustomEvent<Result | undefined>;
  /** A suggestion was chosen; dcs-change follows when it has been looked up. */
  "dcs-select": CustomEvent<{ label: string; code?: string }>;
  /** The service could not be asked. The address is taken as it was written. */
  "dcs-error": CustomEvent<{ error: Error }>;
}

declare global {
  interface HTMLElementTagNameMap {
    "dia-chi-so": DiaChiSoElement;
  }
  interface HTMLElementEventMap extends DiaChiSoEvents {}
}
