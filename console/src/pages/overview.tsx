// Every shop as it stands now.
import { LineChartOutlined } from "@ant-design/icons";
import { Button, Drawer, Segmented, Switch } from "antd";
import {
  Fragment,
  useCallback,
  useLayoutEffect,
  useMemo,
  useState,
  type ReactNode,
} from "react";

import {
  api,
  taken,
  type Count,
  type MetricNow,
  type Queue,
  type ShopNow,
  type StandingNow,
} from "../api/client";
import { figurePath } from "../figure/address";
import { useEachSecond } from "../live/clock";
import { retry, shopKey, shops, useLine, useShop } from "../live/live";
import { summed } from "../live/urgency";
import {
  Closing,
  CountWords,
  Value,
  outcomeOf,
  periodUnknown,
  shortDay,
  shortDays,
  todayUnknown,
} from "../parts/counted";
import { FailureNote, FailurePage, Loading, Nothing } from "../parts/failure";
import { Grid, type Column, type Sorting } from "../parts/grid";
import { useLoaded } from "../parts/loaded";
import { clockOf, dayAndClock, MetricName, Platform, shopName } from "../parts/names";
import { Start } from "../parts/start";
import { Choices, Search } from "../parts/tools";
import { listOf, useView, type Written } from "../parts/view";
import { useIsNarrow } from "../parts/width";
import { Said } from "../parts/words";
import { go, linkTo } from "../place";
import { useMay } from "../session";
import { useWords, wordOf, type Words } from "../words";

/**
 * The metric that a shop is known by on its platform, where it has several: the one whose line has
 * the gravest consequences. The others are one step away.
 */
const MAIN: Record<string, string> = {
  douyin: "douyin/human-reply-3m-conversation",
  jd: "jd/reply-time",
  pinduoduo: "pinduoduo/human-reply-3m",
  taobao: "taobao/human-reply-3m",
  tmall: "tmall/human-reply-3m",
  xiaohongshu: "xiaohongshu/human-reply-3m",
};

function mainMetric(shop: ShopNow): MetricNow | undefined {
  const main = MAIN[shop.platform];
  return shop.metrics.find((one) => one.metric === main) ?? shop.metrics[0];
}

/** The standard that the shop's main metric is held against: a requirement before all others. */
function mainStanding(shop: ShopNow): StandingNow | undefined {
  const metric = mainMetric(shop)?.metric;
  const own = shop.standing.filter((one) => one.metric === metric);
  return own.find((one) => one.role === "requirement") ?? own[0];
}

/**
 * On which side of its line a figure is: a band over open readings may be on both, and what is not
 * assessed is not good, whatever its figure.
 */
function toneOf(standing: StandingNow): string {
  if (!standing.value) return "quiet";
  if (standing.crosses) return "warn";
  if (standing.verdict !== "not-assessed") return VERDICT[standing.by_figure] ?? "";
  return standing.by_figure === "fail" ? "warn" : "";
}

function ShopCell({ row }: { row: string }): ReactNode {
  const shop = useShop(row);
  if (!shop) return null;
  const more = [shop.client, ...shop.groups].filter((one) => one !== "").join(" · ");
  return (
    <div className="cell-two">
      <span className="strong cut">{shopName(shop, shop.shop)}</span>
      <span className="shop-name small">
        <Platform platform={shop.platform} />
        <span className="quiet cut">{more}</span>
      </span>
    </div>
  );
}

/** Who waits in a shop, how long there is left, and who is there for them. */
function WaitingCell({ row, isAlone }: { row: string; isAlone?: boolean }): ReactNode {
  const w = useWords();
  const shop = useShop(row);
  if (!shop) return null;
  if (!shop.queue) {
    return (
      <span className="quiet" title={w.overview.unfedHint}>
        {w.overview.unfed}
      </span>
    );
  }
  const { waiting } = shop.queue;
  return (
    <div className="cell-two number">
      {waiting === 0 ? (
        <span className="quiet">{w.overview.nobody}</span>
      ) : (
        <Queued queue={shop.queue} />
      )}
      {!isAlone && <AtWork shop={shop} />}
    </div>
  );
}

