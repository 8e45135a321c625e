// The example shop and the page for shops. What a real shop needs of this is the element alone: it sends its fields with the form.
import "../lib/theme.css";
import "./checkout.css";
import { h } from "../lib/dom";
import { t } from "../lib/i18n";

const order = document.querySelector<HTMLFormElement>("#order");
const done = document.querySelector<HTMLElement>("#done");

if (order && done) {
  order.addEventListener("submit", (event) => {
    event.preventDefault(); // an example: nothing leaves the page
    show(new FormData(order));
    done.hidden = false;
    done.focus();
    done.scrollIntoView({ block: "start" });
  });
  order.addEventListener("reset", () => {
    done.hidden = true;
  });
}

/** The label of the parcel, and the fields as a server would get them. */
function show(data: FormData): void {
  const field = (name: string) => String(data.get(name) ?? "");
  const status = field("address-status");
  const statuses: Record<string, string> = {
    verified: t("đã xác minh", "verified"),
    partial: t("cần xem lại", "to be looked at"),
    unverified: t("chưa xác minh", "not verified"),
  };
  document
    .querySelector("#parcel")
    ?.replaceChildren(
      h("p", { class: "to" }, field("name"), h("span", null, field("phone"))),
      h("p", null, field("address")),
      h(
        "p",
        { class: "below" },
        field("address-code") && h("span", { class: "code" }, field("address-code")),
        h("span", { class: `status ${status}` }, statuses[status] ?? status),
      ),
    );
  document
    .querySelector("#fields")
    ?.replaceChildren(
      ...[...data].flatMap(([name, value]) =>
        value === "" ? [] : [h("dt", null, name), h("dd", null, String(value))],
      ),
    );
}

const copy = document.querySelector<HTMLButtonElement>("#copy");
copy?.addEventListener("click", async () => {
  await navigator.clipboard.writeText(document.querySelector("#snippet")?.textContent ?? "");
  copy.textContent = t("Đã chép", "Copied");
});
