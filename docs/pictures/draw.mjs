// Draws messages as Discord shows them: `npm run pictures [-- MESSAGES.json FOLDER]`.
//
// The messages are those that the tour noted (messages.json). They are laid out by
// @skyra/discord-components-core in a headless Chromium, which needs no network; CHROMIUM names
// it where it is not /usr/bin/chromium. `drawn.json` says which message each picture shows.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { chromium } from "playwright-core";
import UPNG from "upng-js";

const here = dirname(fileURLToPath(import.meta.url));
const [source = join(here, "messages.json"), folder = here] = process.argv.slice(2);

const IN_BOTH_THEMES = ["answer"];
const CROPPED = { page: 480, section: 480 };
const LARGE = 60 * 1024;
const PIXELS_A_POINT = 1.5;

async function page(browser, script) {
  const context = await browser.newContext({
    viewport: { width: 740, height: 2400 },
    deviceScaleFactor: PIXELS_A_POINT,
    locale: "en-GB",
    timezoneId: "UTC",
    offline: true,
  });
  const opened = await context.newPage();
  opened.on("pageerror", (error) => {
    throw error;
  });
  await opened.setContent("<!doctype html><body></body>");
  await opened.addScriptTag({ content: script });
  return opened;
}

function smaller(png) {
  const image = UPNG.decode(png);
  const pixels = UPNG.toRGBA8(image)[0];
  const encoded = (colours) =>
    Buffer.from(UPNG.encode([pixels], image.width, image.height, colours));
  const fine = encoded(64);
  return fine.length > LARGE ? encoded(16) : fine;
}

async function main() {
  const bundle = await build({
    entryPoints: [join(here, "page.js")],
    bundle: true,
    write: false,
    format: "iife",
    loader: { ".woff2": "dataurl", ".woff": "empty" },
    minify: true,
    define: { global: "window" },
    outdir: "unused",
  });
  const script = bundle.outputFiles.find((file) => file.path.endsWith(".js")).text;
  const styles = bundle.outputFiles.find((file) => file.path.endsWith(".css")).text;
  const profile = await mkdtemp(join(tmpdir(), "footnote-pictures-"));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--disk-cache-dir=${profile}`,
    ],
  });
  const drawn = {};
  try {
    const sheet = await page(browser, script);
    await sheet.addStyleTag({ content: styles });
    for (const message of JSON.parse(await readFile(source, "utf8"))) {
      const themes = IN_BOTH_THEMES.includes(message.name) ? ["dark", "light"] : ["dark"];
      for (const theme of themes) {
        const how = [message, theme, CROPPED[message.name]];
        await sheet.evaluate((given) => window.draw(...given), how);
        const shown = sheet.locator(message.shown.modal ? ".discord-modal-root" : "#picture");
        const png = smaller(await shown.screenshot({ animations: "disabled", timeout: 10_000 }));
        const name = theme === "light" ? `${message.name}-light.png` : `${message.name}.png`;
        await writeFile(join(folder, name), png);
        console.log(`${name}: ${Math.round(png.length / 1024)} KB`);
      }
      drawn[message.name] = message.digest;
    }
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  }
  await writeFile(join(folder, "drawn.json"), JSON.stringify(drawn, null, 1) + "\n");
}

await main();
