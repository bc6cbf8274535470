// A metric of several shops in one drawing, day by day, and the same as a table.
import { Select } from "antd";
import { useMemo, type ReactNode } from "react";

import { Failed } from "../api/client";
import { shops } from "../live/live";
import { FailureNote, Loading, Nothing } from "../parts/failure";
import { useKept, useLoaded } from "../parts/loaded";
import { nameOfKey } from "../parts/names";
import { Rows } from "../parts/rows";
import { useWords, type Words } from "../words";
import { MOST_SHOPS, type Part, type Place } from "./address";
import { DASHES, ofShops, type Colours, type Curve, type Kind } from "./charts";
import { daysBetween, measured, type Days, type Figure, type Line } from "./data";
import { Value } from "./table";
import { Drawn, useLook } from "./view";

/** Which further shops are drawn: those of the platform that have the metric. */
export function ShopChoice(props: {
  place: Place;
  chosen: readonly string[];
  onChange: (shops: string[]) => void;
}): ReactNode {
  const { place, chosen, onChange } = props;
  const w = useWords();
  const names = new Intl.Collator(w.tag, { numeric: true });
  const all = [...shops.values()]
    .filter((one) => one.platform === place.platform && one.shop !== place.shop)
    .filter((one) => one.metrics.some(({ metric }) => metric === place.metric))
    .map(({ shop }) => shop);
  // A link may name shops that are not there.
  const options = [...new Set([...all, ...chosen])]
    .map((shop) => ({ value: shop, label: nameOfKey({ platform: place.platform, shop }) }))
    .sort((a, b) => names.compare(a.label, b.label));
  if (options.length === 0) return null;
  return (
    <Select<string[]>
      mode="multiple"
      allowClear
      className="with-shops"
      maxCount={MOST_SHOPS}
      showSearch={{ optionFilterProp: "label" }}
      aria-label={w.figures.withShops}
      placeholder={w.figures.withShops}
      maxTagCount="responsive"
      value={[...chosen]}
      options={options}
      onChange={onChange}
    />
  );
}

interface Found {
  place: Place;
  /** Null: they may not be seen, or could not be read. */
  figures: Figure[] | null;
}

async function found(place: Place, days: Days): Promise<Found> {
  try {
    return { place, figures: (await measured(place, days, "day", {})).items };
  } catch (thrown) {
    // The others are shown nevertheless.
    if (!(thrown instanceof Failed) || thrown.failure.kind !== "problem") throw thrown;
    return { place, figures: null };
  }
}

export function ShopsView(props: {
  place: Place;
  name: string;
  days: Days;
  /** The last day of which one may know something. */
  last: string;
  shops: readonly string[];
  /** How often it was counted anew by hand. */
  times: number;
  lines: readonly Line[];
  kind: Kind;
  onRounds: (part: Part) => void;
  onShop: (place: Place, part: Part) => void;
}): ReactNode {
  const { place, days, last, shops: further, times } = props;
  const w = useWords();
  const places = [place.shop, ...further].map((shop) => ({ ...place, shop }));
  const key = JSON.stringify([places, days, w.tag, times]);
  const [loaded, again] = useLoaded(key, () =>
    Promise.all(places.map((one) => found(one, days))),
  );
  const { value: all, isOld } = useKept(loaded, JSON.stringify([place, days, w.tag]));
  if (loaded.state === "failed") return <FailureNote failure={loaded.failure} again={again} />;
  if (!all) return <Loading />;
  const read = all.filter((one): one is Found & { figures: Figure[] } => one.figures !== null);
  const missing = all.filter((one) => one.figures === null).map((one) => nameOfKey(one.place));
  const range = rangeOf(read.flatMap((one) => one.figures), days, last);
  return (
    <div aria-busy={isOld} className={isOld ? "old" : ""}>
      {range === null ? (
        <Nothing title={w.figures.empty} hint={w.figures.emptyHint} />
      ) : (
        <Beside {...props} all={read} days={range} />
      )}
      {missing.length > 0 && <p className="warn">{w.figures.withoutShops(missing)}</p>}
    </div>
  );
}

