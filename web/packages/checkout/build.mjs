// Builds the two files of the field into dist: the script, and the map that it loads when it first shows one. The script holds the digest
// of the map, so the map is built first.
import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

const here = import.meta.dirname;
const out = join(here, "dist");

const one = (entry, name, define) =>
  build({
    configFile: false,
    root: here,
    logLevel: "warn",
    define,
    resolve: { conditions: ["diachiso-source"] },
    build: {
      outDir: out,
      emptyOutDir: false,
      target: "es2022",
      sourcemap: true,
      lib: { entry: join(here, "src", entry), formats: ["es"], fileName: () => name },
      rolldownOptions: { output: { codeSplitting: false, minify: true } }, // libraries keep their white space otherwise
    },
  });

for (const name of ["dia-chi-so-map.js", "dia-chi-so.js"]) rmSync(join(out, name), { force: true });
await one("map.ts", "dia-chi-so-map.js", {});
const digest = createHash("sha384")
  .update(readFileSync(join(out, "dia-chi-so-map.js")))
  .digest("base64");
await one("dia-chi-so.ts", "dia-chi-so.js", { MAP_INTEGRITY: JSON.stringify(`sha384-${digest}`) });
