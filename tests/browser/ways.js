// The journeys of each role in a store of invented people: `care` is the way of a participant
// through the programme as staff see it, `forms` what is entered, `phone` a participant on a
// phone, `numbers` what comes of it.
import { house } from "./house.js";
import { ways } from "./journey.js";
import { readQr } from "./qr.js";

const ARMS = ["quartz", "feldspar"];

export async function journeys(b, build) {
  const h = await house(build, { arms: ARMS });
  try {
    await ways(b, h, {
      "coordinator: from referral to a visit": referral,
      "clinician: enters a form by the keyboard": entering,
      "paper: entered twice and settled": paper,
      "two people correct one form": two,
      "a session ends while somebody types": expired,
      "participant: a form on a phone": phone,
      "trial unit and blinded assessor": arms,
      "data manager and monitor: who changed what": history,
      "statistician: from a figure to its records": figures,
      "leader: somebody leaves, dies, is erased": leaving,
      "fidelity, training, implementation: what they reach": others,
    });
  } finally {
    await h.stop();
  }
}

/* --- people ----------------------------------------------------------------------------- */

// Refers somebody to the routine study; the code it got.
async function refer(j, study, name) {
  await j.go(`/refer?study=${study}`);
  await j.fill({ name, site: "1" });
  await j.press(j.t("PEOPLE_REFER_DO"));
  return (await j.page.locator("h1").innerText()).trim();
}

// The study of today's people, under its name or its title in any language.
async function studyOf(j) {
  await j.go("/participants");
  const list = j.page.locator("main select[name=study] option", { hasText: /routine|rutine/i });
  return (await list.count()) ? list.first().getAttribute("value") : "1";
}

async function consentAll(j) {
  // Each consent that is needed has a link on the participant's page.
  const at = j.here();
  for (;;) {
    await j.go(at);
    const next = j.page.locator("main ul.bare > li", { hasText: j.t("PEOPLE_CONSENT_NEEDED") }).locator("a").first();
    if (!(await next.count())) break;
    await j.leave(() => next.click());
    await j.looks("consent");
    await j.fill({ how: "paper", giver: "self" });
    await j.press(j.t("PEOPLE_CONSENT_DO"));
    await j.sees(j.t("PEOPLE_CONSENT_SAID"), j.t("PEOPLE_CONSENT_HOLDS"));
  }
}

const CRITERIA = { illness: "met", adult: "met", wish: "met", crisis: "not met" };
const criteria = (other) => Object.fromEntries(Object.entries({ ...CRITERIA, ...other }).map(([k, v]) => [`c-${k}`, v]));

async function enrolled(j, study, name) {
  const code = await refer(j, study, name);
  const at = j.here();
  await j.go(`${at}/screening`);
  await j.fill(criteria({}));
  await j.press(j.t("PEOPLE_SAVE"));
  await consentAll(j);
  await j.go(`${at}/events/enrolled`);
  await j.press(j.t("PEOPLE_DO_ENROL"));
  return { code, at };
}

