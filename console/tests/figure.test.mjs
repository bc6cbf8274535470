// A figure's page, in a real browser against the real server: what it shows is what the command
// line counts of the same facts, down to the messages.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import {
  PAST,
  PHONE,
  answers,
  asks,
  browser,
  dayAgo,
  heading,
  now,
  open,
  pastSite,
  row,
  run,
  signIn,
  signUp,
} from "./world.mjs";

const METRICS = ["taobao/human-reply-3m", "taobao/human-reply-time"];
const page3m = `/figures/${PAST.platform}/${PAST.shop}/human-reply-3m`;

let world;
let chrome;
let tab;
before(async () => {
  [world, chrome] = await Promise.all([pastSite(), browser()]);
  tab = await open(chrome);
  await tab.page.goto(`${world.server.address}/`);
  await signIn(tab.page);
  await row(tab.page, `${PAST.platform}/${PAST.shop}`).waitFor();
});
after(async () => {
  await chrome?.close();
  await world?.stop();
});

/** What the command line counts of the same facts, a figure each. */
function measure(metric, ...more) {
  const words = ["measure", world.log, "-q", "-m", metric, "--format", "json", ...more];
  const asOf = ["--as-of", new Date(now()).toISOString().replace("Z", "+00:00")];
  return run(...words, ...asOf);
}

/** A quotient with two decimals, rounded half up, as it is printed. */
function printed(value, isShare) {
  if (!value) return null;
  const [num, den] = [BigInt(value.num), BigInt(value.den)];
  const [over, under] = isShare ? [num * 10_000n, den] : [num, den * 10n];
  const hundredths = (2n * over + under) / (2n * under);
  const text = `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")}`;
  return `${text} ${isShare ? "%" : "s"}`;
}

/** The table's rows by their keys: what stands in their cells. */
async function table(page) {
  const all = new Map();
  await page.locator(".old").waitFor({ state: "detached" });
  for (;;) {
    const found = await page.locator("tr[data-figure]").evaluateAll((rows) =>
      rows.map((row) => [row.dataset.figure, [...row.cells].map((cell) => cell.textContent)]),
    );
    found.forEach(([key, cells]) => all.set(key, cells));
    const next = page.locator(".ant-pagination-next:not(.ant-pagination-disabled) button");
    if ((await next.count()) === 0) return all;
    await next.click();
  }
}

const numbers = (figure) => [figure.samples, figure.hits, figure.misses, figure.unanswered, figure.pending];

/** Holds the table of a view against what the command line counts. */
async function compare(page, metric, view, expected, keyOf) {
  const name = metric.slice(metric.indexOf("/") + 1);
  const path = `/figures/${PAST.platform}/${PAST.shop}/${name}`;
  await page.goto(`${world.server.address}${path}?from=${dayAgo(28)}&to=${dayAgo(1)}&by=${view}`);
  await page.locator("tr[data-figure]").first().waitFor();
  const isShare = metric === METRICS[0];
  const shown = await table(page);
  let n = 0;
  for (const figure of expected) {
    const cells = shown.get(keyOf(figure));
    assert.ok(cells, `${metric} ${view}: no row ${keyOf(figure)}`);
    const value = printed(figure.value, isShare) ?? "无数值";
    const counts = numbers(figure).filter((one) => one !== null).map(String);
    assert.deepEqual(cells.slice(1, 2 + counts.length), [value, ...counts], keyOf(figure));
    n += 1;
  }
  return { n, shown };
}

test("charts are loaded with a figure's page and with no other", async () => {
  const { page } = tab;
  const scripts = () =>
    page.evaluate(() =>
      performance.getEntriesByType("resource").filter((one) => /chart/.test(one.name)).length,
    );
  assert.equal(await scripts(), 0);
  await row(page, `${PAST.platform}/${PAST.shop}`).getByTitle("打开指标页").click();
  await heading(page, "旺旺3分钟人工响应率").waitFor();
  assert.equal(new URL(page.url()).pathname, page3m);
  await page.locator("[data-chart] svg").waitFor();
  assert.ok((await scripts()) > 0);
  // On what it rests, and how old that is.
  await page.getByRole("group", { name: "按平台规则" }).getByText("数据接入: 实时").waitFor();
});

