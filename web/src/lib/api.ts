// Asking the platform's own API. Every failure is an ApiError whose words can be shown as they are.
import { lang, t } from "./i18n";

/** What the API answers with when it refuses (RFC 9457), as far as pages show it. */
export interface Problem {
  status: number;
  code: string;
  title: string;
  detail?: string;
  hint?: string;
  errors?: { field: string; code?: string; detail?: string }[];
  suggestions?: { code: string }[];
  request_id?: string;
}

export class ApiError extends Error {
  constructor(
    /** `offline` where no answer came at all. */
    readonly code: string,
    readonly title: string,
    readonly hint = "",
    readonly problem: Partial<Problem> = {},
  ) {
    super(problem.detail || title);
    this.name = "ApiError";
  }

  /** Whether the service could not be reached or had no time, rather than refused. */
  get away(): boolean {
    return this.code === "offline" || (this.problem.status ?? 0) >= 500;
  }

  /** One or two sentences for whoever looks at the page. */
  get words(): string {
    const said = this.problem.detail || this.title;
    return this.hint && this.hint !== said ? `${said}. ${this.hint}`.replace(/([.!?])\./g, "$1") : said;
  }
}

export interface CallOptions {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  /** The token of a session, for writes by one. */
  csrf?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Milliseconds until the service counts as away; 15,000 unless given. */
  timeout?: number;
}

/** The path with a query of what is not undefined. */
export function withQuery(path: string, query: CallOptions["query"] = {}): string {
  const given = Object.entries(query).flatMap(([k, v]) => (v === undefined ? [] : [[k, String(v)]]));
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

/** The answer's body, undefined where there is none. An aborted call throws AbortError, every other failure ApiError. */
export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
  return (await exchange<T>(path, options)).body;
}

/** The answer's body with its headers. */
export async function exchange<T>(path: string, o: CallOptions = {}): Promise<{ body: T; headers: Headers }> {
  const late = AbortSignal.timeout(o.timeout ?? 15_000);
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": lang, ...o.headers };
  if (o.body !== undefined) headers["Content-Type"] ??= "application/json";
  if (o.csrf) headers["X-CSRF-Token"] = o.csrf;
  let response: Response;
  let text: string;
  try {
    response = await fetch(withQuery(path, o.query), {
      method: o.method ?? (o.body === undefined ? "GET" : "POST"),
      headers,
      body: o.body === undefined ? null : JSON.stringify(o.body),
      signal: o.signal ? anyOf(o.signal, late) : late,
    });
    text = await response.text();
  } catch (failure) {
    if (o.signal?.aborted) throw failure;
    throw away();
  }
  const body = parse(text);
  if (!response.ok) throw refused(response, body);
  return { body: body as T, headers: response.headers };
}

// AbortSignal.any is younger than some phones in use.
function anyOf(...signals: AbortSignal[]): AbortSignal {
  const both = new AbortController();
  for (const s of signals) {
    if (s.aborted) both.abort(s.reason);
    else s.addEventListener("abort", () => both.abort(s.reason), { once: true, signal: both.signal });
  }
  return both.signal;
}

function parse(text: string): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's page, say
  }
}

function away(): ApiError {
  return new ApiError(
    "offline",
    t("Không liên lạc được với máy chủ", "The service cannot be reached"),
    t("Kiểm tra kết nối mạng rồi thử lại", "Check your connection and try again"),
  );
}

function refused(response: Response, body: unknown): ApiError {
  const p = (body && typeof body === "object" ? body : {}) as Partial<Problem>;
  const title =
    p.title || t(`Máy chủ trả lời lỗi ${response.status}`, `The service answered with error ${response.status}`);
  if (response.status !== 429)
    return new ApiError(p.code || "internal", title, p.hint, { ...p, status: response.status });
  const wait = Number(response.headers.get("Retry-After")) || 60;
  const hint = t(`Thử lại sau ${wait} giây`, `Try again in ${wait} seconds`);
  return new ApiError("too_many_requests", title, hint, { ...p, status: 429 });
}