async function referral(person, { lang }) {
  const j = await person("coordinator");
  const { t } = j;
  const study = await studyOf(j);
  const name = `Ærlend Ødegård-${lang}`;
  await j.go(`/participants?study=${study}`);
  await j.follow(t("PEOPLE_REFER"));
  // Refused: a day that is none; what was typed stands there.
  await j.go(`/refer?study=${study}`);
  await j.fill({ name, site: "1", day: "31.02.2026", note: "via fastlege" });
  await j.press(t("PEOPLE_REFER_DO"));
  await j.refused("day");
  await j.value("name", name);
  await j.value("day", "31.02.2026");
  await j.value("note", "via fastlege");
  const code = await refer(j, study, name);
  const at = j.here();
  j.must(/^R1-\d{3}$/.test(code), `the code is "${code}"`);
  await j.sees(name);
  // Not met, then met.
  await j.follow(t("PEOPLE_DO_SCREEN"));
  await j.looks("screening");
  await j.fill(criteria({ crisis: "met" }));
  await j.press(t("PEOPLE_SAVE"));
  await j.sees(t("PEOPLE_INELIGIBLE_SAID"), t("PEOPLE_EVENT_INELIGIBLE"));
  await j.follow(t("PEOPLE_DO_SCREEN_AGAIN"));
  await j.value("c-crisis", "met");
  await j.fill({ "c-crisis": "not met" });
  await j.press(t("PEOPLE_SAVE"));
  await j.sees(t("PEOPLE_ELIGIBLE_SAID"), t("PEOPLE_EVENT_ELIGIBLE"));
  // Not without a consent.
  await j.go(`${at}/events/enrolled`);
  await j.sees(t("PEOPLE_MISSING"));
  await j.looks("not-yet");
  j.must((await j.page.locator("main form[method=post]").count()) === 0, "enrols without a consent");
  await j.go(at);
  await consentAll(j);
  await j.go(at);
  await j.follow(t("PEOPLE_DO_ENROL"));
  await j.press(t("PEOPLE_DO_ENROL"));
  await j.sees(t("PEOPLE_ENROLLED_SAID"), t("PEOPLE_EVENT_ENROLLED"), t("VISIT_OPEN"));
  j.must((await j.page.locator("main a[href^='/visits/']").count()) === 3, "plans three visits");
  // It stands among what is due, and the way back from there leads here.
  await j.go("/due");
  await j.go(at);
  await j.follow("/visits/");
  await j.title(code);
  await j.follow(code);
  j.must(j.here() === at, "the way back leads elsewhere");
  // A visit is moved and the change is seen.
  await j.follow("/visits/");
  const soon = new Date(Date.now() + 3 * 864e5);
  const day = `${soon.getDate()}.${soon.getMonth() + 1}.${soon.getFullYear()}`;
  await j.page.locator("summary", { hasText: t("VISIT_MOVE") }).click();
  await j.fill({ due: day });
  await j.fill({ "why-moved": "på ferie" });
  await j.press(t("VISIT_MOVE_GO"));
  await j.sees(t("VISIT_MOVED_WORDS"));
  // Found again by name, which stands in no address.
  await j.go(`/participants?study=${study}`);
  await j.fill({ find: name });
  await j.press(t("PART_SEARCH"));
  await j.sees(code);
  j.must(!j.page.url().includes("degard") && !j.page.url().includes("%"), "the name stands in the address");
  // Taken back: entered by mistake.
  await j.go(`${at}/back`);
  await j.press(t("PEOPLE_TAKE_BACK_DO"));
  await j.refused("reason");
  await j.fill({ reason: "feil person" });
  await j.press(t("PEOPLE_TAKE_BACK_DO"));
  await j.sees(t("PEOPLE_BACK_SAID"));
  await j.sees(t("VISIT_CANCELLED"));
  await j.seesNot(t("VISIT_OPENS", "").trim());
}

/* --- forms ------------------------------------------------------------------------------ */

// The form `measure` of the n-th of the visits that are due when all begins (before anybody is
// referred, because a visit with an answer is no longer due).
async function dueForm(j, measure, n) {
  if (!j.h.due) {
    await j.go(`/due?study=${await studyOf(j)}`);
    const all = await j.page.locator(`main a[href^="/forms/"][href*="/honos/"]`).evaluateAll((x) => x.map((a) => a.getAttribute("href")));
    j.h.due = all;
    j.must(j.h.due.length >= 5, `only ${j.h.due.length} visits are due`);
  }
  return j.h.due[n].replace("honos", measure);
}

