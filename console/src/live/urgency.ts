// How urgent a wait is.
import { useSyncExternalStore } from "react";

import type { Waiting } from "../api/client";
import { now, onSecond } from "./clock";
import { waiting } from "./live";

export type Stage = "overdue" | "warned" | "calm" | "endless";

/** Where the server sets no warning, the last minute is shown as due soon. */
const LAST_MS = 60_000;

export function stageOf(one: Waiting, at: number): Stage {
  if (!one.overdue_at) return "endless";
  const due = Date.parse(one.overdue_at);
  if (due <= at) return "overdue";
  const warned = one.warned_at ? Date.parse(one.warned_at) : due - LAST_MS;
  return warned <= at ? "warned" : "calm";
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
