// The catalogue: what each metric counts, edition beside edition, and on what that rests.
import { ArrowLeftOutlined } from "@ant-design/icons";
import { Button, Collapse, Select, Table, Tag } from "antd";
import { useState, type ReactNode } from "react";

import { all, api, taken, type Schemas } from "../api/client";
import { answerText } from "../parts/answer";
import { FailurePage, Loading, Nothing } from "../parts/failure";
import { useLoaded } from "../parts/loaded";
import { Platform } from "../parts/names";
import { Choices, Search } from "../parts/tools";
import { Where } from "../parts/where";
import { Said } from "../parts/words";
import { go, linkTo, useQuery } from "../place";
import { useMay } from "../session";
import { useWords, wordOf, type Words } from "../words";

type Rule = Schemas["Rule"];
type Summary = Schemas["RuleSummary"];
type Edition = Schemas["Edition"];

export const ruleAddress = (metric: string): string => `/rules?metric=${encodeURIComponent(metric)}`;

export default function Rules(): ReactNode {
  const metric = useQuery().get("metric");
  return metric === null ? <List /> : <One key={metric} metric={metric} />;
}

function matches(rule: Summary, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const all = `${rule.name} ${rule.metric} ${rule.platform_name} ${rule.summary}`.toLowerCase();
  return words.every((word) => all.includes(word));
}

function List(): ReactNode {
  const w = useWords();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<string[]>([]);
  const [loaded, again] = useLoaded(w.tag, () =>
    all((after: string | undefined) =>
      taken(api.GET("/v1/rules", { params: { query: { limit: 1_000, ...(after && { after }) } } })),
    ),
  );
  if (loaded.state === "failed") return <FailurePage failure={loaded.failure} again={again} />;
  if (loaded.state === "loading") return <Loading />;
  const platforms = new Map(loaded.value.map((rule) => [rule.platform, rule.platform_name]));
  const shown = loaded.value.filter(
    (rule) => (chosen.length === 0 || chosen.includes(rule.platform)) && matches(rule, text),
  );
  return (
    <div className="page">
      <div className="page-top">
        <h1>{w.rules.title}</h1>
        <span className="quiet">{w.rules.intro}</span>
      </div>
      <div className="tools rules-tools">
        <Search
          label={w.rules.searchLabel}
          hint={w.rules.searchHint}
          value={text}
          onChange={setText}
        />
        <Choices
          label={w.common.platform}
          value={chosen}
          options={[...platforms].map(([value, label]) => ({ value, label }))}
          onChange={setChosen}
        />
        <span className="quiet" role="status">
          {w.common.total(shown.length)}
        </span>
      </div>
      {shown.length === 0 ? (
        <Nothing title={w.rules.noMatch}>
          <Button
            onClick={() => {
              setText("");
              setChosen([]);
            }}
          >
            {w.common.clear}
          </Button>
        </Nothing>
      ) : (
        [...platforms]
          .filter(([platform]) => shown.some((rule) => rule.platform === platform))
          .map(([platform, name]) => (
            <section key={platform} className="rules-of" aria-label={name}>
              <h2>{name}</h2>
              <ul>
                {shown
                  .filter((rule) => rule.platform === platform)
                  .map((rule) => (
                    <li key={rule.metric} className="card rule-card">
                      <Entry rule={rule} />
                    </li>
                  ))}
              </ul>
            </section>
          ))
      )}
    </div>
  );
}

function Entry({ rule }: { rule: Summary }): ReactNode {
  const w = useWords();
  return (
    <>
      <div className="rule-card-top">
        <a className="strong" {...linkTo(ruleAddress(rule.metric))}>
          {rule.name}
        </a>
        <code className="quiet small">{rule.metric}</code>
      </div>
      <p className="rule-summary">{rule.summary}</p>
      <div className="quiet small">
        {w.rules.editions(rule.editions.length)}
        {rule.confidence && ` · ${wordOf(w.rules.confidences, rule.confidence)}`}
      </div>
    </>
  );
}

function One({ metric }: { metric: string }): ReactNode {
  const w = useWords();
  const slash = metric.indexOf("/");
  const path = { platform: metric.slice(0, slash), metric: metric.slice(slash + 1) };
  const [loaded, again] = useLoaded(`${w.tag} ${metric}`, () =>
    taken(api.GET("/v1/rules/{platform}/{metric}", { params: { path } })),
  );
  if (loaded.state === "failed") return <FailurePage failure={loaded.failure} again={again} />;
  if (loaded.state === "loading") return <Loading />;
  return <Shown rule={loaded.value} />;
}

