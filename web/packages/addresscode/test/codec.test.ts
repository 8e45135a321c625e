import { describe, expect, test } from "vitest";
import * as codec from "../src/index.js";

const kind = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    if (error instanceof codec.AddressCodeError) return error.kind;
    throw error;
  }
  return "none";
};

describe("the worked example of the specification", () => {
  test("from a place to a code and back", () => {
    expect(codec.cellAt(21.0287, 105.8524)).toBe("8d415cb4e426bbf");
    expect(codec.encode(21.0287, 105.8524, 0)).toBe("5FJBC-2NJV-T33");
    expect(codec.keyOf("5FJBC-2NJV-T33")).toBe(1543632616014);
    const { centre, ...rest } = codec.decode("5fjbc2njvt33");
    expect(rest).toEqual({ code: "5FJBC-2NJV-T33", cell: "8d415cb4e426bbf", ordinal: 0, zone: "5FJBC-" });
    expect(codec.cellAt(centre.lat, centre.lon)).toBe("8d415cb4e426bbf");
  });
  test("its repair says where the text differs", () => {
    const text = "5fjbc 2nxv t33";
    const [suggestion, ...more] = codec.correct(text);
    expect(more).toEqual([]);
    expect(suggestion).toMatchObject({ code: "5FJBC-2NJV-T33", redundancy: 1, verified: true });
    const change = suggestion?.changes[0];
    expect(change).toMatchObject({ kind: "substitution", at: 7, from: "X", to: "J" });
    expect(text.slice(change?.start, change?.end)).toBe("x");
  });
});

describe("forms", () => {
  test.each([
    ["canonical", "5FJBC-2NJV-T33"],
    ["compact", "5FJBC2NJVT33"],
    ["short", "2NJV-T33"],
  ] as const)("%s", (form, want) => expect(codec.format("５ｆｊｂｃ–2njv.t33", form)).toBe(want));
  test("strict reading takes the canonical form alone", () => {
    expect(codec.parseStrict("5FJBC-2NJV-T33")).toBe("5FJBC-2NJV-T33");
    expect(kind(() => codec.parseStrict("5fjbc-2njv-t33"))).toBe("not_canonical");
  });
});

describe("errors", () => {
  test.each([
    ["NaN", Number.NaN, 105, "position_invalid"],
    ["exchanged", 105.8524, 21.0287, "position_swapped"],
    ["Paris", 48.85, 2.35, "position_outside"],
    ["not on the globe", 21, 1058, "position_invalid"],
    ["no position", 0, 0, "position_outside"],
  ])("position: %s", (_, lat, lon, want) => expect(kind(() => codec.encode(lat, lon))).toBe(want));
  test.each([
    ["ordinal 31", () => codec.encode(21.0287, 105.8524, 31), "ordinal"],
    ["ordinal of a half", () => codec.encode(21.0287, 105.8524, 0.5), "ordinal"],
    ["a zone's cell", () => codec.fromCell(codec.zoneCell("5FJBC-"), 0), "resolution"],
    ["a coarse cell", () => codec.zoneOfCell("81417ffffffffff"), "resolution"],
    ["an edge, not a cell", () => codec.fromCell("115283473fffffff", 0), "cell"],
    ["a digit 7", () => codec.fromCell("8d415cb4e426bff", 0), "cell"],
    ["a cell of London", () => codec.fromCell("8d195da49b2e8ff", 0), "root"],
    ["a zone kept for later", () => codec.parseZone("ZZZZZ-"), "reserved"],
    ["a key beyond all", () => codec.fromKey(27 ** 9), "reserved"],
    ["a key below all", () => codec.fromKey(-1), "reserved"],
    ["the key of no code", () => codec.fromKey(0), "digits_only"],
    ["a lone surrogate", () => codec.parse("5FJBC\ud800NJV-T33"), "symbol"],
    ["257 bytes", () => codec.parse(" ".repeat(257)), "length"],
    ["86 characters of 258 bytes", () => codec.parse("\u3000".repeat(86)), "length"],
  ])("%s", (_, f, want) => expect(kind(f)).toBe(want));
  test("85 characters of 255 bytes are read", () => {
    expect(codec.parse("5FJBC2NJVT33".padEnd(12 + 81, "\u3000"))).toBe("5FJBC-2NJV-T33");
  });
  test("a message quotes no more than a character", () => {
    const checked = codec.check("5FJBC-2NĐV-T33");
    expect(checked.ok ? "" : checked.error.message).toBe(
      'character 9, "Đ", is none of the symbols 0123456789BCFGHJKMNPQRSTVXZ',
    );
  });
});

test("every repair of one damaged symbol leads back to the code", () => {
  const code = "5FJBC2NJVT33";
  for (let at = 0; at < code.length; at++) {
    for (const symbol of `${codec.alphabet}?`) {
      if (symbol === code[at]) continue;
      const damaged = code.slice(0, at) + symbol + code.slice(at + 1);
      expect(codec.correct(damaged)[0]?.code).toBe("5FJBC-2NJV-T33");
    }
  }
});

test("zones", () => {
  const [low, high] = codec.zoneKeys("5fjbc");
  expect(codec.zoneOf(codec.fromKey(low + 31))).toBe("5FJBC-");
  expect(codec.zoneOf(codec.fromKey(high))).toBe("5FJBC-");
  expect(codec.zoneFromNumber(codec.zoneNumber("5FJBC-"))).toBe("5FJBC-");
  expect(codec.zoneAt(21.0287, 105.8524)).toBe("5FJBC-");
  expect(codec.outlineOf(codec.zoneCell("5FJBC-"))).toHaveLength(6);
});