/** When the next one, or the first, is overdue: ticks without the row being drawn anew. */
function Queued({ queue }: { queue: Queue }): ReactNode {
  const w = useWords();
  const at = queue.overdue_at ? Date.parse(queue.overdue_at) : null;
  const warned = queue.warned_at ? Date.parse(queue.warned_at) : Number.MAX_SAFE_INTEGER;
  const left = useEachSecond((time) => (at === null ? 0 : Math.ceil((at - time) / 1_000)));
  const isWarned = useEachSecond((time) => warned <= time);
  const isLate = at !== null && left <= 0;
  return (
    <>
      <span className="words">
        <span className="strong">{w.overview.people(queue.waiting)}</span>
        {isLate && queue.overdue > 0 && (
          <span className="late">{w.overview.overdue(queue.overdue)}</span>
        )}
      </span>
      {at !== null && (
        <span className={isLate ? "late cut" : isWarned ? "warn cut" : "quiet cut"}>
          {isLate ? w.waiting.late(-left) : w.waiting.left(left)}
        </span>
      )}
    </>
  );
}

/** How many agents are online and how loaded they are, where that is known of now. */
function AtWork({ shop }: { shop: ShopNow }): ReactNode {
  const w = useWords();
  if (!shop.queue || shop.accounts.length === 0) return null;
  const online = shop.accounts.filter((one) => one.presence === "online");
  const isTold = online.length > 0 && online.every((one) => one.open != null);
  const held = online.reduce((sum, one) => sum + (one.open ?? 0), 0);
  const each = isTold ? String(Math.round((held / online.length) * 10) / 10) : null;
  const isNobody = online.length === 0 && shop.queue.waiting > 0;
  return (
    <span className={isNobody ? "warn small cut" : "quiet small cut"} title={w.overview.atWorkHint}>
      {w.overview.atWork(online.length, each)}
    </span>
  );
}

/** What is counted of today: without a live feed, nothing counted is nothing known. */
function TodayCount(props: { shop: ShopNow; metric: MetricNow; isShort?: boolean }): ReactNode {
  const { shop, metric, isShort = false } = props;
  const w = useWords();
  if (!todayUnknown(shop, metric.today)) {
    return <CountWords of={metric} count={metric.today} isShort={isShort} />;
  }
  return (
    <span className="quiet" title={w.overview.unfedTodayHint}>
      {w.overview.unfed}
    </span>
  );
}

function TodayCell({ row }: { row: string }): ReactNode {
  const shop = useShop(row);
  const metric = shop && mainMetric(shop);
  if (!metric) return null;
  return (
    <div className="today">
      <div className="cell-two">
        {metric.today.value && <Value count={metric.today} />}
        <span className={metric.today.value ? "small cut" : "cut"}>
          <TodayCount shop={shop} metric={metric} />
        </span>
        <span className="quiet small cut">
          <Closing forecast={metric.forecast} isShort /> <MetricName metric={metric.metric} />
        </span>
      </div>
      <FigureLink row={row} metric={metric.metric} />
    </div>
  );
}

/** The way to a figure's page; within a row the keyboard opens the row, whose drawer has it too. */
function FigureLink({ row, metric }: { row: string; metric: string }): ReactNode {
  const w = useWords();
  const shop = useShop(row);
  if (!shop) return null;
  const link = linkTo(figurePath({ platform: shop.platform, shop: shop.shop, metric }));
  return (
    <a
      {...link}
      tabIndex={-1}
      title={w.figures.open}
      aria-label={w.figures.open}
      onClick={(event) => {
        event.stopPropagation();
        link.onClick(event);
      }}
    >
      <LineChartOutlined />
    </a>
  );
}

function TodayWords({ row }: { row: string }): ReactNode {
  const shop = useShop(row);
  const metric = shop && mainMetric(shop);
  return (
    metric && (
      <span className="small cut words">
        {metric.today.value && <Value count={metric.today} />}
        <TodayCount shop={shop} metric={metric} isShort={metric.today.value != null} />
      </span>
    )
  );
}

/** What a standing is told by: the shop's own words for its sides, and the present day. */
interface Told {
  standing: StandingNow;
  shop: ShopNow;
}

const todayOf = (shop: ShopNow): string => shop.at.slice(0, 10);

/** How much room is left, or what the level leads to; of a window that is not the one checked, by
 * its days. */
