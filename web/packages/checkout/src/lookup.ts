// What the field asks the API, and what it makes of the answers. It knows nothing of the page.
import { ApiError, type Client, createClient, type Schema } from "@diachiso/addresscode/client";
import { understand } from "../../../src/home/query";
import type { IconName } from "../../../src/lib/dom";
import type { Choice, Judged } from "./result";
import { type Language, words } from "./words";

type Verdict = Schema<"Verdict">;
type Division = Schema<"Division">;

/** A line of the list below the field. */
export interface Suggestion {
  label: string;
  detail?: string;
  icon: IconName;
  /** The code of the address, where it is one. */
  code?: string;
  renamed?: Judged["renamed"];
}

/** Places that are found to the door; for these the line of the registry takes the place of what was written. */
const doors = new Set<string>(["house", "building", "unit"]);
/** Issues whose candidates fit the text equally well. */
const undecided = new Set<string>(["ADDRESS.ambiguous", "HOUSE.undecided", "ADMIN.ambiguous", "WARD.ambiguous"]);

export class Lookup {
  private readonly client: Client;

  constructor(
    endpoint: string,
    private readonly language: Language,
    fetcher?: typeof fetch,
  ) {
    this.client = createClient({ endpoint, language, timeout: 6000, ...(fetcher ? { fetch: fetcher } : {}) });
  }

  /** Suggestions while something is typed. Codes are repaired without the network. */
  async suggest(text: string, signal: AbortSignal): Promise<Suggestion[]> {
    const query = understand(text);
    if (query.kind === "code") return [];
    if (query.kind === "damaged") {
      return query.repairs
        .slice(0, 3)
        .map(({ code }) => ({ label: code, code, detail: words[this.language].didYouMean, icon: "warning" }));
    }
    if (text.length < 2) return [];
    const found = await this.client.get("/v1/autocomplete", { query: { q: text.slice(0, 200), limit: 6 }, signal });
    return found.features.map(({ properties: p }) => suggestionOf(p, this.language));
  }

  /** Judges what was written or chosen. It never throws but for an abort: without an answer the address is taken as it is. */
  async judge(text: string, unit: string, signal: AbortSignal): Promise<Judged> {
    const query = understand(text);
    try {
      switch (query.kind) {
        case "code":
          return await this.judgeCode(query.code, text, unit, signal);
        case "damaged":
          return { ...this.asWritten(text, unit), damaged: true, choices: await this.repairs(query.repairs, signal) };
        case "reference": {
          const { candidates } = await this.client.get("/v1/resolve", { query: { q: text }, signal });
          const [only, ...more] = candidates;
          if (only?.code && more.length === 0) return await this.judgeCode(only.code, text, unit, signal);
          return { ...this.asWritten(text, unit), choices: candidates.flatMap(choiceOf) };
        }
        default:
          return await this.judgeText(text, unit, signal);
      }
    } catch (error) {
      if (signal.aborted) throw error;
      const failure = error instanceof Error ? error : new Error(String(error));
      const written = this.asWritten(text, unit);
      // A refusal, unlike an absence, says something of the text.
      if (failure instanceof ApiError && !failure.away) {
        written.issues.push({ code: failure.code, message: failure.message });
        return written;
      }
      if (query.kind === "code") written.code = query.code;
      return { ...written, failure };
    }
  }

  /** The text as it is, with the flat in front. */
  asWritten(text: string, unit: string): Judged {
    const line = this.withUnit(text, unit);
    return {
      status: "unverified",
      text,
      line,
      issues: [],
      needsUnit: false,
      choices: [],
      damaged: false,
      ...(unit && { unit }),
    };
  }

  private async judgeText(text: string, unit: string, signal: AbortSignal): Promise<Judged> {
    const address = this.withUnit(text, unit);
    const verdict = await this.client.post("/v1/validate", { body: { address }, signal });
    const judged = this.read(verdict, text, unit);
    // What is not found to the street keeps its words; only its divisions become those of today.
    if (judged.renamed && verdict.verdict.granularity === "commune") {
      const { results } = await this.client.post("/v1/divisions/convert", {
        body: { items: [{ q: address }] },
        signal,
      });
      judged.line = results[0]?.result?.address ?? judged.line;
    }
    return judged;
  }

  private async judgeCode(code: string, text: string, unit: string, signal: AbortSignal): Promise<Judged> {
    const verdict = await this.client.post("/v1/validate", { body: { code }, signal });
    const judged = this.read(verdict, text, unit);
    judged.code = verdict.code ?? code;
    if (verdict.address) return judged;
    // Nobody has this code; it still tells the place.
    const { candidates } = await this.client.get("/v1/resolve", { query: { q: code }, signal });
    const place = candidates[0]?.place;
    if (place) {
      Object.assign(judged, divisionOf(place.division), { status: "partial", position: place.centre, accuracy: 5 });
      judged.line = [this.withUnit(code, unit), place.division?.commune?.full_name, place.division?.province?.full_name]
        .filter(Boolean)
        .join(", ");
    }
    return judged;
  }

