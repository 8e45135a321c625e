// How the map looks: its layers over our own tiles, in light and in dark.
import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import { t } from "./i18n";

/** An outside base map that the server was configured with. */
export interface BaseMap {
  /** Of raster tiles, with {z}, {x} and {y}. */
  tiles: string;
  attribution: string;
}

export interface StyleChoices {
  dark: boolean;
  /** The server's address, https://host. */
  origin: string;
  base?: BaseMap | undefined;
}

interface Colours {
  sea: string;
  land: string;
  ink: string;
  inkSoft: string;
  halo: string;
  border: string;
  borderSoft: string;
  zone: string;
  cell: string;
  street: string;
  casing: string;
  building: string;
  buildingLine: string;
  address: string;
  brand: string;
  seaInk: string;
}

const light: Colours = {
  sea: "#cbe0ea",
  land: "#f8f6f1",
  ink: "#2b2f36",
  inkSoft: "#5d646e",
  halo: "#fffdf8",
  border: "#8d8598",
  borderSoft: "#b9b3c2",
  zone: "#8aa1ad",
  cell: "#c9c2b4",
  street: "#ffffff",
  casing: "#d8d2c5",
  building: "#e9e3d6",
  buildingLine: "#cfc6b3",
  address: "#8c1318",
  brand: "#b3151b",
  seaInk: "#2f5a70",
};

const dark: Colours = {
  sea: "#0e1a22",
  land: "#1d2126",
  ink: "#e3e6ea",
  inkSoft: "#a3abb5",
  halo: "#15181c",
  border: "#7d7690",
  borderSoft: "#4c4858",
  zone: "#4d626e",
  cell: "#383d45",
  street: "#3b424b",
  casing: "#14171a",
  building: "#2a2f36",
  buildingLine: "#3c434c",
  address: "#ff9d95",
  brand: "#ff8a80",
  seaInk: "#8fb8cc",
};

