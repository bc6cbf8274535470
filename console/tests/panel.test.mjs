// Panel figures typed and pasted, and the calibration they give, in a real browser against the real
// server: what the page says is what the command line says of the same facts and figures.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import {
  PAST,
  PHONE,
  browser,
  dayAgo,
  heading,
  now,
  open,
  pastSite,
  run,
  signIn,
  signUp,
} from "./world.mjs";

const METRIC = "taobao/human-reply-3m";
const NAME = "旺旺3分钟人工响应率";
const { platform, shop } = PAST;
const here = `platform=${platform}&shop=${shop}&metric=${encodeURIComponent(METRIC)}`;

let world;
let chrome;
let tab;
let folder;
let log;
/** The figures as a panel would print them that leaves out what nobody answered, newest day last. */
let panel;

function printed({ num, den }) {
  const hundredths = (2n * BigInt(num) * 10_000n + BigInt(den)) / (2n * BigInt(den));
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")}%`;
}

before(async () => {
  [world, chrome] = await Promise.all([pastSite(), browser()]);
  ({ folder, log } = world);
  const by = ["--by", "shop,day", "--reading", "R6=drop", "--format", "json"];
  panel = run("measure", log, "-q", "-m", METRIC, ...by)
    .filter((one) => one.value)
    .map((one) => ({ day: one.from, value: printed(one.value), samples: one.samples }));
  tab = await open(chrome);
  await tab.page.goto(`${world.server.address}/panel`);
  await signIn(tab.page);
  await heading(tab.page, "面板数字").waitFor();
});
after(async () => {
  await chrome?.close();
  await world?.stop();
});

const cell = (page, column, row = 1) => page.getByLabel(`第 ${row} 行${column}`, { exact: true });
const kept = async () => (await world.owner.call("GET", "/v1/observed?limit=1000")).items;

/** Pastes as a spreadsheet copies: cells with tabs between, rows by line. */
async function paste(input, text) {
  await input.focus();
  await input.evaluate((element, copied) => {
    const data = new DataTransfer();
    data.setData("text/plain", copied);
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    element.dispatchEvent(event);
  }, text);
}

test("what is typed is checked cell by cell as it is typed, and nothing is kept before it is saved", async () => {
  const { page } = tab;
  await page.getByText("还没有面板数字").waitFor();
  await cell(page, "店铺").fill(PAST.name);
  await cell(page, "指标").fill(NAME);
  await cell(page, "日期或首日").fill("2026/13/45");
  await cell(page, "数值").fill("97,41%");
  const faults = page.locator(".sheet-faults");
  await faults.getByText("日期或首日").waitFor();
  await faults.getByText("数值：").waitFor();
  assert.equal(await cell(page, "数值").getAttribute("aria-invalid"), "true");
  assert.equal(await cell(page, "指标").getAttribute("aria-invalid"), "false");
  await page.getByRole("button", { name: "保存", exact: true }).waitFor();
  assert.ok(await page.getByRole("button", { name: "保存", exact: true }).isDisabled());
  assert.deepEqual(await kept(), []);
  // As people write days: the server's day is what stands there when the cell is left.
  const [, month, day] = panel[0].day.split("-").map(Number);
  await cell(page, "日期或首日").fill(`${month}月${day}日`);
  await cell(page, "数值").fill("97.41%");
  assert.equal(await cell(page, "日期或首日").inputValue(), panel[0].day);
  await faults.waitFor({ state: "detached" });
  await page.getByText("1 个新数字").waitFor();
  await page.getByRole("button", { name: "保存 1 个数字" }).click();
  const table = page.getByRole("region", { name: "数据表" });
  await table.getByText("97.41%").waitFor();
  const [found] = await kept();
  assert.deepEqual(
    [found.platform, found.shop, found.metric, found.from, found.to, found.value, found.samples],
    [platform, shop, METRIC, panel[0].day, panel[0].day, "97.41%", null],
  );
  assert.equal(await cell(page, "数值").inputValue(), "");
});

test("a shop that is not there is said at its cell, and keeps the row back", async () => {
  const { page } = tab;
  await cell(page, "店铺").fill("没有这家店");
  await cell(page, "日期或首日").fill(panel[0].day);
  await page.locator(".sheet-faults").getByText("没有这家店铺").waitFor();
  assert.ok(await page.getByRole("button", { name: "保存", exact: true }).isDisabled());
  await page.getByRole("button", { name: "删除第 1 行" }).click();
  await page.getByText("填写日期和数值后自动检查").waitFor();
});

