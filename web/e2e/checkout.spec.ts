// The checkout field in the example shop, and in a shop of another origin.
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixture";

test.use({ origins: "*" }); // shops of other origins may call the API

// Of the demonstration quarter.
const house = {
  old: "12 Phố Mẫu 1, P. Lê Đại Hành, Q. Hai Bà Trưng, Hà Nội",
  line: "Số 12 Phố Mẫu 1 (minh họa), Phường Hai Bà Trưng, Thành phố Hà Nội",
  code: "5FJBH-KCMM-S14",
};
const shop = { code: "5FJBH-VZFR-6V6", damaged: "5FJBH-VZFR-6VX" };

const field = (page: Page) => page.getByRole("combobox", { name: /Địa chỉ giao hàng/ });
const told = (page: Page) => page.locator("dia-chi-so [part=result]");
const sent = (page: Page, name: string) => page.locator("#fields dt").filter({ hasText: new RegExp(`^${name}$`) });
const value = (page: Page, name: string) => sent(page, name).locator("xpath=following-sibling::dd[1]");

async function open(page: Page): Promise<void> {
  await page.goto("/demo/checkout?lang=vi");
  await page.getByLabel("Họ và tên").fill("Nguyễn Thị Minh");
  await page.getByLabel("Số điện thoại").fill("0912345678");
}

