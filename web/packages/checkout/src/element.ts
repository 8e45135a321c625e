import { type Suggest, suggest } from "../../../src/lib/suggest";
import { Lookup, type Suggestion } from "./lookup";
import type { Judged } from "./result";
import { css } from "./style";
import type { DiaChiSoElement, DiaChiSoEvents, Result } from "./types";
import { build, type Parts, showChecking, showResult } from "./view";
import { type Language, type Words, words } from "./words";

/** What the field restores when a browser brings a form back. */
interface Saved {
  text: string;
  unit: string;
}

/** Shows a small map of a place in an element; the second file, loaded when a map is first shown. */
export type DrawMap = (
  container: HTMLElement,
  at: { lat: number; lon: number; accuracy: number; endpoint: string; label: string; words: Words },
) => Promise<void>;

export interface Options {
  /** The service of the script, for fields that name none. */
  endpoint: string;
  loadMap(): Promise<DrawMap>;
}

/** The class of <dia-chi-so>. docs/checkout.md tells how shops use it. */
export function elementClass(options: Options): CustomElementConstructor {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);

  return class DiaChiSo extends HTMLElement implements DiaChiSoElement {
    static readonly formAssociated = true;
    static readonly observedAttributes = [
      "value",
      "required",
      "strict",
      "label",
      "placeholder",
      "lang",
      "endpoint",
      "disabled",
    ];

    private readonly internals = this.attachInternals();
    private readonly parts: Parts;
    private readonly suggestions: Suggest;
    private words: Words = words.vi;
    private language: Language = "vi";
    private lookup = new Lookup(options.endpoint, "vi");
    private judged: Judged | undefined;
    private asking = new AbortController();
    private renamed: Judged["renamed"]; // by the suggestion that was chosen
    private chosen = ""; // the code of the suggestion that was chosen
    private dirty = false; // what is in the field is not what was judged
    private ready = false;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open", delegatesFocus: true });
      root.adoptedStyleSheets = [sheet];
      this.parts = build(root);
      const { input, list, status, unit } = this.parts;
      this.suggestions = suggest<Suggestion>({
        input,
        list,
        status,
        words: { found: (n) => this.words.found(n), nothing: "" },
        rest: 150,
        ask: async (text, signal) => (await this.lookup.suggest(text, signal)).map((value) => ({ ...value, value })),
        choose: (value) => this.choose(value),
        submit: () => this.enter(),
        failed: (failure) => failure instanceof Error && this.tell("dcs-error", { error: failure }),
      });
      input.addEventListener("input", () => this.typed());
      input.addEventListener("change", () => this.settle());
      unit.addEventListener("change", () => this.settle(true));
      unit.addEventListener("input", () => {
        this.dirty = true;
        this.publish();
      });
      unit.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        if (this.dirty) this.settle(true);
        else this.internals.form?.requestSubmit();
      });
    }

    connectedCallback(): void {
      // What stands inside is for browsers that did not get the script.
      const plain = this.querySelector<HTMLInputElement | HTMLTextAreaElement>("input, textarea");
      const text = this.parts.input.value || plain?.value || this.getAttribute("value") || "";
      this.replaceChildren();
      this.ready = true;
      this.localise();
      addEventListener("online", this.again);
      this.value = text;
    }

    disconnectedCallback(): void {
      this.asking.abort();
      this.suggestions.close();
      removeEventListener("online", this.again);
    }

    attributeChangedCallback(name: string, before: string | null, after: string | null): void {
      if (!this.ready || before === after) return;
      if (name === "value" && !this.dirty && !this.judged) this.value = after ?? "";
      else if (name !== "value") this.localise();
    }

    // What forms expect of a field.

    get form(): HTMLFormElement | null {
      return this.internals.form;
    }
    get name(): string {
      return this.getAttribute("name") ?? "";
    }
    set name(name: string) {
      this.setAttribute("name", name);
    }
    get type(): string {
      return this.localName;
    }
    get required(): boolean {
      return this.hasAttribute("required");
    }
    set required(on: boolean) {
      this.toggleAttribute("required", on);
    }
    get disabled(): boolean {
      return this.hasAttribute("disabled");
    }
    set disabled(on: boolean) {
      this.toggleAttribute("disabled", on);
    }
    /** What the buyer wrote. Setting it looks it up. */
    get value(): string {
      return this.parts.input.value.trim();
    }
    set value(text: string) {
      this.restore({ text, unit: "" });
    }
    /** What is known of it, undefined for an empty field. */
    get result(): Result | undefined {
      if (!this.value) return undefined;
      const { renamed, needsUnit, failure, choices, damaged, ...result } = this.current();
      return result;
    }
    get validity(): ValidityState {
      return this.internals.validity;
    }
    get validationMessage(): string {
      return this.internals.validationMessage;
    }
    get willValidate(): boolean {
      return this.internals.willValidate;
    }
    checkValidity(): boolean {
      return this.internals.checkValidity();
    }
    reportValidity(): boolean {
      return this.internals.reportValidity();
    }

    formResetCallback(): void {
      this.value = this.getAttribute("value") ?? "";
    }
    formDisabledCallback(disabled: boolean): void {
      this.parts.input.disabled = disabled;
      this.parts.unit.disabled = disabled;
      if (disabled) this.suggestions.close();
    }
    formStateRestoreCallback(state: string): void {
      this.restore(JSON.parse(state) as Saved);
    }

    /** Texts by the language and the attributes. */
    private localise(): void {
      const lang = this.closest("[lang]")?.getAttribute("lang") ?? document.documentElement.lang;
      this.language = lang.toLowerCase().startsWith("en") ? "en" : "vi";
      this.words = words[this.language];
      this.lookup = new Lookup(this.getAttribute("endpoint") ?? options.endpoint, this.language);
      const { label, input, hint, unitLabel, unitHint } = this.parts;
      // A <label for> of the page names the field as well; then the own one would say it twice.
      const outside = [...this.internals.labels].map((l) => l.textContent?.trim() ?? "").join(" ");
      const text = outside || this.getAttribute("label") || this.words.label;
      label.hidden = outside !== "";
      label.textContent = text;
      if (this.required) label.append(requiredMark());
      if (outside) input.setAttribute("aria-label", text);
      input.required = this.required;
      input.placeholder = this.getAttribute("placeholder") ?? "";
      hint.textContent = this.words.hint;
      unitLabel.textContent = this.words.unit;
      unitHint.textContent = this.words.unitHint;
      this.show();
    }

    private typed(): void {
      this.asking.abort();
      this.judged = undefined;
      this.renamed = undefined;
      this.chosen = "";
      this.dirty = true;
      this.parts.unit.value = "";
      this.show();
    }

    private choose(suggestion: Suggestion): void {
      this.judged = undefined;
      this.chosen = suggestion.code ?? "";
      this.renamed = suggestion.renamed;
      this.parts.unit.value = "";
      this.dirty = true;
      this.tell("dcs-select", { label: suggestion.label, ...(suggestion.code && { code: suggestion.code }) });
      this.settle();
    }

    /** Enter: looks up what is new, and else submits as Enter in a field of a form does. */
    private enter(): void {
      if (this.dirty) this.settle();
      else this.internals.form?.requestSubmit();
    }

    private restore({ text, unit }: Saved): void {
      this.suggestions.set(text);
      this.typed();
      this.parts.unit.value = unit;
      this.dirty = false;
      if (text.trim()) this.settle(true);
    }

    /** The field has changed for good: look it up. */
    private async settle(again = false): Promise<void> {
      this.suggestions.close();
      if (!this.dirty && !again) return;
      this.asking.abort();
      const text = this.value;
      if (!text) {
        this.dirty = false;
        this.changed();
        return;
      }
      this.asking = new AbortController();
      const { signal } = this.asking;
      const unit = this.parts.unit.value.trim();
      showChecking(this.parts);
      this.parts.status.textContent = this.words.checking;
      this.dirty = false;
      let judged: Judged;
      try {
        judged = await this.lookup.judge(this.chosen || text, unit, signal);
      } catch (failure) {
        if (signal.aborted) return; // overtaken
        throw failure;
      }
      if (signal.aborted) return;
      judged.text = text;
      if (judged.failure) judged.line = this.lookup.asWritten(text, unit).line;
      if (!judged.renamed && this.renamed) judged.renamed = this.renamed;
      this.judged = judged;
      this.changed();
      const { status, result, unitBox, unit: field, input } = this.parts;
      const rows = [...result.children].map((row) => row.textContent);
      status.textContent = [...rows, unitBox.hidden ? "" : this.words.unitHint].filter(Boolean).join(". ");
      // The next thing to fill in, for whoever is still in the field.
      if (judged.needsUnit && !field.value && this.shadowRoot?.activeElement === input) field.focus();
      if (judged.failure) this.tell("dcs-error", { error: judged.failure });
    }

    /** Back online: what could not be looked up is looked up now. */
    private readonly again = (): void => {
      if (this.judged?.failure) this.settle(true);
    };

    private changed(): void {
      this.show();
      this.dispatchEvent(new Event("change", { bubbles: true }));
      this.tell("dcs-change", this.result);
    }

    private tell<T extends keyof DiaChiSoEvents>(type: T, detail: DiaChiSoEvents[T]["detail"]): void {
      this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
    }

    private current(): Judged {
      return this.judged ?? this.lookup.asWritten(this.value, this.parts.unit.value.trim());
    }

    private show(): void {
      const { parts, judged } = this;
      parts.unitBox.hidden = !judged?.needsUnit;
      showResult(parts, judged, this.words, (text) => {
        this.parts.input.value = text;
        this.typed();
        this.settle();
      });
      this.showMap();
      this.publish();
    }

    private async showMap(): Promise<void> {
      const { map } = this.parts;
      const { position: at, accuracy = 0, line = "" } = this.judged ?? {};
      map.hidden = !this.hasAttribute("map") || !at || accuracy > 200;
      if (map.hidden || !at) return;
      const judged = this.judged;
      try {
        const draw = await options.loadMap();
        if (judged !== this.judged) return;
        const endpoint = this.getAttribute("endpoint") ?? options.endpoint;
        await draw(map, { ...at, accuracy, endpoint, label: this.words.map(line), words: this.words });
      } catch (error) {
        map.hidden = true;
        if (error instanceof Error) this.tell("dcs-error", { error });
      }
    }

    /** Tells the form what the field holds, and whether it may be sent. */
    private publish(): void {
      const { input, unit } = this.parts;
      const text = this.value;
      const r = this.current();
      const name = this.name;
      if (!text || !name) {
        this.internals.setFormValue(null);
      } else {
        const data = new FormData();
        data.set(name, r.line);
        data.set(`${name}-status`, r.status);
        const more: Record<string, string | undefined> = {
          code: r.code,
          text: r.text === r.line ? undefined : r.text,
          unit: r.unit,
          commune: r.commune?.name,
          "commune-code": r.commune?.code,
          province: r.province?.name,
          "province-code": r.province?.code,
          postcode: r.postcode,
          lat: r.position && String(r.position.lat),
          lon: r.position && String(r.position.lon),
        };
        for (const [field, value] of Object.entries(more)) if (value) data.set(`${name}-${field}`, value);
        const saved: Saved = { text, unit: unit.value };
        this.internals.setFormValue(data, JSON.stringify(saved));
      }
      const w = this.words;
      const strict = this.hasAttribute("strict");
      if (!text) {
        if (this.required) this.internals.setValidity({ valueMissing: true }, w.missing, input);
        else this.internals.setValidity({});
      } else if (r.damaged) {
        this.internals.setValidity({ badInput: true }, w.damagedLong, input);
      } else if (strict && r.needsUnit && !unit.value.trim()) {
        this.internals.setValidity({ customError: true }, w.unitMissing, unit);
      } else if (strict && r.status !== "verified") {
        this.internals.setValidity({ customError: true }, w.strict, input);
      } else {
        this.internals.setValidity({});
      }
      if (r.damaged) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  };
}

function requiredMark(): HTMLElement {
  const mark = document.createElement("span");
  mark.className = "required";
  mark.ariaHidden = "true";
  mark.textContent = " *";
  return mark;
}
