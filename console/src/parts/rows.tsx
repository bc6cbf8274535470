// A table of what the server keeps; on a phone each row is a card: nothing scrolls sideways there.
import { Table, type TableColumnType } from "antd";
import type { ReactNode } from "react";

import { useWords } from "../words";
import { useIsNarrow } from "./width";

export type Columns<T> = TableColumnType<T>[];

interface Props<T> {
  label: string;
  columns: Columns<T>;
  rows: readonly T[];
  rowKey: (row: T) => string | number;
  /** Below this width the table scrolls, where it is one. */
  width: number;
  size?: "small" | "middle";
  pageSize?: number;
  /** What a row is found by. */
  figureOf?: (row: T) => string;
  /** What is shown below a row when it is opened; absent: rows do not open. */
  more?: ((row: T) => ReactNode) | undefined;
}

/** Columns whose cells say themselves what they are: there is no head above a card. */
function labelled<T>(columns: Columns<T>): Columns<T> {
  return columns.map((column) => {
    const { title } = column;
    if (typeof title !== "string") return column;
    return { ...column, align: "left", onCell: () => ({ "data-label": title }) as object };
  });
}

export function Rows<T extends object>(props: Props<T>): ReactNode {
  const { label, columns, rows, width, size = "middle", pageSize = 50, figureOf, more } = props;
  const w = useWords();
  const isNarrow = useIsNarrow();
  const table = (
    <Table<T>
      size={size}
      style={isNarrow ? {} : { minWidth: width }}
      columns={isNarrow ? labelled(columns) : columns}
      dataSource={[...rows]}
      rowKey={props.rowKey}
      {...(figureOf && { onRow: (row) => ({ "data-figure": figureOf(row) }) as object })}
      {...(more && {
        expandable: {
          expandedRowRender: more,
          columnTitle: <span className="unseen">{w.common.details}</span>,
        },
      })}
      pagination={{
        defaultPageSize: pageSize,
        hideOnSinglePage: true,
        showTotal: w.common.total,
      }}
    />
  );
  if (isNarrow) return <div className="stacked">{table}</div>;
  return (
    <div className="wide" role="region" aria-label={label} tabIndex={0}>
      {table}
    </div>
  );
}
