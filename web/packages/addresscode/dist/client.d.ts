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
    [P in keyof paths]: paths[P] extends Record<M, {
        responses: unknown;
    }> ? P : never;
}[keyof paths];
type Parameters<O, Where extends string> = O extends {
    parameters: {
        [W in Where]?: infer T;
    };
} ? NonNullable<T> : never;
type Body<O> = O extends {
    requestBody?: {
        content: infer C;
    };
} ? C[keyof C] : never;
type Group<Name extends string, T> = [T] extends [never] ? {
    [N in Name]?: never;
} : Record<never, never> extends T ? {
    [N in Name]?: T;
} : {
    [N in Name]: T;
};
/** What a call is given: parameters by where they go, the body, and how long it may take. */
export type Call<P extends keyof paths, M extends Method> = Group<"path", Parameters<Operation<P, M>, "path">> & Group<"query", Parameters<Operation<P, M>, "query">> & (Body<Operation<P, M>> extends never ? {
    body?: never;
} : {
    body: Body<Operation<P, M>>;
}) & {
    headers?: Record<string, string>;
    signal?: AbortSignal;
};
type Content<R> = R extends {
    content: infer C;
} ? C[keyof C] : undefined;
type Success<R> = {
    [S in keyof R]: S extends 200 | 201 | 202 | 204 ? Content<R[S]> : never;
}[keyof R];
/** What a successful call answers; text where the API does not answer with JSON. */
export type Answer<P extends keyof paths, M extends Method> = Success<Operation<P, M> extends {
    responses: infer R;
} ? R : never>;
type Arguments<C> = Record<never, never> extends C ? [call?: C] : [call: C];
type Caller<M extends Method> = <P extends PathsOf<M>>(path: P, ...call: Arguments<Call<P, M>>) => Promise<Answer<P, M>>;
/** A call by method, path template and parameters: client.get("/v1/resolve", { query: { q } }). All throw ApiError. */
export type Client = {
    readonly [M in Method]: Caller<M>;
};
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
export declare class ApiError extends Error {
    /** Of HTTP; 0 when no answer came. */
    readonly status: number;
    /** What the API says, where it does. */
    readonly problem?: Problem | undefined;
    /** Seconds after which to ask again, where the API says so. */
    readonly retryAfter?: number | undefined;
    readonly name = "ApiError";
    constructor(message: string, 
    /** Of HTTP; 0 when no answer came. */
    status: number, 
    /** What the API says, where it does. */
    problem?: Problem | undefined, 
    /** Seconds after which to ask again, where the API says so. */
    retryAfter?: number | undefined, options?: ErrorOptions);
    /** The problem's stable code; "offline" when no answer came. */
    get code(): string;
    /** Whether the service is away or overloaded, rather than saying no. */
    get away(): boolean;
}
export declare function createClient(options?: ClientOptions): Client;
