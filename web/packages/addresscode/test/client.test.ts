import { describe, expect, expectTypeOf, test } from "vitest";
import { ApiError, createClient, type Schema } from "../src/client.js";

interface Sent {
  url: string;
  init: RequestInit;
}

/** A client of a service that answers as told, and what it was sent. */
function served(answer: () => Response | Promise<Response>) {
  const sent: Sent[] = [];
  const client = createClient({
    endpoint: "https://dcs.example/",
    language: "vi",
    timeout: 20,
    fetch: async (url, init) => {
      sent.push({ url: String(url), init: init ?? {} });
      return answer();
    },
  });
  return { client, sent };
}

const json = (body: unknown, init?: ResponseInit) =>
  new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" }, ...init });

test("parameters go to their places, and the answer has its type", async () => {
  const { client, sent } = served(() => json({ kind: "code", candidates: [] }));
  const answer = await client.get("/v1/resolve", { query: { q: "2NJV-T33, phường Hoàn Kiếm" } });
  expectTypeOf(answer).toEqualTypeOf<Schema<"Resolution">>();
  await client.get("/v1/addresses/{code}", { path: { code: "5FJBC-2NJV-T33/../x" } });
  expect(sent.map((s) => s.url)).toEqual([
    `https://dcs.example/v1/resolve?${new URLSearchParams({ q: "2NJV-T33, phường Hoàn Kiếm" })}`,
    "https://dcs.example/v1/addresses/5FJBC-2NJV-T33%2F..%2Fx",
  ]);
  expect(sent[0]?.init.headers).toEqual({ Accept: "application/json", "Accept-Language": "vi" });
});

test("a body is JSON", async () => {
  const { client, sent } = served(() => json({}));
  await client.post("/v1/validate", { body: { address: "12 Hàng Khay" } });
  expect(sent[0]?.init).toMatchObject({ method: "POST", body: '{"address":"12 Hàng Khay"}' });
  expect(sent[0]?.init.headers).toMatchObject({ "Content-Type": "application/json" });
});

test("what the description does not have is no call", () => {
  const { client } = served(() => json({}));
  // @ts-expect-error there is no such path
  void client.get("/v1/nothing").catch(() => {});
  // @ts-expect-error q is required
  void client.get("/v1/resolve").catch(() => {});
  // @ts-expect-error the body has another form
  void client.post("/v1/validate", { body: { text: "12 Hàng Khay" } }).catch(() => {});
});

describe("failures", () => {
  const problem = {
    type: "/docs/errors#not_found",
    title: "Không có",
    status: 404,
    code: "not_found",
    request_id: "x",
  };
  const failure = async (answer: () => Response | Promise<Response>): Promise<ApiError> => {
    const { client } = served(answer);
    return client.get("/v1/version").then(
      () => expect.unreachable(),
      (error) => error,
    );
  };
  test("a problem", async () => {
    const error = await failure(() =>
      json(problem, { status: 404, headers: { "Content-Type": "application/problem+json" } }),
    );
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 404, code: "not_found", away: false, message: "Không có" });
  });
  test("too many requests", async () => {
    const error = await failure(() => new Response("", { status: 429, headers: { "Retry-After": "7" } }));
    expect(error).toMatchObject({ status: 429, away: true, retryAfter: 7 });
  });
  test("a proxy's page", async () => {
    const error = await failure(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    expect(error).toMatchObject({ code: "internal", away: true, message: "HTTP 502" });
  });
  test("no network", async () => {
    const error = await failure(() => Promise.reject(new TypeError("failed to fetch")));
    expect(error).toMatchObject({ status: 0, code: "offline", away: true });
  });
  test("no answer in time", async () => {
    const client = createClient({
      timeout: 5,
      fetch: (_, init) =>
        new Promise((_ok, fail) => init?.signal?.addEventListener("abort", () => fail(init.signal?.reason))),
    });
    await expect(client.get("/v1/version")).rejects.toMatchObject({ code: "offline" });
  });
  test("an aborted call is no failure of the service", async () => {
    const stop = new AbortController();
    stop.abort();
    const client = createClient({ fetch: async (_, init) => init?.signal?.throwIfAborted() as never });
    await expect(client.get("/v1/version", { signal: stop.signal })).rejects.toMatchObject({ name: "AbortError" });
  });
});