function room({ standing, shop }: Told, w: Words): string | null {
  const { headroom, projection, value } = standing;
  // Of a figure that is not there nothing more can be said.
  if (!value) return null;
  const today = todayOf(shop);
  if (!headroom) {
    return projection?.fails_on ? w.overview.failsOn(shortDay(projection.fails_on, today)) : null;
  }
  const figure = shop.metrics.find((one) => one.metric === standing.metric)?.figure ?? "share";
  const { hit, miss } = w.overview.outcomes[outcomeOf({ metric: standing.metric, figure })];
  const said = (): string | null => {
    if (headroom.until_assessed > 0) return w.overview.toBeAssessed(headroom.until_assessed);
    if (headroom.misses != null) return w.overview.mayMiss(headroom.misses, miss);
    if (headroom.hits != null) return w.overview.bringsBack(headroom.hits, hit);
    if (headroom.never) return w.overview.neverBack;
    return headroom.unlimited ? w.overview.mayMissAny : null;
  };
  const { from, to } = headroom;
  const what = said();
  if (what === null || (from === standing.from && to === standing.to)) return what;
  return w.overview.inWindow(shortDays(from, to, today, w), what);
}

/** What matters most of what follows: a consequence, the way back, or the room that is left. */
function outlook(told: Told, w: Words): string | null {
  const [consequence] = told.standing.consequences;
  if (!consequence) return room(told, w);
  const { what, may, since, until, passes } = consequence;
  const today = todayOf(told.shop);
  const name = w.overview.consequence(wordOf(w.overview.consequences, what), may);
  return until
    ? w.overview.consequenceUntil(name, shortDay(until, today))
    : w.overview.consequenceOpen(name, shortDay(since, today), passes ?? null);
}

/** That a figure is the panel's own: messages do not cover its days. */
function OffPanel({ standing }: { standing: StandingNow }): ReactNode {
  const w = useWords();
  if (standing.source !== "observed") return null;
  return (
    <span className="quiet small" title={w.overview.offPanelHint}>
      {w.overview.offPanel}
    </span>
  );
}

/** The figure of the window that is checked, and the line it is held against. */
function AgainstLine(props: { standing: StandingNow; isNarrow?: boolean }): ReactNode {
  const { standing, isNarrow } = props;
  const w = useWords();
  const { value, lines, held, verdict } = standing;
  const line = lines[held ?? lines.length - 1];
  // On a phone there is no room for a line that nothing is held against.
  const isOpen = value != null && verdict === "not-assessed";
  return (
    <span className="words number">
      <span className={`strong ${toneOf(standing)}`}>
        {value ? value.value : w.overview.unjudged}
      </span>
      {line && !(isNarrow && isOpen) && <span className="quiet">{line}</span>}
      {isNarrow && <OffPanel standing={standing} />}
      {isOpen && (
        <span className="quiet small">{w.overview.notAssessed}</span>
      )}
    </span>
  );
}

/** Which days were checked, how many of them are known where not all are, and by whom. */
function Window({ standing, shop, isNarrow }: Told & { isNarrow?: boolean }): ReactNode {
  const w = useWords();
  const { from, to, days, days_known: known } = standing;
  return (
    <span className="quiet small number words cut" title={w.overview.days(from, to)}>
      <span>{shortDays(from, to, todayOf(shop), w)}</span>
      {known < days && (
        <span className="warn">
          {isNarrow ? w.overview.daysOf(known, days) : w.overview.daysKnown(known, days)}
        </span>
      )}
      {!isNarrow && <OffPanel standing={standing} />}
    </span>
  );
}

/** The figure against its line, and what follows. */
function LineCell({ row }: { row: string }): ReactNode {
  const w = useWords();
  const shop = useShop(row);
  const standing = shop && mainStanding(shop);
  if (!standing) return <PeriodCell row={row} />;
  const { band, crosses } = standing;
  const hint = crosses && band ? w.overview.crosses(band.low.value, band.high.value) : undefined;
  const follows = outlook({ standing, shop }, w) ?? hint;
  return (
    <div className="cell-two" title={hint}>
      <AgainstLine standing={standing} />
      <Window standing={standing} shop={shop} />
      {follows && (
        <span className="quiet small cut number" title={follows}>
          {follows}
        </span>
      )}
    </div>
  );
}

