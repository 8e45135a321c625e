// The card of a place: what it is called, the codes given there, and the way to ask for one.
import type { AddressSummary, CodesAtPosition, Divisions } from "../lib/answers";
import { ApiError, call } from "../lib/api";
import { h, icon } from "../lib/dom";
import { distance, t } from "../lib/i18n";
import type { Point } from "../lib/map";
import { nearby, type Place, zoneOfCode } from "./find";

export interface CardActions {
  /** Shows the place of a code. */
  open(query: string): void;
  /** Asks for a code there. */
  propose(at: Point, division: Divisions): void;
  /** Brings the map nearer to the place. */
  approach(at: Point): void;
  /** The zoom of the map. */
  zoom(): number;
  /** Outlines a cell. */
  outline(cell: string): void;
  say(words: string): void;
}

/** The zoom from which a click can mean one door. */
const exact = 16.5;

/** The limits of the area served, so that a click on another country asks nobody. */
const served = { south: 6, north: 23.6, west: 102, east: 118 };

export function isServed(p: Point): boolean {
  return p.lat >= served.south && p.lat <= served.north && p.lon >= served.west && p.lon <= served.east;
}

/** The card, which fills itself as answers come. */
export function card(place: Place, actions: CardActions, signal: AbortSignal): HTMLElement {
  const body = h("div", { class: "card-rest" }, waiting());
  const element = h("article", { class: "card", "aria-labelledby": "card-title" }, ...head(place, actions), body);
  if (place.cell) actions.outline(place.cell);
  fill(place, actions, signal).then(
    (parts) => {
      if (!signal.aborted) body.replaceChildren(...parts);
    },
    (failure: unknown) => {
      if (signal.aborted) return;
      if (failure instanceof ApiError && failure.away)
        return away(place, actions).then((parts) => body.replaceChildren(...parts));
      body.replaceChildren(warning(failure instanceof ApiError ? failure.words : String(failure)));
    },
  );
  return element;
}

const title = (...text: (string | Node)[]) => h("h2", { id: "card-title", tabIndex: -1 }, ...text);

function head(place: Place, actions: CardActions): HTMLElement[] {
  const parts: (HTMLElement | false | undefined)[] = [];
  if (place.code) {
    parts.push(
      h("p", { class: "eyebrow" }, place.label ? t("Mã địa chỉ", "Address code") : t("Mã", "Code")),
      title(h("span", { class: "code code-large" }, place.code)),
      place.formerly !== undefined &&
        notice(
          "warning",
          t(
            `Mã ${place.formerly} đã thôi dùng và dẫn tới mã này.`,
            `The code ${place.formerly} is retired and leads here.`,
          ),
        ),
      place.label !== undefined && h("p", { class: "label" }, place.label),
      place.registered === false &&
        notice(
          "warning",
          t("Mã đúng, nhưng chưa cấp cho địa chỉ nào.", "The code is valid, but not given to an address."),
        ),
      place.registered !== false && codeActions(place.code, actions),
    );
  } else if (place.area) {
    const [first, ...rest] = place.area.label.split(", ");
    parts.push(
      h("p", { class: "eyebrow" }, areaName(place.area.type)),
      title(first ?? ""),
      h("p", { class: "label" }, rest.join(", ")),
    );
  } else {
    parts.push(
      h(
        "p",
        { class: "eyebrow" },
        place.accuracy === undefined ? t("Nơi đã chọn", "Chosen place") : t("Vị trí của bạn", "Your location"),
      ),
      title(`${place.at.lat.toFixed(5)}, ${place.at.lon.toFixed(5)}`),
    );
    if (place.accuracy !== undefined && place.accuracy > 15) {
      const about = distance(place.accuracy);
      parts.push(
        notice(
          "warning",
          t(
            `Điện thoại chỉ biết vị trí trong khoảng ${about}. Hãy chạm đúng ngôi nhà trên bản đồ.`,
            `Your device knows its location only within ${about}. Tap the right house on the map.`,
          ),
        ),
      );
    }
  }
  return parts.filter((p) => p instanceof HTMLElement);
}

