// A small map of one place, drawn on a canvas from the service's vector tiles. It is a hundredth of a map library, for it has to show a
// few streets and houses around a door, on a cheap phone, in a page that is not ours. Dragging moves it, two buttons zoom.
import { VectorTile, type VectorTileLayer } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { h, icon } from "../../../src/lib/dom";
import type { DrawMap } from "./element";

const SIDE = 512; // points of a tile on the screen
const DEEPEST = 18; // tiles are made down to here; beyond, they are enlarged
const ZOOMS = { least: 14, first: 17, most: 20 };

/** Web Mercator, 0..1. */
interface Spot {
  x: number;
  y: number;
}

const colours = {
  light: {
    land: "#f4f2ee",
    house: "#e2dcd1",
    street: "#ffffff",
    edge: "#d5cfc4",
    border: "#b48ead",
    ink: "#4a4f57",
    door: "#8a6d3b",
  },
  dark: {
    land: "#23272d",
    house: "#323840",
    street: "#454c56",
    edge: "#1a1d21",
    border: "#8f6d9e",
    ink: "#c3c9d1",
    door: "#d9b877",
  },
};

function spotOf(lat: number, lon: number): Spot {
  const sine = Math.sin((lat * Math.PI) / 180);
  return { x: lon / 360 + 0.5, y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) };
}

const maps = new WeakMap<HTMLElement, SmallMap>();

/** Draws the map of a place in an element, or moves the one that is there. */
export const draw: DrawMap = async (container, place) => {
  let map = maps.get(container);
  if (!map) {
    map = new SmallMap(container, place.endpoint);
    maps.set(container, map);
  }
  map.show(place);
};

class SmallMap {
  private readonly ground = h("div", { class: "ground" });
  private readonly canvas = h("canvas", { role: "img" });
  private readonly credit = h("small", { class: "credit", part: "map-credit" });
  private readonly nearer = h(
    "button",
    { type: "button", part: "map-button", onclick: () => this.zoomTo(this.zoom + 1) },
    icon("plus"),
  );
  private readonly farther = h(
    "button",
    { type: "button", part: "map-button", onclick: () => this.zoomTo(this.zoom - 1) },
    icon("minus"),
  );
  private readonly tiles = new Map<string, Promise<void>>();
  private readonly read = new Map<string, VectorTile>();
  private place: Parameters<DrawMap>[1] | undefined;
  private centre: Spot = { x: 0, y: 0 };
  private zoom = ZOOMS.first;
  private drawn = 0; // the frame asked for

