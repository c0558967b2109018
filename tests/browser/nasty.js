// Nasty text in every field of every form, as every role, over HTTP: what comes back is a page of
// ours or a redirect to one, the text is only ever text, and where it was kept it was kept whole.
// At the end the store is verified, and what shows the text is looked at in the browser.
import { execFileSync } from "node:child_process";
import { claim } from "./tap.js";
import { look, open } from "./look.js";
import { house, logIn, routeOf } from "./house.js";

// MARK opens and END closes each text, so that a page that shows a piece of one is found out.
const MARK = "q7x";
const END = "x7q";
const about = (s) => `${MARK}${s}${END}`;
export const TEXTS = {
  sql: about("'; DROP TABLE staff; -- \" OR 1=1 /*"),
  script: about("</title></textarea></select><script>evil()</script><evil-x onload=evil()>"),
  attribute: about("\"'` autofocus onfocus=evil() evil=\"1\" x='><img src=x onerror=evil()>"),
  entity: about("&lt;b&gt; &amp;amp; &#0; &unknown; {= m->evil} {{7*7}} ${7*7} %s%n"),
  header: about("a\r\nX-Evil: 1\r\nSet-Cookie: evil=1\r\n\r\n<h1>evil</h1>"),
  path: about("../../../../etc/passwd\\..\\..\\x"),
  formula: `=HYPERLINK("evil","${about("evil")}")+cmd|' /C calc'!A0`,
  yaml: about("!!python/object [*a, &a {x: |\n  - y"),
  turned: about("\u202Egnp.exe\u202C \u2066abc\u2069 \u05E9\u05DC\u05D5\u05DD"),
  signs: about("\u{1F469}\u200D\u{1F4BB}\u00E6\u0300 \uFFFF \u{10FFFF} Å A\u030A"),
  long: about("Sørbø".repeat(900)),
  wide: about("W".repeat(190)),
  zero: about("a\0b"),
  control: about("a\x01\x1b[31mb\x7f"),
  broken: Buffer.concat([Buffer.from(MARK), Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80]), Buffer.from(END)]),
  zip: Buffer.concat([Buffer.from(MARK), Buffer.from("PK\x03\x04\x14\0../evil\0", "latin1"), Buffer.from(END)]),
};
const encode = (v) => [...Buffer.from(v)].map((c) => `%${c.toString(16).padStart(2, "0")}`).join("");
const form = (pairs) => pairs.map(([k, v]) => `${encode(k)}=${encode(v)}`).join("&");
const bare = (s) => String(s).replace(/\s+/g, " ").trim();
// What may come back of a text: itself; line ends as forms send them do not count.
const WHOLE = Object.values(TEXTS).filter((x) => typeof x === "string").map(bare);

// Not filled: they end the session that fills them, or the account of a later role.
const LEFT_ALONE = /^\/(logout|account\/sessions\/.*|staff\/\d+\/close|staff\/\d+\/factor\/off)$/;

// One person's way in over HTTP; cookies kept by hand, redirects followed by hand.
function visitor(h) {
  const jar = new Map();
  async function ask(path, { body, wrong = [] } = {}) {
    const headers = { cookie: [...jar].map(([k, v]) => `${k}=${v}`).join("; "), "accept-language": "en", origin: h.base };
    if (body !== undefined) headers["content-type"] = "application/x-www-form-urlencoded";
    const got = await fetch(new URL(path, h.base), { method: body === undefined ? "GET" : "POST", body, headers, redirect: "manual" });
    for (const c of got.headers.getSetCookie()) {
      const [k, v] = c.split(";")[0].split("=");
      if (/evil|q7x/.test(c)) wrong.push(`a cookie of ours: ${c.slice(0, 80)}`);
      v ? jar.set(k, v) : jar.delete(k);
    }
    const type = got.headers.get("content-type") ?? "";
    const text = type.startsWith("text/") || type.startsWith("application/json") ? await got.text() : (await got.arrayBuffer(), "");
    if (got.status >= 500) wrong.push(`${path}: ${got.status}`);
    for (const [k, v] of got.headers)
      if (/evil/i.test(k) || (k !== "location" && v.includes(MARK))) wrong.push(`${path}: header ${k}: ${v.slice(0, 60)}`);
    if (type.startsWith("text/html") && !got.headers.get("content-security-policy")?.includes("default-src 'none'"))
      wrong.push(`${path}: no policy`);
    if (got.headers.get("x-content-type-options") !== "nosniff") wrong.push(`${path}: nosniff is missing`);
    return { status: got.status, type, text, location: got.headers.get("location"), path };
  }
  return { ask };
}