test("every figure is that of the command line over the same facts", async () => {
  const { page } = tab;
  for (const metric of METRICS) {
    const byDay = measure(metric, "--by", "shop,day");
    const { n, shown } = await compare(page, metric, "day", byDay, (one) => one.from);
    assert.equal(n, 27);
    // A day of which nothing is known is neither 0 nor without samples, and has no rounds.
    assert.equal(shown.get(dayAgo(9))[1], "未知");
    const byHour = measure(metric, "--by", "shop,day,hour");
    const hours = await compare(page, metric, "hour", byHour, (one) => `${one.from} ${one.hour}`);
    assert.equal(hours.n, hours.shown.size);
    // The command line takes the platform's own period, which has all of these days.
    const byAccount = measure(metric, "--by", "shop,account");
    await compare(page, metric, "account", byAccount, (one) => one.account);
    // Hours of the week are sums of hours of days.
    const week = new Map();
    for (const one of byHour) {
      const weekday = (new Date(`${one.from}T00:00:00Z`).getUTCDay() + 6) % 7;
      const key = `${weekday} ${one.hour}`;
      const sum = week.get(key) ?? { key, samples: 0, hits: 0, misses: 0, unanswered: 0, pending: 0, num: 0 };
      for (const part of ["samples", "hits", "misses", "unanswered", "pending"]) {
        sum[part] = one[part] === null ? null : sum[part] + one[part];
      }
      sum.num += one.value?.num ?? 0;
      week.set(key, sum);
    }
    const sums = [...week.values()].map((one) => ({
      ...one,
      value: one.samples > 0 ? { num: one.num, den: one.samples } : null,
    }));
    const found = await compare(page, metric, "week", sums, (one) => one.key);
    assert.equal(found.n, found.shown.size);
    const [whole] = measure(metric, "--by", "shop");
    const own = page.getByRole("group", { name: "按平台规则" });
    assert.equal(
      await own.locator(".headline-value").textContent(),
      printed(whole.value, metric === METRICS[0]),
    );
  }
});

test("waits add up to what was answered, and lead to their rounds", async () => {
  const { page } = tab;
  const days = `from=${dayAgo(28)}&to=${dayAgo(1)}`;
  await page.goto(`${world.server.address}${page3m}?${days}&by=waits`);
  await page.locator("[data-chart] svg").getByText("时限 3 分 00 秒").waitFor();
  const bins = await page.locator("tr[data-figure] td:nth-child(2)").allTextContents();
  const [whole] = measure(METRICS[0], "--by", "shop");
  const sum = bins.reduce((all, one) => all + Number(one), 0);
  assert.equal(sum, whole.samples - whole.unanswered);
  const bin = page.locator("tr[data-figure]").filter({ hasText: "4 分 00 秒 至" });
  const n = await bin.locator("td").nth(1).textContent();
  await bin.getByRole("button").click();
  await page.getByRole("dialog").getByText(`${n} 样本中 0 及时`).waitFor();
  await page.keyboard.press("Escape");
});

