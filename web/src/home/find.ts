// From a text to a place: asks the API, and the code itself where the API is away.
import { cellOf, zoneOf } from "@diachiso/addresscode/codec";
import type { Candidate, NearAnswer, Resolution, SearchAnswer, SearchFeature } from "../lib/answers";
import { ApiError, call } from "../lib/api";
import { t } from "../lib/i18n";
import type { Point } from "../lib/map";
import { understand } from "./query";

/** A place to show. */
export interface Place {
  at: Point;
  zoom: number;
  /** What leads here again as /?q=. */
  query: string;
  /** The code that was asked for or found. */
  code?: string;
  /** Whether an address has that code; undefined where the registry could not be asked. */
  registered?: boolean;
  label?: string;
  /** The cell of the code; another than that of `at` where a building has more addresses than a cell has codes. */
  cell?: string;
  /** A street, a commune: no single house. */
  area?: SearchFeature["properties"];
  /** Metres around `at` where a phone says it is. */
  accuracy?: number;
  /** The retired code that was asked for. */
  formerly?: string;
}

export interface Option {
  label: string;
  detail?: string;
  query: string;
  place?: Place;
}

export type Outcome =
  | { kind: "place"; place: Place }
  /** Nothing is decided silently: several readings are several options. `damaged`: the text was nearly a code. */
  | { kind: "options"; damaged: boolean; options: Option[] }
  | { kind: "nothing" };

/** Of a house, in degrees of the map's zoom. */
export const houseZoom = 18.5;

export const atText = (p: Point): string => `${p.lat.toFixed(6)},${p.lon.toFixed(6)}`;

export function placeAt(at: Point, zoom: number): Place {
  return { at, zoom, query: atText(at) };
}

export async function lookUp(text: string, near: Point | undefined, signal: AbortSignal): Promise<Outcome> {
  const q = understand(text);
  switch (q.kind) {
    case "position":
      return { kind: "place", place: placeAt(q.at, houseZoom) };
    case "code":
      return resolve(q.code, signal).catch((e) => alone(q.code, e));
    case "damaged":
      return resolve(q.text, signal).catch((e) => {
        if (!isAway(e)) throw e;
        const options = q.repairs.map((r) => ({ label: r.code, query: r.code }));
        return { kind: "options", damaged: true, options } as const;
      });
    case "reference":
      return resolve(q.text, signal).catch((e) => {
        if (e instanceof ApiError && !e.away) return search(q.text, near, signal);
        throw e;
      });
    case "words":
      return search(q.text, near, signal);
  }
}

const isAway = (e: unknown) => e instanceof ApiError && e.away;

async function resolve(text: string, signal: AbortSignal): Promise<Outcome> {
  const answer = await call<Resolution>("/v1/resolve", { query: { q: text }, signal });
  const options = answer.candidates.flatMap((c) => optionOf(c, text));
  const first = options[0];
  if (!first) return { kind: "nothing" };
  const damaged = answer.kind === "correction";
  if (options.length === 1 && !damaged && first.place) return { kind: "place", place: first.place };
  return { kind: "options", damaged, options };
}

function optionOf(c: Candidate, text: string): Option[] {
  const at = c.address?.position ?? c.place?.centre;
  if (!at) return [];
  const code = c.code ?? c.place?.code;
  const query = code ?? text;
  const commune = c.place?.division?.commune?.full_name;
  const cell = c.address?.cell ?? c.place?.cell;
  return [
    {
      label: code ?? c.address?.label ?? text,
      detail:
        c.address?.label ??
        [t("chưa cấp cho địa chỉ nào", "not given to an address"), commune].filter(Boolean).join(" · "),
      query,
      place: {
        at: { lat: at.lat, lon: at.lon },
        zoom: houseZoom,
        query,
        ...(code ? { code, registered: c.registered } : {}),
        ...(c.address ? { label: c.address.label } : {}),
        ...(cell ? { cell } : {}),
        ...(c.succeeds ? { formerly: c.succeeds } : {}),
      },
    },
  ];
}

// A code says where it is without any network.
async function alone(code: string, failure: unknown): Promise<Outcome> {
  if (!isAway(failure)) throw failure;
  const { centreOf } = await import("./cells");
  const cell = cellOf(code);
  return { kind: "place", place: { at: centreOf(cell), zoom: houseZoom, query: code, code, cell } };
}

/** The zone that a code's first five symbols name. */
export const zoneOfCode = zoneOf;

async function search(text: string, near: Point | undefined, signal: AbortSignal): Promise<Outcome> {
  const { features } = await call<SearchAnswer>("/v1/search", { query: { q: text, limit: 8, ...near }, signal });
  const [first, second] = features;
  if (!first) return { kind: "nothing" };
  // The first one is meant when it is clearly better than the next; houses of the same score are a choice.
  if (!second || first.properties.score - second.properties.score > 0.05)
    return { kind: "place", place: placeOf(first) };
  return {
    kind: "options",
    damaged: false,
    options: features.map((f) => {
      const place = placeOf(f);
      return { label: f.properties.label, ...(place.code ? { detail: place.code } : {}), query: place.query, place };
    }),
  };
}

export function placeOf(f: SearchFeature): Place {
  const [lon, lat] = f.geometry.coordinates;
  const { code, label, match_level, accuracy_m } = f.properties;
  const at = { lat, lon };
  if (code && (match_level === "house" || match_level === "code")) {
    return { at, zoom: houseZoom, query: code, code, registered: true, label, cell: cellOf(code) };
  }
  return { at, zoom: zoomFor(accuracy_m, lat), query: label, label, area: f.properties };
}

/** The zoom at which a circle of that radius in metres takes some 400 pixels. */
function zoomFor(radius: number, lat: number): number {
  const metresPerPixel = (Math.max(radius, 20) * 2) / 400;
  const zoom = Math.log2((78_271.5 * Math.cos((lat * Math.PI) / 180)) / metresPerPixel);
  return Math.min(Math.max(zoom, 4), houseZoom);
}

/** Addresses within 30 m, for a place whose own cell has none. */
export async function nearby(at: Point, signal: AbortSignal): Promise<NearAnswer["features"]> {
  const answer = await call<NearAnswer>("/v1/reverse", { query: { ...at, radius: 30, limit: 4 }, signal });
  return answer.features;
}

/** Suggestions while the text is typed. */
export async function complete(text: string, near: Point | undefined, signal: AbortSignal): Promise<Outcome> {
  const q = understand(text);
  if (q.kind === "code" || q.kind === "damaged") return lookUp(text, near, signal);
  if (q.kind === "position") return { kind: "place", place: placeAt(q.at, houseZoom) };
  const query = { q: text.slice(0, 200), limit: 6, ...near };
  const { features } = await call<SearchAnswer>("/v1/autocomplete", { query, signal, timeout: 5000 });
  const options = features.map((f) => {
    const place = placeOf(f);
    return { label: f.properties.label, ...(place.code ? { detail: place.code } : {}), query: place.query, place };
  });
  return { kind: "options", damaged: false, options };
}
