// What every test of the pages stands on: a server of its own process and database per worker, and a page that may load nothing from
// another host and may write nothing to the console as an error.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect } from "@playwright/test";

// Of `make build`, unless another one is named.
const program = process.env.PROGRAM ?? join(import.meta.dirname, "../../bin/diachiso");

export interface Server {
  url: string;
  dir: string; // of its database and files
}

async function start(dir: string, args: string[]): Promise<{ child: ChildProcess; url: string }> {
  const out = join(dir, "stdout");
  const log = join(dir, "stderr");
  const files = [openSync(out, "w"), openSync(log, "w")];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("DIACHISO_")));
  const child = spawn(program, ["serve", "--db", join(dir, "diachiso.db"), "--listen", "127.0.0.1:0", ...args], {
    cwd: dir,
    env,
    stdio: ["ignore", files[0], files[1]],
  });
  for (const f of files) closeSync(f);
  for (let waited = 0; waited < 60_000; waited += 50) {
    const url = /https?:\/\/127\.0\.0\.1:\d+/.exec(readFileSync(out, "utf8"))?.[0];
    if (url) return { child, url };
    if (child.exitCode !== null) break;
    await new Promise((later) => setTimeout(later, 50));
  }
  child.kill("SIGKILL");
  throw new Error(`the server did not come up:\n${readFileSync(out, "utf8")}\n${readFileSync(log, "utf8")}`);
}

/** Runs the program on the database of a server and returns what it prints. */
export function run(server: Server, ...args: string[]): string {
  return execFileSync(program, [...args, "--db", join(server.dir, "diachiso.db")], {
    cwd: server.dir,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

async function serving(use: (s: Server) => Promise<void>, ...args: string[]): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "diachiso-e2e-"));
  const { child, url } = await start(dir, args);
  await use({ url, dir });
  child.kill("SIGTERM");
  await new Promise((ended) => child.once("exit", ended));
  rmSync(dir, { recursive: true, force: true });
}

export const test = base.extend<
  { provoked: RegExp | null; elsewhere: RegExp | null; quiet: undefined },
  { keys: boolean; origins: string; server: Server }
>({
  // Whether the server asks for keys: test.use({ keys: true }).
  keys: [false, { option: true, scope: "worker" }],
  // Origins that may call the API from a browser: test.use({ origins: "*" }).
  origins: ["", { option: true, scope: "worker" }],
  // The demonstration quarter of central Hà Nội; unless asked for, nobody needs a key.
  server: [
    ({ keys, origins }, use) =>
      serving(use, "--demo", ...(keys ? [] : ["--dev"]), ...(origins ? ["--cors-origins", origins] : [])),
    { scope: "worker", timeout: 90_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  // Errors in the console that a test provokes: the browser tells of every refused request. test.use({ provoked: /401/ }).
  provoked: [null, { option: true }],
  // Another host on this machine that a test has pages on: test.use({ elsewhere: /^http:\/\/127/ }).
  elsewhere: [null, { option: true }],
  // Every page: no other error in the console, no request to another host.
  quiet: [
    async ({ context, server, provoked, elsewhere }, use) => {
      const told: string[] = [];
      context.on("console", (m) => {
        if (m.type() === "error" && !provoked?.test(m.text())) told.push(m.text());
      });
      context.on("weberror", (e) => told.push(String(e.error())));
      context.on("request", (r) => {
        const u = new URL(r.url());
        if (u.origin === server.url || ["data:", "blob:"].includes(u.protocol) || elsewhere?.test(u.origin)) return;
        told.push(`request to ${r.url()}`);
      });
      await use(undefined);
      expect(told).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
