// Any figure of a shop: over time, by account, by hour of the week, by length of waits; down to its
// rounds; and what it would be under another rule.
import {
  BookOutlined,
  DownloadOutlined,
  ExperimentOutlined,
  ReloadOutlined,
} from "@ant-design/icons";
import { Button, Dropdown, Input, Segmented, Select } from "antd";
import { useState, useSyncExternalStore, type ReactNode } from "react";

import type { ShopNow } from "../api/client";
import { useMetricNames } from "../live/catalogue";
import { isPanelOnly, retry, shopKey, shops, useLine, useShop } from "../live/live";
import {
  EARLIER,
  VIEWS,
  isOtherwise,
  useAddress,
  type Address,
  type Earlier,
  type Moves,
  type Part,
  type Place,
} from "../figure/address";
import type { Kind } from "../figure/charts";
import {
  comparison,
  dayAfter,
  daysBetween,
  exportPath,
  isGrouped,
  linesOf,
  measured,
  panel,
  rule,
  standings,
  type Comparison,
  type Days,
  type Edition,
  type Figure,
  type Line,
  type Observed,
  type Rule,
  type Standing,
} from "../figure/data";
import { Definition } from "../figure/definition";
import { Headline } from "../figure/headline";
import { PanelOnly, rangeOf } from "../figure/panel-only";
import { Rounds } from "../figure/rounds";
import { ShopChoice, ShopsView } from "../figure/shops";
import { FigureView } from "../figure/view";
import { WhatIfForm } from "../figure/whatif";
import { outcomeOf } from "../parts/counted";
import { FailurePage, Loading, Nothing } from "../parts/failure";
import { useKept, useLoaded } from "../parts/loaded";
import { metricText, shopName } from "../parts/names";
import { ImportButton, StartButtons } from "../parts/start";
import { Said } from "../parts/words";
import { useWords, wordOf, type Words } from "../words";

/** All shops, listened to while one may be chosen. */
function useShopCount(): number {
  return useSyncExternalStore(
    (listener) => shops.listenToAll(listener),
    () => shops.size,
  );
}

function shopOptions(w: Words): { value: string; label: string }[] {
  const names = new Intl.Collator(w.tag, { numeric: true });
  const label = (shop: ShopNow): string =>
    `${wordOf(w.platforms, shop.platform)} · ${shopName(shop, shop.shop)}`;
  return [...shops.values()]
    .map((shop) => ({ value: shopKey(shop), label: label(shop) }))
    .sort((a, b) => names.compare(a.label, b.label));
}

/** Which shop and which metric; without both nothing else is shown. */
function Chooser({ place, change }: { place: Place | null; change: Moves["change"] }): ReactNode {
  const w = useWords();
  useShopCount();
  const metricNames = useMetricNames();
  const [chosen, setChosen] = useState<string | null>(null);
  const key = place ? shopKey(place) : chosen;
  const shop = useShop(key ?? "");
  const metrics = shop?.metrics.map((one) => one.metric) ?? (place ? [place.metric] : []);
  const open = (to: ShopNow, metric: string): void =>
    change(
      {
        place: { platform: to.platform, shop: to.shop, metric },
        whatIf: {},
        part: null,
        // Shops of another platform have other metrics.
        ...(to.platform !== place?.platform && { shops: [] }),
      },
      true,
    );
  const onShop = (next: string): void => {
    setChosen(next);
    const to = shops.get(next);
    // The same metric where the other shop has it, else its first.
    const same = to?.metrics.find((one) => one.metric === place?.metric) ?? to?.metrics[0];
    if (to && same && place) open(to, same.metric);
  };
  const options = shopOptions(w);
  const isKnown = options.some((one) => one.value === key);
  return (
    <>
      <Select<string>
        showSearch={{ optionFilterProp: "label" }}
        aria-label={w.figures.chooseShop}
        placeholder={w.figures.chooseShop}
        style={{ width: 220 }}
        value={key}
        options={
          isKnown || !place
            ? options
            : [...options, { value: shopKey(place), label: place.shop }]
        }
        onChange={onShop}
      />
      <Select<string>
        showSearch={{ optionFilterProp: "label" }}
        aria-label={w.figures.chooseMetric}
        placeholder={w.figures.chooseMetric}
        style={{ width: 240 }}
        disabled={metrics.length === 0}
        value={place?.metric ?? null}
        options={metrics.map((one) => ({ value: one, label: metricText(one, metricNames) }))}
        onChange={(metric) => {
          if (shop) open(shop, metric);
        }}
      />
    </>
  );
}

