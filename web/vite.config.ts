import { defineConfig } from "vite";

// Every page is a Go template; what they load is named in the manifest, by the hash of its contents.
export default defineConfig({
  base: "/assets/",
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
      },
    },
  },
});
