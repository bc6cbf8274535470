// The figure of all days: what it is, whether it holds its line, and the same under another rule.
import { Button } from "antd";
import type { ReactNode } from "react";

import { Closing, type Outcome } from "../parts/counted";
import { useLoaded } from "../parts/loaded";
import { dayAndClock } from "../parts/names";
import { useIsNarrow } from "../parts/width";
import { Said } from "../parts/words";
import { useMay } from "../session";
import { useWords, wordOf } from "../words";
import type { Earlier, Place } from "./address";
import { banded, wholeLength, type Comparison, type Figure, type Standing } from "./data";
import { droppedWords } from "./table";

const VERDICT: Record<string, string> = { pass: "ok", fail: "late" };

function Numbers(props: {
  title: string;
  figure: Figure;
  outcome: Outcome;
  tone: string;
  children?: ReactNode;
}): ReactNode {
  const { title, figure, outcome, tone, children } = props;
  const w = useWords();
  const { hit, miss } = w.overview.outcomes[outcome];
  // Where a sample is missed because nobody answered, its side says so already.
  const isSaid = outcome === "reply" || outcome === "rating";
  const percentiles = figure.percentiles_ms;
  return (
    <div className="headline" role="group" aria-label={title}>
      <div className="quiet small">
        {title} · <span className="number">{w.overview.days(figure.from, figure.to)}</span>
      </div>
      <div className={`headline-value number ${tone}`}>
        {figure.value ?? (
          <span className="quiet" title={w.figures.noValueHint}>
            {w.figures.noValue}
          </span>
        )}
      </div>
      <div className="words number">
        {typeof figure.hits === "number" && typeof figure.misses === "number" ? (
          <>
            <span>{w.overview.counted(figure.hits, hit)}</span>
            <span className={figure.misses > 0 ? "late" : "quiet"}>
              {w.overview.counted(figure.misses, miss)}
            </span>
          </>
        ) : (
          <span>{w.figures.samples(figure.samples)}</span>
        )}
        {figure.unanswered > 0 && !isSaid && (
          <span className="quiet">
            {w.figures.unanswered} {figure.unanswered}
          </span>
        )}
        {figure.pending > 0 && (
          <span className="warn" title={w.figures.pendingHint}>
            {w.overview.pending(figure.pending)}
          </span>
        )}
      </div>
      {Object.keys(figure.dropped).length > 0 && (
        <div className="quiet small number">
          {w.figures.dropped}: {droppedWords(figure, w)}
        </div>
      )}
      {children}
      {percentiles && (
        <div className="quiet small number words">
          <span>
            {w.figures.median} {wholeLength(percentiles.p50, w)}
          </span>
          <span>
            {w.figures.p90} {wholeLength(percentiles.p90, w)}
          </span>
          <span>
            {w.figures.p99} {wholeLength(percentiles.p99, w)}
          </span>
        </div>
      )}
    </div>
  );
}

/** What the figure rests on, and how old that is: of a shop that was never fed a 0 says nothing. */
function Fed({ fed }: { fed: Figure["fed"] }): ReactNode {
  const w = useWords();
  if (fed === undefined) return null;
  if (fed === null) return <div className="warn small">{w.figures.unfed}</div>;
  const heard = fed.last_heard_at;
  return (
    <div className="quiet small number">
      {w.overview.feed}: {wordOf(w.overview.grades, fed.grade)} ·{" "}
      {heard ? w.overview.heardAt(dayAndClock(heard)) : w.overview.neverHeard}
    </div>
  );
}

/** What the platform's own panel reads now, and since when. */
function Shown({ shown }: { shown: Figure["shown"] }): ReactNode {
  const w = useWords();
  if (!shown) return null;
  const { value, since, next, problem } = shown;
  return (
    <div className="small number shown" title={w.figures.shownHint} data-shown="">
      <span className="quiet">{w.figures.shown}</span>{" "}
      {problem ? (
        <span className="quiet">
          {w.common.unknown}: {problem[w.tag.startsWith("zh") ? 1 : 0]}
        </span>
      ) : value ? (
        <span className="strong">{value.value}</span>
      ) : (
        <span className="quiet">{w.figures.shownNone}</span>
      )}
      <div className="quiet words">
        {shown.today && <span>{w.figures.shownToday(shown.today.value)}</span>}
        {since && <span>{w.figures.shownAt(dayAndClock(since).slice(5, 16))}</span>}
        {next && <span>{w.figures.shownNext(dayAndClock(next).slice(5, 16))}</span>}
      </div>
    </div>
  );
}

/** Of how many days of a period something is known, where it is compared with another. */
function DaysKnown({ of }: { of: Comparison["later_days"] }): ReactNode {
  const w = useWords();
  if (!of) return null;
  return (
    <div className={`small number ${of.known < of.days ? "warn" : "quiet"}`} data-known={of.known}>
      {w.figures.daysKnown(of.known, of.days)}
    </div>
  );
}

