// The map page: the search box works at once; the map, the codec's geometry and the scanner load when they are needed.
import "../lib/theme.css";
import "./home.css";
import type { Proposal } from "../lib/answers";
import { ApiError, call } from "../lib/api";
import { byId, h } from "../lib/dom";
import { inLanguage, lang, t } from "../lib/i18n";
import type { Point } from "../lib/map";
import { suggest } from "../lib/suggest";
import { type CardActions, card, isServed, notice } from "./card";
import { atText, complete, houseZoom, lookUp, type Option, type Outcome, type Place, placeAt } from "./find";
import type { Covered, MapView } from "./mapview";
import { proposalCard, proposalForm } from "./proposal";
import { understand } from "./query";

const input = byId<HTMLInputElement>("q");
const panel = byId("panel");
const main = byId("card");
const intro = [...main.childNodes];
const said = byId("said");

let working = new AbortController(); // what the panel shows now; aborted when it shows something else
let view: MapView | undefined;
let onMap: { place?: Place; cell?: string; here?: Point } = {}; // what the map is to show once it is there

// ---- the panel

function say(words: string): void {
  said.textContent = "";
  requestAnimationFrame(() => {
    said.textContent = words;
  });
}

function show(...parts: Node[]): AbortSignal {
  working.abort();
  working = new AbortController();
  main.replaceChildren(...parts);
  main.scrollTop = 0;
  panel.classList.toggle("panel-home", parts.length === 0);
  if (parts.length === 0) main.replaceChildren(...intro);
  return working.signal;
}

/** The focus goes to the card's title, so that a screen reader reads on there. */
function focusCard(): void {
  byId("card-title").focus({ preventScroll: true });
}

// ---- places

const actions: CardActions = {
  open: (query) => void open(query),
  propose(at, division) {
    const back = () => showPlace(placeAt(at, view?.zoom() ?? houseZoom));
    show(
      proposalForm(
        at,
        division,
        (p) => {
          history.pushState(null, "", pageOf({ proposal: p.id }));
          showProposal(p, true);
        },
        back,
      ),
    );
    focusCard();
  },
  approach: (at) => view?.show(at, houseZoom),
  zoom: () => view?.zoom() ?? houseZoom,
  outline: (cell) => void outline(cell),
  say,
};

async function outline(cell: string): Promise<void> {
  onMap.cell = cell;
  const cells = await import("./cells").catch(() => undefined);
  if (cells && onMap.cell === cell) view?.outline(cells.ringOf(cell));
}

function showPlace(place: Place, move = true): void {
  onMap = { ...onMap, place };
  delete onMap.cell;
  view?.outline(null);
  if (move) view?.show(place.at, place.zoom);
  const signal = show();
  main.replaceChildren(card(place, actions, signal));
  panel.classList.remove("panel-home");
  focusCard();
}

function showOutcome(outcome: Outcome, text: string): void {
  switch (outcome.kind) {
    case "place":
      keep(outcome.place);
      showPlace(outcome.place);
      return;
    case "options": {
      const heading = outcome.damaged
        ? t("Có phải bạn tìm…?", "Did you mean…?")
        : t("Có nhiều nơi phù hợp", "Several places match");
      show(options(heading, text, outcome));
      focusCard();
      return;
    }
    case "nothing":
      show(
        h(
          "article",
          { class: "card", "aria-labelledby": "card-title" },
          h("h2", { id: "card-title", tabIndex: -1 }, t("Không tìm thấy", "Nothing found")),
          h(
            "p",
            null,
            t(
              `Không có nơi nào khớp với “${text}”. Thử bớt chữ, viết tên đường và xã, phường; hoặc chạm thẳng vào bản đồ.`,
              `No place matches “${text}”. Try fewer words, a street with its commune, or tap the map.`,
            ),
          ),
        ),
      );
      focusCard();
  }
}

function options(heading: string, text: string, outcome: Outcome & { kind: "options" }): HTMLElement {
  const take = (o: Option) => {
    if (!o.place) return void open(o.query);
    keep(o.place);
    showPlace(o.place);
  };
  return h(
    "article",
    { class: "card", "aria-labelledby": "card-title" },
    h("h2", { id: "card-title", tabIndex: -1 }, heading),
    outcome.damaged &&
      h("p", null, t(`“${text}” có ký tự sai hoặc thiếu.`, `“${text}” has a wrong or missing character.`)),
    h(
      "ul",
      { class: "codes" },
      ...outcome.options.map((o) =>
        h(
          "li",
          null,
          h(
            "button",
            { type: "button", class: "entry", onclick: () => take(o) },
            outcome.damaged ? marked(o.label, text) : h("span", null, o.label),
            o.detail !== undefined && h("small", null, o.detail),
          ),
        ),
      ),
    ),
  );
}

/** A repaired code with what is not as it was typed set off. */
function marked(code: string, typed: string): HTMLElement {
  const given = [...typed.toUpperCase().replace(/[^0-9A-Z?*]/g, "")];
  let at = 0;
  const parts = [...code].map((symbol) => {
    if (symbol === "-") return symbol;
    return given[at++] === symbol || given.length !== 12 ? symbol : h("mark", null, symbol);
  });
  return h("span", { class: "code" }, ...parts);
}

