// What is drawn of figures. Heights and lengths of what is drawn come from printed values; what is
// said of a point is what the server counted and printed.
import type { EChartsCoreOption } from "echarts/core";

import type { Schemas } from "../api/client";
import { sidesOf, type Outcome } from "../parts/counted";
import type { Words } from "../words";
import { lengthOf, placed, wholeLength, type Figure, type Line } from "./data";

export interface Colours {
  text: string;
  quiet: string;
  line: string;
  card: string;
  own: string;
  other: string;
  ok: string;
  warn: string;
  late: string;
  none: string;
  /** Of curves of several shops, one's own first. */
  shops: readonly string[];
  /** From bad to good. */
  scale: readonly string[];
}

export const LIGHT: Colours = {
  text: "#1c2430",
  quiet: "#56606f",
  line: "#e3e7ee",
  card: "#ffffff",
  own: "#1d5fc4",
  other: "#8a4fbf",
  ok: "#8fb4e8",
  warn: "#e3a92f",
  late: "#d2444b",
  none: "#f4f6f9",
  shops: ["#1d5fc4", "#b4540a", "#8a4fbf", "#0f766e", "#be185d", "#5b6b0f"],
  scale: ["#d2444b", "#eeb46a", "#e9edf3", "#8fb4e8", "#1d5fc4"],
};

export const DARK: Colours = {
  text: "#e4e9f0",
  quiet: "#a3aebc",
  line: "#2d3642",
  card: "#1a2028",
  own: "#7fb0ff",
  other: "#c79bf2",
  ok: "#3c6299",
  warn: "#b98622",
  late: "#e06c6c",
  none: "#222a34",
  shops: ["#7fb0ff", "#f0a860", "#c79bf2", "#5ed6c4", "#f58fc0", "#c6d66a"],
  scale: ["#e06c6c", "#a8763a", "#55606e", "#4a78bb", "#7fb0ff"],
};

export interface Look {
  w: Words;
  colours: Colours;
  isNarrow: boolean;
  isStill: boolean;
  /** What the second line is called. */
  otherName: string;
}

/** Whether the figure is a share in percent, and whether more of it is better. */
export interface Kind {
  isShare: boolean;
  isMoreBetter: boolean;
  /** What its sides are called. */
  outcome: Outcome;
}

/** Words about a point: a line for each fact; built of text, so that no name is markup. */
export function tip(title: string, lines: readonly [string, string][], hint?: string): HTMLElement {
  const box = document.createElement("div");
  box.className = "tip";
  const add = (parent: HTMLElement, tag: string, text: string): HTMLElement => {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
    return element;
  };
  add(box, "strong", title);
  const list = add(box, "dl", "");
  for (const [name, text] of lines) {
    add(list, "dt", name);
    add(list, "dd", text);
  }
  if (hint) add(box, "em", hint);
  return box;
}

/** What there is to say of a figure. */
export function factsOf(figure: Figure, { outcome }: Kind, w: Words): [string, string][] {
  const lines: [string, string][] = [[w.figures.value, figure.value ?? w.figures.noValue]];
  if (figure.hits !== null && figure.hits !== undefined) {
    lines.push([sidesOf(outcome, w).hit, `${figure.hits} / ${figure.samples}`]);
  } else lines.push([w.figures.count, String(figure.samples)]);
  if (figure.unanswered > 0) lines.push([w.figures.unanswered, String(figure.unanswered)]);
  if (figure.pending > 0) lines.push([w.figures.pending, String(figure.pending)]);
  const dropped = Object.values(figure.dropped).reduce((sum, n) => sum + n, 0);
  if (dropped > 0) lines.push([w.figures.dropped, String(dropped)]);
  return lines;
}

const FONTS = window.getComputedStyle(document.body).fontFamily;

function base({ colours, isStill }: Look): EChartsCoreOption {
  return {
    animation: !isStill,
    animationDuration: 300,
    // Named, as widths are measured before anything is inherited.
    textStyle: { fontFamily: FONTS, color: colours.text },
    tooltip: {
      confine: true,
      backgroundColor: colours.card,
      borderColor: colours.line,
      textStyle: { color: colours.text, fontSize: 13 },
      extraCssText: "max-width: 300px; white-space: normal;",
    },
  };
}

const axisText = (colours: Colours): object => ({ color: colours.quiet, fontSize: 12 });