// The page as the browser's own parser reads it, in a document without scripts: its forms with
// what they would send, its links, and what stands in it that is nobody's template.
async function read(reader, html) {
  return reader.evaluate(([html, MARK, WHOLE]) => {
    const d = new DOMParser().parseFromString(html, "text/html");
    const bare = (s) => s.replace(/\s+/g, " ").trim();
    const wrong = [];
    for (const x of d.querySelectorAll("*")) {
      if (/^(evil-x|iframe|object|embed|base|frame|style)$/i.test(x.localName)) wrong.push(`an element ${x.localName}`);
      if (x.localName === "script" && !x.getAttribute("src")?.startsWith("/static/")) wrong.push("a script");
      if (x.localName === "img" && x.getAttribute("src") === "x") wrong.push("an image");
      for (const t of x.attributes) {
        if (t.name === "autofocus" && x.id === "faults") continue;
        if (/^on|^evil|^style$|^autofocus$/.test(t.name)) wrong.push(`an attribute ${t.name} of ${x.localName}`);
        if (/^(href|src|action|formaction)$/.test(t.name) && /^\s*(javascript|data|https?|\/\/)/i.test(t.value))
          wrong.push(`leads away: ${t.value.slice(0, 60)}`);
      }
    }
    const h1 = d.querySelectorAll("h1").length;
    if (h1 !== 1) wrong.push(`${h1} h1`);
    // Each piece of text with our mark in it holds the whole of a text of ours.
    let shown = 0;
    const cut = new Set();
    const check = (s) => {
      if (!s || !s.includes(MARK)) return;
      shown++;
      const t = bare(s);
      if (!WHOLE.some((w) => t.includes(w))) cut.add(t.slice(0, 120));
    };
    const texts = d.createTreeWalker(d, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_COMMENT);
    while (texts.nextNode()) check(texts.currentNode.nodeValue);
    for (const x of d.querySelectorAll("*"))
      for (const t of x.attributes) if (!/^(href|action)$/.test(t.name)) check(t.value);
    const forms = [...d.querySelectorAll("form")].map((f) => ({
      method: (f.getAttribute("method") ?? "get").toLowerCase(),
      action: f.getAttribute("action") ?? "",
      fields: [...f.querySelectorAll("input, select, textarea, button[name]")].filter((x) => x.name).map((x) => {
        const options = x.localName === "select" ? [...x.options].map((o) => o.value).filter(Boolean) : null;
        return { name: x.name, type: x.localName === "select" ? "select" : x.localName === "textarea" ? "textarea" : x.type,
          value: x.getAttribute("value") ?? x.value, checked: x.checked || false, options };
      }),
    }));
    const links = [...d.querySelectorAll("a[href]")].map((x) => x.getAttribute("href"));
    const faults = [...d.querySelectorAll(".errors a")].map((x) => x.textContent);
    return { wrong, shown, cut: [...cut], forms, links, faults, title: d.title };
  }, [html, MARK, WHOLE]);
}

// What a careful person would send: what stands in the form, and something fit where nothing does.
function honest(f) {
  const out = new Map();
  for (const x of f.fields) {
    if (x.type === "submit" || x.type === "file") continue;
    if (x.type === "checkbox" || x.type === "radio") {
      if (x.checked || (x.type === "radio" && !out.has(x.name))) out.set(x.name, x.value);
    } else if (x.type === "select") out.set(x.name, x.value || (x.options[0] ?? ""));
    else if (x.type === "password") out.set(x.name, "lav varde i tett skodde 7");
    else if (x.value) out.set(x.name, x.value);
    else if (/day|date|born|starts|ends|held/.test(x.name)) out.set(x.name, "01.09.2026");
    else if (/mail/.test(x.name)) out.set(x.name, "a@example.org");
    else out.set(x.name, x.type === "number" ? "1" : "Ola");
  }
  return out;
}

const shape = (h, path) => routeOf(h, new URL(path, h.base).href) ?? path.replaceAll(/\d+/g, "N");

