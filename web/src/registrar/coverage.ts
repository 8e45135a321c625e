// Coverage: how much of each commune is registered, on the map and as a list, and what to survey next.
import { h } from "../lib/dom";
import { t } from "../lib/i18n";
import { failed, type Task } from "./desk";
import { showDivision } from "./goto";
import { shareColour } from "./marks";

interface Unit {
  code: string;
  full_name: string;
  addresses: number;
  dwellings: number;
  expected?: number;
  share?: number;
  surveyed_share?: number;
  unidentified: number;
  duplicates: number;
  outside: number;
}

interface Coverage {
  as_of: string;
  items: Unit[];
  survey_next: { code: string; full_name: string; score: number }[];
}

const whole = new Intl.NumberFormat(t("vi-VN", "en-GB"));
const percent = new Intl.NumberFormat(t("vi-VN", "en-GB"), { style: "percent", maximumFractionDigits: 1 });

export const coverageTask: Task = (desk, wanted) => {
  let ended = false;
  const choice = h("select", { id: "province" });
  const list = h("div", { class: "said" });
  desk.panel.append(
    h("h2", null, t("Độ phủ của sổ địa chỉ", "Coverage of the register")),
    h("div", { class: "field" }, h("label", { htmlFor: "province" }, t("Tỉnh, thành phố", "Province")), choice),
    h(
      "p",
      { class: "legend" },
      t("Đã đăng ký so với số hộ dự kiến:", "Registered against expected households:"),
      ...[0, 0.2, 0.4, 0.6, 0.8, 1].map((s) => {
        const box = h("i", { "aria-hidden": "true" });
        box.style.background = shareColour(s === 1 ? 0.99 : s);
        return h("span", null, box, percent.format(s));
      }),
    ),
    list,
  );

  const fact = (name: string, value: string) => [h("dt", null, name), h("dd", null, value)];
  const row = (u: Unit) => {
    const bar = h("span", { class: "bar-share", "aria-hidden": "true" });
    bar.style.setProperty("--share", String(Math.min(1, u.share ?? 0)));
    bar.style.setProperty("--colour", shareColour(u.share ?? 0));
    return h(
      "li",
      null,
      h(
        "details",
        null,
        h(
          "summary",
          null,
          h("strong", null, u.full_name),
          h(
            "span",
            null,
            u.expected === undefined
              ? t(
                  `${whole.format(u.dwellings)} nhà ở, chưa có số hộ dự kiến`,
                  `${whole.format(u.dwellings)} dwellings, no expected figure`,
                )
              : `${whole.format(u.dwellings)} / ${whole.format(u.expected)} · ${percent.format(u.share ?? 0)}`,
          ),
          u.expected !== undefined && bar,
        ),
        h(
          "dl",
          { class: "facts" },
          ...fact(t("Địa chỉ", "Addresses"), whole.format(u.addresses)),
          ...fact(t("Vị trí đã khảo sát", "Surveyed positions"), percent.format(u.surveyed_share ?? 0)),
          ...fact(t("Không có số, không có tên", "Neither number nor name"), whole.format(u.unidentified)),
          ...fact(t("Có vẻ trùng", "Likely duplicates"), whole.format(u.duplicates)),
          ...fact(t("Nằm ngoài xã", "Outside their commune"), whole.format(u.outside)),
        ),
      ),
    );
  };

  const show = async (province: string) => {
    showDivision(desk, province).catch(() => {}); // the list is what counts
    list.setAttribute("aria-busy", "true");
    try {
      const c = await desk.caller.call<Coverage>("/v1/coverage", {
        query: { level: "commune", parent: province },
        timeout: 60_000,
      });
      if (ended) return;
      desk.marks.colour(new Map(c.items.flatMap((u) => (u.share === undefined ? [] : [[u.code, u.share] as const]))));
      const items = [...c.items].sort(
        (a, b) => b.addresses - a.addresses || a.full_name.localeCompare(b.full_name, "vi"),
      );
      list.replaceChildren(
        items.some((u) => u.expected !== undefined)
          ? ""
          : h(
              "p",
              { class: "notice" },
              t(
                "Chưa có số hộ dự kiến của tỉnh này nên bản đồ chưa tô màu. Nhập bằng lệnh: diachiso coverage import",
                "There are no expected figures for this province, so nothing is coloured. Import them with: diachiso coverage import",
              ),
            ),
        c.survey_next.length > 0 ? h("h3", null, t("Nên khảo sát tiếp", "Survey next")) : "",
        c.survey_next.length > 0
          ? h("ol", { class: "next" }, ...c.survey_next.slice(0, 10).map((n) => h("li", null, n.full_name)))
          : "",
        h("h3", null, t(`${items.length} xã, phường, đặc khu`, `${items.length} communes`)),
        h("ul", { class: "units" }, ...items.map(row)),
      );
    } catch (failure) {
      if (!ended) list.replaceChildren(failed(failure));
    } finally {
      list.removeAttribute("aria-busy");
    }
  };

  choice.addEventListener("change", () => {
    history.replaceState(null, "", `#coverage/${choice.value}`);
    void show(choice.value);
  });
  desk.caller
    .call<Coverage>("/v1/coverage", { query: { level: "province" }, timeout: 60_000 })
    .then((c) => {
      if (ended) return;
      const items = [...c.items].sort((a, b) => a.full_name.localeCompare(b.full_name, "vi"));
      choice.append(...items.map((u) => h("option", { value: u.code }, u.full_name)));
      const most = [...items].sort((a, b) => b.addresses - a.addresses)[0];
      const first = items.find((u) => u.code === wanted) ?? most;
      if (!first) return;
      choice.value = first.code;
      void show(first.code);
    })
    .catch((failure) => {
      if (!ended) list.replaceChildren(failed(failure));
    });
  return () => {
    ended = true;
    desk.marks.colour(null);
  };
};
