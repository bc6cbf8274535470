// A rule's text, changed a value at a time: everything else of it stays as it is written. What is
// not found where it is usually written is left alone; the form then points to the text.

/** An edition as lines of the text: its header, and the first line that is no key of its own. */
export interface EditionLines {
  id: string;
  head: number;
  end: number;
}

const HEADER = /^\s*\[/;
const EDITION = /^\s*\[\[\s*edition\s*\]\]/;

const lines = (text: string): string[] => text.split("\n");
const keyOf = (key: string): RegExp => new RegExp(`^(\\s*${key}\\s*=\\s*)(.*?)(\\s*)$`);

/** Whether a line's value is whole: brackets closed, no text over several lines. */
function isWhole(value: string): boolean {
  if (value.includes('"""') || value.includes("'''")) return false;
  const plain = value.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'/g, "");
  const count = (sign: string): number => plain.split(sign).length;
  return count("[") === count("]") && count("{") === count("}");
}

export function editions(text: string): EditionLines[] {
  const all = lines(text);
  const heads = all.flatMap((line, n) => (EDITION.test(line) ? [n] : []));
  return heads.map((head) => {
    const own = all.findIndex((line, n) => n > head && HEADER.test(line));
    const end = own < 0 ? all.length : own;
    const place = { id: "", head, end };
    const id = unquoted(value(text, place, "id") ?? "") || value(text, place, "from") || "–";
    return { ...place, id };
  });
}

/** The edition in force on a day, as far as the text tells: the form changes that one. */
export function editionOn(text: string, day: string): EditionLines | null {
  const dated = editions(text).filter((one) => value(text, one, "as-told") !== "true");
  const begun = dated.filter((one) => (value(text, one, "from") ?? "") <= day);
  return begun.at(-1) ?? null;
}

/** A value as it is written; null: it is not there, or not on one line. */
export function value(text: string, edition: EditionLines, key: string): string | null {
  const pattern = keyOf(key);
  for (const line of lines(text).slice(edition.head + 1, edition.end)) {
    const found = pattern.exec(line)?.[2];
    if (found === undefined) continue;
    const bare = withoutNote(found);
    return isWhole(bare) ? bare : null;
  }
  return null;
}

/** Whether a key is there and cannot be changed here. */
export function isBeyond(text: string, edition: EditionLines, key: string): boolean {
  const own = lines(text).slice(edition.head + 1, edition.end);
  const isDotted = own.some((line) => new RegExp(`^\\s*${key}\\s*\\.`).test(line));
  const isThere = own.some((line) => keyOf(key).test(line));
  return isDotted || (isThere && value(text, edition, key) === null);
}

/** A value without the note behind it. */
function withoutNote(found: string): string {
  let quote = "";
  for (let n = 0; n < found.length; n += 1) {
    const sign = found[n] ?? "";
    if (quote !== "") {
      if (sign === "\\" && quote === '"') n += 1;
      else if (sign === quote) quote = "";
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === "#") return found.slice(0, n).trimEnd();
  }
  return found.trimEnd();
}

/** Puts a value into an edition; null takes it away. */
export function withValue(
  text: string,
  edition: EditionLines,
  key: string,
  written: string | null,
): string {
  const all = lines(text);
  const pattern = keyOf(key);
  for (let n = edition.head + 1; n < edition.end; n += 1) {
    const line = all[n] ?? "";
    const found = pattern.exec(line);
    if (!found) continue;
    if (written === null) {
      all.splice(n, 1);
    } else {
      const note = (found[2] ?? "").slice(withoutNote(found[2] ?? "").length);
      all[n] = `${found[1]}${written}${note}`;
    }
    return all.join("\n");
  }
  if (written === null) return text;
  // Behind the last key of the edition, before what is blank.
  let last = edition.end;
  while (last > edition.head + 1 && (all[last - 1] ?? "").trim() === "") last -= 1;
  all.splice(last, 0, `${key} = ${written}`);
  return all.join("\n");
}

const entry = (key: string): RegExp => new RegExp(`([{,]\\s*${key}\\s*=\\s*)("[^"]*"|[^,}\\s]+)`);

/** A value within a table on one line, as `{ from = "08:00" }`. */
export function within(table: string, key: string): string | null {
  return entry(key).exec(table)?.[2] ?? null;
}

/** The table with another value. */
export function putWithin(table: string, key: string, written: string): string {
  const pattern = entry(key);
  if (pattern.test(table)) return table.replace(pattern, (_, head: string) => `${head}${written}`);
  const inner = table.replace(/^\{/, "").replace(/\}$/, "").trim();
  return inner === "" ? `{ ${key} = ${written} }` : `{ ${inner}, ${key} = ${written} }`;
}

export const quoted = (text: string): string => JSON.stringify(text);
export const unquoted = (text: string): string => text.replace(/^["']|["']$/g, "");

const UNITS: Record<string, number> = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400 };

/** Whole seconds of a length as `180s`; null: it is none, or has a fraction of one. */
export function seconds(written: string | null): number | null {
  const found = /^"?(\d+)\s*([a-z]+)"?$/.exec(written ?? "");
  const unit = UNITS[found?.[2] ?? ""];
  return found && unit ? Number(found[1]) * unit : null;
}

/** The metric whose editions a text takes over; null: it has its own. */
export function takesOver(text: string): string | null {
  const line = lines(text).find((one) => /^\s*same-as\s*=/.test(one));
  return line ? unquoted(line.slice(line.indexOf("=") + 1).trim()) : null;
}

/** A text that takes over another's editions, with them written out. */
export function takenOver(text: string, other: string): string {
  const from = lines(other).findIndex((line) => EDITION.test(line));
  const own = lines(text).filter((line) => !/^\s*same-as\s*=/.test(line));
  if (from < 0) return text;
  return `${own.join("\n").trimEnd()}\n\n${lines(other).slice(from).join("\n")}`;
}

/** The entries of a table on one line, as `{ hours = { test = "question" }, unanswered = "drop" }`. */
function entriesOf(table: string): [string, string][] | null {
  const inner = /^\{(.*)\}$/.exec(table.trim())?.[1];
  if (inner === undefined) return null;
  const parts = [""];
  let [depth, quote] = [0, ""];
  for (const sign of inner) {
    if (quote !== "") quote = sign === quote ? "" : quote;
    else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") depth -= 1;
    else if (sign === "," && depth === 0) {
      parts.push("");
      continue;
    }
    parts[parts.length - 1] += sign;
  }
  const entries = parts.filter((part) => part.trim() !== "").map((part): [string, string] => {
    const at = part.indexOf("=");
    return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
  });
  return entries.every(([key]) => /^[\w-]+$/.test(key)) ? entries : null;
}

/** Where an edition leaves a reading open: its first line, and the first behind it. */
function readingLines(text: string, edition: EditionLines, reading: string): [number, number] | null {
  const all = lines(text);
  const next = all.findIndex((line, n) => n > edition.head && EDITION.test(line));
  const end = next < 0 ? all.length : next;
  const header = new RegExp(`^\\s*\\[\\s*edition\\.reading\\.${reading}\\s*\\]`);
  const first = all.findIndex((line, n) => n > edition.head && n < end && header.test(line));
  if (first < 0) return null;
  const after = all.findIndex((line, n) => n > first && HEADER.test(line));
  return [first, after < 0 ? all.length : after];
}

/**
 * The text with a reading answered for good on a day: the edition's own settings say the answer, and
 * the question is not open any more. Null: it cannot be written here. What is not open stays as it is.
 */
export function answered(text: string, day: string, reading: string, answer: string): string | null {
  const edition = editionOn(text, day);
  if (edition === null || !/^[\w-]+$/.test(reading)) return null;
  const place = readingLines(text, edition, reading);
  if (place === null) return text;
  const block = lines(text).slice(place[0] + 1, place[1]);
  const written = (key: string): string | null => {
    const found = block.map((line) => keyOf(key).exec(line)?.[2]).find((one) => one !== undefined);
    return found === undefined ? null : withoutNote(found);
  };
  let changed = text;
  if (unquoted(written("choice") ?? "") !== answer) {
    const table = written(`alternative\\.${answer}`);
    const entries = table === null ? null : entriesOf(table);
    if (entries === null) return null;
    for (const [key, to] of entries) {
      if (isBeyond(changed, edition, key)) return null;
      const inner = to.startsWith("{") ? entriesOf(to) : null;
      if (to.startsWith("{") && inner === null) return null;
      let whole = inner === null ? to : (value(changed, edition, key) ?? "{}");
      for (const [within, written] of inner ?? []) whole = putWithin(whole, within, written);
      changed = withValue(changed, editionOn(changed, day) ?? edition, key, whole);
    }
  }
  const now = editionOn(changed, day);
  const open = now && readingLines(changed, now, reading);
  if (!open) return null;
  const all = lines(changed);
  all.splice(open[0], open[1] - open[0]);
  return all.join("\n");
}
