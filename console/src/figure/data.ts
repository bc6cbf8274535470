// What the figure page asks the server for.
import { all, api, taken, type Schemas } from "../api/client";
import type { Words } from "../words";
import type { Earlier, Part, Place, View, WhatIf } from "./address";

export type Figure = Schemas["Figure"];
export type Sample = Schemas["Sample"];
export type Rule = Schemas["Rule"];
export type Edition = Schemas["Edition"];
export type Standing = Schemas["Standing"];
export type Observed = Schemas["Observed"];

export interface Days {
  from?: string;
  to?: string;
}

const of = ({ platform, shop }: Place): { platform: string; shop: string } => ({ platform, shop });

/** What the views keep apart. */
const BY: Record<View, string | undefined> = {
  day: "day",
  hour: "day,hour",
  account: "account",
  week: "weekday,hour",
  waits: undefined,
};

function queryOf(place: Place, days: Days, view: View | null, whatIf: WhatIf): FigureQuery {
  const by = view === null ? undefined : BY[view];
  return {
    ...of(place),
    metric: place.metric,
    ...days,
    ...whatIf,
    ...(by && { by }),
    ...((view === null || view === "account" || view === "day") && { percentiles: true }),
    ...(view === "waits" && { waits: true, percentiles: true }),
  };
}

interface FigureQuery {
  platform: string;
  shop: string;
  metric: string;
  from?: string;
  to?: string;
  by?: string;
  percentiles?: boolean;
  waits?: boolean;
}

export interface Measured {
  items: Figure[];
  notices: string[];
}

/** Figures of a view; `null`: the one figure of all days. */
export async function measured(
  place: Place,
  days: Days,
  view: View | null,
  whatIf: WhatIf,
): Promise<Measured> {
  const asked = queryOf(place, days, view, whatIf);
  let notices: string[] = [];
  const items = await all(async (after: string | undefined) => {
    const query = { ...asked, limit: 1_000, ...(after && { after }) };
    const page = await taken(api.GET("/v1/figures", { params: { query } }));
    notices = page.notices;
    return page;
  });
  return { items, notices };
}

/** The figure with its values over open readings, which takes a count for each combination. */
export async function banded(place: Place, days: Days): Promise<Figure | undefined> {
  const query = { ...of(place), metric: place.metric, ...days, band: true };
  return (await taken(api.GET("/v1/figures", { params: { query } }))).items[0];
}

/** Where the file is that has a view's figures. */
export function exportPath(
  place: Place,
  days: Days,
  view: View,
  whatIf: WhatIf,
  format: "xlsx" | "csv",
  w: Words,
): string {
  const query = new URLSearchParams({ format, lang: w.tag });
  for (const [key, value] of Object.entries(queryOf(place, days, view, whatIf))) {
    // Of waits a file has the percentiles.
    if (key !== "waits") query.set(key, String(value));
  }
  return `/v1/figures/export?${query}`;
}

export function rule(place: Place): Promise<Rule> {
  const metric = place.metric.slice(place.metric.indexOf("/") + 1);
  const path = { platform: place.platform, metric };
  const query = { shop: place.shop, of_platform: place.platform };
  return taken(api.GET("/v1/rules/{platform}/{metric}", { params: { path, query } }));
}

/** The edition in force on a day; without one, the newest that is dated. */
export function inForce(rule: Rule, day: string | undefined): Edition | undefined {
  const dated = rule.details.filter((one) => !one.as_told);
  const begun = dated.filter((one) => !one.from || day === undefined || one.from <= day);
  const newest = begun.reduce<Edition | undefined>(
    (best, one) => (best && (best.from ?? "") > (one.from ?? "") ? best : one),
    undefined,
  );
  return newest ?? dated[0] ?? rule.details.at(-1);
}

export async function standings(place: Place): Promise<Standing[]> {
  const query = { ...of(place), metric: place.metric, no_band: true };
  return (await taken(api.GET("/v1/standing", { params: { query } }))).items;
}