function LineWords({ row }: { row: string }): ReactNode {
  const shop = useShop(row);
  const standing = shop && mainStanding(shop);
  return (
    standing && (
      <>
        <span className="small cut">
          <AgainstLine standing={standing} isNarrow />
        </span>
        <Window standing={standing} shop={shop} isNarrow />
      </>
    )
  );
}

function PeriodCell({ row }: { row: string }): ReactNode {
  const w = useWords();
  const shop = useShop(row);
  const metric = shop && mainMetric(shop);
  if (!metric) return null;
  const unknown = periodUnknown(shop, metric, w);
  if (unknown || !metric.period) {
    return (
      <span className="quiet" title={unknown?.hint}>
        {unknown?.words}
      </span>
    );
  }
  const { from, to } = metric.period;
  return (
    <div className="cell-two">
      <Value count={metric.period} />
      <span className="small cut">
        <CountWords of={metric} count={metric.period} />
      </span>
      <span className="quiet small cut number" title={w.overview.days(from, to)}>
        {shortDays(from, to, todayOf(shop), w)}
      </span>
    </div>
  );
}

/** Where a shop's facts come from, and when something came last. */
function FeedCell({ row }: { row: string }): ReactNode {
  const w = useWords();
  const shop = useShop(row);
  const feed = shop?.feeds.find((one) => one.grade === "live") ?? shop?.feeds[0];
  if (!shop) return null;
  if (!feed) return <span className="quiet">{w.overview.noFeed}</span>;
  const heard = feed.last_heard_at;
  const isToday = heard?.slice(0, 10) === shop.at.slice(0, 10);
  const at = heard && (isToday ? clockOf(heard) : heard.slice(0, 10));
  return (
    <div className="cell-two" title={heard ? dayAndClock(heard) : ""}>
      <span className={feed.grade === "live" ? "ok" : ""}>
        {wordOf(w.overview.grades, feed.grade)}
      </span>
      <span className="quiet small number">
        {at ? w.overview.heardAt(at) : w.overview.neverHeard}
      </span>
    </div>
  );
}

const SHOP = (row: string): ReactNode => <ShopCell row={row} />;
/** On a phone: today below the shop. */
const SHOP_AND_TODAY = (row: string): ReactNode => (
  <div className="cell-two">
    <ShopCell row={row} />
    <TodayWords row={row} />
  </div>
);
const WAITING = (row: string): ReactNode => <WaitingCell row={row} />;
/** On a phone: the line below who waits. */
const WAITING_AND_LINE = (row: string): ReactNode => (
  <div className="cell-two">
    <WaitingCell row={row} isAlone />
    <LineWords row={row} />
  </div>
);
const TODAY = (row: string): ReactNode => <TodayCell row={row} />;
const LINE = (row: string): ReactNode => <LineCell row={row} />;
const FEED = (row: string): ReactNode => <FeedCell row={row} />;

function columnsOf(w: Words, isNarrow: boolean): Column[] {
  const one = (key: string, title: string, width: string, cell: Column["cell"]): Column => ({
    key,
    title,
    width,
    sortLabel: w.overview.sortBy(title),
    cell,
  });
  const shop = one("shop", w.common.shop, "minmax(0, 0.9fr)", SHOP);
  const waiting = one("waiting", w.overview.waiting, "minmax(0, 1.05fr)", WAITING);
  const today = one("today", w.overview.today, "minmax(0, 1.55fr)", TODAY);
  const line = one("line", w.overview.line, "minmax(0, 1.4fr)", LINE);
  const feed = { key: "feed", title: w.overview.feed, width: "100px", cell: FEED };
  if (!isNarrow) return [shop, waiting, today, line, feed];
  return [
    { ...shop, width: "minmax(0, 1fr)", cell: SHOP_AND_TODAY },
    { ...waiting, width: "minmax(0, 1fr)", cell: WAITING_AND_LINE },
  ];
}

type GroupBy = "none" | "platform" | "client" | "group";

interface View {
  text: string;
  platforms: string[];
  onlyWaiting: boolean;
  groupBy: GroupBy;
  sorting: Sorting;
}

const dueAt = (shop: ShopNow): number =>
  shop.queue?.overdue_at ? Date.parse(shop.queue.overdue_at) : Number.MAX_SAFE_INTEGER;

