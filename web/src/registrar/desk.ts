// The desk: a panel with one of four tasks beside a map that all of them draw on.
import { ApiError } from "../lib/api";
import { byId, h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import { createMap } from "../lib/map";
import { buildingTask } from "./building";
import { coverageTask } from "./coverage";
import { showDivision } from "./goto";
import { historyTask } from "./history";
import { Marks } from "./marks";
import { type Caller, signOut } from "./session";
import { workTask } from "./work";

export interface Desk {
  caller: Caller;
  marks: Marks;
  panel: HTMLElement;
  /** Tells what happened to those who do not see it. */
  tell(words: string): void;
}

/** A task fills the panel and returns what ends it. */
export type Task = (desk: Desk, rest: string) => () => void;

const tasks: Record<string, Task> = {
  work: workTask,
  building: buildingTask,
  coverage: coverageTask,
  history: historyTask,
};

const roles: Record<string, string> = {
  admin: t("Quản trị", "Administrator"),
  registrar: t("Cán bộ địa chỉ", "Registrar"),
  auditor: t("Kiểm tra viên", "Auditor"),
};

export function openDesk(caller: Caller): void {
  byId("desk").hidden = false;
  const { role, communes = [], provinces = [] } = caller.session;
  const area = [...provinces, ...communes].join(", ");
  byId("who").textContent = (roles[role] ?? role) + (area && ` · ${area}`);
  const out = byId("sign-out");
  out.hidden = !caller.signedIn;
  out.addEventListener("click", async () => {
    await signOut(caller).catch(() => {});
    location.reload();
  });

  const map = createMap(byId("map"), { label: t("Bản đồ địa bàn", "Map of the area") });
  const told = byId("told");
  const desk: Desk = {
    caller,
    marks: new Marks(map),
    panel: byId("panel"),
    tell: (words) => {
      told.textContent = words;
    },
  };
  const [home] = [...communes, ...provinces];
  if (home) showDivision(desk, home).catch(() => {}); // the whole country, then
  let end = () => {};
  const go = () => {
    const [name = "", ...rest] = location.hash.slice(1).split("/");
    const task = tasks[name] ?? workTask;
    end();
    desk.panel.replaceChildren();
    desk.marks.unpin();
    for (const link of document.querySelectorAll<HTMLAnchorElement>(".desk-tabs a")) {
      if (tasks[link.hash.slice(1)] === task) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    end = task(desk, decodeURIComponent(rest.join("/")));
  };
  addEventListener("hashchange", go);
  go();
}

/** The words of a failure, as a notice. */
export function failed(failure: unknown): HTMLElement {
  const words = failure instanceof ApiError ? failure.words : String(failure);
  const more = failure instanceof ApiError ? (failure.problem.errors ?? []).map((e) => e.detail).filter(Boolean) : [];
  return h(
    "div",
    { class: "notice notice-warn", role: "alert" },
    icon("warning"),
    h("div", null, words, ...more.slice(0, 5).map((m) => h("div", null, m ?? ""))),
  );
}
