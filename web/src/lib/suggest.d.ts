import { type IconName } from "./dom";
export interface Choice<T> {
  label: string;
  detail?: string;
  icon?: IconName;
  value: T;
}
export interface Words {
  /** What a screen reader is told when a list of n has opened. */
  found(n: number): string;
  nothing: string;
}
export interface SuggestOptions<T> {
  input: HTMLInputElement;
  /** Filled with role=option; beside the input in the same document or shadow root. */
  list: HTMLElement;
  /** role=status, for screen readers. */
  status: HTMLElement;
  words: Words;
  /** Suggestions for a text; a call that is overtaken is aborted. A failure shows no list. */
  ask(text: string, signal: AbortSignal): Promise<Choice<T>[]>;
  choose(value: T, label: string): void;
  /** Enter with nothing marked. */
  submit(text: string): void;
  /** Told once per failure of `ask`, and with undefined when it works again. */
  failed?(failure: unknown): void;
  /** Milliseconds of rest before asking; 120 unless given. */
  rest?: number;
}
export interface Suggest {
  close(): void;
  /** Shows a text without asking for suggestions. */
  set(text: string): void;
}
export declare function suggest<T>(o: SuggestOptions<T>): Suggest;
