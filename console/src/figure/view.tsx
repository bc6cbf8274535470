// One view of a figure: a drawing, and the same as a table.
import { useMemo, type ReactNode } from "react";

import { FailureNote, Loading, Nothing } from "../parts/failure";
import type { Drawing } from "../parts/chart";
import { later } from "../parts/later";
import { useKept, useLoaded } from "../parts/loaded";
import { useIsNarrow, useIsStill, useIsSystemDark } from "../parts/width";
import { usePreferences } from "../preferences";
import { useWords, type Words } from "../words";
import {
  isOtherwise,
  type Earlier,
  type Part,
  type Place,
  type View,
  type WhatIf,
} from "./address";
import {
  DARK,
  LIGHT,
  binName,
  byAccount,
  ofWaits,
  ofWeek,
  overTime,
  type Kind,
  type Look,
} from "./charts";
import {
  dayAfter,
  daysBetween,
  measured,
  placed,
  type Days,
  type Figure,
  type Line,
  type Measured,
} from "./data";
import { FigureTable, type Row } from "./table";

const chart = later<Drawing & { label: string }>(() => import("../parts/chart"));

/** So many accounts are drawn; the table has all. */
const DRAWN = 30;

interface Props {
  place: Place;
  name: string;
  days: Days;
  /** The last day of which one may know something. */
  last: string;
  view: View;
  /** How often it was counted anew by hand. */
  times: number;
  whatIf: WhatIf;
  /** Earlier days that are drawn beside these, and how many days they lie back. */
  earlier: { vs: Earlier; back: number } | null;
  lines: readonly Line[];
  kind: Kind;
  isGrouped: boolean;
  onRounds: (part: Part) => void;
}

interface Found {
  own: Measured;
  other: Measured | null;
}

const keyOf = (figure: Figure): string =>
  [figure.account ?? "", figure.weekday ?? "", figure.from, figure.hour ?? ""].join(" ");

/** A row for each day, or each hour, also those of which nothing is known. */
function timeRows(found: Found, { days, last, view, earlier }: Props, w: Words): Row[] {
  const [own, other] = [found.own.items, found.other?.items ?? []];
  const known = new Map(own.map((figure) => [`${figure.from} ${figure.hour ?? ""}`, figure]));
  const ahead = earlier?.back ?? 0;
  const others = new Map(
    other.map((figure) => [`${dayAfter(figure.from, ahead)} ${figure.hour ?? ""}`, figure]),
  );
  const from = days.from ?? own[0]?.from ?? last;
  const ends = own.map((figure) => figure.to);
  const to = days.to ?? ends.reduce((a, b) => (a > b ? a : b), last);
  const all = daysBetween(from, to);
  if (view === "day") {
    return all.map((day) => ({
      key: day,
      label: day.slice(5),
      title: day,
      figure: known.get(`${day} `),
      other: others.get(`${day} `),
      part: { day },
    }));
  }
  return all.flatMap((day) =>
    Array.from({ length: 24 }, (_, hour): Row => {
      const key = `${day} ${hour}`;
      return {
        key,
        label: `${day.slice(5)} ${String(hour).padStart(2, "0")}`,
        title: `${day} ${w.figures.hourOf(hour)}`,
        figure: known.get(key),
        other: others.get(key),
        part: { day, hour },
      };
    }),
  );
}

function accountRows(found: Found, { days }: Props, kind: Kind, w: Words): Row[] {
  const others = new Map((found.other?.items ?? []).map((figure) => [keyOf(figure), figure]));
  const rows = found.own.items.map((figure): Row => {
    const account = figure.account ?? "";
    const title = account || w.figures.noAccount;
    const part = { ...days, account };
    return { key: account, label: title, title, figure, other: others.get(keyOf(figure)), part };
  });
  const none = kind.isMoreBetter ? Infinity : -Infinity;
  const at = (row: Row): number => placed(row.figure?.value) ?? none;
  return rows.sort((a, b) => (kind.isMoreBetter ? at(a) - at(b) : at(b) - at(a)) || 0);
}

function weekRows(found: Found, { days }: Props, w: Words): Row[] {
  const others = new Map((found.other?.items ?? []).map((figure) => [keyOf(figure), figure]));
  return found.own.items.map((figure): Row => {
    const [weekday, hour] = [figure.weekday ?? 0, figure.hour ?? 0];
    const title = `${w.figures.weekdays[weekday]} ${w.figures.hourOf(hour)}`;
    return {
      key: `${weekday} ${hour}`,
      label: title,
      title,
      figure,
      other: others.get(keyOf(figure)),
      part: { ...days, weekday, hour },
    };
  });
}

