// What was counted of some days, in the words of the figure: its value first, then its samples.
import type { ReactNode } from "react";

import type { Count, MetricNow, ShopNow } from "../api/client";
import { isPanelOnly } from "../live/live";
import { useWords, type Words } from "../words";

/** What the two sides of a metric are called: of most, in time and missed. */
export type Outcome = keyof Words["overview"]["outcomes"];

/** Metrics whose sides are not those of a limit, by the last part of their ids. */
const OTHERWISE: Record<string, Outcome> = {
  "answered-share": "reply",
  dissatisfaction: "rating",
  "leave-message-rate": "left",
  "no-reply-rate": "reply",
  "no-service": "service",
  "reply-rate": "reply",
  "same-day-reply": "reply",
  satisfaction: "rating",
};

type Of = Pick<MetricNow, "metric" | "figure">;

export function outcomeOf({ metric, figure }: Of): Outcome {
  if (figure.startsWith("mean")) return "mean";
  return OTHERWISE[metric.slice(metric.indexOf("/") + 1)] ?? "time";
}

/** What the sides are called where they stand alone, as in heads of columns. */
export function sidesOf(outcome: Outcome, w: Words): { hit: string; miss: string } {
  const { hit, miss } = w.overview.outcomes[outcome];
  const begun = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  return { hit: begun(hit), miss: begun(miss) };
}

/** Whether the sides of a metric are hits and misses: a mean, or a number of samples, has none. */
const hasSides = ({ figure }: Of): boolean => figure.endsWith("share");

export function isEmpty(count: Count): boolean {
  const isNone = Object.keys(count.dropped).length === 0;
  return isNone && count.hits === 0 && count.misses === 0 && count.pending === 0;
}

interface Counted {
  of: Of;
  count: Count;
  /** Whether there is room for what matters most only: what is missed, or else that nothing is. */
  isShort?: boolean;
}

/** A count in words: how many on each side, and how many are open. */
export function CountWords({ of, count, isShort = false }: Counted): ReactNode {
  const w = useWords();
  if (isEmpty(count)) return <span className="quiet">{w.overview.noSamples}</span>;
  const { hit, miss } = w.overview.outcomes[outcomeOf(of)];
  const isBare = isShort && count.misses > 0;
  return (
    <span className="words number">
      {hasSides(of) ? (
        <>
          {!isBare && <span>{w.overview.counted(count.hits, hit)}</span>}
          {(isBare || !isShort) && (
            <span className={count.misses > 0 ? "late" : "quiet"}>
              {w.overview.counted(count.misses, miss)}
            </span>
          )}
        </>
      ) : (
        <span>{w.figures.samples(count.hits + count.misses)}</span>
      )}
      {count.pending > 0 && !isShort && (
        <span className="warn">{w.overview.pending(count.pending)}</span>
      )}
    </span>
  );
}

/** The value as it is printed; nothing where there is none. */
export function Value({ count }: { count: Count }): ReactNode {
  return count.value ? <span className="strong number">{count.value.value}</span> : null;
}

/** Where today closes: in short about where, else with the range of most days. */
export function Closing(props: {
  forecast: MetricNow["forecast"] | null;
  isShort?: boolean;
}): ReactNode {
  const { forecast, isShort = false } = props;
  const w = useWords();
  if (!forecast) return null;
  const { low, middle, high, days } = forecast;
  const why = w.overview.closingHint(days);
  const range =
    low.value === high.value ? why : `${w.overview.closingRange(low.value, high.value)} ${why}`;
  return isShort ? (
    <span className="number" title={range}>
      {w.overview.closesAt(middle.value)} ·
    </span>
  ) : (
    <span className="small">
      <span className="number">{w.overview.about(middle.value)}</span>{" "}
      <span className="quiet number">{range}</span>
    </span>
  );
}

/** Whether today is unknown: without a live feed, nothing counted is nothing known. */
export function todayUnknown(shop: ShopNow, count: Count): boolean {
  return !shop.queue && isEmpty(count);
}

/** Why nothing is said of the period, in a word and in a sentence; null: something is. */
export function periodUnknown(
  shop: ShopNow,
  { period }: MetricNow,
  w: Words,
): { words: string; hint: string } | null {
  if (isPanelOnly(shop)) return { words: w.overview.panelOnly, hint: w.overview.panelOnlyHint };
  if (shop.feeds.length === 0) return { words: w.common.unknown, hint: w.overview.unfedDaysHint };
  return period ? null : { words: w.common.unknown, hint: w.overview.unknownPeriodHint };
}

/** Days as short as they can be told: a whole month by its name, the year where it is another. */
export function shortDays(from: string, to: string, today: string, w: Words): string {
  if (from === to && to === today) return w.overview.today;
  const year = from.slice(0, 4);
  const month = Number(from.slice(5, 7));
  const end = new Date(Date.UTC(Number(year), month, 0)).toISOString().slice(0, 10);
  const isOther = year !== today.slice(0, 4);
  if (from.endsWith("-01") && to === end) return w.overview.month(month, isOther ? year : null);
  return w.overview.days(shortDay(from, today), shortDay(to, today));
}

/** A day without its year, where that is the present one. */
export const shortDay = (day: string, today: string): string =>
  day.slice(0, 4) === today.slice(0, 4) ? day.slice(5) : day;
