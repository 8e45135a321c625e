// Scanning a code: from the camera, which here shows a picture of a plate's QR code, and from a chosen picture.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PNG } from "pngjs";
import encodeQR from "qr";
import { chromium } from "../playwright.config";
import { expect, test } from "./fixture";

const code = "5FJBH-VZFR-6V6";
const [width, height] = [640, 480];

/** The brightness of every pixel of a picture with the QR code in its middle. */
function picture(text: string): Uint8Array {
  const matrix = encodeQR(text, "raw", { border: 4 });
  const size = Math.floor(400 / matrix.length);
  const [left, top] = [(width - size * matrix.length) >> 1, (height - size * matrix.length) >> 1];
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const row = matrix[Math.floor((Math.floor(i / width) - top) / size)];
    return row?.[Math.floor(((i % width) - left) / size)] ? 20 : 235;
  });
}

const seen = picture(`https://diachi.example.vn/${code}`);
const film = join(mkdtempSync(join(tmpdir(), "diachiso-camera-")), "plate.y4m");
const grey = Buffer.alloc((width * height) / 2, 128);
const frame = Buffer.concat([Buffer.from("FRAME\n"), seen, grey]);
writeFileSync(film, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420\n`), frame, frame]));

test.use({
  launchOptions: {
    ...chromium,
    args: [...chromium.args, "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${film}`],
  },
});

test("a plate before the camera leads to its place", async ({ page, context }) => {
  await context.grantPermissions(["camera"]);
  await page.goto("/");
  await page.getByRole("button", { name: "Quét mã QR" }).click();
  await expect(page.getByRole("main").getByRole("heading", { level: 2 })).toHaveText(code);
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a refused camera is told in words; a chosen picture does it @phone", async ({ page, context }) => {
  await context.clearPermissions();
  await page.goto("/");
  await page.getByRole("button", { name: "Quét mã QR" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Bạn chưa cho phép dùng máy ảnh");
  const png = new PNG({ width, height });
  const blank = new PNG({ width, height });
  seen.forEach((grey, i) => {
    png.data.set([grey, grey, grey, 255], i * 4);
    blank.data.set([200, 200, 200, 255], i * 4);
  });
  const choose = (image: PNG) =>
    dialog
      .getByLabel("Chọn ảnh có mã")
      .setInputFiles({ name: "plate.png", mimeType: "image/png", buffer: PNG.sync.write(image) });
  await choose(blank);
  await expect(dialog).toContainText("Không thấy mã QR trong ảnh này");
  await choose(png);
  await expect(page.getByRole("main").getByRole("heading", { level: 2 })).toHaveText(code);
});