async function order(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Đặt hàng" }).click();
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" | ")}`)).toEqual([]);
}

/** Nothing is wider than the window. */
async function expectFits(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
}

test("an order with an address of before 2025-07-01, by keyboard alone @phone", async ({ page }) => {
  await page.goto("/demo/checkout?lang=vi");
  await page.getByLabel("Họ và tên").focus();
  await page.keyboard.type("Nguyễn Thị Minh");
  await page.keyboard.press("Tab");
  await page.keyboard.type("0912345678");
  await page.keyboard.press("Tab");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type(house.old);
  await page.keyboard.press("Enter");
  await expect(told(page)).toContainText("Đã xác minh");
  await expect(told(page)).toContainText("Phường Lê Đại Hành, Quận Hai Bà Trưng nay là Phường Hai Bà Trưng.");
  await expect(page.getByRole("img", { name: `Bản đồ nhỏ: ${house.line}` })).toBeVisible();
  await expectAccessible(page);
  await expectFits(page);
  await page.keyboard.press("Enter"); // nothing new to look up: it submits, as Enter in a form does
  await expect(page.getByRole("heading", { name: "Cửa hàng nhận được" })).toBeVisible();
  await expect(value(page, "address")).toHaveText(house.line);
  await expect(value(page, "address-code")).toHaveText(house.code);
  await expect(value(page, "address-status")).toHaveText("verified");
  await expect(value(page, "address-text")).toHaveText(house.old);
  await expect(value(page, "address-commune-code")).toHaveText("00256");
  await expect(value(page, "address-postcode")).toHaveText("11626");
  await expectAccessible(page);
});

test("a suggestion is chosen with the arrow keys @phone", async ({ page }) => {
  await open(page);
  await field(page).pressSequentially("12 pho mau");
  const option = page.getByRole("option", { name: house.line });
  await expect(option).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("ArrowDown");
  await expect(option).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(field(page)).toHaveValue(house.line);
  await expect(told(page)).toContainText(house.code);
  await order(page);
  await expect(value(page, "address-code")).toHaveText(house.code);
  await expect(sent(page, "address-text")).toHaveCount(0);
});

test("a code, typed as people do", async ({ page }) => {
  await open(page);
  await field(page).fill(shop.code.toLowerCase().replaceAll("-", " "));
  await page.keyboard.press("Tab");
  await expect(told(page)).toContainText("Đã xác minh");
  await order(page);
  await expect(value(page, "address")).toContainText("Số 1 Phố Mẫu 1");
  await expect(value(page, "address-code")).toHaveText(shop.code);
});

test("a damaged code holds the order up until the right one is chosen", async ({ page }) => {
  await open(page);
  await field(page).fill(shop.damaged);
  await page.keyboard.press("Tab");
  await expect(told(page)).toContainText("Mã địa chỉ này có chỗ sai.");
  await expect(field(page)).toHaveAttribute("aria-invalid", "true");
  await order(page);
  await expect(page.locator("#done")).toBeHidden();
  await expectAccessible(page);
  await page.getByRole("button", { name: new RegExp(`^${shop.code} · .*Số 1 Phố Mẫu 1`) }).click();
  await expect(told(page)).toContainText("Đã xác minh");
  await order(page);
  await expect(value(page, "address-code")).toHaveText(shop.code);
});

test("the flat is asked for in a tower @phone", async ({ page }) => {
  await open(page);
  await field(page).fill("Tháp Mẫu, phường Lê Đại Hành, quận Hai Bà Trưng, Hà Nội");
  await page.keyboard.press("Enter");
  const flat = page.getByRole("textbox", { name: "Số căn hộ, phòng" });
  await expect(flat).toBeFocused();
  await expectAccessible(page);
  await expectFits(page);
  await page.keyboard.type("02-05");
  await page.keyboard.press("Enter");
  await expect(told(page)).toContainText("Đã xác minh");
  await order(page);
  await expect(value(page, "address")).toContainText("02-05");
  await expect(value(page, "address")).toContainText("Tháp Mẫu");
  await expect(value(page, "address-unit")).toHaveText("02-05");
});

test("as any field: required, reset, disabled, labelled from outside, filled in beforehand", async ({ page }) => {
  await open(page);
  await order(page);
  await expect(page.locator("#done")).toBeHidden();
  const state = () =>
    page.locator("dia-chi-so").evaluate((e: HTMLElementTagNameMap["dia-chi-so"]) => ({
      missing: e.validity.valueMissing,
      message: e.validationMessage,
      invalid: e.matches(":invalid"),
    }));
  expect(await state()).toEqual({
    missing: true,
    message: "Hãy nhập địa chỉ giao hàng hoặc mã địa chỉ.",
    invalid: true,
  });
  await field(page).fill(shop.code);
  await page.keyboard.press("Tab");
  await expect(told(page)).toContainText("Đã xác minh");
  expect(await state()).toMatchObject({ missing: false, invalid: false });
  await page.getByRole("button", { name: "Nhập lại từ đầu" }).click();
  await expect(field(page)).toHaveValue("");
  await expect(told(page)).toBeEmpty();
  expect(await state()).toMatchObject({ missing: true });

  await page.evaluate(() => {
    const form = document.createElement("form");
    form.innerHTML = `<fieldset disabled><label for="a">Nơi nhận</label>
      <dia-chi-so id="a" name="to" value="5fjbh-vzfr-6v6" lang="en"></dia-chi-so></fieldset>`;
    document.querySelector("main")?.prepend(form);
  });
  const own = page.getByRole("combobox", { name: "Nơi nhận" });
  await expect(own).toBeDisabled();
  await expect(told(page).first()).toContainText("Verified");
  const data = () => page.evaluate(() => [...new FormData(document.forms[0] as HTMLFormElement).keys()]);
  expect(await data()).toEqual([]);
  await page.evaluate(() => document.querySelector("fieldset")?.removeAttribute("disabled"));
  expect(await data()).toContain("to-code");
  await page.locator("label[for=a]").click();
  await expect(own).toBeFocused();
  await page.evaluate(() => document.forms[0]?.reset());
  await expect(own).toHaveValue("5fjbh-vzfr-6v6");
});

test("events tell the shop what happens", async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    const told: unknown[] = [];
    Object.assign(window, { told });
    for (const type of ["dcs-select", "dcs-change"] as const) {
      document.addEventListener(type as never, (e: CustomEvent) => told.push([e.type, e.detail]));
    }
  });
  await field(page).pressSequentially("12 pho mau");
  await page.getByRole("option", { name: house.line }).click();
  await expect(told(page)).toContainText("Đã xác minh");
  expect(await page.evaluate("told")).toMatchObject([
    ["dcs-select", { label: house.line, code: house.code }],
    ["dcs-change", { status: "verified", line: house.line, code: house.code, issues: [] }],
  ]);
});

test.describe("when the service is away", () => {
  test.use({ provoked: /ERR_FAILED/ });

  test("orders go through, unverified, and codes are still checked @phone", async ({ page }) => {
    await open(page);
    await page.route("**/v1/**", (route) => route.abort());
    await field(page).fill("Số 5 Phố Nhà Chung, Hoàn Kiếm");
    await page.keyboard.press("Tab");
    await expect(told(page)).toContainText(/Bạn vẫn đặt hàng được; cửa hàng nhận địa chỉ như bạn viết/);
    await expectAccessible(page);
    await order(page);
    await expect(value(page, "address")).toHaveText("Số 5 Phố Nhà Chung, Hoàn Kiếm");
    await expect(value(page, "address-status")).toHaveText("unverified");

    await field(page).fill(shop.damaged);
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: shop.code }).click();
    await expect(told(page)).toContainText("Mã viết đúng.");
    await order(page);
    await expect(value(page, "address-code")).toHaveText(shop.code);
    await expect(value(page, "address-status")).toHaveText("unverified");
  });

  test("a strict field waits for the service, and looks again when it is back", async ({ page, context }) => {
    await open(page);
    await page.locator("dia-chi-so").evaluate((e) => e.setAttribute("strict", ""));
    await page.route("**/v1/**", (route) => route.abort());
    await field(page).fill(house.old);
    await page.keyboard.press("Tab");
    await expect(told(page)).toContainText(/Hiện chưa kiểm tra được/);
    await order(page);
    await expect(page.locator("#done")).toBeHidden();
    await page.unroute("**/v1/**");
    await context.setOffline(true);
    await context.setOffline(false);
    await expect(told(page)).toContainText("Đã xác minh");
    await order(page);
    await expect(value(page, "address-code")).toHaveText(house.code);
  });

  test("without the script the plain field inside takes the address", async ({ page }) => {
    await page.route("**/widget/**", (route) => route.abort());
    await open(page);
    await page.getByLabel("Địa chỉ giao hàng").fill("12 Hàng Khay, Hà Nội");
    await order(page);
    await expect(value(page, "address")).toHaveText("12 Hàng Khay, Hà Nội");
  });
});

test("the script is small, and the map is loaded with the first place", async ({ page }) => {
  const loaded: string[] = [];
  page.on("response", async (r) => {
    if (r.url().includes("/widget/")) loaded.push(new URL(r.url()).pathname.replace(/.*\//, ""));
  });
  await open(page);
  await field(page).pressSequentially("12 pho mau");
  await expect(page.getByRole("option").first()).toBeVisible();
  expect(loaded).toEqual(["dia-chi-so.js"]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("img", { name: /Bản đồ nhỏ/ })).toBeVisible();
  expect([...new Set(loaded)]).toEqual(["dia-chi-so.js", "dia-chi-so-map.js"]);
  for (const [file, most] of [
    ["dia-chi-so.js", 30_000],
    ["dia-chi-so-map.js", 15_000],
  ] as const) {
    const body = await (await page.request.get(`/widget/${file}`)).body();
    expect(gzipSync(body).length, file).toBeLessThan(most);
  }
});

test("the page for shops is accessible and in both languages @phone", async ({ page }) => {
  await page.goto("/widget?lang=vi");
  await expect(page.locator("#snippet")).toContainText('integrity="sha384-');
  await expectAccessible(page);
  await expectFits(page);
  await page.goto("/demo/checkout?lang=en");
  await expect(page.getByRole("combobox", { name: /Delivery address/ })).toBeVisible();
  await expectAccessible(page);
});

test.describe("a shop of another origin", () => {
  test.use({ elsewhere: /^http:\/\/127\.0\.0\.1:\d+$/ });
  let other: HttpServer;
  let html = "";
  let policy = "";

  test.beforeAll(async () => {
    other = createServer((_, response) => {
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.setHeader("Content-Security-Policy", policy);
      response.end(html);
    });
    await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
  });
  test.afterAll(() => other.close());

  const origin = () => `http://127.0.0.1:${(other.address() as AddressInfo).port}`;

  /** The shop's page is the snippet that /widget shows, under a policy that allows nothing but what it must. */
  async function embed(page: Page, service: string, change: (snippet: string) => string = (s) => s): Promise<void> {
    await page.goto("/widget?lang=vi");
    const snippet = (await page.locator("#snippet").textContent()) ?? "";
    html = `<!doctype html><html lang="vi"><title>Shop</title><form>${change(snippet)}</form></html>`;
    policy = `default-src 'none'; script-src ${service}; connect-src ${service}; img-src 'self' data:; require-trusted-types-for 'script'`;
    await page.goto(origin());
  }

  test("embeds the snippet: cross-origin, held to its digest, under a strict policy", async ({ page, server }) => {
    await embed(page, server.url);
    const own = page.getByRole("combobox");
    await own.fill(house.old);
    await page.keyboard.press("Enter");
    await expect(told(page)).toContainText("Đã xác minh");
    await expect(page.getByRole("img", { name: /Bản đồ nhỏ/ })).toBeVisible();
    const data = await page.evaluate(() => Object.fromEntries(new FormData(document.forms[0] as HTMLFormElement)));
    expect(data).toMatchObject({ address: house.line, "address-code": house.code, "address-status": "verified" });
  });

  test.describe("and another script than was agreed on", () => {
    test.use({ provoked: /integrity/ });

    test("is not run: the plain field stays", async ({ page, server }) => {
      await embed(page, server.url, (s) => s.replace(/sha384-[^"]{8}/, "sha384-AAAAAAAA"));
      await expect(page.locator("dia-chi-so:not(:defined) > input")).toBeVisible();
    });

    test("is not run for the map either", async ({ page, server }) => {
      await page.route("**/dia-chi-so-map.js", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `document.title = "owned";\n${await response.text()}` });
      });
      await embed(page, server.url);
      await page.getByRole("combobox").fill(house.old);
      await page.keyboard.press("Enter");
      await expect(told(page)).toContainText("Đã xác minh");
      await expect(page.locator("dia-chi-so [part=map]")).toBeHidden();
      await expect(page).toHaveTitle("Shop");
    });
  });
});
