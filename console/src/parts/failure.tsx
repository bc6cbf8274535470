// What is shown instead of what was asked for.
import { Alert, Button, Empty, Result, Skeleton } from "antd";
import { Component, type ReactNode } from "react";

import { code, type Failure } from "../api/client";
import { useWords, type Words } from "../words";
import { onBack } from "./back";

function texts(failure: Failure, w: Words): { title: string; lines: string[]; request?: string } {
  switch (failure.kind) {
    case "offline":
      return { title: w.failure.offline, lines: [w.failure.offlineAction] };
    case "unreadable":
      return { title: w.failure.unreadable, lines: [w.failure.unreadableAction] };
    case "problem": {
      const { title, detail, action, faults, instance } = failure.problem;
      const lines = [detail ?? "", action];
      for (const fault of faults ?? []) lines.push(`${w.failure.line(fault.line)}: ${fault.message}`);
      const request = instance.slice(instance.lastIndexOf(":") + 1);
      return { title, lines: lines.filter((line) => line !== ""), request };
    }
  }
}

/** A failure, with what to do about it. */
export function FailureNote({ failure, again }: { failure: Failure; again?: () => void }): ReactNode {
  const w = useWords();
  const { title, lines, request } = texts(failure, w);
  return (
    <Alert
      type={failure.kind === "offline" ? "warning" : "error"}
      showIcon
      role="alert"
      title={title}
      description={
        <>
          {lines.map((line) => (
            <div key={line}>{line}</div>
          ))}
          {request && (
            <div className="quiet small">
              {w.failure.request} <code>{request}</code>
            </div>
          )}
        </>
      }
      action={again && <Button onClick={again}>{w.common.again}</Button>}
    />
  );
}

/** A failure in the place of a whole page. */
export function FailurePage({ failure, again }: { failure: Failure; again: () => void }): ReactNode {
  const isForbidden = failure.kind === "problem" && code(failure.problem) === "not-allowed";
  if (isForbidden) return <NotAllowed />;
  return (
    <div className="page">
      <FailureNote failure={failure} again={again} />
    </div>
  );
}

export function NotAllowed(): ReactNode {
  const w = useWords();
  return (
    <Result status="info" title={w.failure.notAllowed} subTitle={w.failure.notAllowedAction} />
  );
}

export function Loading(): ReactNode {
  const w = useWords();
  return (
    <div className="page" role="status" aria-label={w.common.loading}>
      <Skeleton active paragraph={{ rows: 6 }} />
    </div>
  );
}

/** Nothing to show, and what brings something. */
export function Nothing(props: { title: string; hint?: string; children?: ReactNode }): ReactNode {
  return (
    <Empty
      className="nothing"
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <div>{props.title}</div>
          {props.hint && <div className="quiet">{props.hint}</div>}
        </>
      }
    >
      {props.children}
    </Empty>
  );
}

function Broken(): ReactNode {
  const w = useWords();
  return (
    <Result
      status="warning"
      title={w.failure.page}
      subTitle={w.failure.pageAction}
      extra={
        <Button type="primary" onClick={() => window.location.reload()}>
          {w.failure.reload}
        </Button>
      }
    />
  );
}

/** Keeps a mistake of ours within its page; at another one, and when the line is back, it ends. */
export class Boundary extends Component<
  { children: ReactNode; place: string },
  { isBroken: boolean }
> {
  override state = { isBroken: false };
  private end: (() => void) | null = null;
  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }
  override componentDidMount(): void {
    this.end = onBack(() => this.mend());
  }
  override componentWillUnmount(): void {
    this.end?.();
  }
  override componentDidUpdate(before: { place: string }): void {
    if (before.place !== this.props.place) this.mend();
  }
  private mend(): void {
    if (this.state.isBroken) this.setState({ isBroken: false });
  }
  override render(): ReactNode {
    return this.state.isBroken ? <Broken /> : this.props.children;
  }
}
