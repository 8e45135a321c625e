// The map page as households use it.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { PNG } from "pngjs";
import { expect, test } from "./fixture";

// Of the demonstration quarter.
const code = "5FJBH-VZFR-6V6";
const damaged = "5FJBH-VZFR-6VX";
const shop = { lat: 21.0154462, lon: 105.8440769 };
const field = (page: Page) => page.getByRole("combobox");
const card = (page: Page) => page.getByRole("main");
const title = (page: Page) => card(page).getByRole("heading", { level: 2 });

/** The map has drawn what is to be seen. */
async function drawn(page: Page): Promise<void> {
  await expect(page.locator("#map")).toHaveAttribute("aria-busy", "false", { timeout: 40_000 });
}

/** Clicks the middle of what is seen of the map, moved by some pixels. */
async function clickMap(page: Page, dx: number, dy: number): Promise<void> {
  const at = await page.evaluate(() => {
    const covered = (side: string) =>
      Number.parseFloat(document.documentElement.style.getPropertyValue(`--covered-${side}`)) || 0;
    const { innerWidth, innerHeight } = window;
    return { x: (innerWidth + covered("left")) / 2, y: (innerHeight + covered("top") - covered("bottom")) / 2 };
  });
  await page.mouse.click(at.x + dx, at.y + dy);
}

/** The share of the page's pixels that have a colour, nearly. */
async function shareOf(page: Page, red: number, green: number, blue: number): Promise<number> {
  const { data } = PNG.sync.read(await page.screenshot());
  let found = 0;
  for (let i = 0; i < data.length; i += 4) {
    const off =
      Math.abs((data[i] ?? 0) - red) + Math.abs((data[i + 1] ?? 0) - green) + Math.abs((data[i + 2] ?? 0) - blue);
    if (off <= 6) found++;
  }
  return (found * 4) / data.length;
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" | ")}`)).toEqual([]);
}

test("the page opens on the whole country and is accessible @phone", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveTitle("Bản đồ địa chỉ số Việt Nam · Địa chỉ số");
  await expect(title(page)).toHaveText("Mỗi ngôi nhà, một mã");
  await drawn(page);
  expect(await shareOf(page, 0xf8, 0xf6, 0xf1)).toBeGreaterThan(0.02); // land: the tiles have come
  await expectAccessible(page);
});

test("search by words, with the keyboard alone @phone", async ({ page }) => {
  await page.goto("/");
  await field(page).focus();
  await page.keyboard.type("pho mau 1", { delay: 30 });
  const first = page.getByRole("option").first();
  await expect(first).toContainText("Phố Mẫu 1");
  await expect(field(page)).toHaveAttribute("aria-expanded", "true");
  await expect(page.getByText(/gợi ý, dùng phím mũi tên/)).toBeAttached();
  await page.keyboard.press("ArrowDown");
  await expect(first).toHaveAttribute("aria-selected", "true");
  await expect(field(page)).toHaveAttribute("aria-activedescendant", (await first.getAttribute("id")) ?? "none");
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(title(page)).toContainText("Phố Mẫu 1");
  await expect(title(page)).toBeFocused();
  await expect(card(page)).toContainText("địa chỉ đã có mã");
  await expect(page.getByRole("listbox", { includeHidden: true })).toBeHidden();
});

test("Escape closes the suggestions, then empties the field", async ({ page }) => {
  await page.goto("/");
  await field(page).focus();
  await page.keyboard.type("pho mau");
  await expect(page.getByRole("listbox")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("listbox", { includeHidden: true })).toBeHidden();
  await expect(field(page)).toHaveValue("pho mau");
  await page.keyboard.press("Escape");
  await expect(field(page)).toHaveValue("");
});

test("a code leads to its place, and its card is accessible @phone", async ({ page }) => {
  await page.goto("/");
  await field(page).fill("5fjbh vzfr 6v6");
  await page.keyboard.press("Enter");
  await expect(title(page)).toHaveText(code);
  await expect(card(page)).toContainText("Phường Hai Bà Trưng");
  await expect(card(page)).toContainText("Thành phố Hà Nội");
  await expect(card(page)).toContainText("11626");
  await expect(card(page)).toContainText("5FJBH-");
  await expect(card(page).getByRole("link", { name: "Trang địa chỉ" })).toHaveAttribute("href", `/${code}`);
  expect(new URL(page.url()).search).toBe(`?q=${code}`);
  await drawn(page);
  await expectAccessible(page);
  await page.goBack();
  await expect(title(page)).toHaveText("Mỗi ngôi nhà, một mã");
});

test("a pasted link with a code needs no further press", async ({ page }) => {
  await page.goto("/");
  await field(page).focus();
  await page.evaluate((text) => {
    const input = document.querySelector("input[type=search]") as HTMLInputElement;
    input.value = text;
    input.dispatchEvent(new ClipboardEvent("paste", { bubbles: true }));
  }, `https://diachi.example.vn/${code}`);
  await expect(title(page)).toHaveText(code);
});

