// Which editions and readings the panel's own figures leave, and how to take them over.
import { Alert, Button, Segmented } from "antd";
import { useState, type ReactNode } from "react";

import { api, taken, type Schemas } from "../api/client";
import { figurePath, pathOf } from "../figure/address";
import { answerText } from "../parts/answer";
import { FailureNote, Loading, Nothing } from "../parts/failure";
import { useLoaded } from "../parts/loaded";
import { MetricName } from "../parts/names";
import { panelPath, usePanelPlace, type Place } from "../parts/panel-place";
import { PlaceTools } from "../parts/place-tools";
import { useShopList } from "../parts/shop-list";
import { StartButtons } from "../parts/start";
import { Said } from "../parts/words";
import { linkTo } from "../place";
import { useMay } from "../session";
import { useWords, type Words } from "../words";

type Calibration = Schemas["Calibration"];
type Metric = Schemas["CalibratedMetric"];
type Reading = Schemas["CalibratedReading"];
type Figure = Schemas["ComparedFigure"];
type Count = Schemas["CandidateCount"];

/** The pseudo-reading under which editions are compared. */
const EDITION = "edition";

/** Why nothing is compared of a shop without chats. */
const NO_SHOP = "no-shop";

const TONES: Record<string, string> = {
  confirmed: "ok",
  leading: "ok",
  undecided: "warn",
  refuted: "late",
  behind: "late",
};

export default function CalibrationPage(): ReactNode {
  const w = useWords();
  const place = usePanelPlace();
  const [list, again] = useShopList();
  return (
    <div className="page">
      <div className="page-top">
        <h1>{w.calibration.title}</h1>
        <span className="quiet">{w.calibration.intro}</span>
        <span className="push">
          <a {...linkTo(panelPath("/panel", place))}>{w.calibration.toPanel}</a>
        </span>
      </div>
      {list.state === "failed" && <FailureNote failure={list.failure} again={again} />}
      {list.state === "loading" && <Loading />}
      {list.state === "there" && list.value.length === 0 && (
        <Nothing title={w.panel.noShops} hint={w.panel.noShopsAction}>
          <StartButtons done={again} />
        </Nothing>
      )}
      {list.state === "there" && list.value.length > 0 && (
        <>
          <PlaceTools
            path="/calibration"
            place={place}
            list={list.value}
            anyMetric={w.calibration.allMetrics}
          />
          {place.shop === "" ? (
            <Nothing title={w.calibration.pickFirst} hint={w.calibration.pickFirstAction} />
          ) : (
            <Calibrated place={place} />
          )}
        </>
      )}
    </div>
  );
}

function Calibrated({ place }: { place: Place }): ReactNode {
  const w = useWords();
  const { platform, shop, metric } = place;
  const query = { platform, shop, ...(metric && { metric }) };
  const [loaded, again] = useLoaded(JSON.stringify([query, w.tag]), () =>
    taken(api.GET("/v1/calibration", { params: { query } })),
  );
  if (loaded.state === "failed") return <FailureNote failure={loaded.failure} again={again} />;
  if (loaded.state === "loading") {
    return (
      <>
        <p className="quiet">{w.calibration.counting}</p>
        <Loading />
      </>
    );
  }
  const { items, uncompared, never } = loaded.value;
  return (
    <>
      {items.length === 0 && uncompared.length === 0 && (
        <Nothing title={w.calibration.empty} hint={w.calibration.emptyHint}>
          <Button onClick={linkTo(panelPath("/panel", place)).onClick}>{w.calibration.toPanel}</Button>
        </Nothing>
      )}
      {items.map((one) => (
        <MetricCard key={one.metric} place={place} metric={one} />
      ))}
      {uncompared.length > 0 && <Uncompared all={uncompared} />}
      {items.length > 0 && never.length > 0 && <Never all={never} />}
    </>
  );
}

/** What an answer to a reading says. */
type SaidOf = (reading: string, answer: string) => string;

