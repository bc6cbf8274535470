// What the overview and the list of who waits say of shops, and what they must not say: the
// server's answers are changed on their way where a state is hard to come by.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { PHONE, at, browser, heading, open, row, signIn, site } from "./world.mjs";

const FED = "taobao/30077";
const DAILY = "douyin/77125";
const UNFED = "xiaohongshu/x-551";

let chrome;
let world;
let tab;
before(async () => {
  [chrome, world] = await Promise.all([browser(), site()]);
  tab = await open(chrome);
  await tab.page.goto(world.server.address);
  await signIn(tab.page);
  await row(tab.page, FED).waitFor();
});
after(async () => {
  await chrome?.close();
  await world?.server.stop();
});

/** Every shop is changed by `change` before it comes. */
async function changed(page, change) {
  await page.unrouteAll({ behavior: "wait" });
  await page.route("**/v1/overview?*", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    body.items.forEach((shop) => change(shop, `${shop.platform}/${shop.shop}`));
    await route.fulfill({ response: answer, json: body });
  });
}

/** Shows the overview as it is where every shop is changed by `change` before it comes. */
async function told(page, change) {
  await changed(page, change);
  await page.goto(world.server.address);
  await page.locator(".lamp-live").first().waitFor();
}

/** The list of who waits where nobody does, and no event tells otherwise. */
async function nobodyWaits(page, change) {
  await changed(page, change);
  await page.route("**/v1/waiting?*", (route) => route.fulfill({ json: { items: [] } }));
  const none = { contentType: "text/event-stream", body: "retry: 60000\n\n" };
  await page.route("**/v1/events", (route) => route.fulfill(none));
  await page.goto(`${world.server.address}/waiting`);
}

const main = (shop, metric) => shop.metrics.find((one) => one.metric === `${shop.platform}/${metric}`);

/** A cell of a shop's row, by its number. */
const cell = (page, key, n) => row(page, key).getByRole("gridcell").nth(n);

/** The lines of a part, with a bar where a dot is drawn between words. */
const lines = (part) =>
  part.evaluate((of) => {
    const copy = of.cloneNode(true);
    for (const one of copy.querySelectorAll(".words > span + span")) one.prepend("|");
    copy.style.cssText = "position:fixed;width:900px";
    of.parentElement.append(copy);
    const text = copy.innerText;
    copy.remove();
    return text.split("\n").filter(Boolean);
  });

const standing = (of) => ({
  metric: "taobao/human-reply-3m",
  standard: "month",
  role: "requirement",
  from: "2026-10-01",
  to: "2026-10-31",
  days: 31,
  days_known: 14,
  check: "2026-11-17",
  next_check: "2026-12-17",
  confidence: "official",
  value: { value: "94.68 %", num: 9_468, den: 10_000 },
  lines: [">= 90%"],
  held: 0,
  by_figure: "pass",
  verdict: "pass",
  source: "counted",
  consequences: [],
  ...of,
});

const headroom = (of) => ({
  from: "2026-11-01",
  to: "2026-11-18",
  misses: 3,
  never: false,
  pending: 0,
  samples: 100,
  unlimited: false,
  until_assessed: 0,
  ...of,
});

test("of shops without a live feed it is not said that nobody waits", async () => {
  const { page } = tab;
  const top = page.locator(".page-top");
  await top.getByText(/\d 人等待（2 家未知）/).waitFor();
  await told(page, (shop) => delete shop.queue);
  await top.getByText("9 家店铺 · 等待未知", { exact: true }).waitFor();
  await nobodyWaits(page, (shop) => delete shop.queue);
  await page.getByText("是否有人等待未知").waitFor();
  await top.getByText("等待未知", { exact: true }).waitFor();
  assert.equal(await page.getByText("0 人等待").count(), 0);
  await page.getByRole("button", { name: "创建令牌" }).waitFor();
  // Where messages come in, that nobody waits is said with the last of them.
  const heard = at(-60);
  const calm = (shop) => {
    shop.queue = { waiting: 0, overdue: 0 };
    shop.feeds = [{ feed: "live", grade: "live", last_heard_at: heard }];
  };
  await nobodyWaits(page, (shop, key) => (key === UNFED ? delete shop.queue : calm(shop)));
  await page.locator(".nothing").getByText("无人等待", { exact: true }).waitFor();
  await page.getByText(`最近一条消息 ${heard.slice(11, 19)}，至今没有买家在等。`).waitFor();
  await page.getByText("另有 1 家店铺未实时接入，是否有人等待未知。").waitFor();
});

