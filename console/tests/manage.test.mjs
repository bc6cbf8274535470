// Rules read and changed, settings kept, files imported: in a real browser on the real server.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import {
  OWNER,
  PHONE,
  browser,
  heading,
  open,
  row,
  serve,
  signIn,
  signUp,
  site,
} from "./world.mjs";

let chrome;
let world;
let tab;
before(async () => {
  [world, chrome] = await Promise.all([site(), browser()]);
  tab = await open(chrome);
  await tab.page.goto(world.server.address);
  await signIn(tab.page);
  await heading(tab.page, "总览").waitFor();
});
after(async () => {
  await chrome?.close();
  await world?.server.stop();
});

/** Chooses of a list of Ant Design. */
async function pick(page, label, text) {
  await page.getByRole("combobox", { name: label }).click();
  // Long lists have only what is in sight: those are searched.
  await page.keyboard.insertText(text);
  await page.locator(".ant-select-dropdown:visible .ant-select-item-option").getByText(text).first().click();
}

test("rules are found by platform and name, and editions stand beside each other", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}/rules`);
  await page.getByRole("textbox", { name: "筛选规则" }).fill("人工响应");
  await page.locator(".rule-card").first().waitFor();
  const found = await page.locator(".rule-card").allInnerTexts();
  assert.ok(found.length > 1 && found.every((text) => text.includes("人工响应")), found.join("\n"));
  await page.locator("a", { hasText: "旺旺3分钟人工响应率" }).first().click();
  await heading(page, "旺旺3分钟人工响应率").waitFor();
  const address = new URL(page.url());
  assert.equal(address.searchParams.get("metric"), "taobao/human-reply-3m");
  // What differs is marked on both sides, and said to those who do not see it.
  const marks = page.locator(".beside mark");
  assert.equal(await marks.count(), 2);
  await page.getByText("1 处不同").waitFor();
  assert.match((await marks.allInnerTexts()).join(" "), /23:00|24:00/);
  await page.getByText("等待恰好等于时限，算不算按时？").waitFor();
  await page.getByText("平台原文").first().waitFor();
  // Of a source with several addresses each is a link of its own.
  const hrefs = (all) => all.map((one) => one.getAttribute("href"));
  const links = await page.locator(".sources a").evaluateAll(hrefs);
  assert.ok(links.length > 1, "a source with two addresses");
  assert.ok(links.every((href) => /^https?:\/\/[^\s,（]+$/.test(href)), links.join("\n"));
  await page.getByRole("link", { name: "全部规则" }).click();
  await page.getByRole("textbox", { name: "筛选规则" }).fill("zzzz");
  await page.getByText("没有符合条件的规则").waitFor();
});

test("a rule is changed in a form, tried on the shop's own days, saved and withdrawn", async () => {
  const { page } = tab;
  const metric = "taobao/human-reply-3m";
  await page.goto(`${world.server.address}/overrides?metric=${metric}`);
  await pick(page, "店铺", "山野茶行");
  const text = page.getByRole("textbox", { name: "规则文本（TOML）" });
  await text.waitFor();
  const shipped = await text.inputValue();
  await page.getByRole("spinbutton", { name: "时限（秒）" }).fill("15");
  await page.getByRole("spinbutton", { name: "时限（秒）" }).press("Tab");
  const changed = await text.inputValue();
  const lines = (of) => of.split("\n");
  const differing = lines(changed).filter((line, n) => line !== lines(shipped)[n]);
  assert.deepEqual(differing, ['within = "15s"'], "the form changes one line of the text");
  // What is wrong is said where it is.
  await text.fill(changed.replace('within = "15s"', 'withn = "15s"'));
  await page.locator(".faults").getByText("处问题").waitFor();
  assert.deepEqual(await page.locator(".code mark").allInnerTexts(), ["withn"]);
  const place = page.locator(".faults button").first();
  assert.match(await place.innerText(), /第 \d+ 行第 1 列/);
  await place.click();
  const chosen = await text.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
  assert.equal(chosen, "withn");
  assert.equal(await page.getByRole("button", { name: "试算近 30 天" }).isDisabled(), true);
  await text.fill(changed);
  await page.locator(".faults").getByText("没有发现问题").waitFor();
  await page.getByRole("button", { name: "试算近 30 天" }).click();
  const trial = page.getByRole("region", { name: "试算结果" }).first();
  await trial.getByText("天的数值会变").waitFor();
  const whole = await trial.locator("tr.trial-whole td").allInnerTexts();
  assert.notEqual(whole[1], whole[2]);
  const { items } = await world.owner.call("GET", "/v1/overrides");
  assert.deepEqual(items, [], "a trial keeps nothing");
  await page.getByRole("button", { name: "保存并生效" }).click();
  await page.locator(".ant-modal-confirm").getByRole("button", { name: "保存并生效" }).click();
  await page.getByText("本店规则生效中").waitFor();
  const history = page.getByRole("region", { name: "历史" });
  await history.getByText(OWNER.name).waitFor();
  const address = `/v1/figures?platform=taobao&shop=30012&metric=${metric}&by=day`;
  const figures = async () => (await world.owner.call("GET", address)).items;
  const own = await figures();
  await page.getByRole("button", { name: "撤销本店规则" }).click();
  await page.locator(".ant-modal-confirm").getByRole("button", { name: "撤销本店规则" }).click();
  await page.getByText("目前按平台规则").waitFor();
  const again = await figures();
  assert.ok(own.some((one, n) => one.hits < again[n].hits), "the shop's figures went by its rule");
  await history.getByText("撤销", { exact: true }).waitFor();
});

test("a metric that takes over another's editions can be changed too", async () => {
  const { page } = tab;
  await page.goto(
    `${world.server.address}/overrides?platform=tmall&shop=51120&metric=tmall/human-reply-3m`,
  );
  await page.getByRole("button", { name: "抄入版本" }).click();
  await page.getByRole("spinbutton", { name: "时限（秒）" }).fill("120");
  await page.getByRole("spinbutton", { name: "时限（秒）" }).press("Tab");
  await page.locator(".faults").getByText("没有发现问题").waitFor();
  await pick(page, "恰好等于时限", "算未及时");
  await page.getByRole("textbox", { name: "时段结束" }).fill("22:30");
  await page.getByRole("textbox", { name: "时段结束" }).press("Enter");
  const text = await page.getByRole("textbox", { name: "规则文本（TOML）" }).inputValue();
  assert.match(text, /to = "22:30"/);
  assert.match(text, /at-limit = "late"/);
  await page.locator(".faults").getByText("没有发现问题").waitFor();
});

test("settings of alerts are kept, and secrets are not shown again", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}/alerts/settings`);
  await page.getByRole("button", { name: "设置一条规则的预警时间" }).click();
  const warnings = page.getByRole("region", { name: "预警时间" });
  await warnings.getByRole("combobox", { name: "规则" }).click();
  await page.keyboard.type("京东");
  await page.locator(".ant-select-item-option").getByText("30秒").first().click();
  await warnings.getByText("留空为不预警。默认 15 秒").waitFor();
  await warnings.getByLabel("等待多久预警（秒）").fill("20");
  await page.getByRole("button", { name: "添加规则" }).click();
  await page.getByRole("textbox", { name: "开始" }).fill("11 pm");
  await page.getByRole("button", { name: "添加通道" }).click();
  const channel = page.getByRole("region", { name: "通道" });
  await channel.getByRole("textbox", { name: "名称" }).fill("运维");
  await channel.getByRole("combobox", { name: "类型" }).click();
  await page.locator(".ant-select-item-option").getByText("Webhook").click();
  await channel.getByLabel("地址").fill("https://192.0.2.1/hook?token=sesame");
  await channel.getByLabel("签名密钥").fill("a secret of some length");
  await page.getByRole("button", { name: "保存" }).click();
  await page.getByText("请写成 23:00 这样的时间").waitFor();
  await page.getByRole("textbox", { name: "开始" }).fill("23:00");
  await page.getByRole("textbox", { name: "结束" }).fill("08:00");
  await page.getByRole("button", { name: "保存" }).click();
  await page.getByText("设置已保存").waitFor();
  await page.reload();
  await page.getByText("已保存，不再显示").first().waitFor();
  assert.ok(!(await page.content()).includes("sesame"));
  const kept = await world.owner.call("GET", "/v1/alerts/settings");
  assert.deepEqual(kept.warnings, [{ metric: "jd/first-reply-30s", after_seconds: 20 }]);
  assert.deepEqual(kept.ladders[0].quiet, { from: "23:00", until: "08:00", drops: false });
  assert.equal(kept.channels[0].url, "***");
  // Saved again, what is not shown stays.
  await page.getByRole("button", { name: "保存" }).click();
  await page.getByText("设置已保存").waitFor();
  // An address that may not be called, and why.
  await page.getByRole("button", { name: "向 运维 发送测试消息" }).click();
  await page.getByText("没有送达").waitFor();
  await page.getByRole("button", { name: "删除通道 运维" }).click();
  await page.getByRole("button", { name: "保存" }).click();
  await page.getByText("没有通道").waitFor();
});

