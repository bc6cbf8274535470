// Who waits, over all shops, the most urgent first.
import { BellOutlined, VerticalAlignBottomOutlined } from "@ant-design/icons";
import { Alert, Button, Drawer, Popover, Switch } from "antd";
import { useCallback, useEffect, useLayoutEffect, useMemo, useState, type ReactNode } from "react";

import type { Waiting } from "../api/client";
import { figurePath } from "../figure/address";
import { useMetricNames } from "../live/catalogue";
import { now, onSecond, useEachSecond } from "../live/clock";
import { retry, shopKey, shops, useLine, useWaiting, waiting } from "../live/live";
import { canNotify, chime, isDenied, turnOn } from "../live/notices";
import { count, stageOf, summed, useCounts, type Stage } from "../live/urgency";
import { FailurePage, Loading, Nothing } from "../parts/failure";
import { Grid, type Column } from "../parts/grid";
import { clockOf, dayAndClock, MetricName, metricText, nameOfKey, ShopName } from "../parts/names";
import { StartButtons } from "../parts/start";
import { Choices, Search } from "../parts/tools";
import { listOf, useView, type Written } from "../parts/view";
import { useIsNarrow } from "../parts/width";
import { go, goInstead, linkTo, useQuery } from "../place";
import { prefer, usePreferences } from "../preferences";
import { useMay } from "../session";
import { useWords, wordOf, type Words } from "../words";

/** What is left, or how much over: a text that changes each second, and a colour that does not. */
function Left({ row }: { row: string }): ReactNode {
  const w = useWords();
  const one = useWaiting(row);
  const stage = useEachSecond((at) => (one ? stageOf(one, at) : "endless"));
  const text = useEachSecond((at) => (one ? leftText(one, at, w) : ""));
  if (!one) return null;
  return (
    <span className={`stage stage-${stage}`}>
      {text}
      <span className="unseen"> {w.waiting.stages[stage]}</span>
    </span>
  );
}

function leftText(one: Waiting, at: number, w: Words): string {
  if (!one.overdue_at) {
    return w.waiting.waited(Math.max(0, Math.floor((at - Date.parse(one.since)) / 1_000)));
  }
  const left = Date.parse(one.overdue_at) - at;
  return left > 0
    ? w.waiting.left(Math.ceil(left / 1_000))
    : w.waiting.late(Math.floor(-left / 1_000));
}

function BuyerCell({ row }: { row: string }): ReactNode {
  const w = useWords();
  const one = useWaiting(row);
  if (!one) return null;
  return <span className="cut block">{one.buyer ?? w.waiting.thread(one.thread)}</span>;
}

function ShopCell({ row }: { row: string }): ReactNode {
  const one = useWaiting(row);
  return one ? <ShopName platform={one.platform} shop={one.shop} /> : null;
}

function AccountCell({ row }: { row: string }): ReactNode {
  const w = useWords();
  const one = useWaiting(row);
  if (!one) return null;
  return one.account ? (
    <span className="cut block">{one.account}</span>
  ) : (
    <span className="quiet">{w.common.unknown}</span>
  );
}

function SinceCell({ row }: { row: string }): ReactNode {
  const one = useWaiting(row);
  return one ? <span className="number">{clockOf(one.since)}</span> : null;
}

function RulesCell({ row }: { row: string }): ReactNode {
  const one = useWaiting(row);
  const known = useMetricNames();
  const names = one && byLimit(one.rules).map((rule) => metricText(rule.metric, known)).join(", ");
  return (
    <span className="quiet cut block" title={names}>
      {names}
    </span>
  );
}

/** On a phone: who, where and with whom in one cell. */
function WhoCell({ row }: { row: string }): ReactNode {
  return (
    <div className="cell-two">
      <BuyerCell row={row} />
      <span className="small shop-name">
        <ShopCell row={row} />
      </span>
    </div>
  );
}

const LEFT = (row: string): ReactNode => <Left row={row} />;
const BUYER = (row: string): ReactNode => <BuyerCell row={row} />;
const SHOP = (row: string): ReactNode => <ShopCell row={row} />;
const ACCOUNT = (row: string): ReactNode => <AccountCell row={row} />;
const SINCE = (row: string): ReactNode => <SinceCell row={row} />;
const RULES = (row: string): ReactNode => <RulesCell row={row} />;
const WHO = (row: string): ReactNode => <WhoCell row={row} />;

