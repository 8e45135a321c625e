// What an implementation must do with each file of vectors. It returns the differences, so that a run over hundreds of thousands tells
// the first ones and not a stack trace each.
import * as codec from "../src/index.js";
import { vectors } from "./vectors.js";

export interface Outcome {
  rows: number;
  differences: string[];
}

const kindOf = (error: unknown): [string, number] => {
  if (error instanceof codec.AddressCodeError) return [error.kind, error.position];
  throw error;
};

/** The value, or the kind of its AddressCodeError. */
function attempt(f: () => string): string {
  try {
    return f();
  } catch (error) {
    return `error ${kindOf(error)[0]}`;
  }
}

const list = (text: string): string[] => (text === "" ? [] : text.split(" "));

export function conformance(dir?: string): Outcome {
  const out: Outcome = { rows: 0, differences: [] };
  const same = (file: string, input: string, what: string, got: unknown, want: unknown) => {
    if (got !== want) out.differences.push(`${file} ${JSON.stringify(input)}: ${what} is ${got}, want ${want}`);
  };
  const each = <C extends string>(file: string, columns: readonly C[], run: (row: Record<C, string>) => void) => {
    for (const row of vectors(file, columns, dir)) {
      out.rows++;
      run(row);
    }
  };

  each("encode.csv", ["lat", "lon", "ordinal", "cell", "code"], ({ lat, lon, ordinal, cell, code }) => {
    const at = `${lat} ${lon} ${ordinal}`;
    same(
      "encode",
      at,
      "the cell",
      attempt(() => codec.cellAt(Number(lat), Number(lon))),
      cell,
    );
    same(
      "encode",
      at,
      "the code",
      attempt(() => codec.encode(Number(lat), Number(lon), Number(ordinal))),
      code,
    );
    same(
      "encode",
      at,
      "the code of the cell",
      attempt(() => codec.fromCell(cell, Number(ordinal))),
      code,
    );
  });
  each("decode.csv", ["text", "code", "cell", "ordinal", "zone", "short", "key", "lat", "lon"], (row) => {
    const is = (what: string, got: () => string, want: string) => same("decode", row.text, what, attempt(got), want);
    is("the code", () => codec.parse(row.text), row.code);
    is("the cell", () => codec.cellOf(row.text), row.cell);
    is("the ordinal", () => String(codec.ordinalOf(row.text)), row.ordinal);
    is("the zone", () => codec.zoneOf(row.text), row.zone);
    is("the zone of its cell", () => codec.zoneOfCell(row.cell), row.zone);
    is("the short form", () => codec.format(row.text, "short"), row.short);
    is("the key", () => String(codec.keyOf(row.text)), row.key);
    is("the code of the key", () => codec.fromKey(Number(row.key)), row.code);
    const { centre } = codec.decode(row.text);
    same(
      "decode",
      row.text,
      "the centre",
      `${centre.lat.toFixed(7)},${centre.lon.toFixed(7)}`,
      `${row.lat},${row.lon}`,
    );
  });
  each("correct.csv", ["text", "suggestions"], ({ text, suggestions }) => {
    let got: string;
    try {
      got = codec
        .correct(text)
        .map(({ code, changes, redundancy }) => {
          const kinds = changes.map((c) => c.kind).join("+");
          return `${code}/${kinds}/${redundancy}/${changes.map((c) => `${c.at}:${c.from}>${c.to}`).join("+")}`;
        })
        .join(" ");
      if (got === "") same("correct", text, "valid", codec.check(text).ok, true);
    } catch (error) {
      kindOf(error);
      got = "";
      same("correct", text, "valid", codec.check(text).ok, false);
    }
    same("correct", text, "the suggestions", got, suggestions);
  });
  each("reject.csv", ["text", "kind", "character"], ({ text, kind, character }) => {
    const checked = codec.check(text);
    same("reject", text, "ok", checked.ok, false);
    if (checked.ok) return;
    same("reject", text, "the kind", checked.error.kind, kind);
    same("reject", text, "the character", String(checked.error.position), character);
  });
  each("short.csv", ["short", "zones", "codes"], ({ short, zones, codes }) => {
    same(
      "short",
      short,
      "the codes",
      attempt(() => codec.expandShort(short, list(zones)).join(" ")),
      codes,
    );
  });
  each("find.csv", ["text", "codes"], ({ text, codes }) => {
    const found = codec.find(text);
    same("find", text, "the codes", found.map((f) => f.code).join(" "), codes);
    for (const f of found)
      same(
        "find",
        text,
        "the place",
        attempt(() => codec.parse(text.slice(f.start, f.end))),
        f.code,
      );
  });
  each("random.csv", ["kind", "text", "word", "error"], ({ kind, text, word, error }) => {
    const parse = kind === "alias" ? codec.parseAlias : codec.parseSecret;
    same(
      "random",
      text,
      `the ${kind}`,
      attempt(() => parse(text)),
      error ? `error ${error}` : word,
    );
  });
  return out;
}