function fail(failure: unknown): void {
  const words = failure instanceof ApiError ? failure.words : String(failure);
  const away = failure instanceof ApiError && failure.away;
  show(
    h(
      "article",
      { class: "card", "aria-labelledby": "card-title" },
      h(
        "h2",
        { id: "card-title", tabIndex: -1 },
        away ? t("Chưa tìm được", "Not found yet") : t("Không tìm được", "It was not found"),
      ),
      notice(away ? "offline" : "warning", words),
      away &&
        h(
          "p",
          null,
          t(
            "Không có mạng vẫn tra được mã đầy đủ 12 ký tự: mã tự nói lên vị trí.",
            "A whole code of 12 characters can be looked up without a connection: it says its place by itself.",
          ),
        ),
    ),
  );
  focusCard();
}

async function open(text: string): Promise<void> {
  const signal = show(h("p", { class: "card hint", role: "status" }, t("Đang tìm…", "Searching…")));
  try {
    const outcome = await lookUp(text, near(), signal);
    if (!signal.aborted) showOutcome(outcome, text);
  } catch (failure) {
    if (!signal.aborted) fail(failure);
  }
}

function picked(at: Point): void {
  const place = placeAt(at, view?.zoom() ?? houseZoom);
  field.set("");
  keep(place);
  showPlace(place, innerWidth < 720); // on phones the card may come to lie over what was touched
}

/** Where the map looks, as a preference for what is near; none while it shows half the country. */
function near(): Point | undefined {
  const at = view?.centre();
  return at && view && view.zoom() > 9 && isServed(at) ? { lat: round(at.lat), lon: round(at.lon) } : undefined;
}

const round = (degrees: number) => Math.round(degrees * 1000) / 1000;

async function showProposalById(id: string): Promise<void> {
  const signal = show(h("p", { class: "card hint", role: "status" }, t("Đang xem…", "Looking…")));
  try {
    const p = await call<Proposal>(`/v1/proposals/${encodeURIComponent(id)}`, { signal });
    showProposal(p, false);
  } catch (failure) {
    if (!signal.aborted) fail(failure);
  }
}

function showProposal(p: Proposal, fresh: boolean): void {
  show(proposalCard(p, fresh, actions.open, say));
  focusCard();
}

// ---- the page's address: /?q= brings a place back, /?proposal= a request

function pageOf(query: Record<string, string>): string {
  const chosen = new URLSearchParams(location.search).get("lang");
  const all = new URLSearchParams({ ...query, ...(chosen ? { lang: chosen } : {}) });
  const text = all.toString();
  return text ? `/?${text}` : "/";
}

function keep(place: Place): void {
  const page = pageOf({ q: place.query });
  if (page !== location.pathname + location.search) history.pushState(null, "", page);
  otherLanguage();
}

function otherLanguage(): void {
  const link = document.querySelector<HTMLAnchorElement>(".language");
  if (link) link.href = inLanguage(lang === "en" ? "vi" : "en");
}

function follow(): void {
  const query = new URLSearchParams(location.search);
  const [q, proposal] = [query.get("q")?.trim(), query.get("proposal")];
  otherLanguage();
  if (proposal) void showProposalById(proposal);
  else if (q) {
    field.set(q);
    void open(q);
  } else {
    field.set("");
    show();
    view?.outline(null);
  }
}

// ---- the search box

const field = suggest<Option>({
  input,
  list: byId("suggestions"),
  status: byId("suggested"),
  words: {
    found: (n) => t(`${n} gợi ý, dùng phím mũi tên để chọn`, `${n} suggestions, choose with the arrow keys`),
    nothing: t("Không có gợi ý", "No suggestions"),
  },
  async ask(text, signal) {
    const outcome = await complete(text, near(), signal);
    if (outcome.kind === "place") {
      const { place } = outcome;
      const label = place.code ?? place.query;
      return [
        {
          label,
          detail: place.label ?? t("Vị trí", "Position"),
          icon: "pin",
          value: { label, query: place.query, place },
        },
      ];
    }
    if (outcome.kind === "nothing") return [];
    return outcome.options.map((o) => ({
      label: o.label,
      detail: outcome.damaged
        ? `${t("Có phải bạn tìm mã này?", "Did you mean this code?")} ${o.detail ?? ""}`.trim()
        : (o.detail ?? ""),
      icon: o.place?.area ? drawing(o.place.area.type) : "house",
      value: o,
    }));
  },
  choose(option) {
    if (!option.place) return void open(option.query);
    keep(option.place);
    showPlace(option.place);
  },
  submit: (text) => void submit(text),
  failed: (failure) => byId("offline").toggleAttribute("hidden", !(failure instanceof ApiError && failure.away)),
});

function drawing(type: string): "street" | "building" | "region" | "pin" {
  switch (type) {
    case "street":
    case "building":
      return type;
    case "house":
    case "hamlet":
      return "pin";
    default:
      return "region";
  }
}

async function submit(text: string): Promise<void> {
  await open(text);
}