function areaName(type: string): string {
  switch (type) {
    case "street":
      return t("Đường, phố", "Street");
    case "building":
      return t("Toà nhà", "Building");
    case "hamlet":
      return t("Thôn, ấp", "Hamlet");
    case "commune":
      return t("Xã, phường, đặc khu", "Commune");
    case "province":
      return t("Tỉnh, thành phố", "Province");
    case "district":
      return t("Quận, huyện cũ", "Former district");
    default:
      return t("Địa chỉ gần đúng", "Approximate address");
  }
}

function codeActions(code: string, actions: CardActions): HTMLElement {
  const page = `/${code}`;
  const link = new URL(page, location.href).href;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code);
      actions.say(t("Đã chép mã.", "Code copied."));
    } catch {
      actions.say(t(`Không chép được. Mã là ${code}.`, `It could not be copied. The code is ${code}.`));
    }
  };
  return h(
    "div",
    { class: "row" },
    h("a", { class: "button button-main", href: page }, icon("open"), t("Trang địa chỉ", "Address page")),
    h("button", { type: "button", class: "button", onclick: copy }, icon("copy"), t("Chép mã", "Copy")),
    navigator.share !== undefined &&
      h(
        "button",
        {
          type: "button",
          class: "button button-icon",
          "aria-label": t("Chia sẻ", "Share"),
          onclick: () => navigator.share({ title: code, url: link }).catch(() => {}), // whoever shares may change their mind
        },
        icon("share"),
      ),
  );
}

async function fill(place: Place, actions: CardActions, signal: AbortSignal): Promise<HTMLElement[]> {
  if (place.area) return area(place, actions);
  if (!isServed(place.at)) return [outside()];
  const said = await call<CodesAtPosition>("/v1/codes", { query: { lat: place.at.lat, lon: place.at.lon }, signal });
  if (!place.cell) actions.outline(said.cell);
  if (!said.division) return [outside()];
  const division = said.division;
  const parts = [facts(division, place.code ? zoneOfCode(place.code) : said.zone)];
  const others = said.codes.filter((a) => a.code !== place.code);
  if (place.code && place.registered) {
    if (others.length) parts.push(list(t("Mã khác cùng ô", "Other codes of this cell"), others, actions));
    return parts;
  }
  if (said.codes.length) {
    parts.push(
      list(t("Mã đã cấp tại đây", "Codes given here"), said.codes, actions),
      ask(place, division, actions, true),
    );
    return parts;
  }
  parts.push(ask(place, division, actions, false));
  if (actions.zoom() < exact) return parts;
  const near = (await nearby(place.at, signal).catch(() => [])).map((f) => f.properties);
  if (near.length) parts.push(list(t("Mã gần đây", "Codes nearby"), near, actions));
  return parts;
}

function area(place: Place, actions: CardActions): HTMLElement[] {
  const { division, count, former, unmatched, type } = place.area as NonNullable<Place["area"]>;
  const parts = [
    facts(
      type === "province" ? { ...(division.province ? { province: division.province } : {}) } : division,
      undefined,
    ),
  ];
  if (unmatched.length) {
    const words = unmatched.join(", ");
    parts.push(
      notice(
        "warning",
        t(
          `Chưa tìm thấy “${words}”; đây là nơi gần đúng nhất.`,
          `“${words}” was not found; this is the nearest match.`,
        ),
      ),
    );
  }
  const before = [former?.district, former?.province]
    .filter((d) => d && d.full_name !== division.province?.full_name)
    .map((d) => d?.full_name);
  if (before.length)
    parts.push(
      h("p", { class: "hint" }, t(`Trước 1/7/2025: ${before.join(", ")}`, `Before 1 July 2025: ${before.join(", ")}`)),
    );
  if (count) parts.push(h("p", null, t(`${count} địa chỉ đã có mã.`, `${count} addresses have codes.`)));
  parts.push(
    notice(
      "pin",
      t(
        "Chạm vào ngôi nhà trên bản đồ để xem hoặc xin mã.",
        "Tap a house on the map to see its code or to ask for one.",
      ),
    ),
    h(
      "button",
      { type: "button", class: "button", onclick: () => actions.approach(place.at) },
      icon("zoom"),
      t("Phóng to", "Zoom in"),
    ),
  );
  return parts;
}

