// Every role walks every page it can reach: the GET routes without a place in them, and from there
// all links, a few of each route.  A page is either there, whole and sound, or refused as a page.
import { claim } from "./tap.js";
import { look, open } from "./look.js";
import { house, logIn, routeOf } from "./house.js";

const LANGS = ["en", "nb", "da"];
const EACH = 2; // pages of one route with places, a role
const DOCUMENT = "/studies/{study}/report"; // stands alone, with a frame and looks of its own
const FILES = /\.(json|csv|pdf|zip|txt|xlsx|sav|xml)$/;

export async function walk(b, build) {
  const h = await house(build);
  const looked = new Set(); // route and language: axe and pictures once
  try {
    await nobody(b, h);
    for (const [i, who] of h.logins.entries())
      await role(b, h, who, LANGS[i % 3], looked);
    for (const who of h.logins.filter((x) => /^(clinician|administrator|leader)$/.test(x.role)))
      for (const lang of LANGS) await role(b, h, who, lang, looked);
    const never = h.routes
      .filter((r) => r.method === "GET" && !r.pattern.startsWith("/api/") && !r.pattern.includes("{token}"))
      .filter((r) => ![...looked].some((x) => x.startsWith(`${r.pattern} `)))
      .filter((r) => !["/health", "/metrics", "/static/{hash}/{name}", "/api", "/login"].includes(r.pattern));
    claim(true, `${looked.size} pages by route and language; not reached by a link: ${never.map((r) => r.pattern).join(" ") || "none"}`);
  } finally {
    claim((await h.stop()) === 0, "the server stops when it is told to");
  }
}

// Without a session every page leads to the log-in, and says nothing else.
async function nobody(b, h) {
  const w = await open(b, { script: false });
  const wrong = [];
  for (const r of h.routes.filter((x) => x.method === "GET" && x.asks !== -1 && x.asks >= -1 && !x.pattern.includes("{"))) {
    if (r.pattern.startsWith("/api/") || ["/health", "/metrics"].includes(r.pattern)) continue;
    const got = await w.page.goto(h.base + r.pattern);
    const at = new URL(w.page.url()).pathname;
    const open = ["/api", "/login"].includes(r.pattern);
    if (!open && at !== "/login") wrong.push(`${r.pattern}: ${got.status()} at ${at}`);
  }
  claim(wrong.length === 0, "nobody sees anything but the log-in", ...wrong);
  for (const lang of LANGS) {
    await w.page.goto(`${h.base}/login?lang=${lang}`);
    await look(w, `login-${lang}`, { lang });
  }
  await w.page.goto(`${h.base}/api`);
  await look(w, "api");
  await w.context.close();
}

async function role(b, h, who, lang, looked) {
  const w = await open(b, { script: false, colorScheme: lang === "nb" ? "dark" : "light" });
  await logIn(w, h, who, lang);
  const wrong = [];
  const count = new Map();
  const seen = new Set();
  const todo = h.routes
    .filter((r) => r.method === "GET" && !r.pattern.includes("{"))
    .map((r) => r.pattern)
    .filter((p) => !p.startsWith("/api/") && p !== "/health" && p !== "/metrics" && p !== "/login");
  let pages = 0;
  while (todo.length && pages < 150) {
    const path = todo.shift();
    const url = new URL(path, h.base);
    url.hash = "";
    const route = routeOf(h, url.href);
    const key = `${route} ${url.search ? "?" : ""}`;
    if (seen.has(url.href) || (count.get(key) ?? 0) >= EACH) continue;
    seen.add(url.href);
    if (!route) {
      wrong.push(`a link leads nowhere: ${url.pathname}`);
      continue;
    }
    count.set(key, (count.get(key) ?? 0) + 1);
    if (FILES.test(url.pathname)) continue;
    let got;
    try {
      got = await w.page.goto(url.href, { waitUntil: "domcontentloaded" });
    } catch (e) {
      if (/Download is starting|ERR_ABORTED/.test(e.message)) continue;
      throw e;
    }
    pages++;
    const type = got.headers()["content-type"] ?? "";
    const fine = got.status() === 200 || got.status() === 403 || (got.status() === 404 && route.includes("{")) ||
      (got.status() === 422 && route === DOCUMENT); // too few records at one site for an answer
    if (!fine) wrong.push(`${url.pathname}: ${got.status()}`);
    if (!type.startsWith("text/html")) continue;
    if (route === DOCUMENT && got.status() === 200) continue;
    // What is refused is refused in words, in the page's own language.
    const lead = await w.page.evaluate(() => ({
      h1: document.querySelectorAll("h1").length,
      lang: document.documentElement.lang,
      hrefs: [...document.querySelectorAll("a[href]")].map((x) => x.getAttribute("href")),
    }));
    if (lead.h1 !== 1) wrong.push(`${url.pathname}: ${lead.h1} h1`);
    if (lead.lang !== lang) wrong.push(`${url.pathname}: in ${lead.lang}, not ${lang}`);
    if (got.status() === 200)
      for (const href of lead.hrefs) {
        if (/^(https?:|mailto:)/.test(href)) continue;
        const to = new URL(href, w.page.url());
        if (!to.pathname.startsWith("/static/")) todo.push(to.pathname + to.search);
      }
    const sight = `${got.status() === 200 ? route : got.status()} ${lang}`;
    if (!looked.has(sight)) {
      looked.add(sight);
      const name = `${lang}${route.replaceAll(/[{}]/g, "").replaceAll("/", "-")}${got.status() === 200 ? "" : got.status()}`;
      await look(w, `${name === lang + "-" ? `${lang}-home` : name} (${who.role})`, { lang });
    }
    wrong.push(...w.heard().map((x) => `${url.pathname}: ${x}`));
  }
  claim(wrong.length === 0, `${who.role}, ${lang}: ${pages} pages`, ...wrong);
  await w.context.close();
}