function columnsOf(w: Words, isNarrow: boolean): Column[] {
  const left = { key: "left", title: w.waiting.remaining, width: "150px", cell: LEFT };
  if (isNarrow) {
    const who = { key: "who", title: w.waiting.buyer, width: "minmax(0, 1fr)", cell: WHO };
    return [{ ...left, width: "132px" }, who];
  }
  return [
    left,
    { key: "buyer", title: w.waiting.buyer, width: "minmax(0, 1fr)", cell: BUYER },
    { key: "shop", title: w.common.shop, width: "minmax(0, 1.4fr)", cell: SHOP },
    { key: "account", title: w.waiting.account, width: "minmax(0, 1fr)", cell: ACCOUNT },
    { key: "since", title: w.waiting.since, width: "88px", cell: SINCE },
    { key: "rules", title: w.waiting.rules, width: "minmax(0, 1.2fr)", cell: RULES },
  ];
}

interface View {
  text: string;
  platforms: string[];
  stages: Stage[];
  /** Of one shop, by its key. */
  shop: string | null;
}

const due = (one: Waiting): number =>
  one.overdue_at ? Date.parse(one.overdue_at) : Number.MAX_SAFE_INTEGER;

function arrange(view: View): string[] {
  const wanted = view.text.trim().toLowerCase();
  const at = now();
  const shown = [...waiting.values()].filter((one) => {
    if (view.shop !== null && shopKey(one) !== view.shop) return false;
    if (view.platforms.length > 0 && !view.platforms.includes(one.platform)) return false;
    if (view.stages.length > 0 && !view.stages.includes(stageOf(one, at))) return false;
    if (wanted === "") return true;
    const texts = [one.buyer ?? "", one.shop, nameOfKey(one), one.account ?? ""];
    return texts.some((text) => text.toLowerCase().includes(wanted));
  });
  // The order does not change as time passes: who is due first stays first.
  shown.sort(
    (a, b) => due(a) - due(b) || Date.parse(a.since) - Date.parse(b.since) || a.thread - b.thread,
  );
  return shown.map((one) => String(one.thread));
}

function useOrder(view: View, isRead: boolean): string[] {
  const [order, setOrder] = useState<string[]>(() => arrange(view));
  useLayoutEffect(() => {
    let frame = 0;
    const look = (): void => {
      frame = 0;
      const next = arrange(view);
      setOrder((before) => {
        const isSame = before.length === next.length && before.every((row, n) => row === next[n]);
        return isSame ? before : next;
      });
    };
    const soon = (): void => {
      if (frame === 0) frame = window.requestAnimationFrame(look);
    };
    look();
    const ends = [waiting.listenToAll(soon)];
    // Who is shown changes with time only where states are chosen.
    if (view.stages.length > 0) ends.push(onSecond(soon));
    return () => {
      ends.forEach((end) => end());
      window.cancelAnimationFrame(frame);
    };
  }, [view, isRead]);
  return order;
}

const START: View = { text: "", platforms: [], stages: [], shop: null };
const STAGES: readonly Stage[] = ["overdue", "warned", "calm", "endless"];

/** The view as the address has it. */
const WRITTEN: Written<View> = {
  read: (query) => ({
    text: query.get("q") ?? "",
    platforms: listOf(query.get("platform")),
    stages: STAGES.filter((one) => listOf(query.get("stage")).includes(one)),
    shop: query.get("shop"),
  }),
  write: ({ text, platforms, stages, shop }) => ({
    ...(text !== "" && { q: text }),
    ...(platforms.length > 0 && { platform: platforms.join(",") }),
    ...(stages.length > 0 && { stage: stages.join(",") }),
    ...(shop !== null && { shop }),
  }),
};

export default function WaitingPage(): ReactNode {
  const w = useWords();
  const isNarrow = useIsNarrow();
  const { failure, isRead } = useLine();
  const query = useQuery();
  const [view, change] = useView(WRITTEN);
  const [target, setTarget] = useState<string | null>(null);
  const reached = useCallback(() => setTarget(null), []);
  const [open, setOpen] = useState<string | null>(null);
  const order = useOrder(view, isRead);
  const isKnown = useIsKnown();
  const columns = useMemo(() => columnsOf(w, isNarrow), [w, isNarrow]);
  const isAskedToJump = query.get("jump") === "longest";
  const jump = (): void => {
    const { longest } = count();
    if (!longest) return;
    // They may be hidden by a filter.
    change(START);
    setTarget(String(longest.thread));
  };
  useEffect(() => {
    if (!isAskedToJump || !isRead) return;
    jump();
    goInstead("/waiting");
  }, [isAskedToJump, isRead]);
  if (!isRead) return failure ? <FailurePage failure={failure} again={retry} /> : <Loading />;
  const isFiltered = order.length !== waiting.size;
  return (
    <div className="page page-full">
      <div className="page-top">
        <h1>{w.waiting.title}</h1>
        <Summary />
        <span className="push tools">
          <Jump onJump={jump} />
          <Notices />
        </span>
      </div>
      <Tools view={view} change={change} />
      {isFiltered && order.length === 0 && (
        <Nothing title={w.waiting.noMatch}>
          <Button onClick={() => change(START)}>{w.common.clear}</Button>
        </Nothing>
      )}
      {!isFiltered && order.length === 0 && (isKnown ? <Calm /> : <NobodyFed />)}
      {order.length > 0 && (
        <Grid
          label={w.waiting.title}
          columns={columns}
          rows={order}
          rowHeight={isNarrow ? 56 : 44}
          onOpen={setOpen}
          target={target}
          onTarget={reached}
        />
      )}
      <span className="quiet small">{w.waiting.warnedHint}</span>
      <Why row={open} onClose={() => setOpen(null)} />
    </div>
  );
}

