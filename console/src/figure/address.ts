// What the figure page shows, as its address says it: a link to it can be sent.
import { go, goInstead, usePath, useQuery } from "../place";

export const VIEWS = ["day", "hour", "account", "week", "waits"] as const;
export type View = (typeof VIEWS)[number];

export const EARLIER = ["before", "week"] as const;
/** Earlier days: as many just before, or the same a week before. */
export type Earlier = (typeof EARLIER)[number];

/** A rule that is otherwise than the platform's: what if. */
export interface WhatIf {
  edition?: string;
  /** Answers to open readings, as `R6=drop`, with commas between. */
  reading?: string;
  /** Another limit, as `60s`. */
  if_within?: string;
  /** Only these hours, as `08:00-22:00`. */
  if_hours?: string;
}

export const VERDICTS = ["hit", "miss", "unanswered", "pending", "dropped"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A part of a figure whose rounds are looked at. */
export interface Part {
  day?: string;
  from?: string;
  to?: string;
  weekday?: number;
  hour?: number;
  account?: string;
  over_ms?: number;
  to_ms?: number;
  verdict?: Verdict;
  /** Whether they are counted by the rule that is otherwise. */
  isOtherwise?: boolean;
}

export interface Place {
  platform: string;
  shop: string;
  /** With its platform: `taobao/human-reply-3m`. */
  metric: string;
}

export interface Address {
  place: Place | null;
  from: string | undefined;
  to: string | undefined;
  view: View;
  whatIf: WhatIf;
  /** With which earlier days it is compared; null: with none. */
  vs: Earlier | null;
  /** Further shops of the platform whose curves are drawn beside it. */
  shops: readonly string[];
  /** Null: no rounds are looked at. */
  part: Part | null;
}

/** The most further shops: more curves could not be told from each other. */
export const MOST_SHOPS = 5;

const ROOT = "/figures";
const OTHERWISE = ["edition", "reading", "if_within", "if_hours"] as const;
const TEXTS = ["day", "from", "to", "account"] as const;
const NUMBERS = ["weekday", "hour", "over_ms", "to_ms"] as const;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A % that stands for itself.
    return text;
  }
}

export function placeOf(path: string): Place | null {
  const [, root, platform, shop, metric] = path.split("/").map(decoded);
  if (`/${root}` !== ROOT || !platform || !shop || !metric) return null;
  return { platform, shop, metric: `${platform}/${metric}` };
}

function partOf(query: URLSearchParams): Part | null {
  if (!query.has("rounds")) return null;
  const part: Part = {};
  for (const key of TEXTS) {
    const value = query.get(`r_${key}`);
    if (value !== null) part[key] = value;
  }
  for (const key of NUMBERS) {
    const value = query.get(`r_${key}`);
    if (value !== null && /^\d+$/.test(value)) part[key] = Number(value);
  }
  const verdict = VERDICTS.find((one) => one === query.get("r_verdict"));
  if (verdict) part.verdict = verdict;
  if (query.get("rounds") === "if") part.isOtherwise = true;
  return part;
}

/** Each once, and none that is the place itself. */
const furtherOf = (shops: readonly string[], place: Place | null): string[] =>
  [...new Set(shops)].filter((shop) => shop !== "" && shop !== place?.shop).slice(0, MOST_SHOPS);

export function addressOf(path: string, query: URLSearchParams): Address {
  const place = placeOf(path);
  const whatIf: WhatIf = {};
  for (const key of OTHERWISE) {
    const value = query.get(key);
    if (value) whatIf[key] = value;
  }
  return {
    place,
    from: query.get("from") ?? undefined,
    to: query.get("to") ?? undefined,
    view: VIEWS.find((one) => one === query.get("by")) ?? "day",
    whatIf,
    vs: EARLIER.find((one) => one === query.get("vs")) ?? null,
    shops: furtherOf(query.getAll("with"), place),
    part: partOf(query),
  };
}

export function figurePath(place: Place): string {
  const metric = place.metric.slice(place.metric.indexOf("/") + 1);
  return [ROOT, ...[place.platform, place.shop, metric].map(encodeURIComponent)].join("/");
}

export function pathOf(address: Address): string {
  const { place, from, to, view, whatIf, vs, shops, part } = address;
  const query = new URLSearchParams();
  if (from) query.set("from", from);
  if (to) query.set("to", to);
  if (view !== "day") query.set("by", view);
  if (vs) query.set("vs", vs);
  for (const shop of shops) query.append("with", shop);
  for (const key of OTHERWISE) {
    const value = whatIf[key];
    if (value) query.set(key, value);
  }
  if (part) {
    query.set("rounds", part.isOtherwise ? "if" : "own");
    for (const key of [...TEXTS, ...NUMBERS, "verdict"] as const) {
      const value = part[key];
      if (value !== undefined) query.set(`r_${key}`, String(value));
    }
  }
  const text = query.toString();
  return (place ? figurePath(place) : ROOT) + (text && `?${text}`);
}

export interface Moves {
  address: Address;
  /** Changes what is shown; `isStep`: as something one can go back from. */
  change: (part: Partial<Address>, isStep?: boolean) => void;
}

export function useAddress(): Moves {
  const address = addressOf(usePath(), useQuery());
  const change: Moves["change"] = (part, isStep = false) => {
    const to = pathOf({ ...address, ...part });
    if (isStep) go(to, { staysThere: true });
    else goInstead(to);
  };
  return { address, change };
}

export const isOtherwise = (whatIf: WhatIf): boolean => Object.keys(whatIf).length > 0;