test("from a day to its rounds, from a round to its messages with their clauses", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}${page3m}`);
  const day = dayAgo(10);
  const line = page.locator(`tr[data-figure="${day}"]`);
  await line.waitFor();
  const [, , , , misses] = await line.locator("td").allTextContents();
  await line.getByRole("button").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(day).first().waitFor();
  await dialog.getByRole("radiogroup", { name: "按判定筛选" }).getByText("未及时", { exact: true }).click();
  await dialog.locator(".round").first().waitFor();
  await page.waitForFunction(
    (n) => document.querySelectorAll(".round").length === n,
    Number(misses),
  );
  const round = dialog.locator(".round").first();
  await round.getByRole("button").click();
  await round.locator(".trail li").first().waitFor();
  // The same words as in the filter, and the clause by its name.
  assert.match(await round.locator(".round-head").textContent(), /^(未及时|未回复)/);
  const clause = round.locator(".round-body dl a");
  assert.match(await clause.textContent(), /^(时限|未回复|转接)( R\d+)?$/);
  assert.equal(await clause.getAttribute("href"), "/rules?metric=taobao%2Fhuman-reply-3m");
  assert.equal(await round.getByText("茶壶什么时候发货").count(), 0);
  await dialog.getByRole("switch").click();
  await dialog.getByText("茶壶什么时候发货").first().waitFor();
  // The address is a link that shows the same to a colleague.
  const other = await open(chrome, { language: "en", size: PHONE });
  await other.page.goto(page.url());
  await signIn(other.page);
  await other.page.getByRole("dialog").locator(".round").first().waitFor();
  assert.equal(await other.page.locator(".round").count(), Number(misses));
  assert.deepEqual(other.faults, []);
  await other.context.close();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !window.location.search.includes("rounds"));
});

test("a point of a drawing leads to its rounds", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}${page3m}?by=account`);
  await page.locator("[data-chart] svg text").getByText("=1+1").waitFor();
  // Beside the middle of the first bar, which is drawn in the colour of figures.
  const bar = page.locator('[data-chart] svg path[fill="#1d5fc4"]').first();
  const { x, y, width, height } = await bar.boundingBox();
  await page.mouse.click(x + width / 3, y + height / 2);
  const dialog = page.getByRole("dialog");
  await dialog.locator(".round").first().waitFor();
  assert.match(new URL(page.url()).searchParams.get("r_account"), /小|=1/);
  await page.keyboard.press("Escape");
});