/** Where the axis of values begins and ends, so that lines and values are in sight. */
function valueAxis(
  values: readonly (number | null)[],
  lines: readonly Line[],
  kind: Kind,
  look: Look,
): object {
  const { colours } = look;
  const known = [...values, ...lines.map((line) => line.at)].filter((one) => one !== null);
  const least = Math.min(...known, kind.isShare ? 100 : 0);
  // Round steps that end at 100.
  const step = least > 82 ? 5 : least > 52 ? 10 : 25;
  const lowest = Math.max(0, Math.floor((least - 1) / step) * step);
  return {
    type: "value",
    ...(kind.isShare ? { min: lowest, max: 100, interval: step } : { min: 0 }),
    axisLabel: { ...axisText(colours), formatter: kind.isShare ? "{value}%" : "{value} s" },
    splitLine: { lineStyle: { color: colours.line } },
    splitNumber: 4,
  };
}

/** The lines of the standards, across. */
function lineMarks(lines: readonly Line[], look: Look): object {
  const { colours } = look;
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: colours.late, type: "dashed", width: 1.5 },
    label: { position: "end", color: colours.late, fontSize: 12, formatter: "{b}" },
    data: lines.map((line) => ({ name: line.text, yAxis: line.at })),
  };
}

export interface Point {
  /** What the axis says. */
  label: string;
  /** What is said of it. */
  title: string;
  figure: Figure | undefined;
  other: Figure | undefined;
}

/** A figure over time above, what it is made of below. */
export function overTime(
  points: readonly Point[],
  lines: readonly Line[],
  kind: Kind,
  isHours: boolean,
  hasOther: boolean,
  look: Look,
): EChartsCoreOption {
  const { w, colours, isNarrow } = look;
  const own = points.map((point) => placed(point.figure?.value));
  const other = points.map((point) => placed(point.other?.value));
  const labels = points.map((point) => point.label);
  const sides = sidesOf(kind.outcome, w);
  const isJudged = points.some(({ figure }) => typeof figure?.hits === "number");
  const hasSlider = isHours && points.length > 72;
  const count = (of: (figure: Figure) => number | null | undefined): (number | null)[] =>
    points.map(({ figure }) => (figure ? (of(figure) ?? null) : null));
  const left = isNarrow ? 44 : 56;
  const right = lines.length > 0 ? 60 : 16;
  // On a phone the names of two lines and of what they are made of take two rows.
  const top = isNarrow && hasOther ? 60 : 36;
  const [topHeight, bottomTop, bottomHeight] = [236 - top, 252, 76];
  const bars = (id: string, name: string, color: string, data: (number | null)[]): object => ({
    id,
    name,
    type: "bar",
    stack: "count",
    xAxisIndex: 1,
    yAxisIndex: 1,
    barMaxWidth: 26,
    itemStyle: { color },
    emphasis: { focus: "none" },
    data,
  });
  // A point is drawn where its neighbours are missing, or it could not be seen.
  const isLone = (at: number): boolean =>
    (own[at - 1] ?? null) === null && (own[at + 1] ?? null) === null;
  const line = (id: string, name: string, color: string, values: (number | null)[]): object => ({
    id,
    name,
    type: "line",
    connectNulls: false,
    showAllSymbol: true,
    lineStyle: { color, width: 2, type: id === "other" ? "dashed" : "solid" },
    itemStyle: { color },
    data: values.map((value, at) => {
      const isPending = id === "own" && (points[at]?.figure?.pending ?? 0) > 0;
      const size = isPending ? 9 : isHours && !isLone(at) ? 3 : 6;
      const hollow = { color: colours.card, borderColor: colours.warn, borderWidth: 2 };
      return {
        value,
        symbol: "circle",
        symbolSize: size,
        ...(isPending && { itemStyle: hollow }),
      };
    }),
  });
  const category = (grid: number, isShown: boolean): object => ({
    type: "category",
    gridIndex: grid,
    data: labels,
    boundaryGap: true,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colours.line } },
    axisLabel: { ...axisText(colours), show: isShown, hideOverlap: true },
  });
  const series = [
    { ...line("own", w.figures.own, colours.own, own), markLine: lineMarks(lines, look) },
    ...(hasOther ? [line("other", look.otherName, colours.other, other)] : []),
    bars("hits", isJudged ? sides.hit : w.figures.count, colours.ok, count((f) => f.hits ?? f.samples)),
    ...(isJudged ? [bars("misses", sides.miss, colours.late, count((f) => f.misses))] : []),
    bars("pending", w.figures.pending, colours.warn, count((f) => f.pending)),
  ];
  const { tooltip, ...rest } = base(look);
  return {
    ...rest,
    legend: {
      top: 0,
      left: left - 8,
      itemWidth: 14,
      itemHeight: 8,
      itemGap: 16,
      textStyle: { color: colours.quiet },
      selectedMode: false,
      data: [...(hasOther ? [w.figures.own, look.otherName] : []), ...legendOf(isJudged ? sides : null, w)],
    },
    grid: [
      { left, right, top, height: topHeight },
      { left, right, top: bottomTop, height: bottomHeight },
    ],
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    xAxis: [category(0, false), category(1, true)],
    yAxis: [
      { ...valueAxis([...own, ...other], lines, kind, look), gridIndex: 0 },
      {
        type: "value",
        gridIndex: 1,
        minInterval: 1,
        splitNumber: 2,
        axisLabel: axisText(colours),
        splitLine: { lineStyle: { color: colours.line } },
      },
    ],
    ...(hasSlider && {
      dataZoom: [
        {
          type: "slider",
          xAxisIndex: [0, 1],
          bottom: 0,
          height: 20,
          startValue: Math.max(0, points.length - (isNarrow ? 48 : 168)),
          endValue: points.length - 1,
          brushSelect: false,
          showDetail: false,
          borderColor: colours.line,
          fillerColor: `${colours.own}33`,
        },
      ],
    }),
    tooltip: {
      ...(tooltip as object),
      trigger: "axis",
      formatter: (all: { dataIndex: number }[]) => {
        const point = points[all[0]?.dataIndex ?? -1];
        if (!point) return "";
        if (!point.figure) return tip(point.title, [[w.figures.value, w.common.unknown]]);
        const facts = factsOf(point.figure, kind, w);
        if (hasOther) {
          const value = point.other?.value ?? w.figures.noValue;
          const made = point.other ? factsOf(point.other, kind, w)[1]?.[1] : undefined;
          facts.push([look.otherName, made ? `${value} (${made})` : value]);
        }
        return tip(point.title, facts, w.figures.clickHint);
      },
    },
    series,
  };
}

