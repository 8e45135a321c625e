// What the desk draws on the map: the places of the work list, the one being decided, an outline being drawn, shares of communes.
import type { Feature } from "geojson";
import {
  type ExpressionSpecification,
  type GeoJSONSource,
  type Map as LibreMap,
  LngLatBounds,
  Marker,
} from "maplibre-gl";
import type { Point, Ring } from "../lib/map";
import { firstLabel } from "../lib/style";

export interface Place {
  id: string;
  at: Point;
  kind: "proposal" | "review" | "set_aside";
}

const colours: Record<Place["kind"], string> = { proposal: "#0b57d0", review: "#b06000", set_aside: "#8430ce" };

const outlineSource = "drawn";
const placesSource = "places";

export class Marks {
  private places: Place[] = [];
  private ring: Ring = [];
  private shares: Map<string, number> | null = null;
  private marker: Marker | null = null;
  chosen: (id: string) => void = () => {};

  constructor(readonly map: LibreMap) {
    const draw = () => this.draw();
    if (map.isStyleLoaded()) draw();
    map.on("style.load", draw); // and again when the colours change
    map.on("click", "places", (e) => {
      const id = e.features?.[0]?.properties.id;
      if (typeof id === "string") this.chosen(id);
    });
    for (const [event, cursor] of [
      ["mouseenter", "pointer"],
      ["mouseleave", ""],
    ] as const) {
      map.on(event, "places", () => {
        map.getCanvas().style.cursor = cursor;
      });
    }
  }

  /** The places of the work list. */
  showPlaces(places: Place[]): void {
    this.places = places;
    this.draw();
  }

  /** Moves to where all places can be seen. */
  fit(points: Point[]): void {
    const bounds = new LngLatBounds();
    for (const p of points) bounds.extend([p.lon, p.lat]);
    if (!bounds.isEmpty()) this.map.fitBounds(bounds, { padding: 60, maxZoom: 17, duration: 0 });
  }

  /** One place that can be dragged; moved tells where to. */
  pin(at: Point, moved: ((to: Point) => void) | null): void {
    this.unpin();
    const style = getComputedStyle(document.documentElement);
    const marker = new Marker({ draggable: moved !== null, color: style.getPropertyValue("--pin").trim() || "#b3151b" })
      .setLngLat([at.lon, at.lat])
      .addTo(this.map);
    if (moved) marker.on("dragend", () => moved({ lat: marker.getLngLat().lat, lon: marker.getLngLat().lng }));
    this.marker = marker;
    this.map.easeTo({ center: [at.lon, at.lat], zoom: Math.max(this.map.getZoom(), 18), duration: 600 });
  }

  unpin(): void {
    this.marker?.remove();
    this.marker = null;
  }

  /** An outline that is being drawn, open or closed. */
  outline(ring: Ring): void {
    this.ring = ring;
    this.draw();
  }

  /** Shares of communes by their codes, 0 to 1 and more, as colours; null for none. */
  colour(shares: Map<string, number> | null): void {
    this.shares = shares;
    this.draw();
  }

  private draw(): void {
    const { map } = this;
    if (!map.getSource("diachiso")) return; // the style is on its way
    this.source(
      placesSource,
      this.places.map((p) => ({
        type: "Feature",
        properties: { id: p.id, colour: colours[p.kind] },
        geometry: { type: "Point", coordinates: [p.at.lon, p.at.lat] },
      })),
    );
    const corners = this.ring.map(
      (c): Feature => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: c } }),
    );
    const [first] = this.ring;
    const area: Feature[] =
      first && this.ring.length > 2
        ? [{ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...this.ring, first]] } }]
        : this.ring.length === 2
          ? [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: this.ring } }]
          : [];
    this.source(outlineSource, [...area, ...corners]);
    this.layers();
  }

  private source(id: string, features: Feature[]): void {
    const data = { type: "FeatureCollection" as const, features };
    const source = this.map.getSource(id) as GeoJSONSource | undefined;
    if (source) source.setData(data);
    else this.map.addSource(id, { type: "geojson", data });
  }

  private layers(): void {
    const { map } = this;
    if (map.getLayer("share")) map.removeLayer("share");
    if (this.shares?.size) {
      const byCode = [...this.shares].flatMap(([code, share]) => [code, shareColour(share)]);
      map.addLayer(
        {
          id: "share",
          type: "fill",
          source: "diachiso",
          "source-layer": "division",
          filter: ["==", ["get", "level"], "commune"],
          paint: {
            "fill-color": ["match", ["get", "code"], ...byCode, "rgba(0,0,0,0)"] as unknown as ExpressionSpecification,
            "fill-opacity": 0.55,
          },
        },
        map.getLayer(firstLabel) ? firstLabel : undefined,
      );
    }
    if (map.getLayer("places")) return;
    const brand = "#b3151b";
    map.addLayer({
      id: "drawn-area",
      type: "fill",
      source: outlineSource,
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": brand, "fill-opacity": 0.2 },
    });
    map.addLayer({
      id: "drawn-line",
      type: "line",
      source: outlineSource,
      paint: { "line-color": brand, "line-width": 2.5 },
    });
    map.addLayer({
      id: "drawn-corner",
      type: "circle",
      source: outlineSource,
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-color": "#ffffff",
        "circle-stroke-color": brand,
        "circle-stroke-width": 2.5,
        "circle-radius": 5,
      },
    });
    map.addLayer({
      id: "places",
      type: "circle",
      source: placesSource,
      paint: {
        "circle-color": ["get", "colour"],
        "circle-radius": 8,
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 2,
      },
    });
  }
}

/** From red (nothing) over yellow to green (all); blue for more than was expected. */
export function shareColour(share: number): string {
  if (share > 1.05) return "#3b6fb6";
  const steps = ["#b2182b", "#e06c4d", "#f3b562", "#d9d26a", "#8fbf62", "#2f8f4e"];
  return steps[Math.min(steps.length - 1, Math.max(0, Math.floor(share * steps.length)))] as string;
}
