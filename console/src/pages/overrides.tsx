// Rules that are a shop's own: changed in a form or as text, tried on its own days, then saved.
import { Alert, App, Button, Form, Input, InputNumber, Modal, Select, Segmented, Table } from "antd";
import { Fragment, useEffect, useMemo, useRef, useState, type ReactNode } from "react";

import { all, api, failureOf, taken, type Failure, type Schemas } from "../api/client";
import { now } from "../live/clock";
import { answerText } from "../parts/answer";
import { FailureNote, FailurePage, Loading, Nothing } from "../parts/failure";
import { Code, column, goToFault } from "../parts/code";
import { useDoing, useLoaded } from "../parts/loaded";
import { dayAndClock, MetricName, ShopName } from "../parts/names";
import {
  answered,
  editionOn,
  isBeyond,
  putWithin,
  quoted,
  seconds,
  takenOver,
  takesOver,
  unquoted,
  value,
  within,
  withValue,
  type EditionLines,
} from "../parts/rule-text";
import { shopOptions, useShopList, type Known } from "../parts/shop-list";
import { useUserNames, whoText } from "../parts/users";
import { StartButtons } from "../parts/start";
import { Said as Words } from "../parts/words";
import { go, goInstead, linkTo, useQuery } from "../place";
import { useWords, wordOf, type Words as Dictionary } from "../words";

type Override = Schemas["Override"];
type Summary = Schemas["RuleSummary"];
type Checked = Schemas["DraftChecked"];
type Trial = Schemas["TrialResult"];
type Figure = Schemas["Figure"];

/** So long after the last key the checker is asked. */
const CHECK_AFTER_MS = 400;
const ANY_PLATFORM = "generic";

interface Place {
  platform: string;
  shop: string;
}

function addressOf(of: { platform?: string; shop?: string; metric?: string }): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(of)) if (value) query.set(key, value);
  return `/overrides?${query.toString()}`;
}

export default function Overrides(): ReactNode {
  const w = useWords();
  const query = useQuery();
  const [list, again] = useShopList();
  const [platform, shop, metric] = ["platform", "shop", "metric"].map((key) => query.get(key) ?? "");
  if (list.state === "failed") return <FailurePage failure={list.failure} again={again} />;
  if (list.state === "loading") return <Loading />;
  return (
    <div className="page">
      <div className="page-top">
        <h1>{w.overrides.title}</h1>
        <span className="quiet">{w.overrides.intro}</span>
      </div>
      {list.value.length === 0 ? (
        <Nothing title={w.overrides.noShops} hint={w.overrides.noShopsAction}>
          <StartButtons done={again} />
        </Nothing>
      ) : (
        <Chosen list={list.value} platform={platform ?? ""} shop={shop ?? ""} metric={metric ?? ""} />
      )}
    </div>
  );
}

