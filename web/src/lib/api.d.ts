/** What the API answers with when it refuses (RFC 9457), as far as pages show it. */
export interface Problem {
  status: number;
  code: string;
  title: string;
  detail?: string;
  hint?: string;
  errors?: {
    field: string;
    code?: string;
    detail?: string;
  }[];
  suggestions?: {
    code: string;
  }[];
  request_id?: string;
}
export declare class ApiError extends Error {
  /** `offline` where no answer came at all. */
  readonly code: string;
  readonly title: string;
  readonly hint: string;
  readonly problem: Partial<Problem>;
  constructor(
    /** `offline` where no answer came at all. */
    code: string,
    title: string,
    hint?: string,
    problem?: Partial<Problem>,
  );
  /** Whether the service could not be reached or had no time, rather than refused. */
  get away(): boolean;
  /** One or two sentences for whoever looks at the page. */
  get words(): string;
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
export declare function withQuery(path: string, query?: CallOptions["query"]): string;
/** The answer's body, undefined where there is none. An aborted call throws AbortError, every other failure ApiError. */
export declare function call<T>(path: string, options?: CallOptions): Promise<T>;
/** The answer's body with its headers. */
export declare function exchange<T>(
  path: string,
  o?: CallOptions,
): Promise<{
  body: T;
  headers: Headers;
}>;