// What is known without the service: the cell and the zone.
async function away(place: Place, actions: CardActions): Promise<HTMLElement[]> {
  const parts: HTMLElement[] = [];
  if (!place.area && isServed(place.at)) {
    const cells = await import("./cells").catch(() => undefined);
    const cell = place.cell ?? cells?.cellAt(place.at.lat, place.at.lon);
    if (cells && cell) {
      if (!place.cell) actions.outline(cell);
      parts.push(facts({}, cells.zoneOfCell(cell)));
    }
  }
  parts.push(
    notice(
      "offline",
      place.code
        ? t(
            "Không liên lạc được với máy chủ. Mã tự nói lên vị trí này; tên xã, phường và địa chỉ sẽ hiện khi có mạng.",
            "The service cannot be reached. The code itself says this place; its commune and address appear with a connection.",
          )
        : t(
            "Không liên lạc được với máy chủ. Xã, phường và các mã đã cấp sẽ hiện khi có mạng.",
            "The service cannot be reached. The commune and the codes given here appear with a connection.",
          ),
    ),
  );
  return parts;
}

function facts(division: Divisions, zone: string | undefined): HTMLElement {
  const rows: [string, string | undefined][] = [
    [t("Xã, phường", "Commune"), division.commune?.full_name],
    [t("Tỉnh, thành phố", "Province"), division.province?.full_name],
    [t("Mã bưu chính", "Postcode"), division.postal_code],
    [t("Vùng", "Zone"), zone],
  ];
  return h(
    "dl",
    { class: "facts" },
    ...rows.flatMap(([name, value]) => (value ? [h("div", null, h("dt", null, name), h("dd", null, value))] : [])),
  );
}

function list(
  heading: string,
  addresses: (AddressSummary & { distance_m?: number })[],
  actions: CardActions,
): HTMLElement {
  return h(
    "section",
    { class: "codes" },
    h("h3", null, heading),
    h("ul", null, ...addresses.map((a) => h("li", null, ...entry(a, actions)))),
  );
}

function entry(a: AddressSummary & { distance_m?: number }, actions: CardActions): HTMLElement[] {
  const { code } = a;
  const how = a.distance_m === undefined ? "" : ` · ${distance(a.distance_m)}`;
  if (!code)
    return [
      h(
        "p",
        { class: "door" },
        t(`Nhiều căn hộ sau một cửa${how}`, `Flats behind one door${how}`),
        h("small", null, a.label),
      ),
    ];
  const go = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    actions.open(code);
  };
  return [
    h(
      "a",
      { class: "entry", href: `/${code}`, onclick: go },
      h("span", { class: "code" }, code),
      h("small", null, a.label + how),
    ),
  ];
}

function ask(place: Place, division: Divisions, actions: CardActions, some: boolean): HTMLElement {
  const near = actions.zoom() >= exact;
  const words = some
    ? t("Nhà bạn chưa có trong danh sách?", "Is your home not in the list?")
    : t("Chưa có mã ở đây.", "No code here yet.");
  return h(
    "section",
    { class: "ask" },
    h("p", null, words),
    near
      ? h(
          "button",
          {
            type: "button",
            class: some ? "button" : "button button-main",
            onclick: () => actions.propose(place.at, division),
          },
          icon("plus"),
          t("Xin cấp mã tại đây", "Ask for a code here"),
        )
      : h(
          "button",
          { type: "button", class: "button button-main", onclick: () => actions.approach(place.at) },
          icon("zoom"),
          t("Phóng to để chọn đúng nhà", "Zoom in to pick the house"),
        ),
  );
}

function outside(): HTMLElement {
  return notice(
    "warning",
    t(
      "Nơi này không thuộc xã, phường, đặc khu nào của Việt Nam. Hãy chọn một nơi khác.",
      "This place lies in no commune of Viet Nam. Choose another one.",
    ),
  );
}

const waiting = () => h("p", { class: "hint", role: "status" }, t("Đang xem…", "Looking…"));

const warning = (words: string) => notice("warning", words);

/** A sentence with a drawing before it. */
export function notice(kind: "warning" | "check" | "offline" | "pin", words: string): HTMLElement {
  const colour = kind === "check" ? " notice-good" : kind === "pin" ? "" : " notice-warn";
  return h("p", { class: `notice${colour}` }, icon(kind), h("span", null, words));
}