function legendOf(sides: { hit: string; miss: string } | null, w: Words): string[] {
  const { pending, count } = w.figures;
  return sides ? [sides.hit, sides.miss, pending] : [count, pending];
}

/** What a panel printed of a day. */
export interface PanelPoint {
  day: string;
  value: string;
  /** Null: the panel does not say. */
  samples: number | null;
}

/** Where a panel's value lies: of `18/20` the share it is. */
function panelPlace(value: string, { isShare }: Kind): number | null {
  const parts = /^(\d+)\s*\/\s*(\d+)$/.exec(value);
  if (!parts || !isShare) return placed(value);
  return Number(parts[2]) > 0 ? (100 * Number(parts[1])) / Number(parts[2]) : null;
}

/** All of a drawing day by day but its curves. */
function dayByDay(
  days: readonly string[],
  values: readonly (number | null)[],
  lines: readonly Line[],
  kind: Kind,
  tips: (at: number, day: string) => HTMLElement,
  look: Look,
): EChartsCoreOption {
  const { colours, isNarrow } = look;
  const { tooltip, ...rest } = base(look);
  return {
    ...rest,
    grid: { left: isNarrow ? 44 : 56, right: lines.length > 0 ? 60 : 16, top: 20, bottom: 28 },
    xAxis: {
      type: "category",
      data: days.map((day) => day.slice(5)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...axisText(colours), hideOverlap: true },
    },
    yAxis: valueAxis(values, lines, kind, look),
    tooltip: {
      ...(tooltip as object),
      trigger: "axis",
      formatter: (all: { dataIndex: number }[]) => {
        const at = all[0]?.dataIndex ?? -1;
        const day = days[at];
        return day === undefined ? "" : tips(at, day);
      },
    },
  };
}

