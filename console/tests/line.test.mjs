// When the line is cut and comes back, and where nothing is: in a real browser against the real
// server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { browser, dayAgo, heading, open, row, signIn, signUp, serve, site } from "./world.mjs";

let world;
let chrome;
let tab;
before(async () => {
  [world, chrome] = await Promise.all([site(), browser()]);
  tab = await open(chrome);
  // Nothing is fetched before it is asked for.
  await tab.context.addInitScript(() => {
    window.requestIdleCallback = () => 0;
  });
  await tab.page.goto(`${world.server.address}/`);
  await signIn(tab.page);
  await row(tab.page, "taobao/30012").waitFor();
});
after(async () => {
  await chrome?.close();
  await world?.server.stop();
});

const link = (page, name) => page.locator("nav").getByText(name, { exact: true });
const audited = (page) => page.getByRole("cell", { name: "用户注册" }).first();

test("a page asked for without a line is there when the line is back, without a reload", async () => {
  const { page, context } = tab;
  await page.evaluate(() => {
    window.stays = true;
  });
  await context.setOffline(true);
  await link(page, "操作记录").click();
  await page.getByText("无法连接服务器").waitFor();
  assert.equal(await page.getByText("页面显示出错").count(), 0);
  await context.setOffline(false);
  await heading(page, "操作记录").waitFor();
  await audited(page).waitFor();
  assert.equal(await page.evaluate(() => window.stays), true);
  // By its name, not by a number.
  assert.equal(await page.getByRole("cell", { name: "用户 1", exact: true }).count(), 0);
  await page.getByRole("cell", { name: "店长", exact: true }).first().waitFor();
});

test("pages are fetched before they are opened; their data comes when the line is back", async () => {
  const other = await open(chrome);
  const { page, context } = other;
  await page.goto(`${world.server.address}/`);
  await signIn(page);
  await page.waitForFunction(() =>
    performance.getEntriesByType("resource").some((one) => /assets\/audit-/.test(one.name)),
  );
  await context.setOffline(true);
  await link(page, "操作记录").click();
  await page.getByText("无法连接服务器").waitFor();
  await context.setOffline(false);
  await audited(page).waitFor();
  await context.close();
});

test("an address of nothing is told by the console", async () => {
  const { page } = tab;
  const answer = await page.goto(`${world.server.address}/nonsense`);
  assert.equal(answer.status(), 404);
  await page.getByText("没有此页面").waitFor();
  await link(page, "总览").click();
  await row(page, "taobao/30012").waitFor();
  const asked = await fetch(`${world.server.address}/nonsense`);
  assert.match(asked.headers.get("content-type"), /problem\+json/);
});

test("a shop that is not there, and one without data, are told from empty days", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}/figures/taobao/zzz/human-reply-3m`);
  await page.getByText("没有这家店铺").waitFor();
  assert.equal(await page.getByText("日志中没有").count(), 0);
  await page.goto(`${world.server.address}/figures/xiaohongshu/x-551/human-reply-3m`);
  await page.getByText("此店铺还没有接入数据").waitFor();
  await page.locator("#content").getByRole("button", { name: "导入" }).click();
  await heading(page, "导入").waitFor();
});

test("a shop of panel figures alone has all its days, their range, a drawing and a standing", async () => {
  const { page } = tab;
  const lines = ["platform,shop,metric,from,to,value,samples"];
  for (let ago = 40; ago >= 1; ago -= 1) {
    const day = dayAgo(ago);
    lines.push(`tmall,panel-1,tmall/human-reply-3m,${day},${day},9${ago % 9}.5%,200`);
  }
  await world.program.call("POST", "/v1/observed", lines.join("\n"), "text/csv");
  await world.owner.call("PUT", "/v1/shops/tmall/panel-1", { name: "云朵" });
  await page.goto(`${world.server.address}/figures/tmall/panel-1/human-reply-3m`);
  await page.getByText("只有面板数字：").waitFor();
  await page.locator("[data-chart] svg").waitFor();
  await page.getByText("共 40 条").waitFor();
  await page.locator(".standing").first().waitFor();
  assert.equal(await page.getByLabel("首日").inputValue(), dayAgo(40));
  assert.equal(await page.getByLabel("末日").inputValue(), dayAgo(1));
  const first = page.locator(`tr[data-figure="${dayAgo(1)}"]`);
  assert.match(await first.textContent(), /91\.5%.*200/);
  await page.getByLabel("首日").fill(dayAgo(5));
  await page.waitForFunction(() => document.querySelectorAll("tr[data-figure]").length === 5);
  // Why nothing can be compared is said once.
  await page.goto(`${world.server.address}/calibration?platform=tmall&shop=panel-1`);
  await page.getByText("没有聊天记录，无法对照").waitFor();
  assert.equal(await page.getByText("没有聊天记录，无法对照").count(), 1);
  await page.getByText("40 个数字").waitFor();
});

test("every page that is empty for want of shops has a way on", async () => {
  const server = await serve();
  const fresh = await open(chrome);
  const { page } = fresh;
  await signUp(page, server.link);
  await page.getByText("导入聊天记录或接入店铺后，店铺会自动出现在这里。").waitFor();
  for (const path of ["/waiting", "/figures", "/overrides", "/calibration", "/panel"]) {
    await page.goto(server.address + path);
    const content = page.locator("#content");
    await content.getByRole("button", { name: "载入示例" }).waitFor();
    await content.getByRole("button", { name: "导入", exact: true }).waitFor();
  }
  await page.getByRole("button", { name: "载入示例" }).click();
  await page.getByRole("region", { name: "录入", exact: true }).waitFor();
  assert.deepEqual(fresh.faults, []);
  await fresh.context.close();
  await server.stop();
});

test("nothing was called but the server, and nothing went wrong in the page", () => {
  assert.deepEqual(tab.faults, []);
});
