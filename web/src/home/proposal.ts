// Asking for a code: the form, the receipt, and what became of it.
import type { Divisions, Proposal } from "../lib/answers";
import { ApiError, call } from "../lib/api";
import { h, icon } from "../lib/dom";
import { day, t } from "../lib/i18n";
import type { Point } from "../lib/map";
import { notice } from "./card";

const title = (text: string) => h("h2", { id: "card-title", tabIndex: -1 }, text);

function field(name: string, label: string, hint: string, props: Record<string, unknown> = {}): HTMLElement {
  return h(
    "div",
    { class: "field" },
    h("label", { htmlFor: `p-${name}` }, label),
    h("input", { id: `p-${name}`, name, autocomplete: "off", "aria-describedby": `p-${name}-hint`, ...props }),
    h("small", { id: `p-${name}-hint` }, hint),
  );
}

const kinds: [value: string, label: string][] = [
  ["dwelling", t("Nhà ở", "Home")],
  ["business", t("Cửa hàng, cơ quan", "Shop or office")],
  ["public", t("Nơi công cộng", "Public place")],
  ["other", t("Khác", "Other")],
];

/** The form for a code at a place; `sent` gets the proposal's id, `back` returns to the place. */
export function proposalForm(
  at: Point,
  division: Divisions,
  sent: (p: Proposal) => void,
  back: () => void,
): HTMLElement {
  const wrong = h("p", { class: "notice notice-warn", role: "alert", hidden: true });
  const send = h("button", { class: "button button-main" }, t("Gửi đề nghị", "Send"));
  const form = h(
    "form",
    { class: "card", "aria-labelledby": "card-title", noValidate: true },
    h("p", { class: "eyebrow" }, t("Xin cấp mã", "Ask for a code")),
    title([division.commune?.full_name, division.province?.name].filter(Boolean).join(", ")),
    h(
      "p",
      null,
      t(
        "Cán bộ địa chỉ của xã, phường sẽ xác nhận. Trước khi xác nhận, chưa có mã nào được giữ. Chỉ ghi về ngôi nhà, không ghi tên người và số điện thoại.",
        "The commune's registrar confirms it; until then no code is held. Write about the house only: no names, no phone numbers.",
      ),
    ),
    field("house_number", t("Số nhà", "House number"), t("Như trên biển số: 12A", "As on the plate: 12A"), {
      maxLength: 40,
    }),
    field(
      "alley",
      t("Ngõ, ngách, hẻm", "Alley"),
      t("Nếu có, từ phố vào: 12/34", "If any, from the street inwards: 12/34"),
      { maxLength: 80 },
    ),
    field("street", t("Đường, phố", "Street"), t("Ví dụ: Phố Hàng Khay", "Such as Phố Hàng Khay"), { maxLength: 120 }),
    field("hamlet", t("Thôn, ấp, bản", "Hamlet"), t("Nếu nhà không có tên đường", "Where the street has no name"), {
      maxLength: 120,
    }),
    h(
      "div",
      { class: "field" },
      h("label", { htmlFor: "p-kind" }, t("Loại", "Kind")),
      h("select", { id: "p-kind", name: "kind" }, ...kinds.map(([value, label]) => h("option", { value }, label))),
    ),
    wrong,
    h(
      "div",
      { class: "row" },
      send,
      h("button", { type: "button", class: "button", onclick: back }, t("Quay lại", "Back")),
    ),
  );
  const refuse = (words: string, name?: string) => {
    wrong.replaceChildren(icon("warning"), h("span", null, words));
    wrong.hidden = false;
    for (const input of form.querySelectorAll("input")) {
      if (input.name === name) {
        input.setAttribute("aria-invalid", "true");
        input.focus();
      } else input.removeAttribute("aria-invalid");
    }
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name) ?? "").trim() || undefined;
    const alley = text("alley")
      ?.split("/")
      .map((s) => s.trim())
      .filter(Boolean);
    if (!text("house_number") && !text("street") && !text("hamlet")) {
      return refuse(
        t(
          "Hãy ghi số nhà và tên đường, hoặc tên thôn, để cán bộ nhận ra ngôi nhà.",
          "Give the house number and street, or the hamlet, so that the house can be told.",
        ),
        "house_number",
      );
    }
    send.disabled = true;
    try {
      sent(
        await call<Proposal>("/v1/proposals", {
          body: {
            position: { lat: at.lat, lon: at.lon },
            kind: text("kind"),
            components: {
              house_number: text("house_number"),
              ...(alley?.length ? { alley } : {}),
              street: text("street"),
              hamlet: text("hamlet"),
            },
          },
        }),
      );
    } catch (failure) {
      const at = failure instanceof ApiError ? failure.problem.errors?.[0]?.field : undefined;
      refuse(failure instanceof ApiError ? failure.words : String(failure), at?.split(".").at(-1));
    } finally {
      send.disabled = false;
    }
  });
  return form;
}

