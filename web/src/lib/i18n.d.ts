export type Lang = "vi" | "en";
/** The page's language, as its <html lang> says. */
export declare const lang: Lang;
/** One of two texts, by the page's language. */
export declare const t: (vietnamese: string, english: string) => string;
/** The same page in a language, with the rest of its address kept. */
export declare function inLanguage(to: Lang, from?: URL): string;
/** Metres as people say them: 12 m, 3.4 km. */
export declare function distance(metres: number): string;
/** A day of an RFC 3339 time, in words. */
export declare const day: (time: string) => string;