export default function FigurePage(): ReactNode {
  const w = useWords();
  const { address, change } = useAddress();
  const { failure, isRead } = useLine();
  const { place } = address;
  if (place) return <Chosen key={JSON.stringify(place)} place={place} {...{ address, change }} />;
  if (!isRead) return failure ? <FailurePage failure={failure} again={retry} /> : <Loading />;
  return (
    <div className="page">
      <div className="page-top">
        <h1>{w.figures.title}</h1>
        <span className="quiet">{w.figures.chooseHint}</span>
      </div>
      {shops.size === 0 ? (
        <Nothing title={w.figures.noShops} hint={w.figures.noShopsAction}>
          <StartButtons />
        </Nothing>
      ) : (
        <section className="card">
          <h2>{w.figures.choose}</h2>
          <div className="tools">
            <Chooser place={null} change={change} />
          </div>
        </section>
      )}
    </div>
  );
}

/** What defines the metric, whatever the days. */
interface Defined {
  rule: Rule;
  standings: Standing[];
  lines: Line[];
}

/** The one figure of all days, and the same by another rule. */
interface Whole {
  own: Figure | undefined;
  other: Figure | null | undefined;
  /** That of earlier days; null: it is not asked for. */
  earlier: { vs: Earlier; found: Comparison } | null;
  notices: string[];
}

const daysOf = ({ from, to }: Address): Days => ({ ...(from && { from }), ...(to && { to }) });

/** With which days it is compared: beside a rule that is otherwise there is no room for it. */
const vsOf = ({ vs, whatIf }: Address): Earlier | null => (isOtherwise(whatIf) ? null : vs);

/** Which shops are drawn beside it: by day, and where nothing else is. */
const furtherOf = (address: Address): readonly string[] =>
  address.view === "day" && !vsOf(address) && !isOtherwise(address.whatIf) ? address.shops : [];

/** How many days the earlier ones lie back. */
function backOf(address: Address, own: Figure): { vs: Earlier; back: number } | null {
  const vs = vsOf(address);
  if (!vs) return null;
  return { vs, back: vs === "week" ? 7 : daysBetween(own.from, own.to).length };
}

function useDefined(place: Place): ReturnType<typeof useLoaded<Defined>> {
  const w = useWords();
  return useLoaded(JSON.stringify([place, w.tag]), async () => {
    const [known, all] = await Promise.all([rule(place), standings(place)]);
    return { rule: known, standings: all, lines: linesOf(all) };
  });
}

function useWhole(
  place: Place,
  address: Address,
  times: number,
): ReturnType<typeof useLoaded<Whole>> {
  const w = useWords();
  const { whatIf } = address;
  const vs = vsOf(address);
  const days = daysOf(address);
  return useLoaded(JSON.stringify([place, days, whatIf, vs, w.tag, times]), async () => {
    const [own, other, earlier] = await Promise.all([
      measured(place, days, null, {}),
      isOtherwise(whatIf) ? measured(place, days, null, whatIf) : null,
      vs && comparison(place, days, vs).then((found) => ({ vs, found })),
    ]);
    const notices = [...new Set([...own.notices, ...(other?.notices ?? [])])];
    return { own: own.items[0], other: other?.items[0], earlier, notices };
  });
}

function settingOf(edition: Edition | undefined, key: string): string {
  return edition?.rule.find((axis) => axis.key === key)?.value.replaceAll('"', "") ?? "";
}

