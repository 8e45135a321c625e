// A text field with suggestions, as the WAI combobox pattern has it: the focus stays in the field, arrows move through the list,
// Enter takes what is marked (or the text itself), Escape closes the list and then empties the field.
import { h, type IconName, icon } from "./dom";

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

let lists = 0;

export function suggest<T>(o: SuggestOptions<T>): Suggest {
  const { input, list, status } = o;
  lists++;
  list.id ||= `suggestions-${lists}`;
  list.setAttribute("role", "listbox");
  list.hidden = true;
  for (const [name, value] of Object.entries({
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) {
    input.setAttribute(name, value);
  }

  let choices: Choice<T>[] = [];
  let marked = -1;
  let asked = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const optionId = (at: number) => `${list.id}-${at}`;

  function mark(at: number): void {
    list.children[marked]?.setAttribute("aria-selected", "false");
    marked = at;
    const option = list.children[at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", optionId(at));
    else input.removeAttribute("aria-activedescendant");
  }

  function close(): void {
    clearTimeout(timer);
    asked.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function take(choice: Choice<T>): void {
    close();
    input.value = choice.label;
    o.choose(choice.value, choice.label);
  }

  function show(found: Choice<T>[]): void {
    mark(-1);
    choices = found;
    list.replaceChildren(
      ...found.map((c, at) =>
        h(
          "div",
          { role: "option", id: optionId(at), class: "suggestion", "aria-selected": "false", onclick: () => take(c) },
          c.icon && icon(c.icon),
          h("span", { class: "suggestion-label" }, c.label, c.detail && h("small", null, c.detail)),
        ),
      ),
    );
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    status.textContent = found.length ? o.words.found(found.length) : o.words.nothing;
  }

  async function ask(text: string): Promise<void> {
    asked = new AbortController();
    const { signal } = asked;
    try {
      const found = await o.ask(text, signal);
      if (signal.aborted) return;
      show(found);
      o.failed?.(undefined);
    } catch (failure) {
      if (signal.aborted) return;
      close();
      o.failed?.(failure);
    }
  }

  // Asked while a word is still being composed too: phones compose every word, Vietnamese keyboards most.
  input.addEventListener("input", () => {
    clearTimeout(timer);
    asked.abort();
    const text = input.value.trim();
    if (!text) {
      close();
      status.textContent = "";
      return;
    }
    timer = setTimeout(() => ask(text), o.rest ?? 120);
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = !list.hidden;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp": {
        event.preventDefault();
        if (!open) {
          if (input.value.trim()) ask(input.value.trim());
          return;
        }
        const step = event.key === "ArrowDown" ? 1 : -1;
        const places = choices.length + 1; // the field itself is one of them
        mark(((marked + 1 + step + places) % places) - 1);
        return;
      }
      case "Enter": {
        const choice = choices[marked];
        if (open && choice) {
          event.preventDefault();
          take(choice);
        } else if (input.value.trim()) {
          event.preventDefault();
          close();
          o.submit(input.value.trim());
        }
        return;
      }
      case "Escape":
        if (open) close();
        else if (input.value) {
          input.value = "";
          input.dispatchEvent(new Event("input", { bubbles: true }));
        } else return;
        event.preventDefault();
        event.stopPropagation();
        return;
      case "Tab":
        close();
    }
  });

  // A press on a suggestion must not take the focus away, or the list would be gone before the click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("blur", close);

  return {
    close,
    set(text) {
      close();
      input.value = text;
      status.textContent = "";
    },
  };
}
