// Deciding on one thing of the work list: confirm it, corrected or as it is, or refuse it with a reason.
import type { Address, LatLon } from "../lib/answers";
import { ApiError } from "../lib/api";
import { h, icon } from "../lib/dom";
import { distance, t } from "../lib/i18n";
import { componentFields, readComponents } from "./components";
import { type Desk, failed } from "./desk";
import type { Job, Review } from "./work";

const kinds: [string, string][] = [
  ["dwelling", t("Nhà ở", "Dwelling")],
  ["business", t("Kinh doanh", "Business")],
  ["public", t("Công cộng", "Public")],
  ["other", t("Khác", "Other")],
];

type Done = (words: string) => Promise<void>;

export function decide(desk: Desk, job: Job, back: () => void, done: Done): void {
  const head = [
    h(
      "button",
      { type: "button", class: "button button-quiet back", onclick: back },
      "← ",
      t("Danh sách", "Work list"),
    ),
    h("h2", { tabIndex: -1 }, job.title),
    h("p", { class: "hint" }, job.detail),
  ];
  const form = job.kind === "review" ? reviewForm(desk, job.it, done) : registerForm(desk, job, done);
  desk.panel.replaceChildren(...head, form);
  desk.panel.querySelector<HTMLElement>("h2")?.focus();
}

function busy(form: HTMLFormElement, on: boolean): void {
  for (const b of form.querySelectorAll("button")) b.disabled = on;
}

/** The form of what may become an address: a proposal, or a record of an import. */
function registerForm(desk: Desk, job: Extract<Job, { kind: "proposal" | "set_aside" }>, done: Done): HTMLFormElement {
  const { it } = job;
  let at: LatLon = { lat: it.position.lat, lon: it.position.lon };
  let moved = false;
  const where = h("output", { class: "where" });
  const said = h("div", { class: "said" });
  const allow = h("input", { type: "checkbox", name: "allow" });
  const allowRow = h(
    "label",
    { class: "check", hidden: true },
    allow,
    t("Không trùng: vẫn cấp mã", "No duplicate: assign anyway"),
  );
  const reason = h("textarea", { id: "reason", name: "reason", maxLength: 500, rows: 2 });
  const tellWhere = () => {
    where.textContent = `${at.lat.toFixed(6)}, ${at.lon.toFixed(6)}${moved ? ` · ${t("đã chỉnh", "corrected")}` : ""}`;
  };
  const place = (to: LatLon) => {
    at = to;
    moved = true;
    tellWhere();
  };
  const move = (to: LatLon) => {
    place(to);
    desk.marks.pin(at, place);
  };
  tellWhere();
  desk.marks.pin(at, desk.caller.decides ? place : null);

  const path = job.kind === "proposal" ? `/v1/proposals/${it.id}` : `/v1/imports/set-aside/${it.id}`;
  const form = h(
    "form",
    { class: "decide" },
    job.kind === "set_aside" &&
      job.it.named !== undefined &&
      h(
        "p",
        { class: "notice notice-warn" },
        icon("warning"),
        t(
          `Bản ghi ghi xã “${job.it.named}”, vị trí nằm ở ${it.division.commune?.full_name ?? "?"}`,
          `The record names “${job.it.named}”, the position lies in ${it.division.commune?.full_name ?? "?"}`,
        ),
        job.it.distance_m ? ` (${distance(job.it.distance_m)}).` : ".",
      ),
    componentFields(it.components),
    h(
      "div",
      { class: "field" },
      h("label", { htmlFor: "kind" }, t("Loại", "Kind")),
      h(
        "select",
        { id: "kind", name: "kind" },
        ...kinds.map(([value, words]) => h("option", { value, selected: value === (it.kind ?? "dwelling") }, words)),
      ),
    ),
    h(
      "div",
      { class: "field" },
      h("span", { class: "label" }, t("Vị trí lối vào", "Place of the entrance")),
      where,
      desk.caller.decides &&
        h(
          "span",
          { class: "row" },
          h(
            "button",
            { type: "button", class: "button", onclick: () => move(centre(desk)) },
            icon("target"),
            t("Lấy giữa bản đồ", "Take the map's middle"),
          ),
          h("small", { class: "hint" }, t("hoặc kéo ghim trên bản đồ", "or drag the pin")),
        ),
    ),
    said,
    allowRow,
  );
  if (!desk.caller.decides) return form;
  form.append(
    h("button", { class: "button button-main" }, icon("check"), t("Cấp mã", "Assign a code")),
    h(
      "details",
      { class: "refuse" },
      h("summary", null, t("Từ chối…", "Refuse…")),
      h(
        "div",
        { class: "field" },
        h("label", { htmlFor: "reason" }, t("Lý do (người gửi sẽ đọc được)", "Reason (whoever asked will read it)")),
        reason,
      ),
      h("button", { type: "button", class: "button", onclick: () => refuse() }, t("Từ chối", "Refuse")),
    ),
  );

  const run = async (work: () => Promise<string>) => {
    busy(form, true);
    said.replaceChildren();
    try {
      await done(await work());
    } catch (failure) {
      busy(form, false);
      said.replaceChildren(failed(failure));
      if (failure instanceof ApiError && failure.code === "duplicate") allowRow.hidden = false;
    }
  };
  const refuse = () =>
    run(async () => {
      if (!reason.value.trim()) {
        busy(form, false);
        reason.setAttribute("aria-invalid", "true");
        reason.focus();
        throw new ApiError("invalid", t("Hãy ghi lý do từ chối", "Give the reason"));
      }
      await desk.caller.call(`${path}/refuse`, { body: { reason: reason.value.trim() } });
      return t("Đã từ chối.", "Refused.");
    });
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    void run(async () => {
      const body = {
        components: readComponents(form),
        kind: (form.elements.namedItem("kind") as HTMLSelectElement).value,
        ...(moved ? { position: { lat: at.lat, lon: at.lon, source: "imagery" } } : {}),
        ...(allow.checked ? { allow_duplicate: true } : {}),
      };
      const address = await desk.caller.call<Address>(`${path}/confirm`, { body });
      return t(`Đã cấp mã ${address.code}.`, `Assigned ${address.code}.`);
    });
  });
  return form;
}

