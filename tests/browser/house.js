// An installation of invented people for the tests, in a folder of its own, and ways into it.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "./serve.js";

process.env.VARDE_DATA ??= path.resolve(import.meta.dirname ?? path.dirname(fileURLToPath(import.meta.url)), "../../data");

// arms: those of the study `routine`, which has none as it is shipped.
export async function house(build, { empty = false, arms } = {}) {
  const varde = `${build}/src/cli/varde`;
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "varde-browser-"));
  const data = ["--data", path.join(dir, "data")];
  if (arms) {
    const own = path.join(dir, "definitions");
    const study = path.join(own, "studies/routine/study.yaml");
    fs.cpSync(process.env.VARDE_DATA, own, { recursive: true });
    fs.writeFileSync(study, fs.readFileSync(study, "utf8").replace("arms: []", `arms: [${arms.join(", ")}]`));
    data.push("--definitions", own);
  }
  const run = (...args) => execFileSync(varde, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const said = run("init", ...data);
  let logins = [];
  if (!empty) {
    if (run("help").includes("study load")) run("study", "load", "norway2013", ...data);
    logins = JSON.parse(run("demo", "--json", ...data));
  }
  const s = serve(varde, ["serve", "--listen", "127.0.0.1:0", ...data]);
  const base = await s.base;
  return {
    base,
    varde,
    data,
    logins,
    login: (role) => logins.find((x) => x.role === role),
    routes: JSON.parse(run("routes", "--json")),
    setup: said.match(/\/setup\/[0-9a-f]+/)?.[0],
    said: s.said,
    async stop() {
      const code = await s.stop();
      fs.rmSync(dir, { recursive: true, force: true });
      return code;
    },
  };
}

export async function logIn(w, h, who, lang) {
  await w.page.goto(`${h.base}/login?lang=${lang}`);
  await w.page.fill("#login", who.login);
  await w.page.fill("#password", who.password);
  await w.page.click("form button");
  // One's own language is of the account; the form of it stands on the account's page.
  await w.page.goto(`${h.base}/account`);
  const form = w.page.locator('form[action$="/account/language"]');
  const list = form.locator("select");
  if (await list.count()) await list.selectOption(lang);
  else await form.locator(`input[value="${lang}"]`).check();
  await form.locator("button").click();
}

// The route a path belongs to: the pattern with most fixed words.
export function routeOf(h, url) {
  const have = new URL(url).pathname.split("/");
  const fits = h.routes.filter((r) => {
    const want = r.pattern.split("/");
    return r.method === "GET" && want.length === have.length &&
      want.every((x, i) => x === have[i] || (x.startsWith("{") && have[i]));
  });
  const fixed = (r) => r.pattern.split("/").filter((x) => !x.startsWith("{")).length;
  return fits.sort((x, y) => fixed(y) - fixed(x))[0]?.pattern;
}
