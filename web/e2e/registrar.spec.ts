// The registrars' desk, signed in with the key of a commune.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, run, type Server, test } from "./fixture";

test.use({ keys: true });

const commune = "00070"; // Phường Hoàn Kiếm

async function signIn(page: Page, server: Server, hash = ""): Promise<void> {
  const key = run(server, "key", "create", "--role", "registrar", "--commune", commune);
  await page.goto(`/registrar${hash}`);
  await page.getByLabel("Khoá").fill(key);
  await page.getByRole("button", { name: "Đăng nhập" }).click();
  await expect(page.getByText("Cán bộ địa chỉ · 00070")).toBeVisible();
}

/** Somebody without a key asks for a code. */
async function propose(page: Page, house: string, lat: number, lon: number): Promise<string> {
  const answer = await page.request.post("/v1/proposals", {
    data: { position: { lat, lon }, components: { house_number: house, street: "Phố Hàng Khay" } },
  });
  expect(answer.status()).toBe(201);
  return (await answer.json()).id;
}

test.describe("somebody else", () => {
  test.use({ provoked: /status of 401/ });

  test("a wrong key is refused with words", async ({ page, server }) => {
    await page.goto("/registrar");
    await page.getByLabel("Khoá").fill("dcs_AAAAAAAA_00000000000000000000000000000000");
    const refused = page.waitForResponse((r) => r.url().endsWith("/v1/session") && r.request().method() === "POST");
    await page.getByRole("button", { name: "Đăng nhập" }).click();
    expect((await refused).status()).toBe(401);
    await expect(page.getByRole("alert")).not.toBeEmpty();
    await expect(page.locator("#desk")).toBeHidden();
    expect(server.url).toContain("127.0.0.1");
  });
});

test("a proposal is corrected and confirmed @phone", async ({ page, server }, info) => {
  const house = `12${info.project.name === "phone" ? "P" : "D"}`;
  const id = await propose(page, house, 21.0287, 105.8524 + (info.project.name === "phone" ? 0.0004 : 0));
  await signIn(page, server);
  await page.getByRole("button", { name: `Số ${house}, Phố Hàng Khay` }).click();
  await page.getByLabel("Số nhà").fill(`${house}/2`);
  await page.getByRole("button", { name: "Cấp mã" }).click();
  await expect(page.getByText(/^Đã cấp mã [0-9A-Z]{5}-[0-9A-Z]{4}-[0-9A-Z]{3}\.$/).first()).toBeVisible();
  const became = await (await page.request.get(`/v1/proposals/${id}`)).json();
  expect(became.status).toBe("confirmed");
  const address = await (await page.request.get(`/v1/addresses/${became.code}`)).json();
  expect(address.components.house_number).toBe(`${house}/2`);
});

test("a refusal wants a reason", async ({ page, server }) => {
  const id = await propose(page, "77", 21.0291, 105.8529);
  await signIn(page, server);
  await page.getByRole("button", { name: "Số 77, Phố Hàng Khay" }).click();
  await page.getByText("Từ chối…").click();
  await page.getByRole("button", { name: "Từ chối" }).click();
  await expect(page.getByRole("alert")).toContainText("lý do");
  await page.getByLabel(/^Lý do/).fill("không có nhà ở vị trí này");
  await page.getByRole("button", { name: "Từ chối" }).click();
  await expect(page.getByText("Đã từ chối.").first()).toBeVisible();
  expect((await (await page.request.get(`/v1/proposals/${id}`)).json()).reason).toBe("không có nhà ở vị trí này");
});

test("the flats of a tower are drawn, numbered and given their codes", async ({ page, server }) => {
  await signIn(page, server, "#building");
  await page.getByLabel("Đưa bản đồ đến").fill("21.02780, 105.85210");
  await page.keyboard.press("Enter");
  await page.waitForTimeout(1500); // the map moves for about a second
  const map = await page.locator("#map canvas").boundingBox();
  if (!map) throw new Error("no map");
  const [x, y] = [map.width / 2, map.height / 2];
  for (const [dx, dy] of [
    [-80, -60],
    [80, -60],
    [80, 60],
    [-80, 60],
  ] as const) {
    await page.locator("#map canvas").click({ position: { x: x + dx, y: y + dy } });
  }
  await expect(page.getByText("Đường bao 4 góc")).toBeVisible();
  await page.getByLabel("Các tầng có căn hộ").fill("3-5");
  await page.getByLabel("Số căn mỗi tầng").fill("2");
  await page.getByLabel("Số nhà").fill("88");
  await page.getByLabel("Đường, phố").fill("Phố Hàng Khay");
  await page.getByRole("button", { name: "Xem trước" }).click();
  await expect(page.getByText("Sẽ cấp 6 mã, 0 căn đã có, 0 không cấp được.")).toBeVisible();
  await expect(page.getByRole("cell", { name: "03A01" })).toBeVisible();
  await page.getByRole("button", { name: "Cấp mã cho các căn" }).click();
  await expect(page.getByText("Đã cấp 6 mã, 0 căn đã có từ trước.")).toBeVisible();
  const code = await page.locator("td.code").first().textContent();

  await page.goto(`/registrar#history/${code}`);
  await expect(page.getByText("Cấp mã", { exact: true })).toBeVisible();
  await expect(page.getByText("0301", { exact: true })).toBeVisible();
});

test("a record that an import set aside is decided", async ({ page, server }) => {
  const { writeFileSync } = await import("node:fs");
  writeFileSync(
    `${server.dir}/doubt.csv`,
    "id,house_number,street,commune,lat,lon\n1,9,Phố Hàng Khay,Phường Sài Gòn,21.02600,105.85500\n",
  );
  run(server, "import", "csv", `${server.dir}/doubt.csv`);
  await signIn(page, server);
  await page.getByRole("button", { name: /Số 9, Phố Hàng Khay/ }).click();
  await expect(page.getByText(/Bản ghi ghi xã/)).toBeVisible();
  await page.getByRole("button", { name: "Cấp mã" }).click();
  await expect(page.getByText(/^Đã cấp mã /).first()).toBeVisible();
});

test("coverage is a list and a map", async ({ page, server }) => {
  await signIn(page, server, "#coverage");
  await page.locator(".units").getByText("Phường Hoàn Kiếm", { exact: true }).click();
  await expect(page.getByText("Vị trí đã khảo sát").first()).toBeVisible();
});

test("signing out ends the session", async ({ page, server }) => {
  await signIn(page, server);
  await page.getByRole("button", { name: "Đăng xuất" }).click();
  await expect(page.getByLabel("Khoá")).toBeVisible();
});

for (const hash of ["#work", "#building", "#coverage", "#history"]) {
  test(`no barrier at ${hash} @phone`, async ({ page, server }) => {
    await signIn(page, server, hash);
    await expect(page.locator("#panel h2").first()).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" ")}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });
}