function useSaid({ platform, shop }: Place, metric: string): SaidOf {
  const w = useWords();
  const path = { platform, metric: metric.slice(metric.indexOf("/") + 1) };
  const [loaded] = useLoaded(`rule ${w.tag} ${platform}/${shop} ${metric}`, () =>
    taken(api.GET("/v1/rules/{platform}/{metric}", { params: { path, query: { shop } } })),
  );
  const rule = loaded.state === "there" ? loaded.value : null;
  // Editions go by their dates.
  return (reading, answer) => (reading === EDITION ? answer : answerText(rule, reading, answer, w));
}

function MetricCard({ place, metric }: { place: Place; metric: Metric }): ReactNode {
  const w = useWords();
  const said = useSaid(place, metric.metric);
  const isWhole = metric.reproduced === metric.compared;
  return (
    <section className="card" aria-label={metric.name} data-metric={metric.metric}>
      <h2>
        {metric.name} <code className="quiet small">{metric.metric}</code>
      </h2>
      <p className="strong number">
        <span className={isWhole ? "ok" : "warn"}>
          {w.calibration.reproduced(metric.reproduced, metric.compared)}
        </span>
      </p>
      <div className="quiet small calibrated-said">
        {metric.sentences.map((sentence) => (
          <div key={sentence}>
            <Said text={sentence} />
          </div>
        ))}
      </div>
      {metric.readings.length === 0 ? (
        <p className="quiet">{w.calibration.noReadings}</p>
      ) : (
        <>
          <Readings metric={metric} said={said} />
          <TakeOver place={place} metric={metric} said={said} />
        </>
      )}
      <Days place={place} metric={metric} said={said} />
      <Rounds place={place} metric={metric} said={said} />
    </section>
  );
}

