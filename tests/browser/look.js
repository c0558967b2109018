// What holds of every page, whoever sees it: axe-core finds nothing, it fits into 320 px, the
// console is silent (so the Content-Security-Policy was kept), one <h1> which is the title, the
// language is said.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { claim } from "./tap.js";

const from = createRequire(path.join(process.env.VARDE_NODE, "package.json"));
export const { chromium } = from("playwright-core");
const axe = fs.readFileSync(from.resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export async function browser() {
  return chromium.launch({
    executablePath: process.env.VARDE_CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"],
  });
}

// A window whose console is listened to: heard() is what was said since it was last asked.
// script false: none of the server's scripts arrive (and the policy forbids all others), while
// axe, which needs timers, still runs.
export async function open(b, { script = true, ...options } = {}) {
  const context = await b.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
    locale: "en-GB",
    ...options,
  });
  if (!script) await context.route("**/*.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
  return aside({ context });
}

// Another window of the same person, listened to by itself.  Chromium asks for the icon of a page
// some time after it was loaded, and lets the document ask that stands in the window by then.
// Whoever goes on at once from a page of ours to one with a narrower policy thus hears that
// policy refuse the icon of the page before.  In a window of its own a document answers only for
// itself.
export async function aside({ context }) {
  const page = await context.newPage();
  const heard = [];
  page.on("console", (m) => {
    // A page that was refused is loaded with 4xx, which the console repeats.
    if (/status of 4\d\d/.test(m.text()) && m.location().url === page.url()) return;
    if (m.type() === "error" || m.type() === "warning") heard.push(`${m.type()}: ${m.text()}`);
  });
  page.on("pageerror", (e) => heard.push(`script: ${e.message}`));
  page.setDefaultTimeout(15000);
  return { context, page, heard: () => heard.splice(0) };
}

const shots = process.env.VARDE_SHOTS;
export async function shot(page, name) {
  if (!shots) return;
  await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true, animations: "disabled" });
}

async function axeOn(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(
    (tags) => window.axe.run(document, { runOnly: tags, resultTypes: ["violations"] }),
    TAGS,
  );
  return found.violations.map(
    (v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(" | ")}`,
  );
}

// What is wider than the window and does not scroll by itself.
async function tooWide(page) {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide <= 0) return [];
    return [...document.querySelectorAll("main *, header *, footer *")]
      .filter((x) => x.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
      .slice(0, 4)
      .map((x) => `${x.tagName.toLowerCase()}.${x.className} by ${wide} px`);
  });
}

async function frame(page, lang, alone) {
  return page.evaluate(([want, alone]) => {
    const wrong = [];
    const h1 = document.querySelectorAll("h1");
    if (h1.length !== 1) wrong.push(`${h1.length} h1`);
    else if (document.title !== h1[0].textContent.replace(/\s+/g, " ").trim() + (alone ? "" : " – Varde"))
      wrong.push(`title "${document.title}" is not that of the h1`);
    if (want && document.documentElement.lang !== want)
      wrong.push(`lang ${document.documentElement.lang}, not ${want}`);
    const ids = [...document.querySelectorAll("[id]")].map((x) => x.id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) wrong.push(`id ${id} twice`);
    for (const x of document.querySelectorAll(alone ? "[style], script" : "[style], script:not([src]), style"))
      wrong.push(`inline: ${x.outerHTML.slice(0, 100)}`);
    // Nobody has a session on the pages of a participant's link: there the address is the secret.
    for (const x of document.querySelectorAll("form[method=post]"))
      if (!x.querySelector("input[name=csrf]") && !/\/style$|\/f\/[0-9a-f]+(\/|$)/.test(x.action))
        wrong.push(`a form without a token: ${x.getAttribute("action")}`);
    // No catalogue's name where words should stand.
    const raw = document.body.innerText.match(/\b[A-Z]{3,}_[A-Z_]{2,}\b/);
    if (raw) wrong.push(`a text is missing: ${raw[0]}`);
    return wrong;
  }, [lang, alone]);
}

// One page as it stands in the window; the claims are one line.  alone: a document that has no
// frame of ours and brings its style along.
export async function look(w, name, { lang, picture = true, alone = false } = {}) {
  const { page } = w;
  const wrong = [...(await frame(page, lang, alone)), ...(await axeOn(page))];
  if (picture) await shot(page, name);
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  wrong.push(...(await tooWide(page)));
  if (picture) await shot(page, `${name}-320`);
  // On paper: A4 at 96 points an inch, less its margins.
  await page.setViewportSize({ width: 680, height: 960 });
  await page.emulateMedia({ media: "print" });
  wrong.push(...(await tooWide(page)).map((x) => `on paper: ${x}`));
  await page.emulateMedia({ media: null });
  await page.setViewportSize(size);
  wrong.push(...w.heard());
  return claim(wrong.length === 0, name, ...wrong);
}
