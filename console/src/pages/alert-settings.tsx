// Who is told of buyers who wait, and by which channel.
import { ArrowUpOutlined, PlusOutlined } from "@ant-design/icons";
import { App, Button, Form, Input, InputNumber, Select } from "antd";
import { useState, type ReactNode } from "react";

import { api, taken, type Schemas } from "../api/client";
import { useMetrics } from "../live/catalogue";
import { shops as known } from "../live/live";
import { FailureNote, FailurePage, Loading } from "../parts/failure";
import { useDoing, useLoaded } from "../parts/loaded";
import { nameOfKey } from "../parts/names";
import { RemoveButton } from "../parts/removal";
import { linkTo } from "../place";
import { useWords } from "../words";

type Settings = Schemas["AlertSettings"];
type Ladder = Schemas["Ladder"];
type Channel = Schemas["ChannelSettings"];
type Kind = Channel["kind"];

/** What stands for a secret that is kept: given back, it stays. */
const MASKED = "***";
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const KINDS: readonly Kind[] = ["ding_talk", "feishu", "we_com", "mail", "webhook"];
const ROBOTS: readonly Kind[] = ["ding_talk", "feishu"];

interface LadderFields extends Omit<Ladder, "shops" | "quiet"> {
  shops?: string[];
  quiet?: { from?: string; until?: string; then?: "hold" | "drop" };
}

interface ChannelFields extends Omit<Channel, "shops" | "mentions"> {
  shops?: string[];
  mentions?: { account: string; id: string }[];
  /** Whether the server keeps one: then an empty field leaves it as it is. */
  hasUrl?: boolean;
  hasSecret?: boolean;
  /** The name and kind under which the server keeps them. */
  was?: { name: string; kind: Kind };
}

type LineEvent = keyof ReturnType<typeof useWords>["alertSettings"]["events"];

/** How people are told of lines. */
interface Line {
  shops?: Schemas["ShopName"][] | null;
  tells?: LineEvent[] | null;
  few?: number;
  to?: Schemas["WhoIsTold"];
}

interface LineFields extends Omit<Line, "shops" | "tells"> {
  shops?: string[];
  tells?: LineEvent[];
}

type Told = Settings & { lines?: Line[] };

interface Fields {
  warnings: Schemas["RuleWarning"][];
  ladders: LadderFields[];
  channels: ChannelFields[];
  lines: LineFields[];
}

const EVENTS: readonly LineEvent[] = [
  "about_to_fall",
  "fallen",
  "recovered",
  "headroom_low",
  "begins",
  "lifted",
];

const keys = (shops: Schemas["ShopName"][] | null | undefined): string[] =>
  (shops ?? []).map((one) => `${one.platform}/${one.shop}`);

function shopsOf(keys: string[] | undefined): { shops?: Schemas["ShopName"][] } {
  if (!keys || keys.length === 0) return {};
  return {
    shops: keys.map((key) => {
      const slash = key.indexOf("/");
      return { platform: key.slice(0, slash), shop: key.slice(slash + 1) };
    }),
  };
}

function fieldsOf(settings: Told): Fields {
  const line = ({ shops, tells, ...one }: Line): LineFields => ({
    ...one,
    shops: keys(shops),
    tells: tells ?? [...EVENTS],
  });
  const ladder = ({ shops, quiet, ...one }: Ladder): LadderFields => ({
    ...one,
    shops: keys(shops),
    quiet: quiet
      ? { from: quiet.from, until: quiet.until, then: quiet.drops ? "drop" : "hold" }
      : { then: "hold" },
  });
  const channel = ({ shops, mentions, ...one }: Channel): ChannelFields => ({
    ...one,
    url: "",
    secret: "",
    hasUrl: one.url === MASKED,
    hasSecret: one.secret === MASKED,
    was: { name: one.name, kind: one.kind },
    mail: one.mail ?? { host: "", port: 465, from: "", to: [] },
    shops: keys(shops),
    mentions: Object.entries(mentions ?? {}).map(([account, id]) => ({ account, id })),
  });
  return {
    ladders: (settings.ladders ?? []).map(ladder),
    channels: (settings.channels ?? []).map(channel),
    lines: (settings.lines ?? []).map(line),
    warnings: settings.warnings ?? [],
  };
}