byId<HTMLFormElement>("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  field.close();
  if (text) void submit(text);
  else input.focus();
});

// A code that was pasted whole needs no further press.
input.addEventListener("paste", () => {
  setTimeout(() => {
    const text = input.value.trim();
    if (understand(text).kind === "code") {
      field.close();
      void submit(text);
    }
  });
});

// ---- the buttons

byId("scan").addEventListener("click", async () => {
  try {
    const { scan } = await import("./scan");
    await scan((text) => {
      field.set(text);
      void submit(text);
    });
  } catch {
    say(
      t(
        "Chưa tải được phần quét mã. Hãy thử lại khi có mạng.",
        "The scanner did not load. Try again with a connection.",
      ),
    );
  }
});

byId("middle").addEventListener("click", () => view?.pick());

const locate = byId<HTMLButtonElement>("locate");
locate.addEventListener("click", () => {
  locate.setAttribute("aria-busy", "true");
  say(t("Đang tìm vị trí của bạn…", "Looking for your location…"));
  const done = () => locate.removeAttribute("aria-busy");
  if (!navigator.geolocation) {
    done();
    return notLocated(0);
  }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      done();
      said.textContent = "";
      const at = { lat: coords.latitude, lon: coords.longitude };
      onMap.here = at;
      view?.here(at);
      const place = { ...placeAt(at, coords.accuracy > 200 ? 16 : houseZoom), accuracy: coords.accuracy };
      history.pushState(null, "", pageOf({ q: atText(at) }));
      showPlace(place);
    },
    (failure) => {
      done();
      notLocated(failure.code);
    },
    { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
  );
});

function notLocated(code: number): void {
  said.textContent = "";
  const refused = code === 1;
  show(
    h(
      "article",
      { class: "card", "aria-labelledby": "card-title" },
      h("h2", { id: "card-title", tabIndex: -1 }, t("Chưa biết vị trí của bạn", "Your location is not known")),
      notice(
        "warning",
        refused
          ? t(
              "Bạn chưa cho phép trang này xem vị trí. Có thể bật lại trong cài đặt của trình duyệt.",
              "You have not allowed this page to see your location. You can allow it in the browser's settings.",
            )
          : t(
              "Thiết bị chưa xác định được vị trí. Hãy thử lại ở nơi thoáng.",
              "The device could not find its location. Try again in the open.",
            ),
      ),
      h(
        "p",
        null,
        t(
          "Bạn vẫn có thể tìm bằng địa chỉ hay mã, hoặc chạm vào ngôi nhà trên bản đồ.",
          "You can still search by address or code, or tap the house on the map.",
        ),
      ),
    ),
  );
  focusCard();
}

// ---- the map, after everything else

// Beside the panel on wide screens, between search box and card on phones.
function covered(): Covered {
  if (innerWidth >= 720) return { left: panel.getBoundingClientRect().right, top: 0, bottom: 0 };
  const top = byId("search").getBoundingClientRect().bottom;
  return { left: 0, top, bottom: main.getBoundingClientRect().height };
}

// The mark in the middle of what is seen of the map, and the map's own texts, stand clear of the panel.
new ResizeObserver(() => {
  for (const [side, pixels] of Object.entries(covered())) {
    document.documentElement.style.setProperty(`--covered-${side}`, `${pixels}px`);
  }
}).observe(main);

async function loadMap(): Promise<void> {
  const container = byId("map");
  try {
    const { mapView } = await import("./mapview");
    const { place } = onMap;
    view = mapView(container, place && { at: place.at, zoom: place.zoom }, covered, picked);
    if (onMap.here) view.here(onMap.here);
    if (place) view.show(place.at, place.zoom);
    if (onMap.cell) void outline(onMap.cell);
    byId("middle").hidden = false;
  } catch {
    container.replaceChildren(
      h(
        "p",
        { class: "no-map" },
        navigator.onLine
          ? t(
              "Trình duyệt này không vẽ được bản đồ. Tìm kiếm và tra mã vẫn dùng được.",
              "This browser cannot draw the map. Searching and looking up codes still work.",
            )
          : t(
              "Chưa tải được bản đồ khi không có mạng. Tra mã vẫn dùng được.",
              "The map cannot load without a connection. Looking up codes still works.",
            ),
      ),
    );
  }
}

function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(work, { timeout: 1500 });
  else setTimeout(work, 200);
}

const connection = () => byId("offline").toggleAttribute("hidden", navigator.onLine);
addEventListener("online", connection);
addEventListener("offline", connection);
addEventListener("popstate", follow);
connection();
follow();
whenIdle(() => void loadMap());

// Once everything is shown: what works without a network is kept for such a time.
addEventListener("load", () => {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker
    .register("/sw.js")
    .then(() => navigator.serviceWorker.ready)
    .then((r) => {
      const loaded = performance.getEntriesByType("resource").map((e) => e.name);
      r.active?.postMessage({ keep: [location.href, ...loaded] });
      // The geometry of codes, for looking one up without a network; it goes through the worker, which keeps it.
      whenIdle(() => void import("./cells").catch(() => {}));
    })
    .catch(() => {}); // e.g. in a private window: everything else works
});