function Chosen(props: Place & { list: Known[]; metric: string }): ReactNode {
  const w = useWords();
  const { list, platform, shop, metric } = props;
  const { modal } = App.useApp();
  const [isDirty, setDirty] = useState(false);
  const [rules] = useLoaded(`${w.tag} rules`, () =>
    all((after: string | undefined) =>
      taken(api.GET("/v1/rules", { params: { query: { limit: 1_000, ...(after && { after }) } } })),
    ),
  );
  const [versions, againVersions] = useLoaded("overrides", () =>
    all((after: string | undefined) =>
      taken(
        api.GET("/v1/overrides", { params: { query: { limit: 1_000, ...(after && { after }) } } }),
      ),
    ),
  );
  const offered = rules.state === "there" ? rules.value : [];
  const wanted = metric.split("/")[0] ?? "";
  const fits = (one: Summary): boolean =>
    platform === "" || one.platform === platform || one.platform === ANY_PLATFORM;
  const places = list.filter(
    (one) => shop !== "" || wanted === "" || wanted === ANY_PLATFORM || one.platform === wanted,
  );
  const leave = (to: () => void): void => {
    if (!isDirty) return to();
    modal.confirm({ title: w.overrides.leaveAsk, okText: w.overrides.leave, onOk: to });
  };
  const pick = (key: string): void => {
    const slash = key.indexOf("/");
    const [to, id] = [key.slice(0, slash), key.slice(slash + 1)];
    const keeps = wanted === to || wanted === ANY_PLATFORM;
    leave(() => goInstead(addressOf({ platform: to, shop: id, metric: keeps ? metric : "" })));
  };
  const isWhole = platform !== "" && shop !== "" && metric !== "";
  return (
    <>
      <div className="tools rules-tools">
        <label className="pick">
          <span className="quiet small">{w.overrides.shop}</span>
          <Select
            showSearch={{ optionFilterProp: "search" }}
            aria-label={w.overrides.shop}
            placeholder={w.overrides.pickShop}
            style={{ width: 260 }}
            value={shop === "" ? null : `${platform}/${shop}`}
            options={shopOptions(places)}
            onChange={pick}
          />
        </label>
        <label className="pick">
          <span className="quiet small">{w.overrides.metric}</span>
          <Select
            showSearch={{ optionFilterProp: "search" }}
            aria-label={w.overrides.metric}
            placeholder={w.overrides.pickMetric}
            style={{ width: 320 }}
            value={metric === "" ? null : metric}
            options={metricOptions(offered.filter(fits), platform, w)}
            onChange={(to) => leave(() => goInstead(addressOf({ platform, shop, metric: to })))}
          />
        </label>
      </div>
      {versions.state === "failed" && <FailureNote failure={versions.failure} again={againVersions} />}
      {versions.state === "loading" && <Loading />}
      {versions.state === "there" &&
        (isWhole ? (
          <Editor
            key={`${platform}/${shop} ${metric}`}
            place={{ platform, shop }}
            metric={metric}
            versions={versions.value.filter(
              (one) => one.platform === platform && one.shop === shop && one.metric === metric,
            )}
            onDirty={setDirty}
            onChanged={againVersions}
          />
        ) : (
          <>
            <Nothing title={w.overrides.pickFirst} hint={w.overrides.pickFirstAction} />
            <Standing versions={versions.value} />
          </>
        ))}
    </>
  );
}

/** Metrics by platform: the shop's own first; those of no platform last, and said to be so. */
function metricOptions(
  offered: readonly Summary[],
  platform: string,
  w: Dictionary,
): { label: string; options: { value: string; search: string; label: string }[] }[] {
  const rank = (of: string): number => (of === platform ? 0 : of === ANY_PLATFORM ? 2 : 1);
  const order = [...new Set(offered.map((one) => one.platform))].sort((a, b) => rank(a) - rank(b));
  return order.map((of) => ({
    label: of === ANY_PLATFORM ? w.overrides.generic : wordOf(w.platforms, of),
    options: offered
      .filter((one) => one.platform === of)
      .map((one) => ({
        value: one.metric,
        search: `${one.name} ${one.metric}`,
        label: `${one.name} (${one.metric})`,
      })),
  }));
}