export function useLook(earlier: Props["earlier"]): Look {
  const w = useWords();
  const { scheme } = usePreferences();
  const isSystemDark = useIsSystemDark();
  const isDark = scheme === "dark" || (scheme === "system" && isSystemDark);
  const [isNarrow, isStill] = [useIsNarrow(), useIsStill()];
  const otherName = earlier ? w.figures.earlier[earlier.vs] : w.figures.otherwise;
  return useMemo(
    () => ({ w, colours: isDark ? DARK : LIGHT, isNarrow, isStill, otherName }),
    [w, isDark, isNarrow, isStill, otherName],
  );
}

export function FigureView(props: Props): ReactNode {
  const { place, days, last, view, times, whatIf, earlier } = props;
  const w = useWords();
  const isIf = isOtherwise(whatIf);
  const key = JSON.stringify([place, days, view, whatIf, earlier, w.tag, times]);
  const other = (): Promise<Measured> | null => {
    if (isIf) return measured(place, days, view, whatIf);
    if (!earlier) return null;
    const { from = last, to = last } = days;
    const [first, end] = [dayAfter(from, -earlier.back), dayAfter(to, -earlier.back)];
    return measured(place, { from: first, to: end }, view, {});
  };
  const [loaded, again] = useLoaded(key, async (): Promise<Found> => {
    const [own, beside] = await Promise.all([measured(place, days, view, {}), other()]);
    return { own, other: beside };
  });
  const { value: found, isOld } = useKept(loaded, JSON.stringify([place, days, view, w.tag]));
  if (loaded.state === "failed") return <FailureNote failure={loaded.failure} again={again} />;
  if (!found) return <Loading />;
  if (found.own.items.every((figure) => isBare(figure))) {
    return <Nothing title={w.figures.empty} hint={w.figures.emptyHint} />;
  }
  return (
    <div aria-busy={isOld} className={isOld ? "old" : ""}>
      {view === "waits" ? (
        <Waits {...props} found={found} />
      ) : (
        <Series {...props} found={found} hasOther={found.other !== null} />
      )}
    </div>
  );
}

/** Whether nothing at all was counted. */
const isBare = (figure: Figure): boolean =>
  figure.samples === 0 && figure.pending === 0 && Object.keys(figure.dropped).length === 0;

export function Drawn(props: {
  label: string;
  option: Drawing["option"];
  height: number;
  onPick: (series: string, place: number) => void;
}): ReactNode {
  return (
    <chart.Show
      {...props}
      loading={<div style={{ height: props.height }} />}
      offline={(again) => <FailureNote failure={{ kind: "offline" }} again={again} />}
    />
  );
}

function Series(props: Props & { found: Found; hasOther: boolean }): ReactNode {
  const { found, hasOther, view, lines, kind, onRounds } = props;
  const look = useLook(props.earlier);
  const { w } = look;
  const rows = useMemo(() => {
    if (view === "account") return accountRows(found, props, kind, w);
    if (view === "week") return weekRows(found, props, w);
    return timeRows(found, props, w);
    // What was found changes with all else that rows are made of.
  }, [found, w]);
  const drawn = view === "account" ? rows.slice(0, DRAWN) : rows;
  const option = useMemo(() => {
    if (view === "account") return byAccount(drawn, lines, kind, hasOther, look);
    if (view === "week") return ofWeek(found.own.items, lines, kind, look);
    return overTime(drawn, lines, kind, view === "hour", hasOther, look);
  }, [rows, lines, look]);
  const pick = (series: string, at: number): void => {
    const row = view === "account" ? drawn[drawn.length - 1 - at] : drawn[at];
    if (!row?.figure) return;
    onRounds(series === "other" ? otherPart(row.part, props.earlier) : row.part);
  };
  const height =
    view === "account"
      ? 68 + 34 * drawn.length
      : view === "week"
        ? 320
        : view === "hour" && drawn.length > 72
          ? 384
          : 356;
  const heading = { account: w.figures.account, week: w.figures.views.week, hour: w.figures.hour };
  return (
    <>
      <Drawn
        label={w.figures.chartOf(props.name, w.figures.views[view])}
        option={option}
        height={height}
        onPick={pick}
      />
      <p className="quiet small">
        {view !== "week" && lines.length > 0 && `${w.figures.dashed} `}
        {view === "account"
          ? drawn.length < rows.length && w.figures.accountsMore(drawn.length, rows.length)
          : w.figures.gap}
        {view === "hour" && rows.length > 72 && ` ${w.figures.hoursWide}`}
      </p>
      <FigureTable
        heading={view === "day" || view === "waits" ? w.figures.day : heading[view]}
        rows={tableRows(rows, view)}
        outcome={kind.outcome}
        hasOther={hasOther}
        otherName={look.otherName}
        hasPercentiles={view === "account" || view === "day"}
        rowsAtOnce={view === "week" || view === "hour" ? 20 : 50}
        onRounds={onRounds}
      />
    </>
  );
}

