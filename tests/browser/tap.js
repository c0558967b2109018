// A TAP stream: one line a claim, "# ..." before what failed, the plan at the end.
let n = 0;
let bad = 0;

export function claim(fine, words, ...why) {
  n++;
  if (!fine) {
    bad++;
    for (const w of why) for (const l of String(w).split("\n")) console.log(`# ${l}`);
  }
  console.log(`${fine ? "ok" : "not ok"} ${n} - ${words.replaceAll("#", "")}`);
  return fine;
}
export function skip(words, why) {
  console.log(`ok ${++n} - ${words} # SKIP ${why}`);
}
export function end() {
  console.log(`1..${n}`);
  return bad;
}
