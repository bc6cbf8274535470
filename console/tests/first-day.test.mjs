// From the printed link to figures on the screen, in a real browser against the real server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  Caller,
  OWNER,
  PHONE,
  answers,
  asks,
  browser,
  heading,
  oneTimeCode,
  open,
  row,
  serve,
  signIn,
  signUp,
} from "./world.mjs";

let chrome;
let server;
let tab;
before(async () => {
  [chrome, server] = await Promise.all([browser(), serve()]);
  tab = await open(chrome);
});
after(async () => {
  await chrome?.close();
  await server?.stop();
});

test("the owner signs up by the printed link, once", async () => {
  const { page } = tab;
  await page.goto(server.link);
  await page.locator("#password").fill("short");
  await page.locator("button[type=submit]").click();
  await page.locator(".ant-form-item-explain-error").getByText("密码至少 10 个字符").waitFor();
  await signUp(page, server.link);
  await page.getByText("还没有店铺").waitFor();
  const { pathname, hash } = new URL(page.url());
  assert.equal(pathname + hash, "/");
  const other = await open(chrome);
  await other.page.goto(server.link);
  await other.page.locator("#login").fill("second");
  await other.page.locator("#name").fill("某人");
  await other.page.locator("#password").fill(OWNER.password);
  await other.page.locator("button[type=submit]").click();
  // What happened, and what to do.
  await other.page.getByText("链接无效").waitFor();
  await other.page.getByText("请向所有者索取新链接").waitFor();
  await other.context.close();
});

test("facts sent with a token that was made on its page appear without a reload", async () => {
  const { page } = tab;
  await page.getByRole("button", { name: "创建令牌" }).click();
  await heading(page, "API 令牌").waitFor();
  await page.getByRole("button", { name: "创建令牌" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("名称").fill("ERP");
  await dialog.getByRole("button", { name: "创建令牌" }).click();
  const token = await dialog.locator("input[readonly]").inputValue();
  assert.match(token, /^yd_/);
  await dialog.locator(".ant-modal-footer button").last().click();
  await page.locator("nav").getByText("总览").click();
  await page.getByText("还没有店铺").waitFor();
  const program = Caller.withToken(server.address, token);
  const taken = await program.facts([
    asks("taobao", "30012", "小雨点", -300),
    answers("taobao", "30012", "小雨点", -290),
    asks("taobao", "30012", "小雨点", -30),
  ]);
  assert.equal(taken.accepted, 3);
  await row(page, "taobao/30012").getByText("1 人等待").waitFor();
  await program.facts([answers("taobao", "30012", "小雨点", 0)]);
  await row(page, "taobao/30012").getByText("无人等待").waitFor();
});

test("a shop's record is written, and its name is there at once", async () => {
  const { page } = tab;
  await page.goto(`${server.address}/shops`);
  await page.getByRole("button", { name: "登记店铺" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("店铺 ID").fill("30012");
  await dialog.getByLabel("名称").fill("山野茶行");
  await dialog.getByLabel("客户").fill("云上代运营");
  await dialog.getByRole("button", { name: "保存" }).click();
  await page.getByRole("cell", { name: "山野茶行", exact: true }).waitFor();
  await page.locator("nav").getByText("总览").click();
  await row(page, "taobao/30012").getByText("山野茶行").waitFor();
  await row(page, "taobao/30012").getByText("云上代运营").waitFor();
});

test("an invited viewer sees figures, and is told what they may not see", async () => {
  const { page } = tab;
  await page.goto(`${server.address}/users`);
  await page.getByRole("button", { name: "邀请用户" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("只读").check();
  await dialog.getByRole("button", { name: "生成链接" }).click();
  const link = await dialog.locator("input[readonly]").inputValue();
  const guest = await open(chrome, { language: "en", size: PHONE });
  const who = { login: "guest", name: "客人", password: "another long phrase" };
  await signUp(guest.page, link, who);
  await row(guest.page, "taobao/30012").waitFor();
  await guest.page.getByText("Updated every 15 s").waitFor();
  await guest.page.goto(`${server.address}/waiting`);
  await guest.page.getByText("You may not see this page").waitFor();
  await guest.page.getByRole("button", { name: "Open menu" }).click();
  await guest.page.locator("nav").getByText("My account").waitFor();
  assert.equal(await guest.page.locator("nav").getByText("Users").count(), 0);
  assert.deepEqual(guest.faults, []);
  await guest.context.close();
});

test("the audit log has it all", async () => {
  const { page } = tab;
  await page.goto(`${server.address}/audit`);
  for (const act of ["用户注册", "创建令牌", "店铺资料", "生成邀请链接"]) {
    await page.getByRole("cell", { name: act }).first().waitFor();
  }
});

test("signing out and in, with what is wrong said", async () => {
  const { page } = tab;
  await page.goto(`${server.address}/account`);
  await page.getByRole("button", { name: "退出登录" }).click();
  await signIn(page, { ...OWNER, password: "not the phrase" });
  await page.getByRole("alert").getByText("请检查登录名和密码").waitFor();
  await page.locator("#password").fill(OWNER.password);
  await page.locator("button[type=submit]").click();
  await heading(page, "我的账号").waitFor();
});

test("a second factor is set and asked for", async () => {
  const { page } = tab;
  await page.locator("#factor_password").fill(OWNER.password);
  await page.getByRole("button", { name: "开启两步验证" }).click();
  const key = await page.locator("code.value").textContent();
  await page.locator("#factor_code").fill(oneTimeCode(key));
  await page.getByRole("button", { name: "确认并开启" }).click();
  await page.getByRole("button", { name: "关闭两步验证" }).waitFor();
  await page.getByRole("button", { name: "退出登录" }).click();
  // The code that confirmed the key signs nobody in; the next one does, and is taken already.
  await signIn(page, OWNER, oneTimeCode(key, 1));
  await heading(page, "我的账号").waitFor();
});

test("a session that ended elsewhere says so, and goes on where one was", async () => {
  const { page, context } = tab;
  await page.locator("nav").getByText("告警", { exact: true }).click();
  await heading(page, "告警记录").waitFor();
  const cookies = await context.cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const owner = new Caller(server.address, { cookie });
  await owner.call("DELETE", "/v1/me/totp", { password: OWNER.password });
  await owner.call("POST", "/v1/sign-out?everywhere=true");
  await page.getByText("近 7 天").click();
  await page.getByText("登录已过期").waitFor();
  await signIn(page);
  await heading(page, "告警记录").waitFor();
});

test("nothing was called but the server, and nothing went wrong in the page", () => {
  assert.deepEqual(tab.faults, []);
});
