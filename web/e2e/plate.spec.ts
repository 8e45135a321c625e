// The plate on the page, and its files; QR codes are read from what the browser shows.
import { readFileSync } from "node:fs";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import { expect, test } from "./fixture";

function read(file: Buffer): string | undefined {
  const picture = PNG.sync.read(file);
  return jsQR(new Uint8ClampedArray(picture.data), picture.width, picture.height)?.data;
}

test("the QR code of the plate on the page and of the files opens the page", async ({ page, request, baseURL }) => {
  const answer = await request.get("/v1/reverse?lat=21.0154&lon=105.8440&radius=500&limit=20");
  const { features } = (await answer.json()) as { features: { properties: { code?: string } }[] };
  const code = features.find((f) => f.properties.code)?.properties.code ?? "";
  const link = `${baseURL?.toUpperCase()}/${code.replaceAll("-", "")}`;

  await page.goto(`/${code}`);
  const plate = page.locator("img.plate");
  await plate.scrollIntoViewIfNeeded();
  await expect
    .poll(() => plate.evaluate((img: HTMLImageElement) => img.complete && img.naturalWidth))
    .toBeGreaterThan(0);
  await expect(plate).toHaveAttribute("alt", new RegExp(code));
  expect(read(await plate.screenshot())).toBe(link); // the SVG, as the browser draws it

  await page.getByLabel("Khổ").selectOption("150x100");
  await page.getByLabel("Dạng tệp").selectOption("png");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Tải xuống" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`bien-so-nha-${code}.png`);
  expect(read(readFileSync(await download.path()))).toBe(link);
  const pdf = await request.get(`/v1/addresses/${code}/plate?format=pdf`);
  expect((await pdf.body()).subarray(0, 5).toString()).toBe("%PDF-");

  await page.goto(new URL(link.toLowerCase().replace(/[^/]+$/, (text) => text.toUpperCase())).href);
  expect(new URL(page.url()).pathname).toBe(`/${code}`);
});
