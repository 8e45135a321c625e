// What a text in the search box is: a code, nearly one, a position, another name of a place, or words to search for.
import { AddressCodeError, check, correct, find, type Suggestion } from "@diachiso/addresscode/codec";
import type { Point } from "../lib/map";

export type Query =
  | { kind: "position"; at: Point }
  | { kind: "code"; code: string }
  /** No code, but these may have been meant, best first. */
  | { kind: "damaged"; text: string; repairs: Suggestion[] }
  /** Something that GET /v1/resolve knows how to read. */
  | { kind: "reference"; text: string }
  | { kind: "words"; text: string };

const number = String.raw`[+-]?\d{1,3}(?:\.\d+)?`;
const position = new RegExp(String.raw`^\(?\s*(${number})\s*[,;\s]\s*(${number})\s*\)?$`);
const references = [
  /^[0-9a-z]{4}[\s-]?[0-9a-z]{3}\s*,\s*\S/i, // the end of a code with a commune: 2NJV-T33, phường Hoàn Kiếm
  /^[2-9CFGHJMPQRVWX]{4,8}\+[2-9CFGHJMPQRVWX]{2,4}(\s|,|$)/i, // Plus Code
  /^8[0-9a-f]{14}$/i, // H3
  /^(?!https?:)[a-z][a-z0-9]{1,20}:[\w./-]{1,80}$/i, // an id of another register: osm:node/1
];

/** Reads a text as people type, paste or scan it. It asks nobody. */
export function understand(given: string): Query {
  const text = fromLink(given.trim());
  const at = position.exec(text);
  if (at) {
    const [lat, lon] = [Number(at[1]), Number(at[2])];
    if (Math.abs(lat) <= 90 && Math.abs(lon) <= 180) return { kind: "position", at: { lat, lon } };
  }
  const whole = check(text);
  if (whole.ok) return { kind: "code", code: whole.code };
  const inside = find(text)[0];
  if (inside) return { kind: "code", code: inside.code };
  if (references.some((r) => r.test(text))) return { kind: "reference", text };
  if (likeCode(text)) {
    const repairs = repairsOf(text);
    if (repairs.length > 0) return { kind: "damaged", text, repairs };
  }
  return { kind: "words", text };
}

/** Whether a text can be an attempt at a code rather than words: as long as one, and hardly a character that codes do not have. */
export function likeCode(text: string): boolean {
  const symbols = text.replace(/[\s.\-–—·]/g, "");
  const strange = symbols.replace(/[0-9BCFGHJKMNPQRSTVXZOIL]/gi, "").length;
  return symbols.length >= 11 && symbols.length <= 13 && strange <= (/\s/.test(text) ? 1 : 3) && /\d/.test(symbols);
}

function repairsOf(text: string): Suggestion[] {
  try {
    return correct(text);
  } catch (e) {
    if (e instanceof AddressCodeError) return [];
    throw e;
  }
}

// A plate's QR code and a shared link hold the code in the path, whatever the host: https://…/5FJBC-2NJV-T33. A geo: link holds a
// position. Nothing is ever opened because it was scanned.
function fromLink(text: string): string {
  const geo = /^geo:([^;?]+)/i.exec(text);
  if (geo) return geo[1] as string;
  if (!/^https?:\/\//i.test(text)) return text;
  try {
    const url = new URL(text);
    return decodeURIComponent(url.pathname.split("/").filter(Boolean).at(-1) ?? url.searchParams.get("q") ?? text);
  } catch {
    return text;
  }
}
