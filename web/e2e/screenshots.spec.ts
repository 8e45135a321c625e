// Writes the pictures of the documentation: SCREENSHOTS=1 npx playwright test screenshots
import { join } from "node:path";
import { expect, test } from "./fixture";

const folder = join(import.meta.dirname, "../../docs/screenshots");
const desktop = { width: 1280, height: 800 };
const phone = { width: 360, height: 740 };

const views = [
  { name: "home", path: "/", size: desktop, dark: false },
  { name: "home-dark", path: "/", size: desktop, dark: true },
  { name: "home-phone", path: "/", size: phone, dark: false },
  { name: "code", path: "/?q=5FJBH-VZFR-6V6", size: desktop, dark: false },
  { name: "code-dark", path: "/?q=5FJBH-VZFR-6V6", size: desktop, dark: true },
  { name: "code-phone", path: "/?q=5FJBH-VZFR-6V6", size: phone, dark: false },
  { name: "page-of-a-code", path: "/5FJBH-VZFR-6V6", size: { width: 1280, height: 1500 }, dark: false },
  { name: "registrar-work", path: "/registrar#work", size: desktop, dark: false },
  { name: "registrar-coverage", path: "/registrar#coverage", size: desktop, dark: false },
  { name: "checkout", path: "/demo/checkout", size: desktop, dark: false },
  { name: "did-you-mean-phone", path: "/?q=5FJBH-VZFR-6VX", size: phone, dark: false },
];

for (const view of process.env.SCREENSHOTS ? views : []) {
  test(`picture of ${view.name}`, async ({ page }) => {
    await page.setViewportSize(view.size);
    await page.emulateMedia({ colorScheme: view.dark ? "dark" : "light" });
    await page.goto(view.path);
    const map = page.locator("#map"); // a shop's page has none before an address is given
    if (await map.count()) await expect(map).toHaveAttribute("aria-busy", "false", { timeout: 40_000 });
    await expect(page.getByText(/Đang (tìm|xem)…/)).toHaveCount(0);
    await page.screenshot({ path: join(folder, `${view.name}.png`) });
  });
}