/** When a message came last in a shop of which it is known who waits. */
function heardLast(): string {
  const fed = [...shops.values()].filter((shop) => shop.queue);
  const heard = fed.flatMap(({ feeds }) => feeds.flatMap((feed) => feed.last_heard_at ?? []));
  return heard.reduce((a, b) => (Date.parse(a) > Date.parse(b) ? a : b), "");
}

/** That nobody waits, since when nothing came, and of how many shops that is not known. */
function Calm(): ReactNode {
  const w = useWords();
  const heard = useEachSecond(heardLast);
  const today = useEachSecond(() => [...shops.values()].at(0)?.at.slice(0, 10) ?? "");
  const unknown = useEachSecond(() => summed().unknown);
  const at = heard.startsWith(today) ? clockOf(heard) : dayAndClock(heard);
  return (
    <Nothing title={w.waiting.empty} {...(heard !== "" && { hint: w.waiting.calm(at) })}>
      {unknown > 0 && <span className="quiet">{w.waiting.emptyUnfed(unknown)}</span>}
    </Nothing>
  );
}

/** That of no shop it is known who waits, and the ways to know it. */
function NobodyFed(): ReactNode {
  const w = useWords();
  const mayMake = useMay("change-tokens");
  const isFed = useEachSecond(() => [...shops.values()].some(({ feeds }) => feeds.length > 0));
  return (
    <Nothing title={w.waiting.unknown} hint={w.waiting.emptyNobodyFed}>
      {!isFed && <StartButtons />}
      {mayMake && (
        <p>
          <Button onClick={() => go("/tokens")}>{w.overview.emptyToken}</Button>
        </p>
      )}
    </Nothing>
  );
}

function Summary(): ReactNode {
  const w = useWords();
  const { all, warned, overdue } = useCounts();
  const unknown = useEachSecond(() => summed().unknown);
  const isKnown = useIsKnown();
  const people = w.overview.waitingSum(isKnown ? all : null, unknown);
  return (
    <span className="quiet number">
      {isKnown ? w.waiting.summary(people, warned, overdue) : people}
    </span>
  );
}

/** Whether of any shop it is known who waits. */
const useIsKnown = (): boolean =>
  useEachSecond(() => waiting.size > 0 || summed().waiting !== null);

function Jump({ onJump }: { onJump: () => void }): ReactNode {
  const w = useWords();
  const { overdue } = useCounts();
  return (
    <Button
      icon={<VerticalAlignBottomOutlined />}
      disabled={overdue === 0}
      title={overdue === 0 ? w.waiting.jumpNone : "U"}
      onClick={onJump}
    >
      {w.waiting.jump}
    </Button>
  );
}

function Notices(): ReactNode {
  const w = useWords();
  const { notices, sound } = usePreferences();
  const [isRefused, setRefused] = useState(isDenied);
  const begin = (): void => {
    void turnOn().then((isOn) => setRefused(!isOn && isDenied()));
  };
  const content = !canNotify() ? (
    <p className="quiet">{w.notices.unsupported}</p>
  ) : (
    <>
      <p className="quiet">{w.notices.explain}</p>
      {isRefused && <Alert type="warning" showIcon title={w.notices.denied} />}
      <p>
        <label className="shop-name">
          <Switch
            size="small"
            checked={sound}
            onChange={(isOn) => {
              prefer({ sound: isOn });
              if (isOn) chime();
            }}
          />
          {w.notices.withSound}
        </label>
      </p>
      {notices ? (
        <Button onClick={() => prefer({ notices: false })}>{w.notices.turnOff}</Button>
      ) : (
        <Button type="primary" disabled={isRefused} onClick={begin}>
          {w.notices.turnOn}
        </Button>
      )}
    </>
  );
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      title={w.notices.title}
      content={<div style={{ maxWidth: 300 }}>{content}</div>}
    >
      <Button icon={<BellOutlined />} type={notices ? "primary" : "default"}>
        {notices ? w.notices.on : w.notices.title}
      </Button>
    </Popover>
  );
}

