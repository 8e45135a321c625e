// Texts in the two languages of the pages. The server chose the page's language; scripts follow it.

export type Lang = "vi" | "en";

/** The page's language, as its <html lang> says. */
export const lang: Lang = globalThis.document?.documentElement.lang === "en" ? "en" : "vi";

/** One of two texts, by the page's language. */
export const t = (vietnamese: string, english: string): string => (lang === "en" ? english : vietnamese);

/** The same page in a language, with the rest of its address kept. */
export function inLanguage(to: Lang, from: URL = new URL(location.href)): string {
  const url = new URL(from);
  url.searchParams.set("lang", to);
  return url.pathname + url.search + url.hash;
}

const distances = new Intl.NumberFormat(lang === "en" ? "en-GB" : "vi-VN", { maximumFractionDigits: 1 });
const days = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : "vi-VN", { dateStyle: "long" });

/** Metres as people say them: 12 m, 3.4 km. */
export function distance(metres: number): string {
  return metres < 950 ? `${Math.round(metres)} m` : `${distances.format(metres / 1000)} km`;
}

/** A day of an RFC 3339 time, in words. */
export const day = (time: string): string => days.format(new Date(time));