/** What the platform's panel said day by day, a gap where it is not known. */
export function ofPanel(
  points: readonly (PanelPoint | null)[],
  days: readonly string[],
  lines: readonly Line[],
  kind: Kind,
  look: Look,
): EChartsCoreOption {
  const { w, colours } = look;
  const values = points.map((point) => (point ? panelPlace(point.value, kind) : null));
  const said = (at: number, day: string): HTMLElement => {
    const point = points[at];
    const facts: [string, string][] = [[w.figures.panel, point?.value ?? w.common.unknown]];
    if (point?.samples != null) facts.push([w.figures.count, String(point.samples)]);
    return tip(day, facts);
  };
  return {
    ...dayByDay(days, values, lines, kind, said, look),
    series: [
      {
        id: "panel",
        name: w.figures.panel,
        type: "line",
        connectNulls: false,
        showAllSymbol: true,
        symbol: "circle",
        symbolSize: 6,
        lineStyle: { color: colours.own, width: 2 },
        itemStyle: { color: colours.own },
        data: values,
        markLine: lineMarks(lines, look),
      },
    ],
  };
}

/** A shop's figures, one for each day that is drawn. */
export interface Curve {
  id: string;
  name: string;
  /** Undefined: nothing is known of the day. */
  figures: readonly (Figure | undefined)[];
}

/** How the curves are drawn, in lengths of strokes and gaps: colour alone does not tell them. */
export const DASHES: readonly (readonly number[])[] = [
  [],
  [8, 4],
  [2, 3],
  [10, 3, 2, 3],
  [5, 2],
  [12, 4, 4, 4],
];

/** One metric of several shops, day by day. */
export function ofShops(
  days: readonly string[],
  curves: readonly Curve[],
  lines: readonly Line[],
  kind: Kind,
  look: Look,
): EChartsCoreOption {
  const { w, colours } = look;
  const values = curves.map((one) => one.figures.map((figure) => placed(figure?.value)));
  const said = (figure: Figure | undefined): string => {
    if (!figure) return w.common.unknown;
    return `${figure.value ?? w.figures.noValue} (${w.figures.samples(figure.samples)})`;
  };
  const tips = (at: number, day: string): HTMLElement =>
    tip(day, curves.map((one) => [one.name, said(one.figures[at])]), w.figures.clickHint);
  return {
    ...dayByDay(days, values.flat(), lines, kind, tips, look),
    series: curves.map((one, n) => ({
      id: one.id,
      name: one.name,
      type: "line",
      connectNulls: false,
      showAllSymbol: true,
      symbol: "circle",
      symbolSize: 6,
      lineStyle: { color: colours.shops[n], width: 2, type: DASHES[n]?.length ? DASHES[n] : "solid" },
      itemStyle: { color: colours.shops[n] },
      data: values[n],
      ...(n === 0 && { markLine: lineMarks(lines, look) }),
    })),
  };
}

/** Accounts beside each other, the worst first. */
export function byAccount(
  points: readonly Point[],
  lines: readonly Line[],
  kind: Kind,
  hasOther: boolean,
  look: Look,
): EChartsCoreOption {
  const { w, colours, isNarrow } = look;
  const shown = [...points].reverse();
  const { tooltip, ...rest } = base(look);
  const values = shown.map((point) => placed(point.figure?.value));
  const others = shown.map((point) => placed(point.other?.value));
  const worst = lines.filter((line) => line.isLowest === kind.isMoreBetter);
  const isBad = (value: number | null): boolean =>
    value !== null &&
    worst.length > 0 &&
    worst.every((line) => (line.isLowest ? value < line.at : value > line.at));
  const axis = valueAxis([...values, ...others], lines, kind, look) as Record<string, unknown>;
  return {
    ...rest,
    ...(hasOther && {
      legend: {
        top: 0,
        right: 0,
        textStyle: { color: colours.quiet },
        selectedMode: false,
        data: [w.figures.own, look.otherName],
      },
    }),
    grid: { left: isNarrow ? 92 : 150, right: isNarrow ? 64 : 90, top: 46, bottom: 8 },
    // A bar has its length from 0.
    xAxis: {
      ...axis,
      min: 0,
      position: "top",
      axisLabel: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: "category",
      data: shown.map((point) => point.label),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: {
        ...axisText(colours),
        width: isNarrow ? 80 : 136,
        overflow: "truncate",
        color: colours.text,
      },
    },
    tooltip: {
      ...(tooltip as object),
      trigger: "item",
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const point = shown[dataIndex];
        if (!point?.figure) return "";
        const facts = factsOf(point.figure, kind, w);
        if (hasOther) facts.push([look.otherName, point.other?.value ?? w.figures.noValue]);
        return tip(point.title, facts, w.figures.clickHint);
      },
    },
    series: [
      {
        id: "own",
        name: w.figures.own,
        type: "bar",
        barMaxWidth: 16,
        itemStyle: { color: colours.own, borderRadius: [0, 3, 3, 0] },
        label: {
          show: true,
          position: "right",
          color: colours.text,
          formatter: ({ dataIndex }: { dataIndex: number }) => shown[dataIndex]?.figure?.value ?? "",
        },
        data: values.map((value) => ({
          value,
          ...(isBad(value) && { itemStyle: { color: colours.late } }),
        })),
        markLine: {
          ...(lineMarks(lines, look) as object),
          // One above the other, or lines that are near each other could not be read.
          data: lines.map((line, at) => ({
            name: line.text,
            xAxis: line.at,
            label: { offset: [0, at % 2 === 0 ? 0 : -14] },
          })),
        },
      },
      ...(hasOther
        ? [
            {
              id: "other",
              name: look.otherName,
              type: "bar",
              barMaxWidth: 8,
              itemStyle: { color: colours.other, borderRadius: [0, 3, 3, 0] },
              data: others,
            },
          ]
        : []),
    ],
  };
}

