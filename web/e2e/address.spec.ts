// The page of a code, with scripts and without.
import AxeBuilder from "@axe-core/playwright";
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "./fixture";

// A home of the demonstration quarter.
async function someHome(request: APIRequestContext): Promise<{ code: string; label: string }> {
  const answer = await request.get("/v1/reverse?lat=21.0154&lon=105.8440&radius=500&limit=20");
  const { features } = (await answer.json()) as {
    features: { properties: { code?: string; kind: string; label: string } }[];
  };
  for (const { properties: p } of features)
    if (p.code && p.kind === "dwelling") return { code: p.code, label: p.label };
  throw new Error("the demonstration quarter has no home");
}

const sideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("the page of a code tells the address and how to read the code aloud @phone", async ({ page, request }) => {
  test.slow(); // the map is drawn without a graphics card
  const { code, label } = await someHome(request);
  await page.goto(`/${code}`);
  await expect(page).toHaveTitle(new RegExp(`^${code} – `));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(code);
  await expect(page.getByText(label, { exact: true })).toBeVisible();
  await expect(page.getByText("Trước ngày 1/7/2025")).toBeVisible();
  await expect(page.locator(".symbols li")).toHaveCount(12);
  await expect(page.getByText("Phần kiểm tra")).toBeVisible();
  await expect(page.getByRole("link", { name: "Google Maps" })).toHaveAttribute(
    "href",
    /^https:\/\/www\.google\.com\/maps\/dir\//,
  );
  await expect(page.getByRole("link", { name: "Ứng dụng trên máy" })).toHaveAttribute("href", /^geo:21\.0/);
  expect(await sideways(page)).toBeLessThanOrEqual(0);
  await page.locator("#map").scrollIntoViewIfNeeded();
  await expect(page.locator("#map canvas")).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test("dark and English", async ({ page, request }) => {
  const { code } = await someHome(request);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(`/${code}?lang=en`);
  await expect(page.getByText("Reading the code aloud")).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test("code, address and link are copied", async ({ page, context, request }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { code, label } = await someHome(request);
  await page.goto(`/${code}`);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole("button", { name: "Chép mã" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Đã chép mã." })).toBeVisible();
  expect(await copied()).toBe(code);
  await page.getByRole("button", { name: "Chép địa chỉ" }).click();
  await expect(page.getByText("Đã chép địa chỉ.")).toBeVisible();
  expect(await copied()).toBe(`${label} (${code})`);
});

test("sharing, where the device can, and the link copied where it cannot", async ({
  page,
  context,
  request,
  baseURL,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { code } = await someHome(request);
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "share", {
      value: async (what: ShareData) => {
        document.title = `shared ${what.url}`;
      },
      configurable: true,
    });
  });
  await page.goto(`/${code}`);
  await page.getByRole("button", { name: "Chia sẻ" }).click();
  await expect(page).toHaveTitle(`shared ${baseURL}/${code}`);
  await page.addInitScript(() => Object.defineProperty(navigator, "share", { value: undefined }));
  await page.reload();
  await page.getByRole("button", { name: "Chia sẻ" }).click();
  await expect(page.getByText("Đã chép đường dẫn.")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${baseURL}/${code}`);
});

test("a mistake is reported to the registrar @phone", async ({ page, request }) => {
  const { code } = await someHome(request);
  await page.goto(`/${code}`);
  await page.getByText("Địa chỉ này có chỗ sai").click();
  await page.getByRole("button", { name: "Gửi" }).click();
  await expect(page.getByRole("alert")).toHaveText(/Chưa có gì khác/);
  await page.getByLabel("Số nhà", { exact: true }).fill("99B");
  await page.getByRole("button", { name: "Gửi" }).click();
  await expect(page.getByText("Cảm ơn bạn.")).toBeVisible();
  const link = await page.getByRole("link", { name: "Xem kết quả" }).getAttribute("href");
  const id = new URL(link ?? "", page.url()).searchParams.get("proposal");
  const made = (await (await request.get(`/v1/proposals/${id}`)).json()) as { status: string };
  expect(made.status).toBe("open");
});

test("another spelling leads to the canonical one", async ({ page, request }) => {
  const { code } = await someHome(request);
  await page.goto(`/${code.replaceAll("-", "").toLowerCase()}?utm_source=zalo`);
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(`/${code}`);
});

test("printed, the page has the address and the plate and nothing to press", async ({ page, request }) => {
  const { code } = await someHome(request);
  await page.goto(`/${code}`);
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("img.plate")).toBeVisible();
  for (const button of await page.locator("button, .bar, #map").all()) await expect(button).toBeHidden();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the page is whole and has no dead button @phone", async ({ page, request }) => {
    const { code, label } = await someHome(request);
    await page.goto(`/${code}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(code);
    await expect(page.getByText(label, { exact: true })).toBeVisible();
    await expect(page.getByRole("button")).toHaveCount(1); // opens the plate: a form
    await expect(page.getByRole("link", { name: "Mở trên bản đồ" })).toHaveAttribute("href", `/?q=${code}`);
    await expect(page.getByText("Uỷ ban nhân dân")).toBeVisible();
  });
});

test.describe("codes that lead nowhere", () => {
  test.use({ provoked: /404/ });

  test("a damaged code is asked about @phone", async ({ page, request }) => {
    const { code } = await someHome(request);
    const damaged = code.slice(0, -1) + (code.endsWith("5") ? "6" : "5");
    const answer = await page.goto(`/${damaged}`);
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Có phải bạn tìm mã này?");
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.getByRole("link", { name: code }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(code);
  });

  test("a code that nobody has leads to the place, to ask for one", async ({ page }) => {
    const answer = await page.goto("/5FJBC-2NJV-T33");
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Mã này chưa được cấp");
    const href = await page.getByRole("link", { name: "xin cấp mã" }).getAttribute("href");
    expect(new URL(href ?? "", page.url()).searchParams.get("q")).toMatch(/^21\.0287\d*,105\.8523\d*$/);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });
});
