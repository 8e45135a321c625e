// The history of an address, each change with what it changed.
import type { Address } from "../lib/answers";
import { h } from "../lib/dom";
import { t } from "../lib/i18n";
import type { Components } from "./components";
import { partNames } from "./components";
import { failed, type Task } from "./desk";

export interface HistoryEvent {
  seq: number;
  version: number;
  action: string;
  actor: string;
  at: string;
  changeset?: string;
  address?: Address & {
    components: Components;
    positions?: { lat: number; lon: number; type: string; source?: string; accuracy_m?: number }[];
    external_ids?: { scheme: string; value: string }[];
    flags?: string[];
    commune_at_issue?: string;
  };
}

const actions: Record<string, string> = {
  created: t("Cấp mã", "Assigned"),
  changed: t("Sửa", "Changed"),
  retired: t("Ngừng dùng", "Retired"),
  restored: t("Khôi phục", "Restored"),
  merged: t("Gộp", "Merged"),
  split: t("Tách", "Split"),
  moved: t("Chuyển chỗ", "Moved"),
};

const time = new Intl.DateTimeFormat(t("vi-VN", "en-GB"), { dateStyle: "medium", timeStyle: "short" });

/** What an address says, field by field, in words; absent where it says nothing. */
export function fieldsOf(a: NonNullable<HistoryEvent["address"]>): Map<string, string> {
  const fields = new Map<string, string>();
  const set = (name: string, value: string | undefined) => value && fields.set(name, value);
  set(t("Trạng thái", "Status"), a.status);
  set(t("Loại", "Kind"), a.kind);
  for (const [part, name] of Object.entries(partNames)) {
    const value = a.components[part as keyof Components];
    set(name, Array.isArray(value) ? value.join("/") : value);
  }
  set(t("Xã, phường", "Commune"), a.division.commune?.full_name);
  set(t("Xã khi cấp", "Commune at issue"), a.commune_at_issue);
  for (const p of a.positions ?? [{ type: "entrance", ...a.position }]) {
    set(
      t(`Vị trí (${p.type})`, `Position (${p.type})`),
      [`${p.lat}, ${p.lon}`, "source" in p && p.source, "accuracy_m" in p && p.accuracy_m && `± ${p.accuracy_m} m`]
        .filter(Boolean)
        .join(" · "),
    );
  }
  for (const id of a.external_ids ?? []) set(`${t("Mã ngoài", "External id")} ${id.scheme}`, id.value);
  set(t("Cờ", "Flags"), a.flags?.join(", "));
  return fields;
}

/** The fields in which two states differ. */
export function differences(
  before: Map<string, string>,
  after: Map<string, string>,
): { name: string; was?: string; is?: string }[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => {
      const [was, is] = [before.get(name), after.get(name)];
      return { name, ...(was === undefined ? {} : { was }), ...(is === undefined ? {} : { is }) };
    });
}

export const historyTask: Task = (desk, wanted) => {
  const code = h("input", {
    id: "history-code",
    name: "code",
    value: wanted,
    required: true,
    maxLength: 40,
    autocomplete: "off",
    spellcheck: false,
  });
  const list = h("div", { class: "said" });
  const form = h(
    "form",
    { class: "row search" },
    h("div", { class: "field" }, h("label", { htmlFor: "history-code" }, t("Mã địa chỉ", "Address code")), code),
    h("button", { class: "button button-main" }, t("Xem", "Show")),
  );
  const show = async (text: string) => {
    list.replaceChildren();
    list.setAttribute("aria-busy", "true");
    try {
      const { items } = await desk.caller.call<{ items: HistoryEvent[] }>(
        `/v1/addresses/${encodeURIComponent(text)}/history`,
      );
      let before = new Map<string, string>();
      const changes = items.map((e) => {
        const after = e.address ? fieldsOf(e.address) : before;
        const changed = differences(before, after);
        before = after;
        return { e, changed };
      });
      list.replaceChildren(
        h(
          "ol",
          { class: "history", reversed: true },
          ...changes
            .reverse()
            .map(({ e, changed }) =>
              h(
                "li",
                null,
                h("strong", null, actions[e.action] ?? e.action),
                h(
                  "small",
                  null,
                  `${time.format(new Date(e.at))} · ${e.actor} · ${t("bản", "version")} ${e.version}${e.changeset ? ` · ${e.changeset}` : ""}`,
                ),
                h(
                  "dl",
                  { class: "diff" },
                  ...changed.flatMap((d) => [
                    h("dt", null, d.name),
                    h(
                      "dd",
                      null,
                      d.was !== undefined && h("del", null, d.was),
                      d.was !== undefined && d.is !== undefined && " ",
                      d.is !== undefined && h("ins", null, d.is),
                    ),
                  ]),
                ),
              ),
            ),
        ),
      );
      const last = items.at(-1)?.address;
      if (last) desk.marks.pin(last.position, null);
      desk.tell(t(`${items.length} lần thay đổi`, `${items.length} changes`));
    } catch (failure) {
      list.replaceChildren(failed(failure));
    } finally {
      list.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    const text = code.value.trim();
    history.replaceState(null, "", `#history/${encodeURIComponent(text)}`);
    void show(text);
  });
  desk.panel.append(h("h2", null, t("Lịch sử của một địa chỉ", "History of an address")), form, list);
  if (wanted) void show(wanted);
  return () => {};
};
