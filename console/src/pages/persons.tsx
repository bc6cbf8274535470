// Who holds which accounts, and when.
import { PlusOutlined } from "@ant-design/icons";
import { App, Button, Form, Input, Modal, Select } from "antd";
import { useState, type ReactNode } from "react";

import { all, api, taken, type Schemas } from "../api/client";
import { FailureNote, Nothing } from "../parts/failure";
import { ListPage } from "../parts/list";
import { useDoing, useLoaded } from "../parts/loaded";
import { ShopName } from "../parts/names";
import { RemoveButton, useRemoval } from "../parts/removal";
import type { Columns } from "../parts/rows";
import { DayInput } from "../parts/times";
import { useMay } from "../session";
import { useWords, type Words } from "../words";

type Person = Schemas["Person"];
type Holding = Schemas["Holding"];

interface Acts {
  edit: (person: Person) => void;
  remove: (person: Person) => void;
}

function days(one: Holding, w: Words): string {
  if (!one.from && !one.until) return w.persons.always;
  return `${one.from ?? ""} – ${one.until ?? ""}`;
}

function columnsOf(w: Words, acts: Acts | null): Columns<Person> {
  const columns: Columns<Person> = [
    { title: w.persons.id, dataIndex: "id", width: 200 },
    {
      title: w.persons.accounts,
      key: "accounts",
      render: (_, person) => (
        <ul className="plain-list">
          {person.accounts.map((one) => (
            <li key={`${one.platform} ${one.shop} ${one.account} ${one.from ?? ""}`}>
              <ShopName platform={one.platform} shop={one.shop} />
              <span>{one.account}</span>
              <span className="quiet small number">{days(one, w)}</span>
            </li>
          ))}
        </ul>
      ),
    },
  ];
  if (!acts) return columns;
  return [
    ...columns,
    {
      title: w.common.actions,
      key: "actions",
      width: 180,
      render: (_, person) => (
        <span className="tools">
          <Button
            size="small"
            aria-label={w.persons.editOf(person.id)}
            onClick={() => acts.edit(person)}
          >
            {w.persons.edit}
          </Button>
          <Button
            size="small"
            danger
            aria-label={w.persons.removeOf(person.id)}
            onClick={() => acts.remove(person)}
          >
            {w.persons.remove}
          </Button>
        </span>
      ),
    },
  ];
}

export default function Persons(): ReactNode {
  const w = useWords();
  const mayChange = useMay("change-shops");
  const { message } = App.useApp();
  const [editing, setEditing] = useState<Person | "new" | null>(null);
  const [loaded, again] = useLoaded("persons", () =>
    all((after: string | undefined) =>
      taken(
        api.GET("/v1/persons", { params: { query: { limit: 1_000, ...(after && { after }) } } }),
      ),
    ),
  );
  const [doing, ask] = useRemoval(again);
  const remove = (person: Person): void => {
    ask({
      title: w.persons.removeAsk(person.id),
      ok: w.persons.remove,
      done: w.persons.removed,
      work: async () => {
        const params = { path: { id: person.id } };
        await taken(api.PUT("/v1/persons/{id}", { params, body: { accounts: [] } }));
      },
    });
  };
  const add = (
    <Button type="primary" onClick={() => setEditing("new")}>
      {w.persons.add}
    </Button>
  );
  return (
    <>
      <ListPage
        title={w.persons.title}
        intro={w.persons.intro}
        loaded={loaded}
        again={again}
        columns={columnsOf(w, mayChange ? { edit: setEditing, remove } : null)}
        rowKey={(person) => person.id}
        action={mayChange && add}
        empty={<Nothing title={w.persons.empty} hint={w.persons.emptyAction} />}
        below={doing.failure && <FailureNote failure={doing.failure} />}
        width={720}
      />
      {editing && (
        <Edit
          person={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            void message.success(w.persons.saved);
            again();
          }}
        />
      )}
    </>
  );
}

interface Fields {
  id: string;
  accounts: Holding[];
}

function Edit(props: {
  person: Person | null;
  onClose: () => void;
  onSaved: () => void;
}): ReactNode {
  const w = useWords();
  const doing = useDoing();
  const [form] = Form.useForm<Fields>();
  const { person } = props;
  const submit = ({ id, accounts }: Fields): void => {
    const body = {
      accounts: accounts.map((one) => ({ ...one, from: one.from || null, until: one.until || null })),
    };
    void doing
      .run(async () => {
        await taken(api.PUT("/v1/persons/{id}", { params: { path: { id } }, body }));
      })
      .then((isDone) => isDone && props.onSaved());
  };
  const need = [{ required: true, whitespace: true, message: w.shops.need }];
  return (
    <Modal
      open
      width={920}
      title={person ? w.persons.editOf(person.id) : w.persons.add}
      onCancel={props.onClose}
      okText={w.common.save}
      confirmLoading={doing.isBusy}
      onOk={form.submit}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        onFinish={submit}
        initialValues={person ?? { accounts: [{ platform: "taobao" }] }}
      >
        <Form.Item name="id" label={w.persons.id} rules={need}>
          <Input disabled={person !== null} />
        </Form.Item>
        <Form.List
          name="accounts"
          rules={[
            {
              validator: (_, list: unknown[] | undefined) =>
                list && list.length > 0
                  ? Promise.resolve()
                  : Promise.reject(new Error(w.persons.needAccount)),
            },
          ]}
        >
          {(fields, { add, remove }, { errors }) => (
            <fieldset className="group">
              <legend>{w.persons.accounts}</legend>
              {fields.map(({ key, name }) => (
                <div key={key} className="group-row">
                  <Form.Item name={[name, "platform"]} label={w.common.platform} rules={need}>
                    <Select
                      showSearch={{ optionFilterProp: "label" }}
                      style={{ minWidth: 120 }}
                      options={Object.entries(w.platforms).map(([value, label]) => ({
                        value,
                        label,
                      }))}
                    />
                  </Form.Item>
                  <Form.Item name={[name, "shop"]} label={w.shops.id} rules={need}>
                    <Input />
                  </Form.Item>
                  <Form.Item name={[name, "account"]} label={w.persons.account} rules={need}>
                    <Input />
                  </Form.Item>
                  <Form.Item name={[name, "from"]} label={w.persons.from}>
                    <DayInput />
                  </Form.Item>
                  <Form.Item
                    name={[name, "until"]}
                    label={w.persons.until}
                    dependencies={[["accounts", name, "from"]]}
                    rules={[
                      {
                        validator: (_, until: string | null | undefined) => {
                          const from = form.getFieldValue(["accounts", name, "from"]) as
                            | string
                            | null;
                          return from && until && from >= until
                            ? Promise.reject(new Error(w.persons.backward))
                            : Promise.resolve();
                        },
                      },
                    ]}
                  >
                    <DayInput />
                  </Form.Item>
                  <RemoveButton label={w.persons.removeAccount} onClick={() => remove(name)} />
                </div>
              ))}
              <Form.ErrorList errors={errors} />
              <Button icon={<PlusOutlined />} onClick={() => add({ platform: "taobao" })}>
                {w.persons.addAccount}
              </Button>
            </fieldset>
          )}
        </Form.List>
        {doing.failure && <FailureNote failure={doing.failure} />}
      </Form>
    </Modal>
  );
}