/** The rounds behind what stands beside a figure. */
function otherPart(part: Part, earlier: Props["earlier"]): Part {
  if (!earlier) return { ...part, isOtherwise: true };
  const back = { ...part };
  for (const key of ["day", "from", "to"] as const) {
    const day = part[key];
    if (day !== undefined) back[key] = dayAfter(day, -earlier.back);
  }
  return back;
}

/** What is newest first; of hours those of which something is known. */
function tableRows(rows: readonly Row[], view: View): Row[] {
  if (view === "day") return [...rows].reverse();
  if (view === "hour") return rows.filter((row) => row.figure).reverse();
  return [...rows];
}

function Waits(props: Props & { found: Found }): ReactNode {
  const { found, days, isGrouped, onRounds } = props;
  const look = useLook(props.earlier);
  const { w } = look;
  const figure = found.own.items[0];
  const bins = figure?.waits?.bins ?? [];
  const option = useMemo(() => (figure ? ofWaits(figure, look) : {}), [figure, look]);
  if (!figure || bins.length === 0) {
    return <Nothing title={w.figures.noWaits} hint={w.figures.noWaitsHint} />;
  }
  const partOf = (at: number): Part | null => {
    const bin = bins[at];
    if (!bin) return null;
    const part: Part = { ...days };
    if (typeof bin.over_ms === "number") part.over_ms = bin.over_ms;
    if (typeof bin.to_ms === "number") part.to_ms = bin.to_ms;
    return part;
  };
  const others = found.other?.items[0]?.waits?.bins;
  const otherOf = (at: number): number | undefined => {
    const bin = bins[at];
    return others?.find((one) => one.over_ms === bin?.over_ms && one.to_ms === bin?.to_ms)?.n;
  };
  return (
    <>
      <Drawn
        label={w.figures.chartOf(props.name, w.figures.views.waits)}
        option={option}
        height={340}
        onPick={(_, at) => {
          const part = partOf(at);
          if (part) onRounds(part);
        }}
      />
      <p className="quiet small">
        {isGrouped && `${w.figures.waitsGrouped} `}
        {figure.unanswered > 0 && w.figures.notAnswered(figure.unanswered)}
      </p>
      <BinTable
        rows={bins.map((bin, at) => ({
          name: binName(bin, w),
          n: bin.n,
          other: otherOf(at),
          part: partOf(at),
        }))}
        hasOther={found.other !== null}
        otherName={look.otherName}
        onRounds={onRounds}
      />
    </>
  );
}

function BinTable(props: {
  rows: { name: string; n: number; other: number | undefined; part: Part | null }[];
  hasOther: boolean;
  otherName: string;
  onRounds: (part: Part) => void;
}): ReactNode {
  const w = useWords();
  return (
    <table className="plain number">
      <thead>
        <tr>
          <th scope="col">{w.figures.wait}</th>
          <th scope="col">{w.figures.count}</th>
          {props.hasOther && <th scope="col">{props.otherName}</th>}
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <tr key={row.name} data-figure={row.name}>
            <td>
              <button
                type="button"
                className="link"
                aria-label={w.figures.roundsOf(row.name)}
                disabled={row.n === 0}
                onClick={() => row.part && props.onRounds(row.part)}
              >
                {row.name}
              </button>
            </td>
            <td>{row.n}</td>
            {props.hasOther && (
              <td>{row.other ?? <span className="quiet">—</span>}</td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
