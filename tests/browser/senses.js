// What a page is without a mouse, without its style sheet, at 400 %, without motion, in forced
// colours and in both lights: a few pages of those who use Varde daily.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { house, logIn } from "./house.js";
import { open } from "./look.js";
import { claim } from "./tap.js";

const from = createRequire(path.join(process.env.VARDE_NODE, "package.json"));
const axe = fs.readFileSync(from.resolve("axe-core/axe.min.js"), "utf8");
const PAGES = {
  coordinator: ["/", "/due", "/participants", "participant", "visit", "form", "/refer"],
  administrator: ["/", "/staff", "/sites"],
  statistician: ["/", "/studies"],
  trainer: ["/"],
};
const STOPS = 80; // of the tab key, a page

export async function senses(b, build) {
  const h = await house(build);
  try {
    for (const [role, pages] of Object.entries(PAGES)) {
      const w = await open(b, { script: false });
      await logIn(w, h, h.login(role), "nb");
      for (const at of pages) {
        const url = await find(w.page, h, at);
        await w.page.goto(h.base + url);
        const wrong = [
          ...(await keys(w.page)),
          ...(await lights(w.page)),
          ...(await close(w.page)),
          ...(await forced(w.page)),
          ...(await still(w.page)),
          ...(await plain(w.page)), // last: it takes the style sheet away
        ];
        claim(wrong.length === 0, `senses: ${role}, ${at}`, ...wrong);
      }
      await w.context.close();
    }
  } finally {
    await h.stop();
  }
}

// A page with somebody in its address: by the first link to one.
async function find(page, h, at) {
  const link = { participant: ["/participants", 'a[href^="/participants/"]'], visit: ["/due", 'a[href^="/visits/"]'] };
  if (at.startsWith("/")) return at;
  const [list, a] = link[at] ?? link.visit;
  await page.goto(h.base + list);
  const href = await page.locator(a).first().getAttribute("href");
  if (at !== "form") return href;
  await page.goto(h.base + href);
  return page.locator('a[href^="/forms/"]:not([href$=".pdf"])').first().getAttribute("href");
}

// The tab key goes down the page, from the way past the bar on, and one sees where it is.
async function keys(page) {
  const wrong = [];
  let last = -1;
  for (let i = 0; i < STOPS; i++) {
    await page.keyboard.press("Tab");
    const x = await page.evaluate(() => {
      const a = document.activeElement;
      if (!a || a === document.body) return null;
      const near = [a, a.labels?.[0], a.nextElementSibling, a.closest(".option")].filter(Boolean);
      const seen = near.some((q) => {
        const s = getComputedStyle(q);
        return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
      });
      return { at: [...document.querySelectorAll("*")].indexOf(a), seen, skip: a.classList.contains("skip"), html: a.outerHTML.slice(0, 90) };
    });
    if (!x || (i > 0 && x.skip)) break; // round once
    if (i === 0 && !x.skip) wrong.push(`the first stop is ${x.html}`);
    if (x.at <= last) wrong.push(`the tab key goes back to ${x.html}`);
    if (!x.seen) wrong.push(`nobody sees that the keys are at ${x.html}`);
    last = x.at;
  }
  return wrong;
}

async function lights(page) {
  const wrong = [];
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { runOnly: ["color-contrast"] }));
    for (const v of found.violations) wrong.push(`${colorScheme}: ${v.nodes.map((n) => n.html.slice(0, 90)).join(" | ")}`);
  }
  return wrong;
}

// 1280 points at 400 % are 320.
async function close(page) {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 256 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.setViewportSize(size);
  return wide > 0 ? [`at 400 % it is ${wide} too wide`] : [];
}

// Where the machine gives the colours, a border that is nothing must not become a line.
async function forced(page) {
  await page.emulateMedia({ forcedColors: "active" });
  const wrong = await page.evaluate(() => {
    const on = document.querySelector(".bar nav a[aria-current]"), off = document.querySelector(".bar nav a:not([aria-current])");
    const line = (x) => getComputedStyle(x).borderBottomColor;
    return on && off && line(on) === line(off) ? ["in forced colours one does not see where one is"] : [];
  });
  await page.emulateMedia({ forcedColors: "none" });
  return wrong;
}

async function still(page) {
  await page.emulateMedia({ reducedMotion: "reduce" });
  return page.evaluate(() =>
    [...document.querySelectorAll("body *")]
      .filter((x) => {
        const s = getComputedStyle(x);
        return s.animationName !== "none" || s.transitionDuration.split(",").some((t) => parseFloat(t) > 0);
      })
      .slice(0, 2)
      .map((x) => `moves although less motion was asked for: ${x.outerHTML.slice(0, 90)}`),
  );
}

// Without its style sheet: the way past the bar first, then the heading before what it heads; no
// picture that fills the page.
async function plain(page) {
  return page.evaluate(() => {
    for (const x of document.querySelectorAll("link[rel=stylesheet]")) x.disabled = true;
    const wrong = [], main = document.querySelector("main"), h1 = document.querySelector("h1");
    if (!document.querySelector("body a.skip")) wrong.push("no way past the bar");
    if (!main || !h1 || !main.contains(h1)) wrong.push("the heading is not in the content");
    for (const x of document.querySelectorAll("svg")) if (x.getBoundingClientRect().width > 400) wrong.push("a picture fills the page");
    return wrong;
  });
}