/** All days that are shown; null: nothing is known of any. */
function rangeOf(figures: readonly Figure[], days: Days, last: string): string[] | null {
  const [first] = figures;
  if (!first) return null;
  const from = days.from ?? figures.reduce((a, { from }) => (a < from ? a : from), first.from);
  const to = days.to ?? figures.reduce((a, { to }) => (a > to ? a : to), last);
  return daysBetween(from, to);
}

interface Day {
  day: string;
  /** One a curve. */
  figures: (Figure | undefined)[];
}

function Beside(props: {
  place: Place;
  name: string;
  all: readonly { place: Place; figures: Figure[] }[];
  days: readonly string[];
  lines: readonly Line[];
  kind: Kind;
  onRounds: (part: Part) => void;
  onShop: (place: Place, part: Part) => void;
}): ReactNode {
  const { place, name, all, days, lines, kind, onRounds, onShop } = props;
  const look = useLook(null);
  const { w, colours } = look;
  const curves = useMemo(
    (): Curve[] =>
      all.map((one) => {
        const known = new Map(one.figures.map((figure) => [figure.from, figure]));
        const figures = days.map((day) => known.get(day));
        return { id: one.place.shop, name: nameOfKey(one.place), figures };
      }),
    // What was found changes with all else that curves are made of.
    [all],
  );
  const option = useMemo(
    () => ofShops(days, curves, lines, kind, look),
    [days, curves, lines, kind.isShare, look],
  );
  const pick = (shop: string, at: number): void => {
    const day = days[at];
    if (day === undefined || !curves.find((one) => one.id === shop)?.figures[at]) return;
    if (shop === place.shop) onRounds({ day });
    else onShop({ ...place, shop }, { day });
  };
  return (
    <>
      <Legend curves={curves} colours={colours} />
      <Drawn
        label={w.figures.chartOf(name, w.figures.views.day)}
        option={option}
        height={320}
        onPick={pick}
      />
      <p className="quiet small">
        {lines.length > 0 && `${w.figures.dashed} `}
        {w.figures.gap}
      </p>
      <Table curves={curves} days={days} w={w} />
    </>
  );
}

/** Which curve is whose: by colour, and by how it is drawn. */
function Legend({ curves, colours }: { curves: readonly Curve[]; colours: Colours }): ReactNode {
  const w = useWords();
  return (
    <ul className="legend small" aria-label={w.figures.legend}>
      {curves.map((one, n) => (
        <li key={one.id}>
          <svg width="32" height="10" aria-hidden="true">
            <line
              x1="0"
              y1="5"
              x2="32"
              y2="5"
              stroke={colours.shops[n]}
              strokeWidth="2.5"
              strokeDasharray={DASHES[n]?.join(" ")}
            />
          </svg>
          {one.name}
        </li>
      ))}
    </ul>
  );
}

function Table(props: { curves: readonly Curve[]; days: readonly string[]; w: Words }): ReactNode {
  const { curves, days, w } = props;
  const rows = days.map((day, at): Day => ({ day, figures: curves.map((one) => one.figures[at]) }));
  return (
    <Rows<Day>
      label={w.figures.table}
      size="small"
      width={140 + 120 * curves.length}
      rows={rows.reverse()}
      rowKey={(row) => row.day}
      figureOf={(row) => row.day}
      columns={[
        { key: "day", title: w.figures.day, dataIndex: "day", className: "number" },
        ...curves.map((one, n) => ({
          key: one.id,
          title: one.name,
          align: "right" as const,
          render: (_: unknown, row: Day) => {
            const figure = row.figures[n];
            return (
              <span className="cell-two">
                <Value figure={figure} />
                {figure && (
                  <span className="quiet small number">{w.figures.samples(figure.samples)}</span>
                )}
              </span>
            );
          },
        })),
      ]}
    />
  );
}
