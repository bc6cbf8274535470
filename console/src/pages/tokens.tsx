// What programs call with.
import { Button, Checkbox, Form, Input, Modal } from "antd";
import { useState, type ReactNode } from "react";

import { all, api, taken, type Schemas, type Token } from "../api/client";
import { FailureNote, Nothing } from "../parts/failure";
import { ListPage } from "../parts/list";
import { useDoing, useLoaded } from "../parts/loaded";
import { dayAndClock } from "../parts/names";
import { Once } from "../parts/once";
import { ReachItems, reachOf, reachText, type ReachFields } from "../parts/reach";
import { useRemoval } from "../parts/removal";
import type { Columns } from "../parts/rows";
import { useWords, type Words } from "../words";

type Grant = Token["grants"][number];
const GRANTS: readonly Grant[] = ["feed", "read", "texts", "settings", "manage"];

function columnsOf(w: Words, revoke: (token: Token) => void): Columns<Token> {
  const at = (stamp: string): ReactNode => <span className="number">{dayAndClock(stamp)}</span>;
  return [
    { title: w.tokens.name, dataIndex: "name" },
    {
      title: w.tokens.grants,
      key: "grants",
      render: (_, token) => token.grants.map((grant) => w.tokens.grantNames[grant]).join(", "),
    },
    { title: w.users.reach, key: "reach", render: (_, token) => reachText(token.reach, w) },
    { title: w.tokens.madeAt, key: "made", render: (_, token) => at(token.made_at) },
    {
      title: w.tokens.usedAt,
      key: "used",
      render: (_, token) =>
        token.used_at ? at(token.used_at) : <span className="quiet">{w.common.never}</span>,
    },
    {
      title: w.tokens.state,
      key: "state",
      render: (_, token) =>
        token.revoked_at ? <span className="late">{w.tokens.revoked}</span> : w.tokens.holds,
    },
    {
      title: w.common.actions,
      key: "actions",
      render: (_, token) =>
        !token.revoked_at && (
          <Button
            size="small"
            danger
            aria-label={w.tokens.revokeOf(token.name)}
            onClick={() => revoke(token)}
          >
            {w.tokens.revoke}
          </Button>
        ),
    },
  ];
}

export default function Tokens(): ReactNode {
  const w = useWords();
  const [isMaking, setMaking] = useState(false);
  const [loaded, again] = useLoaded("tokens", () =>
    all((after: string | undefined) =>
      taken(api.GET("/v1/tokens", { params: { query: { limit: 1_000, ...(after && { after }) } } })),
    ),
  );
  const [doing, ask] = useRemoval(again);
  const revoke = (token: Token): void => {
    const path = { number: token.number };
    ask({
      title: w.tokens.revokeAsk(token.name),
      ok: w.tokens.revoke,
      work: async () => {
        await taken(api.DELETE("/v1/tokens/{number}", { params: { path } }));
      },
    });
  };
  const make = (
    <Button type="primary" onClick={() => setMaking(true)}>
      {w.tokens.make}
    </Button>
  );
  return (
    <>
      <ListPage
        title={w.tokens.title}
        intro={w.tokens.intro}
        loaded={loaded}
        again={again}
        columns={columnsOf(w, revoke)}
        rowKey={(token) => token.number}
        action={make}
        empty={<Nothing title={w.tokens.empty} hint={w.tokens.emptyAction} />}
        below={doing.failure && <FailureNote failure={doing.failure} />}
        width={960}
      />
      {isMaking && (
        <Make
          onClose={() => {
            setMaking(false);
            again();
          }}
        />
      )}
    </>
  );
}

interface Fields extends ReachFields {
  name: string;
  grants: Grant[];
}

function Make({ onClose }: { onClose: () => void }): ReactNode {
  const w = useWords();
  const doing = useDoing();
  const [made, setMade] = useState<Schemas["MadeToken"] | null>(null);
  const [form] = Form.useForm<Fields>();
  const submit = (fields: Fields): void => {
    const body = { name: fields.name, grants: fields.grants, reach: reachOf(fields) };
    void doing.run(async () => setMade(await taken(api.POST("/v1/tokens", { body }))));
  };
  return (
    <Modal
      open
      title={w.tokens.make}
      onCancel={onClose}
      okText={made ? w.common.close : w.tokens.make}
      confirmLoading={doing.isBusy}
      onOk={() => (made ? onClose() : form.submit())}
      cancelButtonProps={made ? { style: { display: "none" } } : {}}
    >
      {made ? (
        <Once text={w.tokens.made} label={w.tokens.token} value={made.token} />
      ) : (
        <Form<Fields>
          form={form}
          layout="vertical"
          onFinish={submit}
          initialValues={{ grants: ["feed"] }}
        >
          <Form.Item
            name="name"
            label={w.tokens.name}
            extra={w.tokens.nameHint}
            rules={[{ required: true, whitespace: true, message: w.tokens.needName }]}
          >
            <Input autoFocus />
          </Form.Item>
          <Form.Item
            name="grants"
            label={w.tokens.grants}
            rules={[{ required: true, type: "array", min: 1, message: w.tokens.needGrant }]}
          >
            <Checkbox.Group
              options={GRANTS.map((grant) => ({ value: grant, label: w.tokens.grantNames[grant] }))}
            />
          </Form.Item>
          <ReachItems />
          {doing.failure && <FailureNote failure={doing.failure} />}
        </Form>
      )}
    </Modal>
  );
}