/** Hours of the week. */
export function ofWeek(
  figures: readonly Figure[],
  lines: readonly Line[],
  kind: Kind,
  look: Look,
): EChartsCoreOption {
  const { w, colours, isNarrow } = look;
  const { tooltip, ...rest } = base(look);
  const known = figures.map((figure) => placed(figure.value)).filter((one) => one !== null);
  const ends = [...known, ...lines.map((line) => line.at)];
  const [least, most] = [Math.min(...ends), Math.max(...ends, kind.isShare ? 100 : 0)];
  return {
    ...rest,
    grid: { left: isNarrow ? 38 : 56, right: 8, top: 8, bottom: 64 },
    xAxis: {
      type: "category",
      data: Array.from({ length: 24 }, (_, hour) => String(hour)),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...axisText(colours), interval: isNarrow ? 3 : 0 },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: w.figures.weekdays,
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: axisText(colours),
    },
    visualMap: {
      type: "continuous",
      min: least,
      max: most > least ? most : least + 1,
      dimension: 2,
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemHeight: isNarrow ? 120 : 220,
      itemWidth: 12,
      hoverLink: false,
      text: kind.isMoreBetter
        ? [w.figures.heatBetter, w.figures.heatWorse]
        : [w.figures.heatWorse, w.figures.heatBetter],
      textStyle: { color: colours.quiet },
      inRange: { color: kind.isMoreBetter ? [...colours.scale] : [...colours.scale].reverse() },
    },
    tooltip: {
      ...(tooltip as object),
      trigger: "item",
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const figure = figures[dataIndex];
        if (!figure) return "";
        const title = `${w.figures.weekdays[figure.weekday ?? 0]} ${w.figures.hourOf(figure.hour ?? 0)}`;
        return tip(title, factsOf(figure, kind, w), w.figures.clickHint);
      },
    },
    series: [
      {
        id: "own",
        type: "heatmap",
        itemStyle: { borderColor: colours.card, borderWidth: 2, borderRadius: 3 },
        emphasis: { itemStyle: { borderColor: colours.text, borderWidth: 1 } },
        data: figures.map((figure) => {
          const value = placed(figure.value);
          return {
            value: [figure.hour ?? 0, figure.weekday ?? 0, value ?? "-"],
            // What is only pending has no value yet.
            ...(value === null && { itemStyle: { color: colours.none } }),
          };
        }),
      },
    ],
  };
}

/** What the ends of a bin are called. */
export function binName(bin: Schemas["WaitsBin"], w: Words): string {
  const { over_ms: over, to_ms: to } = bin;
  if (typeof to !== "number") return w.figures.waitOver(w.span(Math.floor((over ?? 0) / 1_000)));
  if (typeof over !== "number") return w.figures.waitUpTo(lengthOf(to, w));
  return w.figures.waitBetween(lengthOf(over, w), lengthOf(to, w));
}