test("persons and what counting goes by are kept", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}/persons`);
  await page.getByRole("button", { name: "添加人员" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("姓名或工号").fill("小林");
  await dialog.getByLabel("店铺 ID").fill("30012");
  await dialog.getByLabel("客服账号").fill("30012:小林");
  await dialog.getByLabel("起始日").fill("2026-05-01");
  await dialog.getByLabel("截止日").fill("2026-05-01");
  await dialog.getByRole("button", { name: "保存" }).click();
  await dialog.getByText("截止日应晚于起始日").waitFor();
  await dialog.getByLabel("截止日").fill("");
  await dialog.getByRole("button", { name: "保存" }).click();
  await page.locator(".ant-table-row", { hasText: "30012:小林" }).waitFor();
  const { accounts } = await world.owner.call("GET", `/v1/persons/${encodeURIComponent("小林")}`);
  assert.deepEqual([accounts[0].from, accounts[0].until], ["2026-05-01", null]);
  await page.goto(`${world.server.address}/shops`);
  await page.getByRole("button", { name: "编辑 山野茶行" }).click();
  await page.getByRole("button", { name: "添加等级" }).click();
  await page.getByRole("spinbutton", { name: "等级" }).fill("5");
  await page.getByRole("button", { name: "添加打烊时段" }).click();
  await page.getByLabel("开始").fill("2026-02-15T00:00");
  await page.getByLabel("结束").fill("2026-02-24T00:00");
  await page.getByRole("button", { name: "添加时期或身份" }).click();
  await page.getByLabel("时期或身份", { exact: true }).click();
  await page.getByTitle("专业卖家").waitFor();
  await page.getByTitle("2026年春节不打烊", { exact: false }).last().click();
  await page.getByRole("button", { name: "添加账号等级" }).click();
  await page.getByLabel("客服账号").fill("30012:小林");
  await page.getByRole("textbox", { name: "等级" }).fill("金牌");
  await page.getByRole("dialog").getByRole("button", { name: "保存" }).click();
  await page.getByText("已保存").waitFor();
  const shop = await world.owner.call("GET", "/v1/shops/taobao/30012");
  assert.deepEqual(shop.levels, [{ from: null, level: 5 }]);
  assert.equal(shop.closed[0].until, "2026-02-24T00:00:00.000+08:00");
  assert.deepEqual(shop.enrolled, { "cny-2026": true });
  assert.deepEqual(shop.account_grades, { "30012:小林": "金牌" });
  assert.equal(shop.client, "云上代运营");
});

const CSV = `发送时间,买家,发送者,内容
2026-11-20 09:00:00,小雨,小雨,在吗
2026-11-20 09:00:20,小雨,新店:甲,在的
昨天,小雨,小雨,谢谢
`;
const file = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

test("a file is looked at, imported, and its rejected rows are handed out", async () => {
  const { page } = tab;
  await page.goto(`${world.server.address}/import`);
  await page.locator("input[type=file]").setInputFiles(file("五月.csv", CSV));
  await page.getByText("还需填写").first().waitFor();
  await page.getByText("未填店铺").first().waitFor();
  await pick(page, "平台", "淘宝");
  await page.getByRole("textbox", { name: "店铺 ID" }).fill("new-1");
  await page.getByRole("button", { name: "更新预览" }).click();
  await page.getByText("3 行中有 2 条数据").waitFor();
  await page.getByRole("region", { name: "被拒的行" }).first().getByText("其他文字").waitFor();
  await page.getByRole("button", { name: "导入 2 条" }).click();
  await page.getByText("导入完成").waitFor();
  await page.getByText("新增 2 条 · 重复 0 条 · 1 行被拒").waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "下载被拒的行" }).click(),
  ]);
  const list = await readFile(await download.path(), "utf8");
  assert.match(list, /^\ufeffsource,line,column[^\n]*,row\r\n五月\.csv,4,at,/);
  assert.match(list, /"昨天,小雨,小雨,谢谢"\r\n$/);
  await page.getByRole("button", { name: "查看总览中的数值" }).click();
  await row(page, "taobao/new-1").waitFor();
});

test("a file that no profile fits is mapped by hand", async () => {
  const { page } = tab;
  const odd = "几点了;给谁;哪位;聊天\n20.11.2026 10:00:00;甲;甲;请问\n20.11.2026 10:00:09;甲;小美;您好\n";
  await page.goto(`${world.server.address}/import`);
  await page.locator("input[type=file]").setInputFiles(file("odd.csv", odd));
  await page.getByText("没有合适的格式").waitFor();
  await page.getByRole("button", { name: "更新预览" }).click();
  await page.getByText("请指定“时间”列").waitFor();
  await pick(page, "几点了", "时间");
  await pick(page, "给谁", "买家");
  await pick(page, "哪位", "发言者");
  await pick(page, "聊天", "内容");
  await page.getByText("列出客服的名称，其余是买家").click();
  await page.getByRole("combobox", { name: "客服名称" }).fill("小美");
  await page.getByRole("combobox", { name: "客服名称" }).press("Enter");
  await pick(page, "平台", "京东");
  await page.getByRole("textbox", { name: "店铺 ID" }).fill("odd-1");
  await page.getByRole("button", { name: "更新预览" }).click();
  await page.getByRole("button", { name: "导入 2 条" }).click();
  await page.getByText("导入完成").waitFor();
  await page.getByText("新增 2 条").waitFor();
});

test("what was recognised is where mapping by hand begins", async () => {
  const { page } = tab;
  const day = "2026-11-20";
  const roles = [
    "时间,平台,店铺,买家,角色,客服账号,内容",
    `${day} 10:00:00,jd,roles-1,甲,顾客,,请问`,
    `${day} 10:00:09,jd,roles-1,甲,人工客服,小美,您好`,
  ].join("\n");
  await page.goto(`${world.server.address}/import`);
  await page.locator("input[type=file]").setInputFiles(file("roles.csv", roles));
  await page.getByRole("button", { name: "手动对应列" }).click();
  assert.equal(await page.getByRole("radio", { name: "由“角色”列的词区分" }).isChecked(), true);
  assert.match(await page.getByLabel("角色的词").inputValue(), /顾客 = buyer[^]*人工客服 = agent/);
  await page.getByRole("button", { name: "更新预览" }).click();
  await page.getByRole("button", { name: "导入 2 条" }).waitFor();
  await page.getByRole("columnheader", { name: "发送方" }).waitFor();
});

test("viewers read rules and change nothing", async () => {
  const { link } = await (async () => {
    const made = await world.owner.call("POST", "/v1/users", { role: "viewer", reach: "everything" });
    return { link: new URL(made.url, world.server.address).href };
  })();
  const other = await open(chrome, { size: PHONE });
  await signUp(other.page, link, { login: "viewer", name: "看", password: "another long phrase" });
  await other.page.goto(`${world.server.address}/rules?metric=jd/first-reply-30s`);
  await other.page.locator(".beside").waitFor();
  assert.equal(await other.page.getByRole("button", { name: "为店铺改写此规则" }).count(), 0);
  for (const path of ["/overrides", "/import", "/alerts/settings"]) {
    await other.page.goto(world.server.address + path);
    await other.page.getByText("没有权限查看此页").waitFor();
  }
  await other.page.goto(`${world.server.address}/persons`);
  await heading(other.page, "人员").waitFor();
  assert.equal(await other.page.getByRole("button", { name: "添加人员" }).count(), 0);
  assert.deepEqual(other.faults, []);
  await other.context.close();
});

test("an owner resets a user who lost the password", async () => {
  const who = { login: "lost", name: "忘了", password: "a phrase that is forgotten" };
  const made = await world.owner.call("POST", "/v1/users", { role: "viewer", reach: "everything" });
  const theirs = await open(chrome);
  await signUp(theirs.page, new URL(made.url, world.server.address).href, who);
  const { page } = tab;
  await page.goto(`${world.server.address}/users`);
  await page.getByRole("button", { name: "重置忘了" }).click();
  const asks = page.locator(".ant-modal-confirm");
  await asks.getByText("密码和两步验证立即失效").waitFor();
  await asks.getByRole("button", { name: "重置" }).click();
  const link = await page.getByLabel("设置新密码的链接").inputValue();
  assert.match(link, /\/reset#[0-9a-f]{64}$/);
  // What they had open ends, and the old password signs nobody in.
  await theirs.page.goto(world.server.address);
  await signIn(theirs.page, who);
  await theirs.page.getByText("登录未通过").waitFor();
  await theirs.page.goto(link);
  await theirs.page.getByLabel("新密码").fill("one that stays in mind");
  await theirs.page.getByRole("button", { name: "保存并登录" }).click();
  await heading(theirs.page, "总览").waitFor();
  assert.deepEqual(theirs.faults, []);
  await theirs.context.close();
  await page.locator(".ant-modal").getByRole("button", { name: "关闭" }).last().click();
  await page.getByRole("button", { name: "重置店长" }).and(page.locator(":disabled")).waitFor();
});

test("from the printed link to figures with the demo", async () => {
  const server = await serve();
  const fresh = await open(chrome);
  const { page } = fresh;
  const began = Date.now();
  await signUp(page, server.link);
  await page.getByRole("button", { name: "载入示例" }).click();
  await row(page, "taobao/green-tea").waitFor();
  await row(page, "taobao/green-tea").click();
  await page.getByRole("dialog").locator(".standing").first().waitFor();
  const seconds = (Date.now() - began) / 1_000;
  console.log(`    from the link to figures: ${seconds.toFixed(1)} s`);
  assert.ok(seconds < 60, `${seconds} s`);
  assert.deepEqual(fresh.faults, []);
  await fresh.context.close();
  await server.stop();
});

test("no page called another host, broke the content policy or threw", () => {
  assert.deepEqual(tab.faults, []);
});