test("a shop's details know no more than its row: nothing of today, presence as of the feed", async () => {
  const { page } = tab;
  await told(page, (shop, key) => {
    if (key !== DAILY) return;
    const [feed] = shop.feeds;
    feed.last_heard_at = `${shop.at.slice(0, 10)}T06:10:00.000+08:00`;
    shop.accounts = [{ account: "小林", presence: "online", since: feed.last_heard_at, open: 2 }];
    for (const one of shop.metrics) Object.assign(one.today, { hits: 0, misses: 0, pending: 0, dropped: {} });
  });
  assert.equal(await row(page, DAILY).getByText("在线").count(), 0);
  for (const key of [UNFED, DAILY]) {
    await row(page, key).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("此店铺没有实时接入，今日的数字未知。").first().waitFor();
    assert.equal(await dialog.getByText("暂无样本").count(), key === UNFED ? 0 : await empties());
    if (key === DAILY) await dialog.getByText("在线 · 接待中 2 · 截至 06:10").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  }
});

/** Of a shop that is fed daily, a period of the past without samples has none. */
async function empties() {
  const { items } = await world.program.call("GET", "/v1/overview?limit=1000");
  const [platform, shop] = DAILY.split("/");
  const { metrics } = items.find((one) => one.platform === platform && one.shop === shop);
  const isNone = ({ hits, misses, pending, dropped }) =>
    hits + misses + pending + Object.keys(dropped).length === 0;
  return metrics.filter((one) => one.period && isNone(one.period)).length;
}

test("values come first, and samples in the words of their figure", async () => {
  const { page } = tab;
  await told(page, (shop, key) => {
    if (key !== FED) return;
    const counted = (hits, misses, value) => ({ hits, misses, pending: 0, unanswered: 0, dropped: {}, value: { value, num: 1, den: 1 } });
    Object.assign(main(shop, "human-reply-3m").today, counted(11, 1, "91.67 %"));
    Object.assign(main(shop, "human-reply-time").today, counted(440, 0, "32.30 s"));
    Object.assign(main(shop, "satisfaction").today, counted(5, 2, "71.43 %"));
    Object.assign(main(shop, "reply-rate").today, counted(8, 4, "66.67 %"));
  });
  assert.deepEqual((await lines(cell(page, FED, 2))).slice(0, 2), ["91.67 %", "11 及时|1 未及时"]);
  await row(page, FED).click();
  const dialog = page.getByRole("dialog");
  const card = (name) => dialog.locator(".metric").filter({ has: page.getByRole("heading", { name, exact: true }) });
  const said = {
    旺旺人工平响时长: ["32.30 s", "440 样本"],
    旺旺满意度: ["71.43 %", "5 满意|2 不满意"],
    旺旺回复率: ["66.67 %", "8 已回复|4 未回复"],
  };
  for (const [name, [value, samples]] of Object.entries(said)) {
    const text = await lines(card(name).locator("dd").first());
    assert.deepEqual(text.slice(0, 2), [value, samples]);
  }
  await page.keyboard.press("Escape");
});

test("who is online and how loaded they are stands in the row, where it is known", async () => {
  const { page } = tab;
  const agents = (open) => [6, 5, 7].map((held, n) => ({
    account: `a${n}`,
    presence: "online",
    since: at(-3_600),
    ...(open && { open: held }),
  }));
  await told(page, (shop, key) => {
    if (key === FED) shop.accounts = [...agents(true), { ...agents(true)[0], presence: "offline", open: 40 }];
    if (key === "jd/10086") shop.accounts = agents(false);
    if (key === DAILY) shop.accounts = agents(true);
  });
  await cell(page, FED, 1).getByText("3 在线 · 每人 6", { exact: true }).waitFor();
  await cell(page, "jd/10086", 1).getByText("3 在线", { exact: true }).waitFor();
  assert.equal(await row(page, DAILY).getByText("在线").count(), 0);
});

test("a figure against its line says of which days it is, and of which the room", async () => {
  const { page } = tab;
  const cases = {
    [FED]: standing({ headroom: headroom() }),
    "taobao/30012": standing({ from: "2026-10-20", to: "2026-11-18", days: 30, days_known: 30, headroom: headroom({ from: "2026-10-20" }) }),
    "tmall/51120": standing({ metric: "tmall/human-reply-3m", verdict: "not-assessed", reason: "too-few" }),
  };
  await told(page, (shop, key) => {
    if (cases[key]) shop.standing = [cases[key]];
    if (key === "pinduoduo/900233") {
      const metric = "pinduoduo/human-reply-3m";
      shop.standing = [{ ...standing({ metric, headroom: headroom() }), value: null }];
    }
  });
  const line = (key) => lines(cell(page, key, 3));
  assert.deepEqual(await line(FED), [
    "94.68 %|>= 90%",
    "10 月|只知 14/31 天",
    "11-01 至 11-18：还可有 3 个未及时",
  ]);
  assert.deepEqual(await line("taobao/30012"), ["94.68 %|>= 90%", "10-20 至 11-18", "还可有 3 个未及时"]);
  // Without a value there is no room to speak of.
  assert.deepEqual(await line("pinduoduo/900233"), ["尚无数值|>= 90%", "10 月|只知 14/31 天"]);
  const unassessed = cell(page, "tmall/51120", 3);
  await unassessed.getByText("未考核").waitFor();
  assert.equal(await unassessed.locator(".ok").count(), 0);
  assert.equal(await cell(page, FED, 3).locator(".ok").count(), 1);
});

