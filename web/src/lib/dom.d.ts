type Child = Node | string | null | undefined | false;
type Props = Record<string, unknown>;
/**
 * An element with properties and children. A property that is a function is listened to (onclick), `class`, `aria-*`, `data-*` and
 * whatever the element has no property for are set as attributes; null, undefined and false set nothing.
 */
export declare function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props?: Props | null,
  ...children: Child[]
): HTMLElementTagNameMap[K];
/** The element with an id that the page's template is known to have. */
export declare function byId<T extends HTMLElement = HTMLElement>(id: string): T;
declare const drawings: {
  readonly search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.3 15.3 20 20";
  readonly locate: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10M12 2v4M12 18v4M2 12h4M18 12h4";
  readonly scan: "M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M8 8h3v3H8zM13 13h3v3h-3zM13 8h3v3M8 13v3h3";
  readonly close: "M6 6l12 12M18 6 6 18";
  readonly house: "M4 11.5 12 5l8 6.5M6.5 10v9h11v-9M10 19v-5h4v5";
  readonly street: "M8 4 5 20M16 4l3 16M12 5v2.5M12 11v2.5M12 17v2.5";
  readonly region: "M4 6.5 9.5 4l5 2.5L20 4v13.5L14.5 20l-5-2.5L4 20zM9.5 4v13.5M14.5 6.5V20";
  readonly building: "M6 20V5a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v15M3.5 20h17M9.5 8h1.5M13 8h1.5M9.5 12h1.5M13 12h1.5M10.5 20v-4h3v4";
  readonly pin: "M12 21s-6.5-5.6-6.5-10.5a6.5 6.5 0 0 1 13 0C18.5 15.4 12 21 12 21M12 8.2a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6";
  readonly copy: "M9 9h10v11H9zM15 9V5a1 1 0 0 0-1-1H6a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h3";
  readonly open: "M13 5h6v6M19 5l-9 9M17 14v5H5V7h5";
  readonly share: "M12 15V4M8.5 7 12 3.5 15.5 7M6 12v7.5h12V12";
  readonly plus: "M12 5v14M5 12h14";
  readonly minus: "M5 12h14";
  readonly zoom: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.3 15.3 20 20M10.5 7.8v5.4M7.8 10.5h5.4";
  readonly target: "M12 3v6M12 15v6M3 12h6M15 12h6";
  readonly check: "M5 12.5 10 17.5 19 7";
  readonly warning: "M12 4 2.8 19.5h18.4zM12 10v4.5M12 17.3v.1";
  readonly info: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 11v5.5M12 7.8v.1";
  readonly spinner: "M12 3.5a8.5 8.5 0 1 0 8.5 8.5";
  readonly image: "M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15 9.5v.1";
  readonly offline: "M3 3l18 18M5 12.5a10 10 0 0 1 4.5-2.6M8.5 16a5 5 0 0 1 6.5-.4M12 19.5v.1M2 9a15 15 0 0 1 4-2.6M10.5 5.100A15 15 0 0 1 22 9";
};
export type IconName = keyof typeof drawings;
/** A drawing of the text's size and colour, silent for screen readers. */
export declare function icon(name: IconName): SVGSVGElement;
