// What was decided about alerts: each from its first step to its last.
import { Segmented } from "antd";
import { useEffect, useState, type ReactNode } from "react";

import { all, api, taken, type AlertItem } from "../api/client";
import { onAlert } from "../live/live";
import { Nothing } from "../parts/failure";
import { ListPage } from "../parts/list";
import { useLoaded } from "../parts/loaded";
import { dayAndClock, MetricName, ShopName, toWhom } from "../parts/names";
import type { Columns } from "../parts/rows";
import { useWords, wordOf, type Words } from "../words";

const HOURS = [24, 72, 168, 720];
/** A burst of alerts is read once. */
const SOON_MS = 1_000;

/** An alert from its first step to its last. */
interface Alert {
  name: string;
  /** The oldest first. */
  steps: [AlertItem, ...AlertItem[]];
}

/** Steps, the newest first, as alerts: the one that began last first. */
function alertsOf(items: readonly AlertItem[]): Alert[] {
  const found = new Map<string, Alert>();
  for (const item of items.toReversed()) {
    const known = found.get(item.alert);
    if (known) known.steps.push(item);
    else found.set(item.alert, { name: item.alert, steps: [item] });
  }
  return [...found.values()].toReversed();
}

/** The kind of a step: `notify`, `update`, `resolve`, `hold`, `drop`. */
const kindOf = (item: AlertItem): string => item.step.split(" ")[0]?.split("-")[0] ?? "";

/** The worst of what became of the steps. */
const STATES = ["failed", "claimed", "counted", "sent", "noted"];
const stateOf = ({ steps }: Alert): string =>
  STATES.find((state) => steps.some((step) => step.state === state)) ?? "noted";

function State({ state }: { state: string }): ReactNode {
  const w = useWords();
  const tone = state === "failed" ? "late" : "quiet";
  return <span className={tone}>{wordOf(w.alerts.states, state)}</span>;
}

/** What an alert is about. */
function What({ alert }: { alert: Alert }): ReactNode {
  const w = useWords();
  const line = alert.steps.find((step) => step.about?.line)?.about?.line;
  if (line) {
    const isBad = line.event === "fallen" || line.event === "begins";
    const name = w.tag === "en" ? line.en : line.zh;
    return (
      <span className="cell-two">
        <span className={isBad ? "late" : ""}>{w.alertSettings.events[line.event]}</span>
        <span className="quiet small">{name}</span>
      </span>
    );
  }
  const longest = alert.steps.findLast((step) => step.about?.longest)?.about?.longest;
  if (!longest) return "—";
  return (
    <span className="cell-two">
      <span className={longest.is_limit ? "late" : "warn"}>
        {longest.is_limit ? w.alerts.limit : w.alerts.warning}
      </span>
      <span className="quiet small">
        <MetricName metric={longest.metric} />
      </span>
    </span>
  );
}

/** How an alert stands: over after so long, put off, never sent, or still on. */
function Outcome({ alert }: { alert: Alert }): ReactNode {
  const w = useWords();
  const [first] = alert.steps;
  const last = alert.steps.at(-1) ?? first;
  if (first.about?.line) return "—";
  switch (kindOf(last)) {
    case "resolve":
      return w.alerts.over(Math.round((Date.parse(last.at) - Date.parse(first.at)) / 1_000));
    case "hold":
    case "drop":
      return wordOf(w.alerts.reasons, last.reason);
    default:
      return <span className="warn">{w.alerts.on}</span>;
  }
}

function columnsOf(w: Words): Columns<Alert> {
  const most = (alert: Alert): number =>
    Math.max(0, ...alert.steps.map((step) => step.about?.waiting ?? 0));
  return [
    {
      title: w.alerts.at,
      key: "at",
      width: 170,
      render: (_, alert) => <span className="number">{dayAndClock(alert.steps[0].at)}</span>,
    },
    {
      title: w.common.shop,
      key: "shop",
      render: (_, { steps: [first] }) => <ShopName platform={first.platform} shop={first.shop} />,
    },
    { title: w.alerts.what, key: "what", render: (_, alert) => <What alert={alert} /> },
    { title: w.alerts.to, key: "to", render: (_, alert) => toWhom(alert.steps[0], w) },
    {
      title: w.alerts.waiting,
      key: "waiting",
      align: "right",
      render: (_, alert) => <span className="number">{most(alert) || "—"}</span>,
    },
    { title: w.alerts.outcome, key: "outcome", render: (_, alert) => <Outcome alert={alert} /> },
    { title: w.alerts.state, key: "state", render: (_, alert) => <State state={stateOf(alert)} /> },
  ];
}

/** Every step of an alert, with its reason and what became of it. */
function Steps({ alert }: { alert: Alert }): ReactNode {
  const w = useWords();
  return (
    <ol className="steps small">
      {alert.steps.map((item) => {
        const channel = item.step.split(" ").at(1) ?? "log";
        const waiting = item.about?.waiting;
        return (
          <li key={item.step} className="words">
            <span className="number">{dayAndClock(item.at)}</span>
            <span>{wordOf(w.alerts.steps, kindOf(item))}</span>
            <span className="quiet">{reasonOf(item, w)}</span>
            {waiting != null && <span>{w.alerts.people(waiting)}</span>}
            {channel !== "log" && <span>{channel}</span>}
            <State state={item.state} />
            {item.failed && <span className="late">{item.failed}</span>}
          </li>
        );
      })}
    </ol>
  );
}

function reasonOf(item: AlertItem, w: Words): string {
  const event = item.about?.line?.event;
  return event ? w.alertSettings.events[event] : wordOf(w.alerts.reasons, item.reason);
}

export default function Alerts(): ReactNode {
  const w = useWords();
  const [hours, setHours] = useState(24);
  const [loaded, again] = useLoaded(`${hours}`, async () => {
    const items = await all((after: string | undefined) =>
      taken(
        api.GET("/v1/alerts", {
          params: { query: { hours, limit: 1_000, ...(after === undefined ? {} : { after }) } },
        }),
      ),
    );
    return alertsOf(items);
  });
  useEffect(() => {
    let timer: number | undefined;
    const end = onAlert(() => {
      timer ??= window.setTimeout(() => {
        timer = undefined;
        again();
      }, SOON_MS);
    });
    return () => {
      end();
      window.clearTimeout(timer);
    };
  }, [again]);
  return (
    <ListPage
      title={w.alerts.title}
      loaded={loaded}
      again={again}
      columns={columnsOf(w)}
      rowKey={(alert) => alert.name}
      more={(alert) => <Steps alert={alert} />}
      width={1_000}
      action={
        <Segmented
          aria-label={w.alerts.hours}
          value={hours}
          options={HOURS.map((one) => ({ value: one, label: w.alerts.hour(one) }))}
          onChange={setHours}
        />
      }
      empty={<Nothing title={w.alerts.empty} hint={w.alerts.emptyAction} />}
    />
  );
}
