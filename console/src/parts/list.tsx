// A page with one table of what the server keeps.
import { Table, type TableColumnsType } from "antd";
import type { ReactNode } from "react";

import { useWords } from "../words";
import { FailurePage, Loading } from "./failure";
import type { Loaded } from "./loaded";

export function ListPage<T extends object>(props: {
  title: string;
  intro?: string;
  action?: ReactNode;
  loaded: Loaded<T[]>;
  again: () => void;
  columns: TableColumnsType<T>;
  rowKey: (row: T) => string | number;
  empty: ReactNode;
  below?: ReactNode;
  width?: number;
  /** What is shown below a row when it is opened; absent: rows do not open. */
  more?: (row: T) => ReactNode;
}): ReactNode {
  const { loaded } = props;
  const w = useWords();
  if (loaded.state === "failed") {
    return <FailurePage failure={loaded.failure} again={props.again} />;
  }
  return (
    <div className="page">
      <div className="page-top">
        <h1>{props.title}</h1>
        {props.intro && <span className="quiet">{props.intro}</span>}
        {props.action && <span className="push">{props.action}</span>}
      </div>
      {loaded.state === "loading" ? (
        <Loading />
      ) : loaded.value.length === 0 ? (
        props.empty
      ) : (
        <div className="wide" role="region" aria-label={props.title} tabIndex={0}>
          <Table<T>
            size="middle"
            style={{ minWidth: props.width ?? 800 }}
            columns={props.columns}
            dataSource={loaded.value}
            rowKey={props.rowKey}
            {...(props.more && {
              expandable: {
                expandedRowRender: props.more,
                columnTitle: <span className="unseen">{w.common.details}</span>,
              },
            })}
            pagination={{
              defaultPageSize: 50,
              hideOnSinglePage: true,
              showTotal: w.common.total,
            }}
          />
        </div>
      )}
      {props.below}
    </div>
  );
}
