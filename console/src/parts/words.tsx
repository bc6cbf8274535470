// Sentences of the server, in which words of the rule language stand between backticks.
import type { ReactNode } from "react";

export function Said({ text }: { text: string }): ReactNode {
  const parts = text.split("`");
  // Without a pair they are what they are.
  if (parts.length % 2 === 0) return text;
  return parts.map((part, n) => (n % 2 === 1 ? <code key={n}>{part}</code> : part));
}