function channelOf(fields: ChannelFields): Channel {
  const { shops, mentions, hasUrl, hasSecret, was, ...one } = fields;
  // Another kind than mail has no account, whatever was filled in before.
  // Under another name or kind the server does not know the secret again.
  const isSame = was?.name === one.name && was.kind === one.kind;
  const isMail = one.kind === "mail";
  const url = one.url || (hasUrl && isSame ? MASKED : "");
  const secret = one.secret || (hasSecret && isSame ? MASKED : "");
  const pairs = (mentions ?? []).map(({ account, id }) => [account, id] as const);
  return {
    name: one.name,
    kind: one.kind,
    languages: one.languages ?? "zh",
    to: one.to ?? [],
    shows_buyers: one.shows_buyers ?? false,
    keyword: ROBOTS.includes(one.kind) ? (one.keyword ?? "") : "",
    url: isMail ? "" : url,
    secret: one.kind === "we_com" ? "" : secret,
    mentions: Object.fromEntries(pairs),
    ...shopsOf(shops),
    ...(isMail && one.mail && { mail: { ...one.mail, user: one.mail.user ?? "" } }),
  };
}

function settingsOf({ ladders, channels, lines, warnings }: Fields): Told {
  // All of them is what is usual: then others that come later are told too.
  const line = ({ shops, tells, ...one }: LineFields): Line => ({
    ...one,
    few: one.few ?? 5,
    ...(tells && tells.length < EVENTS.length && { tells }),
    ...shopsOf(shops),
  });
  const ladder = ({ shops, quiet, ...one }: LadderFields): Ladder => ({
    ...one,
    rungs: one.rungs ?? [],
    merge_seconds: one.merge_seconds ?? 5,
    ...shopsOf(shops),
    ...(quiet?.from &&
      quiet.until && {
        quiet: { from: quiet.from, until: quiet.until, drops: quiet.then === "drop" },
      }),
  });
  const warning = ({ metric, after_seconds }: Schemas["RuleWarning"]): Schemas["RuleWarning"] => ({
    metric,
    ...(after_seconds != null && { after_seconds }),
  });
  return {
    ladders: (ladders ?? []).map(ladder),
    channels: (channels ?? []).map(channelOf),
    lines: (lines ?? []).map(line),
    warnings: (warnings ?? []).map(warning),
  };
}

export default function AlertSettings(): ReactNode {
  const [loaded, again] = useLoaded("settings", () => taken(api.GET("/v1/alerts/settings")));
  if (loaded.state === "failed") return <FailurePage failure={loaded.failure} again={again} />;
  if (loaded.state === "loading") return <Loading />;
  return <Editor key={JSON.stringify(loaded.value)} settings={loaded.value} again={again} />;
}

function Editor({ settings, again }: { settings: Settings; again: () => void }): ReactNode {
  const w = useWords();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const doing = useDoing();
  const submit = (fields: Fields): void => {
    void doing
      .run(async () => {
        await taken(api.PUT("/v1/alerts/settings", { body: settingsOf(fields) }));
      })
      .then((isDone) => {
        if (!isDone) return;
        void message.success(w.alertSettings.saved);
        again();
      });
  };
  return (
    <div className="page">
      <div className="page-top">
        <h1>{w.alertSettings.title}</h1>
        <span className="quiet">{w.alertSettings.intro}</span>
        <span className="push">
          <a {...linkTo("/alerts")}>{w.alertSettings.history}</a>
        </span>
      </div>
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={fieldsOf(settings)}
        scrollToFirstError
        onFinish={submit}
      >
        <section className="card" aria-label={w.alertSettings.warnings}>
          <h2>{w.alertSettings.warnings}</h2>
          <Warnings />
        </section>
        <section className="card" aria-label={w.alertSettings.ladders}>
          <h2>{w.alertSettings.ladders}</h2>
          <Ladders />
        </section>
        <section className="card" aria-label={w.alertSettings.lines}>
          <h2>{w.alertSettings.lines}</h2>
          <Lines />
        </section>
        <section className="card" aria-label={w.alertSettings.channels}>
          <h2>{w.alertSettings.channels}</h2>
          <Channels />
        </section>
        {doing.failure && <FailureNote failure={doing.failure} />}
        <div className="tools submit">
          <Button type="primary" htmlType="submit" loading={doing.isBusy}>
            {w.common.save}
          </Button>
        </div>
      </Form>
    </div>
  );
}

