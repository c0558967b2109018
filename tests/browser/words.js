// The texts of the pages as data/text has them, so that a journey can say what must be seen in
// each language.  One entry: msgid "NAME", msgstr "..." over one or more lines.
import fs from "node:fs";
import path from "node:path";

const texts = {};
function read(lang) {
  const all = new Map();
  let name = "";
  let into = "";
  for (const line of fs.readFileSync(path.join(process.env.VARDE_DATA, "text", `${lang}.po`), "utf8").split("\n")) {
    const m = line.match(/^(?:(msgid|msgstr) )?(".*")$/);
    if (!m) continue;
    const s = JSON.parse(m[2]);
    if (m[1] === "msgid") name = s;
    else if (m[1] === "msgstr") all.set(name, s);
    else all.set(name, all.get(name) + s);
    into = m[1] ?? into;
  }
  return all;
}

// The text NAME, {1} to {9} filled in.
export function text(lang, name, ...args) {
  texts[lang] ??= read(lang);
  const s = texts[lang].get(name);
  if (s === undefined) throw new Error(`no text ${name} in ${lang}`);
  return s.replaceAll(/\{(\d)\}/g, (_, i) => args[i - 1] ?? "");
}

// The same, whatever stands in its places: for places with days and counts.
export function like(lang, name) {
  const s = text(lang, name, ...Array.from({ length: 9 }, () => "\u0001"));
  return new RegExp(s.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("\u0001", ".+?"));
}
