export * from "./codec.js";
export { cellAt, centreOf, decode, encode, outlineOf, zoneAt } from "./geo.js";
//# sourceMappingURL=index.js.map