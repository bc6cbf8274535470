// The pictures of README and docs: the demo, as whoever starts it finds it. They go beside those
// of the other tests, or into the folder `YINGDA_PICTURES`.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { program } from "../scripts/server.mjs";
import { browser, open, picture, signIn } from "./world.mjs";

/** What of the demo is shown: where it is, and what is there when it is drawn. */
const VIEWS = {
  overview: ["/", "[role=grid] [data-row] .number"],
  waiting: ["/waiting", "[data-row]"],
  figure: [
    "/figures/taobao/30012/human-reply-3m?if_within=60s&if_hours=08:00-22:00",
    "[data-chart] svg",
  ],
};

let child;
let demo;
let chrome;
before(async () => {
  child = spawn(program(), [
    ...["demo", "--lang", "en", "--quiet"],
    ...["--rows", "100k", "--listen", "127.0.0.1:0"],
  ]);
  [demo, chrome] = await Promise.all([ready(), browser()]);
});
after(async () => {
  await chrome?.close();
  if (child.exitCode !== null) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  await ended;
});

/** Where the demo is, and who signs in there. */
function ready() {
  return new Promise((done, failed) => {
    let said = "";
    const look = (bytes) => {
      said += bytes;
      const [address, login, password] = [/ready at (\S+)/, /login +(\S+)/, /password +(\S+)\s/].map(
        (word) => word.exec(said)?.[1],
      );
      if (address && login && password) done({ address, who: { login, password } });
    };
    child.stdout.on("data", look);
    child.stderr.on("data", (bytes) => (said += bytes));
    child.on("exit", (code) => failed(new Error(`the demo ended with ${code}: ${said}`)));
    child.on("error", failed);
  });
}

function placeOf(name) {
  const folder = process.env.YINGDA_PICTURES;
  if (!folder) return picture(`docs-${name}`);
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.png`);
}

for (const language of ["zh", "en"]) {
  test(`the demo is drawn in ${language}`, async () => {
    const { page, context, faults } = await open(chrome, { language });
    await page.goto(`${demo.address}/`);
    await signIn(page, demo.who);
    for (const [name, [path, drawn]] of Object.entries(VIEWS)) {
      await page.locator("#content").waitFor();
      await page.goto(demo.address + path);
      await page.locator(drawn).first().waitFor();
      await page.locator("#content .ant-skeleton").first().waitFor({ state: "detached" });
      await page.evaluate(() => document.fonts.ready);
      await page.locator(drawn).first().evaluate((one) => one.scrollIntoView({ block: "end" }));
      const bytes = await page.screenshot({ path: placeOf(`${name}.${language}`) });
      // A page without anything on it takes a tenth of that.
      assert.ok(bytes.length > 60_000, `${name}: ${bytes.length} bytes`);
    }
    assert.deepEqual(faults, []);
    await context.close();
  });
}