test("a damaged code is asked about, never decided @phone", async ({ page }) => {
  await page.goto(`/?q=${damaged}`);
  await expect(title(page)).toHaveText("Có phải bạn tìm…?");
  const repair = card(page).getByRole("button", { name: new RegExp(code) });
  await expect(repair.locator("mark")).toHaveText("6");
  await expectAccessible(page);
  await repair.click();
  await expect(title(page)).toHaveText(code);
});

test("a code that nobody has says so", async ({ page }) => {
  await page.goto("/?q=5FJBC-2NJV-T33");
  await expect(card(page)).toContainText("chưa cấp cho địa chỉ nào");
  await expect(card(page)).toContainText("Phường Hoàn Kiếm");
});

test("words that no place has", async ({ page }) => {
  await page.goto("/?q=zzzqqq");
  await expect(title(page)).toHaveText("Không tìm thấy");
});

test("a click on the map: the codes given there, or none yet", async ({ page }) => {
  await page.goto(`/?q=${shop.lat},${shop.lon}`);
  await expect(card(page)).toContainText("Mã đã cấp tại đây");
  await expect(card(page).getByRole("link", { name: new RegExp(code) })).toHaveAttribute("href", `/${code}`);
  await drawn(page);
  await clickMap(page, 150, -150);
  await expect(card(page)).toContainText("Chưa có mã ở đây");
  await expect(card(page)).toContainText("Phường Hai Bà Trưng");
  await expect(title(page)).toHaveText(/^21\.01\d+, 105\.84\d+$/);
  await clickMap(page, 0, 0);
  await card(page)
    .getByRole("link", { name: new RegExp(code) })
    .click();
  await expect(title(page)).toHaveText(code);
});

test("a long press on a touch screen picks a place @phone", async ({ page, hasTouch }) => {
  await page.goto(`/?q=${shop.lat},${shop.lon}`);
  await expect(card(page)).toContainText("Mã đã cấp tại đây");
  await drawn(page);
  const canvas = page.locator("#map canvas");
  const [x, y] = [70, 170];
  if (hasTouch) {
    const client = await page.context().newCDPSession(page);
    await client.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }] });
    await expect(card(page)).not.toContainText("Mã đã cấp tại đây");
    await client.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  } else await canvas.click({ button: "right", position: { x: 900, y: 200 } });
  await expect(card(page)).toContainText("Nơi đã chọn");
});

test("the keyboard alone picks a place on the map", async ({ page }) => {
  await page.goto(`/?q=${shop.lat},${shop.lon}`);
  await drawn(page);
  await page.locator("#map canvas").focus();
  for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowRight");
  await drawn(page);
  await page.keyboard.press("Enter");
  await expect(title(page)).toBeFocused();
  await expect(title(page)).not.toHaveText(`${shop.lat.toFixed(5)}, ${shop.lon.toFixed(5)}`);
});

test("from the whole country a house is picked only after a closer look", async ({ page }) => {
  await page.goto("/");
  await drawn(page);
  await clickMap(page, -20, -20);
  await expect(page.getByRole("button", { name: /Xin cấp mã/ })).toHaveCount(0);
  await expect(card(page)).toContainText(/Phóng to để chọn đúng nhà|không thuộc xã/);
});

test("another country is told from Viet Nam without asking the service", async ({ page }) => {
  await page.goto("/?q=31.2,121.5");
  await expect(card(page)).toContainText("không thuộc xã, phường, đặc khu nào");
});

test("Hoàng Sa and Trường Sa are found", async ({ page }) => {
  for (const [words, found] of [
    ["hoàng sa", "Đặc khu Hoàng Sa"],
    ["trường sa", "Đặc khu Trường Sa"],
  ] as const) {
    await page.goto("/");
    await field(page).fill(words);
    await page.getByRole("option").filter({ hasText: found }).first().click();
    await expect(title(page)).toHaveText(found);
  }
});

test("asking for a code, and what becomes of it @phone", async ({ page }) => {
  await page.goto("/?q=21.016200,105.845900");
  await card(page).getByRole("button", { name: "Xin cấp mã tại đây" }).click();
  await expect(card(page)).toContainText("chưa có mã nào được giữ");
  await expectAccessible(page);
  await card(page).getByRole("button", { name: "Gửi đề nghị" }).click();
  await expect(card(page).getByRole("alert")).toContainText("Hãy ghi số nhà");
  await card(page).getByLabel("Số nhà").fill("12A");
  await card(page).getByLabel("Đường, phố").fill(`Phố Mẫu 9`);
  await card(page).getByRole("button", { name: "Gửi đề nghị" }).click();
  await expect(title(page)).toHaveText("Đã nhận đề nghị của bạn");
  await expect(card(page)).toContainText("Chưa có mã nào được giữ");
  await expectAccessible(page);
  await page.reload();
  await expect(title(page)).toHaveText("Đang chờ xác nhận");
});

