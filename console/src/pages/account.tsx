// One's own account.
import { App, Button, Form, Input, Segmented } from "antd";
import { useState, type ReactNode } from "react";

import { api, taken } from "../api/client";
import { FailureNote } from "../parts/failure";
import { useDoing } from "../parts/loaded";
import { prefer, usePreferences } from "../preferences";
import { askWho, signOut, signedIn, useMe } from "../session";
import { useWords } from "../words";

export default function Account(): ReactNode {
  const w = useWords();
  const me = useMe();
  const { modal } = App.useApp();
  const leaving = useDoing();
  const leave = (everywhere: boolean): void => {
    void leaving.run(() => signOut(everywhere));
  };
  return (
    <div className="page" style={{ maxWidth: 720 }}>
      <div className="page-top">
        <h1>{w.account.title}</h1>
      </div>
      <section className="card">
        <h2>{me.user?.name ?? me.who}</h2>
        {me.user && (
          <dl className="facts">
            <dt>{w.users.login}</dt>
            <dd>{me.user.login}</dd>
            <dt>{w.users.role}</dt>
            <dd>{w.users.roles[me.user.role]}</dd>
          </dl>
        )}
        <p className="tools">
          <Button onClick={() => leave(false)} loading={leaving.isBusy}>
            {w.account.signOut}
          </Button>
          <Button
            onClick={() =>
              modal.confirm({ title: w.account.signOutAllAsk, onOk: () => leave(true) })
            }
          >
            {w.account.signOutAll}
          </Button>
        </p>
        {leaving.failure && <FailureNote failure={leaving.failure} />}
      </section>
      <Display />
      <Password login={me.user?.login ?? ""} />
      <SecondFactor key={String(me.user?.has_totp)} isSet={me.user?.has_totp ?? false} />
      <p>
        <a href="/licences.md">{w.account.licences}</a>
      </p>
    </div>
  );
}

function Display(): ReactNode {
  const w = useWords();
  const { language, scheme } = usePreferences();
  return (
    <section className="card">
      <h2>{w.account.display}</h2>
      <div className="tools">
        <Segmented
          aria-label={w.account.language}
          value={language}
          options={[
            { value: "zh", label: "中文" },
            { value: "en", label: "English" },
          ]}
          onChange={(chosen: "zh" | "en") => prefer({ language: chosen })}
        />
        <Segmented
          aria-label={w.account.scheme}
          value={scheme}
          options={(["system", "light", "dark"] as const).map((one) => ({
            value: one,
            label: w.account.schemes[one],
          }))}
          onChange={(chosen: "system" | "light" | "dark") => prefer({ scheme: chosen })}
        />
      </div>
    </section>
  );
}

interface PasswordFields {
  current: string;
  new: string;
}

function Password({ login }: { login: string }): ReactNode {
  const w = useWords();
  const doing = useDoing();
  const { message } = App.useApp();
  const [form] = Form.useForm<PasswordFields>();
  const submit = (body: PasswordFields): void => {
    void doing.run(async () => {
      signedIn(await taken(api.PUT("/v1/me/password", { body })));
      form.resetFields();
      void message.success(w.account.passwordDone);
    });
  };
  const need = { required: true, message: w.shops.need };
  return (
    <section className="card">
      <h2>{w.account.password}</h2>
      <Form<PasswordFields>
        name="password"
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={submit}
      >
        {/* For password managers. */}
        <input type="text" autoComplete="username" value={login} readOnly hidden />
        <Form.Item name="current" label={w.account.current} rules={[need]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="new"
          label={w.account.new}
          extra={w.signUp.passwordHint}
          rules={[need, { min: 10, message: w.signUp.short }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {doing.failure && <FailureNote failure={doing.failure} />}
        <Button htmlType="submit" loading={doing.isBusy}>
          {w.account.password}
        </Button>
      </Form>
    </section>
  );
}

interface FactorFields {
  password: string;
  code?: string;
}

function SecondFactor({ isSet }: { isSet: boolean }): ReactNode {
  const w = useWords();
  const doing = useDoing();
  const { message } = App.useApp();
  const [key, setKey] = useState<string | null>(null);
  const submit = ({ password, code }: FactorFields): void => {
    void doing.run(async () => {
      if (isSet) {
        await taken(api.DELETE("/v1/me/totp", { body: { password } }));
        void message.success(w.account.totpOff);
        await askWho();
        return;
      }
      const body = key === null ? { password } : { password, key, code: code ?? "" };
      const answer = await taken(api.POST("/v1/me/totp", { body }));
      if (answer.is_set) {
        void message.success(w.account.totpOn);
        await askWho();
      } else setKey(answer.key ?? null);
    });
  };
  const act = isSet
    ? w.account.totpEnd
    : key === null
      ? w.account.totpBegin
      : w.account.totpConfirm;
  return (
    <section className="card">
      <h2>{w.account.totp}</h2>
      <p className="quiet">{isSet ? w.account.totpOn : w.account.totpIntro}</p>
      <Form<FactorFields> name="factor" layout="vertical" requiredMark={false} onFinish={submit}>
        <Form.Item
          name="password"
          label={w.account.current}
          rules={[{ required: true, message: w.shops.need }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        {key !== null && (
          <>
            <p>
              {w.account.totpKey}
              <br />
              <code className="value strong">{key}</code>
            </p>
            <Form.Item
              name="code"
              label={w.signIn.code}
              rules={[{ required: true, message: w.shops.need }]}
            >
              <Input autoComplete="one-time-code" inputMode="numeric" />
            </Form.Item>
          </>
        )}
        {doing.failure && <FailureNote failure={doing.failure} />}
        <Button htmlType="submit" loading={doing.isBusy}>
          {act}
        </Button>
      </Form>
    </section>
  );
}
