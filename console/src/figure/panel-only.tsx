// The figure of a shop of which the platform's panel alone is known.
import { useMemo, type ReactNode } from "react";

import { Nothing } from "../parts/failure";
import { dayAndClock } from "../parts/names";
import { panelPath } from "../parts/panel-place";
import { Rows } from "../parts/rows";
import { linkTo } from "../place";
import { useWords } from "../words";
import type { Place } from "./address";
import { ofPanel, type Kind } from "./charts";
import { daysBetween, type Days, type Line, type Observed, type Standing } from "./data";
import { Stands } from "./headline";
import { Drawn, useLook } from "./view";

/** The days that a panel's figures cover; undefined: there are none. */
export function rangeOf(all: readonly Observed[]): { from: string; to: string } | undefined {
  const [first] = all;
  if (!first) return undefined;
  return all.reduce(
    (range, one) => ({
      from: one.from < range.from ? one.from : range.from,
      to: one.to > range.to ? one.to : range.to,
    }),
    { from: first.from, to: first.to },
  );
}

const within = (one: Observed, { from, to }: Days): boolean =>
  (!from || one.from >= from) && (!to || one.to <= to);

export function PanelOnly(props: {
  place: Place;
  name: string;
  /** The newest days first. */
  observed: readonly Observed[];
  days: Days;
  lines: readonly Line[];
  kind: Kind;
  standings: readonly Standing[];
}): ReactNode {
  const { place, name, observed, days, lines, kind, standings } = props;
  const w = useWords();
  const rows = observed.filter((one) => within(one, days));
  return (
    <>
      {!days.from && !days.to && standings.length > 0 && (
        <section className="card headlines">
          <Stands standings={standings} />
        </section>
      )}
      <section className="card" aria-label={w.figures.panel} data-panel="">
        <h2>{w.figures.panel}</h2>
        <p className="quiet">
          {w.figures.panelOnly} <a {...linkTo("/import")}>{w.pages.import}</a>
          {" · "}
          <a {...linkTo(panelPath("/panel", place))}>{w.pages.panel}</a>
          {" · "}
          <a {...linkTo(panelPath("/calibration", place))}>{w.pages.calibration}</a>
        </p>
        {rows.length === 0 ? (
          observed.length === 0 ? (
            <Nothing title={w.figures.panelEmpty} hint={w.figures.panelEmptyHint} />
          ) : (
            <Nothing title={w.figures.empty} hint={w.figures.emptyHint} />
          )
        ) : (
          <>
            <Course {...{ name, rows, lines, kind }} />
            <List rows={rows} />
          </>
        )}
      </section>
    </>
  );
}

function Course(props: {
  name: string;
  rows: readonly Observed[];
  lines: readonly Line[];
  kind: Kind;
}): ReactNode {
  const { name, rows, lines, kind } = props;
  const look = useLook(null);
  const { w } = look;
  const option = useMemo(() => {
    // Of a day seen several times the last is what the platform settled on.
    const known = new Map<string, Observed>();
    for (const one of rows) {
      if (one.from !== one.to || one.account) continue;
      const before = known.get(one.from);
      if (!before || (before.captured_at ?? "") <= (one.captured_at ?? "")) known.set(one.from, one);
    }
    const all = [...known.keys()].sort();
    const [first, last] = [all[0], all.at(-1)];
    if (first === undefined || last === undefined) return null;
    const days = daysBetween(first, last);
    const points = days.map((day) => {
      const one = known.get(day);
      return one ? { day, value: one.value, samples: one.samples ?? null } : null;
    });
    return ofPanel(points, days, lines, kind, look);
  }, [rows, lines, kind.isShare, look]);
  if (!option) return null;
  return (
    <>
      <Drawn
        label={w.figures.chartOf(name, w.figures.panel)}
        option={option}
        height={300}
        onPick={() => undefined}
      />
      <p className="quiet small">
        {lines.length > 0 && `${w.figures.dashed} `}
        {w.figures.panelGap}
      </p>
    </>
  );
}

function List({ rows }: { rows: readonly Observed[] }): ReactNode {
  const w = useWords();
  return (
    <Rows<Observed>
      label={w.figures.table}
      size="small"
      width={560}
      pageSize={20}
      rows={rows}
      rowKey={(one) =>
        `${one.from} ${one.to} ${one.account ?? ""} ${one.captured_at ?? ""} ${one.source}`
      }
      figureOf={(one) => one.from}
      columns={[
        {
          key: "days",
          title: w.figures.days,
          className: "number",
          render: (_, one) => (
            <>
              {w.overview.days(one.from, one.to)}
              {one.account && <div className="quiet small">{one.account}</div>}
            </>
          ),
        },
        {
          key: "value",
          title: w.figures.panel,
          className: "number",
          align: "right",
          render: (_, one) => <span className="strong">{one.value}</span>,
        },
        {
          key: "samples",
          title: w.figures.count,
          className: "number",
          align: "right",
          render: (_, one) => one.samples ?? <span className="quiet">{w.common.unknown}</span>,
        },
        {
          key: "seen",
          title: w.panel.seen,
          className: "number",
          render: (_, one) =>
            one.captured_at ? (
              dayAndClock(one.captured_at)
            ) : (
              <span className="quiet">{w.figures.panelTimeUnknown}</span>
            ),
        },
      ]}
    />
  );
}
