// The first minutes: ways to have figures on the screen.
import { Button, Progress } from "antd";
import { useState, type ReactNode } from "react";

import demo from "../../../examples/small-shop.csv?url";
import { Failed } from "../api/client";
import { now } from "../live/clock";
import { go } from "../place";
import { useMay } from "../session";
import { useWords } from "../words";
import { FailureNote } from "./failure";
import { useDoing, type Doing } from "./loaded";
import { run, send, type Upload } from "./uploads";

const DAY_MS = 86_400_000;
const CHINA_MS = 8 * 3_600_000;

/** The demo's rows moved by whole days, so that the last of its days was yesterday. */
export function moved(text: string, now: number): string {
  const lines = text.trimEnd().split("\n");
  const dayOf = (line: string): number => Date.parse(`${line.slice(0, 10)}T00:00:00Z`);
  const last = Math.max(...lines.slice(1).map(dayOf));
  const yesterday = Math.floor((now + CHINA_MS) / DAY_MS) * DAY_MS - DAY_MS;
  const move = (line: string): string => {
    const day = new Date(dayOf(line) + yesterday - last).toISOString().slice(0, 10);
    return day + line.slice(10);
  };
  return [lines[0] ?? "", ...lines.slice(1).map(move), ""].join("\n");
}

async function demoFile(): Promise<Blob> {
  try {
    const answer = await fetch(demo);
    if (!answer.ok) throw new Failed({ kind: "unreadable", status: answer.status });
    return new Blob([moved(await answer.text(), now())]);
  } catch (thrown) {
    if (thrown instanceof Failed) throw thrown;
    throw new Failed({ kind: "offline" });
  }
}

function useDemo(done?: () => void): { doing: Doing; upload: Upload | null; load: () => void } {
  const doing = useDoing();
  const [upload, setUpload] = useState<Upload | null>(null);
  const load = (): void => {
    void doing
      .run(async () => {
        const { id } = await send(await demoFile(), "demo.csv");
        await run(id, { profile: "canonical" }, setUpload);
      })
      .then((isDone) => isDone && done?.());
  };
  return { doing, upload, load };
}

/** The way to a shop's chats, for who may send them. */
export function ImportButton(): ReactNode {
  const w = useWords();
  if (!useMay("send-facts")) return null;
  return (
    <Button type="primary" onClick={() => go("/import")}>
      {w.pages.import}
    </Button>
  );
}

/** The ways in short, on a page that is empty for want of shops; `done`: the demo is there. */
export function StartButtons({ done }: { done?: () => void }): ReactNode {
  const w = useWords();
  const maySend = useMay("send-facts");
  const { doing, load } = useDemo(done);
  if (!maySend) return null;
  return (
    <>
      <div className="tools start-buttons">
        <Button type="primary" onClick={() => go("/import")}>
          {w.pages.import}
        </Button>
        <Button loading={doing.isBusy} onClick={load}>
          {doing.isBusy ? w.setup.demoBusy : w.setup.demoStart}
        </Button>
      </div>
      {doing.failure && <FailureNote failure={doing.failure} again={load} />}
    </>
  );
}

export function Start(): ReactNode {
  const w = useWords();
  const maySend = useMay("send-facts");
  const mayMake = useMay("change-tokens");
  const { doing, upload, load } = useDemo();
  if (!maySend && !mayMake) return null;
  return (
    <section className="start" aria-label={w.setup.title}>
      <h2>{w.setup.intro}</h2>
      <div className="start-ways">
        {maySend && (
          <div className="card">
            <h3>{w.setup.demo}</h3>
            <p className="quiet">{w.setup.demoHint}</p>
            <Button type="primary" loading={doing.isBusy} onClick={load}>
              {doing.isBusy ? w.setup.demoBusy : w.setup.demoStart}
            </Button>
            {upload && <Progress aria-label={w.setup.demoBusy} percent={100} showInfo={false} />}
            {doing.failure && <FailureNote failure={doing.failure} again={load} />}
          </div>
        )}
        {maySend && (
          <div className="card">
            <h3>{w.setup.file}</h3>
            <p className="quiet">{w.setup.fileHint}</p>
            <Button onClick={() => go("/import")}>{w.imports.choose}</Button>
          </div>
        )}
        {mayMake && (
          <div className="card">
            <h3>{w.setup.token}</h3>
            <p className="quiet">{w.setup.tokenHint}</p>
            <Button onClick={() => go("/tokens")}>{w.overview.emptyToken}</Button>
          </div>
        )}
      </div>
    </section>
  );
}