  private read(verdict: Verdict, text: string, unit: string): Judged {
    const { granularity, next_action: next } = verdict.verdict;
    const missing = verdict.issues.some((i) => i.code === "UNIT.missing");
    const doubtful = verdict.issues.some((i) => i.component === "unit" && i.code !== "UNIT.missing");
    const door = doors.has(granularity);
    const judged = this.asWritten(text, unit);
    judged.needsUnit = missing || doubtful || unit !== "";
    judged.status =
      next === "accept" || (next === "confirm" && door && !missing)
        ? "verified"
        : verdict.division || verdict.address
          ? "partial"
          : "unverified";
    judged.issues = verdict.issues
      .filter((i) => i.penalty > 0 && i.code !== "ADMIN.old_name")
      .sort((a, b) => b.penalty - a.penalty)
      .map((i) => ({ code: i.code, message: i.message[this.language] }));
    judged.choices = verdict.issues
      .filter((i) => undecided.has(i.code))
      .flatMap((i) => i.candidates ?? [])
      .map((c) => ({ text: c.code ?? c.label, label: c.label }));
    if (verdict.code) judged.code = verdict.code;
    if (verdict.position) judged.position = verdict.position;
    if (verdict.accuracy_m !== undefined) judged.accuracy = verdict.accuracy_m;
    Object.assign(judged, divisionOf(verdict.division));
    const given = verdict.components.find((c) => c.name === "unit")?.value ?? unit;
    if (given) judged.unit = given;
    if (verdict.address && (door || granularity === "street" || granularity === "alley" || granularity === "hamlet")) {
      // A flat is told only to who may know it; the buyer's own word stays on the label.
      judged.line = includes(verdict.address.current, given)
        ? verdict.address.current
        : this.withUnit(verdict.address.current, given);
      const former = verdict.address.former;
      if (former && former !== verdict.address.current) {
        judged.former = includes(former, given) ? former : this.withUnit(former, given);
      }
    }
    const renamed = renamedOf(verdict);
    if (renamed) judged.renamed = renamed;
    return judged;
  }

  private async repairs(repairs: { code: string }[], signal: AbortSignal): Promise<Choice[]> {
    const codes = repairs.slice(0, 3).map((r) => ({ text: r.code, label: r.code }));
    // The registry knows which of them were given, and to which address; without it they are shown as they are.
    try {
      const answers = await Promise.all(
        codes.map(({ text: q }) => this.client.get("/v1/resolve", { query: { q }, signal })),
      );
      const known = answers.flatMap((a) => a.candidates.filter((c) => c.registered).flatMap(choiceOf));
      return known.length > 0 ? known : codes;
    } catch (error) {
      if (signal.aborted) throw error;
      return codes;
    }
  }

  private withUnit(line: string, unit: string): string {
    if (!unit) return line;
    // "P.1205", "Căn 1205" already say what they are.
    return /^\p{L}{2,}|^p\.?\s*\d/iu.test(unit)
      ? `${unit}, ${line}`
      : `${words[this.language].unitWord} ${unit}, ${line}`;
  }
}

function suggestionOf(p: Schema<"SearchProperties">, language: Language): Suggestion {
  const icons: Record<string, IconName> = { house: "house", street: "street", building: "building", code: "pin" };
  const from = p.statuses.commune === "replaced" ? namesOf(p.former, "commune", "district").join(", ") : "";
  const to = p.division.commune?.full_name;
  const renamed = from && to && from !== to ? { from, to } : undefined;
  const detail = p.count && p.count > 1 ? words[language].houses(p.count) : from;
  return {
    label: p.label,
    icon: icons[p.type] ?? "region",
    ...(detail && { detail }),
    ...(p.code && { code: p.code }),
    ...(renamed && { renamed }),
  };
}

function choiceOf(c: Schema<"Candidate">): Choice[] {
  if (!c.code) return [];
  return [{ text: c.code, label: c.address ? `${c.code} · ${c.address.label}` : c.code }];
}

function divisionOf(division: Division | undefined): Partial<Judged> {
  const { commune, province, postal_code: postcode } = division ?? {};
  return {
    ...(commune && { commune: { code: commune.code, name: commune.full_name } }),
    ...(province && { province: { code: province.code, name: province.full_name } }),
    ...(postcode && { postcode }),
  };
}

/** What was written with its former name, and what that is today. */
function renamedOf(verdict: Verdict): Judged["renamed"] {
  const { division, former } = verdict;
  const replaced = (name: string) => verdict.components.some((c) => c.name === name && c.status === "replaced");
  if (replaced("province") && former?.province?.code !== division?.province?.code) {
    const from = namesOf(former, "commune", "district", "province").join(", ");
    const to = namesOf(division, "commune", "province").join(", ");
    return from && to ? { from, to } : undefined;
  }
  if (!replaced("commune")) return undefined;
  const from = namesOf(former, "commune", "district").join(", ");
  const to = division?.commune?.full_name;
  return from && to && from !== to ? { from, to } : undefined;
}

const namesOf = (d: Division | undefined, ...levels: ("commune" | "district" | "province")[]): string[] =>
  levels.flatMap((l) => (d?.[l] ? [d[l].full_name] : []));

/** Whether a line already has the flat, as a word of its own. */
function includes(line: string, unit: string): boolean {
  if (!unit) return true;
  const place = line.toLowerCase().indexOf(unit.toLowerCase());
  return place >= 0 && !/[\p{L}\p{N}]/u.test(line[place + unit.length] ?? "");
}