function ShopsField({ name }: { name: number }): ReactNode {
  const w = useWords();
  return (
    <Form.Item
      name={[name, "shops"]}
      label={w.alertSettings.shops}
      extra={w.alertSettings.shopsHint}
      className="grows"
    >
      <Select
        mode="multiple"
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        options={[...known.all().keys()].map((key) => {
          const slash = key.indexOf("/");
          const [platform, shop] = [key.slice(0, slash), key.slice(slash + 1)];
          return { value: key, label: `${nameOfKey({ platform, shop })} (${key})` };
        })}
      />
    </Form.Item>
  );
}

function Warnings(): ReactNode {
  const w = useWords();
  const metrics = useMetrics().filter((one) => one.usual_warning_seconds != null);
  const set = Form.useWatch<Fields["warnings"] | undefined>("warnings") ?? [];
  const usual = (name: number): string => {
    const seconds = metrics.find((one) => one.metric === set[name]?.metric)?.usual_warning_seconds;
    return seconds == null ? "" : w.alertSettings.warnHint(seconds);
  };
  return (
    <Form.List name="warnings">
      {(fields, { add, remove }) => (
        <>
          <p className="quiet">{w.alertSettings.warningsIntro}</p>
          {fields.map(({ key, name }) => (
            <fieldset key={key} className="group">
              <legend>{w.alertSettings.warning(name + 1)}</legend>
              <div className="group-row">
                <Form.Item
                  name={[name, "metric"]}
                  label={w.alertSettings.rule}
                  rules={[{ required: true, message: w.alertSettings.ruleMissing }]}
                  className="grows"
                >
                  <Select
                    showSearch={{ optionFilterProp: "label" }}
                    options={metrics.map((one) => ({
                      value: one.metric,
                      label: `${one.platform_name} · ${one.name}`,
                      disabled: set.some((other) => other?.metric === one.metric),
                    }))}
                  />
                </Form.Item>
                <Form.Item
                  name={[name, "after_seconds"]}
                  label={w.alertSettings.warnAfter}
                  extra={usual(name)}
                >
                  <InputNumber min={1} max={86_400} precision={0} />
                </Form.Item>
                <RemoveButton
                  danger
                  label={w.alertSettings.removeWarning(name + 1)}
                  onClick={() => remove(name)}
                />
              </div>
            </fieldset>
          ))}
          <Button icon={<PlusOutlined />} onClick={() => add({})}>
            {w.alertSettings.addWarning}
          </Button>
        </>
      )}
    </Form.List>
  );
}

function Ladders(): ReactNode {
  const w = useWords();
  const fresh: LadderFields = {
    merge_seconds: 5,
    quiet: { then: "hold" },
    rungs: [
      { on: "warning", after_seconds: 0, to: "account" },
      { on: "limit", after_seconds: 0, to: "supervisors" },
    ],
  };
  return (
    <Form.List name="ladders">
      {(fields, { add, remove, move }) => (
        <>
          <p className="quiet">
            {fields.length === 0 ? w.alertSettings.laddersNone : w.alertSettings.laddersIntro}
          </p>
          {fields.map(({ key, name }) => (
            <fieldset key={key} className="group">
              <legend>{w.alertSettings.ladder(name + 1)}</legend>
              <div className="group-row">
                <ShopsField name={name} />
                <Form.Item
                  name={[name, "merge_seconds"]}
                  label={w.alertSettings.merge}
                  extra={w.alertSettings.mergeHint}
                >
                  <InputNumber min={0} max={300} precision={0} />
                </Form.Item>
                <Button
                  type="text"
                  icon={<ArrowUpOutlined />}
                  disabled={name === 0}
                  aria-label={w.alertSettings.up(name + 1)}
                  title={w.alertSettings.up(name + 1)}
                  onClick={() => move(name, name - 1)}
                />
                <RemoveButton
                  danger
                  label={w.alertSettings.removeLadder(name + 1)}
                  onClick={() => remove(name)}
                />
              </div>
              <Rungs ladder={name} />
              <Quiet ladder={name} />
            </fieldset>
          ))}
          <Button icon={<PlusOutlined />} onClick={() => add(fresh)}>
            {w.alertSettings.addLadder}
          </Button>
        </>
      )}
    </Form.List>
  );
}

