// Who may sign in.
import { App, Button, Form, Modal, Radio, Select, Space } from "antd";
import { useState, type ReactNode } from "react";

import { all, api, taken, type Schemas, type User } from "../api/client";
import { FailureNote } from "../parts/failure";
import { ListPage } from "../parts/list";
import { useDoing, useLoaded, type Doing } from "../parts/loaded";
import { dayAndClock } from "../parts/names";
import { Once } from "../parts/once";
import { ReachItems, reachOf, reachText, type ReachFields } from "../parts/reach";
import type { Columns } from "../parts/rows";
import { useMe } from "../session";
import { useWords, type Words } from "../words";

type Role = User["role"];
const ROLES: readonly Role[] = ["owner", "supervisor", "agent", "viewer"];

interface Row {
  w: Words;
  me: number | undefined;
  doing: Doing;
  change: (user: User, patch: Schemas["UserPatch"]) => void;
  disable: (user: User) => void;
  reset: (user: User) => void;
}

function columnsOf({ w, me, doing, change, disable, reset }: Row): Columns<User> {
  return [
    {
      title: w.users.name,
      key: "name",
      render: (_, user) => (
        <>
          {user.name}
          {user.number === me && <span className="quiet"> ({w.users.me})</span>}
        </>
      ),
    },
    { title: w.users.login, dataIndex: "login" },
    {
      title: w.users.role,
      key: "role",
      render: (_, user) => (
        <Select<Role>
          aria-label={w.users.roleOf(user.name)}
          value={user.role}
          disabled={doing.isBusy}
          style={{ width: 130 }}
          options={ROLES.map((role) => ({ value: role, label: w.users.roles[role] }))}
          onChange={(role) => change(user, { role })}
        />
      ),
    },
    { title: w.users.reach, key: "reach", render: (_, user) => reachText(user.reach, w) },
    {
      title: w.users.totp,
      key: "totp",
      render: (_, user) =>
        user.has_totp ? w.users.totpOn : <span className="quiet">{w.users.totpOff}</span>,
    },
    {
      title: w.users.access,
      key: "access",
      render: (_, user) =>
        user.disabled_at ? <span className="late">{w.users.disabled}</span> : w.users.active,
    },
    {
      title: w.common.actions,
      key: "actions",
      render: (_, user) =>
        user.disabled_at ? (
          <Button size="small" onClick={() => change(user, { disabled: false })}>
            {w.users.enable}
          </Button>
        ) : (
          <Space>
            <Button
              size="small"
              aria-label={w.users.resetOf(user.name)}
              // One's own password is changed on the page of one's account.
              disabled={user.number === me || doing.isBusy}
              onClick={() => reset(user)}
            >
              {w.users.reset}
            </Button>
            <Button size="small" danger disabled={user.number === me} onClick={() => disable(user)}>
              {w.users.disable}
            </Button>
          </Space>
        ),
    },
  ];
}

export default function Users(): ReactNode {
  const w = useWords();
  const me = useMe().user?.number;
  const { modal, message } = App.useApp();
  const doing = useDoing();
  const [isInviting, setInviting] = useState(false);
  const [loaded, again] = useLoaded("users", () =>
    all((after: string | undefined) =>
      taken(api.GET("/v1/users", { params: { query: { limit: 1_000, ...(after && { after }) } } })),
    ),
  );
  const change = (user: User, body: Schemas["UserPatch"]): void => {
    const path = { number: user.number };
    void doing
      .run(async () => {
        await taken(api.PATCH("/v1/users/{number}", { params: { path }, body }));
      })
      .then((isDone) => {
        if (isDone) void message.success(w.users.changed);
        again();
      });
  };
  const disable = (user: User): void => {
    modal.confirm({
      title: w.users.disableAsk(user.name),
      okText: w.users.disable,
      okButtonProps: { danger: true },
      onOk: () => change(user, { disabled: true }),
    });
  };
  const [link, setLink] = useState<Schemas["ResetLink"] | null>(null);
  const reset = (user: User): void => {
    const path = { number: user.number };
    modal.confirm({
      title: w.users.resetAsk(user.name),
      content: w.users.resetHint,
      okText: w.users.reset,
      okButtonProps: { danger: true },
      onOk: async () => {
        const post = (): Promise<Schemas["ResetLink"]> =>
          taken(api.POST("/v1/users/{number}/reset", { params: { path } }));
        await doing.run(async () => setLink(await post()));
        again();
      },
    });
  };
  return (
    <>
      <ListPage
        title={w.users.title}
        loaded={loaded}
        again={again}
        columns={columnsOf({ w, me, doing, change, disable, reset })}
        rowKey={(user) => user.number}
        action={
          <Button type="primary" onClick={() => setInviting(true)}>
            {w.users.invite}
          </Button>
        }
        empty={null}
        below={doing.failure && <FailureNote failure={doing.failure} />}
      />
      {link && <ResetDone link={link} onClose={() => setLink(null)} />}
      {isInviting && <Invite onClose={() => setInviting(false)} />}
    </>
  );
}

function ResetDone({ link, onClose }: { link: Schemas["ResetLink"]; onClose: () => void }): ReactNode {
  const w = useWords();
  return (
    <Modal
      open
      title={w.users.reset}
      onCancel={onClose}
      okText={w.common.close}
      onOk={onClose}
      cancelButtonProps={{ style: { display: "none" } }}
    >
      <Once
        text={w.users.resetDone}
        label={w.users.resetLink}
        value={new URL(link.url, window.location.origin).href}
        hint={w.users.inviteUntil(dayAndClock(link.expires_at))}
      />
    </Modal>
  );
}

interface Fields extends ReachFields {
  role: Role;
}

function Invite({ onClose }: { onClose: () => void }): ReactNode {
  const w = useWords();
  const doing = useDoing();
  const [link, setLink] = useState<Schemas["InvitationLink"] | null>(null);
  const [form] = Form.useForm<Fields>();
  const submit = (fields: Fields): void => {
    const body = { role: fields.role, reach: reachOf(fields) };
    void doing.run(async () => setLink(await taken(api.POST("/v1/users", { body }))));
  };
  return (
    <Modal
      open
      title={w.users.invite}
      onCancel={onClose}
      okText={link ? w.common.close : w.users.inviteMake}
      confirmLoading={doing.isBusy}
      onOk={() => (link ? onClose() : form.submit())}
      cancelButtonProps={link ? { style: { display: "none" } } : {}}
    >
      {link ? (
        <Once
          text={w.users.inviteDone}
          label={w.users.link}
          // Where the server was not told its own address, that of this page is the one.
          value={new URL(link.url, window.location.origin).href}
          hint={w.users.inviteUntil(dayAndClock(link.expires_at))}
        />
      ) : (
        <Form<Fields> form={form} layout="vertical" onFinish={submit} initialValues={{ role: "agent" }}>
          <Form.Item name="role" label={w.users.role}>
            <Radio.Group
              vertical
              options={ROLES.map((role) => ({
                value: role,
                label: (
                  <>
                    {w.users.roles[role]} <span className="quiet small">{w.users.roleHints[role]}</span>
                  </>
                ),
              }))}
            />
          </Form.Item>
          <ReachItems />
          {doing.failure && <FailureNote failure={doing.failure} />}
        </Form>
      )}
    </Modal>
  );
}
