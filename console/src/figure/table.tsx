// The figures of a view as a table: what the drawing shows, for every reader and for the keyboard.
import { Table, type TableColumnsType } from "antd";
import type { ReactNode } from "react";

import { sidesOf, type Outcome } from "../parts/counted";
import { useIsNarrow } from "../parts/width";
import { useMay } from "../session";
import { useWords, wordOf, type Words } from "../words";
import type { Part } from "./address";
import type { Point } from "./charts";
import { wholeLength, type Figure } from "./data";

export interface Row extends Point {
  key: string;
  /** The rounds behind it. */
  part: Part;
}

/** A value, or that there is none. */
export function Value({ figure }: { figure: Figure | undefined }): ReactNode {
  const w = useWords();
  if (figure?.value) return <span className="number">{figure.value}</span>;
  return (
    <span className="quiet" title={w.figures.noValueHint}>
      {figure ? w.figures.noValue : w.common.unknown}
    </span>
  );
}

const count = (n: number | null | undefined): ReactNode =>
  typeof n === "number" ? n : <span className="quiet">—</span>;

/** Reasons for which samples are left out, with how many. */
export function droppedWords(figure: Figure, w: Words): string {
  const each = Object.entries(figure.dropped);
  return each.map(([reason, n]) => `${wordOf(w.reasons, reason)} ${n}`).join(w.tag === "en" ? ", " : "、");
}

export function FigureTable(props: {
  heading: string;
  rows: readonly Row[];
  outcome: Outcome;
  hasOther: boolean;
  /** What stands beside the figures. */
  otherName: string;
  hasPercentiles: boolean;
  /** How many rows a page of the table has. */
  rowsAtOnce: number;
  onRounds: (part: Part) => void;
}): ReactNode {
  const { rows, hasOther, hasPercentiles, onRounds } = props;
  const w = useWords();
  const isNarrow = useIsNarrow();
  const maySee = useMay("read-queue");
  const sides = sidesOf(props.outcome, w);
  const isJudged = rows.some((row) => typeof row.figure?.hits === "number");
  const one = (
    key: string,
    title: string,
    cell: (figure: Figure) => ReactNode,
    width = 72,
  ): TableColumnsType<Row>[number] => ({
    key,
    title,
    width,
    align: "right",
    render: (_, row) => (row.figure ? <span className="number">{cell(row.figure)}</span> : null),
  });
  const wait = (of: "p50" | "p90" | "p99") => (figure: Figure) => {
    const ms = figure.percentiles_ms?.[of];
    return typeof ms === "number" ? wholeLength(ms, w) : count(null);
  };
  const columns: TableColumnsType<Row> = [
    {
      key: "what",
      title: props.heading,
      width: isNarrow ? 112 : hasPercentiles ? 120 : 180,
      fixed: "left",
      render: (_, row) =>
        maySee && row.figure ? (
          <button
            type="button"
            className="link number"
            aria-label={w.figures.roundsOf(row.title)}
            onClick={() => onRounds(row.part)}
          >
            {row.title}
          </button>
        ) : (
          <span className="number">{row.title}</span>
        ),
    },
    {
      key: "value",
      title: w.figures.value,
      width: 96,
      align: "right",
      render: (_, row) => <Value figure={row.figure} />,
    },
    ...(hasOther
      ? [
          {
            key: "other",
            title: props.otherName,
            width: 110,
            align: "right" as const,
            render: (_: unknown, row: Row) => <Value figure={row.other} />,
          },
        ]
      : []),
    one("samples", w.figures.count, (figure) => figure.samples),
    ...(isJudged
      ? [
          one("hits", sides.hit, (figure) => count(figure.hits)),
          one("misses", sides.miss, (figure) => count(figure.misses)),
        ]
      : []),
    one("unanswered", w.figures.unanswered, (figure) => figure.unanswered),
    one("pending", w.figures.pending, (figure) =>
      figure.pending > 0 ? <span className="warn">{figure.pending}</span> : 0,
    ),
    one("dropped", w.figures.dropped, (figure) => droppedWords(figure, w) || 0, 110),
    ...(hasPercentiles
      ? [
          one("p50", w.figures.median, wait("p50"), 104),
          one("p90", w.figures.p90, wait("p90"), 104),
          one("p99", w.figures.p99, wait("p99"), 104),
        ]
      : []),
  ];
  return (
    <div className="wide" role="region" aria-label={w.figures.table} tabIndex={0}>
      <Table<Row>
        size="small"
        className="figure-table"
        style={{ minWidth: hasPercentiles ? 920 : 760 }}
        columns={columns}
        dataSource={[...rows]}
        rowKey="key"
        onRow={(row) => ({ "data-figure": row.key }) as object}
        pagination={{
          defaultPageSize: props.rowsAtOnce,
          hideOnSinglePage: true,
          showSizeChanger: false,
          showTotal: w.common.total,
        }}
      />
    </div>
  );
}