test("what if: another limit and no nights, beside the real figure", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}${page3m}`);
  await page.getByRole("button", { name: "假设" }).click();
  // The answer of the edition in force, not of one that only articles claim.
  await page.locator(".what-if").getByText("采用 算未及时", { exact: true }).waitFor();
  await page.getByLabel("时限（秒）").fill("60");
  const other = page.getByRole("group", { name: "假设" });
  await other.locator(".headline-value").waitFor();
  await page.waitForFunction(() => window.location.search.includes("if_within=60s"));
  const first = await other.locator(".headline-value").textContent();
  await page.getByRole("button", { name: /不计夜间/ }).click();
  await page.waitForFunction(() => window.location.search.includes("if_hours"));
  await page.locator(".old").first().waitFor({ state: "detached" });
  await page.waitForFunction(
    (before) => document.querySelector(".headline-other .headline-value").textContent !== before,
    first,
  );
  const query = `platform=${PAST.platform}&shop=${PAST.shop}&metric=${METRICS[0]}`;
  const asked = `${query}&if_within=60s&if_hours=08:00-22:00`;
  const [expected] = (await world.program.call("GET", `/v1/figures?${asked}`)).items;
  assert.equal(await other.locator(".headline-value").textContent(), expected.value);
  const [own] = (await world.program.call("GET", `/v1/figures?${query}`)).items;
  const real = page.getByRole("group", { name: "按平台规则" }).locator(".headline-value");
  assert.equal(await real.textContent(), own.value);
  assert.notEqual(own.value, expected.value);
  await page.getByRole("button", { name: "查看全部轮次 · 假设" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(`${expected.hits} 及时`).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "恢复平台规则" }).click();
  await other.waitFor({ state: "detached" });
  assert.equal(new URL(page.url()).search, "");
});

test("the figure as the platform shows it stands below the one that is counted now", async () => {
  const { page } = tab;
  const query = `platform=${PAST.platform}&shop=${PAST.shop}&metric=${METRICS[0]}`;
  const [{ shown }] = (await world.program.call("GET", `/v1/figures?${query}`)).items;
  await page.goto(`${world.server.address}${page3m}`);
  const line = page.locator("[data-shown]");
  await line.getByText("平台显示").waitFor();
  await line.getByText(shown.value?.value ?? "尚无数值", { exact: true }).waitFor();
  await line.getByText(`${shown.since.slice(5, 16).replace("T", " ")} 更新`).waitFor();
  // As it is told where the platform shows a value, several times a day.
  await page.route("**/v1/figures?*", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    const value = (text) => ({ value: text, ratio: { num: 1, den: 2 } });
    const told = { ...shown, value: value("91.23 %"), today: value("90.12 %") };
    body.items.forEach((one) => (one.shown &&= told));
    await route.fulfill({ response: answer, json: body });
  });
  await page.reload();
  await line.getByText("91.23 %", { exact: true }).waitFor();
  await line.getByText("今日截至当时 90.12 %").waitFor();
  // A request that is under way is answered before.
  await page.unrouteAll({ behavior: "wait" });
  // Of other days than the platform's own nothing is said.
  await page.goto(`${world.server.address}${page3m}?from=${dayAgo(7)}&to=${dayAgo(1)}`);
  await page.locator("tr[data-figure]").first().waitFor();
  assert.equal(await line.count(), 0);
});

test("a period is compared with the one before, and with the same days of last week", async () => {
  const { page } = tab;
  const days = `from=${dayAgo(5)}&to=${dayAgo(1)}`;
  const query = `platform=${PAST.platform}&shop=${PAST.shop}&metric=${METRICS[0]}&${days}`;
  await page.goto(`${world.server.address}${page3m}?${days}`);
  await page.locator("tr[data-figure]").first().waitFor();
  const byDay = new Map(measure(METRICS[0], "--by", "shop,day").map((one) => [one.from, one]));
  for (const [label, word, vs, back] of [
    ["上一周期", "before", "before", 5],
    ["上周同日", "last-week", "week", 7],
  ]) {
    await page.getByRole("radiogroup", { name: "对比" }).getByText(label).click();
    await page.waitForFunction((one) => window.location.search.includes(`vs=${one}`), vs);
    const asked = `/v1/figures/comparison?${query}&with=${word}&lang=zh`;
    const found = await world.program.call("GET", asked);
    assert.equal(found.from, dayAgo(5 + back));
    const group = page.getByRole("group", { name: label });
    await group.getByText(found.earlier.value, { exact: true }).waitFor();
    assert.equal(await group.locator(".difference").textContent(), found.difference.words);
    assert.match(found.difference.words, /个百分点，样本/);
    await group.getByText("已知 5/5 天", { exact: true }).waitFor();
    await page.locator(".old").first().waitFor({ state: "detached" });
    // Day by day, each beside its own.
    for (const ago of [1, 2, 5]) {
      const line = page.locator(`tr[data-figure="${dayAgo(ago)}"] td`);
      const before = byDay.get(dayAgo(ago + back));
      const expected = before ? (printed(before.value, true) ?? "无数值") : "未知";
      assert.equal(await line.nth(2).textContent(), expected, `${label} ${ago}`);
    }
    await page.locator("[data-chart] svg").getByText(label).waitFor();
  }
  // The address is the comparison.
  await page.reload();
  await page.getByRole("group", { name: "上周同日" }).locator(".difference").waitFor();
  await page.goto(`${world.server.address}${page3m}?from=${dayAgo(28)}&to=${dayAgo(1)}&vs=before`);
  await page.getByText("这些日子没有记录，无法对比").waitFor();
  // Seven days beside three that are known are no comparison.
  await page.goto(`${world.server.address}${page3m}?from=${dayAgo(25)}&to=${dayAgo(19)}&vs=before`);
  await page.getByRole("group", { name: "按平台规则" }).getByText("已知 7/7 天").waitFor();
  const before = page.getByRole("group", { name: "上一周期" });
  await before.getByText("已知 3/7 天").waitFor();
  await before.getByText("两段已知的天数不同").waitFor();
});

test("shops are drawn beside each other, and the address keeps which", async () => {
  const { page } = tab;
  const other = { platform: PAST.platform, shop: "40087", name: "云岫分店" };
  await world.owner.call("PUT", `/v1/shops/${other.platform}/${other.shop}`, { name: other.name });
  const asked = -3 * 86_400;
  await world.program.facts([
    asks(other.platform, other.shop, "甲", asked),
    answers(other.platform, other.shop, "甲", asked + 20),
    asks(other.platform, other.shop, "乙", asked + 60),
    answers(other.platform, other.shop, "乙", asked + 60 + 400),
  ]);
  await page.goto(`${world.server.address}${page3m}?vs=week`);
  await page.locator("tr[data-figure]").first().waitFor();
  const choice = page.getByRole("combobox", { name: /与其他店铺对比/ });
  await choice.fill(other.name);
  await page.locator(".ant-select-item-option").getByText(other.name).click();
  // One thing is compared at a time.
  await page.waitForFunction(() => window.location.search === "?with=40087");
  await page.keyboard.press("Escape");
  const legend = page.getByRole("list", { name: "图例" });
  assert.deepEqual(await legend.locator("li").allTextContents(), [PAST.name, other.name]);
  const day = page.locator(`tr[data-figure="${dayAgo(3)}"] td`);
  await day.nth(2).getByText("50.00 %").waitFor();
  const own = measure(METRICS[0], "--by", "shop,day").find((one) => one.from === dayAgo(3));
  await day.nth(1).getByText(printed(own.value, true)).waitFor();
  const curve = page.locator('[data-chart] svg path[stroke="#b4540a"]');
  assert.ok((await curve.count()) > 0);
  // A link to it, on a phone: every day is a card, and one shop that is not there spoils nothing.
  const guest = await open(chrome, { language: "en", size: PHONE });
  await guest.page.goto(`${page.url()}&with=40086&with=nobody`);
  await signIn(guest.page);
  const card = guest.page.locator(`tr[data-figure="${dayAgo(3)}"] td[data-label="${other.name}"]`);
  await card.getByText("50.00 %").waitFor();
  assert.equal(await guest.page.getByRole("list", { name: "Legend" }).locator("li").count(), 3);
  const box = guest.page.locator(".stacked");
  assert.ok(await box.evaluate((one) => one.scrollWidth <= one.clientWidth));
  assert.deepEqual(guest.faults, []);
  await guest.context.close();
  await page.getByRole("radiogroup", { name: "对比" }).getByText("上周同日").click();
  await page.waitForFunction(() => window.location.search === "?vs=week");
});

test("sides are called by what the metric judges, wherever they stand", async () => {
  const { page } = tab;
  const { platform, shop } = PAST;
  const rated = (stars, n) => ({
    at: `${dayAgo(2)}T15:0${n}:00.000+08:00`,
    platform,
    shop,
    buyer: `茶友2-15-${n}`,
    fact: "rated",
    account: `${shop}:小林`,
    stars,
  });
  await world.program.facts([rated(5, 0), rated(4, 1), rated(1, 2)]);
  await page.goto(`${world.server.address}/figures/${platform}/${shop}/satisfaction`);
  const own = page.getByRole("group", { name: "按平台规则" });
  await own.getByText(/^\d 不满意$/).waitFor();
  await page.getByRole("columnheader", { name: "不满意", exact: true }).waitFor();
  assert.equal(await page.locator("#content").getByText("及时", { exact: true }).count(), 0);
  await page.locator("tr[data-figure] button").first().click();
  const filter = page.getByRole("dialog").getByRole("radiogroup", { name: "按判定筛选" });
  await filter.getByText("满意", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
});

test("standards are told by names, ids are in tooltips", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}${page3m}`);
  await page.getByRole("button", { name: "口径与依据" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByTitle("professional-seller").getByText("专业卖家", { exact: true }).waitFor();
  await dialog.getByTitle("cny-2026").getByText(/春节不打烊 \(2026-02-15 至 2026-02-23\)/).first().waitFor();
  assert.equal(await dialog.getByText(/professional-seller|cny-20/).count(), 0);
  await page.keyboard.press("Escape");
});

