// What a phone's camera would read from a QR code that is drawn without a fault (ISO/IEC 18004):
// numbers, capitals and bytes, correction level M, versions 1 to 9; no correcting, since nothing
// is smudged.
const BLOCKS = [ // of level M: [how many blocks, data bytes of each] ...
  [[1, 16]], [[1, 28]], [[1, 44]], [[2, 32]], [[2, 43]], [[4, 27]], [[4, 31]], [[2, 38], [2, 39]],
  [[3, 36], [2, 37]],
];
const CAPITALS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const MASK = [
  (x, y) => (x + y) % 2, (x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2, (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

// side: modules without the quiet zone; dark(x, y) says what is drawn.
export function readQr(side, dark) {
  const version = (side - 17) / 4;
  // Which modules are not data: finders with their format words, timing, alignment, version.
  const last = side - 7;
  const step = version < 7 ? last - 6 : (last - 6) / 2;
  const centres = version === 1 ? [] : version < 7 ? [6, last] : [6, 6 + step, last];
  const fixed = (x, y) => (x < 9 && y < 9) || (x < 9 && y >= side - 8) || (x >= side - 8 && y < 9) || x === 6 || y === 6 ||
    (version >= 7 && ((x < 6 && y >= side - 11) || (y < 6 && x >= side - 11))) ||
    centres.some((a) => centres.some((c) => Math.abs(x - a) <= 2 && Math.abs(y - c) <= 2 &&
      !((a === 6 && (c === 6 || c === last)) || (a === last && c === 6))));
  // Five bits beside the first finder: level and mask, turned over with 10101.
  const head = parseInt([0, 1, 2, 3, 4].map((x) => (dark(x, 8) ? 1 : 0)).join(""), 2) ^ 0b10101;
  if (head >> 3 !== 0) return `level ${head >> 3}, not M`;
  const mask = MASK[head & 7];
  let bits = "";
  for (let right = side - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right--;
    for (let i = 0; i < side; i++)
      for (const x of [right, right - 1]) {
        const y = up ? side - 1 - i : i;
        if (!fixed(x, y)) bits += dark(x, y) !== (mask(x, y) === 0) ? "1" : "0";
      }
  }
  const bytes = bits.match(/.{8}/g).map((x) => parseInt(x, 2));
  // The blocks stand interleaved, the first byte of each, then the second of each ...
  const sizes = BLOCKS[version - 1].flatMap(([n, size]) => Array(n).fill(size));
  const blocks = sizes.map(() => []);
  let at = 0;
  for (let i = 0; i < Math.max(...sizes); i++)
    for (const [k, size] of sizes.entries()) if (i < size) blocks[k].push(bytes[at++]);
  const data = blocks.flat().map((x) => x.toString(2).padStart(8, "0")).join("");
  let out = "";
  at = 0;
  const take = (n) => parseInt(data.slice(at, (at += n)), 2);
  for (;;) {
    const mode = at + 4 <= data.length ? take(4) : 0;
    if (mode === 0) return out;
    if (mode === 1) {
      let n = take(10);
      for (; n >= 3; n -= 3) out += String(take(10)).padStart(3, "0");
      if (n) out += String(take(n === 2 ? 7 : 4)).padStart(n, "0");
    } else if (mode === 2) {
      let n = take(9);
      for (; n >= 2; n -= 2) {
        const v = take(11);
        out += CAPITALS[Math.floor(v / 45)] + CAPITALS[v % 45];
      }
      if (n) out += CAPITALS[take(6)];
    } else if (mode === 4) for (let n = take(8); n; n--) out += String.fromCharCode(take(8));
    else return `${out} and mode ${mode}`;
  }
}
