import type { Schema } from "@diachiso/addresscode/client";
import { describe, expect, test } from "vitest";
import { Lookup } from "../src/lookup";

const signal = new AbortController().signal;

type Answers = Record<string, unknown>;

/** A lookup that gets the answers by path, and what it asked for. */
function asking(answers: Answers, language: "vi" | "en" = "vi") {
  const asked: { path: string; body: unknown }[] = [];
  const lookup = new Lookup("https://dcs.example", language, async (url, init) => {
    const path = decodeURIComponent(String(url).replace("https://dcs.example", "").replaceAll("+", " "));
    asked.push({ path, body: init?.body ? JSON.parse(String(init.body)) : undefined });
    const answer = answers[path.split("?")[0] as string];
    if (answer === undefined) throw new TypeError("no network");
    return Response.json(answer);
  });
  return { lookup, asked };
}

const ref = (type: string, name: string, code: string) => ({ type, name, code, full_name: `${type} ${name}` });
const now = {
  commune: ref("Phường", "Hai Bà Trưng", "00256"),
  province: ref("Thành phố", "Hà Nội", "01"),
  postal_code: "11626",
};
const before = {
  commune: ref("Phường", "Lê Đại Hành", "00256"),
  district: ref("Quận", "Hai Bà Trưng", "007"),
  province: ref("Thành phố", "Hà Nội", "01"),
};

function verdict(v: Partial<Omit<Schema<"Verdict">, "verdict">> & { verdict?: Partial<Schema<"VerdictSummary">> }) {
  return {
    score: 1,
    components: [],
    issues: [],
    unmatched: [],
    division: now,
    ...v,
    verdict: { granularity: "house", complete: true, next_action: "accept", ...v.verdict },
  };
}

const issue = (code: string, component: string, penalty = 0.2) => ({
  code,
  component,
  penalty,
  message: { vi: `vi ${code}`, en: `en ${code}` },
});

const house = "Số 12 Phố Mẫu 1, Phường Hai Bà Trưng, Thành phố Hà Nội";

describe("an address", () => {
  test("with old names is verified under new ones, and says so", async () => {
    const { lookup, asked } = asking({
      "/v1/validate": verdict({
        code: "5FJBH-KCMM-S14",
        address: { current: house, former: "Số 12 Phố Mẫu 1, Phường Lê Đại Hành, Quận Hai Bà Trưng, Thành phố Hà Nội" },
        former: before,
        position: { lat: 21.01, lon: 105.84 },
        accuracy_m: 5,
        components: [
          { name: "commune", value: "Phường Hai Bà Trưng", status: "replaced", former: "Phường Lê Đại Hành" },
        ],
        issues: [issue("ADMIN.old_name", "commune", 0.02), issue("DISTRICT.abolished", "district", 0)],
      } as never),
    });
    const text = "12 Phố Mẫu 1, P. Lê Đại Hành, Q. Hai Bà Trưng";
    const judged = await lookup.judge(text, "", signal);
    expect(asked).toEqual([{ path: "/v1/validate", body: { address: text } }]);
    expect(judged).toMatchObject({
      status: "verified",
      text,
      line: house,
      code: "5FJBH-KCMM-S14",
      commune: { code: "00256", name: "Phường Hai Bà Trưng" },
      postcode: "11626",
      issues: [],
      renamed: { from: "Phường Lê Đại Hành, Quận Hai Bà Trưng", to: "Phường Hai Bà Trưng" },
    });
  });

  test("of a tower asks for the flat, and keeps it on the label where the registry does not tell it", async () => {
    const tower = "Tháp Mẫu, Phường Hai Bà Trưng, Thành phố Hà Nội";
    const missing = asking({
      "/v1/validate": verdict({
        verdict: { granularity: "building", next_action: "add_unit" },
        address: { current: tower },
        issues: [issue("UNIT.missing", "unit", 0.15)] as never,
      }),
    });
    expect(await missing.lookup.judge("Tháp Mẫu", "", signal)).toMatchObject({
      status: "partial",
      needsUnit: true,
      line: tower,
    });
    const given = asking({
      "/v1/validate": verdict({
        verdict: { granularity: "building", next_action: "confirm" },
        address: { current: tower },
        components: [{ name: "unit", value: "02-05", status: "unconfirmed" }],
      } as never),
    });
    expect(await given.lookup.judge("Tháp Mẫu", "02-05", signal)).toMatchObject({
      status: "verified",
      unit: "02-05",
      line: `Căn hộ 02-05, ${tower}`,
    });
    expect(given.asked[0]?.body).toEqual({ address: "Căn hộ 02-05, Tháp Mẫu" });
  });

  test("whose street is unknown keeps its words, under the names of today", async () => {
    const { lookup } = asking({
      "/v1/validate": verdict({
        verdict: { granularity: "commune", next_action: "fix" },
        former: before,
        address: { current: "Phường Hai Bà Trưng, Thành phố Hà Nội" },
        components: [{ name: "commune", value: "Phường Hai Bà Trưng", status: "replaced" }],
        issues: [issue("STREET.not_found", "street", 0.4)],
      } as never),
      "/v1/divisions/convert": {
        results: [
          { status: "converted", items: [], result: { address: "5 Phố Lạ, Phường Hai Bà Trưng, Thành phố Hà Nội" } },
        ],
      },
    });
    expect(await lookup.judge("5 Phố Lạ, Lê Đại Hành", "", signal)).toMatchObject({
      status: "partial",
      line: "5 Phố Lạ, Phường Hai Bà Trưng, Thành phố Hà Nội",
      issues: [{ code: "STREET.not_found", message: "vi STREET.not_found" }],
    });
  });

  test("that nothing is known of goes as it is written", async () => {
    const { lookup } = asking({
      "/v1/validate": { ...verdict({ verdict: { granularity: "none", next_action: "fix" } }), division: undefined },
    });
    expect(await lookup.judge("nhà bà Tư gần chợ", "", signal)).toMatchObject({
      status: "unverified",
      line: "nhà bà Tư gần chợ",
    });
  });

  test("goes as it is written when the service is away", async () => {
    const { lookup } = asking({});
    const judged = await lookup.judge("12 Phố Mẫu 1", "02-05", signal);
    expect(judged).toMatchObject({
      status: "unverified",
      line: "Căn hộ 02-05, 12 Phố Mẫu 1",
      failure: { code: "offline" },
    });
  });

  test("an overtaken question is no failure", async () => {
    const stop = new AbortController();
    const { lookup } = asking({});
    const judging = lookup.judge("12 Phố Mẫu 1", "", stop.signal);
    stop.abort();
    await expect(judging).rejects.toThrow();
  });
});