test("what defines the figure, and what the platform's panel says, are one click away", async () => {
  const { page } = tab;
  const { platform, shop } = PAST;
  const at = `${dayAgo(0)}T00:00:01.000+08:00`;
  const value = `taobao/human-reply-3m ${dayAgo(10)} 66.67% n=39`;
  await world.program.facts([{ at, platform, shop, fact: "observed", value }]);
  await page.goto(`${world.server.address}${page3m}`);
  await page.getByRole("button", { name: "口径与依据" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("规则版本").first().waitFor();
  await dialog.getByRole("heading", { name: "来源" }).first().waitFor();
  await dialog.getByRole("heading", { name: "未定读法" }).first().waitFor();
  const line = dialog.getByRole("row").filter({ hasText: dayAgo(10) });
  await line.getByText("66.67%").waitFor();
  const ours = measure(METRICS[0], "--by", "shop,day").find((one) => one.from === dayAgo(10));
  await line.getByText(printed(ours.value, true)).waitFor();
  await page.keyboard.press("Escape");
});

test("figures go to spreadsheets, and nothing in them is computed", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}${page3m}?by=account`);
  await page.locator("tr[data-figure]").first().waitFor();
  const files = [];
  for (const name of ["CSV", "Excel 工作簿（.xlsx）"]) {
    await page.getByRole("button", { name: "导出" }).click();
    const saving = page.waitForEvent("download");
    await page.getByRole("menuitem", { name }).getByRole("link").click();
    const saved = await saving;
    files.push([saved.suggestedFilename(), await readFile(await saved.path())]);
  }
  const [[csvName, csv], [bookName, book]] = files;
  assert.match(csvName, /^40086-taobao-human-reply-3m-.+\.csv$/);
  assert.match(bookName, /\.xlsx$/);
  const text = csv.toString();
  assert.match(text, /^\ufeff指标,首日,末日,账号,数值,/);
  assert.match(text, /"'=1\+1"/);
  assert.match(text, /\r\n规则版本,/);
  assert.match(text, /\r\n来源,/);
  assert.equal(book.subarray(0, 2).toString(), "PK");
});

test("who may not read the queue sees figures and no rounds", async () => {
  const link = await world.owner.call("POST", "/v1/users", { role: "viewer", reach: "everything" });
  const guest = await open(chrome);
  const address = `${world.server.address}/sign-up#${link.secret}`;
  await signUp(guest.page, address, { login: "guest", name: "客人", password: "another long phrase" });
  await guest.page.goto(`${world.server.address}${page3m}?rounds=own`);
  await guest.page.getByText("没有权限查看轮次").waitFor();
  await guest.page.keyboard.press("Escape");
  await guest.page.locator("tr[data-figure]").first().waitFor();
  assert.equal(await guest.page.locator("tr[data-figure] button").count(), 0);
  assert.deepEqual(guest.faults, []);
  await guest.context.close();
});