/** What is in force of all shops and groups. */
function Standing({ versions }: { versions: Override[] }): ReactNode {
  const w = useWords();
  const rows = versions.filter((one) => one.stands && one.text !== null);
  return (
    <section className="card" aria-label={w.overrides.standing}>
      <h2>{w.overrides.standing}</h2>
      {rows.length === 0 ? (
        <p className="quiet">{w.overrides.none}</p>
      ) : (
        <ul className="plain-list">
          {rows.map((one) => (
            <li key={one.number}>
              {one.group ? (
                w.overrides.ofGroup(one.group)
              ) : (
                <ShopName platform={one.platform ?? ""} shop={one.shop ?? ""} />
              )}
              <MetricName metric={one.metric} />
              <span className="quiet small number">{dayAndClock(one.at)}</span>
              {!one.group && (
                <a
                  {...linkTo(
                    addressOf({
                      platform: one.platform ?? "",
                      shop: one.shop ?? "",
                      metric: one.metric,
                    }),
                  )}
                >
                  {w.overrides.open}
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface EditorProps {
  place: Place;
  metric: string;
  /** Those of this shop and metric, oldest first. */
  versions: Override[];
  onDirty: (isDirty: boolean) => void;
  onChanged: () => void;
}

function Editor(props: EditorProps): ReactNode {
  const w = useWords();
  const { place, metric } = props;
  const slash = metric.indexOf("/");
  const path = { platform: metric.slice(0, slash), metric: metric.slice(slash + 1) };
  const own = props.versions.at(-1)?.text ?? null;
  const [loaded, again] = useLoaded(`${w.tag} ${own ?? ""}`, () =>
    taken(
      api.GET("/v1/rules/{platform}/{metric}", {
        params: { path, query: { shop: place.shop, of_platform: place.platform } },
      }),
    ),
  );
  if (loaded.state === "failed") return <FailureNote failure={loaded.failure} again={again} />;
  if (loaded.state === "loading") return <Loading />;
  const text = loaded.value.text ?? "";
  return (
    <Sheet
      key={text}
      {...props}
      rule={loaded.value}
      start={text}
      isOwn={own !== null}
      isOfGroup={own === null && loaded.value.is_own}
    />
  );
}

/** The day as China's clocks show it: rules begin on such days. */
function today(): string {
  return new Date(now() + 8 * 3_600_000).toISOString().slice(0, 10);
}

function useChecked(metric: string, text: string): { checked: Checked | null; failure: Failure | null } {
  const w = useWords();
  const [state, setState] = useState<{ checked: Checked | null; failure: Failure | null }>({
    checked: null,
    failure: null,
  });
  useEffect(() => {
    let isOver = false;
    const timer = window.setTimeout(() => {
      taken(api.POST("/v1/overrides/check", { body: { metric, text } })).then(
        (checked) => !isOver && setState({ checked, failure: null }),
        (thrown: unknown) => {
          const failure = failureOf(thrown);
          if (!isOver) setState({ checked: null, failure });
        },
      );
    }, CHECK_AFTER_MS);
    return () => {
      isOver = true;
      window.clearTimeout(timer);
    };
  }, [metric, text, w.tag]);
  return state;
}

interface Taken {
  text: string;
  /** Answers that were written into the text, as `R6=drop`. */
  done: string[];
  /** Those that could not be. */
  left: string[];
}

const NOT_TAKEN: Taken = { text: "", done: [], left: [] };

/** A text with answers to open readings, as a link from the calibration has them. */
function takenFrom(start: string, take: string | null): Taken {
  const found: Taken = { ...NOT_TAKEN, text: start, done: [], left: [] };
  for (const one of (take ?? "").split(",").filter((part) => part.includes("="))) {
    const [reading = "", answer = ""] = one.split("=");
    const next = takesOver(found.text) === null ? answered(found.text, today(), reading, answer) : null;
    if (next === null) found.left.push(one);
    else if (next !== found.text) {
      found.text = next;
      found.done.push(one);
    }
  }
  return found;
}

function Sheet(
  props: EditorProps & { rule: Schemas["Rule"]; start: string; isOwn: boolean; isOfGroup: boolean },
): ReactNode {
  const w = useWords();
  const said = (answers: readonly string[]): string =>
    answers
      .map((one) => {
        const [reading = "", answer = ""] = one.split("=");
        return `${reading} ${answerText(props.rule, reading, answer, w)}`;
      })
      .join(" ");
  const { place, metric, versions, start, isOwn, onDirty, onChanged } = props;
  const { modal, message } = App.useApp();
  const area = useRef<HTMLTextAreaElement>(null);
  const query = useQuery();
  const [readings, setTaken] = useState(() => takenFrom(start, query.get("take")));
  const [text, setText] = useState(readings.text);
  const [trial, setTrial] = useState<{ of: string | null; result: Trial } | null>(null);
  const { checked, failure } = useChecked(metric, text);
  const trying = useDoing();
  const saving = useDoing();
  const isDirty = text !== start;
  useEffect(() => {
    onDirty(isDirty);
    return () => onDirty(false);
  }, [isDirty, onDirty]);
  const faults = checked?.faults ?? [];
  const isSound = checked !== null && faults.length === 0;
  const tryIt = (of: string | null): void => {
    const body = { ...place, metric, text: of };
    void trying.run(async () => {
      setTrial({ of, result: await taken(api.POST("/v1/overrides/trial", { body })) });
    });
  };
  const put = (to: string | null, done: string): Promise<void> => {
    const body = { ...place, metric, text: to };
    return saving
      .run(async () => {
        await taken(api.PUT("/v1/overrides", { body }));
      })
      .then((isDone) => {
        if (!isDone) return;
        setTrial(null);
        setTaken(NOT_TAKEN);
        goInstead(addressOf({ ...place, metric }));
        void message.success(done);
        onChanged();
      });
  };
  const save = (): void => {
    const isTried = trial?.of === text;
    modal.confirm({
      title: w.overrides.saveAsk,
      content: isTried ? w.overrides.saveTried : w.overrides.saveUntried,
      okText: w.overrides.save,
      onOk: () => put(text, w.overrides.saved),
    });
  };
  const withdraw = (): void => {
    modal.confirm({
      title: w.overrides.withdrawAsk,
      okText: w.overrides.withdraw,
      okButtonProps: { danger: true },
      onOk: () => put(null, w.overrides.withdrawn),
    });
  };
  return (
    <>
      <p>
        <span className={isOwn ? "strong ok" : "quiet"}>
          {isOwn
            ? w.overrides.isOwn
            : props.isOfGroup
              ? w.overrides.isOfGroup
              : metric.startsWith(`${ANY_PLATFORM}/`)
                ? w.overrides.isGeneric
                : w.overrides.isShipped}
        </span>
        {isDirty && <span className="warn"> · {w.overrides.unsaved}</span>}
      </p>
      {readings.done.length > 0 && (
        <Alert className="taken" type="info" showIcon title={w.overrides.taken(said(readings.done))} />
      )}
      {readings.left.length > 0 && (
        <Alert className="taken" type="warning" showIcon title={w.overrides.notTaken(said(readings.left))} />
      )}
      <div className="rule-edit">
        <section className="card" aria-label={w.overrides.form}>
          <h2>{w.overrides.form}</h2>
          <Settings text={text} change={setText} />
        </section>
        <section className="card rule-edit-text" aria-label={w.overrides.text}>
          <h2>{w.overrides.text}</h2>
          <Code
            label={w.overrides.textLabel}
            value={text}
            faults={faults}
            area={area}
            describedBy="faults"
            onChange={setText}
          />
          <div id="faults" className="faults" role="status">
            {failure ? (
              <FailureNote failure={failure} />
            ) : checked === null ? (
              <span className="quiet">{w.overrides.checking}</span>
            ) : isSound ? (
              <span className="ok">{w.overrides.sound}</span>
            ) : (
              <span className="late strong">{w.overrides.faults(faults.length)}</span>
            )}
            {faults.length > 0 && (
              <ul>
                {faults.map((fault) => {
                  const line = text.split("\n")[fault.line - 1] ?? "";
                  const at = w.overrides.place(fault.line, column(line, fault.byte) + 1);
                  return (
                    <li key={`${fault.line} ${fault.byte} ${fault.message}`}>
                      <Button
                        type="link"
                        size="small"
                        className="plain-link"
                        onClick={() => goToFault(area.current, text, fault)}
                      >
                        {at}
                      </Button>{" "}
                      <Words text={fault.message} />
                    </li>
                  );
                })}
              </ul>
            )}
          </div>
        </section>
      </div>
      <div className="tools rule-actions">
        <Button type="primary" loading={trying.isBusy} disabled={!isSound} onClick={() => tryIt(text)}>
          {w.overrides.trial}
        </Button>
        <Button loading={saving.isBusy} disabled={!isSound || !isDirty} onClick={save}>
          {w.overrides.save}
        </Button>
        <Button disabled={!isDirty} onClick={() => setText(start)}>
          {w.overrides.reset}
        </Button>
        {isOwn && (
          <>
            <Button loading={trying.isBusy} onClick={() => tryIt(null)}>
              {w.overrides.withdrawTrial}
            </Button>
            <Button danger onClick={withdraw}>
              {w.overrides.withdraw}
            </Button>
          </>
        )}
      </div>
      {trying.failure && <FailureNote failure={trying.failure} />}
      {saving.failure && <FailureNote failure={saving.failure} />}
      {trial && (
        <TrialShown trial={trial.result} isOld={trial.of !== null && trial.of !== text} />
      )}
      <History versions={versions} load={setText} />
    </>
  );
}

type Choice = Record<string, string>;

/** The settings that people change, as a form that writes the text. */
function Settings({ text, change }: { text: string; change: (text: string) => void }): ReactNode {
  const w = useWords();
  const doing = useDoing();
  const edition = useMemo(() => editionOn(text, today()), [text]);
  const other = takesOver(text);
  if (other !== null) {
    const copy = (): void => {
      const slash = other.indexOf("/");
      const path = { platform: other.slice(0, slash), metric: other.slice(slash + 1) };
      void doing.run(async () => {
        const rule = await taken(api.GET("/v1/rules/{platform}/{metric}", { params: { path } }));
        change(takenOver(text, rule.text ?? ""));
      });
    };
    return (
      <>
        <p>{w.overrides.takesOver(other)}</p>
        <Button loading={doing.isBusy} onClick={copy}>
          {w.overrides.takeOver}
        </Button>
        {doing.failure && <FailureNote failure={doing.failure} />}
      </>
    );
  }
  if (edition === null) return <p className="quiet">{w.overrides.formNone}</p>;
  return <Fields text={text} change={change} edition={edition} />;
}

function Fields(props: {
  text: string;
  change: (text: string) => void;
  edition: EditionLines;
}): ReactNode {
  const w = useWords();
  const { text, change, edition } = props;
  const of = (key: string): string | null => value(text, edition, key);
  const put = (key: string, written: string | null): void =>
    change(withValue(text, edition, key, written));
  const beyond = (key: string): boolean => isBeyond(text, edition, key);
  const note = <span className="quiet">{w.overrides.inText}</span>;
  /** A word of a key, with the words there are and the usual one. */
  const word = (key: string, label: string, words: Choice, usual: string): ReactNode => {
    const now = unquoted(of(key) ?? usual);
    return (
      <Form.Item label={label}>
        {beyond(key) || !(now in words) ? (
          note
        ) : (
          <Select
            aria-label={label}
            value={now}
            options={Object.entries(words).map(([key, label]) => ({ value: key, label }))}
            onChange={(to) => put(key, quoted(to))}
          />
        )}
      </Form.Item>
    );
  };
  const limit = seconds(of("within"));
  const has = of("within") !== null;
  return (
    <Form layout="vertical" className="rule-form">
      <p className="quiet small">{w.overrides.formIntro(edition.id)}</p>
      <Form.Item label={w.overrides.within} extra={w.overrides.withinHint}>
        {beyond("within") || limit === null ? (
          note
        ) : (
          <InputNumber
            aria-label={w.overrides.within}
            min={1}
            max={31 * 86_400}
            precision={0}
            value={limit}
            onChange={(to) => to && put("within", quoted(`${to}s`))}
          />
        )}
      </Form.Item>
      <Hours of={of("hours")} isBeyond={beyond("hours")} put={(to) => put("hours", to)} />
      {word("unanswered", w.overrides.unanswered, w.overrides.unanswereds, "miss")}
      {has && word("at-limit", w.overrides.atLimit, w.overrides.atLimits, "on-time")}
      {of("per") === '"account"' &&
        word("transfer", w.overrides.transfer, w.overrides.transfers, "splits")}
      {beyond("authors") || of("authors") === null ? null : (
        <Authors table={of("authors") ?? "{}"} put={(to) => put("authors", to)} />
      )}
      {of("minimum") !== null && /^\d+$/.test(of("minimum") ?? "") && (
        <Form.Item label={w.overrides.minimum}>
          <InputNumber
            aria-label={w.overrides.minimum}
            min={0}
            precision={0}
            value={Number(of("minimum"))}
            onChange={(to) => to !== null && put("minimum", String(to))}
          />
        </Form.Item>
      )}
    </Form>
  );
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

function Hours(props: {
  of: string | null;
  isBeyond: boolean;
  put: (written: string | null) => void;
}): ReactNode {
  const w = useWords();
  const { of, put } = props;
  const [from, to] = ["from", "to"].map((key) => within(of ?? "", key));
  const isOdd = of !== null && (!from || !to);
  if (props.isBeyond || isOdd) {
    return (
      <Form.Item label={w.overrides.hours}>
        <span className="quiet">{w.overrides.inText}</span>
      </Form.Item>
    );
  }
  const time = (key: "from" | "to", label: string, now: string): ReactNode => (
    <TimeField
      key={`${key} ${now}`}
      label={label}
      value={unquoted(now)}
      onChange={(text) => put(putWithin(of ?? "{}", key, quoted(text)))}
    />
  );
  return (
    <Form.Item label={w.overrides.hours}>
      <div className="tools">
        <Segmented
          aria-label={w.overrides.hours}
          value={of === null ? "all" : "own"}
          options={[
            { value: "all", label: w.overrides.hoursAll },
            { value: "own", label: w.overrides.hoursOwn },
          ]}
          onChange={(to) => put(to === "all" ? null : '{ from = "08:00", to = "23:00" }')}
        />
        {of !== null && (
          <span className="tools">
            {time("from", w.overrides.hoursFrom, from ?? "")}
            <span aria-hidden>–</span>
            {time("to", w.overrides.hoursTo, to ?? "")}
          </span>
        )}
      </div>
    </Form.Item>
  );
}

/** A time of day up to 24:00, which the browsers' own fields do not have. */
function TimeField(props: {
  label: string;
  value: string;
  onChange: (text: string) => void;
}): ReactNode {
  const [text, setText] = useState(props.value);
  const isRight = TIME.test(text);
  return (
    <Input
      aria-label={props.label}
      style={{ width: 76 }}
      value={text}
      status={isRight ? "" : "error"}
      aria-invalid={!isRight}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => (isRight ? text !== props.value && props.onChange(text) : setText(props.value))}
      onPressEnter={() => isRight && props.onChange(text)}
    />
  );
}

function Authors({ table, put }: { table: string; put: (written: string) => void }): ReactNode {
  const w = useWords();
  const words = Object.entries(w.overrides.effects).map(([value, label]) => ({ value, label }));
  const labels = { bot: w.overrides.bot, assist: w.overrides.assist, auto: w.overrides.auto };
  return Object.entries(labels).map(([author, label]) => (
    <Form.Item key={author} label={label}>
      <Select
        aria-label={label}
        value={unquoted(within(table, author) ?? "ignored")}
        options={words}
        onChange={(to) => put(putWithin(table, author, quoted(to)))}
      />
    </Form.Item>
  ));
}

function FigureCell({ figure }: { figure: Figure | null | undefined }): ReactNode {
  const w = useWords();
  if (!figure?.value) return <span className="quiet">{w.overrides.noValue}</span>;
  const { hits, samples } = figure;
  const counts =
    typeof hits === "number" ? w.overrides.hits(hits, samples) : w.overrides.samples(samples);
  return (
    <span className="cell-two">
      <span className="number">{figure.value}</span>
      <span className="quiet small number">{counts}</span>
    </span>
  );
}

const isOther = (pair: { now?: Figure | null; then?: Figure | null }): boolean =>
  pair.now?.value !== pair.then?.value || pair.now?.samples !== pair.then?.samples;

function TrialShown({ trial, isOld }: { trial: Trial; isOld: boolean }): ReactNode {
  const w = useWords();
  const changed = trial.days.filter(isOther).length;
  const rows = [
    { key: "whole", day: w.overrides.whole, pair: trial.whole },
    ...trial.days.toReversed().map((one) => ({ key: one.day, day: one.day, pair: one })),
  ];
  return (
    <section className="card trial" aria-label={w.overrides.trialTitle}>
      <h2>{w.overrides.trialTitle}</h2>
      {isOld && <p className="warn">{w.overrides.trialAgain}</p>}
      <p className="quiet">{w.overrides.trialBetween(trial.from, trial.to)}</p>
      <Said title={w.overrides.fallsAway} sentences={trial.falls_away} />
      <Said title={w.overrides.comesIn} sentences={trial.comes_in} />
      <Standings standings={trial.standings} />
      {trial.days.length === 0 ? (
        <Nothing title={w.overrides.noDays} />
      ) : (
        <>
          <p className="strong" role="status">
            {changed === 0
              ? w.overrides.unchanged
              : w.overrides.changed(changed, trial.days.length)}
          </p>
          <div className="wide" role="region" aria-label={w.overrides.trialTitle} tabIndex={0}>
            <Table
              size="small"
              pagination={false}
              dataSource={rows}
              rowKey="key"
              rowClassName={(row) =>
                `${row.key === "whole" ? "trial-whole" : ""} ${isOther(row.pair) ? "trial-other" : ""}`
              }
              columns={[
                { title: w.overrides.day, dataIndex: "day", className: "number" },
                {
                  title: w.overrides.now,
                  key: "now",
                  render: (_, row) => <FigureCell figure={row.pair.now} />,
                },
                {
                  title: w.overrides.then,
                  key: "then",
                  render: (_, row) => <FigureCell figure={row.pair.then} />,
                },
              ]}
            />
          </div>
        </>
      )}
      {trial.notices.map((notice) => (
        <p key={notice} className="quiet small">
          <Words text={notice} />
        </p>
      ))}
    </section>
  );
}

/** Whether the shop holds the lines of the metric, and whether it would. */
function Standings({ standings }: { standings: Trial["standings"] }): ReactNode {
  const w = useWords();
  if (standings.length === 0) return null;
  return (
    <dl className="facts said">
      {standings.map((one) => (
        <Fragment key={one.standard}>
          <dt>{one.name}</dt>
          <dd className="words">
            <span className="quiet number">{one.lines.join(" · ")}</span>
            <span>
              {w.overrides.now}: <Verdict side={one.now} />
            </span>
            <span>
              {w.overrides.then}: <Verdict side={one.then} />
            </span>
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}

function Verdict({ side }: { side: Trial["standings"][number]["now"] }): ReactNode {
  const w = useWords();
  if (!side) return <span className="quiet">{w.common.none}</span>;
  const tone = side.verdict === "pass" ? "ok" : side.verdict === "fail" ? "late" : "quiet";
  return (
    <span className={tone}>
      {side.verdict_text} <span className="number">{side.value}</span>
    </span>
  );
}

function Said({ title, sentences }: { title: string; sentences: string[] }): ReactNode {
  if (sentences.length === 0) return null;
  return (
    <dl className="facts said">
      <dt>{title}</dt>
      <dd>
        <Words text={sentences.join(" ")} />
      </dd>
    </dl>
  );
}

function History(props: { versions: Override[]; load: (text: string) => void }): ReactNode {
  const w = useWords();
  const { versions, load } = props;
  const users = useUserNames();
  const [shown, setShown] = useState<string | null>(null);
  return (
    <section className="card" aria-label={w.overrides.history}>
      <h2>{w.overrides.history}</h2>
      {versions.length === 0 && <p className="quiet">{w.overrides.historyNone}</p>}
      <ul className="plain-list">
        {versions.toReversed().map((one) => (
          <li key={one.number}>
            <span className="number">{dayAndClock(one.at)}</span>
            <span>{one.text === null ? w.overrides.wasWithdrawn : w.overrides.wasSet}</span>
            <span className="quiet">{whoText(one.who, users, w)}</span>
            {one.stands && one.text !== null && <span className="ok">{w.overrides.stands}</span>}
            {one.text !== null && (
              <Button size="small" onClick={() => setShown(one.text ?? "")}>
                {w.overrides.text}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Modal
        open={shown !== null}
        width={820}
        title={w.overrides.text}
        onCancel={() => setShown(null)}
        okText={w.overrides.view}
        onOk={() => {
          load(shown ?? "");
          setShown(null);
        }}
      >
        <pre className="cases" tabIndex={0}>
          {shown}
        </pre>
      </Modal>
    </section>
  );
}

/** Where a shop's own rule for a metric is changed. */
export function openOverride(place: Place & { metric: string }): void {
  go(addressOf(place));
}
