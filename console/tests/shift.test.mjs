// A shift of a supervisor, in a real browser against the real server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  answers,
  asks,
  browser,
  heading,
  open,
  row,
  serve,
  signIn,
  site,
} from "./world.mjs";

let chrome;
let world;
let tab;
before(async () => {
  [chrome, world] = await Promise.all([browser(), site()]);
  tab = await open(chrome);
  await tab.page.goto(`${world.server.address}/waiting`);
  await signIn(tab.page);
});
after(async () => {
  await chrome?.close();
  await world?.server.stop();
});

test("who waits stands in the order of what is left, and ticks without requests", async () => {
  const { page } = tab;
  await page.locator(".lamp-live").waitFor();
  const first = page.locator("[data-row]").first();
  await first.getByText("山里人").waitFor();
  assert.equal(await first.locator(".stage-overdue").count(), 1);
  // Names that are read at the start are not what is looked for.
  await page.waitForLoadState("networkidle").catch(() => undefined);
  const asked = [];
  // Nor are pages that are fetched before they are opened.
  const note = (request) => request.url().includes("/assets/") || asked.push(request.url());
  page.on("request", note);
  const before = await first.locator(".stage").textContent();
  await page.waitForFunction(
    (text) => document.querySelector("[data-row] .stage").textContent !== text,
    before,
  );
  page.off("request", note);
  assert.deepEqual(asked, []);
});

test("an answer takes the buyer off the list", async () => {
  const { page } = tab;
  await page.getByText("阿南", { exact: true }).waitFor();
  await world.program.facts([answers("douyin", "77001", "阿南", 0)]);
  await page.getByText("阿南", { exact: true }).waitFor({ state: "detached" });
});

test("a key jumps to the longest overdue, and enter says why it counts", async () => {
  const { page } = tab;
  await page.getByLabel("筛选等待中的买家").fill("木木夕");
  await page.waitForFunction(() => document.querySelectorAll("[data-row]").length === 1);
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("u");
  await page.locator(".grid-active").getByText("山里人").waitFor();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("旺旺3分钟人工响应率").waitFor();
  await dialog.getByText("最晚及时回复").first().waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
});

test("arrows move between rows, and filters say when nobody matches", async () => {
  const { page } = tab;
  const grid = page.getByRole("grid");
  await grid.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  const id = await grid.getAttribute("aria-activedescendant");
  assert.equal(await page.locator(`[id="${id}"]`).getAttribute("aria-rowindex"), "3");
  await page.keyboard.press("/");
  await page.keyboard.type("没有这个人");
  await page.getByText("没有符合条件的买家").waitFor();
  await page.getByRole("button", { name: "清除筛选" }).click();
  await grid.waitFor();
});

test("one notice tells of all who are overdue, after it was asked for", async () => {
  const { page } = tab;
  await page.evaluate(() => {
    window.shown = [];
    window.Notification = class {
      static permission = "granted";
      static requestPermission = () => Promise.resolve("granted");
      constructor(title, { tag }) {
        window.shown.push([title, tag]);
      }
      close() {}
    };
  });
  await page.getByRole("button", { name: "超时提醒" }).click();
  assert.deepEqual(await page.evaluate(() => window.shown), []);
  await page.getByRole("button", { name: "开启提醒" }).click();
  await page.getByRole("button", { name: "提醒已开启" }).waitFor();
  await world.program.facts([asks("taobao", "30077", "等很久", -200)]);
  await page.waitForFunction(() => window.shown.length > 0);
  const [[title, tag]] = await page.evaluate(() => window.shown);
  assert.match(title, /人等待已超时/);
  assert.equal(tag, "yingda-overdue");
  await page.getByRole("heading", { level: 1 }).click();
});

test("shops are grouped, filtered and sorted, and one that is not fed is unknown", async () => {
  const { page } = tab;
  await page.keyboard.press("1");
  await heading(page, "总览").waitFor();
  await row(page, "douyin/77125").getByText("未知").first().waitFor();
  await page.getByText("按客户").click();
  await page.locator(".grid-heading").getByText("北辰商贸").waitFor();
  await page.getByText("不分组").click();
  const column = page.getByRole("columnheader", { name: "店铺" });
  await column.getByRole("button").click();
  assert.equal(await column.getAttribute("aria-sort"), "ascending");
  await page.getByText("仅看有人等待").click();
  await row(page, "douyin/77125").waitFor({ state: "detached" });
  await page.getByText("仅看有人等待").click();
  await row(page, "douyin/77125").waitFor();
});

