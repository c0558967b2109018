// The browser tests: run by ./check browser, prints TAP.
//     node run.js BUILD [parts|senses|first|begin|journeys|records|walk|nasty ...]
// VARDE_NODE: the folder of node_modules; VARDE_CHROMIUM: the browser; VARDE_SHOTS: a folder for
// pictures of every page, or nothing.  No test waits on a clock.
import { browser } from "./look.js";
import { begin } from "./begin.js";
import { first } from "./first.js";
import { nasty } from "./nasty.js";
import { parts } from "./parts.js";
import { senses } from "./senses.js";
import { claim, end } from "./tap.js";
import { walk } from "./walk.js";
import { journeys } from "./ways.js";
import { records } from "./ways_records.js";

const build = process.argv[2];
const b = await browser();
const only = process.argv.slice(3);
for (const run of [parts, senses, first, begin, journeys, records, walk, nasty]) {
  if (only.length && !only.includes(run.name)) continue;
  try {
    await run(b, build);
  } catch (e) {
    claim(false, `${run.name}: ended early`, e.stack);
  }
}
await b.close();
process.exitCode = end() ? 1 : 0;
