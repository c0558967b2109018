// One person's way through the pages, written once and gone in each language, with and without
// script.  A step finds things as a person does, by their words, or by the name of a field; what
// it does not find is said with the page it was looked for on.
import { claim } from "./tap.js";
import { look, open } from "./look.js";
import { logIn } from "./house.js";
import { like, text } from "./words.js";

export const LANGS = ["en", "nb", "da"];
const LOCALE = { en: "en-GB", nb: "nb-NO", da: "da-DK" };

// Runs `way` with a person j; one claim a journey.
export async function journey(b, h, name, { lang, script }, way) {
  const wrong = [];
  const opened = [];
  // A further person in the same journey: who has a log-in, or nobody.  options: of the window.
  const person = async (who, options = {}) => {
    // Who has been here in this language comes with the session of that time.
    h.sessions ??= new Map();
    const had = h.sessions.get(`${who} ${lang}`);
    const w = await open(b, { javaScriptEnabled: script, locale: LOCALE[lang], storageState: had, ...options });
    w.page.setDefaultTimeout(30000); // of a loaded machine; what a page may take is the bench's
    opened.push(w);
    if (who && !had) {
      await logIn(w, h, h.login(who), lang);
      h.sessions.set(`${who} ${lang}`, await w.context.storageState());
    }
    return steps(w, h, lang, script, wrong);
  };
  let at;
  try {
    await way(person, { lang, script, h, wrong });
  } catch (e) {
    at = opened.at(-1)?.page;
    const h1 = await at?.locator("h1").first().textContent({ timeout: 500 }).catch(() => "");
    wrong.push(`${e.message.replaceAll(/\x1b\[\d+m/g, "").split("\n").slice(0, 14).join("\n")}\non ${at?.url()} "${h1}"`,
      ...(e.stack.match(/\w+\.js:\d+/g) ?? []).slice(0, 4));
  }
  for (const w of opened) {
    wrong.push(...w.heard());
    await w.context.close();
  }
  claim(wrong.length === 0, `${name}, ${lang}, script ${script ? "on" : "off"}`, ...wrong);
}

// One answer of several, by its words: the button itself is drawn by its label.
async function choose(radio) {
  await radio.page().locator(`label[for="${await radio.getAttribute("id")}"], label:has([name="${await radio.getAttribute("name")}"][value="${await radio.getAttribute("value")}"])`).first().click();
  if (!(await radio.isChecked())) throw new Error(`${await radio.getAttribute("name")} is not chosen by a click on its words`);
}

function steps(w, h, lang, script, wrong) {
  const { page } = w;
  const words = (s) => s.replaceAll(/\s+/g, " ").trim();
  const here = () => new URL(page.url()).pathname;
  const j = {
    ...w, lang, script, h, here,
    t: (name, ...args) => text(lang, name, ...args),
    like: (name) => like(lang, name),
    // fine, or what was wrong with which page.
    must(fine, what) {
      if (!fine) wrong.push(`${here()}: ${what}`);
      return fine;
    },
    async go(path, status = 200) {
      const got = await page.goto(new URL(path, h.base).href);
      j.must(got.status() === status, `${got.status()}, not ${status}`);
    },
    main: async () => words(await page.locator("main").innerText()),
    // What a person sees: text or pattern.
    async sees(...all) {
      const text = await j.main();
      for (const x of all)
        j.must(x instanceof RegExp ? x.test(text) : text.includes(words(x)), `does not show ${x}; it shows: ${text.slice(0, 200)}`);
    },
    async seesNot(...all) {
      const text = await j.main();
      for (const x of all) j.must(!(x instanceof RegExp ? x.test(text) : text.includes(words(x))), `shows ${x}`);
    },
    async title(x) {
      const h1 = words(await page.locator("h1").innerText());
      j.must(x instanceof RegExp ? x.test(h1) : h1.includes(words(x)), `is headed "${h1}", not "${x}"`);
    },
    // What holds of every page, of one that no link reaches; axe needs script.
    looks: async (name) => script && look(w, `way-${lang}-${name}`, { lang }),
    // Values into fields by name; what is folded away is unfolded first.
    async fill(values) {
      for (const [name, v] of Object.entries(values)) {
        const all = page.locator(`main [name="${name}"]:not([type=hidden])`);
        const first = all.first();
        await first.waitFor({ state: "attached" });
        if (!(await first.isVisible())) {
          const fold = page.locator("details:not([open])", { has: all }).locator("> summary");
          if (await fold.count()) await fold.first().click();
        }
        const kind = await first.evaluate((x) => (x.localName === "select" ? "select" : x.type));
        if (kind === "radio") await choose(page.locator(`main [name="${name}"][value="${v}"]`));
        else if (kind === "checkbox") await first.setChecked(v);
        else if (kind === "select") await first.selectOption(v);
        else await first.fill(v);
      }
    },
    choose,
    async value(name, want) {
      const all = page.locator(`main [name="${name}"]`);
      const is = await all.evaluateAll((x) => (x[0]?.type === "radio" ? (x.find((o) => o.checked)?.value ?? null) : x[0]?.value));
      j.must(is === want, `${name} holds "${is}", not "${want}"`);
    },
    // A button by its words; resolves when the next page is there.
    async press(words) {
      const button = page.locator("main button", { hasText: words }).first();
      if (!(await button.isVisible())) {
        const fold = page.locator("details:not([open])", { has: button }).locator("> summary");
        if (await fold.count()) await fold.first().click();
      }
      await j.leave(() => button.click());
    },
    async follow(words) {
      const link = typeof words === "string" && words.startsWith("/")
        ? page.locator(`main a[href^="${words}"], header a[href^="${words}"]`).first()
        : page.locator("main a", { hasText: words }).first();
      await j.leave(() => link.click());
    },
    // What leads to another page, and the page: a POST, its redirect and what follows are one.
    async leave(act) {
      const [got] = await Promise.all([page.waitForNavigation(), act()]);
      return got;
    },
    // Refused: says so on top, with links to the fields.
    async refused(...fields) {
      j.must((await page.locator("main [role=alert]").count()) > 0, "says nothing of what is wrong");
      for (const f of fields) j.must((await page.locator(`.errors a[href="#${f}"]`).count()) === 1, `no link to what is wrong with ${f}`);
    },
  };
  return j;
}

// Each way in each language; of two that follow each other one goes with script, one without.
export async function ways(b, h, all) {
  const only = process.env.VARDE_JOURNEY; // a word of its name, while one is written
  for (const [turn, lang] of LANGS.entries())
    for (const [k, [name, way]] of Object.entries(all).entries())
      if (!only || name.includes(only))
        await journey(b, h, name, { lang, script: (turn + k) % 2 === 0 }, (person, x) => way(person, { ...x, turn }));
}
