// Who changed what.
import { Button } from "antd";
import { useState, type ReactNode } from "react";

import { api, taken, type AuditLine } from "../api/client";
import { FailureNote, Nothing } from "../parts/failure";
import { ListPage } from "../parts/list";
import { useDoing, useLoaded } from "../parts/loaded";
import { dayAndClock, ShopName } from "../parts/names";
import type { Columns } from "../parts/rows";
import { useUserNames, whoText } from "../parts/users";
import { useWords, wordOf, type Words } from "../words";

function columnsOf(users: ReadonlyMap<string, string>, w: Words): Columns<AuditLine> {
  const value = (text: string | null | undefined): ReactNode =>
    text === null || text === undefined ? "—" : <span className="value">{text}</span>;
  return [
    {
      title: w.audit.at,
      key: "at",
      width: 170,
      render: (_, line) => <span className="number">{dayAndClock(line.at)}</span>,
    },
    {
      title: w.audit.who,
      key: "who",
      width: 110,
      render: (_, line) => whoText(line.who, users, w),
    },
    { title: w.audit.what, key: "what", width: 170, render: (_, line) => wordOf(w.audit.acts, line.what) },
    {
      title: w.common.shop,
      key: "shop",
      render: (_, line) =>
        line.platform && line.shop ? <ShopName platform={line.platform} shop={line.shop} /> : "—",
    },
    { title: w.audit.subject, key: "subject", render: (_, line) => value(line.subject) },
    { title: w.audit.was, key: "was", render: (_, line) => value(line.was) },
    { title: w.audit.becomes, key: "becomes", render: (_, line) => value(line.becomes) },
  ];
}

export default function Audit(): ReactNode {
  const w = useWords();
  const users = useUserNames();
  const doing = useDoing();
  const [more, setMore] = useState<{ lines: AuditLine[]; next: string | null }>({
    lines: [],
    next: null,
  });
  const page = (after?: string): ReturnType<typeof ask> => ask(after);
  const [loaded, again] = useLoaded("audit", async () => {
    const first = await page();
    setMore({ lines: [], next: first.next ?? null });
    return first.items;
  });
  const loadMore = (): void => {
    const { lines, next } = more;
    if (next === null) return;
    void doing.run(async () => {
      const one = await page(next);
      setMore({ lines: [...lines, ...one.items], next: one.next ?? null });
    });
  };
  const all =
    loaded.state === "there"
      ? { state: "there" as const, value: [...loaded.value, ...more.lines] }
      : loaded;
  return (
    <ListPage
      title={w.audit.title}
      loaded={all}
      again={again}
      columns={columnsOf(users, w)}
      rowKey={(line) => line.number}
      width={1_100}
      empty={<Nothing title={w.audit.empty} />}
      below={
        <>
          {doing.failure && <FailureNote failure={doing.failure} />}
          {more.next !== null && (
            <p>
              <Button loading={doing.isBusy} onClick={loadMore}>
                {w.common.more}
              </Button>
            </p>
          )}
        </>
      }
    />
  );
}

function ask(after?: string) {
  return taken(api.GET("/v1/audit", { params: { query: { limit: 200, ...(after && { after }) } } }));
}