function options<T extends string>(words: Record<T, string>): { value: T; label: string }[] {
  return (Object.entries(words) as [T, string][]).map(([value, label]) => ({ value, label }));
}

function Rungs({ ladder }: { ladder: number }): ReactNode {
  const w = useWords();
  return (
    <Form.List name={[ladder, "rungs"]}>
      {(fields, { add, remove }) => (
        <fieldset className="group">
          <legend>{w.alertSettings.rungs}</legend>
          {fields.length === 0 && <p className="quiet small">{w.alertSettings.rungsNone}</p>}
          {fields.map(({ key, name }) => (
            <div key={key} className="group-row">
              <Form.Item name={[name, "on"]} label={w.alertSettings.on}>
                <Select style={{ minWidth: 150 }} options={options(w.alertSettings.ons)} />
              </Form.Item>
              <Form.Item name={[name, "after_seconds"]} label={w.alertSettings.after}>
                <InputNumber min={0} max={86_400} precision={0} />
              </Form.Item>
              <Form.Item name={[name, "to"]} label={w.alertSettings.to}>
                <Select style={{ minWidth: 150 }} options={options(w.alertSettings.tos)} />
              </Form.Item>
              <RemoveButton
                label={`${w.alertSettings.removeRung} ${name + 1}`}
                title={w.alertSettings.removeRung}
                onClick={() => remove(name)}
              />
            </div>
          ))}
          {fields.length < 20 && (
            <Button
              size="small"
              icon={<PlusOutlined />}
              onClick={() => add({ on: "limit", after_seconds: 0, to: "owner" })}
            >
              {w.alertSettings.addRung}
            </Button>
          )}
        </fieldset>
      )}
    </Form.List>
  );
}

function Quiet({ ladder }: { ladder: number }): ReactNode {
  const w = useWords();
  const time = [
    {
      validator: (_: unknown, text: string | undefined) =>
        !text || TIME.test(text)
          ? Promise.resolve()
          : Promise.reject(new Error(w.alertSettings.badTime)),
    },
  ];
  return (
    <fieldset className="group">
      <legend>{w.alertSettings.quiet}</legend>
      <div className="group-row">
        <Form.Item
          name={[ladder, "quiet", "from"]}
          label={w.alertSettings.quietFrom}
          rules={time}
        >
          <Input placeholder="23:00" style={{ width: 90 }} />
        </Form.Item>
        <Form.Item
          name={[ladder, "quiet", "until"]}
          label={w.alertSettings.quietUntil}
          rules={time}
        >
          <Input placeholder="08:00" style={{ width: 90 }} />
        </Form.Item>
        <Form.Item
          name={[ladder, "quiet", "then"]}
          label={w.alertSettings.quietThen}
        >
          <Select style={{ minWidth: 150 }} options={options(w.alertSettings.quietThens)} />
        </Form.Item>
      </div>
    </fieldset>
  );
}