test("days without records, unknown metrics and a broken line are said, not drawn as 0", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}${page3m}?from=2020-01-01&to=2020-01-31`);
  await page.getByText("这段日期内没有记录").first().waitFor();
  assert.equal(await page.locator("[data-chart]").count(), 0);
  await page.goto(`${world.server.address}/figures/taobao/${PAST.shop}/no-such-metric`);
  await page.getByRole("alert").waitFor();
  await page.route("**/v1/figures?*", (route) => route.abort());
  await page.goto(`${world.server.address}${page3m}`);
  await page.getByRole("alert").getByText("无法连接服务器").waitFor();
  await page.unroute("**/v1/figures?*");
  await page.getByRole("alert").getByRole("button", { name: "重试" }).click();
  await page.locator("tr[data-figure]").first().waitFor();
});

test("a question that is still open is pending, and marked", async () => {
  const { page } = tab;
  await world.program.facts([asks(PAST.platform, PAST.shop, "新客", -5)]);
  await page.goto(`${world.server.address}${page3m}`);
  const today = page.locator("tr[data-figure]").first();
  await today.locator(".warn").getByText("1").waitFor();
  // What comes meanwhile is there when it is counted again.
  await world.program.facts([asks(PAST.platform, PAST.shop, "另一位", -4)]);
  await page.getByRole("button", { name: "重新统计" }).click();
  await today.locator(".warn").getByText("2").waitFor();
  await page.keyboard.press("4");
  await heading(page, "指标").waitFor();
});

test("nothing was called but the server, and nothing went wrong in the page", () => {
  assert.deepEqual(tab.faults, []);
});