/** The same of earlier days, and the difference: the server's sentence. */
function Before(props: { vs: Earlier; found: Comparison; outcome: Outcome }): ReactNode {
  const { vs, found, outcome } = props;
  const w = useWords();
  const { earlier, difference, later_days: later, earlier_days: before } = found;
  const title = w.figures.earlier[vs];
  const isBare = earlier?.samples === 0 && earlier.pending === 0;
  if (!earlier || !difference || isBare) {
    return (
      <div className="headline headline-other" role="group" aria-label={title}>
        <div className="quiet small">{title}</div>
        <DaysKnown of={before} />
        <p className="quiet">{w.figures.noEarlier}</p>
      </div>
    );
  }
  return (
    <div className="headline-other">
      <Numbers title={title} figure={earlier} outcome={outcome} tone="">
        <DaysKnown of={before} />
        <div className="small number difference" data-order={difference.order ?? ""}>
          {difference.words}
        </div>
        {later?.known !== before?.known && <div className="warn small">{w.figures.daysDiffer}</div>}
      </Numbers>
    </div>
  );
}

/** Between which values the figure lies over open readings: said when it is counted. */
function Band({ place, figure }: { place: Place; figure: Figure }): ReactNode {
  const w = useWords();
  const { from, to } = figure;
  const key = JSON.stringify([place, from, to, w.tag]);
  const [loaded] = useLoaded(key, () => banded(place, { from, to }));
  const band = loaded.state === "there" ? loaded.value?.band : null;
  if (!band || band.low.value === band.high.value) return null;
  return (
    <div className="small number" title={w.figures.bandHint}>
      {w.figures.band(band.low.value, band.high.value)}
    </div>
  );
}

/** What the platform makes of it: the server's sentences. */
export function Stands({ standings }: { standings: readonly Standing[] }): ReactNode {
  const w = useWords();
  const isNarrow = useIsNarrow();
  if (standings.length === 0) return null;
  const all = standings.map((one) => (
    <div key={one.standard} className="standing">
      <span className="strong">{one.name}</span>{" "}
      <span className={VERDICT[one.verdict] ?? "quiet"}>{one.verdict_text}</span>{" "}
      {one.lines.length > 0 && (
        <span className="quiet number">
          {w.figures.line} {one.lines.join(" / ")}
        </span>
      )}
      {one.sentences.slice(0, 3).map((sentence) => (
        <div key={sentence} className="small number">
          <Said text={sentence} />
        </div>
      ))}
    </div>
  ));
  if (isNarrow) {
    // The drawing is what a phone has room for.
    const verdicts = new Map(standings.map((one) => [one.verdict_text, one.verdict]));
    return (
      <details className="headline-wide">
        <summary>
          {w.figures.standing}{" "}
          {[...verdicts].map(([text, verdict]) => (
            <span key={text} className={VERDICT[verdict] ?? "quiet"}>
              {text}{" "}
            </span>
          ))}
        </summary>
        {all}
      </details>
    );
  }
  return (
    <div className="headline headline-wide" role="group" aria-label={w.figures.standing}>
      <div className="quiet small">{w.figures.standing}</div>
      {all}
    </div>
  );
}

export function Headline(props: {
  place: Place;
  own: Figure;
  other: Figure | null | undefined;
  /** That of earlier days, where it is compared with it. */
  earlier: { vs: Earlier; found: Comparison } | null;
  standings: readonly Standing[];
  /** What the sides of the figure are called. */
  outcome: Outcome;
  isOwnPeriod: boolean;
  onRounds: (isOtherwise: boolean) => void;
}): ReactNode {
  const { place, own, other, earlier, standings, outcome, isOwnPeriod, onRounds } = props;
  const w = useWords();
  const maySee = useMay("read-queue");
  // Of other days than those that were checked nothing is said.
  const checked = standings.find((one) => one.from === own.from && one.to === own.to);
  const tone = checked ? (VERDICT[checked.verdict] ?? "") : "";
  return (
    <section className="card headlines">
      <div>
        <Numbers title={w.figures.own} figure={own} outcome={outcome} tone={tone}>
          {earlier && <DaysKnown of={earlier.found.later_days} />}
          <Band place={place} figure={own} />
          <Shown shown={own.shown} />
          {own.forecast && (
            <div className="small">
              <span className="quiet">{w.overview.closing}</span>{" "}
              <Closing forecast={own.forecast} />
            </div>
          )}
          <Fed fed={own.fed} />
        </Numbers>
        {maySee && own.samples + own.pending > 0 && (
          <Button size="small" onClick={() => onRounds(false)}>
            {w.figures.roundsAll}
          </Button>
        )}
      </div>
      {other && (
        <div className="headline-other">
          <Numbers title={w.figures.otherwise} figure={other} outcome={outcome} tone="" />
          {maySee && other.samples + other.pending > 0 && (
            <Button
              size="small"
              aria-label={`${w.figures.roundsAll} · ${w.figures.otherwise}`}
              onClick={() => onRounds(true)}
            >
              {w.figures.roundsAll}
            </Button>
          )}
        </div>
      )}
      {earlier && <Before {...earlier} outcome={outcome} />}
      {isOwnPeriod && <Stands standings={standings} />}
    </section>
  );
}
