// What a page costs on a cheap phone: FIGURES=1 npx playwright test vitals --project=phone --workers=1 prints a row for each page.
// The network is slowed to 1.6 Mbit/s with 150 ms there and back, the processor four times, as Lighthouse does for phones.
import { test } from "./fixture";

const pages = ["/", "/?q=5FJBH-VZFR-6V6", "/5FJBH-VZFR-6V6", "/demo/checkout", "/registrar"];

interface Vitals {
  paint: number; // of the first content, ms
  largest: number; // of the largest content, ms
  shift: number; // cumulative layout shift
  blocked: number; // ms of tasks beyond 50 ms each
}

for (const path of process.env.FIGURES ? pages : []) {
  test(`vitals of ${path} @phone`, async ({ page }) => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 150,
      downloadThroughput: 1.6e6 / 8,
      uploadThroughput: 0.75e6 / 8,
    });
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    let bytes = 0;
    devtools.on("Network.loadingFinished", (e) => {
      bytes += e.encodedDataLength;
    });
    await page.addInitScript(() => {
      const seen = { paint: 0, largest: 0, shift: 0, blocked: 0 };
      Object.assign(window, { vitals: seen });
      const watch = (type: string, take: (e: PerformanceEntry & Record<string, unknown>) => void) =>
        new PerformanceObserver((list) => {
          for (const e of list.getEntries()) take(e as PerformanceEntry & Record<string, unknown>);
        }).observe({ type, buffered: true });
      watch("paint", (e) => {
        if (e.name === "first-contentful-paint") seen.paint = e.startTime;
      });
      watch("largest-contentful-paint", (e) => {
        seen.largest = e.startTime;
      });
      watch("layout-shift", (e) => {
        if (!e.hadRecentInput) seen.shift += e.value as number;
      });
      watch("longtask", (e) => {
        seen.blocked += Math.max(0, e.duration - 50);
      });
    });
    await page.goto(path, { waitUntil: "load", timeout: 55_000 });
    await page.waitForLoadState("networkidle", { timeout: 55_000 });
    await page.waitForFunction(() => (window as unknown as { vitals: Vitals }).vitals.paint > 0);
    const v = await page.evaluate(() => (window as unknown as { vitals: Vitals }).vitals);
    console.log(
      `| \`${path}\` | ${(v.paint / 1000).toFixed(1)} s | ${(v.largest / 1000).toFixed(1)} s | ${v.shift.toFixed(3)} | ${(v.blocked / 1000).toFixed(1)} s | ${Math.round(bytes / 1000)} kB |`,
    );
  });
}
