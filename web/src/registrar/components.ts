// The parts of an address below the commune, as fields of a form and as a line of text.
import { h } from "../lib/dom";
import { t } from "../lib/i18n";

export interface Components {
  house_number?: string;
  alley?: string[];
  street?: string;
  hamlet?: string;
  quarter?: string;
  building?: string;
  block?: string;
  floor?: string;
  unit?: string;
}

export type Part = keyof Components;

export const partNames: Record<Part, string> = {
  house_number: t("Số nhà", "House number"),
  alley: t("Ngõ, ngách, hẻm (từ phố vào, cách nhau bằng dấu /)", "Alleys (from the street inwards, with / between)"),
  street: t("Đường, phố", "Street"),
  hamlet: t("Thôn, ấp, bản", "Hamlet"),
  quarter: t("Tổ dân phố, khu phố", "Quarter"),
  building: t("Toà nhà", "Building"),
  block: t("Khối nhà", "Block"),
  floor: t("Tầng", "Floor"),
  unit: t("Căn hộ", "Flat"),
};

const usual: Part[] = ["house_number", "alley", "street"];

/** Fields for the parts; those that are seldom given stand in a fold unless they hold something. */
export function componentFields(given: Components, parts = Object.keys(partNames) as Part[]): HTMLElement {
  const field = (part: Part) => {
    const id = `part-${part}`;
    const value = given[part];
    const text = Array.isArray(value) ? value.join("/") : (value ?? "");
    return h(
      "div",
      { class: "field" },
      h("label", { htmlFor: id }, partNames[part]),
      h("input", { id, name: part, value: text, maxLength: 200, autocomplete: "off" }),
    );
  };
  const seldom = parts.filter((p) => !usual.includes(p));
  const inUse = seldom.some((p) => given[p]?.length);
  return h(
    "div",
    { class: "fields" },
    ...parts.filter((p) => usual.includes(p)).map(field),
    seldom.length > 0 &&
      h("details", { open: inUse }, h("summary", null, t("Các phần khác", "Other parts")), ...seldom.map(field)),
  );
}

/** What the fields of a form say now. */
export function readComponents(form: HTMLFormElement): Components {
  const found: Components = {};
  for (const part of Object.keys(partNames) as Part[]) {
    const field = form.elements.namedItem(part);
    if (!(field instanceof HTMLInputElement)) continue;
    const text = field.value.trim();
    if (!text) continue;
    if (part === "alley")
      found.alley = text
        .split("/")
        .map((s) => s.trim())
        .filter(Boolean);
    else found[part] = text;
  }
  return found;
}

/** The parts in one line, as they are said. */
export function line(c: Components): string {
  const door = [...(c.alley ?? []), c.house_number].filter(Boolean).join("/");
  const parts = [
    c.unit && `${t("căn", "flat")} ${c.unit}`,
    c.floor && `${t("tầng", "floor")} ${c.floor}`,
    c.block,
    c.building,
    door && `${t("Số", "No.")} ${door}`,
    c.street,
    c.quarter,
    c.hamlet,
  ];
  return parts.filter(Boolean).join(", ") || t("(không có số nhà, tên đường)", "(neither number nor street)");
}