test("amber begins when the server warns, not at a time of the page's own", async () => {
  const { page } = tab;
  const queue = (of) => ({ waiting: 1, overdue: 0, since: at(-60), ...of });
  await told(page, (shop, key) => {
    if (key === FED) shop.queue = queue({ overdue_at: at(7_200), warned_at: at(-1) });
    if (key === "pinduoduo/900233") shop.queue = queue({ overdue_at: at(50) });
  });
  await cell(page, FED, 1).locator(".warn").getByText("剩 1 小时 59 分").waitFor();
  const calm = cell(page, "pinduoduo/900233", 1);
  await calm.getByText(/剩 \d+ 秒/).waitFor();
  assert.equal(await calm.locator(".warn").count(), 0);
  // What the overview warns by is what the API gives of those who wait.
  await page.unrouteAll({ behavior: "wait" });
  const { items: waiting } = await world.program.call("GET", "/v1/waiting?limit=1000");
  const { items: shops } = await world.program.call("GET", "/v1/overview?limit=1000");
  for (const shop of shops.filter((one) => one.queue?.waiting)) {
    const own = waiting.filter((one) => one.platform === shop.platform && one.shop === shop.shop);
    const first = own.map((one) => one.warned_at).filter(Boolean).sort()[0];
    assert.equal(shop.queue.warned_at, first, `${shop.platform}/${shop.shop}`);
  }
});

test("why a wait counts leads to the rule and to the shop's figure; a mean has no deadline", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}/waiting`);
  await page.getByText("山里人", { exact: true }).click();
  const dialog = page.getByRole("dialog");
  const of = (name) => dialog.locator(".metric").filter({ has: page.getByRole("heading", { name, exact: true }) });
  const mean = of("旺旺人工平响时长");
  await mean.getByText("此规则没有时限，越快越好").waitFor();
  assert.equal(await dialog.getByText("23:59:59").count(), 0);
  const limited = of("旺旺3分钟人工响应率");
  // The rule whose limit comes first is told first.
  assert.equal(await dialog.locator(".metric h2").first().innerText(), "旺旺3分钟人工响应率");
  await limited.getByRole("link", { name: "查看此店铺的指标" }).click();
  await page.waitForURL("**/figures/taobao/30012/human-reply-3m");
  await page.goBack();
  await page.getByText("山里人", { exact: true }).click();
  await limited.getByRole("heading").getByRole("link").click();
  await page.waitForURL((url) => url.searchParams.get("metric") === "taobao/human-reply-3m");
});

test("one's account, language and help are in sight in windows of any height", async () => {
  const { page } = tab;
  for (const height of [800, 520]) {
    await page.setViewportSize({ width: 1_280, height });
    const foot = page.locator(".side .foot");
    const box = await foot.boundingBox();
    assert.ok(box.y + box.height <= height, `the foot ends at ${box.y + box.height} of ${height}`);
    await page.locator(".side .links a").last().scrollIntoViewIfNeeded();
    assert.ok((await page.locator(".side .links a").last().boundingBox()).y < box.y);
  }
  await page.setViewportSize({ width: 1_280, height: 800 });
});

for (const language of ["zh", "en"]) {
  test(`what matters is not cut in a small window or on a phone (${language})`, async () => {
    const stands = { what: "no-campaign", may: false, since: "2026-11-17", passes: 1 };
    const change = (shop, key) => {
      if (key !== FED) return;
      shop.queue = { waiting: 45, overdue: 12, since: at(-4_000), overdue_at: at(-3_700) };
      // Off the panel, in part of the days: that is said on a phone too.
      shop.standing = [standing({ consequences: [stands], source: "observed" })];
    };
    for (const size of [undefined, PHONE]) {
      const { page, context, faults } = await open(chrome, { language, ...(size && { size }) });
      await page.goto(world.server.address);
      await signIn(page);
      await row(page, FED).waitFor();
      await told(page, change);
      await row(page, FED).waitFor();
      const cut = await row(page, FED).evaluate((of) => {
        const cells = [...of.querySelectorAll("[role=gridcell]")].slice(1);
        return cells
          .flatMap((one) => [...one.querySelectorAll(".cut, .words")])
          .filter((one) => one.scrollWidth > one.clientWidth + 1)
          .map((one) => one.textContent);
      });
      assert.deepEqual(cut, [], size ? "on a phone" : "at 1280");
      await row(page, FED).getByText(language === "zh" ? "面板" : "panel", { exact: true }).waitFor();
      if (language === "zh" && !size) {
        await cell(page, FED, 3).getByText("不能参加营销活动，至下次达标检查").waitFor();
      }
      assert.deepEqual(faults, []);
      await context.close();
    }
  });
}

test("nothing was called but the server, and nothing went wrong in the page", async () => {
  await tab.page.goto(world.server.address);
  await heading(tab.page, "总览").waitFor();
  assert.deepEqual(tab.faults, []);
});
