// The map of the home page: where places are shown and picked. Loaded after the search box works.
import type { Map as LibreMap, MapMouseEvent, MapTouchEvent } from "maplibre-gl";
import { t } from "../lib/i18n";
import { createMap, goTo, type Point, type Ring, showChosen, showHere } from "../lib/map";

export interface MapView {
  show(at: Point, zoom: number): void;
  outline(ring: Ring | null): void;
  here(at: Point | null): void;
  centre(): Point;
  zoom(): number;
  pick(): void;
}

/** Pixels of the map that the panel covers. */
export interface Covered {
  left: number;
  top: number;
  bottom: number;
}

const longPress = 550; // milliseconds

/**
 * @param picked called with where somebody clicked, pressed long, or pressed Enter.
 */
export function mapView(
  container: HTMLElement,
  first: { at: Point; zoom: number } | undefined,
  covered: () => Covered,
  picked: (at: Point) => void,
): MapView {
  const { left, top, bottom } = covered();
  const map = createMap(container, {
    ...(first
      ? { center: first.at, zoom: first.zoom }
      : { padding: { left: left + 12, top: top + 12, bottom: bottom + 12, right: 12 } }),
    label: t(
      "Bản đồ. Các phím mũi tên để di chuyển, cộng và trừ để phóng, Enter để chọn điểm ở giữa.",
      "Map. Arrow keys move it, plus and minus zoom, Enter picks the point in its middle.",
    ),
  });
  const centre = () => middle(map, covered());
  const pick = () => picked(centre());
  listen(map, picked);
  map.getCanvas().addEventListener("keydown", (e) => {
    if (e.key === "Enter") pick();
  });
  return {
    show: (at, zoom) => {
      const { left, top, bottom } = covered();
      goTo(map, at, zoom, [left / 2, (top - bottom) / 2]);
    },
    outline: (ring) => showChosen(map, ring),
    here: (at) => showHere(map, at),
    centre,
    zoom: () => map.getZoom(),
    pick,
  };
}

function middle(map: LibreMap, { left, top, bottom }: Covered): Point {
  const { clientWidth, clientHeight } = map.getContainer();
  const at = map.unproject([(clientWidth + left) / 2, (clientHeight + top - bottom) / 2]);
  return { lat: at.lat, lon: at.lng };
}

function listen(map: LibreMap, picked: (at: Point) => void): void {
  const at = (e: MapMouseEvent | MapTouchEvent): Point => ({ lat: e.lngLat.lat, lon: e.lngLat.lng });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pressed = false; // the click that ends a long press is not another one
  map.on("click", (e) => {
    if (!pressed) picked(at(e));
    pressed = false;
  });
  map.on("contextmenu", (e) => {
    if (!pressed) picked(at(e));
  });
  map.on("touchstart", (e) => {
    clearTimeout(timer);
    pressed = false;
    if (e.points.length > 1) return;
    timer = setTimeout(() => {
      pressed = true;
      navigator.vibrate?.(15);
      picked(at(e));
    }, longPress);
  });
  const release = () => clearTimeout(timer);
  map.on("touchend", release);
  map.on("touchcancel", release);
  map.on("touchmove", release);
  map.on("dragstart", release);
}
