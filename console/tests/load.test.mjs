// Two thousand shops, five hundred facts a second: only rows that changed are drawn again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { answers, asks, browser, open, signIn, site } from "./world.mjs";

const SHOPS = 2_000;
const SECONDS = 8;
const PLATFORMS = ["taobao", "tmall", "pinduoduo", "jd", "douyin"];
const platformOf = (n) => PLATFORMS[n % PLATFORMS.length];

let world;
let chrome;
before(async () => {
  [world, chrome] = await Promise.all([site({ filled: false }), browser()]);
  for (let from = 0; from < SHOPS; from += 500) {
    const rows = [];
    for (let n = from; n < from + 500; n += 1) {
      rows.push(asks(platformOf(n), `s${n}`, "b1", -3_000));
      rows.push(answers(platformOf(n), `s${n}`, "b1", -2_980));
    }
    await world.program.facts(rows);
  }
});
after(async () => {
  await chrome?.close();
  await world?.server.stop();
});

/** Notes which rows on the screen change, and how often. */
function watchRows() {
  window.changed = new Map();
  const rowOf = (node) =>
    (node instanceof Element ? node : node.parentElement)?.closest("[data-row]")?.dataset.row;
  new MutationObserver((records) => {
    const rows = new Set(records.map((record) => rowOf(record.target)).filter(Boolean));
    rows.forEach((row) => window.changed.set(row, (window.changed.get(row) ?? 0) + 1));
  }).observe(document.querySelector("[role=grid]"), {
    subtree: true,
    characterData: true,
    childList: true,
  });
}

test("thousands of shops under traffic", async () => {
  const { page, context, faults } = await open(chrome);
  await page.goto(`${world.server.address}/`);
  await signIn(page);
  await page.locator("[data-row]").first().waitFor();
  await page.reload();
  await page.locator("[data-row]").first().waitFor();
  // From the last byte of the shops to rows on the screen.
  const render = await page.evaluate(() => {
    const read = performance
      .getEntriesByType("resource")
      .filter((entry) => /\/v1\/(overview|shops|waiting)/.test(entry.name));
    return performance.now() - Math.max(...read.map((entry) => entry.responseEnd));
  });
  const drawn = await page.locator("[data-row]").count();
  assert.ok(drawn < 60, `${drawn} rows are drawn of ${SHOPS}`);
  await page.locator(".lamp-live").waitFor();
  // By name: an order that traffic does not change.
  await page.getByRole("columnheader", { name: "店铺" }).getByRole("button").click();
  await page.evaluate(watchRows);
  const tools = await context.newCDPSession(page);
  await tools.send("Performance.enable");
  const scripting = async () => {
    const { metrics } = await tools.send("Performance.getMetrics");
    return metrics.find((one) => one.name === "ScriptDuration").value * 1_000;
  };
  const before = await scripting();
  const touched = new Set();
  const begin = Date.now();
  let facts = 0;
  for (let round = 0; round < SECONDS; round += 1) {
    const rows = [];
    for (let n = 0; n < 250; n += 1) {
      // Every other shop: those between must stay as they are.
      const shop = 2 * ((round * 125 + n * 7) % (SHOPS / 2));
      touched.add(`${platformOf(shop)}/s${shop}`);
      rows.push(asks(platformOf(shop), `s${shop}`, `r${round}`, -1));
      rows.push(answers(platformOf(shop), `s${shop}`, `r${round}`, 0));
    }
    await world.program.facts(rows);
    facts += rows.length;
    await page.waitForTimeout(Math.max(0, begin + (round + 1) * 1_000 - Date.now()));
  }
  const seconds = (Date.now() - begin) / 1_000;
  await page.waitForTimeout(1_500);
  const used = (await scripting()) - before;
  const changed = await page.evaluate(() => [...window.changed]);
  const times = changed.reduce((sum, [, n]) => sum + n, 0);
  const calm = changed.filter(([row]) => !touched.has(row));
  console.log(`${drawn} rows drawn, ${render.toFixed(0)} ms after the answer`);
  console.log(`${(facts / seconds).toFixed(0)} facts a second for ${seconds.toFixed(1)} s`);
  console.log(`${changed.length} rows on the screen changed, ${times} times in all`);
  console.log(`scripting: ${(used / seconds).toFixed(1)} ms a second`);
  assert.ok(changed.length > 0);
  assert.deepEqual(calm, [], "rows changed whose shops did not");
  assert.ok(render < 1_000, `${render} ms until shops were on the screen`);
  assert.deepEqual(faults, []);
});
