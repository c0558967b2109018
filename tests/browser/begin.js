// From an empty installation to the first colleague at work: /setup, service and site, staff,
// invitation, second factor, recovery code.
import crypto from "node:crypto";
import { house } from "./house.js";
import { LANGS, journey } from "./journey.js";

// The code of an authenticator app (RFC 6238: SHA-1, 30 seconds, six digits) for a secret in
// base32.
function totp(secret, at = Date.now()) {
  let bits = "";
  for (const c of secret) bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0");
  const key = Buffer.from(bits.match(/.{8}/g).map((x) => parseInt(x, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const mac = crypto.createHmac("sha1", key).update(step).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, "0");
}

const PASSWORD = "lav varde i tett skodde 7";

export async function begin(b, build) {
  for (const [i, lang] of LANGS.entries()) {
    const h = await house(build, { empty: true });
    try {
      await journey(b, h, "an installation is set up, a colleague comes in", { lang, script: i !== 1 }, setUp);
    } finally {
      await h.stop();
    }
  }
}

async function setUp(person, { h, lang }) {
  const admin = await person(null);
  const { t } = admin;
  await admin.go(`${h.setup}?lang=${lang}`);
  await admin.title(t("SETUP_TITLE"));
  await admin.fill({ name: "Åse Ærlig", login: "aase", password: "for kort", password_again: "for kort" });
  await admin.press(t("SETUP_GO"));
  await admin.refused("password");
  await admin.value("name", "Åse Ærlig");
  await admin.fill({ password: PASSWORD, password_again: PASSWORD });
  await admin.press(t("SETUP_GO"));
  await admin.title(t("LOGIN_TITLE"));
  await admin.sees(t("SETUP_SAID"));
  await enter(admin, "aase");
  admin.must((await admin.page.locator("header").innerText()).includes("Åse Ærlig"), "does not say who is logged in");
  // What is left to do leads there.
  await admin.go("/sites");
  await admin.sees(t("SITES_NONE"));
  await admin.fill({ service_name: "Vidda DPS" });
  await admin.press(t("SITES_ADD"));
  await admin.sees("Vidda DPS");
  await admin.fill({ service_name: "Vidda DPS" });
  await admin.press(t("SITES_ADD"));
  await admin.refused("service_name");
  await admin.fill({ site_name: "Vidda poliklinikk" });
  await admin.page.locator("main form", { has: admin.page.locator("[name=site_name]") }).locator("button").click();
  await admin.page.getByText("Vidda poliklinikk").first().waitFor();

  await admin.go("/staff/new");
  await admin.fill({ name: "Bjørn Øy", login: "bjorn", language: lang });
  await admin.press(t("STAFF_ADD_GO"));
  await admin.title("Bjørn Øy");
  await admin.sees(t("STAFF_ADDED_SAID"), t("STAFF_NO_ROLES"));
  await admin.fill({ role: "coordinator", site: { label: "Vidda DPS, Vidda poliklinikk" } });
  await admin.press(t("STAFF_GIVE_GO"));
  await admin.sees(t("ROLE_COORDINATOR"), "Vidda poliklinikk");
  await admin.seesNot(t("STAFF_NO_ROLES"));
  await admin.press(t("STAFF_INVITE"));
  await admin.title(t("STAFF_LINK_TITLE", "Bjørn Øy"));
  const link = (await admin.main()).match(/\/invitation\/[0-9a-zA-Z_-]+/)?.[0];
  admin.must(link, "shows no link");

  const guest = await person(null);
  await guest.go(`${link}?lang=${lang}`);
  await guest.title(t("INVITATION_TITLE"));
  await guest.fill({ password: PASSWORD, password_again: `${PASSWORD}!` });
  await guest.press(t("SETUP_GO"));
  await guest.refused("password_again");
  await guest.fill({ password: PASSWORD, password_again: PASSWORD });
  await guest.press(t("SETUP_GO"));
  await enter(guest, "bjorn");
  await guest.go(link, 410);
  await guest.title(t("ERROR_410"));
  await guest.looks("link-spent");

  await guest.go("/account");
  await guest.fill({ password_factor: "ikke dette passordet" });
  await guest.press(t("ACCOUNT_FACTOR_START"));
  await guest.refused("password_factor");
  await guest.fill({ password_factor: PASSWORD });
  await guest.press(t("ACCOUNT_FACTOR_START"));
  await guest.title(t("FACTOR_TITLE"));
  await guest.looks("factor");
  const secret = await guest.page.locator("main code").innerText();
  await guest.fill({ code: "000000" === totp(secret) ? "000001" : "000000" });
  await guest.press(t("FACTOR_GO"));
  await guest.refused("code");
  await guest.fill({ code: totp(secret) });
  await guest.press(t("FACTOR_GO"));
  await guest.title(t("RECOVERY_TITLE"));
  await guest.looks("recovery");
  const codes = await guest.page.locator(".codes code").allInnerTexts();
  guest.must(new Set(codes).size === 10, `${codes.length} recovery codes`);
  await guest.follow(t("RECOVERY_DONE"));
  await guest.sees(t("ACCOUNT_FACTOR_ON"));

  // The phone is lost: a recovery code lets in, once.
  await leave(guest);
  await enter(guest, "bjorn");
  await guest.title(t("LOGIN_CODE_TITLE"));
  await guest.looks("login-code");
  await guest.fill({ code: codes[3] });
  await guest.press(t("LOGIN_GO"));
  await guest.sees(t("LOGIN_RECOVERY_SAID"));
  await leave(guest);
  await enter(guest, "bjorn");
  await guest.fill({ code: codes[3] });
  await guest.press(t("LOGIN_GO"));
  await guest.refused();
  // The administrator turns it off; then the password is enough.
  await admin.go("/staff");
  await admin.follow("Bjørn Øy");
  await admin.fill({ password_off: PASSWORD });
  await admin.press(t("STAFF_FACTOR_OFF"));
  await guest.go("/login");
  await enter(guest, "bjorn");
  guest.must(guest.here() === "/", "the password alone does not let in");
}

async function enter(j, login) {
  if (j.here() !== "/login") await j.go("/login");
  await j.fill({ login, password: PASSWORD });
  await j.press(j.t("LOGIN_GO"));
}

async function leave(j) {
  await j.leave(() => j.page.locator("header form[action='/logout'] button").click());
}
