export * from "./codec.js";
export { cellAt, centreOf, type Decoded, decode, encode, outlineOf, type Position, zoneAt } from "./geo.js";