/** The newest dated edition, else the last. */
function newest(rule: Rule): Edition | undefined {
  return rule.details.filter((one) => !one.as_told).at(-1) ?? rule.details.at(-1);
}

function Shown({ rule }: { rule: Rule }): ReactNode {
  const w = useWords();
  const mayChange = useMay("change-rules");
  const dated = rule.details.filter((one) => !one.as_told);
  const [id, setId] = useState(newest(rule)?.id);
  const [other, setOther] = useState<string | null>(dated.at(-2)?.id ?? null);
  const edition = rule.details.find((one) => one.id === id);
  const beside = rule.details.find((one) => one.id === other && one.id !== id) ?? null;
  const options = rule.details.map((one) => ({ value: one.id, label: one.id }));
  return (
    <div className="page">
      <a className="back" {...linkTo("/rules")}>
        <ArrowLeftOutlined aria-hidden /> {w.rules.back}
      </a>
      <div className="page-top">
        <h1>{rule.name}</h1>
        <Platform platform={rule.platform} />
        <code className="quiet small">{rule.metric}</code>
        {mayChange && (
          <span className="push">
            <Button onClick={() => go(`/overrides?metric=${encodeURIComponent(rule.metric)}`)}>
              {w.rules.change}
            </Button>
          </span>
        )}
      </div>
      <p className="rule-lead">{rule.summary}</p>
      {edition && (
        <>
          <section className="card" aria-label={w.rules.says}>
            <div className="tools rule-pick">
              <h2>{w.rules.says}</h2>
              <label>
                <span className="quiet small">{w.rules.edition}</span>
                <Select
                  aria-label={w.rules.edition}
                  value={edition.id}
                  options={options}
                  style={{ minWidth: 140 }}
                  onChange={setId}
                />
              </label>
              {rule.details.length > 1 && (
                <label>
                  <span className="quiet small">{w.rules.compare}</span>
                  <Select
                    aria-label={w.rules.compare}
                    value={beside?.id ?? ""}
                    options={[
                      { value: "", label: w.rules.alone },
                      ...options.filter((one) => one.value !== edition.id),
                    ]}
                    style={{ minWidth: 140 }}
                    onChange={(value) => setOther(value === "" ? null : value)}
                  />
                </label>
              )}
            </div>
            <Beside edition={edition} other={beside} />
          </section>
          <Readings rule={rule} edition={edition} />
          <Sources edition={edition} />
        </>
      )}
      {rule.standards.length > 0 && (
        <section className="card" aria-label={w.rules.standards}>
          <h2>{w.rules.standards}</h2>
          {rule.standards.map((one) => (
            <div key={one.standard} className="metric">
              <div className="strong">
                {one.name} <ConfidenceTag word={one.confidence} />
              </div>
              <ul className="sentences">
                {one.words.map((sentence) => (
                  <li key={sentence}>
                    <Said text={sentence} />
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </section>
      )}
      <More rule={rule} edition={edition} />
    </div>
  );
}

function ConfidenceTag({ word }: { word: string }): ReactNode {
  const w = useWords();
  return <Tag>{wordOf(w.rules.confidences, word)}</Tag>;
}

function when(edition: Edition, w: Words): string {
  if (edition.as_told) return w.rules.asTold;
  return edition.from ? w.rules.from(edition.from) : w.rules.fromAlways;
}

function Head({ edition }: { edition: Edition }): ReactNode {
  const w = useWords();
  const dates: [string, string | null | undefined][] = [
    [w.rules.announced, edition.announced],
    [w.rules.effective, edition.effective],
    [w.rules.enforced, edition.enforced],
  ];
  return (
    <div className="edition-head">
      <div className="strong">
        {w.rules.edition} {edition.id}
      </div>
      <div className="quiet small">
        {when(edition, w)}
        {dates.map(([label, day]) => day && ` · ${label} ${day}`)}
      </div>
      <ConfidenceTag word={edition.confidence} />
    </div>
  );
}

/** What an edition says, beside what another one says; what one of them alone says is marked. */
function Beside({ edition, other }: { edition: Edition; other: Edition | null }): ReactNode {
  const w = useWords();
  const editions = other ? [other, edition] : [edition];
  const headings = [...new Set(editions.flatMap((one) => one.words.map((part) => part.heading)))];
  const sentences = (of: Edition, heading: string): string[] =>
    of.words.find((part) => part.heading === heading)?.sentences ?? [];
  const everything = editions.map((one) => new Set(one.words.flatMap((part) => part.sentences)));
  const isOwn = (place: number, sentence: string): boolean =>
    other !== null && !(everything[1 - place]?.has(sentence) ?? true);
  // A sentence and what stands in its place in the other edition are one difference.
  const count = headings.reduce((sum, heading) => {
    const each = editions.map(
      (one, place) => sentences(one, heading).filter((said) => isOwn(place, said)).length,
    );
    return sum + Math.max(...each);
  }, 0);
  return (
    <>
      {other && (
        <p className={count === 0 ? "quiet" : "warn"}>
          {count === 0 ? w.rules.same : w.rules.differing(count)}
        </p>
      )}
      <div className={other ? "beside beside-two" : "beside"}>
        {editions.map((one) => (
          <Head key={one.id} edition={one} />
        ))}
        {headings.map((heading) =>
          editions.map((one, place) => (
            <div key={`${heading} ${one.id}`} className="beside-cell">
              <h3>
                {heading}
                {other && <span className="edition-of quiet small"> {one.id}</span>}
              </h3>
              <ul className="sentences">
                {sentences(one, heading).map((sentence) => (
                  <li key={sentence}>
                    {isOwn(place, sentence) ? (
                      <mark>
                        <Said text={sentence} />
                        <span className="unseen"> ({w.rules.differs})</span>
                      </mark>
                    ) : (
                      <Said text={sentence} />
                    )}
                  </li>
                ))}
              </ul>
            </div>
          )),
        )}
      </div>
    </>
  );
}

function Readings({ rule, edition }: { rule: Rule; edition: Edition }): ReactNode {
  const w = useWords();
  return (
    <section className="card" aria-label={w.rules.readings}>
      <h2>{w.rules.readings}</h2>
      {edition.open.length === 0 ? (
        <p className="quiet">{w.rules.noReadings}</p>
      ) : (
        <p className="quiet">{w.rules.readingsIntro}</p>
      )}
      {edition.open.map((one) => (
        <div key={one.reading} className="metric">
          <div className="strong">
            <code>{one.reading}</code> {one.question}
          </div>
          <dl className="facts reading">
            <dt>{w.rules.ours}</dt>
            <dd>{answerText(rule, one.reading, one.choice, w)}</dd>
            {one.alternatives.map((answer) => (
              <div key={answer.name} style={{ display: "contents" }}>
                <dt>{w.rules.other}</dt>
                <dd>{answerText({ details: [edition] }, one.reading, answer.name, w)}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </section>
  );
}

function Sources({ edition }: { edition: Edition }): ReactNode {
  const w = useWords();
  return (
    <section className="card" aria-label={w.rules.sources}>
      <h2>{w.rules.sources}</h2>
      <p>
        {edition.confidence_text}
        {edition.note && (
          <span className="block quiet">
            <Said text={edition.note} />
          </span>
        )}
      </p>
      {edition.sources.length === 0 && <p className="quiet">{w.rules.noSources}</p>}
      <ul className="sources">
        {edition.sources.map((source) => (
          <li key={source.key}>
            <div>{source.title || source.key}</div>
            {source.place !== "" && (
              <div className="small">
                <Where text={source.place} />
              </div>
            )}
            <div className="quiet small">
              {[source.date, wordOf(w.rules.confidences, source.confidence), source.key]
                .filter((text) => text !== "")
                .join(" · ")}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function More({ rule, edition }: { rule: Rule; edition: Edition | undefined }): ReactNode {
  const w = useWords();
  const items = [];
  if (edition) {
    items.push({
      key: "axes",
      label: w.rules.axes,
      children: (
        <div className="wide" role="region" aria-label={w.rules.axes} tabIndex={0}>
          <Table
            size="small"
            pagination={false}
            rowKey="key"
            dataSource={edition.rule}
            columns={[
              { title: w.rules.key, key: "key", render: (_, axis) => <code>{axis.key}</code> },
              { title: w.rules.value, key: "value", render: (_, axis) => <code>{axis.value}</code> },
            ]}
          />
        </div>
      ),
    });
  }
  if (rule.cases) {
    items.push({
      key: "cases",
      label: w.rules.cases,
      children: (
        <pre className="cases" tabIndex={0}>
          {rule.cases}
        </pre>
      ),
    });
  }
  return <Collapse items={items} />;
}
