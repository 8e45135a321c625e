// The work list: what was asked for, what couriers doubt, what imports set aside.
import type { LatLon } from "../lib/answers";
import { h } from "../lib/dom";
import { day, distance, t } from "../lib/i18n";
import { type Components, line } from "./components";
import { decide } from "./decide";
import { type Desk, failed, type Task } from "./desk";
import type { Place } from "./marks";

export interface Commune {
  code: string;
  full_name: string;
}

export interface Proposal {
  id: string;
  status: string;
  position: LatLon & { accuracy_m?: number };
  kind?: string;
  components: Components;
  division: { commune?: Commune };
  created_at: string;
  expires_at: string;
}

export interface Review {
  id: string;
  kind: "position_doubtful" | "not_found" | "wrong_place";
  code: string;
  commune: string;
  observers: number;
  delivered: number;
  not_found: number;
  wrong_place: number;
  estimate?: LatLon & { accuracy_m?: number };
  move_m?: number;
  created_at: string;
}

export interface SetAside {
  id: string;
  reason: "commune_mismatch" | "commune_unknown" | "address_unread";
  import: number;
  ref: string;
  named?: string;
  distance_m?: number;
  text?: string;
  kind?: string;
  components: Components;
  position: LatLon & { accuracy_m?: number };
  division: { commune?: Commune };
}

/** One thing to decide. */
export type Job =
  | { kind: "proposal"; id: string; at: LatLon; title: string; detail: string; it: Proposal }
  | { kind: "review"; id: string; at: LatLon | null; title: string; detail: string; it: Review }
  | { kind: "set_aside"; id: string; at: LatLon; title: string; detail: string; it: SetAside };

const reviewWords: Record<Review["kind"], string> = {
  position_doubtful: t("Vị trí đáng ngờ", "Doubtful position"),
  not_found: t("Không tìm thấy", "Not found"),
  wrong_place: t("Sai chỗ", "Wrong place"),
};

const asideWords: Record<SetAside["reason"], string> = {
  commune_mismatch: t("vị trí và tên xã trái nhau", "position and commune contradict each other"),
  commune_unknown: t("không có xã tên như vậy", "no commune is called so"),
  address_unread: t("không đọc được địa chỉ", "the address could not be read"),
};

const groups: { kind: Job["kind"]; title: string; nothing: string }[] = [
  {
    kind: "proposal",
    title: t("Đề nghị cấp mã", "Asked for"),
    nothing: t("Không có đề nghị nào đang chờ.", "Nothing is waiting."),
  },
  {
    kind: "review",
    title: t("Vị trí cần xem lại", "Doubtful positions"),
    nothing: t("Không có vị trí nào bị nghi ngờ.", "No position is in doubt."),
  },
  {
    kind: "set_aside",
    title: t("Bản ghi nhập để riêng", "Set aside by imports"),
    nothing: t("Không có bản ghi nào để riêng.", "No record is set aside."),
  },
];

/** How many items of each kind are shown at once; what is decided makes room for the next. */
const shown = 100;

async function jobs(desk: Desk): Promise<{ list: Job[]; more: boolean }> {
  const query = { limit: shown };
  const [asked, doubted, aside] = await Promise.all([
    desk.caller.call<{ items: Proposal[]; next?: string }>("/v1/proposals", { query }),
    desk.caller.call<{ items: Review[]; next?: string }>("/v1/reviews", { query }),
    desk.caller.call<{ items: SetAside[]; next?: string }>("/v1/imports/set-aside", { query }),
  ]);
  return {
    more: Boolean(asked.next || doubted.next || aside.next),
    list: [
      ...asked.items.map(
        (it): Job => ({
          kind: "proposal",
          id: it.id,
          at: it.position,
          title: line(it.components),
          detail: `${it.division.commune?.full_name ?? ""} · ${t("gửi", "sent")} ${day(it.created_at)}`,
          it,
        }),
      ),
      ...doubted.items.map(
        (it): Job => ({
          kind: "review",
          id: it.id,
          at: it.estimate ?? null,
          title: `${it.code} · ${reviewWords[it.kind]}`,
          detail: `${it.observers} ${t("người giao báo", "couriers say so")}${it.move_m ? ` · ${t("lệch", "off by")} ${distance(it.move_m)}` : ""}`,
          it,
        }),
      ),
      ...aside.items.map(
        (it): Job => ({
          kind: "set_aside",
          id: it.id,
          at: it.position,
          title: it.text || line(it.components),
          detail: `${asideWords[it.reason]} · ${t("lần nhập", "import")} ${it.import}, ${it.ref}`,
          it,
        }),
      ),
    ],
  };
}

export const workTask: Task = (desk, wanted) => {
  let ended = false;
  let open: string | null = null;

  const show = (list: Job[], more: boolean) => {
    const count = document.getElementById("work-count");
    if (count) {
      count.textContent = more ? `${list.length}+` : String(list.length);
      count.hidden = list.length === 0;
    }
    const places = list.flatMap((j): Place[] => (j.at ? [{ id: j.id, at: j.at, kind: j.kind }] : []));
    desk.marks.showPlaces(places);
    desk.marks.chosen = (id) => choose(list, more, id);
    desk.panel.replaceChildren(
      ...groups.flatMap(({ kind, title, nothing }) => {
        const own = list.filter((j) => j.kind === kind);
        return [
          h("h2", null, title, own.length > 0 && h("span", { class: `count count-${kind}` }, String(own.length))),
          own.length === 0
            ? h("p", { class: "hint" }, nothing)
            : h(
                "ul",
                { class: "jobs" },
                ...own.map((j) =>
                  h(
                    "li",
                    null,
                    h(
                      "button",
                      { type: "button", class: "job", "data-id": j.id, onclick: () => choose(list, more, j.id) },
                      h("strong", null, j.title),
                      h("small", null, j.detail),
                    ),
                  ),
                ),
              ),
        ];
      }),
    );
    return places;
  };

  const choose = (list: Job[], more: boolean, id: string) => {
    const job = list.find((j) => j.id === id);
    if (!job) return;
    open = id;
    const back = () => {
      open = null;
      desk.marks.unpin();
      show(list, more);
      desk.panel.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus();
    };
    decide(desk, job, back, async (words) => {
      open = null;
      desk.marks.unpin();
      desk.tell(words);
      await load(words);
    });
  };

  const load = async (words = "") => {
    desk.panel.setAttribute("aria-busy", "true");
    try {
      const { list, more } = await jobs(desk);
      if (ended || open) return;
      const places = show(list, more);
      if (words) desk.panel.prepend(h("p", { class: "notice notice-good" }, words));
      else if (places.length > 0) desk.marks.fit(places.map((p) => p.at));
      if (wanted) choose(list, more, wanted);
    } catch (failure) {
      if (!ended) desk.panel.replaceChildren(failed(failure));
    } finally {
      desk.panel.removeAttribute("aria-busy");
    }
  };
  void load();
  return () => {
    ended = true;
    desk.marks.showPlaces([]);
    desk.marks.chosen = () => {};
  };
};