async function entering(person, { script, turn }) {
  const j = await person("clinician");
  const { t, page } = j;
  const path = await dueForm(j, "honos", turn);
  await j.go(`/due?study=${await studyOf(j)}`);
  await j.leave(() => page.locator(`main a[href="${path}"]`).first().click());
  await j.title("HoNOS");
  const press = (key) => page.keyboard.press(key);
  const focused = () => page.evaluate(() => document.activeElement?.name ?? "");
  if (script) {
    // Digits answer and go on; the second is corrected on the way; the twelfth is left.
    j.must((await focused()) === "a1", `the first item has not the focus but ${await focused()}`);
    for (const k of ["0", "3", "ArrowUp", "2", "0", "1", "0", "0", "1", "0"]) await press(k);
    // HoNOS 8 asks which problem it is, when there is one.
    if (!(await focused()).startsWith("a8")) j.must((await focused()) === "a9", `the focus is at ${await focused()}`);
  } else {
    for (let i = 0; i < 60 && (await focused()) !== "a1"; i++) await press("Tab");
    for (const n of [0, 2, 0, 1, 0, 0, 1, 0]) {
      await press("Space");
      for (let k = 0; k < n; k++) await press("ArrowRight");
      const at = await focused();
      for (let i = 0; i < 4 && (await focused()).replace(/\D/g, "") === at.replace(/\D/g, ""); i++) await press("Tab");
    }
  }
  await j.value("a1", "0");
  await j.value("a2", "2");
  await j.value("a7", "1");
  await j.fill({ a9: "1", a10: "not known", a11: "0", day: "31.02.2026" });
  await j.press(t("FORM_SAVE_GO"));
  await j.refused("day");
  for (const [name, v] of Object.entries({ a2: "2", a7: "1", a9: "1", a10: "not known", a12: null, day: "31.02.2026" })) await j.value(name, v);
  const now = new Date();
  await j.fill({ day: `${now.getDate()}.${now.getMonth() + 1}.${now.getFullYear()}` });
  await page.locator("#save").focus();
  await j.leave(() => press("Enter"));
  await j.title("HoNOS");
  await j.sees(t("FORM_SAVED_SAID"), t("FORM_SCORES"), t("FORM_NOT_KNOWN"), t("ALERT_TITLE"));
  j.must((await page.locator("main figure svg").count()) > 0, "shows no picture");
  j.must(await page.locator("main figure svg").first().evaluate((x) => x.getBoundingClientRect().width > 100), "the picture is small");
  const response = j.here();
  // The alert named somebody; it is acknowledged and gone.
  await j.go(`/alerts?study=${await studyOf(j)}`);
  const sheet = page.locator("main section.alert-sheet", { has: page.locator(`a[href="${response}"]`) });
  j.must((await sheet.count()) === 1, "the alert is not there");
  await sheet.locator("[name^=note]").fill("snakket med ham i dag");
  await j.leave(() => sheet.locator("button").click());
  await j.sees(t("ALERT_SEEN_SAID"));
  j.must((await sheet.count()) === 0, "the alert is still open");
  // A participant's answers are corrected by whoever may, with a reason.
  const k = await person("coordinator");
  await k.go(response);
  await k.follow(t("FORM_CORRECT"));
  await k.value("a2", "2");
  await k.fill({ a2: "1" });
  await k.press(t("FORM_CORRECT_GO"));
  await k.refused("reason");
  await k.value("a2", "1");
  await k.fill({ reason: "lest feil i skjemaet" });
  await k.press(t("FORM_CORRECT_GO"));
  await k.sees(t("FORM_CORRECTED_SAID"), "lest feil i skjemaet");
  const versions = k.page.locator("ol.bare a[href^='/responses/']");
  await k.leave(() => versions.last().click());
  await k.sees(t("FORM_OLDER"));
}