/** What kind of figure it is: that of the newest edition that was counted. */
function kindOf(metric: string, edition: Edition | undefined, lines: readonly Line[]): Kind {
  const figure = settingOf(edition, "figure") || "share";
  return {
    isShare: figure.endsWith("share"),
    isMoreBetter: lines[0]?.isLowest ?? figure === "share",
    outcome: outcomeOf({ metric, figure }),
  };
}

function newestOf(rule: Rule, own: Figure | undefined): Edition | undefined {
  const ids = own?.editions ?? [];
  return rule.details.findLast((one) => ids.includes(one.id)) ?? rule.details.at(-1);
}

/** The days of a view: those that were asked for, else enough of them to see something. */
function viewDays(address: Address, own: Figure): Days {
  if (address.from || address.to) return daysOf(address);
  if (address.view === "day") {
    const month = dayAfter(own.to, -29);
    // Up to the last fact: also what the platform has not published yet.
    return { from: own.from < month ? own.from : month };
  }
  if (address.view === "hour") return { from: dayAfter(own.to, -6) };
  return { from: own.from, to: own.to };
}

function Chosen({
  place,
  address,
  change,
}: {
  place: Place;
  address: Address;
  change: Moves["change"];
}): ReactNode {
  const w = useWords();
  const [defined, defineAgain] = useDefined(place);
  const [times, setTimes] = useState(0);
  const [whole, wholeAgain] = useWhole(place, address, times);
  const [isDefined, setDefined] = useState(false);
  const [isChanging, setChanging] = useState(isOtherwise(address.whatIf));
  const name = metricText(place.metric, useMetricNames());
  const shop = useShop(shopKey(place));
  const [seen, seeAgain] = useSeen(place, shop);
  const { value: counted, isOld } = useKept(whole, JSON.stringify([daysOf(address), w.tag]));
  const failed = [defined, whole, seen].find((one) => one.state === "failed") ?? whole;
  if (failed.state === "failed") {
    return (
      <>
        <div className="page tools">
          <Chooser place={place} change={change} />
        </div>
        <FailurePage
          failure={failed.failure}
          again={() => {
            defineAgain();
            wholeAgain();
            seeAgain();
          }}
        />
      </>
    );
  }
  const known = defined.state === "there" ? defined.value : null;
  const own = counted?.own;
  const lines = known?.lines ?? NO_LINES;
  const edition = known ? newestOf(known.rule, own) : undefined;
  const kind = kindOf(place.metric, edition, lines);
  const days = own ? viewDays(address, own) : daysOf(address);
  const isPanel = !own && shop !== undefined && isPanelOnly(shop);
  const observed = seen.state === "there" ? seen.value : NO_FIGURES;
  const further = furtherOf(address);
  const onRounds = (part: Part | null): void => change({ part }, part !== null);
  const file = (format: "xlsx" | "csv"): string =>
    exportPath(place, days, address.view, address.whatIf, format, w);
  return (
    <div className="page">
      <div className="page-top">
        <h1>{name}</h1>
        <span className="push tools">
          <Button
            icon={<ReloadOutlined />}
            aria-label={w.figures.recount}
            title={w.figures.recount}
            loading={isOld}
            onClick={() => {
              defineAgain();
              seeAgain();
              setTimes(times + 1);
            }}
          />
          <Button icon={<BookOutlined />} disabled={!known} onClick={() => setDefined(true)}>
            {w.figures.definition}
          </Button>
          <Button
            icon={<ExperimentOutlined />}
            aria-expanded={isChanging}
            disabled={isPanel}
            onClick={() => setChanging(!isChanging)}
          >
            {w.figures.whatIf}
          </Button>
          <Dropdown
            trigger={["click"]}
            menu={{
              items: [
                { key: "xlsx", label: <a href={file("xlsx")} download="">{w.figures.exportXlsx}</a> },
                { key: "csv", label: <a href={file("csv")} download="">{w.figures.exportCsv}</a> },
              ],
            }}
          >
            <Button icon={<DownloadOutlined />} title={w.figures.exportHint}>
              {w.figures.export}
            </Button>
          </Dropdown>
        </span>
      </div>
      <div className="tools figure-tools">
        <Chooser place={place} change={change} />
        <DayTools
          address={address}
          change={change}
          shown={own ?? rangeOf(observed)}
          today={shop?.at.slice(0, 10) ?? own?.to}
          isAlone={isPanel || isOtherwise(address.whatIf)}
        />
      </div>
      {isChanging && known && (
        <WhatIfForm
          rule={known.rule}
          whatIf={address.whatIf}
          day={address.to ?? own?.to}
          takesLimit={kind.isShare && settingOf(edition, "sample") !== "rating"}
          onChange={(whatIf) => change({ whatIf })}
        />
      )}
      {!(known && counted && seen.state === "there") && <Loading />}
      {known && counted && seen.state === "there" && isPanel && (
        <PanelOnly
          place={place}
          name={name}
          observed={observed}
          days={daysOf(address)}
          lines={lines}
          kind={kind}
          standings={known.standings.filter((one) => !one.as_told)}
        />
      )}
      {known && counted && seen.state === "there" && !isPanel && (
        <Body
          place={place}
          standings={known.standings}
          outcome={kind.outcome}
          whole={counted}
          isOld={isOld}
          address={address}
          change={change}
          onRounds={onRounds}
        >
          {own && further.length > 0 && (
            <ShopsView
              place={place}
              name={name}
              days={days}
              last={lastDay(days, own, shop)}
              shops={further}
              times={times}
              lines={lines}
              kind={kind}
              onRounds={onRounds}
              onShop={(to, part) => change({ place: to, shops: [], part }, true)}
            />
          )}
          {own && further.length === 0 && (
            <FigureView
              place={place}
              name={name}
              days={days}
              last={lastDay(days, own, shop)}
              view={address.view}
              times={times}
              whatIf={address.whatIf}
              earlier={backOf(address, own)}
              lines={lines}
              kind={kind}
              isGrouped={isGrouped(edition)}
              onRounds={onRounds}
            />
          )}
        </Body>
      )}
      <Rounds
        place={place}
        outcome={kind.outcome}
        part={address.part}
        whatIf={address.whatIf}
        onChange={onRounds}
      />
      {known && (
        <Definition
          place={place}
          rule={known.rule}
          counted={own?.editions ?? []}
          isOpen={isDefined}
          onClose={() => setDefined(false)}
        />
      )}
    </div>
  );
}