test.describe("where the person is", () => {
  test.use({ geolocation: { latitude: shop.lat, longitude: shop.lon, accuracy: 8 } });

  test("is shown when they press the button and allow it @phone", async ({ page, context }) => {
    await context.grantPermissions(["geolocation"]);
    await page.goto("/");
    await expect(title(page)).toHaveText("Mỗi ngôi nhà, một mã"); // not before
    await page.getByRole("button", { name: "Vị trí của tôi" }).click();
    await expect(card(page)).toContainText("Vị trí của bạn");
    await expect(card(page).getByRole("link", { name: new RegExp(code) })).toBeVisible();
  });
});

test("a refused location is told in words @phone", async ({ page, context }) => {
  await context.clearPermissions();
  await page.goto("/");
  await page.getByRole("button", { name: "Vị trí của tôi" }).click();
  await expect(card(page)).toContainText("Bạn chưa cho phép trang này xem vị trí");
  await expectAccessible(page);
});

test("English by a switch that keeps the place", async ({ page }) => {
  await page.goto(`/?q=${code}`);
  await expect(title(page)).toHaveText(code);
  await page.getByRole("link", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(title(page)).toHaveText(code);
  await expect(card(page)).toContainText("Address code");
  await expectAccessible(page);
});

test("dark where the system is dark", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(`/?q=${code}`);
  await expect(title(page)).toHaveText(code);
  await drawn(page);
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: "light" }); // and back, with what was chosen still on the map
  await drawn(page);
});

test("the first view is small", async ({ page }) => {
  let [all, map] = [0, 0];
  page.on("response", async (r) => {
    const bytes = Number(r.headers()["content-length"] ?? (await r.body()).length);
    all += bytes;
    if (/\/(map|maplibre)[^/]*$|\/v1\/tiles/.test(r.url())) map += bytes;
  });
  await page.goto("/");
  await drawn(page);
  expect(map).toBeGreaterThan(200_000); // the map was counted
  expect(all - map).toBeLessThanOrEqual(300_000);
  expect(all).toBeLessThanOrEqual(700_000);
  test.info().annotations.push({ type: "bytes", description: `${all - map} without the map, ${all} with it` });
});

test.describe("without a network", () => {
  test.use({ provoked: /ERR_INTERNET_DISCONNECTED|ERR_FAILED/ });

  test("the page comes back, and a code still says its place", async ({ page, context }) => {
    await page.goto("/");
    await drawn(page);
    // The worker has the page, the map and the geometry of codes.
    await expect
      .poll(
        () =>
          page.evaluate(async () => {
            const names = (
              await Promise.all((await caches.keys()).map(async (n) => (await caches.open(n)).keys()))
            ).flat();
            const has = (part: string) => names.some((r) => r.url.includes(part));
            return (
              Boolean(navigator.serviceWorker.controller) &&
              has("/cells-") &&
              has("/map-") &&
              names.some((r) => new URL(r.url).pathname === "/")
            );
          }),
        { timeout: 30_000 },
      )
      .toBe(true);
    await context.setOffline(true);
    await page.reload();
    await expect(title(page)).toHaveText("Mỗi ngôi nhà, một mã");
    await expect(page.getByText("Không có mạng. Vẫn tra được")).toBeVisible();
    await field(page).fill(code);
    await page.keyboard.press("Enter");
    await expect(title(page)).toHaveText(code);
    await expect(card(page)).toContainText("Mã tự nói lên vị trí này");
    await expect(card(page)).toContainText("5FJBH-");
    await field(page).fill(damaged);
    await page.keyboard.press("Enter");
    await expect(title(page)).toHaveText("Có phải bạn tìm…?");
    await expect(card(page).getByRole("button", { name: code })).toBeVisible();
    await field(page).fill("pho mau");
    await page.keyboard.press("Enter");
    await expect(card(page)).toContainText("Không liên lạc được với máy chủ");
    await context.setOffline(false);
  });

  test("nothing that is private is kept", async ({ page }) => {
    await page.goto("/");
    await drawn(page);
    await page.waitForFunction(() => navigator.serviceWorker.controller);
    await page.evaluate(async () => {
      await fetch("/v1/proposals");
      await fetch("/v1/addresses/5FJBH-VZFR-6V6");
      await fetch("/v1/version", { headers: { Authorization: "Bearer x" } });
    });
    const kept = await page.evaluate(async () =>
      (await Promise.all((await caches.keys()).map(async (n) => (await caches.open(n)).keys())))
        .flat()
        .map((r) => new URL(r.url).pathname),
    );
    expect(kept.filter((path) => path.startsWith("/v1/") && !path.startsWith("/v1/tiles"))).toEqual([]);
  });
});
