import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { conformance } from "./conformance.js";
import { root } from "./vectors.js";

test("every shared vector holds", { timeout: 120_000 }, () => {
  const { rows, differences } = conformance();
  expect(differences.slice(0, 10)).toEqual([]);
  expect(rows).toBeGreaterThan(13_000);
});

// The Go implementation draws them, new ones by each day's number, so that over time the two are compared over millions.
test("no difference from Go over 200,000 more", { timeout: 600_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), "addresscode-"));
  try {
    const program = join(dir, "vectors");
    execFileSync("go", ["build", "-o", program, "./internal/vectors"], { cwd: root });
    const day = Math.floor(Date.now() / 86_400_000);
    let rows = 0;
    for (let draw = day * 100; rows < 200_000; draw++) {
      execFileSync(program, ["-dir", dir, "-draw", String(draw)]);
      const outcome = conformance(dir);
      expect(outcome.differences.slice(0, 10), `draw ${draw}`).toEqual([]);
      rows += outcome.rows;
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
