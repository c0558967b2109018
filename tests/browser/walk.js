// Every role walks every page it can reach: the GET routes without a place in them, and from there
// all links, a few of each route.  A page is either there, whole and sound, or refused as a page.
import { claim } from "./tap.js";
import { aside, look, open } from "./look.js";
import { house, logIn, routeOf } from "./house.js";

const LANGS = ["en", "nb", "da"];
const EACH = 2; // pages of one route with places, a role
const DOCUMENT = "/studies/{study}/report"; // stands alone: its own frame and policy
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
      .filter((r) => !["/health", "/ready", "/metrics", "/static/{hash}/{name}", "/api", "/login"].includes(r.pattern));
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
    if (r.pattern.startsWith("/api/") || ["/health", "/ready", "/metrics"].includes(r.pattern)) continue;
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
    .filter((p) => !p.startsWith("/api/") && p !== "/health" && p !== "/ready" && p !== "/metrics" && p !== "/login");
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
    const at = route === DOCUMENT ? await aside(w) : w;
    const got = await at.page.goto(url.href, { waitUntil: "domcontentloaded" }).catch((x) => {
      if (!/Download is starting|ERR_ABORTED/.test(x.message)) throw x;
    });
    if (!got) continue;
    pages++;
    const ok = got.status() === 200;
    const fine = ok || got.status() === 403 || ([404, 410].includes(got.status()) && route.includes("{"));
    if (!fine) wrong.push(`${url.pathname}: ${got.status()}`);
    if (!(got.headers()["content-type"] ?? "").startsWith("text/html")) continue;
    const alone = route === DOCUMENT && ok;
    // What is refused is refused in words, in the page's own language.
    const lead = await at.page.evaluate(() => ({
      h1: document.querySelectorAll("h1").length,
      lang: document.documentElement.lang,
      hrefs: [...document.querySelectorAll("a[href]")].map((x) => x.getAttribute("href")),
    }));
    if (lead.h1 !== 1) wrong.push(`${url.pathname}: ${lead.h1} h1`);
    if (lead.lang !== lang) wrong.push(`${url.pathname}: in ${lead.lang}, not ${lang}`);
    if (ok && !alone)
      for (const href of lead.hrefs) {
        if (/^(https?:|mailto:)/.test(href)) continue;
        const to = new URL(href, at.page.url());
        if (!to.pathname.startsWith("/static/")) todo.push(to.pathname + to.search);
      }
    const sight = `${ok ? route : got.status()} ${lang}`;
    if (!looked.has(sight)) {
      looked.add(sight);
      const name = `${lang}${route.replaceAll(/[{}]/g, "").replaceAll("/", "-")}${ok ? "" : got.status()}`;
      await look(at, `${name === lang + "-" ? `${lang}-home` : name} (${who.role})`, { lang, alone });
    }
    wrong.push(...at.heard().map((x) => `${url.pathname}: ${x}`));
    if (at !== w) await at.page.close();
  }
  claim(wrong.length === 0, `${who.role}, ${lang}: ${pages} pages`, ...wrong);
  await w.context.close();
}
