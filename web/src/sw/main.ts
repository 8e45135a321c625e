// The service worker: the last pages and the map's tiles for when there is no network.
//
// It keeps only what everybody may see: pages and tiles whose answer does not call itself private, and the built files, which never
// change. Answers of the API are not kept, nor anything that was asked with a key.
/// <reference lib="webworker" />
const worker = self as unknown as ServiceWorkerGlobalScope;

const version = "1"; // of how things are kept
const caches_ = { files: `files-${version}`, pages: `pages-${version}`, tiles: `tiles-${version}` } as const;
const most = { files: 120, pages: 40, tiles: 600 } as const; // entries; the oldest go first
const patience = 4000; // milliseconds that a page may take before the kept one is shown

type Kind = keyof typeof caches_;

worker.addEventListener("install", () => void worker.skipWaiting());

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const known: string[] = Object.values(caches_);
      for (const name of await caches.keys()) if (!known.includes(name)) await caches.delete(name);
      await worker.clients.claim();
    })(),
  );
});

// The first page was loaded before this worker was there: it names what it has loaded.
worker.addEventListener("message", (event) => {
  const asked: unknown = event.data?.keep;
  if (!Array.isArray(asked)) return;
  event.waitUntil(
    Promise.all(
      asked.map(async (address) => {
        const url = new URL(String(address));
        const kind = kindOf(url, "GET", url.pathname.startsWith("/assets/") ? "" : "navigate");
        if (!kind || kind === "tiles" || (await caches.match(keyOf(url, kind)))) return;
        await keep(kind, url, await fetch(url));
      }),
    ).catch(() => {}), // the network is gone already: next time
  );
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const kind = kindOf(url, request.method, request.mode);
  if (!kind || request.headers.has("Authorization")) return;
  event.respondWith(kind === "files" ? first(event, url) : fresh(event, kind, url));
});

/** Which cache a request belongs to; undefined for what is none of the worker's business. */
function kindOf(url: URL, method: string, mode: string): Kind | undefined {
  if (url.origin !== worker.location.origin || method !== "GET") return undefined;
  if (url.pathname.startsWith("/assets/") || url.pathname === "/favicon.svg") return "files";
  if (/^\/v1\/tiles(\/|$)/.test(url.pathname)) return "tiles";
  // The map page and the pages of codes; not the pages of registrars.
  if (mode === "navigate" && /^\/$|^\/[0-9A-Za-z.-]{12,20}$/.test(url.pathname)) return "pages";
  return undefined;
}

/** The map page is the same whatever it is to show, but for the language. */
function keyOf(url: URL, kind: Kind): string {
  if (kind !== "pages") return url.href;
  const language = url.searchParams.get("lang");
  return url.origin + url.pathname + (language ? `?lang=${language}` : "");
}

async function first(event: FetchEvent, url: URL): Promise<Response> {
  const kept = await caches.match(url.href);
  if (kept) return kept;
  const answer = await fetch(event.request);
  event.waitUntil(keep("files", url, answer.clone()));
  return answer;
}

async function fresh(event: FetchEvent, kind: Kind, url: URL): Promise<Response> {
  const asked = fetch(event.request).then((answer) => {
    event.waitUntil(keep(kind, url, answer.clone()));
    return answer;
  });
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, patience));
  try {
    const answer = await Promise.race([asked, late]);
    if (answer && answer.status < 500) return answer;
    const kept = await caches.match(keyOf(url, kind));
    return kept ?? answer ?? (await asked);
  } catch (failure) {
    const kept = await caches.match(keyOf(url, kind));
    if (kept) return kept;
    // A page that was never seen: the map page can decode a code by itworker.
    const home = kind === "pages" && (await caches.match(`${url.origin}/`));
    if (home) return Response.redirect(`/?q=${encodeURIComponent(url.pathname.slice(1))}`, 302);
    throw failure;
  }
}

async function keep(kind: Kind, url: URL, answer: Response): Promise<void> {
  const control = answer.headers.get("Cache-Control") ?? "";
  if (answer.status !== 200 || answer.redirected || /private|no-store/.test(control)) return;
  const cache = await caches.open(caches_[kind]);
  const key = keyOf(url, kind);
  await cache.delete(key); // what is put again is the youngest
  await cache.put(key, answer);
  const all = await cache.keys();
  for (const old of all.slice(0, Math.max(0, all.length - most[kind]))) await cache.delete(old);
}