async function paper(person, { lang, turn }) {
  const first = await person("coordinator");
  const { t } = first;
  const path = await dueForm(first, "imrs_clin", turn);
  await first.go(path);
  const names = await first.page.locator("main .item input[type=radio][value='2']").evaluateAll((x) => [...new Set(x.map((o) => o.name))]);
  first.must(names.length >= 10, `${names.length} items`);
  await first.fill({ ...Object.fromEntries(names.map((n) => [n, "2"])), mode: "paper" });
  await first.press(t("FORM_SAVE_GO"));
  await first.sees(t("FORM_SAVED_SAID"), t("FORM_WANTS_OTHER"));
  // Somebody else, who does not see the first entry.
  const second = await person("data manager");
  await second.go(`${path}/second`);
  await second.sees(t("FORM_SECOND_WORDS"));
  await second.looks("second-entry");
  for (const n of names) await second.value(n, null);
  await second.fill(Object.fromEntries(names.map((n, i) => [n, i === 3 ? "4" : "2"])));
  await second.press(t("FORM_SECOND_GO"));
  await second.sees(t("FORM_SECOND_SAID"), t("FORM_DIFFER", "1"));
  await second.follow(t("FORM_SETTLE"));
  second.must((await second.page.locator("main .item").count()) === 1, "shows more than what differs");
  await second.looks("settle");
  await second.press(t("FORM_SETTLE_GO"));
  const item = await second.page.locator("main .item input[type=radio]").first().getAttribute("name");
  await second.refused(item);
  await second.fill({ [item]: "2", reason: `så på papiret (${lang})` });
  await second.press(t("FORM_SETTLE_GO"));
  await second.sees(t("FORM_SETTLED_SAID"), `så på papiret (${lang})`);
  await second.seesNot(t("FORM_DIFFER", "1"));
}

// A response to `measure` of the invented people of today, the n-th from the front.
async function answered(j, n) {
  const study = await studyOf(j);
  await j.go(`/participants?study=${study}&state=completed`);
  await j.leave(() => j.page.locator("main tbody th a").first().click());
  return j.page.locator("main a[href^='/responses/']").nth(n).getAttribute("href");
}

async function two(person, { turn }) {
  const one = await person("coordinator");
  const other = await person("data manager");
  const { t } = one;
  const path = await answered(one, turn * 2);
  for (const j of [one, other]) await j.go(`${path}/correct`);
  const name = await one.page.locator("main .item input[type=radio]").first().getAttribute("name");
  await one.fill({ [name]: "1", reason: "den første" });
  await one.press(t("FORM_CORRECT_GO"));
  await one.sees(t("FORM_CORRECTED_SAID"));
  await other.fill({ [name]: "2", reason: "den andre" });
  await other.press(t("FORM_CORRECT_GO"));
  await other.sees(other.like("FORM_CHANGED"), t("FORM_STANDS_NOW", "1").slice(0, -1));
  await other.looks("changed-meanwhile");
  await other.value(name, "2");
  await other.value("reason", "den andre");
  await other.press(t("FORM_CORRECT_GO"));
  await other.sees(t("FORM_CORRECTED_SAID"), "den første", "den andre");
}

async function expired(person, { turn, h }) {
  const j = await person("clinician");
  const { t } = j;
  const [measure, n] = [["honos", 3], ["honos", 4], ["imrs_clin", 3]][turn];
  await j.go(await dueForm(j, measure, n));
  await j.fill({ a3: "2", a4: "1", a5: "not known" });
  await j.context.clearCookies();
  await j.press(t("FORM_SAVE_GO"));
  await j.title(t("LOGIN_TITLE"));
  await j.sees(t("LOGIN_KEPT"));
  await j.looks("login-kept");
  const who = h.login("clinician");
  await j.fill({ login: who.login, password: who.password });
  await j.press(t("LOGIN_GO"));
  await j.title(t("RESUME_TITLE"));
  await j.looks("resume");
  await j.press(t("RESUME_GO"));
  await j.sees(t("FORM_SAVED_SAID"), t("FORM_NOT_KNOWN"));
  const said = await j.page.locator("main tr").filter({ hasText: /^\s*3\s/ }).first().innerText();
  j.must(/\b2\b/.test(said), `item 3 is ${said}`);
}

/* --- a participant on a phone ------------------------------------------------------------ */

const PHONE = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