test("two values for one figure are told by their rows in the sheet", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}/panel?${here}`);
  await cell(page, "日期或首日").waitFor();
  await paste(cell(page, "日期或首日"), `${panel[0].day}\t\t91%\n${panel[0].day}\t\t92%\n`);
  await page.locator(".sheet-faults").getByText("与 第 1 行 同一指标而数值不同").waitFor();
});

test("a figure that was kept by mistake is taken away, after a question", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}/panel?${here}`);
  const path = "/v1/observed";
  await world.owner.call("POST", path, [
    { shop, metric: METRIC, day: "2026-10-01", value: "12%" },
  ]);
  await page.reload();
  await page.getByRole("button", { name: `删除 ${NAME} 2026-10-01` }).click();
  const asked = page.getByRole("dialog", { name: "删除面板数字 12%" });
  await asked.getByRole("button", { name: "删除" }).click();
  await page.getByText("已删除").waitFor();
  await page.getByText("12%", { exact: true }).waitFor({ state: "detached" });
  assert.ok((await kept()).every((one) => one.value !== "12%"));
});

test("rows copied from a spreadsheet fill the sheet, by their header", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}/panel?${here}`);
  await cell(page, "日期或首日").waitFor();
  assert.equal(await cell(page, "店铺").inputValue(), PAST.name);
  const lines = panel.map(({ day, value, samples }) =>
    [day.replaceAll("-", "/"), value, "不用的列", samples].join("\t"),
  );
  const copied = ["日期\t数值\t备注\t样本数", ...lines].join("\r\n");
  await paste(cell(page, "日期或首日"), `${copied}\r\n`);
  await page.locator(`tr[data-line="${panel.length}"]`).waitFor();
  assert.equal(await cell(page, "日期或首日", panel.length).inputValue(), panel.at(-1).day);
  assert.equal(await cell(page, "样本数", 2).inputValue(), String(panel[1].samples));
  // One of them is known with another value.
  await page.getByText("1 个将替换已存的数值").waitFor();
  await page.getByRole("button", { name: `保存 ${panel.length} 个数字` }).click();
  await page.getByText(`已保存：新增 ${panel.length - 1}，替换 1，相同 0`).waitFor();
  const found = (await kept()).map(({ from, value, samples }) => ({ day: from, value, samples }));
  assert.deepEqual(found, panel);
});

test("keys walk through the sheet, and a kept figure is corrected in it", async () => {
  const { page } = tab;
  await cell(page, "数值").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.dataset.cell === "1 value");
  await page.keyboard.press("ArrowUp");
  await page.waitForFunction(() => document.activeElement?.dataset.cell === "0 value");
  const last = panel.at(-1);
  await page.getByRole("button", { name: `更正 ${NAME} ${last.day}` }).click();
  const row = page.locator("tr[data-line]").last();
  const number = await row.getAttribute("data-line");
  assert.equal(await cell(page, "数值", number).inputValue(), last.value);
  await page.getByText("1 个已存").waitFor();
  await cell(page, "数值", number).fill("1.23%");
  await page.locator(".sheet-faults").getByText("样本").first().waitFor();
  await cell(page, "数值", number).fill(last.value);
  await page.getByText("1 个已存").waitFor();
});

test("the calibration is that of the command line, reading by reading and day by day", async () => {
  const { page } = tab;
  const file = join(folder, "panel.csv");
  const lines = panel.map(({ day, value, samples }) => `${shop},${METRIC},${day},${value},${samples}`);
  await writeFile(file, ["shop,metric,day,value,samples", ...lines, ""].join("\n"));
  const found = run("calibrate", log, "-q", "--observed", file, "-m", METRIC, "--format", "json");
  const of = (what) => found.filter((one) => one.of === what);
  const [expected] = of("metric");
  assert.equal(expected.reproduced, panel.length);
  await page.goto(`${world.server.address}/calibration?${here}`);
  const card = page.locator(`[data-metric="${METRIC}"]`);
  await card.getByText(`${panel.length} 个面板数字中还原了 ${panel.length} 个`).waitFor();
  const words = { confirmed: "证实", undecided: "未定", refuted: "排除", leading: "领先", behind: "落后" };
  const shown = await card.locator("[data-reading]").evaluateAll((all) =>
    all.map((row) => [
      row.dataset.reading,
      [...row.querySelectorAll("[data-answer]")].map(
        (one) => `${one.dataset.answer} ${one.lastElementChild.textContent}`,
      ),
    ]),
  );
  const readings = of("reading");
  assert.deepEqual(
    shown,
    readings.map((one) => [one.reading, one.answers.map((a) => `${a.answer} ${words[a.state]}`)]),
  );
  const states = readings.flatMap((one) => one.answers.map((answer) => answer.state));
  assert.ok(states.includes("confirmed") && states.includes("refuted"), states.join());
  const counted = (one) =>
    `${one.status === "reproduced" ? "=与面板一致" : "≠与面板不一致"} ${one.counted_num}/${one.counted_den}`;
  const bare = (text) => text.replace(/ [\d.]+ %/, " ").replace(/\s+/g, " ");
  for (const one of of("figure")) {
    const cells = await card.locator(`tr[data-figure="${one.from} ${one.to}"] td`).allTextContents();
    assert.equal(bare(cells[2]), counted(one), one.from);
  }
  const answers = of("answer");
  assert.equal(answers.length, panel.length * states.length);
  for (const { reading } of readings) {
    const label = reading === "edition" ? "规则版本" : reading;
    await card.getByRole("radiogroup", { name: "按读法查看" }).getByText(label, { exact: true }).click();
    for (const one of answers.filter((other) => other.reading === reading)) {
      const line = card.locator(`tr[data-figure="${one.from} ${one.to}"]`);
      const text = await line.locator(`td[data-answer="${one.answer}"]`).textContent();
      assert.equal(bare(text), counted(one), `${reading}=${one.answer} ${one.from}`);
    }
  }
  const rounds = of("round");
  if (rounds.length > 0) {
    await card.locator(".calibrated-rounds summary").click();
    assert.equal(await card.locator(".calibrated-rounds tbody tr").count(), rounds.length);
  }
});

test("a confirmed reading is taken over as the shop's own rule, and nothing is open about it then", async () => {
  const { page } = tab;
  const card = page.locator(`[data-metric="${METRIC}"]`);
  // In words, not by its id.
  await card.getByText("面板证实：R6 不计入").waitFor();
  await card.getByRole("link", { name: "写入本店规则" }).click();
  await heading(page, "本店规则").waitFor();
  await page.getByText("已按面板证实的读法改写文本").waitFor();
  const text = page.getByLabel("规则文本（TOML）");
  assert.match(await text.inputValue(), /unanswered = "drop"/);
  await page.getByText("没有发现问题").waitFor();
  await page.getByRole("button", { name: "试算近 30 天" }).click();
  await page.getByText(/天中有 \d+ 天的数值会变/).waitFor();
  await page.getByRole("button", { name: "保存并生效" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "保存并生效" }).click();
  await page.getByText("本店规则生效中").waitFor();
  assert.equal(new URL(page.url()).searchParams.get("take"), null);
  const query = `platform=${platform}&shop=${shop}&metric=${METRIC}&by=day&from=${panel[0].day}`;
  const { items } = await world.owner.call("GET", `/v1/figures?${query}`);
  const ours = items.map((one) => [one.from, one.value?.replace(" ", "")]);
  const known = new Map(ours);
  for (const { day, value } of panel) assert.equal(known.get(day), value, day);
  await page.goto(`${world.server.address}/calibration?${here}`);
  await card.locator("[data-reading]").first().waitFor();
  assert.equal(await card.getByText(/面板证实.*R6/).count(), 0);
});

test("who may only look sees what is kept and the calibration, and no rounds of buyers", async () => {
  const link = await world.owner.call("POST", "/v1/users", { role: "viewer", reach: "everything" });
  const guest = await open(chrome, { language: "en", size: PHONE });
  const address = `${world.server.address}/sign-up#${link.secret}`;
  await signUp(guest.page, address, { login: "guest", name: "客人", password: "another long phrase" });
  await guest.page.goto(`${world.server.address}/panel`);
  await guest.page.getByText(panel.at(-1).value).first().waitFor();
  assert.equal(await guest.page.locator(".sheet").count(), 0);
  assert.equal(await guest.page.getByRole("button", { name: /^Correct/ }).count(), 0);
  await guest.page.goto(`${world.server.address}/calibration?${here}`);
  await guest.page.getByText(`${panel.length} of ${panel.length} panel figures reproduced`).waitFor();
  assert.equal(await guest.page.locator(".calibrated-rounds").count(), 0);
  assert.deepEqual(guest.faults, []);
  await guest.context.close();
});