/** Shops of which nothing is known come behind those of which it is known that nobody waits. */
const waitingIn = (shop: ShopNow): number => shop.queue?.waiting ?? -1;

/** How near a shop is to its line, greater is worse: what fails first, then what has least room. */
function urgency(shop: ShopNow): number {
  const standing = mainStanding(shop);
  if (!standing?.value) return Number.MIN_SAFE_INTEGER;
  if (standing.by_figure === "fail") return Number.MAX_SAFE_INTEGER;
  return -(standing.headroom?.misses ?? Number.MAX_SAFE_INTEGER - 1);
}

/** Orders two shops by a column, the better of the two first. */
function compare(column: string, a: ShopNow, b: ShopNow): number {
  const [ma, mb] = [mainMetric(a), mainMetric(b)];
  switch (column) {
    case "waiting":
      return waitingIn(a) - waitingIn(b) || dueAt(b) - dueAt(a);
    case "today":
      return (ma?.today.misses ?? -1) - (mb?.today.misses ?? -1);
    case "line":
      return urgency(a) - urgency(b);
    default:
      return 0;
  }
}

function groupsOf(shop: ShopNow, by: GroupBy, w: Words): string[] {
  switch (by) {
    case "none":
      return [""];
    case "platform":
      return [wordOf(w.platforms, shop.platform)];
    case "client":
      return [shop.client || w.overview.noClient];
    case "group":
      return shop.groups.length > 0 ? shop.groups : [w.overview.noGroup];
  }
}

/** The rows to show, in order, with headings where they are grouped. */
function arrange(all: Iterable<ShopNow>, view: View, w: Words): string[] {
  const wanted = view.text.trim().toLowerCase();
  const shown = [...all].filter((shop) => {
    if (view.onlyWaiting && waitingIn(shop) <= 0) return false;
    if (view.platforms.length > 0 && !view.platforms.includes(shop.platform)) return false;
    if (wanted === "") return true;
    const texts = [shop.name, shop.shop, shop.client, ...shop.groups];
    return texts.some((text) => text.toLowerCase().includes(wanted));
  });
  const names = new Intl.Collator(w.tag, { numeric: true });
  const { column, isDescending } = view.sorting;
  const byName = (a: ShopNow, b: ShopNow): number =>
    names.compare(shopName(a, a.shop), shopName(b, b.shop)) || (shopKey(a) < shopKey(b) ? -1 : 1);
  shown.sort((a, b) => {
    if (column === "shop") return isDescending ? byName(b, a) : byName(a, b);
    const order = compare(column, a, b);
    return (isDescending ? -order : order) || byName(a, b);
  });
  if (view.groupBy === "none") return shown.map(shopKey);
  const groups = new Map<string, string[]>();
  for (const shop of shown) {
    for (const group of groupsOf(shop, view.groupBy, w)) {
      const rows = groups.get(group);
      if (rows) rows.push(shopKey(shop));
      else groups.set(group, [shopKey(shop)]);
    }
  }
  const sorted = [...groups].sort(([a], [b]) => names.compare(a, b));
  // A shop of several groups is under each of them, and one row can be only once.
  return sorted.flatMap(([group, rows]) => [`group:${group}`, ...rows]);
}

/**
 * The order of rows, looked at anew at most once a second: rows that jump about cannot be read.
 */
function useOrder(view: View, w: Words, isRead: boolean): string[] {
  const [order, setOrder] = useState<string[]>(() => arrange(shops.values(), view, w));
  // Before anything is painted: what was just read, or chosen, is shown at once.
  useLayoutEffect(() => {
    let timer: number | undefined;
    const look = (): void => {
      timer = undefined;
      const next = arrange(shops.values(), view, w);
      setOrder((before) => {
        const isSame = before.length === next.length && before.every((row, at) => row === next[at]);
        return isSame ? before : next;
      });
    };
    look();
    const end = shops.listenToAll(() => {
      timer ??= window.setTimeout(look, 1_000);
    });
    return () => {
      end();
      window.clearTimeout(timer);
    };
  }, [view, w, isRead]);
  return order;
}