const NO_LINES: readonly Line[] = [];
const NO_FIGURES: readonly Observed[] = [];

/** What the panel said, of a shop of which nothing else is known. */
function useSeen(
  place: Place,
  shop: ShopNow | undefined,
): ReturnType<typeof useLoaded<readonly Observed[]>> {
  const isAsked = shop !== undefined && isPanelOnly(shop);
  return useLoaded(JSON.stringify(["panel", place, isAsked]), async () =>
    isAsked ? panel(place) : NO_FIGURES,
  );
}

/** Up to which day something may be known. */
function lastDay(days: Days, own: Figure, shop: ShopNow | undefined): string {
  return days.to ?? shop?.at.slice(0, 10) ?? own.to;
}

function Body(props: {
  place: Place;
  standings: readonly Standing[];
  outcome: Kind["outcome"];
  whole: Whole;
  /** Whether another rule is being counted. */
  isOld: boolean;
  address: Address;
  change: Moves["change"];
  onRounds: (part: Part | null) => void;
  children: ReactNode;
}): ReactNode {
  const { whole, address, change, onRounds } = props;
  const w = useWords();
  const { own } = whole;
  const shop = useShop(shopKey(props.place));
  const { isRead } = useLine();
  if (!own && isRead && !shop) {
    return <Nothing title={w.figures.noShop} hint={w.figures.noShopHint} />;
  }
  if (!own && shop?.feeds.length === 0) {
    return (
      <Nothing title={w.figures.noFeed} hint={w.figures.noFeedHint}>
        <ImportButton />
      </Nothing>
    );
  }
  if (!own) {
    return (
      <>
        <Nothing title={w.figures.empty} hint={w.figures.emptyHint} />
        <Notices notices={whole.notices} />
      </>
    );
  }
  const { from, to } = own;
  return (
    <>
      <div aria-busy={props.isOld} className={props.isOld ? "old" : ""}>
        <Headline
          place={props.place}
          own={own}
          other={whole.other}
          earlier={whole.earlier}
          standings={props.standings.filter((one) => !one.as_told)}
          outcome={props.outcome}
          isOwnPeriod={!address.from && !address.to}
          onRounds={(isOther) => onRounds({ from, to, ...(isOther && { isOtherwise: true }) })}
        />
      </div>
      <section className="card" aria-label={w.figures.view}>
        <div className="scroll-x view-tools">
          <Segmented
            aria-label={w.figures.view}
            value={address.view}
            options={VIEWS.map((one) => ({ value: one, label: w.figures.views[one] }))}
            onChange={(view) => change({ view }, true)}
          />
        </div>
        {address.view === "day" && !isOtherwise(address.whatIf) && (
          <div className="view-tools">
            <ShopChoice
              place={props.place}
              chosen={furtherOf(address)}
              onChange={(chosen) => change({ shops: chosen, vs: null })}
            />
          </div>
        )}
        {props.children}
      </section>
      <Notices notices={whole.notices} />
    </>
  );
}

