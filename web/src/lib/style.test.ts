import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { describe, expect, test } from "vitest";
import { firstLabel, mapStyle } from "./style";

describe("the map's style", () => {
  const base = { tiles: "https://tiles.example.vn/{z}/{x}/{y}.png", attribution: "© Ai đó" };
  for (const choices of [{ dark: false }, { dark: true }, { dark: false, base }, { dark: true, base }]) {
    test(`is one that MapLibre takes: ${JSON.stringify(choices)}`, () => {
      expect(validateStyleMin(mapStyle({ origin: "https://diachi.example.vn", ...choices }))).toEqual([]);
    });
  }

  test("names Hoàng Sa and Trường Sa, whatever else has loaded", () => {
    const { archipelagos } = mapStyle({ dark: false, origin: "" }).sources;
    expect(JSON.stringify(archipelagos)).toMatch(/Hoàng Sa.*Việt Nam.*Trường Sa.*Việt Nam/);
  });

  test("loads from our own server only, unless it was given a base map", () => {
    expect(JSON.stringify(mapStyle({ dark: false, origin: "" }))).not.toMatch(/https?:/);
    expect(JSON.stringify(mapStyle({ dark: false, origin: "", base }))).toContain(base.tiles);
  });

  test("has the layer that pages put theirs under", () => {
    expect(mapStyle({ dark: false, origin: "" }).layers.map((l) => l.id)).toContain(firstLabel);
  });
});
