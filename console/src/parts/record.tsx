// What counting goes by of a shop's record: levels, closures, special periods, grades of accounts.
import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, InputNumber, Select } from "antd";
import type { ReactNode } from "react";

import { api, taken, type Schemas } from "../api/client";
import { useWords, wordOf } from "../words";
import { useLoaded } from "./loaded";
import { RemoveButton } from "./removal";
import { DayInput, InstantInput } from "./times";

type Entry = Schemas["ShopEntry"];

interface Period {
  period: string;
  takesPart: boolean;
}

interface Grade {
  account: string;
  grade: string;
}

export interface RecordFields {
  levels?: Schemas["Level"][];
  closed?: Schemas["Closed"][];
  enrolled?: Period[];
  account_grades?: Grade[];
}

/** The record as the form has it: what goes by a name there is a row here. */
export function recordFields(entry: Entry): RecordFields {
  return {
    levels: entry.levels ?? [],
    closed: entry.closed ?? [],
    enrolled: Object.entries(entry.enrolled ?? {}).map(([period, takesPart]) => ({
      period,
      takesPart,
    })),
    account_grades: Object.entries(entry.account_grades ?? {}).map(([account, grade]) => ({
      account,
      grade,
    })),
  };
}

/** The form's fields as the record has them. */
export function recordOf<T extends RecordFields>(
  fields: T,
): Omit<T, keyof RecordFields> & Pick<Entry, keyof RecordFields> {
  const { levels, closed, enrolled, account_grades: grades, ...others } = fields;
  return {
    ...others,
    ...(levels && { levels: levels.map((one) => ({ ...one, from: one.from || null })) }),
    ...(closed && { closed }),
    ...(enrolled && {
      enrolled: Object.fromEntries(enrolled.map((one) => [one.period.trim(), one.takesPart])),
    }),
    ...(grades && {
      account_grades: Object.fromEntries(grades.map((one) => [one.account.trim(), one.grade])),
    }),
  };
}

function Rows(props: {
  name: keyof RecordFields;
  title: string;
  hint?: string;
  add: string;
  remove: string;
  fresh?: object;
  row: (name: number) => ReactNode;
}): ReactNode {
  return (
    <Form.List name={props.name}>
      {(fields, { add, remove }) => (
        <fieldset className="group">
          <legend>{props.title}</legend>
          {props.hint && <p className="quiet small">{props.hint}</p>}
          {fields.map(({ key, name }) => (
            <div key={key} className="group-row">
              {props.row(name)}
              <RemoveButton label={props.remove} onClick={() => remove(name)} />
            </div>
          ))}
          <Button icon={<PlusOutlined />} onClick={() => add(props.fresh ?? {})}>
            {props.add}
          </Button>
        </fieldset>
      )}
    </Form.List>
  );
}

type Platform = Schemas["Platform"];

/** What the catalogue knows of a platform; until it is read there is nothing. */
function usePlatform(platform: string | undefined): Platform | undefined {
  const w = useWords();
  const [loaded] = useLoaded(`platforms ${w.tag}`, () => taken(api.GET("/v1/platforms")));
  if (loaded.state !== "there") return undefined;
  return loaded.value.items.find((one) => one.platform === platform);
}

/**
 * A special period, or what else lines ask for, by its name. One that the catalogue does not have
 * stays as it is kept.
 */
function PeriodPicker(props: {
  id?: string;
  value?: string;
  onChange?: (id: string) => void;
  platform: Platform | undefined;
}): ReactNode {
  const w = useWords();
  const { platform, value, onChange } = props;
  const periods = (platform?.special_periods ?? []).map((one) => ({
    value: one.id,
    label: `${one.name} (${w.overview.days(one.from, one.to)})`,
  }));
  const others = (platform?.enrolments ?? []).map((id) => ({
    value: id,
    label: wordOf(w.enrolments, id),
  }));
  const options = [...periods, ...others];
  const isKnown = !value || options.some((one) => one.value === value);
  return (
    <Select
      {...(props.id !== undefined && { id: props.id })}
      style={{ minWidth: 260 }}
      value={value || null}
      placeholder={options.length === 0 ? w.record.noPeriods : w.record.pickPeriod}
      options={isKnown ? options : [...options, { value, label: value }]}
      onChange={(id: string) => onChange?.(id)}
    />
  );
}

export function RecordItems(): ReactNode {
  const w = useWords();
  const platform = usePlatform(Form.useWatch<string | undefined>("platform"));
  const form = Form.useFormInstance();
  const need = [{ required: true, message: w.shops.need }];
  const text = [{ required: true, whitespace: true, message: w.shops.need }];
  const later = (name: number) => ({
    validator: (_: unknown, until: string | null | undefined) => {
      const from = form.getFieldValue(["closed", name, "from"]) as string | null;
      return from && until && Date.parse(from) >= Date.parse(until)
        ? Promise.reject(new Error(w.record.badClosed))
        : Promise.resolve();
    },
  });
  return (
    <>
      <h2 className="group-title">{w.record.more}</h2>
      <Rows
        name="levels"
        title={w.record.levels}
        add={w.record.addLevel}
        remove={w.record.removeLevel}
        row={(name) => (
          <>
            <Form.Item name={[name, "level"]} label={w.record.level} rules={need}>
              <InputNumber precision={0} />
            </Form.Item>
            <Form.Item name={[name, "from"]} label={w.record.levelFrom}>
              <DayInput />
            </Form.Item>
          </>
        )}
      />
      <Rows
        name="closed"
        title={w.record.closed}
        add={w.record.addClosed}
        remove={w.record.removeClosed}
        row={(name) => (
          <>
            <Form.Item name={[name, "from"]} label={w.record.closedFrom} rules={need}>
              <InstantInput />
            </Form.Item>
            <Form.Item
              name={[name, "until"]}
              label={w.record.closedUntil}
              dependencies={[["closed", name, "from"]]}
              rules={[...need, later(name)]}
            >
              <InstantInput />
            </Form.Item>
          </>
        )}
      />
      <Rows
        name="enrolled"
        title={w.record.enrolled}
        hint={w.record.enrolledHint}
        add={w.record.addEnrolled}
        remove={w.record.removeEnrolled}
        fresh={{ takesPart: true }}
        row={(name) => (
          <>
            <Form.Item name={[name, "period"]} label={w.record.period} rules={text}>
              <PeriodPicker platform={platform} />
            </Form.Item>
            <Form.Item name={[name, "takesPart"]} label={w.record.takesPart} rules={need}>
              <Select
                style={{ minWidth: 100 }}
                options={[
                  { value: true, label: w.record.yes },
                  { value: false, label: w.record.no },
                ]}
              />
            </Form.Item>
          </>
        )}
      />
      <Rows
        name="account_grades"
        title={w.record.grades}
        add={w.record.addGrade}
        remove={w.record.removeGrade}
        row={(name) => (
          <>
            <Form.Item name={[name, "account"]} label={w.persons.account} rules={text}>
              <Input />
            </Form.Item>
            <Form.Item name={[name, "grade"]} label={w.record.grade} rules={text}>
              <Input />
            </Form.Item>
          </>
        )}
      />
    </>
  );
}
