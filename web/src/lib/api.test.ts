import { afterEach, describe, expect, test, vi } from "vitest";
import { type ApiError, call, withQuery } from "./api";

afterEach(() => vi.unstubAllGlobals());

const answers = (status: number, body: string, headers: Record<string, string> = {}) =>
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(body, { status, headers })),
  );

const failure = (path = "/v1/x"): Promise<ApiError> =>
  call(path).then(
    () => expect.fail("it was answered"),
    (e) => e,
  );

describe("a call", () => {
  test("sends what it is given, and no body with GET", async () => {
    answers(200, '{"a":1}');
    expect(await call("/v1/x", { query: { q: "hà nội", none: undefined } })).toEqual({ a: 1 });
    expect(fetch).toHaveBeenCalledWith(
      "/v1/x?q=h%C3%A0+n%E1%BB%99i",
      expect.objectContaining({ method: "GET", body: null }),
    );
    await call("/v1/x", { body: { b: 2 }, csrf: "t" });
    expect(fetch).toHaveBeenLastCalledWith(
      "/v1/x",
      expect.objectContaining({
        method: "POST",
        body: '{"b":2}',
        headers: expect.objectContaining({ "X-CSRF-Token": "t" }),
      }),
    );
  });

  test("that is refused says why and what to do", async () => {
    answers(
      400,
      '{"code":"invalid","title":"Sai","detail":"Có số điện thoại","hint":"Bỏ số điện thoại","errors":[{"field":"a"}]}',
    );
    const e = await failure();
    expect(e).toMatchObject({ code: "invalid", words: "Có số điện thoại. Bỏ số điện thoại", away: false });
    expect(e.problem.errors?.[0]?.field).toBe("a");
  });

  test("that comes too often says how long to wait", async () => {
    answers(429, '{"code":"too_many_requests","title":"Quá nhiều yêu cầu"}', { "Retry-After": "7" });
    expect((await failure()).words).toContain("7 giây");
  });

  test("answered by something else than the API is an error with words all the same", async () => {
    answers(502, "<html>bad gateway</html>");
    expect(await failure()).toMatchObject({ away: true, title: "Máy chủ trả lời lỗi 502" });
  });

  test("without a network is away", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("failed")));
    expect(await failure()).toMatchObject({ code: "offline", away: true });
  });

  test("that was aborted stays aborted", async () => {
    const abort = new AbortController();
    vi.stubGlobal("fetch", async () => {
      abort.abort();
      throw new DOMException("", "AbortError");
    });
    await expect(call("/v1/x", { signal: abort.signal })).rejects.toBeInstanceOf(DOMException);
  });
});

test("a query of nothing is no query", () => {
  expect(withQuery("/v1/x", { a: undefined })).toBe("/v1/x");
  expect(withQuery("/v1/x", { a: 0, b: false })).toBe("/v1/x?a=0&b=false");
});
