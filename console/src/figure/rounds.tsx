// The rounds behind a point, each with the clause that judged it, down to its messages.
import { DownOutlined, RightOutlined } from "@ant-design/icons";
import { Button, Drawer, Result, Segmented, Switch } from "antd";
import { useEffect, useState, type ReactNode } from "react";

import { failureOf, type Failure } from "../api/client";
import { sidesOf, type Outcome } from "../parts/counted";
import { FailureNote, Loading, Nothing } from "../parts/failure";
import { clockOf, dayAndClock } from "../parts/names";
import { Said } from "../parts/words";
import { linkTo } from "../place";
import { useMay } from "../session";
import { useWords, wordOf, type Words } from "../words";
import { VERDICTS, type Part, type Place, type Verdict, type WhatIf } from "./address";
import { lengthOf, rounds, spaced, type Explanations, type Sample } from "./data";

/** What a part is, in words. */
export function partWords(part: Part, w: Words): string {
  const words: string[] = [];
  if (part.day) words.push(part.day);
  else if (part.from) words.push(w.overview.days(part.from, part.to ?? w.common.unknown));
  if (part.weekday !== undefined) words.push(w.figures.weekdays[part.weekday] ?? "");
  if (part.hour !== undefined) words.push(w.figures.hourOf(part.hour));
  if (part.account !== undefined) words.push(part.account || w.figures.noAccount);
  const { over_ms: over, to_ms: to } = part;
  if (over !== undefined && to !== undefined) {
    words.push(w.figures.waitBetween(lengthOf(over, w), lengthOf(to, w)));
  } else if (over !== undefined) words.push(w.figures.waitOver(lengthOf(over, w)));
  else if (to !== undefined) words.push(w.figures.waitUpTo(lengthOf(to, w)));
  if (part.isOtherwise) words.push(w.figures.otherwise);
  return words.join(" · ");
}

const TONES: Record<string, string> = { hit: "ok", miss: "late", pending: "warn", dropped: "quiet" };