function Lines(): ReactNode {
  const w = useWords();
  return (
    <Form.List name="lines">
      {(fields, { add, remove }) => (
        <>
          <p className="quiet">
            {fields.length === 0 ? w.alertSettings.linesNone : w.alertSettings.linesIntro}
          </p>
          {fields.map(({ key, name }) => (
            <fieldset key={key} className="group">
              <legend>{w.alertSettings.line(name + 1)}</legend>
              <div className="group-row">
                <ShopsField name={name} />
                <Form.Item
                  name={[name, "tells"]}
                  label={w.alertSettings.tells}
                  extra={w.alertSettings.tellsHint}
                  className="grows"
                >
                  <Select mode="multiple" options={options(w.alertSettings.events)} />
                </Form.Item>
              </div>
              <div className="group-row">
                <Form.Item name={[name, "few"]} label={w.alertSettings.few}>
                  <InputNumber min={0} max={1_000_000} precision={0} />
                </Form.Item>
                <Form.Item name={[name, "to"]} label={w.alertSettings.to}>
                  <Select style={{ minWidth: 150 }} options={options(w.alertSettings.tos)} />
                </Form.Item>
                <RemoveButton
                  danger
                  label={w.alertSettings.removeLine(name + 1)}
                  onClick={() => remove(name)}
                />
              </div>
            </fieldset>
          ))}
          <Button
            icon={<PlusOutlined />}
            onClick={() => add({ few: 5, to: "supervisors", tells: [...EVENTS] })}
          >
            {w.alertSettings.addLine}
          </Button>
        </>
      )}
    </Form.List>
  );
}

function Channels(): ReactNode {
  const w = useWords();
  return (
    <Form.List name="channels">
      {(fields, { add, remove }) => (
        <>
          {fields.length === 0 && <p className="quiet">{w.alertSettings.channelsNone}</p>}
          {fields.map(({ key, name }) => (
            <ChannelItems key={key} name={name} remove={() => remove(name)} />
          ))}
          <Button
            icon={<PlusOutlined />}
            onClick={() => add({ kind: "ding_talk", languages: "zh", to: [], mail: { port: 465 } })}
          >
            {w.alertSettings.addChannel}
          </Button>
        </>
      )}
    </Form.List>
  );
}

function ChannelItems({ name, remove }: { name: number; remove: () => void }): ReactNode {
  const w = useWords();
  const form = Form.useFormInstance<Fields>();
  const now = Form.useWatch<ChannelFields | undefined>(["channels", name]);
  const kind = now?.kind ?? "ding_talk";
  const title = now?.name || w.alertSettings.newChannel;
  const isSame = now?.was?.name === now?.name && now?.was?.kind === kind;
  const need = [{ required: true, whitespace: true, message: w.alertSettings.need }];
  const kept = (has: boolean | undefined): string | undefined =>
    has && isSame ? w.alertSettings.secretKept : undefined;
  return (
    <fieldset className="group">
      <legend>{title}</legend>
      <Form.Item name={[name, "hasUrl"]} hidden>
        <Input />
      </Form.Item>
      <Form.Item name={[name, "hasSecret"]} hidden>
        <Input />
      </Form.Item>
      <Form.Item name={[name, "was"]} hidden>
        <Input />
      </Form.Item>
      <div className="group-row">
        <Form.Item name={[name, "name"]} label={w.alertSettings.name} rules={need}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item name={[name, "kind"]} label={w.alertSettings.kind}>
          <Select
            style={{ minWidth: 150 }}
            options={KINDS.map((value) => ({ value, label: w.alertSettings.kinds[value] }))}
          />
        </Form.Item>
        <Form.Item name={[name, "languages"]} label={w.alertSettings.languages}>
          <Select style={{ minWidth: 110 }} options={options(w.alertSettings.tongues)} />
        </Form.Item>
        <RemoveButton danger label={w.alertSettings.removeChannel(title)} onClick={remove} />
      </div>
      {kind === "mail" ? (
        <Mail name={name} secretHint={kept(now?.hasSecret)} />
      ) : (
        <div className="group-row">
          <Form.Item
            name={[name, "url"]}
            label={w.alertSettings.url}
            extra={kept(now?.hasUrl) ?? w.alertSettings.urlHint}
            rules={kept(now?.hasUrl) ? [] : need}
            className="grows"
          >
            <Input.Password autoComplete="off" />
          </Form.Item>
          {kind !== "we_com" && (
            <Form.Item
              name={[name, "secret"]}
              label={w.alertSettings.secret}
              extra={kept(now?.hasSecret)}
            >
              <Input.Password autoComplete="off" />
            </Form.Item>
          )}
          {ROBOTS.includes(kind) && (
            <Form.Item name={[name, "keyword"]} label={w.alertSettings.keyword}>
              <Input />
            </Form.Item>
          )}
        </div>
      )}
      <div className="group-row">
        <Form.Item
          name={[name, "to"]}
          label={w.alertSettings.only}
          extra={w.alertSettings.onlyHint}
          className="grows"
        >
          <Select mode="multiple" allowClear options={options(w.alertSettings.tos)} />
        </Form.Item>
        <ShopsField name={name} />
      </div>
      {kind !== "mail" && kind !== "webhook" && <Mentions channel={name} />}
      <Test title={title} get={() => form.getFieldValue(["channels", name]) as ChannelFields} />
    </fieldset>
  );
}

