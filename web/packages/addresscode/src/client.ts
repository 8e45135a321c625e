// A thin client of the HTTP API, typed by openapi.gen.ts, which is generated from the API's own description.
import type { components, paths } from "./client/openapi.gen.js";

export type { components, operations, paths } from "./client/openapi.gen.js";

/** A schema of the API by its name: Schema<"Verdict">. */
export type Schema<N extends keyof components["schemas"]> = components["schemas"][N];

/** What the API refuses with, RFC 9457. */
export type Problem = Schema<"Problem">;

type Method = "get" | "post" | "put" | "patch" | "delete";
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;

/** The paths that have a method. */
export type PathsOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];

type Parameters<O, Where extends string> = O extends { parameters: { [W in Where]?: infer T } }
  ? NonNullable<T>
  : never;
type Body<O> = O extends { requestBody?: { content: infer C } } ? C[keyof C] : never;

// A group of parameters is required when one of them is.
type Group<Name extends string, T> = [T] extends [never]
  ? { [N in Name]?: never }
  : Record<never, never> extends T
    ? { [N in Name]?: T }
    : { [N in Name]: T };

/** What a call is given: parameters by where they go, the body, and how long it may take. */
export type Call<P extends keyof paths, M extends Method> = Group<"path", Parameters<Operation<P, M>, "path">> &
  Group<"query", Parameters<Operation<P, M>, "query">> &
  (Body<Operation<P, M>> extends never ? { body?: never } : { body: Body<Operation<P, M>> }) & {
    headers?: Record<string, string>;
    signal?: AbortSignal;
  };

type Content<R> = R extends { content: infer C } ? C[keyof C] : undefined;
type Success<R> = { [S in keyof R]: S extends 200 | 201 | 202 | 204 ? Content<R[S]> : never }[keyof R];

/** What a successful call answers; text where the API does not answer with JSON. */
export type Answer<P extends keyof paths, M extends Method> = Success<
  Operation<P, M> extends { responses: infer R } ? R : never
>;

// A call without anything required needs no second argument.
type Arguments<C> = Record<never, never> extends C ? [call?: C] : [call: C];

type Caller<M extends Method> = <P extends PathsOf<M>>(
  path: P,
  ...call: Arguments<Call<P, M>>
) => Promise<Answer<P, M>>;

/** A call by method, path template and parameters: client.get("/v1/resolve", { query: { q } }). All throw ApiError. */
export type Client = { readonly [M in Method]: Caller<M> };

export interface ClientOptions {
  /** Where the API is, "https://…"; the page's own origin by default. */
  endpoint?: string;
  /** Of the messages that the API writes. */
  language?: "vi" | "en";
  /** For programs on servers. A browser must not hold one: what is on a page is public. */
  key?: string;
  /** How long a call may take, in milliseconds; 10,000 by default. */
  timeout?: number;
  fetch?: typeof fetch;
}

/** A call that failed: refused by the API with a problem, or without any answer. An aborted call throws AbortError instead. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    message: string,
    /** Of HTTP; 0 when no answer came. */
    readonly status: number,
    /** What the API says, where it does. */
    readonly problem?: Problem,
    /** Seconds after which to ask again, where the API says so. */
    readonly retryAfter?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The problem's stable code; "offline" when no answer came. */
  get code(): string {
    return this.problem?.code ?? (this.status === 0 ? "offline" : "internal");
  }

  /** Whether the service is away or overloaded, rather than saying no. */
  get away(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export function createClient(options: ClientOptions = {}): Client {
  const endpoint = (options.endpoint ?? "").replace(/\/+$/, "");
  const send = async (method: Method, template: string, call: LooseCall = {}): Promise<unknown> => {
    const headers: Record<string, string> = { Accept: "application/json", ...call.headers };
    if (options.language) headers["Accept-Language"] ??= options.language;
    if (options.key) headers.Authorization ??= `Bearer ${options.key}`;
    const plain = typeof call.body === "string" || call.body instanceof Blob;
    if (call.body !== undefined && !plain) headers["Content-Type"] ??= "application/json";
    const { signal, done } = deadline(call.signal, options.timeout ?? 10_000);
    let response: Response;
    let text: string;
    try {
      response = await (options.fetch ?? fetch)(endpoint + fill(template, call), {
        method: method.toUpperCase(),
        headers,
        signal,
        ...(call.body === undefined ? {} : { body: plain ? (call.body as BodyInit) : JSON.stringify(call.body) }),
      });
      text = await response.text();
    } catch (cause) {
      if (call.signal?.aborted) throw cause;
      throw new ApiError("the service did not answer", 0, undefined, undefined, { cause });
    } finally {
      done();
    }
    const json = /^application\/(?:[\w.-]+\+)?json\b/.test(response.headers.get("Content-Type") ?? "");
    const body = json && text !== "" ? read(text) : text || undefined;
    if (response.ok) return body;
    const problem = json ? (body as Problem | undefined) : undefined;
    const wait = Number(response.headers.get("Retry-After")) || undefined;
    throw new ApiError(problem?.detail ?? problem?.title ?? `HTTP ${response.status}`, response.status, problem, wait);
  };
  const caller = (method: Method) => (path: string, call?: LooseCall) => send(method, path, call);
  return {
    get: caller("get"),
    post: caller("post"),
    put: caller("put"),
    patch: caller("patch"),
    delete: caller("delete"),
  } as unknown as Client; // the types above say what send is told and answers; it works on any path
}

/** A call without its types. */
interface LooseCall {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** A path with its parameters in place and the query behind it; lists are repeated, undefined is left out. */
function fill(template: string, { path = {}, query = {} }: LooseCall): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) search.append(name, String(one));
  }
  return search.size > 0 ? `${filled}?${search}` : filled;
}

/** A signal that fires with another one or after a time. AbortSignal.any is younger than browsers in use. */
function deadline(other: AbortSignal | undefined, milliseconds: number): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort(other?.reason);
  const timer = setTimeout(() => controller.abort(new DOMException("timeout", "TimeoutError")), milliseconds);
  if (other?.aborted) abort();
  other?.addEventListener("abort", abort);
  const done = () => {
    clearTimeout(timer);
    other?.removeEventListener("abort", abort);
  };
  return { signal: controller.signal, done };
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
