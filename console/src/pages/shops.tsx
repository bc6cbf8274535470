// What is known of shops beyond their chats.
import { App, Button, Form, Input, Modal, Select } from "antd";
import { useState, type ReactNode } from "react";

import { all, api, taken, type Shop } from "../api/client";
import { recordsChanged } from "../live/live";
import { FailureNote, Nothing } from "../parts/failure";
import { ListPage } from "../parts/list";
import { useDoing, useLoaded } from "../parts/loaded";
import { Platform } from "../parts/names";
import { RecordItems, recordFields, recordOf, type RecordFields } from "../parts/record";
import { useRemoval } from "../parts/removal";
import type { Columns } from "../parts/rows";
import { useMay } from "../session";
import { useWords, type Words } from "../words";

interface Acts {
  edit: (shop: Shop) => void;
  remove: (shop: Shop) => void;
}

const nameOf = (shop: Shop): string => shop.name || shop.shop;

function columnsOf(w: Words, acts: Acts | null): Columns<Shop> {
  const known = (text: string | undefined): ReactNode =>
    text ? text : <span className="quiet">{w.common.unknown}</span>;
  const columns: Columns<Shop> = [
    {
      title: w.common.platform,
      key: "platform",
      width: 130,
      render: (_, shop) => <Platform platform={shop.platform} />,
    },
    { title: w.shops.id, dataIndex: "shop" },
    { title: w.shops.name, key: "name", render: (_, shop) => known(shop.name) },
    { title: w.common.client, key: "client", render: (_, shop) => known(shop.client) },
    { title: w.shops.industry, key: "industry", render: (_, shop) => known(shop.industry) },
    {
      title: w.shops.groups,
      key: "groups",
      render: (_, shop) => (shop.groups ?? []).join(", ") || "—",
    },
  ];
  if (!acts) return columns;
  const actions = (shop: Shop): ReactNode => (
    <span className="tools">
      <Button
        size="small"
        aria-label={w.shops.editOf(nameOf(shop))}
        onClick={() => acts.edit(shop)}
      >
        {w.shops.edit}
      </Button>
      <Button
        size="small"
        danger
        aria-label={w.shops.removeOf(nameOf(shop))}
        onClick={() => acts.remove(shop)}
      >
        {w.shops.remove}
      </Button>
    </span>
  );
  return [
    ...columns,
    { title: w.common.actions, key: "actions", render: (_, shop) => actions(shop) },
  ];
}

export default function Shops(): ReactNode {
  const w = useWords();
  const mayChange = useMay("change-shops");
  const { message } = App.useApp();
  const [editing, setEditing] = useState<Shop | "new" | null>(null);
  const [loaded, again] = useLoaded("shops", () =>
    all((after: string | undefined) =>
      taken(api.GET("/v1/shops", { params: { query: { limit: 1_000, ...(after && { after }) } } })),
    ),
  );
  const [doing, ask] = useRemoval(() => {
    recordsChanged();
    again();
  });
  const remove = (shop: Shop): void => {
    const path = { platform: shop.platform, shop: shop.shop };
    ask({
      title: w.shops.removeAsk(nameOf(shop)),
      ok: w.shops.remove,
      done: w.shops.removed,
      work: async () => {
        await taken(api.DELETE("/v1/shops/{platform}/{shop}", { params: { path } }));
      },
    });
  };
  const add = (
    <Button type="primary" onClick={() => setEditing("new")}>
      {w.shops.add}
    </Button>
  );
  return (
    <>
      <ListPage
        title={w.shops.title}
        intro={w.shops.intro}
        loaded={loaded}
        again={again}
        columns={columnsOf(w, mayChange ? { edit: setEditing, remove } : null)}
        rowKey={(shop) => `${shop.platform}/${shop.shop}`}
        action={mayChange && add}
        empty={<Nothing title={w.shops.empty} hint={w.shops.emptyAction} />}
        below={doing.failure && <FailureNote failure={doing.failure} />}
        width={960}
      />
      {editing && (
        <Edit
          shop={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            void message.success(w.shops.saved);
            recordsChanged();
            again();
          }}
        />
      )}
    </>
  );
}

interface Fields extends RecordFields {
  platform: string;
  shop: string;
  name?: string;
  client?: string;
  industry?: string;
  groups?: string[];
  own_accounts?: string[];
}

function Edit(props: { shop: Shop | null; onClose: () => void; onSaved: () => void }): ReactNode {
  const w = useWords();
  const doing = useDoing();
  const [form] = Form.useForm<Fields>();
  const { shop } = props;
  const submit = ({ platform, shop: id, ...fields }: Fields): void => {
    // All that was said before is replaced: what this form does not show goes along.
    const { platform: _platform, shop: _shop, ...kept } = shop ?? { platform, shop: id };
    const known = Object.entries(recordOf(fields)).filter(([, value]) => value !== undefined);
    const body = { ...kept, ...Object.fromEntries(known) };
    const params = { path: { platform, shop: id } };
    void doing
      .run(async () => {
        await taken(api.PUT("/v1/shops/{platform}/{shop}", { params, body }));
      })
      .then((isDone) => isDone && props.onSaved());
  };
  const tags = (
    <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", "，", "\n"]} />
  );
  const need = [{ required: true, whitespace: true, message: w.shops.need }];
  return (
    <Modal
      open
      width={680}
      title={shop ? w.shops.editOf(nameOf(shop)) : w.shops.add}
      onCancel={props.onClose}
      okText={w.common.save}
      confirmLoading={doing.isBusy}
      onOk={form.submit}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        onFinish={submit}
        initialValues={shop ? { ...shop, ...recordFields(shop) } : { platform: "taobao" }}
      >
        <Form.Item name="platform" label={w.common.platform} rules={need}>
          <Select
            showSearch={{ optionFilterProp: "label" }}
            disabled={shop !== null}
            options={Object.entries(w.platforms).map(([value, label]) => ({ value, label }))}
          />
        </Form.Item>
        <Form.Item name="shop" label={w.shops.id} extra={w.shops.idHint} rules={need}>
          <Input disabled={shop !== null} />
        </Form.Item>
        <Form.Item name="name" label={w.shops.name}>
          <Input />
        </Form.Item>
        <Form.Item name="client" label={w.common.client}>
          <Input />
        </Form.Item>
        <Form.Item name="industry" label={w.shops.industry}>
          <Input />
        </Form.Item>
        <Form.Item name="groups" label={w.shops.groups} extra={w.shops.groupsHint}>
          {tags}
        </Form.Item>
        <Form.Item name="own_accounts" label={w.shops.own} extra={w.shops.ownHint}>
          {tags}
        </Form.Item>
        <RecordItems />
        {doing.failure && <FailureNote failure={doing.failure} />}
      </Form>
    </Modal>
  );
}
