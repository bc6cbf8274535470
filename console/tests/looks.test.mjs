// Every page in both languages, at desktop and phone width: no fault that axe finds, and a picture.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { AxeBuilder } from "@axe-core/playwright";

import {
  DESKTOP,
  PAST,
  PHONE,
  browser,
  dayAgo,
  open,
  pastSite,
  picture,
  signIn,
} from "./world.mjs";

const METRIC = `${PAST.platform}/human-reply-3m`;
const OF_PAST = `platform=${PAST.platform}&shop=${PAST.shop}&metric=${METRIC}`;
const PAGES = [
  "/",
  "/waiting",
  "/alerts",
  "/figures",
  "/rules",
  "/rules?metric=taobao/human-reply-3m",
  "/overrides",
  "/overrides?platform=taobao&shop=30012&metric=taobao/human-reply-3m",
  "/import",
  "/panel",
  `/panel?${OF_PAST}`,
  "/calibration",
  `/calibration?${OF_PAST}`,
  "/alerts/settings",
  "/shops",
  "/persons",
  "/users",
  "/tokens",
  "/audit",
  "/account",
];
/** Lists, whose rows are cards on a phone. */
const LISTS = ["/alerts", "/panel", "/shops", "/persons", "/users", "/tokens", "/audit"];
/** The name of a page's picture. */
const pictureOf = (path) =>
  path === "/" ? "overview" : path.slice(1).replaceAll(/\?.*metric=.*/g, "-one").replaceAll("/", "-");
const VIEWS = [
  // Each language in both colours, each size in both languages.
  { name: "zh", language: "zh", scheme: "light", size: DESKTOP },
  { name: "en-dark", language: "en", scheme: "dark", size: DESKTOP },
  { name: "zh-phone", language: "zh", scheme: "dark", size: PHONE },
  { name: "en-phone", language: "en", scheme: "light", size: PHONE },
];

const FIGURE = `/figures/${PAST.platform}/${PAST.shop}/human-reply-3m`;
/** Pictures of a figure's page. */
const FIGURES = {
  figure: "?if_within=60s&if_hours=08:00-22:00",
  "figure-earlier": "?vs=before",
  "figure-shops": "?with=30012&with=30077",
  "figure-hour": "?by=hour",
  "figure-account": "?by=account",
  "figure-week": "?by=week",
  "figure-waits": "?by=waits",
};

let world;
let chrome;
before(async () => {
  [world, chrome] = await Promise.all([pastSite(true), browser()]);
  await world.owner.call("POST", "/v1/observed", await readOff());
  const accounts = [{ platform: PAST.platform, shop: PAST.shop, account: `${PAST.shop}:小林` }];
  await world.owner.call("PUT", `/v1/persons/${encodeURIComponent("林小华")}`, { accounts });
});
after(async () => {
  await chrome?.close();
  await world?.stop();
});

/** A fortnight of the panel: what is counted, but one day otherwise and one of days without facts. */
async function readOff() {
  const query = `${OF_PAST}&by=day&from=${dayAgo(14)}&to=${dayAgo(1)}`;
  const { items } = await world.owner.call("GET", `/v1/figures?${query}`);
  const of = { platform: PAST.platform, shop: PAST.shop, metric: METRIC };
  const rows = items
    .filter((one) => one.value)
    .map(({ from, value, samples }) => ({ ...of, day: from, value: value.replace(" ", ""), samples }));
  rows[3] = { ...rows[3], value: "88.88%", samples: null };
  return [...rows, { ...of, from: dayAgo(60), to: dayAgo(31), value: "91.20%" }];
}

/** What axe finds, one line each. */
async function audit(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.target.join(" ")} ${node.html.slice(0, 160)}`),
  );
}

async function look(page, name, wrong) {
  await page.screenshot({ path: picture(name) });
  (await audit(page)).forEach((line) => wrong.push(`${name}: ${line}`));
  const isWide = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  );
  if (isWide) wrong.push(`${name}: the page is wider than the window`);
}

/** What of a page is scrolled sideways to be read. */
const sideways = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("#content *")]
      .filter((one) => /auto|scroll/.test(getComputedStyle(one).overflowX))
      .filter((one) => one.scrollWidth > one.clientWidth + 1)
      .map((one) => `${one.tagName}.${one.className} scrolls sideways`),
  );

for (const view of VIEWS) {
  test(`pages are sound in ${view.name}`, async () => {
    const { page, context, faults } = await open(chrome, view);
    const wrong = [];
    await page.goto(`${world.server.address}/`);
    await page.locator("#login").waitFor();
    await look(page, `sign-in-${view.name}`, wrong);
    await page.goto(`${world.server.address}/sign-up#0123`);
    await page.locator("#name").waitFor();
    await look(page, `sign-up-${view.name}`, wrong);
    await page.goto(`${world.server.address}/reset#0123`);
    await page.locator("#password").waitFor();
    await look(page, `reset-${view.name}`, wrong);
    await page.goto(`${world.server.address}/`);
    await signIn(page);
    await page.locator("[role=grid] [data-row]").first().waitFor();
    for (const path of PAGES) {
      await page.goto(world.server.address + path);
      await page.locator("h1").waitFor();
      const content = "[role=grid] [data-row], .ant-table-row, .card, .nothing";
      await page.locator(content).first().waitFor();
      await look(page, `${pictureOf(path)}-${view.name}`, wrong);
      const isPhone = view.size === PHONE && LISTS.some((one) => path.split("?")[0] === one);
      if (isPhone) wrong.push(...(await sideways(page)).map((one) => `${path} ${view.name}: ${one}`));
    }
    await page.goto(`${world.server.address}/`);
    await page.locator("[data-row='taobao/30012']").click();
    await page.locator("[role=dialog] .standing, [role=dialog] .metric").last().waitFor();
    await page.locator("[role=dialog] .ant-skeleton").waitFor({ state: "detached" });
    await look(page, `shop-${view.name}`, wrong);
    await page.goto(`${world.server.address}/waiting`);
    await page.locator("[data-row]").first().click();
    await page.locator("[role=dialog] .metric").first().waitFor();
    await look(page, `why-${view.name}`, wrong);
    for (const [name, query] of Object.entries(FIGURES)) {
      await page.goto(world.server.address + FIGURE + query);
      await page.locator("[data-chart] svg").waitFor();
      await look(page, `${name}-${view.name}`, wrong);
    }
    await page.goto(`${world.server.address}${FIGURE}?rounds=own&r_verdict=miss`);
    await page.locator(".round-head").first().click();
    await page.locator(".trail li").first().waitFor();
    await look(page, `rounds-${view.name}`, wrong);
    await page.goto(world.server.address + FIGURE);
    await page.locator("[data-chart] svg").waitFor();
    await page.getByRole("button", { name: /口径与依据|Definition/ }).click();
    await page.locator("[role=dialog] table.plain td").first().waitFor();
    await look(page, `definition-${view.name}`, wrong);
    await page.goto(`${world.server.address}/panel?${OF_PAST}`);
    const cell = (key) => page.locator(`[data-cell="0 ${key}"]`);
    await cell("day").fill(dayAgo(3));
    await cell("value").fill("97,41%");
    await page.locator(".sheet-faults").waitFor();
    await look(page, `panel-fault-${view.name}`, wrong);
    assert.deepEqual(wrong.concat(faults), []);
    await context.close();
  });
}
