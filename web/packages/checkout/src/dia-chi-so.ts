// The script that shops load: it defines <dia-chi-so>. The map is a second file beside it, loaded when a map is first shown.
import { type DrawMap, elementClass } from "./element";

/** Subresource Integrity of the second file, put in by the build. */
declare const MAP_INTEGRITY: string;

const script = new URL(import.meta.url);

let map: Promise<DrawMap> | undefined;

/** The second file, held to its digest: the preload fetches it with the digest, and the import takes what was fetched. */
function loadMap(): Promise<DrawMap> {
  const url = new URL("dia-chi-so-map.js", script).href;
  map ??= new Promise<DrawMap>((done, fail) => {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.crossOrigin = "anonymous";
    link.integrity = MAP_INTEGRITY;
    link.href = url;
    link.onload = () => import(/* @vite-ignore */ url).then((m: { draw: DrawMap }) => done(m.draw), fail);
    link.onerror = () => fail(new Error("the map of <dia-chi-so> could not be loaded"));
    document.head.append(link);
  });
  map.catch(() => {
    map = undefined; // tried again with the next address
  });
  return map;
}

// A page that loads the script twice keeps the first.
if (!customElements.get("dia-chi-so")) {
  customElements.define("dia-chi-so", elementClass({ endpoint: script.origin, loadMap }));
}
