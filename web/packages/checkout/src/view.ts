// What is seen of the field: its parts in the shadow tree, and how a result is shown. It decides nothing.
import { h, icon } from "../../../src/lib/dom";
import type { Judged } from "./result";
import type { Words } from "./words";

export interface Parts {
  label: HTMLLabelElement;
  input: HTMLInputElement;
  list: HTMLElement;
  hint: HTMLElement;
  state: HTMLElement;
  unitBox: HTMLElement;
  unitLabel: HTMLLabelElement;
  unit: HTMLInputElement;
  unitHint: HTMLElement;
  result: HTMLElement;
  map: HTMLElement;
  status: HTMLElement;
}

/** Builds the parts into a shadow tree. */
export function build(root: ShadowRoot): Parts {
  const parts: Parts = {
    label: h("label", { part: "label", htmlFor: "text" }),
    input: h("input", {
      part: "input",
      id: "text",
      type: "text",
      enterKeyHint: "search",
      spellcheck: false,
      maxLength: 500,
      "aria-describedby": "hint result",
    }),
    list: h("div", { part: "list", class: "list", id: "list" }),
    hint: h("p", { part: "hint", class: "hint", id: "hint" }),
    state: h("span", { part: "state", class: "state" }),
    unitBox: h("div", { part: "unit", class: "unit", hidden: true }),
    unitLabel: h("label", { part: "label", htmlFor: "unit" }),
    unit: h("input", {
      part: "input unit-input",
      id: "unit",
      type: "text",
      autocomplete: "off",
      enterKeyHint: "done",
      maxLength: 40,
      "aria-describedby": "unit-hint",
    }),
    unitHint: h("p", { part: "hint", class: "hint", id: "unit-hint" }),
    result: h("div", { part: "result", class: "result", id: "result" }),
    map: h("div", { part: "map", class: "map", hidden: true }),
    status: h("div", { class: "unseen", role: "status" }),
  };
  parts.unitBox.append(parts.unitLabel, parts.unit, parts.unitHint);
  root.append(
    parts.label,
    h("div", { part: "box", class: "box" }, icon("pin"), parts.input, parts.state),
    parts.list,
    parts.hint,
    parts.unitBox,
    parts.result,
    parts.map,
    parts.status,
  );
  return parts;
}

/** Shows that the address is being looked up. */
export function showChecking(parts: Parts): void {
  const turning = icon("spinner");
  turning.classList.add("spin", "quiet");
  parts.state.replaceChildren(turning);
}

/** Shows what is known; undefined when there is nothing. `choose` is called with what takes the place of the text. */
export function showResult(parts: Parts, judged: Judged | undefined, w: Words, choose: (text: string) => void): void {
  parts.hint.hidden = judged !== undefined;
  parts.state.replaceChildren();
  if (!judged) {
    parts.result.replaceChildren();
    return;
  }
  const rows: HTMLElement[] = [];
  const row = (kind: string, name: Parameters<typeof icon>[0], ...content: (Node | string)[]) =>
    rows.push(h("div", { class: `row ${kind}`, part: `row ${kind}` }, icon(name), h("span", null, ...content)));
  const code = judged.code && h("span", { class: "code", part: "code" }, judged.code);
  if (judged.damaged) {
    row("damaged", "warning", w.damaged);
  } else if (judged.failure) {
    row("away", "offline", judged.code ? w.awayCode : w.away);
  } else {
    const [worst] = judged.issues;
    if (judged.status === "verified") {
      row("verified", "check", w.verified, ...(code ? [" · ", code] : []));
    } else {
      const said = worst?.message ?? (judged.status === "unverified" ? w.notUnderstood : "");
      // The field for the flat asks for itself.
      if (worst?.code !== "UNIT.missing") row("partial", "warning", `${said} ${w.kept}`, ...(code ? [" ", code] : []));
    }
    if (judged.line !== judged.text) row("line", "house", judged.line);
    if (judged.renamed) row("quiet", "info", w.nowCalled(judged.renamed.from, judged.renamed.to));
  }
  if (judged.choices.length > 0) {
    rows.push(
      h("div", { class: "row" }, h("span", null, w.didYouMean)),
      h(
        "div",
        { class: "choices" },
        ...judged.choices
          .slice(0, 4)
          .map((c) => h("button", { type: "button", part: "choice", onclick: () => choose(c.text) }, c.label)),
      ),
    );
  }
  const mark = icon(judged.status === "verified" ? "check" : judged.failure ? "offline" : "warning");
  mark.classList.add(judged.status === "verified" ? "verified" : judged.damaged ? "damaged" : "partial");
  parts.state.append(mark);
  parts.result.replaceChildren(...rows);
}
