// What was decided about alerts.
import { Segmented, type TableColumnsType } from "antd";
import { useEffect, useState, type ReactNode } from "react";

import { all, api, taken, type AlertItem } from "../api/client";
import { onAlert } from "../live/live";
import { Nothing } from "../parts/failure";
import { ListPage } from "../parts/list";
import { useLoaded } from "../parts/loaded";
import { dayAndClock, MetricName, ShopName, toWhom } from "../parts/names";
import { useWords, wordOf, type Words } from "../words";

const HOURS = [24, 72, 168, 720];
/** A burst of alerts is read once. */
const SOON_MS = 1_000;

function columnsOf(w: Words): TableColumnsType<AlertItem> {
  return [
    {
      title: w.alerts.at,
      key: "at",
      width: 170,
      render: (_, item) => <span className="number">{dayAndClock(item.at)}</span>,
    },
    {
      title: w.common.shop,
      key: "shop",
      render: (_, item) => <ShopName platform={item.platform} shop={item.shop} />,
    },
    {
      title: w.alerts.step,
      key: "step",
      render: (_, item) => {
        const [step = "", channel = ""] = item.step.split(" ");
        const kind = step.split("-")[0] ?? step;
        const to = channel === "log" ? "" : ` · ${channel}`;
        return `${wordOf(w.alerts.steps, kind)}${to}`;
      },
    },
    {
      title: w.alerts.reason,
      key: "reason",
      render: (_, item) => wordOf(w.alerts.reasons, item.reason),
    },
    { title: w.alerts.to, key: "to", render: (_, item) => toWhom(item, w) },
    {
      title: w.alerts.waiting,
      key: "waiting",
      align: "right",
      render: (_, item) => <span className="number">{item.about?.waiting ?? "—"}</span>,
    },
    {
      title: w.alerts.longest,
      key: "longest",
      render: (_, item) => {
        const longest = item.about?.longest;
        if (!longest) return "—";
        return (
          <span className="cell-two">
            <span className={longest.is_limit ? "late" : "warn"}>
              {longest.is_limit ? w.alerts.limit : w.alerts.warning}
            </span>
            <span className="quiet small"><MetricName metric={longest.metric} /></span>
          </span>
        );
      },
    },
    {
      title: w.alerts.state,
      key: "state",
      render: (_, item) => (
        <span className={item.state === "failed" ? "late" : "quiet"}>
          {wordOf(w.alerts.states, item.state)}
        </span>
      ),
    },
  ];
}

export default function Alerts(): ReactNode {
  const w = useWords();
  const [hours, setHours] = useState(24);
  const [loaded, again] = useLoaded(`${hours}`, () =>
    all((after: string | undefined) =>
      taken(
        api.GET("/v1/alerts", {
          params: { query: { hours, limit: 1_000, ...(after === undefined ? {} : { after }) } },
        }),
      ),
    ),
  );
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
      rowKey={(item) => `${item.alert} ${item.step}`}
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
