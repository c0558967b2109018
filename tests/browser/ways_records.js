// Records out and in again.
import { house } from "./house.js";
import { ways } from "./journey.js";

export async function records(b, build) {
  const h = await house(build);
  try {
    await ways(b, h, {
      "data manager: records out and in again": outAndIn,
    });
  } finally {
    await h.stop();
  }
}

// A job's page comes again by itself; until it is over.
async function over(j) {
  for (let n = 0; n < 100; n++) {
    if (!(await j.page.locator("main form[action$='/stop']").count())) return;
    await j.page.waitForTimeout(100);
    await j.go(j.here());
  }
  j.must(false, "the job does not end");
}

// The files of a ZIP without compression.
function unpacked(zip) {
  const files = new Map();
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50;) {
    const bytes = zip.readUInt32LE(at + 18), name = zip.readUInt16LE(at + 26);
    const from = at + 30 + name + zip.readUInt16LE(at + 28);
    files.set(zip.toString("utf8", at + 30, at + 30 + name), zip.subarray(from, from + bytes));
    at = from + bytes;
  }
  return files;
}

async function brought(j, name, text) {
  await j.go("/import");
  await j.page.locator("main input[name=files]").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  await j.press(j.t("TRANSFER_REHEARSE"));
  await over(j);
}

async function outAndIn(person) {
  const j = await person("data manager");
  const { t } = j;
  await j.go("/export");
  await j.title(t("TRANSFER_EXPORT"));
  // The study that is under way is chosen, under its title; each layout says what it is for.
  const chosen = j.page.locator("main [name=study] option:checked, main [name=study]:checked");
  j.must((await chosen.getAttribute("value")) === "routine", "the study under way is not chosen");
  j.must(!(await j.main()).includes("norway2013"), "shows ids where titles belong");
  await j.sees(t("TRANSFER_LONG_HELP"), t("TRANSFER_WIDE_HELP"));
  await j.looks("export");
  await j.press(t("TRANSFER_EXPORT_DO"));
  await over(j);
  await j.sees(t("TRANSFER_EXPORTED"));
  await j.looks("export-done");
  const href = await j.page.locator("main a.button", { hasText: t("TRANSFER_FETCH") }).getAttribute("href");
  const got = await j.page.request.get(new URL(href, j.page.url()).href);
  const files = unpacked(await got.body());
  const subjects = files.get("subjects.csv");
  j.must(subjects && files.has("codebook.csv"), `the ZIP holds ${[...files.keys()]}`);

  // Nothing chosen; then the same again: nothing to do.
  await j.go("/import");
  await j.title(t("TRANSFER_IMPORT"));
  await j.looks("import");
  await j.press(t("TRANSFER_REHEARSE"));
  await j.refused("files");
  await brought(j, "subjects.csv", subjects);
  await j.sees(t("TRANSFER_SAYS_NOTHING"));
  await j.looks("import-same");
  // Refused, in the reader's language, with file and line.
  const [kind, code, part] = subjects.toString().split("\n")[1].split(";");
  await brought(j, "wrong.csv", `kind,code,part,name,value\n${kind},${code},${part},shoe,1\n`);
  await j.sees(t("TRANSFER_SAYS_REFUSED", "1"), "wrong.csv:2", t("IMPORT_NO_COLUMN"));
  await j.looks("import-refused");
  await brought(j, "torn.csv", 'kind,code,part,name,value\na,b,"c\n');
  await j.sees(t("TRANSFER_FAILED"), t("CSV_QUOTE_OPEN"));
}