/** What the panel said, the newest days first, those of the shop's log too. */
export async function panel(place: Place): Promise<Observed[]> {
  const asked = { ...of(place), metric: place.metric, facts: true, limit: 1_000 };
  const found = await all((after: string | undefined) => {
    const query = { ...asked, ...(after && { after }) };
    return taken(api.GET("/v1/observed", { params: { query } }));
  });
  return found.sort((a, b) => (`${a.to} ${a.from}` < `${b.to} ${b.from}` ? 1 : -1));
}

export type Comparison = Schemas["Comparison"];

/** A figure beside that of earlier days. */
export function comparison(place: Place, days: Days, vs: Earlier): Promise<Comparison> {
  const earlier = vs === "week" ? "last-week" : "before";
  const query = { ...of(place), metric: place.metric, ...days, with: earlier };
  return taken(api.GET("/v1/figures/comparison", { params: { query } }));
}

export type Explanations = Schemas["Explanations"];

/** Rounds of a part of the figure, a page of them. */
export function rounds(
  place: Place,
  part: Part & { buyer?: string },
  whatIf: WhatIf,
  more: { texts: boolean; after?: string },
): Promise<Explanations> {
  const { isOtherwise, ...asked } = part;
  const query = {
    ...of(place),
    metric: place.metric,
    ...asked,
    ...(isOtherwise ? whatIf : {}),
    ...(more.texts && { texts: true }),
    limit: 50,
    ...(more.after && { after: more.after }),
  };
  return taken(api.GET("/v1/explanations", { params: { query } }));
}

/** A day so many days after another. */
export function dayAfter(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** All days from one to another. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to && days.length < 3_700; day = dayAfter(day, 1)) days.push(day);
  return days;
}

/**
 * The number that a printed value begins with, to place it on an axis: what is shown is the text.
 */
export function placed(value: string | null | undefined): number | null {
  const number = Number.parseFloat(value ?? "");
  return Number.isNaN(number) ? null : number;
}

export interface Line {
  /** As a rulebook writes it: `>= 70%`, `< 40s`. */
  text: string;
  at: number;
  /** Whether a figure below it is a bad one. */
  isLowest: boolean;
}

/** The lines that a metric's standards draw, each once. */
export function linesOf(standings: readonly Standing[]): Line[] {
  const found = new Map<string, Line>();
  for (const one of standings) {
    if (one.as_told || one.role === "notice") continue;
    for (const text of one.lines) {
      const parts = /^([<>]=?) ([\d.]+)(%|s|ms)$/.exec(text);
      if (!parts) continue;
      const [, order = "", number = "", unit] = parts;
      // On an axis of seconds.
      const at = unit === "ms" ? Number(number) / 1_000 : Number(number);
      found.set(text, { text, at, isLowest: order.startsWith(">") });
    }
  }
  return [...found.values()];
}

/** A length of time as `figures::shown` prints it: milliseconds only where there are some. */
export function lengthOf(ms: number, w: Words): string {
  const rest = ms % 1_000;
  const seconds = Math.floor(ms / 1_000);
  if (rest === 0) return w.span(seconds);
  const [s, m, h] = w.tag === "en" ? [" s", " min ", " h "] : [" 秒", " 分 ", " 小时 "];
  const point = `${seconds % 60}.${String(rest).padStart(3, "0")}${s}`;
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3_600);
  if (hours > 0) return `${hours}${h}${minutes}${m}${point}`;
  return minutes > 0 ? `${minutes}${m}${point}` : point;
}

/** A length in whole seconds, as one that is not exceeded: rounded up. */
export const wholeLength = (ms: number, w: Words): string => w.span(Math.ceil(ms / 1_000));

/** Lengths in a sentence of the server spaced as all others: `2分12.408秒`. */
export const spaced = (text: string): string =>
  text
    .replace(/(\d)(天|小时|分|秒)/g, "$1 $2")
    .replace(/(\d (?:天|小时|分))(?=\d)/g, "$1 ");

export const isGrouped = (edition: Edition | undefined): boolean => {
  const sample = edition?.rule.find((axis) => axis.key === "sample")?.value ?? "";
  return /conversation|buyer-day/.test(sample);
};