function centre(desk: Desk): LatLon {
  const c = desk.marks.map.getCenter();
  return { lat: c.lat, lon: c.lng };
}

/** The form of a doubtful position: the address stays where it is, or moves to where couriers found it. */
function reviewForm(desk: Desk, it: Review, done: Done): HTMLFormElement {
  const said = h("div", { class: "said" });
  const note = h("textarea", { id: "note", maxLength: 500, rows: 2 });
  const facts = h("dl", { class: "facts" });
  const fact = (name: string, value: string) => facts.append(h("dt", null, name), h("dd", null, value));
  fact(t("Giao được", "Delivered"), String(it.delivered));
  fact(t("Không tìm thấy", "Not found"), String(it.not_found));
  fact(t("Sai chỗ", "Wrong place"), String(it.wrong_place));
  if (it.move_m) fact(t("Ước tính lệch", "Estimated to be off by"), distance(it.move_m));
  const form = h(
    "form",
    { class: "decide" },
    facts,
    h("a", { href: `#history/${it.code}` }, t("Xem lịch sử của địa chỉ", "History of the address")),
    said,
  );
  desk.caller.call<Address>(`/v1/addresses/${it.code}`).then(
    (address) => {
      fact(t("Địa chỉ", "Address"), address.label);
      desk.marks.pin(it.estimate ?? address.position, null);
      desk.marks.showPlaces([{ id: it.id, at: address.position, kind: "review" }]);
    },
    (failure) => said.replaceChildren(failed(failure)),
  );
  if (!desk.caller.decides) return form;
  form.append(
    h("div", { class: "field" }, h("label", { htmlFor: "note" }, t("Ghi chú", "Note")), note),
    h(
      "div",
      { class: "row" },
      h("button", { class: "button button-main", value: "kept" }, t("Giữ vị trí", "Keep the position")),
      it.estimate && h("button", { class: "button", value: "moved" }, t("Chuyển đến ghim", "Move it to the pin")),
    ),
  );
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const outcome = (e.submitter as HTMLButtonElement | null)?.value === "moved" ? "moved" : "kept";
    busy(form, true);
    try {
      const text = note.value.trim();
      await desk.caller.call(`/v1/reviews/${it.id}/close`, { body: { outcome, ...(text ? { note: text } : {}) } });
      await done(outcome === "moved" ? t("Đã chuyển vị trí.", "Moved.") : t("Đã giữ vị trí.", "Kept."));
    } catch (failure) {
      busy(form, false);
      said.replaceChildren(failed(failure));
    }
  });
  return form;
}