/** Where the page shows what became of a proposal. */
export const proposalPath = (id: string): string => `/?proposal=${encodeURIComponent(id)}`;

/** What became of a proposal; `fresh` for one that was just sent. */
export function proposalCard(
  p: Proposal,
  fresh: boolean,
  open: (query: string) => void,
  say: (words: string) => void,
): HTMLElement {
  const link = new URL(proposalPath(p.id), location.href).href;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      say(t("Đã chép đường dẫn.", "Link copied."));
    } catch {
      say(t("Không chép được đường dẫn.", "The link could not be copied."));
    }
  };
  const { code } = p;
  return h(
    "article",
    { class: "card", "aria-labelledby": "card-title" },
    h("p", { class: "eyebrow" }, t("Đề nghị cấp mã", "Request for a code")),
    title(fresh ? t("Đã nhận đề nghị của bạn", "Your request was received") : standing(p)),
    verdict(p),
    code !== undefined &&
      h(
        "button",
        { type: "button", class: "button button-main", onclick: () => open(code) },
        h("span", { class: "code" }, code),
      ),
    h(
      "dl",
      { class: "facts" },
      h("div", null, h("dt", null, t("Số đề nghị", "Number")), h("dd", { class: "receipt" }, p.id)),
      h("div", null, h("dt", null, t("Gửi ngày", "Sent")), h("dd", null, day(p.created_at))),
      p.status === "open" &&
        h("div", null, h("dt", null, t("Trả lời trước", "Answer by")), h("dd", null, day(p.expires_at))),
    ),
    h(
      "p",
      null,
      t("Giữ đường dẫn này để xem kết quả:", "Keep this link to see what becomes of it:"),
      " ",
      h("a", { href: link }, t("xem đề nghị", "see the request")),
    ),
    h(
      "div",
      { class: "row" },
      h(
        "button",
        { type: "button", class: "button", onclick: copy },
        icon("copy"),
        t("Chép đường dẫn", "Copy the link"),
      ),
    ),
  );
}

function standing(p: Proposal): string {
  switch (p.status) {
    case "open":
      return t("Đang chờ xác nhận", "Waiting for confirmation");
    case "confirmed":
      return t("Đã được cấp mã", "A code was given");
    case "refused":
      return t("Không được chấp nhận", "It was refused");
    case "expired":
      return t("Đã hết hạn", "It has expired");
  }
}

function verdict(p: Proposal): HTMLElement {
  switch (p.status) {
    case "open":
      return notice(
        "pin",
        t(
          "Cán bộ địa chỉ của xã, phường sẽ xác nhận. Chưa có mã nào được giữ.",
          "The commune's registrar confirms it. No code is held yet.",
        ),
      );
    case "confirmed":
      return notice("check", t("Mã của địa chỉ:", "The address's code:"));
    case "refused":
      return notice("warning", t(`Lý do: ${p.reason ?? "không ghi"}`, `The reason: ${p.reason ?? "none given"}`));
    case "expired":
      return notice(
        "warning",
        t("Không có trả lời trong hạn. Bạn có thể gửi lại.", "It was not answered in time. You may send it again."),
      );
  }
}
