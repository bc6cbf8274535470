// Figures of a panel on their way from a keyboard or a spreadsheet to the server: rows of texts,
// which the server's own checker judges.
import { nameOf, type Known } from "./shop-list";

export const COLUMNS = ["shop", "metric", "day", "to", "value", "samples", "account"] as const;
export type Column = (typeof COLUMNS)[number];

export interface PanelRow {
  /** What tells it from others for as long as the page stands. */
  id: number;
  cells: Record<Column, string>;
  /** When the panel was looked at, where that is known of a figure that is being corrected. */
  seenAt: string | null;
}

export interface Fault {
  column: Column | null;
  message: string;
}

const NONE: Record<Column, string> = {
  shop: "",
  metric: "",
  day: "",
  to: "",
  value: "",
  samples: "",
  account: "",
};

let last = 0;
export function newRow(cells: Partial<Record<Column, string>> = {}, seenAt: string | null = null): PanelRow {
  last += 1;
  return { id: last, cells: { ...NONE, ...cells }, seenAt };
}

/** Whether nothing of a figure is there yet: shop and metric alone are none. */
export function isBlank({ cells }: PanelRow): boolean {
  const { day, to, value, samples, account } = cells;
  return [day, to, value, samples, account].every((text) => text.trim() === "");
}

/** The cells of a part of a spreadsheet as it is copied: tabs and lines, quotes around odd ones. */
export function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "";
  let isQuoted = false;
  const end = (): void => {
    rows.at(-1)?.push(cell.trim());
    cell = "";
  };
  const source = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").replace(/\n$/, "");
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at] ?? "";
    if (isQuoted) {
      if (sign !== '"') cell += sign === "\n" ? " " : sign;
      else if (source[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (sign === '"' && cell === "") isQuoted = true;
    else if (sign === "\t") end();
    else if (sign === "\n") {
      end();
      rows.push([]);
    } else cell += sign;
  }
  end();
  return rows.filter((row) => row.some((one) => one !== ""));
}

/** What sheets call the columns, as the server's reader knows them too. */
const NAMES: Record<string, Column> = {
  shop: "shop",
  店铺: "shop",
  店铺名: "shop",
  店铺名称: "shop",
  metric: "metric",
  指标: "metric",
  day: "day",
  from: "day",
  日期: "day",
  首日: "day",
  开始日期: "day",
  起始日期: "day",
  to: "to",
  末日: "to",
  结束日期: "to",
  截止日期: "to",
  value: "value",
  值: "value",
  数值: "value",
  指标值: "value",
  samples: "samples",
  样本数: "samples",
  样本: "samples",
  account: "account",
  账号: "account",
  客服账号: "account",
  子账号: "account",
};

/** Which columns a header names; null: it is none. A column nobody knows is left out. */
export function headerOf(cells: readonly string[]): (Column | null)[] | null {
  const named = cells.map((cell) => NAMES[cell.trim().toLowerCase()] ?? null);
  const known = named.filter((one) => one !== null);
  return known.includes("value") && known.includes("day") ? named : null;
}

const two = (text: string): string => text.padStart(2, "0");

/** A day as people and spreadsheets write it, as the server wants it; else as it is written. */
export function dayOf(text: string, today: string): string {
  const plain = text.trim();
  const whole = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+0?0:00(?::00)?)?$/.exec(plain);
  if (whole) return `${whole[1]}-${two(whole[2] ?? "")}-${two(whole[3] ?? "")}`;
  const packed = /^(\d{4})(\d{2})(\d{2})$/.exec(plain);
  if (packed) return `${packed[1]}-${packed[2]}-${packed[3]}`;
  const short = /^(\d{1,2})\s*[-/月]\s*(\d{1,2})\s*日?$/.exec(plain);
  if (!short) return plain;
  // Without a year it is the last such day: a panel shows no future.
  const day = `-${two(short[1] ?? "")}-${two(short[2] ?? "")}`;
  const year = Number(today.slice(0, 4));
  return `${year}${day}` > today ? `${year - 1}${day}` : `${year}${day}`;
}

