// What narrows and orders a list, kept in the address: a link shows another the same, and so does
// reading the page again.
import { useCallback, useMemo, useRef } from "react";

import { goInstead, usePath, useQuery } from "../place";

/** How a view is written: each key with its text; what is usual is left out. */
export interface Written<V> {
  read: (query: URLSearchParams) => V;
  write: (view: V) => Record<string, string>;
}

/** Parts of a text with commas between; a comma within is written otherwise. */
export const listOf = (text: string | null): string[] =>
  (text ?? "").split(",").filter((one) => one !== "");

export function useView<V extends object>(
  written: Written<V>,
): [view: V, change: (part: Partial<V>) => void] {
  const path = usePath();
  const query = useQuery().toString();
  // The same object for as long as the address says the same.
  const view = useMemo(() => written.read(new URLSearchParams(query)), [written, query]);
  const latest = useRef({ path, query, view });
  latest.current = { path, query, view };
  const change = useCallback(
    (part: Partial<V>) => {
      const now = latest.current;
      const next = { ...now.view, ...part };
      // What others keep in the address stays there.
      const asked = new URLSearchParams(now.query);
      for (const key of Object.keys(written.write(now.view))) asked.delete(key);
      for (const [key, text] of Object.entries(written.write(next))) asked.set(key, text);
      const text = asked.toString();
      // Two changes before anything is drawn are two.
      latest.current = { ...now, query: text, view: next };
      goInstead(now.path + (text && `?${text}`));
    },
    [written],
  );
  return [view, change];
}
