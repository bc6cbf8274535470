// Where a source is, in words: the addresses among them are links.
import type { ReactNode } from "react";

/** An address ends where a space, a comma or Chinese punctuation does not belong to it. */
const ADDRESS = /(https?:\/\/[^\s,;，；（）]+)/;

export function Where({ text }: { text: string }): ReactNode {
  // What was matched stands at every second place.
  return text.split(ADDRESS).map((part, at) =>
    at % 2 === 0 ? (
      part
    ) : (
      <a key={part} href={part} target="_blank" rel="noreferrer">
        {part}
      </a>
    ),
  );
}