const RANGE = /^(.*\d日?)\s*(?:~|～|至|到|—|–|\.\.)\s*(\d.*)$/;

/** The cells with days as the server wants them; two days in one cell are first and last. */
export function tidied(cells: Record<Column, string>, today: string): Record<Column, string> {
  const range = cells.to.trim() === "" ? RANGE.exec(cells.day.trim()) : null;
  const [day, to] = range ? [range[1] ?? "", range[2] ?? ""] : [cells.day, cells.to];
  return { ...cells, day: dayOf(day, today), to: to.trim() === "" ? "" : dayOf(to, today) };
}

/** Puts copied cells into rows from a cell on; rows that are missing are made. */
export function pasted(
  rows: readonly PanelRow[],
  at: { row: number; column: Column },
  cells: readonly string[][],
  start: Partial<Record<Column, string>>,
  today: string,
): PanelRow[] {
  const header = headerOf(cells[0] ?? []);
  const body = header ? cells.slice(1) : cells;
  const first = COLUMNS.indexOf(at.column);
  const columns = header ?? COLUMNS.slice(first);
  const changed = [...rows];
  body.forEach((row, n) => {
    const before = changed[at.row + n] ?? newRow(start);
    const after = { ...before.cells };
    row.forEach((text, k) => {
      const column = columns[k];
      if (column) after[column] = text;
    });
    // What is copied from elsewhere is another figure than the one that stood there.
    changed[at.row + n] = { ...before, cells: tidied(after, today), seenAt: null };
  });
  return changed;
}

/** The shop that a text means: its key, its id or its name, where no two have it. */
export function shopOf(text: string, list: readonly Known[]): Known | null {
  const wanted = text.trim();
  const slash = wanted.indexOf("/");
  if (slash > 0) {
    const place = { platform: wanted.slice(0, slash), shop: wanted.slice(slash + 1) };
    const known = list.find((one) => one.platform === place.platform && one.shop === place.shop);
    return known ?? null;
  }
  const found = list.filter((one) => one.shop === wanted || nameOf(one) === wanted);
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** The id of the metric that a text means on a platform: its id or its name. */
export function metricOf(
  text: string,
  platform: string,
  names: ReadonlyMap<string, string>,
): string {
  const wanted = text.trim();
  if (names.has(wanted)) return wanted;
  if (names.has(`${platform}/${wanted}`)) return `${platform}/${wanted}`;
  for (const [metric, name] of names) {
    if (name === wanted && metric.startsWith(`${platform}/`)) return metric;
  }
  // As it is written: the server says what it should be.
  return wanted;
}

const HEADER = [
  ...["platform", "shop", "metric", "from", "to", "day"],
  ...["value", "samples", "account", "captured_at"],
];
/** Which cell a column of the file is in. */
const CELLS: Record<string, Column> = {
  platform: "shop",
  shop: "shop",
  metric: "metric",
  from: "day",
  to: "to",
  day: "day",
  value: "value",
  samples: "samples",
  account: "account",
};

export const cellOf = (column: string | null | undefined): Column | null =>
  CELLS[column ?? ""] ?? null;

const quoted = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** A panel's file of rows; figures of days that are not over are those of `seenAt`. */
export function fileOf(
  rows: readonly { cells: Record<Column, string>; place: Known; metric: string; seenAt: string | null }[],
  today: string,
  seenAt: string,
): string {
  const lines = rows.map(({ cells, place, metric, seenAt: known }) => {
    const [first, to] = [cells.day.trim(), cells.to.trim()];
    const days = to === "" ? ["", "", first] : [first, to, ""];
    const end = to || first;
    const isOpen = /^\d{4}-\d{2}-\d{2}$/.test(end) && end >= today;
    const seen = known ?? (isOpen ? seenAt : "");
    return [place.platform, place.shop, metric, ...days, cells.value, cells.samples, cells.account, seen]
      .map((text) => quoted(text.trim()))
      .join(",");
  });
  return [HEADER.join(","), ...lines, ""].join("\n");
}
