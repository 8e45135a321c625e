import { expect, test } from "./fixture";

test("the map page opens @phone", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveTitle(/Địa chỉ số/);
});
