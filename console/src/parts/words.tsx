// Sentences of the server, in which words of the rule language stand between backticks.
import type { ReactNode } from "react";

import { usePeriodNames } from "../live/catalogue";
import { useWords } from "../words";

/** What shops take part in, by its id, with the days of a special period where they follow it. */
const NAMED = /`?([a-z]+(?:-[a-z0-9]+)+)`?(?: (\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d))?/g;

/** A text with names in the place of ids, as far as they are known; ids are in a tooltip. */
function Named({ text, names }: { text: string; names: ReadonlyMap<string, string> }): ReactNode {
  const w = useWords();
  const parts: ReactNode[] = [];
  let end = 0;
  for (const found of text.matchAll(NAMED)) {
    const [whole, id = "", from, to] = found;
    const name = names.get(id);
    if (name === undefined) continue;
    const days = from && to ? ` (${w.overview.days(from, to)})` : "";
    parts.push(
      <Coded key={end} text={text.slice(end, found.index)} />,
      <span key={`${found.index} ${id}`} title={id}>
        {name + days}
      </span>,
    );
    end = found.index + whole.length;
  }
  return [...parts, <Coded key="rest" text={text.slice(end)} />];
}

function Coded({ text }: { text: string }): ReactNode {
  const parts = text.split("`");
  // Without a pair they are what they are.
  if (parts.length % 2 === 0) return text;
  return parts.map((part, n) => (n % 2 === 1 ? <code key={n}>{part}</code> : part));
}

export function Said({ text }: { text: string }): ReactNode {
  const w = useWords();
  const periods = usePeriodNames();
  return <Named text={text} names={new Map([...periods, ...Object.entries(w.enrolments)])} />;
}
