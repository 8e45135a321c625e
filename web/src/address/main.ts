// The page of a code. The server wrote all of it; this adds what needs a script: copying, sharing, the map, reporting a mistake.
import "../lib/theme.css";
import "./address.css";
import { byId } from "../lib/dom";
import { t } from "../lib/i18n";
import type { Ring } from "../lib/map";
import { showPlace } from "./place";
import { prepareReport } from "./report";

function start(address: HTMLElement): void {
  const { code = "", lat = "", lon = "", outline = "", kind = "" } = address.dataset;
  const at = { lat: Number(lat), lon: Number(lon) };
  const label = byId("label").textContent ?? "";
  const page = new URL(`/${code}`, location.href).href;

  const said = byId("said");
  const say = (words: string) => {
    said.textContent = words;
  };
  copies(byId("copy"), code, say, t("Đã chép mã.", "Code copied."));
  copies(byId("copy-address"), `${label} (${code})`, say, t("Đã chép địa chỉ.", "Address copied."));
  shares(byId("share"), { title: code, text: `${code} – ${label}`, url: page }, say);
  showPlace(byId("map"), at, ring(outline), t(`Vị trí của mã ${code}`, `Position of the code ${code}`));
  prepareReport({ at, kind });
}

// "lon,lat lon,lat …"
function ring(outline: string): Ring {
  const corners = outline.split(" ").map((corner) => corner.split(",").map(Number) as [number, number]);
  return [...corners, ...corners.slice(0, 1)];
}

function copies(button: HTMLElement, text: string, say: (words: string) => void, done: string): void {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      say(done);
    } catch {
      say(t(`Không chép được. Hãy chép tay: ${text}`, `It could not be copied. Copy it by hand: ${text}`));
    }
  });
}

// Where the device shares nothing, the link is copied.
function shares(
  button: HTMLElement,
  what: { title: string; text: string; url: string },
  say: (words: string) => void,
): void {
  if (navigator.share === undefined) {
    copies(button, what.url, say, t("Đã chép đường dẫn.", "Link copied."));
    return;
  }
  button.hidden = false;
  button.addEventListener("click", () => navigator.share(what).catch(() => {})); // whoever shares may change their mind
}

const address = document.getElementById("address");
if (address) start(address);