describe("a code", () => {
  test("in any spelling becomes its address", async () => {
    const { lookup, asked } = asking({
      "/v1/validate": verdict({ code: "5FJBH-KCMM-S14", address: { current: house } }),
    });
    const judged = await lookup.judge("5fjbh kcmm s14", "", signal);
    expect(asked[0]?.body).toEqual({ code: "5FJBH-KCMM-S14" });
    expect(judged).toMatchObject({ status: "verified", code: "5FJBH-KCMM-S14", line: house });
  });

  test("is checked by itself when the service is away", async () => {
    const { lookup } = asking({});
    expect(await lookup.judge("5fjbh kcmm s14", "", signal)).toMatchObject({
      status: "unverified",
      code: "5FJBH-KCMM-S14",
    });
    const damaged = await lookup.judge("5FJBH-KCMM-S1X", "", signal);
    expect(damaged).toMatchObject({ damaged: true, choices: [{ text: "5FJBH-KCMM-S14" }] });
    expect(damaged.code).toBeUndefined();
  });

  test("that is damaged is offered with the address that has it", async () => {
    const { lookup } = asking({
      "/v1/resolve": {
        kind: "code",
        candidates: [{ code: "5FJBH-KCMM-S14", registered: true, address: { label: house } }],
      },
    });
    const { choices } = await lookup.judge("5FJBH-KCMM-S1X", "", signal);
    expect(choices).toEqual([{ text: "5FJBH-KCMM-S14", label: `5FJBH-KCMM-S14 · ${house}` }]);
  });

  test("that nobody has still tells its place", async () => {
    const { lookup } = asking({
      "/v1/validate": {
        ...verdict({ verdict: { granularity: "none", next_action: "confirm" } }),
        division: undefined,
        issues: [issue("CODE.not_registered", "code", 0.3)],
      },
      "/v1/resolve": {
        kind: "code",
        candidates: [
          {
            code: "5FJBC-2NJV-T33",
            registered: false,
            place: { centre: { lat: 21.0287, lon: 105.8524 }, division: now },
          },
        ],
      },
    });
    expect(await lookup.judge("5FJBC-2NJV-T33", "", signal)).toMatchObject({
      status: "partial",
      line: "5FJBC-2NJV-T33, Phường Hai Bà Trưng, Thành phố Hà Nội",
      position: { lat: 21.0287, lon: 105.8524 },
    });
  });
});

test("suggestions for a damaged code need no network, and none are asked for a code", async () => {
  const { lookup, asked } = asking({});
  expect(await lookup.suggest("5FJBH-KCMM-S1X", signal)).toMatchObject([{ label: "5FJBH-KCMM-S14" }]);
  expect(await lookup.suggest("5FJBH-KCMM-S14", signal)).toEqual([]);
  expect(asked).toEqual([]);
});
