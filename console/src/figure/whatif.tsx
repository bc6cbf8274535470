// What if the rule were different: what one may change, and what is changed already.
import { Button, InputNumber, Select } from "antd";
import { useEffect, useState, type ReactNode } from "react";

import { answerText } from "../parts/answer";
import { useWords } from "../words";
import { isOtherwise, type WhatIf } from "./address";
import { inForce, type Edition, type Rule } from "./data";

const HOURS = Array.from({ length: 25 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);
const DAYTIME = "08:00-22:00";
/** After so long without another keystroke a limit is taken. */
const PAUSE_MS = 500;

/** The answers that were picked, by reading. */
function picked(whatIf: WhatIf): Map<string, string> {
  const pairs = (whatIf.reading ?? "").split(",").map((one) => one.split("="));
  return new Map(
    pairs.flatMap(([id, answer]): [string, string][] => (id && answer ? [[id, answer]] : [])),
  );
}

/** The change with a part of it set, or taken away. */
function changed(whatIf: WhatIf, key: keyof WhatIf, value: string | undefined): WhatIf {
  const { [key]: _, ...rest } = whatIf;
  return value ? { ...rest, [key]: value } : rest;
}

/** The edition that counts: the one chosen, else the one in force on the last day shown. */
export function counting(
  rule: Rule,
  { edition }: WhatIf,
  day: string | undefined,
): Edition | undefined {
  return rule.details.find((one) => one.id === edition) ?? inForce(rule, day);
}

/** Without answers that the edition which counts then does not know. */
function ofEdition(rule: Rule, whatIf: WhatIf, day: string | undefined): WhatIf {
  const open = counting(rule, whatIf, day)?.open ?? [];
  const known = [...picked(whatIf)].filter(([id, answer]) =>
    open.some((one) => one.reading === id && one.alternatives.some(({ name }) => name === answer)),
  );
  return changed(whatIf, "reading", known.map((one) => one.join("=")).join(","));
}

function Limit({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}): ReactNode {
  const w = useWords();
  const own = /^(\d+)s$/.exec(value ?? "")?.[1];
  const [typed, setTyped] = useState<number | null>(own ? Number(own) : null);
  useEffect(() => setTyped(own ? Number(own) : null), [own]);
  useEffect(() => {
    const next = typed === null ? undefined : `${typed}s`;
    if (next === value || (value && !own && typed === null)) return;
    const timer = window.setTimeout(() => onChange(next), PAUSE_MS);
    return () => window.clearTimeout(timer);
    // What is typed is what it waits for.
  }, [typed]);
  return (
    <InputNumber
      min={1}
      max={604_800}
      precision={0}
      aria-label={w.figures.ifLimit}
      placeholder={w.figures.ifLimitOwn}
      value={typed}
      onChange={(next) => setTyped(next)}
    />
  );
}

export function WhatIfForm(props: {
  rule: Rule;
  whatIf: WhatIf;
  /** The last day shown: what is open then is asked about. */
  day: string | undefined;
  takesLimit: boolean;
  onChange: (whatIf: WhatIf) => void;
}): ReactNode {
  const { rule, whatIf, day, takesLimit, onChange } = props;
  const w = useWords();
  const answers = picked(whatIf);
  const own = counting(rule, whatIf, day);
  const open = own?.open ?? [];
  const [from, to] = (whatIf.if_hours ?? "-").split("-");
  const hours = (nextFrom: string | undefined, nextTo: string | undefined): void => {
    const isNone = !nextFrom && !nextTo;
    const text = `${nextFrom || "00:00"}-${nextTo || "24:00"}`;
    onChange(changed(whatIf, "if_hours", isNone ? undefined : text));
  };
  const answer = (reading: string, name: string | undefined): void => {
    const next = new Map(answers);
    if (name) next.set(reading, name);
    else next.delete(reading);
    const text = [...next].map(([id, one]) => `${id}=${one}`).join(",");
    onChange(changed(whatIf, "reading", text));
  };
  return (
    <section className="card" aria-label={w.figures.whatIfTitle}>
      <h2>{w.figures.whatIfTitle}</h2>
      <p className="quiet">{w.figures.whatIfIntro}</p>
      <div className="what-if">
        <label>
          <span>{w.figures.ifEdition}</span>
          <Select<string>
            aria-label={w.figures.ifEdition}
            allowClear
            placeholder={w.figures.ifEditionOwn}
            value={whatIf.edition ?? null}
            options={rule.details.map((one) => ({
              value: one.id,
              label: one.as_told ? `${one.id} · ${w.figures.asTold}` : one.id,
            }))}
            onChange={(id) => onChange(ofEdition(rule, changed(whatIf, "edition", id), day))}
          />
        </label>
        <label>
          <span>{w.figures.ifLimit}</span>
          {takesLimit ? (
            <Limit
              value={whatIf.if_within}
              onChange={(value) => onChange(changed(whatIf, "if_within", value))}
            />
          ) : (
            <span className="quiet">{w.figures.ifNoLimit}</span>
          )}
        </label>
        <div className="what-if-item" role="group" aria-label={w.figures.ifHours}>
          <span>{w.figures.ifHours}</span>
          <span className="tools">
            <Select<string>
              aria-label={`${w.figures.ifHours} ${w.figures.ifHoursFrom}`}
              allowClear
              placeholder={w.figures.ifHoursFrom}
              value={from || null}
              style={{ width: 96 }}
              options={HOURS.slice(0, 24).map((value) => ({ value, label: value }))}
              onChange={(next) => hours(next, to)}
            />
            <Select<string>
              aria-label={`${w.figures.ifHours} ${w.figures.ifHoursTo}`}
              allowClear
              placeholder={w.figures.ifHoursTo}
              value={to || null}
              style={{ width: 96 }}
              options={HOURS.slice(1).map((value) => ({ value, label: value }))}
              onChange={(next) => hours(from, next)}
            />
            <Button onClick={() => onChange(changed(whatIf, "if_hours", DAYTIME))}>
              {w.figures.ifNight}
            </Button>
          </span>
        </div>
        {open.map((one) => (
          <label key={one.reading} title={one.question}>
            <span>
              {w.figures.ifReading(one.reading)} <span className="quiet small">{one.question}</span>
            </span>
            <Select<string>
              aria-label={`${w.figures.ifReading(one.reading)} ${one.question}`}
              allowClear
              placeholder={`${w.figures.ourAnswer} ${answerText(rule, one.reading, one.choice, w)}`}
              value={answers.get(one.reading) ?? null}
              classNames={{ popup: { root: "wraps" } }}
              options={one.alternatives.map(({ name }) => {
                const label = answerText(own ? { details: [own] } : rule, one.reading, name, w);
                return { value: name, label, title: label };
              })}
              onChange={(name) => answer(one.reading, name)}
            />
          </label>
        ))}
      </div>
      <Button disabled={!isOtherwise(whatIf)} onClick={() => onChange({})}>
        {w.figures.ifReset}
      </Button>
    </section>
  );
}
