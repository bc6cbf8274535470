// How everything stands: read once, then kept up to date by the server's events.
import { useSyncExternalStore } from "react";

import { Failed, all, api, taken, type Failure, type ShopNow, type Waiting } from "../api/client";
import { askWho, currentSession } from "../session";
import { setServerTime } from "./clock";
import { Rows } from "./rows";

export const shops = new Rows<ShopNow>();
export const waiting = new Rows<Waiting>();

export type Line =
  /** Nothing was read yet. */
  | "starting"
  /** Events come in. */
  | "live"
  /** Read again now and then: the caller may not listen to events. */
  | "polling"
  /** What is shown may be old. */
  | "lost";

export interface Standing {
  line: Line;
  /** Why nothing could be read; null: it could. */
  failure: Failure | null;
  /** Whether shops were read at least once. */
  isRead: boolean;
}

const POLL_MS = 15_000;
const COME_BACK_MS = [1_000, 2_000, 5_000, 10_000, 20_000];
/** How often the names of buyers are looked up, which events do not tell. */
const NAMES_MS = 10_000;

let standing: Standing = { line: "starting", failure: null, isRead: false };
const listeners = new Set<() => void>();
const alertListeners = new Set<() => void>();

function become(change: Partial<Standing>): void {
  standing = { ...standing, ...change };
  listeners.forEach((listener) => listener());
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLine(): Standing {
  return useSyncExternalStore(listen, () => standing);
}

/** Calls back when something is decided about an alert. */
export function onAlert(listener: () => void): () => void {
  alertListeners.add(listener);
  return () => alertListeners.delete(listener);
}

/** Whether all that is known of a shop's figures comes off the platform's panel. */
export const isPanelOnly = ({ feeds }: ShopNow): boolean =>
  feeds.length > 0 && feeds.every((one) => one.grade === "panel");

export const shopKey = (of: { platform: string; shop: string }): string =>
  `${of.platform}/${of.shop}`;
const threadKey = (of: { thread: number }): string => String(of.thread);

export function useShop(key: string): ShopNow | undefined {
  return useSyncExternalStore(
    (listener) => shops.listen(key, listener),
    () => shops.get(key),
  );
}

export function useWaiting(key: string): Waiting | undefined {
  return useSyncExternalStore(
    (listener) => waiting.listen(key, listener),
    () => waiting.get(key),
  );
}

function may(permission: "read-queue" | "read-alerts" | "read-texts"): boolean {
  const session = currentSession();
  return session.state === "in" && session.me.permissions.includes(permission);
}

type Told =
  | { name: "shop"; data: ShopNow }
  | { name: "waiting"; data: Waiting }
  | { name: "answered"; data: { thread: number } };

/** Events that came while everything was being read; null: nothing is being read. */
let held: Told[] | null = null;
let frame = 0;
let coming: Told[] = [];

function apply(told: Told): void {
  switch (told.name) {
    case "shop": {
      const key = shopKey(told.data);
      const known = shops.get(key);
      // What was read may be newer than an event that was held meanwhile.
      if (known && Date.parse(told.data.at) < Date.parse(known.at)) return;
      setServerTime(told.data.at);
      shops.set(key, recorded(told.data));
      return;
    }
    case "waiting": {
      const key = threadKey(told.data);
      const buyer = told.data.buyer ?? waiting.get(key)?.buyer;
      waiting.set(key, buyer === undefined ? told.data : { ...told.data, buyer });
      if (buyer === undefined && may("read-texts")) lookUpNames();
      return;
    }
    case "answered":
      waiting.delete(threadKey(told.data));
  }
}

/** Events of one frame are shown together; a page that is not seen has no frames. */
function take(told: Told): void {
  coming.push(told);
  if (document.hidden) flush();
  else if (frame === 0) frame = window.requestAnimationFrame(flush);
}

function flush(): void {
  window.cancelAnimationFrame(frame);
  frame = 0;
  const all = coming;
  coming = [];
  if (held) held.push(...all);
  else all.forEach(apply);
}

/**
 * What is recorded of shops. The overview and its events tell it too, a moment after it changed;
 * until then it is taken from here.
 */
let records = new Map<string, Pick<ShopNow, "name" | "client" | "groups">>();

function recorded(shop: ShopNow): ShopNow {
  const record = records.get(shopKey(shop));
  if (!record) return shop;
  const { name, client, groups } = shop;
  return {
    ...shop,
    name: name || record.name,
    client: client || record.client,
    groups: groups.length > 0 ? groups : record.groups,
  };
}

async function readRecords(): Promise<void> {
  const items = await all((after: string | undefined) =>
    taken(api.GET("/v1/shops", { params: { query: { limit: 1_000, ...(after && { after }) } } })),
  );
  records = new Map(
    items.map((item) => {
      const { name = "", client = "", groups = [] } = item;
      return [shopKey(item), { name, client, groups }];
    }),
  );
}

async function readShops(): Promise<void> {
  const records = readRecords();
  const items = await all((after: string | undefined) =>
    taken(
      api.GET("/v1/overview", {
        params: { query: { limit: 1_000, ...(after === undefined ? {} : { after }) } },
      }),
    ),
  );
  await records;
  const newest = items.at(-1);
  if (newest) setServerTime(newest.at);
  shops.replace(items.map((item) => [shopKey(item), recorded(item)]));
}

async function readWaiting(): Promise<void> {
  if (!may("read-queue")) return;
  const items = await all((after: string | undefined) =>
    taken(
      api.GET("/v1/waiting", {
        params: { query: { limit: 1_000, ...(after === undefined ? {} : { after }) } },
      }),
    ),
  );
  waiting.replace(items.map((item) => [threadKey(item), item]));
}

let names: number | undefined;

function lookUpNames(): void {
  names ??= window.setTimeout(() => {
    names = undefined;
    void readAgain();
  }, NAMES_MS);
}

let reading: Promise<boolean> | undefined;

/** Reads everything; false: it could not be read. */
function readAgain(): Promise<boolean> {
  reading ??= (async () => {
    held = [];
    try {
      await Promise.all([readShops(), readWaiting()]);
      become({ failure: null, isRead: true });
      return true;
    } catch (thrown) {
      if (!(thrown instanceof Failed)) throw thrown;
      become({ failure: thrown.failure });
      return false;
    } finally {
      const missed = held ?? [];
      held = null;
      missed.forEach(apply);
      reading = undefined;
    }
  })();
  return reading;
}

let source: EventSource | undefined;
let again: number | undefined;
let tries = 0;

function later(ms: number): void {
  window.clearTimeout(again);
  again = window.setTimeout(() => void begin(), ms);
}

function comeBack(): void {
  become({ line: "lost" });
  later(COME_BACK_MS[Math.min(tries, COME_BACK_MS.length - 1)] ?? POLL_MS);
  tries += 1;
}

async function begin(): Promise<void> {
  stop();
  if (currentSession().state !== "in") return;
  if (!may("read-alerts")) {
    if (await readAgain()) {
      become({ line: "polling" });
      later(POLL_MS);
    } else comeBack();
    return;
  }
  listenToEvents();
}

function listenToEvents(): void {
  const opened = new EventSource("/v1/events");
  source = opened;
  opened.onopen = () => {
    void readAgain().then((isRead) => {
      if (source !== opened) return;
      if (!isRead) {
        stop();
        comeBack();
        return;
      }
      tries = 0;
      become({ line: "live" });
    });
  };
  opened.onerror = () => {
    if (source !== opened) return;
    become({ line: "lost" });
    // Otherwise the browser comes back by itself, with the last event that it heard.
    if (opened.readyState !== EventSource.CLOSED) return;
    stop();
    // An error tells no reason: the session may be over.
    void askWho().then(() => {
      if (currentSession().state === "in") comeBack();
    });
  };
  const hear = (name: Told["name"]): void =>
    opened.addEventListener(name, (event: MessageEvent<string>) =>
      take({ name, data: JSON.parse(event.data) } as Told),
    );
  hear("shop");
  hear("waiting");
  hear("answered");
  opened.addEventListener("alert", () => alertListeners.forEach((listener) => listener()));
  opened.addEventListener("reset", () => {
    void readAgain();
    alertListeners.forEach((listener) => listener());
  });
}

function stop(): void {
  window.clearTimeout(again);
  again = undefined;
  source?.close();
  source = undefined;
}

/** Begins to listen, for as long as somebody is signed in. */
export function start(): () => void {
  const online = (): void => {
    tries = 0;
    void begin();
  };
  const offline = (): void => become({ line: "lost" });
  window.addEventListener("online", online);
  window.addEventListener("offline", offline);
  void begin();
  return () => {
    window.removeEventListener("online", online);
    window.removeEventListener("offline", offline);
    stop();
    window.clearTimeout(names);
    names = undefined;
    shops.replace([]);
    waiting.replace([]);
    become({ line: "starting", failure: null, isRead: false });
  };
}

/** Reads again what is recorded of shops, because it was changed here. */
export function recordsChanged(): void {
  void readAgain();
}

/** Tries again at once, because somebody asked for it. */
export function retry(): void {
  tries = 0;
  void begin();
}