function Readings({ metric, said }: { metric: Metric; said: SaidOf }): ReactNode {
  const w = useWords();
  return (
    <div className="wide" role="region" aria-label={`${metric.name} · ${w.calibration.readings}`} tabIndex={0}>
      <table className="plain readings">
        <thead>
          <tr>
            <th scope="col">{w.calibration.reading}</th>
            <th scope="col">{w.calibration.answers}</th>
          </tr>
        </thead>
        <tbody>
          {metric.readings.map((one) => (
            <tr key={one.reading} data-reading={one.reading}>
              <td>
                <span className="strong">{nameOf(one, w)}</span>
                {one.question && <div className="small">{one.question}</div>}
              </td>
              <td>
                <ul className="answers">
                  {one.answers.map((answer) => (
                    <li key={answer.answer} data-answer={answer.answer}>
                      {said(one.reading, answer.answer)}{" "}
                      <span className={TONES[answer.state] ?? "quiet"}>{answer.state_text}</span>
                    </li>
                  ))}
                </ul>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const nameOf = (one: Reading, w: Words): string =>
  one.reading === EDITION ? w.figures.edition : one.reading;

/** What is confirmed of readings that are still open in the best candidate's edition, as `R6=drop`. */
function confirmed(metric: Metric): string[] {
  return metric.readings
    .filter((one) => one.reading in metric.best.readings)
    .flatMap((one) => {
      const sure = one.answers.find((answer) => answer.state === "confirmed");
      return sure ? [`${one.reading}=${sure.answer}`] : [];
    });
}

/** How the shop's own rule comes to say what the panel confirmed. */
function TakeOver(props: { place: Place; metric: Metric; said: SaidOf }): ReactNode {
  const { place, metric, said } = props;
  const w = useWords();
  const mayChange = useMay("change-rules");
  const sure = confirmed(metric);
  if (metric.reproducing === 0) return <p className="quiet">{w.calibration.nothingFits}</p>;
  if (sure.length === 0) return <p className="quiet">{w.calibration.nothingSure}</p>;
  const { unusual } = metric.best;
  const isOurs = sure.every((one) => !unusual.includes(one));
  const words = sure
    .map((one) => {
      const [reading = "", answer = ""] = one.split("=");
      return `${reading} ${said(reading, answer)}`;
    })
    .join(" ");
  const query = new URLSearchParams({
    platform: place.platform,
    shop: place.shop,
    metric: metric.metric,
    take: sure.join(","),
  });
  return (
    <Alert
      className="submit"
      type={isOurs ? "success" : "info"}
      title={isOurs ? w.calibration.sureOurs(words) : w.calibration.sureOthers(words)}
      description={isOurs ? w.calibration.takeOursHint : w.calibration.takeHint}
      action={
        mayChange && <a {...linkTo(`/overrides?${query}`)}>{w.calibration.take}</a>
      }
    />
  );
}

/** The figures day by day: as the panel prints them, and under each answer to a question. */
function Days(props: { place: Place; metric: Metric; said: SaidOf }): ReactNode {
  const { place, metric, said } = props;
  const w = useWords();
  // What was decided first; of editions only where nothing else is.
  const decided = (one: Reading): boolean =>
    one.answers.some((answer) => answer.state === "confirmed" || answer.state === "refuted");
  const readings = metric.readings.filter((one) => one.reading !== EDITION);
  const usual = readings.find(decided) ?? readings[0] ?? metric.readings[0];
  const [picked, setPicked] = useState<string | null>(null);
  const shown = metric.readings.find((one) => one.reading === picked) ?? usual;
  const answers = shown?.answers ?? [];
  return (
    <div className="calibrated-days">
      <div className="view-tools tools">
        <h3>{w.calibration.days}</h3>
        {metric.readings.length > 1 && (
          <span className="scroll-x">
            <Segmented
              aria-label={w.calibration.byReading}
              value={shown?.reading ?? ""}
              options={metric.readings.map((one) => ({ value: one.reading, label: nameOf(one, w) }))}
              onChange={(reading: string) => setPicked(reading)}
            />
          </span>
        )}
      </div>
      <p className="quiet small">{w.calibration.daysHint}</p>
      <div
        className="wide"
        role="region"
        aria-label={`${metric.name} · ${w.calibration.days}`}
        tabIndex={0}
      >
        <table className="plain number">
          <thead>
            <tr>
              <th scope="col">{w.panel.days}</th>
              <th scope="col">{w.calibration.panel}</th>
              <th scope="col">{w.calibration.best}</th>
              {answers.map((answer) => (
                <th key={answer.answer} scope="col" className="answer-head">
                  {said(shown?.reading ?? "", answer.answer)}{" "}
                  <span className={`small ${TONES[answer.state] ?? "quiet"}`}>{answer.state_text}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {metric.figures.map((one) => (
              <DayRow
                key={`${one.from} ${one.to} ${one.account} ${one.captured_at}`}
                place={place}
                figure={one}
                reading={shown}
              />
            ))}
          </tbody>
        </table>
      </div>
      {metric.left_out > 0 && <p className="quiet small">{w.calibration.leftOut(metric.left_out)}</p>}
    </div>
  );
}

function DayRow(props: { place: Place; figure: Figure; reading: Reading | undefined }): ReactNode {
  const w = useWords();
  const { place, figure, reading } = props;
  const path = pathOf({
    place: { ...place, metric: figure.metric },
    from: figure.from,
    to: figure.to,
    view: "day",
    vs: null,
    shops: [],
    whatIf: {},
    part: null,
  });
  return (
    <tr data-figure={`${figure.from} ${figure.to} ${figure.account ?? ""}`.trim()}>
      <td>
        <a {...linkTo(path)}>{w.overview.days(figure.from, figure.to)}</a>
        {figure.account && <div className="quiet small">{figure.account}</div>}
      </td>
      <td>
        <span className="strong">{figure.printed}</span>
        {figure.samples != null && (
          <div className="quiet small">{w.figures.samples(figure.samples)}</div>
        )}
      </td>
      <td>
        <Counted count={figure.best} />
      </td>
      {reading?.answers.map(({ answer }) => {
        const count = figure.answers.find(
          (one) => one.reading === reading.reading && one.answer === answer,
        );
        return (
          <td key={answer} data-answer={answer}>
            {count ? <Counted count={count} /> : <span className="quiet">—</span>}
          </td>
        );
      })}
    </tr>
  );
}

function Counted({ count }: { count: Count }): ReactNode {
  const w = useWords();
  const says = count.is_reproduced ? w.calibration.same : w.calibration.other;
  return (
    <>
      <span className={count.is_reproduced ? "ok" : "late"} title={says}>
        <span aria-hidden>{count.is_reproduced ? "=" : "≠"}</span>
        <span className="unseen">{says}</span>{" "}
        <span>{count.value ?? w.figures.noValue}</span>
      </span>
      <div className="quiet small">
        {count.ratio ? `${count.ratio.num}/${count.ratio.den}` : w.figures.samples(count.samples)}
      </div>
    </>
  );
}

/** Rounds that would tell apart what the figures do not. */
function Rounds(props: { place: Place; metric: Metric; said: SaidOf }): ReactNode {
  const { place, metric, said } = props;
  const w = useWords();
  const { rounds } = metric;
  if (!rounds || rounds.length === 0) return null;
  const toRounds = (day: string): string =>
    `${figurePath({ ...place, metric: metric.metric })}?rounds=own&r_day=${day}`;
  return (
    <details className="calibrated-rounds">
      <summary>{w.calibration.rounds(rounds.length + metric.more_rounds)}</summary>
      <p className="quiet small">{w.calibration.roundsHint}</p>
      <div
        className="wide"
        role="region"
        aria-label={`${metric.name} · ${w.figures.roundsTitle}`}
        tabIndex={0}
      >
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{w.panel.days}</th>
              <th scope="col">{w.waiting.buyer}</th>
              <th scope="col">{w.calibration.reading}</th>
              <th scope="col">{w.calibration.verdicts}</th>
            </tr>
          </thead>
          <tbody>
            {rounds.map((one) => (
              <tr key={`${one.reading} ${one.other_answer} ${one.buyer} ${one.opened_at}`}>
                <td className="number">
                  <a {...linkTo(toRounds(one.day))}>{one.day}</a>
                  <div className="quiet small">{one.opened_at.slice(11, 19)}</div>
                </td>
                <td>{one.buyer}</td>
                <td>{one.reading === EDITION ? w.figures.edition : one.reading}</td>
                <td>
                  <div>
                    {said(one.reading, one.answer)} {one.verdict_text}
                  </div>
                  <div>
                    {said(one.reading, one.other_answer)} {one.other_verdict_text}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {metric.more_rounds > 0 && <p className="quiet small">{w.calibration.moreRounds(metric.more_rounds)}</p>}
    </details>
  );
}

type Uncompared = Calibration["uncompared"][number];

/** Each reason once, with the figures it holds for. */
function Uncompared({ all }: { all: Calibration["uncompared"] }): ReactNode {
  const w = useWords();
  const reasons = new Map<string, Uncompared[]>();
  for (const one of all) {
    const text = one.reason === NO_SHOP ? w.calibration.noLog : one.reason_text;
    reasons.set(text, [...(reasons.get(text) ?? []), one]);
  }
  return (
    <section className="card" aria-label={w.calibration.uncompared}>
      <h2>{w.calibration.uncompared}</h2>
      {[...reasons].map(([reason, figures]) => (
        <div key={reason} data-reason={reason}>
          <p>
            <Said text={reason} />{" "}
            <span className="quiet">{w.calibration.figures(figures.length)}</span>
          </p>
          <details open={figures.length <= 3}>
            <summary className="quiet small">{w.calibration.which}</summary>
            <ul className="plain-list tall">
              {figures.map((one) => (
                <li key={`${one.metric} ${one.from} ${one.to} ${one.account} ${one.captured_at}`}>
                  <span>
                    <MetricName metric={one.metric} />{" "}
                    <span className="number">
                      {w.overview.days(one.from, one.to)} · {one.printed}
                    </span>
                  </span>
                </li>
              ))}
            </ul>
          </details>
        </div>
      ))}
    </section>
  );
}

function Never({ all }: { all: readonly string[] }): ReactNode {
  const w = useWords();
  return (
    <details className="quiet small">
      <summary>{w.calibration.never(all.length)}</summary>
      <ul>
        {all.map((metric) => (
          <li key={metric}>
            <MetricName metric={metric} />
          </li>
        ))}
      </ul>
    </details>
  );
}
