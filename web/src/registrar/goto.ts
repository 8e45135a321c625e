// Going somewhere on the map: to what a search finds, or to a whole division.
import type { SearchAnswer, SearchFeature } from "../lib/answers";
import { h } from "../lib/dom";
import { t } from "../lib/i18n";
import { goTo } from "../lib/map";
import { type Choice, suggest } from "../lib/suggest";
import type { Desk } from "./desk";

/** How near the map goes to what was found. */
const zooms: Record<SearchFeature["properties"]["type"], number> = {
  code: 18,
  house: 18,
  building: 18,
  street: 16,
  hamlet: 15,
  commune: 14,
  district: 12,
  province: 9,
};

/** A field that moves the map to an address, a commune or a code. */
export function goToField(desk: Desk): HTMLElement {
  const input = h("input", { id: "go-to", type: "search", maxLength: 200, spellcheck: false });
  const list = h("div", { class: "suggestions", "aria-label": t("Gợi ý", "Suggestions") });
  const status = h("p", { class: "unseen", role: "status" });
  const find = async (text: string, signal?: AbortSignal): Promise<Choice<SearchFeature>[]> => {
    const { features } = await desk.caller.call<SearchAnswer>("/v1/search", {
      query: { q: text, limit: 6 },
      ...(signal ? { signal } : {}),
    });
    return features.map((f) => ({ label: f.properties.label, value: f }));
  };
  const go = (f: SearchFeature) => {
    const [lon, lat] = f.geometry.coordinates;
    goTo(desk.marks.map, { lat, lon }, zooms[f.properties.type] ?? 16);
  };
  suggest<SearchFeature>({
    input,
    list,
    status,
    words: {
      found: (n) => t(`${n} gợi ý`, `${n} suggestions`),
      nothing: t("Không tìm thấy", "Nothing found"),
    },
    ask: find,
    choose: go,
    submit: async (text) => {
      const [first] = await find(text).catch(() => []);
      if (first) go(first.value);
      else status.textContent = t("Không tìm thấy", "Nothing found");
    },
  });
  return h(
    "div",
    { class: "field go-to" },
    h("label", { htmlFor: "go-to" }, t("Đưa bản đồ đến", "Move the map to")),
    input,
    list,
    status,
  );
}

type Nested = number | Nested[];

/** Moves the map to where a division can be seen whole; stays where it is when its boundary does not come. */
export async function showDivision(desk: Desk, code: string): Promise<void> {
  const { geometry } = await desk.caller.call<{ geometry: { coordinates: Nested[] } }>(
    `/v1/divisions/${code}/boundary`,
  );
  const box = [180, 90, -180, -90] as [number, number, number, number];
  const widen = (c: Nested[]): void => {
    const [lon, lat] = c;
    if (typeof lon === "number" && typeof lat === "number") {
      box[0] = Math.min(box[0], lon);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lon);
      box[3] = Math.max(box[3], lat);
    } else for (const inner of c) if (typeof inner !== "number") widen(inner);
  };
  widen(geometry.coordinates);
  desk.marks.map.fitBounds(box, { padding: 40, duration: 0 });
}
