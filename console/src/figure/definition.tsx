// What defines a figure: its editions with sources and readings, its lines, and what the platform's
// own panel says.
import { Collapse, Drawer, Tag } from "antd";
import type { ReactNode } from "react";

import type { Schemas } from "../api/client";
import { answerText } from "../parts/answer";
import { FailureNote, Loading, Nothing } from "../parts/failure";
import { useLoaded } from "../parts/loaded";
import { dayAndClock } from "../parts/names";
import { panelPath } from "../parts/panel-place";
import { Where } from "../parts/where";
import { Said } from "../parts/words";
import { linkTo } from "../place";
import { useWords } from "../words";
import type { Place } from "./address";
import { measured, panel, type Edition, type Figure, type Rule } from "./data";
import { Value } from "./table";

function Sources({ sources }: { sources: Edition["sources"] }): ReactNode {
  const w = useWords();
  if (sources.length === 0) return <p className="quiet">{w.figures.noSources}</p>;
  return (
    <ul className="sources">
      {sources.map((source) => (
        <li key={source.key}>
          {source.title || source.key}
          <div className="quiet small">
            <Where text={[source.place, source.date].filter((one) => one !== "").join(" · ")} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function EditionText({ rule, edition }: { rule: Rule; edition: Edition }): ReactNode {
  const w = useWords();
  return (
    <>
      {edition.note && (
        <p>
          <Said text={edition.note} />
        </p>
      )}
      <dl className="facts">
        {edition.words.map((part) => (
          <div key={part.heading} style={{ display: "contents" }}>
            <dt>{part.heading}</dt>
            <dd>
              {part.sentences.map((sentence) => (
                <div key={sentence}>
                  <Said text={sentence} />
                </div>
              ))}
            </dd>
          </div>
        ))}
        <dt>{w.figures.revision}</dt>
        <dd>
          <code>{edition.revision}</code>
        </dd>
        <dt>{w.figures.confidence}</dt>
        <dd>{edition.confidence_text}</dd>
        <dt>{w.figures.readings}</dt>
        <dd>{edition.readings.join(" ") || w.common.none}</dd>
      </dl>
      <h2 className="minor">{w.figures.sources}</h2>
      <Sources sources={edition.sources} />
      {edition.open.length > 0 && (
        <>
          <h2 className="minor">{w.figures.openReadings}</h2>
          <ul className="sources">
            {edition.open.map((open) => (
              <li key={open.reading}>
                <span className="strong">{open.reading}</span> {open.question}
                <div className="quiet small">
                  {w.figures.ourAnswer} {answerText(rule, open.reading, open.choice, w)}
                </div>
                {open.alternatives.map((other) => (
                  <div key={other.name} className="quiet small">
                    {w.rules.other}
                    {w.panel.colon}
                    {answerText({ details: [edition] }, open.reading, other.name, w)}
                  </div>
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

type PanelFigure = Schemas["Observed"];
/** Of how many panel values our own count is put beside. */
const COMPARED = 20;

interface Compared {
  panel: PanelFigure;
  ours: Figure | undefined;
}

async function compared(place: Place): Promise<Compared[]> {
  const figures = (await panel(place)).slice(0, COMPARED);
  const known = new Map<string, Promise<Figure[]>>();
  const oursOf = async (one: PanelFigure): Promise<Figure | undefined> => {
    const key = `${one.from} ${one.to} ${one.account !== null && one.account !== undefined}`;
    const view = one.account ? "account" : null;
    let found = known.get(key);
    if (!found) {
      const days = { from: one.from, to: one.to };
      found = measured(place, days, view, {}).then((all) => all.items);
      known.set(key, found);
    }
    return (await found).find((figure) => !one.account || figure.account === one.account);
  };
  return Promise.all(figures.map(async (one) => ({ panel: one, ours: await oursOf(one) })));
}

/** What the platform's panel said, beside what we count of the same days. */
export function Panel({ place }: { place: Place }): ReactNode {
  const w = useWords();
  const [loaded, again] = useLoaded(`panel ${JSON.stringify(place)} ${w.tag}`, () => compared(place));
  return (
    <section className="metric">
      <h2>{w.figures.panel}</h2>
      <p className="quiet">
        {w.figures.panelHint}{" "}
        <a {...linkTo(panelPath("/panel", place))}>{w.pages.panel}</a>
        {" · "}
        <a {...linkTo(panelPath("/calibration", place))}>{w.pages.calibration}</a>
      </p>
      {loaded.state === "loading" && <Loading />}
      {loaded.state === "failed" && <FailureNote failure={loaded.failure} again={again} />}
      {loaded.state === "there" && loaded.value.length === 0 && (
        <Nothing title={w.figures.panelEmpty} hint={w.figures.panelEmptyHint} />
      )}
      {loaded.state === "there" && loaded.value.length > 0 && (
        <table className="plain number">
          <thead>
            <tr>
              <th scope="col">{w.figures.days}</th>
              <th scope="col">{w.figures.panel}</th>
              <th scope="col">{w.figures.ours}</th>
            </tr>
          </thead>
          <tbody>
            {loaded.value.map(({ panel: one, ours }) => (
              <tr key={`${one.from} ${one.to} ${one.account ?? ""} ${one.captured_at ?? ""} ${one.source}`}>
                <td>
                  {w.overview.days(one.from, one.to)}
                  {one.account && <div className="quiet small">{one.account}</div>}
                </td>
                <td>
                  <span className="strong">{one.value}</span>
                  <div className="quiet small">
                    {one.captured_at
                      ? w.figures.panelSeen(dayAndClock(one.captured_at))
                      : w.figures.panelTimeUnknown}
                  </div>
                </td>
                <td>
                  <Value figure={ours} />
                  {ours && (
                    <div className="quiet small">{w.figures.samples(ours.samples)}</div>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function Definition(props: {
  place: Place;
  rule: Rule;
  /** The editions that the figure shown was counted under. */
  counted: readonly string[];
  isOpen: boolean;
  onClose: () => void;
}): ReactNode {
  const { place, rule, counted, isOpen, onClose } = props;
  const w = useWords();
  const editions = [...rule.details].reverse();
  return (
    <Drawer
      open={isOpen}
      onClose={onClose}
      size={640}
      title={`${rule.name} · ${w.figures.definition}`}
      destroyOnHidden
    >
      <p>{rule.summary}</p>
      <p className="quiet">
        <code>{rule.metric}</code>
      </p>
      <Collapse
        defaultActiveKey={editions.filter((one) => counted.includes(one.id)).map((one) => one.id)}
        items={editions.map((one) => ({
          key: one.id,
          label: (
            <span className="words">
              <span className="strong">
                {w.figures.edition} {one.id}
              </span>
              <span className="quiet small">
                {one.as_told
                  ? w.figures.asTold
                  : w.figures.editionDates(one.announced ?? "", one.effective ?? "")}
              </span>
            </span>
          ),
          extra: counted.includes(one.id) && <Tag>{w.figures.own}</Tag>,
          children: <EditionText rule={rule} edition={one} />,
        }))}
      />
      <section className="metric">
        <h2>{w.figures.standards}</h2>
        {rule.standards.length === 0 && <p className="quiet">{w.figures.noStandards}</p>}
        {rule.standards.map((one) => (
          <div key={one.standard} className="standing">
            <div className="strong">
              {one.name} <span className="quiet small">{one.as_told && w.figures.asTold}</span>
            </div>
            {one.words.map((sentence) => (
              <div key={sentence}>
                <Said text={sentence} />
              </div>
            ))}
            <div className="quiet small">{one.sources.join(" ")}</div>
          </div>
        ))}
      </section>
      <Panel place={place} />
    </Drawer>
  );
}
