// The map of all pages. Load it lazily (`await import("../lib/map")`): it is most of what a page weighs.
import "maplibre-gl/dist/maplibre-gl.css";
import type { Feature, Geometry } from "geojson";
import {
  AttributionControl,
  type GeoJSONSource,
  Map as LibreMap,
  type LngLatBoundsLike,
  NavigationControl,
  ScaleControl,
  type StyleSpecification,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { lang } from "./i18n";
import { type BaseMap, mapStyle } from "./style";

export interface Point {
  lat: number;
  lon: number;
}

export interface MapOptions {
  center?: Point | undefined;
  zoom?: number;
  /** Where several maps or a small one stand in a text: two fingers move it, no buttons. */
  small?: boolean;
  /** Pixels of the map that something covers, for the first view. */
  padding?: { top: number; right: number; bottom: number; left: number };
  /** "" for none, e.g. over a map that links to it anyway. */
  label?: string;
  /** Where the tiles come from; the page's own origin unless given. */
  origin?: string;
}

/** Việt Nam with its seas, Hoàng Sa and Trường Sa in it: west, south, east, north. */
export const country: LngLatBoundsLike = [102.1, 6.3, 117.9, 23.5];

/** A map in our style. It follows the system from light to dark, and takes what tiles do not come as missing, without a noise. */
export function createMap(container: HTMLElement, options: MapOptions = {}): LibreMap {
  setWorkerUrl(new URL(workerUrl, import.meta.url).href);
  const isDark = matchMedia("(prefers-color-scheme: dark)");
  const origin = options.origin ?? location.origin;
  const base = configuredBase();
  const style = () => mapStyle({ dark: isDark.matches, origin, base });
  const map = new LibreMap({
    container,
    style: style(),
    ...(options.center
      ? { center: [options.center.lon, options.center.lat], zoom: options.zoom ?? 17 }
      : { bounds: country, fitBoundsOptions: { padding: options.padding ?? 12 } }),
    minZoom: 3,
    maxZoom: 21,
    maxPitch: 0,
    dragRotate: false,
    touchPitch: false,
    pitchWithRotate: false,
    cooperativeGestures: options.small ?? false,
    attributionControl: false,
    locale: locale(),
    // Our own tiles come from where the page comes from, whatever a proxy in between made of the server's name.
    transformRequest: (url) => ({ url: url.replace(/^https?:\/\/[^/]+(?=\/v1\/tiles)/, origin) }),
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new AttributionControl(options.small ? { compact: true } : {}));
  // Whose data it is, one press away where there is little room; MapLibre would keep it open until the map is moved.
  const fold = () => container.querySelector(".maplibregl-compact-show")?.classList.remove("maplibregl-compact-show");
  map.once("idle", fold);
  if (!options.small) {
    map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
    map.addControl(new ScaleControl({ unit: "metric" }), "bottom-right");
  }
  if (options.label !== undefined) map.getCanvas().setAttribute("aria-label", options.label);
  map.on("error", () => {}); // without a listener MapLibre writes every tile that does not come to the console
  container.setAttribute("aria-busy", "true"); // until what is to be seen has been drawn
  map.on("movestart", () => container.setAttribute("aria-busy", "true"));
  map.on("idle", () => container.setAttribute("aria-busy", "false"));
  const follow = () => map.setStyle(style(), { transformStyle: keepData });
  isDark.addEventListener("change", follow);
  map.once("remove", () => isDark.removeEventListener("change", follow));
  return map;
}

// A change of colours keeps what pages put on the map.
function keepData(before: StyleSpecification | undefined, after: StyleSpecification): StyleSpecification {
  if (!before) return after;
  const ownLayers = before.layers.filter((l) => !after.layers.some((a) => a.id === l.id));
  const kept = Object.entries(before.sources).filter(([id, s]) => s.type === "geojson" || !(id in after.sources));
  return {
    ...after,
    sources: { ...after.sources, ...Object.fromEntries(kept) },
    layers: [...after.layers, ...ownLayers],
  };
}

function configuredBase(): BaseMap | undefined {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="basemap"]');
  return meta?.content ? { tiles: meta.content, attribution: meta.dataset.attribution ?? "" } : undefined;
}

/** A closed ring or several, (lon, lat) as GeoJSON has them, e.g. a cell's outline. */
export type Ring = [lon: number, lat: number][];

/** Outlines an area in the colour of what is chosen; null for nothing. */
export function showChosen(map: LibreMap, ring: Ring | null): void {
  put(map, "chosen", ring && { type: "Polygon", coordinates: [ring] });
}

/** Marks where the person is. */
export function showHere(map: LibreMap, at: Point | null): void {
  put(map, "here", at && { type: "Point", coordinates: [at.lon, at.lat] });
}

function put(map: LibreMap, source: string, geometry: Geometry | null): void {
  const features: Feature[] = geometry ? [{ type: "Feature", properties: {}, geometry }] : [];
  const set = () =>
    (map.getSource(source) as GeoJSONSource | undefined)?.setData({ type: "FeatureCollection", features });
  if (map.getSource(source)) set();
  else map.once("styledata", set);
}

/**
 * Moves there: gliding where that is near, at once across the country (a glide would load the tiles of every zoom on the way) and where
 * motion is not wanted. `offset` in pixels from the middle, where something covers a part of the map.
 */
export function goTo(map: LibreMap, at: Point, zoom: number, offset: [x: number, y: number] = [0, 0]): void {
  const duration = Math.abs(map.getZoom() - zoom) > 4 ? 0 : 700;
  map.easeTo({ center: [at.lon, at.lat], zoom, offset, duration, essential: false });
}

function locale(): Record<string, string> {
  if (lang === "en") return {};
  return {
    "Map.Title": "Bản đồ",
    "NavigationControl.ZoomIn": "Phóng to",
    "NavigationControl.ZoomOut": "Thu nhỏ",
    "AttributionControl.ToggleAttribution": "Nguồn bản đồ",
    "AttributionControl.MapFeedback": "Góp ý về bản đồ",
    "ScaleControl.Feet": "ft",
    "ScaleControl.Meters": "m",
    "ScaleControl.Kilometers": "km",
    "ScaleControl.Miles": "mi",
    "ScaleControl.NauticalMiles": "nm",
    "CooperativeGesturesHandler.WindowsHelpText": "Giữ Ctrl và lăn chuột để phóng bản đồ",
    "CooperativeGesturesHandler.MacHelpText": "Giữ ⌘ và lăn chuột để phóng bản đồ",
    "CooperativeGesturesHandler.MobileHelpText": "Dùng hai ngón tay để di chuyển bản đồ",
  };
}