test("a shop without panel figures, and a server out of reach, are said", async () => {
  const { page } = tab;
  await world.owner.call("PUT", "/v1/shops/taobao/30012", { name: "山野茶行" });
  await page.goto(`${world.server.address}/calibration?platform=taobao&shop=30012`);
  await page.getByText("这家店铺还没有可对照的面板数字").waitFor();
  await page.route("**/v1/calibration?*", (route) => route.abort());
  await page.goto(`${world.server.address}/calibration?${here}`);
  await page.getByRole("alert").getByText("无法连接服务器").waitFor();
  await page.unroute("**/v1/calibration?*");
  await page.getByRole("alert").getByRole("button", { name: "重试" }).click();
  await page.locator(`[data-metric="${METRIC}"]`).waitFor();
});

test("a figure of a day that is not over is kept as seen now", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}/panel?${here}`);
  await cell(page, "日期或首日").fill(dayAgo(0));
  await cell(page, "数值").fill("90.00%");
  const before = now();
  await page.getByRole("button", { name: "保存 1 个数字" }).click();
  await page.getByText("已保存：新增 1，替换 0，相同 0").waitFor();
  const found = (await kept()).find((one) => one.from === dayAgo(0));
  // The page goes by the server's clock.
  assert.ok(Math.abs(Date.parse(found.captured_at) - before) < 60_000, found.captured_at);
  assert.equal((await kept()).find((one) => one.from === dayAgo(1)).captured_at, null);
});

test("nothing was called but the server, and nothing went wrong in the page", () => {
  assert.deepEqual(tab.faults, []);
});
