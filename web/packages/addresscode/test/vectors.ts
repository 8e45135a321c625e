// The vectors that all implementations share, read from where Go keeps them.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The repository, from packages/addresscode/test. */
export const root = join(import.meta.dirname, "../../../..");

/** The rows of a file of vectors by column, from the repository's own or another folder. */
export function vectors<C extends string>(
  file: string,
  columns: readonly C[],
  dir = join(root, "addresscode/testdata"),
): Record<C, string>[] {
  const [header, ...rows] = csv(readFileSync(join(dir, file), "utf8"));
  if (header?.join() !== columns.join()) throw new Error(`${file} has the columns ${header}, want ${columns}`);
  return rows.map((row) => Object.fromEntries(columns.map((c, i) => [c, row[i] as string])) as Record<C, string>);
}

/** RFC 4180 with comment lines at the start; nothing is trimmed. */
function csv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/y;
  field.lastIndex = /^(?:#.*\n)*/.exec(text)?.[0].length ?? 0;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (!match) throw new Error(`CSV: nothing fits at ${at}`);
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "\n") {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}
