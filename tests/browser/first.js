// The first quarter of an hour of an installation: the link of `varde init`, the first
// administrator, log-in and log-out; refused input comes back with what was typed.
import { claim } from "./tap.js";
import { look, open } from "./look.js";
import { house } from "./house.js";

export async function first(b, build) {
  const h = await house(build, { empty: true });
  try {
    const w = await open(b, { script: false, locale: "nb-NO" });
    const go = () => w.page.click("form.sheet button");
    await w.page.goto(`${h.base}${h.setup}?lang=nb`);
    await look(w, "setup-nb", { lang: "nb" });
    await w.page.fill("#name", "Astrid <b>Admin</b>");
    await w.page.fill("#login", "astrid");
    await w.page.fill("#password", "kort");
    await w.page.fill("#password_again", "kort");
    await go();
    claim((await w.page.inputValue("#name")) === "Astrid <b>Admin</b>", "a refused form comes back filled");
    claim((await w.page.inputValue("#password")) === "", "but never with a password");
    claim((await w.page.locator(".errors a[href='#password']").count()) === 1, "and says which field is wrong");
    await look(w, "setup-refused-nb", { lang: "nb" });
    const password = "lav varde i tett skodde 7";
    await w.page.fill("#password", password);
    await w.page.fill("#password_again", password);
    await go();
    await w.page.goto(`${h.base}/login`);
    if (await w.page.locator("#password").count()) {
      await w.page.fill("#login", "astrid");
      await w.page.fill("#password", "ikke dette passordet");
      await go();
      claim((await w.page.locator("[role=alert]").count()) > 0, "a wrong password is said");
      await look(w, "login-refused-nb", { lang: "nb" });
      await w.page.fill("#login", "astrid");
      await w.page.fill("#password", password);
      await go();
    }
    await w.page.goto(h.base);
    claim((await w.page.textContent("header")).includes("Astrid <b>Admin</b>"), "who is logged in stands on top, as text");
    await look(w, "first-home-nb", { lang: "nb" });
    const again = await w.page.goto(`${h.base}${h.setup}`);
    claim(again.status() === 410 && (await w.page.locator("#password").count()) === 0, "the link works once");
    await w.context.close();
  } finally {
    await h.stop();
  }
}
