// Reading a code from a picture: the camera's, or one that was chosen. The camera is asked for on a press only.
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";

type Reader = (source: HTMLVideoElement | ImageBitmap) => Promise<string | undefined>;

// What Chromium has on phones; not yet in TypeScript's list.
interface Detector {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>;
}
declare const BarcodeDetector: {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
};

async function reader(): Promise<Reader> {
  if ("BarcodeDetector" in globalThis && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (source) => (await detector.detect(source))[0]?.rawValue;
  }
  const { default: decode } = await import("qr/decode.js");
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (source) => {
    const [width, height] =
      source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source.width, source.height];
    if (!context || !width || !height) return undefined;
    const scale = Math.min(1, 1200 / Math.max(width, height)); // enough for a code that fills a quarter of the picture
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    try {
      return decode(context.getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return undefined; // no code in this picture
    }
  };
}

/** Opens the scanner; `found` is called once with what a code says. */
export async function scan(found: (text: string) => void): Promise<void> {
  const status = h("p", { role: "status", class: "scanner-status" });
  const video = h("video", { muted: true, playsInline: true, "aria-hidden": "true" });
  const file = h("input", { type: "file", accept: "image/*", id: "scan-file", class: "unseen" });
  const frame = h("div", { class: "scanner-frame" }, video, h("div", { class: "scanner-sight" }));
  const dialog = h(
    "dialog",
    { class: "scanner", "aria-labelledby": "scan-title" },
    h("h2", { id: "scan-title" }, t("Quét mã QR trên biển số nhà", "Scan the QR code of a plate")),
    frame,
    status,
    h(
      "div",
      { class: "row" },
      file,
      h("label", { class: "button", htmlFor: "scan-file" }, icon("image"), t("Chọn ảnh có mã", "Choose a picture")),
      h("button", { type: "button", class: "button", onclick: () => dialog.close() }, t("Đóng", "Close")),
    ),
  );
  let camera: MediaStream | undefined;
  const tell = (words: string) => {
    status.textContent = words;
  };
  dialog.addEventListener("close", () => {
    for (const track of camera?.getTracks() ?? []) track.stop();
    dialog.remove();
  });
  const take = (text: string) => {
    if (!dialog.open) return;
    dialog.close();
    found(text);
  };
  document.body.append(dialog);
  dialog.showModal();

  const read = await reader();
  file.addEventListener("change", async () => {
    const picture = file.files?.[0];
    if (!picture) return;
    file.value = "";
    try {
      const text = await read(await createImageBitmap(picture));
      if (text) take(text);
      else
        tell(
          t(
            "Không thấy mã QR trong ảnh này. Hãy chụp gần và rõ hơn.",
            "No QR code in this picture. Take one closer and sharper.",
          ),
        );
    } catch {
      tell(t("Không đọc được tệp ảnh này.", "This picture cannot be read."));
    }
  });

  tell(t("Đang mở máy ảnh…", "Opening the camera…"));
  try {
    camera = await open();
  } catch (failure) {
    frame.hidden = true;
    tell(refusal(failure));
    return;
  }
  if (!dialog.open) {
    for (const track of camera.getTracks()) track.stop();
    return;
  }
  video.srcObject = camera;
  await video.play();
  tell(t("Đưa mã QR vào giữa khung.", "Hold the QR code in the middle of the frame."));
  while (dialog.open) {
    const text = await read(video).catch(() => undefined);
    if (text) return take(text);
    await new Promise((next) => setTimeout(next, 150));
  }
}

async function open(): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new DOMException("", "NotFoundError"); // a page over plain http has none
  return navigator.mediaDevices.getUserMedia({
    video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 } },
  });
}

function refusal(failure: unknown): string {
  if (failure instanceof DOMException && failure.name === "NotAllowedError") {
    return t(
      "Bạn chưa cho phép dùng máy ảnh. Hãy chọn một ảnh có mã, hoặc gõ mã vào ô tìm kiếm.",
      "The camera was not allowed. Choose a picture with the code, or type the code into the search box.",
    );
  }
  return t(
    "Không mở được máy ảnh. Hãy chọn một ảnh có mã, hoặc gõ mã vào ô tìm kiếm.",
    "The camera does not open. Choose a picture with the code, or type the code into the search box.",
  );
}