// The first name is no font: it says the weight. The page's own fonts draw the text (the style has no glyphs).
const regular = ["Regular", "system-ui", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"];
const semibold = ["Semibold", ...regular.slice(1)];

// The two archipelagos, named on every view of the country, whatever else has loaded. Their places are those of the special zones
// Hoàng Sa (of Đà Nẵng) and Trường Sa (of Khánh Hòa).
const archipelagos: [vietnamese: string, english: string, lon: number, lat: number][] = [
  ["Quần đảo Hoàng Sa\n(Việt Nam)", "Hoàng Sa Archipelago\n(Viet Nam)", 112.2, 16.4],
  ["Quần đảo Trường Sa\n(Việt Nam)", "Trường Sa Archipelago\n(Viet Nam)", 113.6, 9.6],
];

const nothing = { type: "FeatureCollection" as const, features: [] };

/** The layer below which a page adds layers of its own, so that names stay readable. */
export const firstLabel = "street-name";

export function mapStyle(choices: StyleChoices): StyleSpecification {
  const sources: Record<string, SourceSpecification> = {
    diachiso: { type: "vector", url: `${choices.origin}/v1/tiles` },
    archipelagos: {
      type: "geojson",
      data: {
        type: "FeatureCollection",
        features: archipelagos.map(([vietnamese, english, lon, lat]) => ({
          type: "Feature",
          properties: { name: t(vietnamese, english) },
          geometry: { type: "Point", coordinates: [lon, lat] },
        })),
      },
    },
    chosen: { type: "geojson", data: nothing },
    here: { type: "geojson", data: nothing },
  };
  if (choices.base) {
    const { tiles, attribution } = choices.base;
    sources.base = { type: "raster", tiles: [tiles], tileSize: 256, attribution };
  }
  return { version: 8, sources, layers: layers(choices.dark ? dark : light, choices.base !== undefined) };
}

function layers(c: Colours, overBase: boolean): LayerSpecification[] {
  const ours = { source: "diachiso" } as const;
  const name = ["get", "name"] as ["get", string];
  const text = { "text-color": c.ink, "text-halo-color": c.halo, "text-halo-width": 1.5 };
  return [
    { id: "sea", type: "background", paint: { "background-color": c.sea } },
    ...(overBase ? [{ id: "base", type: "raster" as const, source: "base" }] : []),
    {
      id: "land",
      type: "fill",
      ...ours,
      "source-layer": "division",
      layout: { visibility: overBase ? "none" : "visible" },
      paint: { "fill-color": c.land },
    },
    {
      id: "building",
      type: "fill",
      ...ours,
      "source-layer": "building",
      minzoom: 14,
      paint: { "fill-color": c.building, "fill-outline-color": c.buildingLine },
    },
    {
      id: "street-casing",
      type: "line",
      ...ours,
      "source-layer": "street",
      minzoom: 13,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": c.casing, "line-width": width(1.5, 4.5, 16) },
    },
    {
      id: "street",
      type: "line",
      ...ours,
      "source-layer": "street",
      minzoom: 11,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": c.street, "line-width": width(0.75, 3, 13) },
    },
    {
      id: "commune-border",
      type: "line",
      ...ours,
      "source-layer": "division",
      minzoom: 8,
      filter: ["==", ["get", "level"], "commune"],
      paint: {
        "line-color": c.borderSoft,
        "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.4, 14, 1.4],
        "line-dasharray": [3, 2],
      },
    },
    {
      id: "province-border",
      type: "line",
      ...ours,
      "source-layer": "division",
      filter: ["==", ["get", "level"], "province"],
      layout: { "line-join": "round" },
      paint: { "line-color": c.border, "line-width": ["interpolate", ["linear"], ["zoom"], 4, 0.6, 8, 1.2, 14, 2.4] },
    },
    {
      id: "zone",
      type: "line",
      ...ours,
      "source-layer": "zone",
      minzoom: 13,
      paint: { "line-color": c.zone, "line-width": 1, "line-opacity": 0.7 },
    },
    {
      id: "cell",
      type: "line",
      ...ours,
      "source-layer": "cell",
      minzoom: 17.5,
      paint: { "line-color": c.cell, "line-width": 0.75 },
    },
    { id: "chosen-fill", type: "fill", source: "chosen", paint: { "fill-color": c.brand, "fill-opacity": 0.18 } },
    { id: "chosen-line", type: "line", source: "chosen", paint: { "line-color": c.brand, "line-width": 2.5 } },
    {
      id: "address",
      type: "circle",
      ...ours,
      "source-layer": "address",
      minzoom: 14,
      paint: {
        "circle-color": c.address,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 14, 1.5, 17, 3.5, 20, 6],
        "circle-stroke-color": c.halo,
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 14, 0.3, 18, 1.25],
      },
    },
    {
      id: "here",
      type: "circle",
      source: "here",
      paint: {
        "circle-color": "#1a73e8",
        "circle-radius": 7,
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 2.5,
      },
    },
    {
      id: "street-name",
      type: "symbol",
      ...ours,
      "source-layer": "street",
      minzoom: 14,
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 320,
        "text-field": name,
        "text-font": regular,
        "text-size": ["interpolate", ["linear"], ["zoom"], 14, 11, 18, 14],
      },
      paint: { ...text, "text-color": c.inkSoft },
    },
    {
      id: "building-name",
      type: "symbol",
      ...ours,
      "source-layer": "building",
      minzoom: 16.5,
      layout: {
        "text-field": ["coalesce", ["get", "name"], ["get", "number"], ""],
        "text-font": regular,
        "text-size": 11,
        "text-max-width": 8,
      },
      paint: { ...text, "text-color": c.inkSoft, "text-halo-width": 1 },
    },
    {
      id: "address-number",
      type: "symbol",
      ...ours,
      "source-layer": "address",
      minzoom: 17,
      layout: {
        "text-field": ["coalesce", ["get", "number"], ""],
        "text-font": semibold,
        "text-size": 12,
        "text-offset": [0, 0.9],
        "text-anchor": "top",
      },
      paint: { ...text, "text-color": c.address },
    },
    {
      id: "zone-name",
      type: "symbol",
      ...ours,
      "source-layer": "zone",
      minzoom: 14,
      maxzoom: 17.5,
      layout: { "text-field": ["get", "zone"], "text-font": regular, "text-size": 11, "text-letter-spacing": 0.1 },
      paint: { ...text, "text-color": c.seaInk, "text-halo-width": 1 },
    },
    {
      id: "commune-name",
      type: "symbol",
      ...ours,
      "source-layer": "division_label",
      minzoom: 8,
      maxzoom: 17,
      filter: ["==", ["get", "level"], "commune"],
      layout: {
        "text-field": name,
        "text-font": regular,
        "text-size": ["interpolate", ["linear"], ["zoom"], 8, 11, 14, 15],
        "text-max-width": 8,
        "text-padding": 6,
        "symbol-sort-key": ["coalesce", ["get", "rank"], 0],
      },
      paint: text,
    },
    {
      id: "province-name",
      type: "symbol",
      ...ours,
      "source-layer": "division_label",
      maxzoom: 10,
      filter: ["==", ["get", "level"], "province"],
      layout: {
        "text-field": name,
        "text-font": semibold,
        "text-size": ["interpolate", ["linear"], ["zoom"], 4, 11, 9, 17],
        "text-max-width": 7,
        "text-padding": 4,
        // The capital and the two cities that people look for first, then as the tiles rank them.
        "symbol-sort-key": ["match", ["get", "code"], "01", -3, "79", -2, "48", -1, ["coalesce", ["get", "rank"], 0]],
        "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
      },
      paint: text,
    },
    {
      id: "archipelago-name",
      type: "symbol",
      source: "archipelagos",
      maxzoom: 9,
      layout: {
        "text-field": name,
        "text-font": semibold,
        "text-size": ["interpolate", ["linear"], ["zoom"], 3, 10, 8, 15],
        "text-allow-overlap": true,
        "text-ignore-placement": true,
        "text-max-width": 12,
      },
      paint: { "text-color": c.seaInk, "text-halo-color": c.halo, "text-halo-width": 1.25 },
    },
  ];
}

/** A line that grows from a width in pixels at a zoom to another one at zoom 20. */
function width(
  from: number,
  factor: number,
  zoom: number,
): ["interpolate", ["exponential", number], ["zoom"], number, number, number, number] {
  return ["interpolate", ["exponential", 1.6], ["zoom"], zoom, from, 20, from * factor * 3];
}