function Summary(): ReactNode {
  const w = useWords();
  // Once a second is often enough for a sum, and cheap enough for thousands.
  const text = useEachSecond(() => {
    const { waiting, overdue, unknown } = summed();
    if (shops.size === 0) return w.overview.summary(0, "", null);
    return w.overview.summary(shops.size, w.overview.waitingSum(waiting, unknown), overdue);
  });
  return <span className="quiet number">{text}</span>;
}

const START: View = {
  text: "",
  platforms: [],
  onlyWaiting: false,
  groupBy: "none",
  sorting: { column: "waiting", isDescending: true },
};

const GROUP_BYS = ["none", "platform", "client", "group"] as const;
const SORTED_BY = ["shop", "waiting", "today", "line"];

/** The view as the address has it. */
const WRITTEN: Written<View> = {
  read: (query) => {
    const sort = query.get("sort") ?? "";
    const column = SORTED_BY.find((one) => sort === one || sort === `-${one}`);
    return {
      text: query.get("q") ?? "",
      platforms: listOf(query.get("platform")),
      onlyWaiting: query.get("waiting") === "yes",
      groupBy: GROUP_BYS.find((one) => one === query.get("group")) ?? START.groupBy,
      sorting: column ? { column, isDescending: sort.startsWith("-") } : START.sorting,
    };
  },
  write: ({ text, platforms, onlyWaiting, groupBy, sorting }) => {
    const sort = `${sorting.isDescending ? "-" : ""}${sorting.column}`;
    return {
      ...(text !== "" && { q: text }),
      ...(platforms.length > 0 && { platform: platforms.join(",") }),
      ...(onlyWaiting && { waiting: "yes" }),
      ...(groupBy !== "none" && { group: groupBy }),
      ...(sort !== "-waiting" && { sort }),
    };
  },
};

export default function Overview(): ReactNode {
  const w = useWords();
  const isNarrow = useIsNarrow();
  const { failure, isRead } = useLine();
  const [view, change] = useView(WRITTEN);
  const [open, setOpen] = useState<string | null>(null);
  const order = useOrder(view, w, isRead);
  const columns = useMemo(() => columnsOf(w, isNarrow), [w, isNarrow]);
  const heading = useCallback((row: string) => row.slice("group:".length), []);
  const onSort = (column: string): void => {
    const { sorting } = view;
    const isSame = sorting.column === column;
    const isDescending = isSame ? !sorting.isDescending : column !== "shop";
    change({ sorting: { column, isDescending } });
  };
  if (!isRead) return failure ? <FailurePage failure={failure} again={retry} /> : <Loading />;
  const n = order.filter((row) => !row.startsWith("group:")).length;
  const platforms = [...new Set([...shops.values()].map((shop) => shop.platform))];
  return (
    <div className="page page-full">
      <div className="page-top">
        <h1>{w.overview.title}</h1>
        <Summary />
      </div>
      {shops.size === 0 ? (
        <NoShops />
      ) : (
        <>
          <Tools view={view} change={change} platforms={platforms} shown={n} />
          {n === 0 ? (
            <Nothing title={w.overview.noMatch}>
              <Button onClick={() => change(START)}>{w.common.clear}</Button>
            </Nothing>
          ) : (
            <Grid
              label={w.overview.title}
              columns={columns}
              rows={order}
              rowHeight={isNarrow ? 88 : 68}
              heading={heading}
              sorting={view.sorting}
              onSort={onSort}
              onOpen={setOpen}
            />
          )}
        </>
      )}
      <ShopDrawer row={open} onClose={() => setOpen(null)} />
    </div>
  );
}

function NoShops(): ReactNode {
  const w = useWords();
  return (
    <>
      <Nothing title={w.overview.empty} hint={w.overview.emptyAction} />
      <Start />
    </>
  );
}

function Tools(props: {
  view: View;
  change: (part: Partial<View>) => void;
  platforms: string[];
  shown: number;
}): ReactNode {
  const w = useWords();
  const { view, change, platforms, shown } = props;
  return (
    <div className="tools">
      <Search
        label={w.overview.searchLabel}
        hint={w.overview.searchHint}
        value={view.text}
        onChange={(text) => change({ text })}
      />
      <Choices
        label={w.common.platform}
        value={view.platforms}
        options={platforms.map((one) => ({ value: one, label: wordOf(w.platforms, one) }))}
        onChange={(chosen) => change({ platforms: chosen })}
      />
      <Segmented
        aria-label={w.overview.groupBy}
        value={view.groupBy}
        options={GROUP_BYS.map((one) => ({ value: one, label: w.overview.groupBys[one] }))}
        onChange={(groupBy: GroupBy) => change({ groupBy })}
      />
      <label className="shop-name">
        <Switch
          size="small"
          checked={view.onlyWaiting}
          onChange={(onlyWaiting) => change({ onlyWaiting })}
        />
        {w.overview.onlyWaiting}
      </label>
      {shown !== shops.size && (
        <span className="quiet number" role="status">
          {w.overview.filtered(shown, shops.size)}
        </span>
      )}
    </div>
  );
}