function Facts({ facts, withTexts }: { facts: Sample["facts"]; withTexts: boolean }): ReactNode {
  const w = useWords();
  return (
    <ol className="trail">
      {facts.map((fact, at) => {
        const what = wordOf(w.figures.facts, fact.fact);
        const who = fact.author ? wordOf(w.figures.authors, fact.author) : what;
        const stars = typeof fact.stars === "number" ? ` ${"★".repeat(fact.stars)}` : "";
        return (
          <li key={`${fact.at} ${at}`} className={fact.author === "buyer" ? "from-buyer" : ""}>
            <div className="trail-head number">
              <span>{dayAndClock(fact.at)}</span>
              <span className="strong">
                {who}
                {stars}
              </span>
              {fact.account && <span className="quiet">{fact.account}</span>}
            </div>
            {withTexts && fact.fact === "message" && (
              <div className={fact.text === null || fact.text === undefined ? "quiet" : "said"}>
                {fact.text ?? w.figures.noText}
              </div>
            )}
            <div className="quiet small">
              {fact.note_text} · {clauseText(fact, w)}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

/** One set of words for verdicts, in what filters rounds and in what is said of them. */
function verdictWord(verdict: string, outcome: Outcome, w: Words): string {
  if (verdict === "hit" || verdict === "miss") return sidesOf(outcome, w)[verdict];
  return wordOf(w.figures.verdicts, verdict);
}

const verdictText = ({ verdict, unanswered }: Sample, outcome: Outcome, w: Words): string =>
  verdictWord(unanswered && verdict === "miss" ? "unanswered" : verdict, outcome, w);

interface Judged {
  clause: string;
  reading?: string | null;
}

/** The clause of the rule by its name, with the reading it rests on. */
const clauseText = ({ clause, reading }: Judged, w: Words): string =>
  [wordOf(w.figures.clauses, clause), reading].filter((one) => one).join(" ");

/** Why, without the clause's id at its end: the clause is named on its own. */
const whyText = (why: string, { clause }: Judged): string => {
  const end = why.lastIndexOf(` · ${clause}`);
  const isId = end >= 0 && /^ · [a-z.-]+( R\d+)?$/.test(why.slice(end));
  return spaced(isId ? why.slice(0, end) : why);
};

function Round(props: {
  metric: string;
  outcome: Outcome;
  sample: Sample;
  withTexts: boolean;
}): ReactNode {
  const { metric, outcome, sample, withTexts } = props;
  const w = useWords();
  const [isOpen, setOpen] = useState(false);
  const time = dayAndClock(sample.opened_at);
  return (
    <li className="round">
      <button
        type="button"
        className="round-head"
        aria-expanded={isOpen}
        aria-label={w.figures.openRound(sample.buyer, time)}
        onClick={() => setOpen(!isOpen)}
      >
        <span aria-hidden="true">{isOpen ? <DownOutlined /> : <RightOutlined />}</span>
        <span className="cell-two">
          <span className="words">
            <span className={`strong ${TONES[sample.verdict] ?? ""}`}>
              {verdictText(sample, outcome, w)}
            </span>
            <span className="number">{time}</span>
            <span>{sample.buyer}</span>
            {sample.account && <span className="quiet">{sample.account}</span>}
          </span>
          <span className="quiet small">{whyText(sample.why, sample)}</span>
        </span>
      </button>
      {isOpen && (
        <div className="round-body">
          <dl className="facts number">
            <dt>{w.figures.countsOn}</dt>
            <dd>{sample.day}</dd>
            <dt>{w.figures.ended}</dt>
            <dd>{sample.ended_at ? dayAndClock(sample.ended_at) : w.figures.notEnded}</dd>
            <dt>{w.figures.clause}</dt>
            <dd>
              <a {...linkTo(`/rules?metric=${encodeURIComponent(metric)}`)}>
                {clauseText(sample, w)}
              </a>
            </dd>
            <dt>{w.figures.edition}</dt>
            <dd>
              {sample.edition} <span className="quiet small">{sample.revision}</span>
            </dd>
          </dl>
          {sample.inner.length > 0 && (
            <>
              <h2 className="minor">{w.figures.inner}</h2>
              <ul className="inner number">
                {sample.inner.map((inner) => (
                  <li key={`${inner.opened_at} ${inner.account}`}>
                    {clockOf(inner.opened_at)}{" "}
                    <span className={TONES[inner.verdict] ?? ""}>
                      {verdictWord(inner.verdict, outcome, w)}
                    </span>{" "}
                    <span className="quiet">{whyText(inner.why, sample)}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
          <Facts facts={sample.facts} withTexts={withTexts} />
        </div>
      )}
    </li>
  );
}

interface Asked {
  place: Place;
  part: Part;
  whatIf: WhatIf;
  withTexts: boolean;
}

interface Found {
  first: Explanations;
  items: Sample[];
  next: string | null;
}

/** Pages of rounds, one after the other. */
function useRounds(asked: Asked): {
  found: Found | null;
  failure: Failure | null;
  isBusy: boolean;
  more: () => void;
  again: () => void;
} {
  const { place, part, whatIf, withTexts } = asked;
  const w = useWords();
  const [found, setFound] = useState<Found | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(true);
  const [times, setTimes] = useState(0);
  const key = JSON.stringify([place, part, part.isOtherwise ? whatIf : null, withTexts, w.tag, times]);
  useEffect(() => {
    let isOver = false;
    setBusy(true);
    setFailure(null);
    rounds(place, part, whatIf, { texts: withTexts }).then(
      (first) => {
        if (isOver) return;
        setFound({ first, items: first.items, next: first.next ?? null });
        setBusy(false);
      },
      (thrown: unknown) => {
        const what = failureOf(thrown);
        if (isOver) return;
        setFound(null);
        setFailure(what);
        setBusy(false);
      },
    );
    return () => {
      isOver = true;
    };
    // The key is all that the question depends on.
  }, [key]);
  const more = (): void => {
    if (!found?.next) return;
    setBusy(true);
    const before = found;
    rounds(place, part, whatIf, { texts: withTexts, after: found.next }).then(
      (page) => {
        const items = [...before.items, ...page.items];
        // Dropped where another part was asked for meanwhile.
        setFound((now) => (now === before ? { ...before, items, next: page.next ?? null } : now));
        setBusy(false);
      },
      (thrown: unknown) => {
        setFailure(failureOf(thrown));
        setBusy(false);
      },
    );
  };
  return { found, failure, isBusy, more, again: () => setTimes(times + 1) };
}

function List(
  props: Asked & { outcome: Outcome; onVerdict: (verdict: Verdict | undefined) => void },
): ReactNode {
  const { part, outcome, withTexts, onVerdict } = props;
  const w = useWords();
  const { found, failure, isBusy, more, again } = useRounds(props);
  const figure = found?.first.figure;
  return (
    <>
      {figure && (
        <p className="number">
          <span className="strong">{figure.value ?? w.figures.noValue}</span>{" "}
          <span className="quiet">
            {typeof figure.hits === "number"
              ? w.figures.hitsOf(figure.hits, figure.samples, w.overview.outcomes[outcome].hit)
              : w.figures.samples(figure.samples)}
            {figure.pending > 0 && ` · ${figure.pending} ${w.figures.pending}`}
            {figure.dropped > 0 && ` · ${figure.dropped} ${w.figures.dropped}`}
          </span>
        </p>
      )}
      <div className="scroll-x">
        <Segmented
          aria-label={w.figures.verdict}
          value={part.verdict ?? "all"}
          options={(["all", ...VERDICTS] as const).map((one) => ({
            value: one,
            label: verdictWord(one, outcome, w),
          }))}
          onChange={(one: Verdict | "all") => onVerdict(one === "all" ? undefined : one)}
        />
      </div>
      {failure && <FailureNote failure={failure} again={again} />}
      {!found && isBusy && <Loading />}
      {found && found.items.length === 0 && <Nothing title={w.figures.roundsEmpty} />}
      {found && found.items.length > 0 && (
        <ol className="rounds">
          {found.items.map((sample, at) => (
            <Round
              key={`${sample.opened_at} ${sample.buyer} ${sample.edition} ${at}`}
              metric={props.place.metric}
              outcome={outcome}
              sample={sample}
              withTexts={withTexts}
            />
          ))}
        </ol>
      )}
      {found?.next && (
        <Button loading={isBusy} onClick={more}>
          {w.common.more}
        </Button>
      )}
      {found?.first.notices.map((notice) => (
        <p key={notice} className="quiet small">
          <Said text={notice} />
        </p>
      ))}
    </>
  );
}

export function Rounds(props: {
  place: Place;
  /** What the sides of the figure are called. */
  outcome: Outcome;
  part: Part | null;
  whatIf: WhatIf;
  onChange: (part: Part | null) => void;
}): ReactNode {
  const { place, outcome, part, whatIf, onChange } = props;
  const w = useWords();
  const maySee = useMay("read-queue");
  const mayRead = useMay("read-texts");
  const [withTexts, setWithTexts] = useState(false);
  // What was shown stays while the drawer closes.
  const [last, setLast] = useState<Part>({});
  useEffect(() => {
    if (part) setLast(part);
  }, [part]);
  const shown = part ?? last;
  const what = partWords(shown, w);
  return (
    <Drawer
      open={part !== null}
      onClose={() => onChange(null)}
      size={640}
      title={what ? `${w.figures.roundsTitle} · ${what}` : w.figures.roundsTitle}
      extra={
        maySee &&
        mayRead && (
          <label className="shop-name small">
            <Switch size="small" checked={withTexts} onChange={setWithTexts} />
            {w.figures.texts}
          </label>
        )
      }
      destroyOnHidden
    >
      {maySee ? (
        <List
          place={place}
          outcome={outcome}
          part={shown}
          whatIf={whatIf}
          withTexts={withTexts}
          onVerdict={(verdict) => {
            const { verdict: _, ...rest } = shown;
            onChange(verdict ? { ...rest, verdict } : rest);
          }}
        />
      ) : (
        <Result
          status="info"
          title={w.figures.roundsDenied}
          subTitle={w.figures.roundsDeniedHint}
        />
      )}
    </Drawer>
  );
}
