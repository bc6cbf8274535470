// Signing in, signing up, and choosing a new password by a link.
import { Button, Form, Input } from "antd";
import { useState, type ReactNode } from "react";

import { api, taken } from "../api/client";
import { FailureNote } from "../parts/failure";
import { useDoing } from "../parts/loaded";
import { LanguageButton, SchemeButton } from "../parts/switches";
import { goInstead } from "../place";
import { signedIn } from "../session";
import { useWords } from "../words";

function Door({ title, children }: { title: string; children: ReactNode }): ReactNode {
  const w = useWords();
  return (
    <main className="door">
      <div>
        <div className="door-card">
          <div className="door-brand">
            <img src="/icon.svg" alt="" />
            <div>
              <div className="strong">{w.product}</div>
              <div className="quiet small">{w.slogan}</div>
            </div>
          </div>
          <h1>{title}</h1>
          {children}
        </div>
        <div className="door-foot">
          <LanguageButton />
          <SchemeButton />
        </div>
      </div>
    </main>
  );
}

/** What went wrong with the last try, and the next one. */
function Submit({ doing, text }: { doing: ReturnType<typeof useDoing>; text: string }): ReactNode {
  return (
    <>
      {doing.failure && <FailureNote failure={doing.failure} />}
      <Button
        type="primary"
        htmlType="submit"
        size="large"
        block
        loading={doing.isBusy}
        className="submit"
      >
        {text}
      </Button>
    </>
  );
}

interface SignInFields {
  login: string;
  password: string;
  totp?: string;
}

export function SignIn({ isOver }: { isOver: boolean }): ReactNode {
  const w = useWords();
  const doing = useDoing();
  const [hasCode, setHasCode] = useState(false);
  const submit = ({ login, password, totp }: SignInFields): void => {
    const code = totp?.replaceAll(/\s/g, "");
    const body = { login, password, ...(code ? { totp: code } : {}) };
    void doing.run(async () => signedIn(await taken(api.POST("/v1/sign-in", { body }))));
  };
  return (
    <Door title={w.signIn.title}>
      {isOver && (
        <p role="status" className="warn">
          {w.signIn.over}
        </p>
      )}
      <Form<SignInFields> layout="vertical" requiredMark={false} onFinish={submit}>
        <Form.Item
          name="login"
          label={w.signIn.login}
          rules={[{ required: true, message: w.signIn.needLogin }]}
        >
          <Input autoComplete="username" autoFocus size="large" />
        </Form.Item>
        <Form.Item
          name="password"
          label={w.signIn.password}
          rules={[{ required: true, message: w.signIn.needPassword }]}
        >
          <Input.Password autoComplete="current-password" size="large" />
        </Form.Item>
        {hasCode ? (
          <Form.Item name="totp" label={w.signIn.code} extra={w.signIn.codeHint}>
            <Input autoComplete="one-time-code" inputMode="numeric" size="large" autoFocus />
          </Form.Item>
        ) : (
          <Button type="link" className="plain-link" onClick={() => setHasCode(true)}>
            {w.signIn.hasCode}
          </Button>
        )}
        <Submit doing={doing} text={w.signIn.submit} />
        <p className="quiet small">{w.signIn.lost}</p>
      </Form>
    </Door>
  );
}

interface SignUpFields {
  login: string;
  name: string;
  password: string;
}

/** The secret of a link. Read once: the address keeps it no longer than the page needs it. */
function useSecret(): string {
  const [secret] = useState(() => window.location.hash.slice(1));
  return secret;
}

function NoSecret({ title }: { title: string }): ReactNode {
  const w = useWords();
  return (
    <Door title={title}>
      <p className="strong">{w.signUp.noSecret}</p>
      <p className="quiet">{w.signUp.noSecretAction}</p>
      <Button href="/">{w.signIn.title}</Button>
    </Door>
  );
}

function NewPassword({ label, isFirst }: { label: string; isFirst: boolean }): ReactNode {
  const w = useWords();
  return (
    <Form.Item
      name="password"
      label={label}
      extra={w.signUp.passwordHint}
      rules={[
        { required: true, message: w.signUp.need },
        { min: 10, message: w.signUp.short },
      ]}
    >
      <Input.Password autoComplete="new-password" autoFocus={isFirst} size="large" />
    </Form.Item>
  );
}

export function SignUp(): ReactNode {
  const w = useWords();
  const doing = useDoing();
  const secret = useSecret();
  const submit = (fields: SignUpFields): void => {
    void doing.run(async () => {
      const me = await taken(api.POST("/v1/sign-up", { body: { secret, ...fields } }));
      goInstead("/");
      signedIn(me);
    });
  };
  if (secret === "") return <NoSecret title={w.signUp.title} />;
  return (
    <Door title={w.signUp.title}>
      <p className="quiet">{w.signUp.intro}</p>
      <Form<SignUpFields> layout="vertical" requiredMark={false} onFinish={submit}>
        <Form.Item
          name="login"
          label={w.signUp.login}
          extra={w.signUp.loginHint}
          rules={[{ required: true, whitespace: true, message: w.signUp.need }]}
        >
          <Input autoComplete="username" autoFocus size="large" />
        </Form.Item>
        <Form.Item
          name="name"
          label={w.signUp.name}
          extra={w.signUp.nameHint}
          rules={[{ required: true, whitespace: true, message: w.signUp.need }]}
        >
          <Input autoComplete="name" size="large" />
        </Form.Item>
        <NewPassword label={w.signUp.password} isFirst={false} />
        <Submit doing={doing} text={w.signUp.submit} />
      </Form>
    </Door>
  );
}

/** For a user whom an owner reset. */
export function Reset(): ReactNode {
  const w = useWords();
  const doing = useDoing();
  const secret = useSecret();
  const submit = ({ password }: { password: string }): void => {
    void doing.run(async () => {
      const me = await taken(api.POST("/v1/reset", { body: { secret, password } }));
      goInstead("/");
      signedIn(me);
    });
  };
  if (secret === "") return <NoSecret title={w.reset.title} />;
  return (
    <Door title={w.reset.title}>
      <p className="quiet">{w.reset.intro}</p>
      <Form<{ password: string }> layout="vertical" requiredMark={false} onFinish={submit}>
        <NewPassword label={w.reset.password} isFirst />
        <Submit doing={doing} text={w.reset.submit} />
      </Form>
    </Door>
  );
}