function Mail({ name, secretHint }: { name: number; secretHint: string | undefined }): ReactNode {
  const w = useWords();
  const need = [{ required: true, message: w.alertSettings.need }];
  return (
    <>
      <div className="group-row">
        <Form.Item name={[name, "mail", "host"]} label={w.alertSettings.host} rules={need}>
          <Input placeholder="smtp.example.com" />
        </Form.Item>
        <Form.Item
          name={[name, "mail", "port"]}
          label={w.alertSettings.port}
          rules={need}
        >
          <InputNumber min={1} max={65_535} precision={0} />
        </Form.Item>
        <Form.Item name={[name, "mail", "user"]} label={w.alertSettings.user}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name={[name, "secret"]} label={w.alertSettings.password} extra={secretHint}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </div>
      <div className="group-row">
        <Form.Item name={[name, "mail", "from"]} label={w.alertSettings.from} rules={need}>
          <Input type="email" />
        </Form.Item>
        <Form.Item
          name={[name, "mail", "to"]}
          label={w.alertSettings.receivers}
          extra={w.alertSettings.receiversHint}
          rules={need}
          className="grows"
        >
          <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", " ", ";"]} />
        </Form.Item>
      </div>
    </>
  );
}

function Mentions({ channel }: { channel: number }): ReactNode {
  const w = useWords();
  const need = [{ required: true, whitespace: true, message: w.alertSettings.need }];
  return (
    <Form.List name={[channel, "mentions"]}>
      {(fields, { add, remove }) => (
        <fieldset className="group">
          <legend>{w.alertSettings.mentions}</legend>
          <p className="quiet small">{w.alertSettings.mentionsHint}</p>
          {fields.map(({ key, name }) => (
            <div key={key} className="group-row">
              <Form.Item name={[name, "account"]} label={w.alertSettings.account} rules={need}>
                <Input />
              </Form.Item>
              <Form.Item name={[name, "id"]} label={w.alertSettings.id} rules={need}>
                <Input />
              </Form.Item>
              <RemoveButton
                label={`${w.alertSettings.removeMention} ${name + 1}`}
                title={w.alertSettings.removeMention}
                onClick={() => remove(name)}
              />
            </div>
          ))}
          <Button size="small" icon={<PlusOutlined />} onClick={() => add({})}>
            {w.alertSettings.addMention}
          </Button>
        </fieldset>
      )}
    </Form.List>
  );
}

/** Sends a message by the channel as it stands in the form, saved or not. */
function Test({ title, get }: { title: string; get: () => ChannelFields }): ReactNode {
  const w = useWords();
  const doing = useDoing();
  const [tested, setTested] = useState<Schemas["ChannelTested"] | null>(null);
  const test = (): void => {
    setTested(null);
    void doing.run(async () => {
      const body = channelOf(get());
      setTested(await taken(api.POST("/v1/alerts/settings/test", { body })));
    });
  };
  return (
    <div className="tools">
      <Button loading={doing.isBusy} aria-label={w.alertSettings.testOf(title)} onClick={test}>
        {w.alertSettings.test}
      </Button>
      <span role="status">
        {tested?.is_sent && <span className="ok">{w.alertSettings.testSent}</span>}
        {tested && !tested.is_sent && (
          <span className="late">
            {w.alertSettings.testFailed}
            {tested.reason && `: ${tested.reason}`}
          </span>
        )}
      </span>
      {doing.failure && <FailureNote failure={doing.failure} />}
    </div>
  );
}