function ShopDrawer({ row, onClose }: { row: string | null; onClose: () => void }): ReactNode {
  const w = useWords();
  const shop = useShop(row ?? "");
  const maySeeQueue = useMay("read-queue");
  return (
    <Drawer
      open={row !== null}
      onClose={onClose}
      size={560}
      title={shop ? shopName(shop, shop.shop) : ""}
    >
      {shop && (
        <>
          <dl className="facts">
            <dt>{w.common.platform}</dt>
            <dd>{wordOf(w.platforms, shop.platform)}</dd>
            <dt>{w.shops.id}</dt>
            <dd>{shop.shop}</dd>
            <dt>{w.common.client}</dt>
            <dd>{shop.client || w.common.unknown}</dd>
            <dt>{w.overview.waiting}</dt>
            <dd>
              <WaitingCell row={shopKey(shop)} isAlone />
            </dd>
            <dt>{w.overview.feed}</dt>
            <dd>
              {shop.feeds.length === 0 && w.overview.noFeed}
              {shop.feeds.map((feed) => (
                <div key={feed.feed} className="number">
                  {feed.feed} · {wordOf(w.overview.grades, feed.grade)} ·{" "}
                  {feed.last_heard_at
                    ? w.overview.heardAt(dayAndClock(feed.last_heard_at))
                    : w.overview.neverHeard}
                </div>
              ))}
            </dd>
          </dl>
          {shop.problem && <p className="late">{shop.problem[w.tag.startsWith("zh") ? 1 : 0]}</p>}
          <Accounts shop={shop} />
          {maySeeQueue && waitingIn(shop) > 0 && (
            <p>
              <Button onClick={() => go(`/waiting?shop=${encodeURIComponent(shopKey(shop))}`)}>
                {w.overview.waitingHere}
              </Button>
            </p>
          )}
          <Standings platform={shop.platform} shop={shop.shop} />
          {shop.metrics.length === 0 && <p className="quiet">{w.overview.noRules}</p>}
          {shop.metrics.map((metric) => (
            <MetricCard key={metric.metric} shop={shop} metric={metric} />
          ))}
          <p className="quiet small">{w.overview.readAt(clockOf(shop.at))}</p>
        </>
      )}
    </Drawer>
  );
}

/** When something of a shop was heard last: what is not live is as of then. */
function heardLast({ feeds }: ShopNow): string | null {
  const heard = feeds.flatMap((one) => one.last_heard_at ?? []);
  return heard.sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? null;
}

