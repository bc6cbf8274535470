// How urgent a wait is.
import { useSyncExternalStore } from "react";

import type { Waiting } from "../api/client";
import { now, onSecond } from "./clock";
import { shops, waiting } from "./live";

export type Stage = "overdue" | "warned" | "calm" | "endless";

export function stageOf(one: Waiting, at: number): Stage {
  if (!one.overdue_at) return "endless";
  const due = Date.parse(one.overdue_at);
  if (due <= at) return "overdue";
  // Where no warning is set nobody is warned: the server alone says from when on it is soon.
  return one.warned_at && Date.parse(one.warned_at) <= at ? "warned" : "calm";
}

/** Who waits in all shops together, as far as it is known. */
export interface Summed {
  /** How many; null: of no shop it is known. */
  waiting: number | null;
  overdue: number | null;
  /** Of how many shops it is not known. */
  unknown: number;
}

export function summed(): Summed {
  let [waiting, overdue, unknown] = [0, 0, 0];
  for (const { queue } of shops.values()) {
    if (!queue) unknown += 1;
    waiting += queue?.waiting ?? 0;
    overdue += queue?.overdue ?? 0;
  }
  const isKnown = unknown < shops.size;
  return { waiting: isKnown ? waiting : null, overdue: isKnown ? overdue : null, unknown };
}

export interface Counts {
  all: number;
  warned: number;
  overdue: number;
  /** Who is overdue the longest; null: nobody is. */
  longest: Waiting | null;
}

let counts: Counts = { all: 0, warned: 0, overdue: 0, longest: null };

/** Counts again, each second and when somebody comes or goes. */
export function count(): Counts {
  const at = now();
  let [warned, overdue] = [0, 0];
  let longest: Waiting | null = null;
  for (const one of waiting.values()) {
    const stage = stageOf(one, at);
    if (stage === "warned") warned += 1;
    if (stage !== "overdue") continue;
    overdue += 1;
    const isLonger =
      !longest || Date.parse(one.overdue_at ?? "") < Date.parse(longest.overdue_at ?? "");
    if (isLonger) longest = one;
  }
  const all = waiting.size;
  const isSame =
    counts.all === all &&
    counts.warned === warned &&
    counts.overdue === overdue &&
    counts.longest?.thread === longest?.thread;
  if (!isSame) counts = { all, warned, overdue, longest };
  return counts;
}

function listen(listener: () => void): () => void {
  const ends = [onSecond(listener), waiting.listenToAll(listener)];
  return () => ends.forEach((end) => end());
}

export function useCounts(): Counts {
  return useSyncExternalStore(listen, count);
}

/** Hears of the counts whenever they may have changed, without drawing anything. */
export function watchCounts(listener: (counts: Counts) => void): () => void {
  return listen(() => listener(count()));
}