/** Short for an axis: its end. */
function binEnd(bin: Schemas["WaitsBin"], isEnglish: boolean): string {
  const ms = bin.to_ms;
  if (typeof ms !== "number") return "∞";
  const seconds = Math.floor(ms / 1_000);
  const [s, m, h, d] = isEnglish ? ["s", "m", "h", "d"] : [" 秒", " 分", " 小时", " 天"];
  if (ms % 1_000 !== 0) return `${ms}ms`;
  if (seconds % 86_400 === 0 && seconds > 0) return `${Math.floor(seconds / 86_400)}${d}`;
  if (seconds % 3_600 === 0 && seconds > 0) return `${Math.floor(seconds / 3_600)}${h}`;
  if (seconds % 60 === 0 && seconds > 0) return `${Math.floor(seconds / 60)}${m}`;
  return `${seconds}${s}`;
}

/** Where a wait lies on an axis of bins: between the ends of its own. */
function binPlace(ms: number, bins: readonly Schemas["WaitsBin"][]): number | null {
  for (const [at, bin] of bins.entries()) {
    const over = bin.over_ms ?? 0;
    if (typeof bin.to_ms !== "number") return at + 0.5;
    if (ms <= bin.to_ms) return at + Math.max(0, ms - over) / (bin.to_ms - over);
  }
  return null;
}

/** How many waited how long, with percentiles and the limit. */
export function ofWaits(figure: Figure, look: Look): EChartsCoreOption {
  const { w, colours, isNarrow } = look;
  const { tooltip, ...rest } = base(look);
  const { bins, limits_ms: limits } = figure.waits ?? { bins: [], limits_ms: [] };
  const limit = limits.length === 1 ? limits[0] : undefined;
  const isLate = (bin: Schemas["WaitsBin"]): boolean =>
    limit !== undefined && (typeof bin.to_ms !== "number" || bin.to_ms > limit);
  const marks: object[] = limits.map((ms) => ({
    name: w.figures.limitIs(lengthOf(ms, w)),
    xAxis: binPlace(ms, bins) ?? bins.length,
    lineStyle: { color: colours.late, type: "solid", width: 2 },
    label: { color: colours.late, fontWeight: 600, offset: [0, 0] },
  }));
  const percentiles = figure.percentiles_ms;
  if (percentiles) {
    const all = [
      ["P50", percentiles.p50, 16],
      ["P90", percentiles.p90, 32],
      ["P99", percentiles.p99, 48],
    ] as const;
    for (const [name, ms, offset] of all) {
      marks.push({
        name: isNarrow ? name : `${name} ${wholeLength(ms, w)}`,
        xAxis: binPlace(ms, bins) ?? bins.length,
        label: { offset: [0, offset], color: colours.text },
        lineStyle: { color: colours.text, type: "dashed", width: 1 },
      });
    }
  }
  return {
    ...rest,
    grid: { left: isNarrow ? 40 : 56, right: 16, top: 88, bottom: 28 },
    xAxis: [
      {
        type: "category",
        data: bins.map((bin) => binEnd(bin, w.tag === "en")),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: colours.line } },
        axisLabel: { ...axisText(colours), hideOverlap: true },
      },
      // On this one a place may lie between two bars.
      { type: "value", min: 0, max: bins.length, show: false },
    ],
    yAxis: {
      type: "value",
      minInterval: 1,
      axisLabel: axisText(colours),
      splitLine: { lineStyle: { color: colours.line } },
    },
    tooltip: {
      ...(tooltip as object),
      trigger: "item",
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const bin = bins[dataIndex];
        if (!bin) return "";
        return tip(binName(bin, w), [[w.figures.count, String(bin.n)]], w.figures.clickHint);
      },
    },
    series: [
      {
        id: "own",
        type: "bar",
        barCategoryGap: "6%",
        data: bins.map((bin) => ({
          value: bin.n,
          itemStyle: { color: isLate(bin) ? colours.late : colours.ok },
        })),
        label: { show: !isNarrow, position: "top", color: colours.quiet },
      },
      {
        id: "marks",
        type: "line",
        xAxisIndex: 1,
        silent: true,
        symbol: "none",
        lineStyle: { opacity: 0 },
        data: [[0, 0]],
        markLine: {
          silent: true,
          symbol: "none",
          label: { position: "end", formatter: "{b}", fontSize: 12, distance: [0, 50] },
          data: marks,
        },
      },
    ],
  };
}