/** Who is at work, and how many conversations each holds, where the source tells. */
function Accounts({ shop }: { shop: ShopNow }): ReactNode {
  const w = useWords();
  if (shop.accounts.length === 0) return null;
  const online = shop.accounts.filter((one) => one.presence === "online").length;
  const heard = shop.queue ? null : heardLast(shop);
  const isToday = heard?.slice(0, 10) === todayOf(shop);
  const at = heard && (isToday ? clockOf(heard).slice(0, 5) : dayAndClock(heard).slice(5, 16));
  const asOf = at ? w.overview.asOf(at) : w.overview.asOfUnknown;
  return (
    <section className="metric">
      <h2>
        {w.overview.accounts}{" "}
        <span className="quiet words number">
          {!shop.queue && <span>{asOf}</span>}
          <span>{w.overview.onlineNow(online)}</span>
        </span>
      </h2>
      <dl className="facts">
        {shop.accounts.map((one) => (
          <Fragment key={one.account}>
            <dt>{one.account}</dt>
            <dd className={shop.queue ? "number" : "number quiet"}>
              {wordOf(w.overview.presences, one.presence)}
              {one.open != null && ` · ${w.overview.holds(one.open)}`}
              {!shop.queue && ` · ${asOf}`}
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

const VERDICT: Record<string, string> = { pass: "ok", fail: "late" };

/** Which lines the shop holds, what follows and how much room is left: the server's sentences. */
function Standings({ platform, shop }: { platform: string; shop: string }): ReactNode {
  const w = useWords();
  const [loaded, again] = useLoaded(`${platform}/${shop} ${w.tag}`, () =>
    taken(api.GET("/v1/standing", { params: { query: { platform, shop } } })),
  );
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <FailureNote failure={loaded.failure} again={again} />;
  const { items, notices } = loaded.value;
  return (
    <section className="metric">
      <h2>{w.overview.standing}</h2>
      {items.length === 0 && <p className="quiet">{w.overview.noStanding}</p>}
      {items.map((one) => (
        <div key={`${one.metric} ${one.standard}`} className="standing">
          <div className="strong">
            {one.name} <span className={VERDICT[one.verdict] ?? "quiet"}>{one.verdict_text}</span>
          </div>
          {one.sentences.map((sentence) => (
            <div key={sentence} className="number">
              <Said text={sentence} />
            </div>
          ))}
        </div>
      ))}
      {notices.map((notice) => (
        <p key={notice} className="quiet small">
          <Said text={notice} />
        </p>
      ))}
    </section>
  );
}

/** The value, and what it is made of. */
function CountPart({ of, count }: { of: MetricNow; count: Count }): ReactNode {
  const w = useWords();
  const outcome = outcomeOf(of);
  // Where a sample is missed because nobody answered, its side says so already.
  const isSaid = outcome === "rating" || outcome === "reply";
  const miss = outcome === "time" ? w.overview.outcomes.time.miss : null;
  return (
    <>
      {count.value && (
        <div>
          <Value count={count} />
        </div>
      )}
      <CountWords of={of} count={count} />
      {count.unanswered > 0 && !isSaid && (
        <div className="quiet small number">{w.overview.unanswered(count.unanswered, miss)}</div>
      )}
      {Object.entries(count.dropped).map(([reason, n]) => (
        <div key={reason} className="quiet small number">
          {w.overview.dropped}: {wordOf(w.reasons, reason)} {n}
        </div>
      ))}
    </>
  );
}

function MetricCard({ shop, metric }: { shop: ShopNow; metric: MetricNow }): ReactNode {
  const w = useWords();
  const place = { platform: shop.platform, shop: shop.shop, metric: metric.metric };
  const { today, period } = metric;
  const unknown = periodUnknown(shop, metric, w);
  return (
    <section className="metric">
      <h2>
        <a {...linkTo(figurePath(place))} title={w.figures.open}>
          <MetricName metric={metric.metric} />
        </a>
      </h2>
      <dl className="facts">
        <dt>{w.overview.today}</dt>
        <dd>
          {todayUnknown(shop, today) ? (
            <Unknown words={w.overview.unfed} hint={w.overview.unfedTodayHint} />
          ) : (
            <CountPart of={metric} count={today} />
          )}
        </dd>
        {metric.forecast && (
          <>
            <dt>{w.overview.closing}</dt>
            <dd>
              <Closing forecast={metric.forecast} />
            </dd>
          </>
        )}
        <dt>
          {period && !unknown ? w.overview.days(period.from, period.to) : w.overview.period}
        </dt>
        <dd>
          {unknown && <Unknown {...unknown} />}
          {period && !unknown && <CountPart of={metric} count={period} />}
        </dd>
        {metric.shown.value && (
          <>
            <dt title={w.figures.shownHint}>{w.figures.shown}</dt>
            <dd className="number">
              {metric.shown.value.value}{" "}
              {metric.shown.since && (
                <span className="quiet small">
                  {w.figures.shownAt(dayAndClock(metric.shown.since).slice(5, 16))}
                </span>
              )}
            </dd>
          </>
        )}
        <dt>{w.overview.edition}</dt>
        <dd className="quiet">{metric.edition}</dd>
      </dl>
    </section>
  );
}

/** That something is not known, and why. */
function Unknown({ words, hint }: { words: string; hint: string }): ReactNode {
  return (
    <span className="quiet">
      {words} <span className="small">({hint})</span>
    </span>
  );
}
