// What the browser's tests share: a server, a browser, somebody who signed up, facts.
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import { program as yingda, serve as start } from "../scripts/server.mjs";

export const OWNER = { login: "owner", name: "店长", password: "a long enough phrase" };
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/**
 * Tests begin on an afternoon: at night hardly any rule wants an answer. From there the servers'
 * clocks go on as this machine's does.
 */
const AHEAD = Date.parse("2026-11-18T15:00:00+08:00") - Date.now();

/** What the servers' clocks show. */
export const now = () => Date.now() + AHEAD;

/** Starts a server whose clock is that of the tests. */
export const serve = (where = {}) => start({ ...where, ahead: AHEAD });

const RESULTS = fileURLToPath(new URL("../results/", import.meta.url));
const PLACES = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"];

export async function browser() {
  const executablePath = PLACES.find((place) => place && existsSync(place));
  if (!executablePath) throw new Error("no Chromium is here: `apt-get install -y chromium`");
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
}

/** Where a picture goes. */
export function picture(name) {
  mkdirSync(RESULTS, { recursive: true });
  return `${RESULTS}${name}.png`;
}

/**
 * A page that notes what it must never do: call another host, break the content policy, throw.
 */
export async function open(of, { language = "zh", scheme = "light", size = DESKTOP } = {}) {
  const context = await of.newContext({
    viewport: size,
    colorScheme: scheme,
    locale: language === "zh" ? "zh-CN" : "en-GB",
    timezoneId: "Asia/Shanghai",
    reducedMotion: "reduce",
    permissions: ["notifications"],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults = [];
  let home;
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    home ??= origin;
    if (protocol !== "data:" && origin !== home) faults.push(`called ${request.url()}`);
  });
  page.on("pageerror", (error) => faults.push(`threw ${error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    // Answers that are errors are tested for what is shown of them.
    const isAnswer = text.startsWith("Failed to load resource");
    if (message.type() === "error" && !isAnswer) faults.push(`said ${text}`);
  });
  return { page, context, faults };
}

/** Signs up by the link that the server printed. */
export async function signUp(page, link, who = OWNER) {
  await page.goto(link);
  await page.locator("#login").fill(who.login);
  await page.locator("#name").fill(who.name);
  await page.locator("#password").fill(who.password);
  await page.locator("button[type=submit]").click();
  await page.locator("#content").waitFor();
}

export async function signIn(page, who = OWNER, code) {
  await page.locator("#login").fill(who.login);
  await page.locator("#password").fill(who.password);
  if (code) {
    await page.locator(".plain-link").click();
    await page.locator("#totp").fill(code);
  }
  await page.locator("button[type=submit]").click();
}

/** A row of a long list. */
export const row = (page, key) => page.locator(`[data-row="${key}"]`);

export const heading = (page, text) => page.getByRole("heading", { level: 1, name: text });

/** The API, as a program calls it that has a session of its own. */
export class Caller {
  constructor(address, headers = {}) {
    this.address = address;
    this.headers = { "content-type": "application/json", origin: address, ...headers };
  }

  static withToken(address, token) {
    return new Caller(address, { authorization: `Bearer ${token}` });
  }

  async call(method, path, body, type) {
    const answer = await fetch(this.address + path, {
      method,
      headers: { ...this.headers, ...(type && { "content-type": type }) },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const cookie = answer.headers.getSetCookie()[0]?.split(";")[0];
    if (cookie) this.headers = { ...this.headers, cookie };
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  signIn(who = OWNER) {
    return this.call("POST", "/v1/sign-in", { login: who.login, password: who.password });
  }

  /** Another caller, with a token that was made over the API. */
  async token(grants = ["feed", "read", "texts", "settings", "manage"]) {
    const made = await this.call("POST", "/v1/tokens", { name: "tests", grants, reach: "everything" });
    return Caller.withToken(this.address, made.token);
  }

  async facts(rows, query = "") {
    const lines = rows.map((row) => JSON.stringify(row)).join("\n");
    const answer = await this.call("POST", `/v1/facts${query}`, lines, "application/x-ndjson");
    return answer;
  }
}

/** An instant so many seconds from now, as China's clocks show it. */
export function at(seconds) {
  const local = new Date(now() + seconds * 1_000 + 8 * 3_600_000);
  return `${local.toISOString().slice(0, -1)}+08:00`;
}

let number = 0;
const id = () => `m${(number += 1)}`;

export const asks = (platform, shop, buyer, seconds, text = "在吗") => ({
  at: at(seconds),
  platform,
  shop,
  buyer,
  author: "buyer",
  id: id(),
  text,
});

export const answers = (platform, shop, buyer, seconds, account = `${shop}:小林`) => ({
  at: at(seconds),
  platform,
  shop,
  buyer,
  author: "agent",
  account,
  id: id(),
  text: "在的",
});

/** The code that an authenticator app shows for a key, and for the time steps after. */
export function oneTimeCode(key, steps = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...key.replaceAll(/[\s=-]/g, "").toUpperCase()]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const bytes = bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now() / 30_000) + steps));
  const digest = createHmac("sha1", Buffer.from(bytes)).update(counter).digest();
  const from = digest[19] & 15;
  return String((digest.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/**
 * An agency as it stands on a day: shops of five platforms, some who wait, some who waited too
 * long, one shop that is fed daily, one that nobody feeds.
 */
export async function agency(owner, program) {
  const shops = [
    ["taobao", "30012", "山野茶行", "云上代运营", ["食品", "华东"]],
    ["taobao", "30077", "绿芽童装旗舰店", "云上代运营", ["服饰"]],
    ["tmall", "51120", "拾光家居", "云上代运营", ["家居", "华东"]],
    ["pinduoduo", "900018", "好物优选", "北辰商贸", ["百货"]],
    ["pinduoduo", "900233", "暖阳家纺", "北辰商贸", ["家居"]],
    ["jd", "10086", "数码先锋", "", []],
    ["douyin", "77001", "零食研究所", "北辰商贸", ["食品"]],
    ["douyin", "77125", "晴空美妆", "", ["美妆"]],
    ["xiaohongshu", "x-551", "慢慢手作", "", []],
  ];
  for (const [platform, shop, name, client, groups] of shops) {
    await owner.call("PUT", `/v1/shops/${platform}/${encodeURIComponent(shop)}`, {
      name,
      client,
      groups,
    });
  }
  const rows = [];
  shops.slice(0, 7).forEach(([platform, shop], n) => {
    for (let buyer = 0; buyer < 12 + 7 * n; buyer += 1) {
      const asked = -5_400 + buyer * 40;
      rows.push(asks(platform, shop, `buyer${n}-${buyer}`, asked));
      // One in nine is answered late.
      const wait = buyer % 9 === n % 9 ? 400 : 12 + ((buyer * 7) % 20);
      rows.push(answers(platform, shop, `buyer${n}-${buyer}`, asked + wait));
    }
  });
  const waits = [
    [0, "小雨点", -40],
    [0, "tb_7718", -155],
    [0, "山里人", -420],
    [2, "木木夕", -95],
    [3, "pdd*8841", -20],
    [3, "开心果", -260],
    [5, "jd_c3f0", -12],
    [6, "阿南", -130],
  ];
  for (const [n, buyer, seconds] of waits) {
    const [platform, shop] = shops[n];
    rows.push(asks(platform, shop, `${buyer}`, seconds - 60, "你好"));
    rows.push(answers(platform, shop, `${buyer}`, seconds - 55));
    rows.push(asks(platform, shop, `${buyer}`, seconds, "什么时候发货"));
  }
  const [platform, shop] = shops[7];
  await program.facts(rows);
  const daily = [asks(platform, shop, "b1", -7_200), answers(platform, shop, "b1", -7_100)];
  await program.facts(daily, "?feed=daily-export&grade=daily");
}

/** The shop that has a past. */
export const PAST = { platform: "taobao", shop: "40086", name: "云岫茶具" };

/** An instant of a day so many days ago, on China's clocks. */
function on(daysAgo, hour, minute, second) {
  const offset = 8 * 3_600_000;
  const midnight = Math.floor((now() + offset) / 86_400_000) * 86_400_000;
  const wall = midnight - daysAgo * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1_000;
  return `${new Date(wall).toISOString().slice(0, -1)}+08:00`;
}

/** The day so many days ago, on China's calendar. */
export const dayAgo = (daysAgo) => on(daysAgo, 0, 0, 0).slice(0, 10);

/**
 * Four weeks of a shop up to yesterday: busy and slow hours, three accounts, one day of which
 * nothing is known, one bad day, nights, questions that nobody answered.
 */
export function past() {
  const { platform, shop } = PAST;
  const accounts = [`${shop}:小林`, `${shop}:小周`, "=1+1"];
  const rows = [];
  const add = (daysAgo, time, buyer, author, more) => {
    const [hour, minute, second] = time;
    const id = `p${rows.length}`;
    rows.push({ at: on(daysAgo, hour, minute, second), platform, shop, buyer, author, id, ...more });
  };
  for (let daysAgo = 28; daysAgo >= 1; daysAgo -= 1) {
    if (daysAgo === 9) continue;
    for (const hour of [1, 8, 9, 10, 11, 14, 15, 16, 19, 20, 21, 22]) {
      const n = hour === 1 ? 1 : 2 + ((daysAgo * 5 + hour * 3) % 4);
      for (let one = 0; one < n; one += 1) {
        const seed = (daysAgo * 31 + hour * 17 + one * 7) % 100;
        const buyer = `茶友${daysAgo}-${hour}-${one}`;
        const second = (seed * 3) % 50;
        add(daysAgo, [hour, one * 11, second], buyer, "buyer", { text: "茶壶什么时候发货" });
        // Evenings are slow; ten days ago was a bad day; at night hardly anybody answers.
        const isSlow = seed < (daysAgo === 10 ? 55 : hour >= 19 ? 26 : 9);
        if (hour === 1 ? seed < 70 : seed % 33 === 32) continue;
        const wait = isSlow ? 185 + seed * 4 : 4 + ((seed * 13) % 150);
        const at = one * 660 + second + wait;
        const account = accounts[(seed + one) % (seed % 5 === 0 ? 3 : 2)];
        const time = [hour, Math.floor(at / 60), at % 60];
        add(daysAgo, time, buyer, "agent", { account, text: "亲，今天发出" });
      }
    }
  }
  return rows;
}

/** A server with an owner, a session of theirs, and a program. */
export async function site({ filled = true } = {}) {
  const server = await serve();
  const owner = new Caller(server.address);
  const secret = server.link.slice(server.link.indexOf("#") + 1);
  await owner.call("POST", "/v1/sign-up", { secret, ...OWNER });
  const program = await owner.token();
  if (filled) await agency(owner, program);
  return { server, owner, program };
}

/** What a command prints, an object a line. */
export function run(...words) {
  const text = execFileSync(yingda(), ["--lang", "en", ...words], { encoding: "utf8" });
  return text.trim().split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

/** A site with the shop that has a past; the same facts are in a file, for the command line. */
export async function pastSite(filled = false) {
  const world = await site({ filled });
  const { platform, shop, name } = PAST;
  await world.owner.call("PUT", `/v1/shops/${platform}/${shop}`, { name });
  const rows = past();
  await world.program.facts(rows);
  const folder = await mkdtemp(join(tmpdir(), "yingda-past-"));
  const log = join(folder, "past.jsonl");
  await writeFile(log, rows.map((one) => JSON.stringify(one)).join("\n"));
  const stop = async () => {
    await world.server.stop();
    await rm(folder, { recursive: true });
  };
  return { ...world, rows, folder, log, stop };
}
