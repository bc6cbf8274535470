// What metrics are called, and when one is usually warned: read once for each language.
import { useEffect, useSyncExternalStore } from "react";

import { Failed, all, api, taken, type Schemas } from "../api/client";
import { useWords } from "../words";

type Summary = Schemas["RuleSummary"];

interface Known {
  names: ReadonlyMap<string, string>;
  metrics: readonly Summary[];
}

const NONE: Known = { names: new Map(), metrics: [] };
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
    const items = await all((after: string | undefined) =>
      taken(api.GET("/v1/rules", { params: { query: { limit: 1_000, ...(after && { after }) } } })),
    );
    known.set(tag, { names: new Map(items.map((item) => [item.metric, item.name])), metrics: items });
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

/** All metrics that are shipped, in the language of the page. */
export function useMetrics(): readonly Summary[] {
  return useKnown().metrics;
}

/** Reads the names where they are not there yet, for as long as the page stands. */
export function useCatalogue(): void {
  const { tag } = useWords();
  useEffect(() => void read(tag), [tag]);
}
