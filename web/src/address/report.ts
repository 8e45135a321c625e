// Reporting a mistake: the house as it should be goes to the registrar of the commune as a proposal at the place.
import type { Proposal } from "../lib/answers";
import { ApiError, call } from "../lib/api";
import { byId, h } from "../lib/dom";
import { t } from "../lib/i18n";
import type { Point } from "../lib/map";

export function prepareReport(address: { at: Point; kind: string }): void {
  const form = byId<HTMLFormElement>("report-form");
  const wrong = byId("report-wrong");
  const done = byId("report-done");
  byId("report").hidden = false;
  const refuse = (words: string) => {
    wrong.textContent = words;
    wrong.hidden = false;
  };
  const before = texts(form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const send = form.querySelector("button");
    if (!send || send.disabled) return;
    wrong.hidden = true;
    const given = texts(form);
    const here = byId<HTMLInputElement>("r-here").checked;
    if (!here && JSON.stringify(given) === JSON.stringify(before)) {
      return refuse(t("Chưa có gì khác: hãy sửa ô bị sai.", "Nothing was changed: correct what is wrong."));
    }
    send.disabled = true;
    try {
      const position = here ? await whereabouts() : { ...address.at, source: "unknown" };
      const { id } = await call<Proposal>("/v1/proposals", {
        body: { position, kind: address.kind, components: components(given) },
      });
      form.hidden = true;
      done.replaceChildren(
        t(
          "Cảm ơn bạn. Cán bộ địa chỉ của xã, phường sẽ xem. ",
          "Thank you. The registrar of the commune will look at it. ",
        ),
        h("a", { href: `/?proposal=${encodeURIComponent(id)}` }, t("Xem kết quả", "See what becomes of it")),
      );
      done.hidden = false;
    } catch (failure) {
      refuse(
        failure instanceof ApiError
          ? failure.words
          : t("Không biết được vị trí của máy này.", "This device does not tell its position."),
      );
    } finally {
      send.disabled = false;
    }
  });
}

function texts(form: HTMLFormElement): Record<string, string> {
  const names = ["house_number", "alley", "street", "hamlet", "building"];
  const all = new FormData(form);
  return Object.fromEntries(names.map((name) => [name, String(all.get(name) ?? "").trim()]));
}

function components(given: Record<string, string>): Record<string, string | string[]> {
  const { alley = "", ...rest } = given;
  const path = alley
    .split("/")
    .map((s) => s.trim())
    .filter(Boolean);
  const filled = Object.fromEntries(Object.entries(rest).filter(([, text]) => text !== ""));
  return path.length > 0 ? { ...filled, alley: path } : filled;
}

function whereabouts(): Promise<{ lat: number; lon: number; accuracy_m: number; source: string }> {
  return new Promise((found, failed) =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        found({ lat: coords.latitude, lon: coords.longitude, accuracy_m: Math.round(coords.accuracy), source: "gps" }),
      failed,
      { enableHighAccuracy: true, timeout: 15_000 },
    ),
  );
}
