// Answers to open readings in words: an id says nothing to who did not write it.
import type { Schemas } from "../api/client";
import type { Words } from "../words";

type Rule = Schemas["Rule"];

/**
 * An answer in words: as it is known, else what the rule says under it where the API tells it (it
 * does of answers that are not ours), else its id, quoted.
 */
export function answerText(
  rule: Pick<Rule, "details"> | null,
  reading: string,
  answer: string,
  w: Words,
): string {
  const known = w.rules.answers[`${reading}=${answer}`];
  if (known) return known;
  const found = (rule?.details ?? [])
    .flatMap((edition) => edition.open)
    .filter((one) => one.reading === reading)
    .flatMap((one) => one.alternatives)
    .find((one) => one.name === answer && one.words.length > 0);
  return found ? found.words.join(" ") : `“${answer}”`;
}