function Notices({ notices }: { notices: readonly string[] }): ReactNode {
  const w = useWords();
  if (notices.length === 0) return null;
  return (
    <aside aria-label={w.figures.notices} className="quiet small">
      {notices.map((notice) => (
        <p key={notice}>
          <Said text={notice} />
        </p>
      ))}
    </aside>
  );
}

/** Which days: the platform's own period, the last so many, or any. */
function DayTools({
  address,
  change,
  shown,
  today,
  isAlone,
}: {
  address: Address;
  change: Moves["change"];
  /** What is shown where no days are asked for. */
  shown: { from: string; to: string } | undefined;
  today: string | undefined;
  /** Whether there are no earlier days to compare with. */
  isAlone: boolean;
}): ReactNode {
  const w = useWords();
  const { from, to } = address;
  const begin = (days: number): string | undefined => today && dayAfter(today, 1 - days);
  const preset =
    !from && !to
      ? "period"
      : (["7", "30", "90"].find((days) => from === begin(Number(days)) && to === today) ?? "");
  const days = { from: from ?? shown?.from, to: to ?? shown?.to };
  const field = (label: string, key: "from" | "to"): ReactNode => (
    <Input
      type="date"
      aria-label={label}
      title={label}
      value={days[key] ?? ""}
      max={key === "from" ? days.to : undefined}
      min={key === "to" ? days.from : undefined}
      style={{ width: 140 }}
      onChange={(event) => {
        const day = event.target.value;
        // Half a date is none, and a day before the first is a mistake that is still typed.
        if (/^\d{4}-\d{2}-\d{2}$/.test(day)) change({ ...days, [key]: day });
      }}
    />
  );
  return (
    <>
      <span className="scroll-x">
        <Segmented
          aria-label={w.figures.days}
          value={preset}
          options={[
            { value: "period", label: w.figures.period },
            ...[7, 30, 90].map((days) => ({ value: `${days}`, label: w.figures.lastDays(days) })),
          ]}
          onChange={(one) =>
            change(
              one === "period"
                ? { from: undefined, to: undefined }
                : { from: begin(Number(one)), to: today },
            )
          }
        />
      </span>
      <span className="shop-name">
        {field(w.figures.from, "from")}
        <span className="quiet">–</span>
        {field(w.figures.to, "to")}
      </span>
      <span className="scroll-x">
        <Segmented
          aria-label={w.figures.compare}
          disabled={isAlone}
          value={vsOf(address) ?? "none"}
          options={(["none", ...EARLIER] as const).map((one) => ({
            value: one,
            label: w.figures.compares[one],
          }))}
          onChange={(one: "none" | Earlier) => change({ vs: one === "none" ? null : one, shops: [] })}
        />
      </span>
    </>
  );
}
