// The sample page of all parts (tests/web/style.html): in three languages, light and dark, with
// and without script.
import { claim } from "./tap.js";
import { look, open } from "./look.js";
import { serve } from "./serve.js";

export async function parts(b, build) {
  const s = serve(`${build}/tests/style_serve`, []);
  try {
    const base = await s.base;
    for (const colorScheme of ["light", "dark"])
      for (const lang of ["en", "nb", "da"]) {
        const w = await open(b, { colorScheme, script: lang !== "nb" });
        await w.page.goto(`${base}/style?lang=${lang}`);
        await look(w, `parts-${lang}-${colorScheme}`, { lang });
        if (lang === "en") await touch(w, colorScheme);
        await w.page.goto(`${base}/confirm?lang=${lang}`);
        await look(w, `confirm-${lang}-${colorScheme}`, { lang });
        await w.context.close();
      }
    await keyboard(b, base);
    await paper(b, base);
  } finally {
    await s.stop();
  }
}

// What is touched is 44 px high on a phone; links inside a sentence or a table are words.
async function touch(w, name) {
  await w.page.setViewportSize({ width: 320, height: 640 });
  const small = await w.page.evaluate(() =>
    [...document.querySelectorAll("button, .button, label.option, input.wide, select, .bar a, .tabs a, summary")]
      .map((x) => [x.getBoundingClientRect(), x])
      .filter(([r, x]) => r.height > 0 && r.height < 44 && !x.classList.contains("link"))
      .map(([r, x]) => `${x.outerHTML.slice(0, 80)}: ${r.height}`),
  );
  claim(small.length === 0, `what is touched is 44 px high, ${name}`, ...small);
  await w.page.setViewportSize({ width: 1280, height: 900 });
}

// The first stop leads past the menu; a fault's link leads to its field; each stop is seen.
async function keyboard(b, base) {
  const w = await open(b);
  await w.page.goto(`${base}/confirm`);
  await w.page.keyboard.press("Tab");
  claim(await w.page.evaluate(() => document.activeElement.matches(".skip")), "the first stop skips the menu");
  await w.page.goto(`${base}/style`);
  claim(
    await w.page.evaluate(() => document.activeElement.id === "faults"),
    "after a refused form the reader is at the list of faults",
  );
  await w.page.click(".errors a[href='#on']");
  await w.page.keyboard.type("x");
  claim((await w.page.inputValue("#on")).includes("x"), "a fault leads to its field");
  const unseen = [];
  for (let i = 0; i < 40; i++) {
    await w.page.keyboard.press("Tab");
    const bad = await w.page.evaluate(() => {
      const x = document.activeElement;
      if (x === document.body) return null;
      const seen = (e) => getComputedStyle(e).outlineStyle !== "none";
      return seen(x) || (x.parentElement && seen(x.parentElement)) ? null : x.outerHTML.slice(0, 100);
    });
    if (bad) unseen.push(bad);
  }
  claim(unseen.length === 0, "every stop of the tab key is seen", ...unseen);
  await w.context.close();
}

// On paper: black on white, no menus, and what was chosen is seen.
async function paper(b, base) {
  const w = await open(b, { colorScheme: "dark" });
  await w.page.goto(`${base}/style`);
  await w.page.emulateMedia({ media: "print" });
  const wrong = await w.page.evaluate(() => {
    const out = [];
    const shown = (s) => [...document.querySelectorAll(s)].filter((x) => x.getClientRects().length);
    for (const x of shown(".bar nav, button, .button, .crumbs, .tabs, .errors")) out.push(`printed: ${x.className}`);
    for (const x of shown("main *")) {
      if (getComputedStyle(x).color === "rgb(255, 255, 255)") out.push(`white: ${x.outerHTML.slice(0, 80)}`);
    }
    if (!shown(".print-head").length) out.push("no head on paper");
    return out;
  });
  claim(wrong.length === 0, "on paper", ...wrong);
  await w.context.close();
}