async function phone(person, { lang, script, turn }) {
  const staff = await person("clinician");
  const { t } = staff;
  const [, , subject] = (await dueForm(staff, "imrs_cons", turn)).split("/");
  const form = await dueForm(staff, "imrs_cons", turn);
  await staff.go(`/participants/${subject}`);
  const visit = await staff.page.locator("main tr", { has: staff.page.locator(`a[href="${form}"]`) }).locator("a[href^='/visits/']").first().getAttribute("href");
  await staff.go(visit);
  await staff.follow(t("LINKS_TITLE"));
  await staff.sees(t("LINKS_NONE"));
  await staff.fill({ language: lang, days: "14" });
  await staff.press(t("LINKS_MAKE"));
  await staff.title(t("LINKS_ONCE"));
  await staff.looks("handout");
  const link = await staff.page.locator(".handout code").innerText();
  const code = await drawn(staff.page, ".handout svg");
  staff.must(code === link, `the code says "${code}", the page ${link}`);

  const p = await person(null, PHONE);
  const { page } = p;
  const other = lang === "nb" ? "da" : "nb";
  await p.go(link);
  await p.title(t("FILL_TITLE"));
  await p.looks("fill");
  // Another language and back, by its own name.
  await p.leave(() => page.locator(`button[name=lang][value=${other}]`).click());
  p.must((await page.evaluate(() => document.documentElement.lang)) === other, "the language does not change");
  await p.leave(() => page.locator(`button[name=lang][value=${lang}]`).click());
  await p.title(t("FILL_TITLE"));
  await p.leave(() => page.locator("main a.button", { hasText: t("FILL_START") }).tap());
  // The first answered, the second declined, the third left out, the rest answered.
  let asked = 0;
  let left = false;
  for (let step = 0; step < 30 && (await page.locator("#fill").count()); step++) {
    if (step === 0) await p.looks("fill-step");
    for (const x of await page.locator("#fill fieldset").all()) {
      asked++;
      p.must((await x.boundingBox()).width <= 320, "a question is wider than the phone");
      const low = await x.locator("label.option").evaluateAll((all) => all.filter((o) => o.getBoundingClientRect().height < 44).length);
      p.must(low === 0, "an answer is lower than a finger");
      if (asked === 3) continue;
      if (asked === 2) await x.locator("label.option", { hasText: t("FILL_DECLINE") }).tap();
      else await x.locator("label.option").first().tap();
      if (script && asked === 1) await page.locator("#fill-saved", { hasText: t("FILL_SAVED") }).waitFor();
    }
    if (step === 1 && !left) {
      // Stops here, and comes back with the same link.
      left = true;
      await p.press(t("FILL_STOP"));
      await page.goto("about:blank");
      await p.go(link);
      await p.sees(t("FILL_BEGUN"));
      await p.leave(() => page.locator("main a.button", { hasText: t("FILL_GO_ON") }).tap());
      asked = (await questions(p)) - 1;
      continue;
    }
    await p.press(t("FILL_NEXT"));
  }
  await p.title(t("FILL_REVIEW"));
  await p.looks("fill-review");
  await p.sees(t("FILL_OUT"), t("FILL_DECLINED", "1"));
  // What was left out is answered after all: the way leads there and back.
  const out = page.locator(".fill-out a");
  p.must((await out.count()) === 1, `${await out.count()} left out`);
  await p.leave(() => out.first().tap());
  p.must(page.url().includes("#") || (await page.locator("#fill").count()) === 1, "leads to no question");
  await page.goBack();
  await p.press(t("FILL_SEND"));
  await p.title(t("FILL_THANKS"));
  await p.looks("fill-thanks");
  await p.sees(t("FILL_ALL"));
  await p.go(link, 410);
  await p.sees(t("FILL_IS_USED"));
  await p.looks("fill-used");
  p.must((await page.locator("main form, main a[href^='/f/']").count()) === 0, "the link still opens something");
  // Staff see what came.
  await staff.go(visit);
  await staff.sees(t("FORM_STATE_DONE"));
  await staff.leave(() => staff.page.locator("main a[href^='/responses/']").last().click());
  await staff.sees(t("FORM_PARTICIPANT"), t("FORM_DECLINED"));
}

