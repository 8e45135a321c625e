// The small map of the page: it is loaded when it comes into view, so that who only reads the code pays nothing for it.
import type { Point, Ring } from "../lib/map";

export function showPlace(container: HTMLElement, at: Point, outline: Ring, label: string): void {
  container.hidden = false;
  const watch = new IntersectionObserver(
    (seen) => {
      if (!seen.some((s) => s.isIntersecting)) return;
      watch.disconnect();
      void draw(container, at, outline, label);
    },
    { rootMargin: "200px" },
  );
  watch.observe(container);
}

async function draw(container: HTMLElement, at: Point, outline: Ring, label: string): Promise<void> {
  try {
    const { createMap, showChosen } = await import("../lib/map");
    const map = createMap(container, { center: at, zoom: 17, small: true, label });
    showChosen(map, outline);
  } catch {
    container.hidden = true; // no WebGL, or no network: the links below lead there too
  }
}
