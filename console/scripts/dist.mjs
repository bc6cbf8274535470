// Around the build:
//   node scripts/dist.mjs clean   empties dist
//   node scripts/dist.mjs pack    packs its files, says what the first load of each page weighs,
//                                 and holds it to its limit; looks at licences
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
/** The first load of a page, packed. */
const LIMIT = 500_000;

async function files(folder = DIST, under = "") {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = under + entry.name;
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) found.push(...(await files(join(folder, entry.name), `${name}/`)));
    else found.push(name);
  }
  return found.sort();
}

/** A chunk and what it imports at once: scripts and styles. */
function needed(manifest, key, seen = new Set()) {
  const chunk = manifest[key];
  if (seen.has(chunk.file)) return seen;
  [chunk.file, ...(chunk.css ?? [])].forEach((file) => seen.add(file));
  (chunk.imports ?? []).forEach((next) => needed(manifest, next, seen));
  return seen;
}

/** Terms under which work may be in the pages. */
const LICENCES = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"];

async function checkLicences() {
  const text = await readFile(join(DIST, "licences.md"), "utf8");
  for (const [, name, licence] of text.matchAll(/^## (.+) \((.+)\)$/gm)) {
    if (LICENCES.includes(licence)) continue;
    console.error(`${name}: expected a licence of ${LICENCES.join(", ")}, found ${licence}`);
    process.exitCode = 1;
  }
}

async function pack() {
  await checkLicences();
  const sizes = new Map();
  for (const name of await files()) {
    // The server hands out what is packed, and unpacks it for the rare client that cannot.
    const packed = gzipSync(await readFile(join(DIST, name)), { level: 9 });
    await writeFile(join(DIST, `${name}.gz`), packed);
    await rm(join(DIST, name));
    sizes.set(name, packed.length);
  }
  const manifest = JSON.parse(await readFile(join(DIST, ".vite/manifest.json"), "utf8"));
  await rm(join(DIST, ".vite"), { recursive: true });
  const kb = (bytes) => `${(bytes / 1_000).toFixed(1)} kB`.padStart(10);
  const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  console.log(`${kb(all)}  everything (${sizes.size} files), packed`);
  const entry = needed(manifest, "index.html").add("index.html").add("icon.svg");
  for (const page of manifest["index.html"].dynamicImports) {
    const load = [...needed(manifest, page, new Set(entry))];
    const size = load.reduce((sum, name) => sum + sizes.get(name), 0);
    console.log(`${kb(size)}  first load of ${page}`);
    if (size <= LIMIT) continue;
    console.error(`${page}: expected at most ${LIMIT} bytes; load something of it later`);
    process.exitCode = 1;
  }
}

async function clean() {
  for (const name of await readdir(DIST)) {
    // What keeps the folder in the repository stays.
    if (name !== ".gitignore") await rm(join(DIST, name), { recursive: true });
  }
}

await { clean, pack }[process.argv[2]]();
