import { describe, expect, test } from "vitest";
import { likeCode, understand } from "./query";

const code = "5FJBC-2NJV-T33";

describe("a text in the search box", () => {
  test.each([
    [code],
    ["5fjbc 2njv t33"],
    ["5FJBC2NJVT33"],
    [`  ${code}  `],
    [`https://diachi.example.vn/${code}`],
    [`https://other.example/5FJBC2NJVT33?lang=en`],
    [`https://diachi.example.vn/?q=${code}`],
    [`giao đến ${code} trước 5 giờ`],
  ])("%s is the code", (text) => {
    expect(understand(text)).toEqual({ kind: "code", code });
  });

  test.each([["5FJBC-2NJV-T35"], ["5FJBC-2NJV-T3"], ["5FJBC-2NJV-T?3"], ["5FJCB-2NJV-T33"]])(
    "%s is nearly a code",
    (text) => {
      const q = understand(text);
      expect(q.kind).toBe("damaged");
      if (q.kind === "damaged") expect(q.repairs.map((r) => r.code)).toContain(code);
    },
  );

  test.each([
    ["21.0287,105.8524", 21.0287, 105.8524],
    ["21.0287, 105.8524", 21.0287, 105.8524],
    ["(21.0287; 105.8524)", 21.0287, 105.8524],
    ["geo:21.0287,105.8524?z=19", 21.0287, 105.8524],
    ["-8 115", -8, 115],
  ])("%s is a position", (text, lat, lon) => {
    expect(understand(text)).toEqual({ kind: "position", at: { lat, lon } });
  });

  test.each([["2NJV-T33, phường Hoàn Kiếm"], ["osm:node/1"], ["8d415cb4e426bbf"], ["7PH73RVX+F2"]])(
    "%s is a reference",
    (text) => {
      expect(understand(text).kind).toBe("reference");
    },
  );

  test.each([
    ["12 Hàng Khay, Hoàn Kiếm"],
    ["123 Le Loi Hue"],
    ["95 91"], // no such latitude
    ["pho mau"],
    ["số 5 ngách 34 ngõ 12 khâm thiên"],
    ["javascript:alert(1)"],
    ["https://other.example/"],
    [""],
    ["https://%"],
  ])("%s is words", (text) => {
    expect(understand(text).kind).toBe("words");
  });
});

test("a house number with its street is no attempt at a code", () => {
  for (const text of ["12/34 Khâm Thiên", "1234 Nguyễn Trãi", "Hàng Bạc", "999999999999999"])
    expect(likeCode(text), text).toBe(false);
  for (const text of ["5FJBC2NJVT3", "5FJBC-2NJV-T?3", "5FJBC 2NJV T33"]) expect(likeCode(text), text).toBe(true);
});