test("filters, groups and order are in the address: kept by a reload, shown to whom it is sent", async () => {
  const { page } = tab;
  await page.getByText("按客户").click();
  await page.getByText("仅看有人等待").click();
  await page.getByLabel("筛选店铺").fill("茶");
  await page.waitForFunction(() => document.querySelectorAll("[data-row]:not(.grid-heading)").length === 1);
  const query = new URL(page.url()).searchParams;
  assert.deepEqual(Object.fromEntries(query), { sort: "shop", group: "client", waiting: "yes", q: "茶" });
  const looks = async (of) => {
    await of.locator(".grid-heading").getByText("云上代运营").waitFor();
    await row(of, "taobao/30012").waitFor();
    assert.equal(await of.locator("[data-row]:not(.grid-heading)").count(), 1);
  };
  await page.reload();
  await looks(page);
  const other = await open(chrome);
  await other.page.goto(page.url());
  await signIn(other.page);
  await looks(other.page);
  assert.deepEqual(other.faults, []);
  await other.context.close();
  await page.goto(`${world.server.address}/waiting?stage=overdue&q=%E5%B1%B1`);
  await page.getByText("山里人").waitFor();
  assert.equal(await page.locator("[data-row]").count(), 1);
  assert.equal(await page.getByLabel("筛选等待中的买家").inputValue(), "山");
  await page.getByLabel("筛选等待中的买家").fill("");
  await page.waitForFunction(() => window.location.search === "?stage=overdue");
  await page.goto(`${world.server.address}/`);
  await row(page, "douyin/77125").waitFor();
});

test("a consequence stands in the list by its name", async () => {
  const { page } = tab;
  const stands = { what: "no-campaign", may: true, since: "2026-11-01", until: "2026-12-01" };
  await page.route("**/v1/overview?*", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    const own = body.items.find((one) => one.shop === "30012");
    own.standing.forEach((one) => (one.consequences = [stands]));
    await route.fulfill({ response: answer, json: body });
  });
  await page.reload();
  await row(page, "taobao/30012").getByText("可能不能参加营销活动，至 12-01").waitFor();
  await page.unroute("**/v1/overview?*");
  await page.reload();
  await row(page, "taobao/30012").waitFor();
});

test("every count of the overview is that of the API", async () => {
  const { page } = tab;
  const { items } = await world.program.call("GET", "/v1/overview?limit=1000");
  let seen = 0;
  // What waits becomes a miss as time passes: counts of other shops stand still.
  for (const shop of items.filter((one) => !one.queue?.waiting)) {
    await row(page, `${shop.platform}/${shop.shop}`).click();
    const dialog = page.getByRole("dialog");
    for (const { metric, figure, today } of shop.metrics) {
      const { hits, misses, pending, value } = today;
      if (hits + misses + pending === 0) continue;
      const isReply = /\/(no-)?reply-rate$|answered-share$/.test(metric);
      const [hit, miss] = isReply ? ["已回复", "未回复"] : ["及时", "未及时"];
      const sides = figure.startsWith("mean")
        ? [`${hits + misses} 样本`]
        : [`${hits} ${hit}`, `${misses} ${miss}`];
      let part = dialog.locator(".metric dd");
      for (const side of [value?.value ?? "", ...sides]) part = part.filter({ hasText: side });
      await part.first().waitFor();
      seen += 1;
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  }
  assert.ok(seen > 4, `only ${seen} counts`);
});

test("a server that goes away is noticed, and what was missed is there afterwards", async () => {
  const { page } = tab;
  const { port } = new URL(world.server.address);
  const { folder } = world.server;
  await world.server.stop({ keep: true });
  await page.getByText("连接中断，正在重连").waitFor();
  await page.getByText("以下为最后收到的数据").waitFor();
  // Nothing is taken away meanwhile.
  await row(page, "taobao/30012").waitFor();
  world.server = await serve({ port, folder });
  await world.program.facts([asks("jd", "10086", "回来了", 0), asks("jd", "10086", "也在", 0)]);
  await page.getByRole("button", { name: "立即重试" }).click();
  await page.locator(".lamp-live").waitFor();
  await row(page, "jd/10086").getByText("3 人等待").waitFor();
  await page.getByText("以下为最后收到的数据").waitFor({ state: "detached" });
});

test("language and colours change at once and are kept", async () => {
  const { page } = tab;
  await page.getByRole("button", { name: "English" }).click();
  await heading(page, "Overview").waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.goto(`${world.server.address}/account`);
  await page.getByText("Dark", { exact: true }).click();
  await page.reload();
  await heading(page, "My account").waitFor();
  assert.equal(await page.locator("html").getAttribute("data-scheme"), "dark");
});

test("nothing was called but the server, and nothing went wrong in the page", () => {
  assert.deepEqual(tab.faults, []);
});
