// What metrics and special periods are called, and when one is usually warned: read once for each
// language.
import { useEffect, useSyncExternalStore } from "react";

import { Failed, all, api, taken, type Schemas } from "../api/client";
import { useWords } from "../words";

type Summary = Schemas["RuleSummary"];

interface Known {
  names: ReadonlyMap<string, string>;
  metrics: readonly Summary[];
  /** Special periods by id. */
  periods: ReadonlyMap<string, string>;
}

const NONE: Known = { names: new Map(), metrics: [], periods: new Map() };
const known = new Map<string, Known>();
const asked = new Set<string>();
const listeners = new Set<() => void>();

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

async function read(tag: string): Promise<void> {
  if (asked.has(tag)) return;
  asked.add(tag);
  try {
    const [metrics, platforms] = await Promise.all([
      all((after: string | undefined) => {
        const query = { limit: 1_000, ...(after && { after }) };
        return taken(api.GET("/v1/rules", { params: { query } }));
      }),
      taken(api.GET("/v1/platforms")),
    ]);
    const names = new Map(metrics.map((item) => [item.metric, item.name]));
    const periods = platforms.items.flatMap((one) => one.special_periods);
    const titles = new Map(periods.map((one) => [one.id, one.name]));
    known.set(tag, { names, metrics, periods: titles });
    listeners.forEach((listener) => listener());
  } catch (thrown) {
    if (!(thrown instanceof Failed)) throw thrown;
    // Ids stand in for names until it is asked again.
    asked.delete(tag);
  }
}

function useKnown(): Known {
  const { tag } = useWords();
  return useSyncExternalStore(listen, () => known.get(tag) ?? NONE);
}

/** Names of metrics by id, in the language of the page. */
export function useMetricNames(): ReadonlyMap<string, string> {
  return useKnown().names;
}

/** Names of special periods by id, in the language of the page. */
export function usePeriodNames(): ReadonlyMap<string, string> {
  return useKnown().periods;
}

/** All metrics that are shipped, in the language of the page. */
export function useMetrics(): readonly Summary[] {
  return useKnown().metrics;
}

/** Reads the names where they are not there yet, for as long as the page stands. */
export function useCatalogue(): void {
  const { tag } = useWords();
  useEffect(() => void read(tag), [tag]);
}
