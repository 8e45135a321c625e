// Drawing a tower's outline and numbering its flats.
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import type { Ring } from "../lib/map";
import { componentFields, readComponents } from "./components";
import { failed, type Task } from "./desk";
import { goToField } from "./goto";

interface Building {
  dry_run: boolean;
  created: number;
  existing: number;
  merged: number;
  refused: number;
  flats: { floor: string; unit: string; outcome: string; code?: string; reason?: string }[];
}

const outcomes: Record<string, string> = {
  created: t("mã mới", "new"),
  existing: t("đã có", "there before"),
  merged: t("đã có", "there before"),
  refused: t("không cấp được", "refused"),
};

/** How many flats a preview lists. */
const listed = 200;

export const buildingTask: Task = (desk) => {
  const { marks, caller } = desk;
  const { map } = marks;
  let ring: Ring = [];
  let previewed = "";

  const corners = h("output", { id: "corners" });
  const result = h("div", { class: "said" });
  const draw = () => {
    marks.outline(ring);
    corners.textContent =
      ring.length < 3
        ? t(`Đã chấm ${ring.length} góc, cần ít nhất 3`, `${ring.length} corners, at least 3 are needed`)
        : t(`Đường bao ${ring.length} góc`, `Outline with ${ring.length} corners`);
    changed();
  };
  const add = (lon: number, lat: number) => {
    ring = [...ring, [lon, lat]];
    draw();
  };
  const click = (e: { lngLat: { lng: number; lat: number } }) => add(e.lngLat.lng, e.lngLat.lat);
  map.on("click", click);
  map.getCanvas().style.cursor = "crosshair";

  const field = (id: string, words: string, value: string, more: Record<string, unknown> = {}, hint = "") =>
    h(
      "div",
      { class: "field" },
      h("label", { htmlFor: id }, words),
      h("input", { id, name: id, value, required: true, autocomplete: "off", ...more }),
      hint && h("small", null, hint),
    );
  const assign = h(
    "button",
    { type: "button", class: "button button-main", disabled: true },
    icon("check"),
    t("Cấp mã cho các căn", "Assign the codes"),
  );
  const form = h(
    "form",
    { class: "decide" },
    h("h2", null, t("Toà nhà nhiều căn hộ", "A building of flats")),
    h(
      "p",
      { class: "hint" },
      t(
        "Bấm các góc của toà nhà trên bản đồ, lần lượt theo đường bao; hoặc đưa góc vào giữa bản đồ rồi bấm nút.",
        "Click the corners of the building on the map in turn; or bring a corner to the middle of the map and press the button.",
      ),
    ),
    goToField(desk),
    corners,
    h(
      "div",
      { class: "row" },
      h(
        "button",
        { type: "button", class: "button", onclick: () => add(map.getCenter().lng, map.getCenter().lat) },
        icon("target"),
        t("Chấm giữa bản đồ", "Corner at the middle"),
      ),
      h(
        "button",
        {
          type: "button",
          class: "button",
          onclick: () => {
            ring = ring.slice(0, -1);
            draw();
          },
        },
        t("Bỏ góc cuối", "Undo"),
      ),
      h(
        "button",
        {
          type: "button",
          class: "button",
          onclick: () => {
            ring = [];
            draw();
          },
        },
        t("Vẽ lại", "Clear"),
      ),
    ),
    field(
      "floors",
      t("Các tầng có căn hộ", "Floors with flats"),
      "1-10",
      { maxLength: 200 },
      t("Ví dụ: 2-25 hoặc G,1-3,5", "For example 2-25 or G,1-3,5"),
    ),
    field("units", t("Số căn mỗi tầng", "Flats on each floor"), "8", { type: "number", min: 1, max: 500 }),
    field(
      "pattern",
      t("Cách đánh số", "Numbering"),
      "{floor:02}{unit:02}",
      { maxLength: 60 },
      t(
        "{floor} là tầng, {unit} là căn; :02 là hai chữ số",
        "{floor} is the floor, {unit} the flat; :02 is two digits",
      ),
    ),
    h(
      "label",
      { class: "check" },
      h("input", { type: "checkbox", name: "skip", checked: true }),
      t("Không dùng tên tầng 4 và 13 (gọi là 3A, 12A)", "No floors named 4 and 13 (they are 3A and 12A)"),
    ),
    componentFields({}, ["house_number", "alley", "street", "building", "block"]),
    h("button", { class: "button" }, t("Xem trước", "Preview")),
    result,
    caller.decides && assign,
  );
  const changed = () => {
    previewed = "";
    assign.disabled = true;
  };
  form.addEventListener("input", changed);

  const request = () => {
    const text = (name: string) => (form.elements.namedItem(name) as HTMLInputElement).value.trim();
    return {
      outline: ring.map(([lon, lat]) => ({ lat, lon })),
      floors: text("floors"),
      units_per_floor: Number(text("units")),
      unit_pattern: text("pattern"),
      skip_floors: (form.elements.namedItem("skip") as HTMLInputElement).checked ? [4, 13] : [],
      components: readComponents(form),
    };
  };
  const show = (b: Building) => {
    result.replaceChildren(
      h(
        "p",
        { class: b.refused ? "notice notice-warn" : "notice notice-good", role: "status" },
        b.dry_run
          ? t(
              `Sẽ cấp ${b.created} mã, ${b.existing} căn đã có, ${b.refused} không cấp được.`,
              `${b.created} codes would be assigned, ${b.existing} flats have one, ${b.refused} would be refused.`,
            )
          : t(
              `Đã cấp ${b.created} mã, ${b.existing} căn đã có từ trước.`,
              `${b.created} codes were assigned, ${b.existing} flats had one.`,
            ),
      ),
      h(
        "div",
        { class: "table", tabIndex: 0, role: "region", "aria-label": t("Các căn hộ", "Flats") },
        h(
          "table",
          null,
          h(
            "thead",
            null,
            h(
              "tr",
              null,
              ...[t("Tầng", "Floor"), t("Căn", "Flat"), t("Mã", "Code"), t("Kết quả", "Outcome")].map((w) =>
                h("th", { scope: "col" }, w),
              ),
            ),
          ),
          h(
            "tbody",
            null,
            ...b.flats
              .slice(0, listed)
              .map((f) =>
                h(
                  "tr",
                  null,
                  h("td", null, f.floor),
                  h("td", null, f.unit),
                  h("td", { class: "code" }, f.code ?? ""),
                  h("td", null, f.reason ?? outcomes[f.outcome] ?? f.outcome),
                ),
              ),
          ),
        ),
      ),
      b.flats.length > listed
        ? h("p", { class: "hint" }, t(`và ${b.flats.length - listed} căn nữa`, `and ${b.flats.length - listed} more`))
        : "",
    );
  };
  const send = async (dry: boolean) => {
    const body = { ...request(), dry_run: dry };
    result.replaceChildren();
    form.setAttribute("aria-busy", "true");
    try {
      const b = await caller.call<Building>("/v1/buildings", { body });
      show(b);
      previewed = dry ? JSON.stringify(request()) : "";
      assign.disabled = !dry || b.refused > 0;
      if (!dry) desk.tell(t(`Đã cấp ${b.created} mã`, `${b.created} codes were assigned`));
    } catch (failure) {
      result.replaceChildren(failed(failure));
    } finally {
      form.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    void send(true);
  });
  assign.addEventListener("click", () => {
    if (previewed === JSON.stringify(request())) void send(false); // what was seen is what is done
  });
  desk.panel.append(form);
  draw();
  return () => {
    map.off("click", click);
    map.getCanvas().style.cursor = "";
    marks.outline([]);
  };
};
