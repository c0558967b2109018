// usage: node openapi_valid.mjs PRINT_OPENAPI
// Has an independent validator (npm @seriousme/openapi-schema-validator, found from the folder
// that VARDE_TEST_NODE names) read the OpenAPI document. It is skipped when that is not there.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

let Validator;
try {
  const from = createRequire((process.env.VARDE_TEST_NODE ?? process.cwd()) + "/x.js");
  const path = from.resolve("@seriousme/openapi-schema-validator");
  ({ Validator } = await import(pathToFileURL(path).href));
} catch {
  console.log("1..1\nok 1 - openapi # SKIP no @seriousme/openapi-schema-validator (VARDE_TEST_NODE)");
  process.exit(0);
}
const document = JSON.parse(execFileSync(process.argv[2], { encoding: "utf8" }));
const validator = new Validator();
const found = await validator.validate(document);
if (!found.valid) {
  console.error(JSON.stringify(found.errors, null, 1));
  process.exit(1);
}
// A validator that finds nothing in a broken one would prove nothing.
delete document.info.title;
if ((await new Validator().validate(document)).valid) process.exit(1);
console.log(`1..1\nok 1 - openapi ${validator.version}`);
