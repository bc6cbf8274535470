// What metrics are called: read once for each language.
import { useEffect, useSyncExternalStore } from "react";

import { Failed, all, api, taken } from "../api/client";
import { useWords } from "../words";

const NONE: ReadonlyMap<string, string> = new Map();
const known = new Map<string, ReadonlyMap<string, string>>();
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
    known.set(tag, new Map(items.map((item) => [item.metric, item.name])));
    listeners.forEach((listener) => listener());
  } catch (thrown) {
    if (!(thrown instanceof Failed)) throw thrown;
    // Ids stand in for names until it is asked again.
    asked.delete(tag);
  }
}

/** Names of metrics by id, in the language of the page. */
export function useMetricNames(): ReadonlyMap<string, string> {
  const { tag } = useWords();
  return useSyncExternalStore(listen, () => known.get(tag) ?? NONE);
}

/** Reads the names where they are not there yet, for as long as the page stands. */
export function useCatalogue(): void {
  const { tag } = useWords();
  useEffect(() => void read(tag), [tag]);
}
