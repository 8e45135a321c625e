/** A call that failed: refused by the API with a problem, or without any answer. An aborted call throws AbortError instead. */
export class ApiError extends Error {
    status;
    problem;
    retryAfter;
    name = "ApiError";
    constructor(message, 
    /** Of HTTP; 0 when no answer came. */
    status, 
    /** What the API says, where it does. */
    problem, 
    /** Seconds after which to ask again, where the API says so. */
    retryAfter, options) {
        super(message, options);
        this.status = status;
        this.problem = problem;
        this.retryAfter = retryAfter;
    }
    /** The problem's stable code; "offline" when no answer came. */
    get code() {
        return this.problem?.code ?? (this.status === 0 ? "offline" : "internal");
    }
    /** Whether the service is away or overloaded, rather than saying no. */
    get away() {
        return this.status === 0 || this.status === 429 || this.status >= 500;
    }
}
export function createClient(options = {}) {
    const endpoint = (options.endpoint ?? "").replace(/\/+$/, "");
    const send = async (method, template, call = {}) => {
        const headers = { Accept: "application/json", ...call.headers };
        if (options.language)
            headers["Accept-Language"] ??= options.language;
        if (options.key)
            headers.Authorization ??= `Bearer ${options.key}`;
        const plain = typeof call.body === "string" || call.body instanceof Blob;
        if (call.body !== undefined && !plain)
            headers["Content-Type"] ??= "application/json";
        const { signal, done } = deadline(call.signal, options.timeout ?? 10_000);
        let response;
        let text;
        try {
            response = await (options.fetch ?? fetch)(endpoint + fill(template, call), {
                method: method.toUpperCase(),
                headers,
                signal,
                ...(call.body === undefined ? {} : { body: plain ? call.body : JSON.stringify(call.body) }),
            });
            text = await response.text();
        }
        catch (cause) {
            if (call.signal?.aborted)
                throw cause;
            throw new ApiError("the service did not answer", 0, undefined, undefined, { cause });
        }
        finally {
            done();
        }
        const json = /^application\/(?:[\w.-]+\+)?json\b/.test(response.headers.get("Content-Type") ?? "");
        const body = json && text !== "" ? read(text) : text || undefined;
        if (response.ok)
            return body;
        const problem = json ? body : undefined;
        const wait = Number(response.headers.get("Retry-After")) || undefined;
        throw new ApiError(problem?.detail ?? problem?.title ?? `HTTP ${response.status}`, response.status, problem, wait);
    };
    const caller = (method) => (path, call) => send(method, path, call);
    return {
        get: caller("get"),
        post: caller("post"),
        put: caller("put"),
        patch: caller("patch"),
        delete: caller("delete"),
    }; // the types above say what send is told and answers; it works on any path
}
/** A path with its parameters in place and the query behind it; lists are repeated, undefined is left out. */
function fill(template, { path = {}, query = {} }) {
    const filled = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(path[name])));
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
        for (const one of Array.isArray(value) ? value : [value])
            if (one !== undefined)
                search.append(name, String(one));
    }
    return search.size > 0 ? `${filled}?${search}` : filled;
}
/** A signal that fires with another one or after a time. AbortSignal.any is younger than browsers in use. */
function deadline(other, milliseconds) {
    const controller = new AbortController();
    const abort = () => controller.abort(other?.reason);
    const timer = setTimeout(() => controller.abort(new DOMException("timeout", "TimeoutError")), milliseconds);
    if (other?.aborted)
        abort();
    other?.addEventListener("abort", abort);
    const done = () => {
        clearTimeout(timer);
        other?.removeEventListener("abort", abort);
    };
    return { signal: controller.signal, done };
}
function read(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
//# sourceMappingURL=client.js.map