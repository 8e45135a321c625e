import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

// Every page is a Go template; what they load is named in the manifest, by the hash of its contents.
export default defineConfig({
  base: "/assets/",
  // Our own packages are taken from their sources, not from what they publish.
  resolve: { conditions: ["diachiso-source", ...defaultClientConditions] },
  ssr: { resolve: { conditions: ["diachiso-source", ...defaultServerConditions] } }, // the tests
  test: { include: ["{src,packages}/**/*.test.ts"] }, // what is in e2e wants a browser
  build: {
    outDir: "dist",
    assetsDir: "",
    manifest: "manifest.json",
    sourcemap: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        home: "src/home/main.ts",
        checkout: "src/checkout/main.ts",
        sw: "src/sw/main.ts",
        registrar: "src/registrar/main.ts",
        address: "src/address/main.ts",
      },
    },
  },
});