function Tools({ view, change }: { view: View; change: (part: Partial<View>) => void }): ReactNode {
  const w = useWords();
  const platforms = [...new Set([...waiting.values()].map((one) => one.platform))];
  const [platform, ...rest] = (view.shop ?? "").split("/");
  return (
    <div className="tools">
      <Search
        label={w.waiting.searchLabel}
        hint={w.waiting.searchHint}
        value={view.text}
        onChange={(text) => change({ text })}
      />
      <Choices
        label={w.waiting.filterStage}
        value={view.stages}
        options={STAGES.map((one) => ({ value: one, label: w.waiting.stages[one] }))}
        shown={2}
        onChange={(chosen) => change({ stages: chosen })}
      />
      <Choices
        label={w.waiting.filterPlatform}
        value={view.platforms}
        options={platforms.map((one) => ({ value: one, label: wordOf(w.platforms, one) }))}
        onChange={(chosen) => change({ platforms: chosen })}
      />
      {view.shop !== null && (
        <Button onClick={() => change({ shop: null })}>
          {nameOfKey({ platform: platform ?? "", shop: rest.join("/") })} ×
        </Button>
      )}
    </div>
  );
}

/** Why a wait counts: each rule with its question and the last instant in time. */
function Why({ row, onClose }: { row: string | null; onClose: () => void }): ReactNode {
  const w = useWords();
  const one = useWaiting(row ?? "");
  return (
    <Drawer open={row !== null} onClose={onClose} size={520} title={w.waiting.why}>
      {!one && <p className="quiet">{w.waiting.gone}</p>}
      {one && row !== null && (
        <>
          <dl className="facts">
            <dt>{w.waiting.remaining}</dt>
            <dd>
              <Left row={row} />
            </dd>
            <dt>{w.waiting.buyer}</dt>
            <dd>{one.buyer ?? w.waiting.thread(one.thread)}</dd>
            <dt>{w.common.shop}</dt>
            <dd>
              <ShopName platform={one.platform} shop={one.shop} />
            </dd>
            <dt>{w.waiting.account}</dt>
            <dd>{one.account ?? w.common.unknown}</dd>
            <dt>{w.waiting.since}</dt>
            <dd className="number">{dayAndClock(one.since)}</dd>
          </dl>
          {byLimit(one.rules).map((rule) => (
            <Counts key={`${rule.metric} ${rule.edition} ${rule.since}`} of={one} rule={rule} />
          ))}
        </>
      )}
    </Drawer>
  );
}

type WaitingRule = Waiting["rules"][number];

/** Rules with the nearest limit first; those without one come last. */
function byLimit(rules: readonly WaitingRule[]): WaitingRule[] {
  const last = ({ last_hit }: WaitingRule): number =>
    last_hit ? Date.parse(last_hit) : Number.MAX_SAFE_INTEGER;
  return [...rules].sort((a, b) => last(a) - last(b));
}

/** What a wait is to one rule, and the ways to the rule and to the shop's figure under it. */
function Counts({ of, rule }: { of: Waiting; rule: WaitingRule }): ReactNode {
  const w = useWords();
  const maySeeFigures = useMay("read-figures");
  const { platform, shop } = of;
  const { metric, since, last_hit: last, day, edition } = rule;
  return (
    <section className="metric">
      <h2>
        {maySeeFigures ? (
          <a {...linkTo(`/rules?metric=${encodeURIComponent(metric)}`)} title={w.waiting.ofRule}>
            <MetricName metric={metric} />
          </a>
        ) : (
          <MetricName metric={metric} />
        )}
      </h2>
      <dl className="facts number">
        <dt>{w.waiting.questionAt}</dt>
        <dd>{dayAndClock(since)}</dd>
        <dt>{w.waiting.lastHit}</dt>
        <dd>{last ? dayAndClock(last) : w.waiting.noLimit}</dd>
        <dt>{w.waiting.countsOn}</dt>
        <dd>{day}</dd>
        <dt>{w.overview.edition}</dt>
        <dd className="quiet">{edition}</dd>
      </dl>
      {maySeeFigures && (
        <a {...linkTo(figurePath({ platform, shop, metric }))}>{w.waiting.ofShop}</a>
      )}
    </section>
  );
}
