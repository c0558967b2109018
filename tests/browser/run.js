// The browser tests: run by ./check browser, prints TAP.
//     node run.js BUILD
// VARDE_NODE: the folder of node_modules; VARDE_CHROMIUM: the browser; VARDE_SHOTS: a folder for
// pictures of every page, or nothing.  No test waits on a clock.
import { browser } from "./look.js";
import { parts } from "./parts.js";
import { claim, end } from "./tap.js";

const build = process.argv[2];
const b = await browser();
for (const run of [parts]) {
  try {
    await run(b, build);
  } catch (e) {
    claim(false, `${run.name}: ended early`, e.stack);
  }
}
await b.close();
process.exitCode = end() ? 1 : 0;