// A QR code as it is seen: a picture of it, one point looked at in the middle of each module.
async function drawn(page, selector) {
  const svg = page.locator(selector);
  const side = Number((await svg.getAttribute("viewBox")).split(" ")[2]);
  const png = (await svg.screenshot({ scale: "css" })).toString("base64");
  const reader = await page.context().newPage();
  const points = await reader.evaluate(async ([png, side]) => {
    const img = new Image();
    img.src = `data:image/png;base64,${png}`;
    await img.decode();
    const c = document.createElement("canvas");
    [c.width, c.height] = [img.width, img.height];
    const x = c.getContext("2d");
    x.drawImage(img, 0, 0);
    const at = (i, all) => Math.floor(((i + 0.5) * all) / side);
    return Array.from({ length: side * side }, (_, i) =>
      x.getImageData(at(i % side, img.width), at(Math.floor(i / side), img.height), 1, 1).data[0] < 128);
  }, [png, side]);
  await reader.close();
  return readQr(side - 8, (x, y) => points[(y + 4) * side + x + 4]);
}

// The number of the first question on a page.
const questions = async (p) => Number((await p.page.locator("legend").first().innerText()).match(/^\d+/)[0]);

/* --- arms --------------------------------------------------------------------------------- */

async function arms(person, { turn, lang }) {
  const unit = await person("trial unit");
  const { t } = unit;
  const study = await studyOf(unit);
  await unit.go(`/participants?study=${study}&state=enrolled`);
  const at = await unit.page.locator("main tbody th a").nth(turn).getAttribute("href");
  await unit.go(`${at}/allocation`);
  await unit.sees(t("PEOPLE_NOT_ALLOCATED"));
  await unit.press(t("PEOPLE_ALLOCATION_ENTER"));
  await unit.refused("arm");
  await unit.fill({ arm: ARMS[0] });
  await unit.press(t("PEOPLE_ALLOCATION_ENTER"));
  await unit.sees(t("FORM_SAVED"), ARMS[0]);
  await unit.fill({ arm: ARMS[1] });
  await unit.press(t("PEOPLE_ALLOCATION_CORRECT"));
  await unit.refused("reason");
  await unit.fill({ reason: `konvolutten ble lest feil (${lang})` });
  await unit.press(t("PEOPLE_ALLOCATION_CORRECT"));
  await unit.sees(ARMS[1], `konvolutten ble lest feil (${lang})`);

  // The blinded assessor rates the same participant, and sees of it nothing on any page.
  const blind = await person("outcome assessor");
  await blind.go(`${at}/allocation`, 403);
  const todo = [at, "/", "/participants", "/due", "/unit", "/studies", "/alerts"];
  const seen = new Set();
  while (todo.length && seen.size < 25) {
    const path = todo.shift();
    if (seen.has(path) || /^\/(static|logout)|\.pdf|report/.test(path)) continue;
    seen.add(path);
    const got = await blind.page.request.get(new URL(path, blind.h.base).href);
    const text = await got.text();
    blind.must(!/quartz|feldspar|konvolutten/i.test(text), `${path} shows the arm`);
    for (const [, href] of text.matchAll(/href="(\/[^"#]*)"/g)) todo.push(href.replaceAll("&amp;", "&"));
  }
  blind.must(seen.size >= 15, `only ${seen.size} pages were found`);
}

/* --- numbers ------------------------------------------------------------------------------- */

async function history(person, { turn, lang, h }) {
  const dm = await person("data manager");
  const { t } = dm;
  const path = await answered(dm, 6 + turn);
  await dm.go(path);
  await dm.follow(t("FORM_CORRECT"));
  const item = dm.page.locator("main .item input[type=radio]");
  const name = await item.first().getAttribute("name");
  await dm.fill({ [name]: "declined", reason: `ville ikke svare (${lang})` });
  await dm.press(t("FORM_CORRECT_GO"));
  await dm.sees(`ville ikke svare (${lang})`);
  const now = dm.here();
  const subject = await dm.page.locator("main a[href^='/participants/']").first().getAttribute("href");
  const monitor = await person("monitor");
  await monitor.go(now);
  await monitor.sees(`ville ikke svare (${lang})`, h.login("data manager").name);
  for (const j of [dm, monitor]) {
    await j.go(subject);
    await j.follow(t("PEOPLE_HISTORY"));
    await j.sees(t("PEOPLE_HISTORY_TABLE"), "participant.event");
  }
  // A monitor looks and changes nothing.
  await monitor.go(`${now}/correct`, 403);
  await monitor.title(t("ERROR_403"));
  await monitor.go(`${subject}/names`, 403);
}

async function figures(person) {
  const j = await person("statistician");
  const { t } = j;
  await j.go("/studies");
  await j.follow("/studies/norway2013");
  await j.sees(t("STUDY_REPORT_HOW"), "NCT02077829");
  await j.follow(t("STUDY_AS_PAGE"));
  const doc = j.page;
  j.must((await doc.locator("h1").count()) === 1, "the document has no title");
  const figure = doc.locator('a[href*="/analyses/"][href*="/records"]').locator("visible=true").first();
  j.must(await figure.count(), "no figure leads to its records");
  await j.leave(() => figure.click());
  j.must(j.here().endsWith("/records"), "a figure leads elsewhere");
  j.must((await doc.locator("main tbody tr").count()) > 5, "shows no records");
  // As of a day before there was anything: no figure, and it says so in words.
  await j.go("/studies/norway2013?as_of=2010-01-01");
  await j.title(/./);
  await j.go("/participants", 403);
  await j.title(t("ERROR_403"));
}

async function leaving(person, { lang }) {
  const j = await person("coordinator");
  const { t } = j;
  const study = await studyOf(j);
  const name = `Åshild Øverby-${lang}`;
  const { code, at } = await enrolled(j, study, name);
  const leader = await person("leader");
  await leader.go("/unit");
  await leader.title(t("UNIT_TITLE"));
  const before = await leader.main();
  await j.go(at);
  await j.follow(t("PEOPLE_EVENT_DROPPED_OUT"));
  await j.press(t("PEOPLE_SAVE"));
  await j.refused("cause");
  await j.fill({ cause: "practical", note: "ny jobb" });
  await j.press(t("PEOPLE_SAVE"));
  await j.sees(t("PEOPLE_EVENT_DROPPED_OUT"), "ny jobb", t("VISIT_CANCELLED"));
  await leader.go("/unit");
  leader.must((await leader.main()) !== before, "the unit page does not know of it");
  await j.follow(t("PEOPLE_EVENT_DIED"));
  const now = new Date();
  await j.fill({ day: `${now.getDate()}.${now.getMonth() + 1}.${now.getFullYear()}` });
  await j.press(t("PEOPLE_SAVE"));
  await j.sees(t("PEOPLE_DIED_SAID"));
  // Erased by the leader: the code must be typed, then nothing is left of the person.
  await leader.go(at);
  await leader.follow(t("PEOPLE_ERASE"));
  await leader.choose(leader.page.locator("main form input[type=radio]").last());
  await leader.fill({ code: "R1-000" });
  await leader.press(t("PEOPLE_ERASE_DO"));
  await leader.refused("code");
  await leader.fill({ code });
  await leader.press(t("PEOPLE_ERASE_DO"));
  await leader.sees(t("PEOPLE_ERASED_SAID"));
  await leader.go(at);
  await leader.seesNot(name, "ny jobb");
}

async function others(person) {
  for (const role of ["fidelity assessor", "trainer", "implementation team"]) {
    const j = await person(role);
    await j.go("/");
    await j.go("/studies");
    await j.follow("/studies/routine");
    await j.title(/./);
    await j.go("/account");
    await j.title(j.t("ACCOUNT_TITLE"));
    for (const path of ["/participants", "/unit"]) {
      await j.go(path, 403);
      await j.title(j.t("ERROR_403"));
      await j.sees(j.t("ERROR_HOME"));
    }
    await j.follow(j.t("ERROR_HOME"));
    j.must(j.here() === "/", "does not lead home");
  }
}