export async function nasty(b, build) {
  const h = await house(build);
  const w = await open(b, { script: false });
  await w.page.goto("about:blank");
  const kept = new Map(); // route and field: accepted, and how often a page showed it
  const shows = new Map(); // route: a page that shows a text of ours, and who sees it
  let sent = 0;
  try {
    // The administrator goes last: what is changed there changes the rest.
    const people = [...h.logins].sort((x, y) => (x.role === "administrator") - (y.role === "administrator"));
    const done = new Set();
    for (const who of people) sent += await role(h, w.page, who, done, kept, shows);
    sent += await stranger(h, w.page);
    for (const [key, k] of kept) if (!k.shown) claim(true, `kept, and on no page that leads from there: ${key}`);
    await sights(b, h, shows);
    let verified = "";
    try {
      execFileSync(h.varde, ["verify", ...h.data], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    } catch (e) {
      verified = `${e.stdout}${e.stderr}`;
    }
    claim(verified === "", `the store verifies after ${sent} nasty requests`, verified);
  } finally {
    await w.context.close();
    claim((await h.stop()) === 0, "the server stops after nasty text");
  }
}

async function enter(h, reader, who, wrong) {
  const v = visitor(h);
  const page = await read(reader, (await v.ask("/login")).text);
  const fields = honest(page.forms.find((f) => f.method === "post"));
  fields.set("login", who.login).set("password", who.password);
  const got = await v.ask("/login", { body: form([...fields]), wrong });
  if (got.status !== 303) wrong.push(`${who.role} cannot log in: ${got.status}`);
  return v;
}

async function role(h, reader, who, done, kept, shows) {
  const wrong = [];
  const v = await enter(h, reader, who, wrong);
  const todo = [...h.routes.filter((r) => r.method === "GET" && !/[{]|^\/(api|health|ready|metrics|login)/.test(r.pattern)).map((r) => r.pattern)];
  const seen = new Set();
  const each = new Map();
  let sent = 0;
  let forms = 0;
  const sight = async (got) => {
    if (!got.type.startsWith("text/html")) return null;
    const p = await read(reader, got.text);
    for (const x of p.wrong) wrong.push(`${got.path}: ${x}`);
    // A page that refuses may name what it refuses in a few letters.
    if (got.status === 200) for (const x of p.cut) wrong.push(`${got.path}: shows a piece of a text: ${x}`);
    if (p.shown && got.status === 200) {
      const at = shape(h, got.path);
      if (!shows.has(at)) shows.set(at, { path: got.path, who });
    }
    return p;
  };
  while (todo.length) {
    const path = todo.shift();
    const url = new URL(path, h.base);
    const at = routeOf(h, url.href);
    if (!at || seen.has(path) || /report/.test(at) || (each.get(at) ?? 0) >= 3) continue;
    seen.add(path);
    each.set(at, (each.get(at) ?? 0) + 1);
    const got = await v.ask(path, { wrong });
    const p = await sight(got);
    if (!p || got.status !== 200) continue;
    for (const l of p.links) {
      const to = new URL(l, new URL(path, h.base));
      if (to.origin === h.base && !/^\/(static|login|logout)/.test(to.pathname)) todo.push(to.pathname + to.search);
    }
    for (const f of p.forms) {
      const action = new URL(f.action || path, new URL(path, h.base));
      if (LEFT_ALONE.test(action.pathname)) continue;
      const key = `${f.method} ${action.pathname.replaceAll(/\d+/g, "N")} ${f.fields.map((x) => x.name)}`;
      // A form is filled once by the first role that has it, and once by the last two.
      const mine = `${key} ${who.role}`;
      if (done.has(mine) || [...done].filter((x) => x.startsWith(`${key} `)).length >= 2) continue;
      done.add(mine);
      forms++;
      sent += await fill(h, v, f, path, action, wrong, kept, sight);
    }
  }
  claim(wrong.length === 0, `${who.role}: nasty text in ${forms} forms, ${sent} requests`, ...[...new Set(wrong)].slice(0, 40));
  return sent;
}

async function fill(h, v, f, path, action, wrong, kept, sight) {
  let sent = 0;
  const names = [...new Set(f.fields.filter((x) => x.type !== "submit" && x.type !== "file").map((x) => x.name))];
  const slow = f.fields.some((x) => x.type === "password");
  for (const [kind, text] of Object.entries(TEXTS)) {
    if (slow && !["script", "header", "zero", "long"].includes(kind)) continue;
    // Each field alone, the rest honest; then all of them.
    for (const name of [...names, null]) {
      const what = f.fields.find((x) => x.name === name);
      // What is not written but chosen gets a few, the rest gets them all.
      const chosen = what && /select|radio|checkbox|hidden/.test(what.type);
      if (chosen && !["script", "sql", "broken"].includes(kind)) continue;
      const fields = honest(f);
      for (const n of name === null ? names : [name]) if (n !== "csrf" || name) fields.set(n, text);
      const pairs = form([...fields]);
      sent++;
      let got;
      if (f.method === "get") got = await v.ask(`${action.pathname}?${pairs}`, { wrong });
      else got = await v.ask(action.pathname + action.search, { body: pairs, wrong });
      const label = `${action.pathname} ${name ?? "all fields"} ${kind}`;
      let page = null;
      if (got.status === 303 || got.status === 302) {
        const to = new URL(got.location, h.base);
        if (to.origin !== h.base) wrong.push(`${label}: leads away to ${got.location.slice(0, 60)}`);
        else {
          got = await v.ask(to.pathname + to.search, { wrong });
          page = await sight(got);
          if (name && name !== "csrf") {
            // A value that is chosen, not written: nothing but what was offered is taken.
            if (["select", "radio"].includes(what.type))
              wrong.push(`${label}: taken, though it was not offered`);
            if (typeof text !== "string" || kind === "zero") wrong.push(`${label}: taken, though it is no text`);
            const key = `${shape(h, action.pathname)} ${name}`;
            const k = kept.get(key) ?? { shown: 0 };
            k.shown += page?.shown ?? 0;
            if (!k.shown) k.shown += (await sight(await v.ask(path, { wrong })))?.shown ?? 0;
            kept.set(key, k);
          }
        }
      } else page = await sight(got);
      // A form may answer with a file to keep: a participant's own copy.
      const file = got.status === 200 && /^application\/(pdf|json)/.test(got.type);
      if (!page && !file && !got.type.startsWith("text/")) wrong.push(`${label}: ${got.status} ${got.type}, not a page`);
      // Refused: it comes back as it was written, but never a password.
      if (got.status === 422 && page && f.method === "post" && name && typeof text === "string" && kind !== "zero") {
        const back = page.forms.flatMap((x) => x.fields).filter((x) => x.name === name);
        if (what.type === "password" ? back.some((x) => x.value) : /^(text|textarea|email|tel|search)$/.test(what.type) &&
          back.length && !back.some((x) => bare(x.value).includes(bare(text))))
          wrong.push(`${label}: not what was written: ${bare(back[0].value).slice(0, 80)}`);
      }
    }
  }
  return sent;
}

// Places in addresses, and what follows the question mark, as nobody and as an administrator.
async function stranger(h, reader) {
  let sent = 0;
  for (const who of [null, h.logins.find((x) => x.role === "administrator")]) {
    const wrong = [];
    const v = who ? await enter(h, reader, who, wrong) : visitor(h);
    for (const r of h.routes.filter((x) => x.method === "GET"))
      for (const [kind, text] of Object.entries(TEXTS)) {
        if (kind === "long" || (!r.pattern.includes("{") && !["script", "header", "broken"].includes(kind))) continue;
        const path = r.pattern.replaceAll(/\{\w+\}/g, () => encode(text));
        const tail = r.pattern.includes("{") ? "" : `?lang=${encode(text)}&next=${encode("//evil.example/")}&as_of=${encode(text)}&after=${encode(text)}`;
        const got = await v.ask(path + tail, { wrong });
        sent++;
        if (got.location && new URL(got.location, h.base).origin !== h.base) wrong.push(`${r.pattern} leads to ${got.location}`);
        if (got.type.startsWith("text/html")) for (const x of (await read(reader, got.text)).wrong) wrong.push(`${r.pattern} ${kind}: ${x}`);
        // (a link that is none leads to a page that says so)
        if (r.pattern.includes("{") && !r.pattern.includes("{token}") && got.status === 200) wrong.push(`${r.pattern} ${kind}: 200`);
      }
    claim(wrong.length === 0, `nasty addresses, ${who ? who.role : "nobody"}`, ...[...new Set(wrong)].slice(0, 30));
  }
  return sent;
}

// The pages that show it, drawn: no script runs, nothing is wider than a phone.
async function sights(b, h, shows) {
  for (const who of new Set([...shows.values()].map((x) => x.who))) {
    const list = [...shows.values()].filter((x) => x.who === who);
    const w = await open(b);
    let asked = 0;
    w.page.on("dialog", (d) => (asked++, d.dismiss()));
    await logIn(w, h, who, "en");
    for (const { path } of list) {
      await w.page.goto(h.base + path);
      await look(w, `nasty-en${path.split("?")[0].replaceAll("/", "-")} (${who.role})`, { lang: "en" });
    }
    claim(asked === 0, `${who.role}: no script of others ran`);
    await w.context.close();
  }
  claim(shows.size > 3, `nasty text stands on ${shows.size} kinds of pages`);
}
