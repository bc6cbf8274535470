// A page with one table of what the server keeps.
import type { ReactNode } from "react";

import { FailurePage, Loading } from "./failure";
import type { Loaded } from "./loaded";
import { Rows, type Columns } from "./rows";

export function ListPage<T extends object>(props: {
  title: string;
  intro?: string;
  action?: ReactNode;
  loaded: Loaded<T[]>;
  again: () => void;
  columns: Columns<T>;
  rowKey: (row: T) => string | number;
  empty: ReactNode;
  below?: ReactNode;
  width?: number;
  /** What is shown below a row when it is opened; absent: rows do not open. */
  more?: (row: T) => ReactNode;
}): ReactNode {
  const { loaded } = props;
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
        <Rows<T>
          label={props.title}
          columns={props.columns}
          rows={loaded.value}
          rowKey={props.rowKey}
          width={props.width ?? 800}
          more={props.more}
        />
      )}
      {props.below}
    </div>
  );
}