  constructor(
    container: HTMLElement,
    private readonly endpoint: string,
  ) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      .ground { position: relative; height: 180px; border-radius: var(--radius); overflow: hidden; background: var(--tint); }
      .ground canvas { display: block; width: 100%; height: 100%; cursor: grab; touch-action: pan-y; }
      .ground canvas:active { cursor: grabbing; }
      .zoom { position: absolute; right: 8px; bottom: 8px; display: grid; gap: 6px; }
      .zoom button { display: grid; place-items: center; width: 44px; height: 44px; padding: 0; border: 1px solid var(--line);
        border-radius: var(--radius); color: var(--ink); background: var(--raised); cursor: pointer; }
      .zoom button:disabled { color: var(--soft); cursor: default; opacity: 0.6; }
      .credit { display: block; margin-top: 2px; color: var(--soft); font-size: 11px; line-height: 1.35; }`);
    (container.getRootNode() as ShadowRoot).adoptedStyleSheets.push(sheet);
    this.ground.append(this.canvas, h("div", { class: "zoom" }, this.nearer, this.farther));
    container.replaceChildren(this.ground, this.credit);
    new ResizeObserver(() => this.redraw()).observe(this.ground);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
    this.draggable();
    this.sources();
  }

  show(place: Parameters<DrawMap>[1]): void {
    this.place = place;
    this.canvas.ariaLabel = place.label;
    this.nearer.ariaLabel = place.words.zoomIn;
    this.farther.ariaLabel = place.words.zoomOut;
    this.centre = spotOf(place.lat, place.lon);
    this.zoomTo(place.accuracy > 15 ? ZOOMS.first : ZOOMS.first + 1);
  }

  private zoomTo(zoom: number): void {
    this.zoom = Math.min(ZOOMS.most, Math.max(ZOOMS.least, zoom));
    this.nearer.disabled = this.zoom === ZOOMS.most;
    this.farther.disabled = this.zoom === ZOOMS.least;
    this.redraw();
  }

  private draggable(): void {
    let from: { x: number; y: number } | undefined;
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (e) => {
      from = { x: e.clientX, y: e.clientY };
      canvas.setPointerCapture(e.pointerId);
    });
    canvas.addEventListener("pointermove", (e) => {
      if (!from) return;
      const points = SIDE * 2 ** this.zoom;
      this.centre.x -= (e.clientX - from.x) / points;
      this.centre.y -= (e.clientY - from.y) / points;
      from = { x: e.clientX, y: e.clientY };
      this.redraw();
    });
    for (const end of ["pointerup", "pointercancel"] as const) canvas.addEventListener(end, () => (from = undefined));
  }

  /** Whose data the map shows, as its description says. */
  private async sources(): Promise<void> {
    try {
      const answer = await fetch(`${this.endpoint}/v1/tiles`);
      const { attribution } = (await answer.json()) as { attribution?: string };
      this.credit.textContent = (attribution ?? "").replace(/<[^>]*>/g, "").replaceAll("&copy;", "©");
    } catch {
      // The tiles will not come either; the map then shows the pin alone.
    }
  }

  private redraw(): void {
    cancelAnimationFrame(this.drawn);
    this.drawn = requestAnimationFrame(() => this.paint());
  }

  private tile(z: number, x: number, y: number): VectorTile | undefined {
    const name = `${z}/${x}/${y}`;
    if (!this.tiles.has(name)) {
      const load = async () => {
        const answer = await fetch(`${this.endpoint}/v1/tiles/${name}`);
        if (answer.status !== 200) return;
        this.read.set(name, new VectorTile(new PbfReader(new Uint8Array(await answer.arrayBuffer()))));
        this.redraw();
      };
      this.tiles.set(
        name,
        load().catch(() => {
          this.tiles.delete(name); // asked for again when the map moves
        }),
      );
    }
    return this.read.get(name);
  }

  private paint(): void {
    const { canvas, ground, place } = this;
    const context = canvas.getContext("2d");
    const [width, height] = [ground.clientWidth, ground.clientHeight];
    if (!context || !place || width === 0) return;
    const ratio = Math.min(devicePixelRatio || 1, 2);
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    context.scale(ratio, ratio);
    const c = colours[isDark(ground) ? "dark" : "light"];
    context.fillStyle = c.land;
    context.fillRect(0, 0, width, height);

    const z = Math.min(this.zoom, DEEPEST);
    const side = SIDE * 2 ** (this.zoom - z);
    const [left, top] = [this.centre.x * 2 ** z * side - width / 2, this.centre.y * 2 ** z * side - height / 2];
    const shown: { tile: VectorTile; x: number; y: number }[] = [];
    for (let y = Math.floor(top / side); y * side < top + height; y++) {
      for (let x = Math.floor(left / side); x * side < left + width; x++) {
        const tile = this.tile(z, x, y);
        if (tile) shown.push({ tile, x: x * side - left, y: y * side - top });
      }
    }
    const each = (name: string, paint: (layer: VectorTileLayer, at: Screen) => void) => {
      for (const { tile, x, y } of shown) {
        const layer = tile.layers[name];
        if (!layer) continue;
        context.save();
        context.beginPath();
        context.rect(x, y, side, side);
        context.clip();
        paint(layer, new Screen(context, x, y, side / layer.extent));
        context.restore();
      }
    };
    const street = Math.max(3, 2.2 * 2 ** ((this.zoom - 15) / 1.4));
    each("building", (l, at) => at.fill(l, c.house));
    each("street", (l, at) => at.lines(l, c.edge, street + 2));
    each("street", (l, at) => at.lines(l, c.street, street));
    each("division", (l, at) => at.lines(l, c.border, 1, [6, 4]));
    each("address", (l, at) => at.numbers(l, c.door, this.zoom >= 18));
    each("street", (l, at) => at.names(l, c.ink, c.land));
    const [px, py] = [
      spotOf(place.lat, place.lon).x * 2 ** z * side - left,
      spotOf(place.lat, place.lon).y * 2 ** z * side - top,
    ];
    const metre = (2 ** z * side) / (40_075_017 * Math.cos((place.lat * Math.PI) / 180));
    pin(context, px, py, place.accuracy * metre);
  }
}

/** A tile's place on the screen: paints its layers there. */
class Screen {
  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly x: number,
    private readonly y: number,
    private readonly scale: number,
  ) {}

  fill(layer: VectorTileLayer, colour: string): void {
    this.context.fillStyle = colour;
    this.trace(layer);
    this.context.fill("evenodd");
  }

  lines(layer: VectorTileLayer, colour: string, width: number, dash: number[] = []): void {
    Object.assign(this.context, { strokeStyle: colour, lineWidth: width, lineCap: "round", lineJoin: "round" });
    this.context.setLineDash(dash);
    this.trace(layer);
    this.context.stroke();
    this.context.setLineDash([]);
  }

  /** The doors, with their numbers when there is room. */
  numbers(layer: VectorTileLayer, colour: string, numbered: boolean): void {
    const { context } = this;
    Object.assign(context, {
      fillStyle: colour,
      font: "600 11px system-ui, sans-serif",
      textAlign: "center",
      textBaseline: "top",
    });
    for (let i = 0; i < layer.length; i++) {
      const door = layer.feature(i);
      const at = door.loadGeometry()[0]?.[0];
      if (!at) continue;
      const [x, y] = [this.x + at.x * this.scale, this.y + at.y * this.scale];
      context.beginPath();
      context.arc(x, y, 2.5, 0, 7);
      context.fill();
      if (numbered && door.properties.number) context.fillText(String(door.properties.number), x, y + 4);
    }
  }

  /** A street's name along its longest straight piece, where it fits. */
  names(layer: VectorTileLayer, colour: string, halo: string): void {
    const { context } = this;
    Object.assign(context, { fillStyle: colour, strokeStyle: halo, lineWidth: 3, lineJoin: "round" });
    Object.assign(context, { font: "12px system-ui, sans-serif", textAlign: "center", textBaseline: "middle" });
    const written = new Set<string>();
    for (let i = 0; i < layer.length; i++) {
      const street = layer.feature(i);
      const name = street.properties.name;
      if (typeof name !== "string" || written.has(name)) continue;
      const piece = longest(street.loadGeometry());
      if (!piece || piece.length * this.scale < context.measureText(name).width) continue;
      written.add(name);
      context.save();
      context.translate(this.x + piece.x * this.scale, this.y + piece.y * this.scale);
      context.rotate(Math.abs(piece.angle) > Math.PI / 2 ? piece.angle + Math.PI : piece.angle); // never upside down
      context.strokeText(name, 0, 0);
      context.fillText(name, 0, 0);
      context.restore();
    }
  }

  private trace(layer: VectorTileLayer): void {
    const { context } = this;
    context.beginPath();
    for (let i = 0; i < layer.length; i++) {
      for (const line of layer.feature(i).loadGeometry()) {
        line.forEach((p, k) => {
          if (k === 0) context.moveTo(this.x + p.x * this.scale, this.y + p.y * this.scale);
          else context.lineTo(this.x + p.x * this.scale, this.y + p.y * this.scale);
        });
      }
    }
  }
}

/** The longest straight piece of lines: its middle, length and direction. */
function longest(lines: Spot[][]): { x: number; y: number; length: number; angle: number } | undefined {
  let best: { x: number; y: number; length: number; angle: number } | undefined;
  for (const line of lines) {
    for (let k = 1; k < line.length; k++) {
      const [a, b] = [line[k - 1] as Spot, line[k] as Spot];
      const length = Math.hypot(b.x - a.x, b.y - a.y);
      if (length > (best?.length ?? 0)) {
        best = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, length, angle: Math.atan2(b.y - a.y, b.x - a.x) };
      }
    }
  }
  return best;
}

/** A pin with its point at the place, and how far off that can be. */
function pin(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  if (radius > 12) {
    context.beginPath();
    context.arc(x, y, radius, 0, 7);
    context.fillStyle = "rgb(179 21 27 / 0.12)";
    context.fill();
  }
  context.beginPath();
  context.moveTo(x, y);
  context.bezierCurveTo(x - 4, y - 10, x - 11, y - 15, x - 11, y - 23);
  context.arc(x, y - 23, 11, Math.PI, 0);
  context.bezierCurveTo(x + 11, y - 15, x + 4, y - 10, x, y);
  Object.assign(context, { fillStyle: "#b3151b", strokeStyle: "#ffffff", lineWidth: 2 });
  context.fill();
  context.stroke();
  context.beginPath();
  context.arc(x, y - 23, 4, 0, 7);
  context.fillStyle = "#ffffff";
  context.fill();
}

/** Whether the ground of an element is dark, whoever made it so. */
function isDark(element: HTMLElement): boolean {
  const [r = 255, g = 255, b = 255] =
    getComputedStyle(element)
      .backgroundColor.match(/[\d.]+/g)
      ?.map(Number) ?? [];
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}
