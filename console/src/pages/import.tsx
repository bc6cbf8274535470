// A file becomes figures: chosen, looked at, imported.
import { InboxOutlined } from "@ant-design/icons";
import {
  Alert,
  Button,
  Collapse,
  Form,
  Input,
  Progress,
  Radio,
  Select,
  Steps,
  Table,
} from "antd";
import { useEffect, useId, useState, type DragEvent, type ReactNode } from "react";

import { api, taken, type Schemas } from "../api/client";
import { FailureNote, Nothing } from "../parts/failure";
import { useDoing, useLoaded } from "../parts/loaded";
import {
  ENCODINGS,
  TIMES,
  begun,
  profileOf,
  type Mapping,
} from "../parts/mapping";
import { dayAndClock } from "../parts/names";
import { platformOptions } from "../parts/platforms";
import { LARGEST, run, send, type Reading, type Upload } from "../parts/uploads";
import { go } from "../place";
import { useWords, wordOf, type Words } from "../words";

type Preview = Schemas["ImportPreview"];
type Previews = Schemas["ImportPreviews"];
type Set = Record<string, string>;

type Stage =
  | { at: "choose" }
  | { at: "look"; upload: Upload }
  | { at: "import"; upload: Upload; reading: Reading | null };

const PLACES = { choose: 0, look: 1, import: 2 };

export default function Import(): ReactNode {
  const w = useWords();
  const [stage, setStage] = useState<Stage>({ at: "choose" });
  const again = (): void => setStage({ at: "choose" });
  return (
    <div className="page">
      <div className="page-top">
        <h1>{w.imports.title}</h1>
        <span className="quiet">{w.imports.intro}</span>
        {stage.at !== "choose" && (
          <span className="push">
            <Button onClick={again}>{w.imports.other}</Button>
          </span>
        )}
      </div>
      <Steps
        className="import-steps"
        size="small"
        responsive={false}
        current={PLACES[stage.at]}
        items={w.imports.steps.map((title) => ({ title }))}
      />
      {stage.at === "choose" && (
        <Choose
          onSent={(upload) => {
            const isBegun = upload.state === "running" || upload.state === "done";
            setStage(isBegun ? { at: "import", upload, reading: null } : { at: "look", upload });
          }}
        />
      )}
      {stage.at === "look" && (
        <Look
          key={stage.upload.id}
          upload={stage.upload}
          start={(reading) => setStage({ at: "import", upload: stage.upload, reading })}
        />
      )}
      {stage.at === "import" && <Work {...stage} again={again} />}
    </div>
  );
}

function Choose({ onSent }: { onSent: (upload: Upload) => void }): ReactNode {
  const w = useWords();
  const id = useId();
  const doing = useDoing();
  const [isOver, setOver] = useState(false);
  const [isTooLarge, setTooLarge] = useState(false);
  const [recent, again] = useLoaded("imports", () => taken(api.GET("/v1/imports")));
  const take = (file: File | undefined): void => {
    if (!file) return;
    setTooLarge(file.size > LARGEST);
    if (file.size > LARGEST) return;
    void doing.run(async () => onSent(await send(file, file.name)));
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const remove = (upload: Upload): void => {
    const params = { path: { id: upload.id } };
    void doing
      .run(async () => {
        await taken(api.DELETE("/v1/imports/{id}", { params }));
      })
      .then(again);
  };
  const list = recent.state === "there" ? recent.value.items : [];
  return (
    <>
      <section
        className={isOver ? "card drop drop-over" : "card drop"}
        aria-label={w.imports.choose}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <InboxOutlined className="drop-sign" aria-hidden />
        <input
          id={id}
          type="file"
          className="unseen"
          disabled={doing.isBusy}
          onChange={(event) => {
            take(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
        <label htmlFor={id} className="file-button">
          {doing.isBusy ? w.imports.sending : w.imports.choose}
        </label>
        <div className="quiet">{w.imports.drop}</div>
        <div className="quiet small">{w.imports.kinds}</div>
        {doing.isBusy && <Progress percent={100} status="active" showInfo={false} />}
      </section>
      {isTooLarge && <Alert type="error" showIcon role="alert" title={w.imports.tooLarge} />}
      {doing.failure && <FailureNote failure={doing.failure} />}
      {list.length > 0 && (
        <section className="card" aria-label={w.imports.mine}>
          <h2>{w.imports.mine}</h2>
          <ul className="plain-list">
            {list.map((one) => (
              <li key={one.id}>
                <span className="value">{one.name}</span>
                <span className="quiet">{wordOf(w.imports.states, one.state)}</span>
                <Button size="small" onClick={() => onSent(one)}>
                  {w.overrides.open}
                </Button>
                <Button
                  size="small"
                  aria-label={w.imports.remove(one.name)}
                  onClick={() => remove(one)}
                >
                  {w.shops.remove}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Look(props: { upload: Upload; start: (reading: Reading) => void }): ReactNode {
  const w = useWords();
  const { upload, start } = props;
  const [set, setSet] = useState<Set>({});
  const [found, setFound] = useState<Previews | null>(null);
  const [isByHand, setByHand] = useState(false);
  const [name, setName] = useState<string | null>(null);
  const doing = useDoing();
  const { run: doIt } = doing;
  const look = (of: Set): void => {
    const params = { path: { id: upload.id } };
    const body: Reading = { set: of };
    void doIt(async () => {
      setFound(await taken(api.POST("/v1/imports/{id}/preview", { params, body })));
    });
  };
  // Once, when the file is there; later when somebody asks.
  useEffect(() => look({}), [upload.id, w.tag]);
  if (!found) {
    return doing.failure ? (
      <FailureNote failure={doing.failure} again={() => look(set)} />
    ) : (
      <Nothing title={w.imports.looking} hint={upload.name} />
    );
  }
  const fitting = found.items.filter((one) => one.fits);
  const others = found.items.filter((one) => !one.fits);
  const chosen = fitting.find((one) => one.profile === name) ?? fitting[0];
  if (isByHand || !chosen) {
    return (
      <ByHand
        upload={upload}
        raw={found}
        start={start}
        back={chosen ? () => setByHand(false) : null}
        others={others}
        chosen={chosen ?? null}
      />
    );
  }
  return (
    <>
      <section className="card" aria-label={w.imports.profile}>
        <h2>{w.imports.profiles}</h2>
        <Radio.Group
          vertical
          value={chosen.profile}
          onChange={(event) => setName(event.target.value as string)}
          options={fitting.map((one) => ({
            value: one.profile,
            label: (
              <>
                {one.title}{" "}
                <span className="quiet small">
                  {w.imports.factsOf(one.facts, one.rows)}
                  {one.rejected > 0 && ` · ${w.imports.rejected(one.rejected)}`}
                  {one.needs.length > 0 && (
                    <span className="warn">
                      {" · "}
                      {w.imports.needs(
                        one.needs.map((key) => wordOf(w.imports.targets, key)).join(", "),
                      )}
                    </span>
                  )}
                </span>
              </>
            ),
          }))}
        />
        <SetItems
          needs={chosen.needs}
          isOpen={chosen.needs.length > 0}
          set={set}
          change={setSet}
          look={() => look(set)}
          isBusy={doing.isBusy}
        />
        {doing.failure && <FailureNote failure={doing.failure} />}
        <div className="tools submit">
          <Button
            type="primary"
            disabled={chosen.facts === 0 || chosen.needs.length > 0}
            onClick={() => start({ profile: chosen.profile, set: known(set) })}
          >
            {w.imports.startOf(chosen.facts)}
          </Button>
          <Button onClick={() => setByHand(true)}>{w.imports.byHand}</Button>
        </div>
      </section>
      <Shown preview={chosen} />
      <Others items={others} />
    </>
  );
}

/** What was filled in. */
const known = (set: Set): Set =>
  Object.fromEntries(Object.entries(set).filter(([, value]) => value.trim() !== ""));

function SetItems(props: {
  needs: string[];
  isOpen: boolean;
  set: Set;
  change: (set: Set) => void;
  look: () => void;
  isBusy: boolean;
}): ReactNode {
  const w = useWords();
  const { set, change } = props;
  const put = (key: string, value: string): void => change({ ...set, [key]: value });
  const isNeeded = (key: string): boolean => props.needs.includes(key);
  const fields = (
    <Form layout="vertical" onFinish={props.look} className="set-items">
      <div className="group-row">
        <Form.Item label={w.imports.platform} required={isNeeded("platform")}>
          <Select
            allowClear
            showSearch={{ optionFilterProp: "search" }}
            aria-label={w.imports.platform}
            style={{ width: 160 }}
            value={set["platform"] || null}
            options={platformOptions(w)}
            onChange={(value: string | null | undefined) => put("platform", value ?? "")}
          />
        </Form.Item>
        <Form.Item label={w.imports.shop} required={isNeeded("shop")}>
          <Input
            aria-label={w.imports.shop}
            value={set["shop"] ?? ""}
            onChange={(event) => put("shop", event.target.value)}
          />
        </Form.Item>
        <Form.Item label={w.imports.seller} tooltip={w.imports.sellerHint}>
          <Input
            aria-label={w.imports.seller}
            value={set["seller"] ?? ""}
            onChange={(event) => put("seller", event.target.value)}
          />
        </Form.Item>
        <Button htmlType="submit" loading={props.isBusy}>
          {w.imports.lookAgain}
        </Button>
      </div>
    </Form>
  );
  return (
    <Collapse
      className="submit"
      defaultActiveKey={props.isOpen ? ["set"] : []}
      items={[{ key: "set", label: w.imports.set, children: fields }]}
    />
  );
}

function Others({ items }: { items: Preview[] }): ReactNode {
  const w = useWords();
  if (items.length === 0) return null;
  const list = (
    <ul className="plain-list tall">
      {items.map((one) => (
        <li key={one.profile}>
          <span>{one.title}</span>
          <span className="quiet small value">{one.problem ?? w.imports.rejected(one.rejected)}</span>
        </li>
      ))}
    </ul>
  );
  return <Collapse items={[{ key: "others", label: w.imports.others, children: list }]} />;
}

/** A shop as previews have it: what must be filled in first stands there as `?`. */
function shopText(key: string, w: Words): string {
  const slash = key.indexOf("/");
  const [platform, shop] = [key.slice(0, slash), key.slice(slash + 1)];
  if (shop !== "?") return platform === "?" ? shop : key;
  return platform === "?" ? w.imports.noShop : `${wordOf(w.platforms, platform)} · ${w.imports.noShop}`;
}

/** What a file becomes under a profile. */
function Shown({ preview }: { preview: Preview }): ReactNode {
  const w = useWords();
  const counts = (of: Schemas["CountOf"][]): string =>
    of.map((one) => `${one.what} ${one.count.toLocaleString(w.tag)}`).join(" · ");
  return (
    <>
      {preview.problem && <Alert type="warning" showIcon title={preview.problem} />}
      {preview.facts > 0 && (
        <section className="card" aria-label={w.imports.first}>
          <h2>{w.imports.first}</h2>
          <dl className="facts">
            <dt>{w.imports.byKind}</dt>
            <dd>{counts(preview.kinds)}</dd>
            <dt>{w.imports.byShop}</dt>
            <dd>
              {counts(preview.shops.map((one) => ({ ...one, what: shopText(one.what, w) })))}
            </dd>
          </dl>
          <div className="wide submit" role="region" aria-label={w.imports.first} tabIndex={0}>
            <Table
              size="small"
              pagination={false}
              style={{ minWidth: 760 }}
              dataSource={preview.first}
              rowKey={(one) => `${one.line} ${one.at} ${one.what}`}
              columns={[
                { title: w.imports.line, dataIndex: "line", className: "number" },
                {
                  title: w.imports.at,
                  key: "at",
                  render: (_, one) => <span className="number">{dayAndClock(one.at)}</span>,
                },
                { title: w.imports.shop, key: "shop", render: (_, one) => shopText(`${one.platform}/${one.shop}`, w) },
                { title: w.imports.buyer, dataIndex: "buyer" },
                { title: w.imports.what, dataIndex: "what" },
                { title: w.imports.account, dataIndex: "account" },
                { title: w.imports.text, key: "text", render: (_, one) => one.text ?? "" },
              ]}
            />
          </div>
        </section>
      )}
      {preview.rejects.length > 0 && <Rejects preview={preview} />}
      {preview.parts.length > 0 && <Parts parts={preview.parts} />}
      {preview.warnings.length > 0 && (
        <Alert
          type="info"
          title={preview.warnings.map((warning) => (
            <div key={warning}>{warning}</div>
          ))}
        />
      )}
    </>
  );
}

function Rejects({ preview }: { preview: Preview }): ReactNode {
  const w = useWords();
  const more = preview.rejected - preview.rejects.length;
  return (
    <section className="card" aria-label={w.imports.rejects}>
      <h2 className="late">{w.imports.rejected(preview.rejected)}</h2>
      <div className="wide" role="region" aria-label={w.imports.rejects} tabIndex={0}>
        <Table
          size="small"
          pagination={false}
          style={{ minWidth: 640 }}
          dataSource={preview.rejects}
          rowKey={(one) => `${one.line} ${one.column} ${one.found}`}
          columns={[
            { title: w.imports.line, dataIndex: "line", className: "number" },
            {
              title: w.imports.columns,
              key: "column",
              render: (_, one) => wordOf(w.imports.targets, one.column || "–"),
            },
            { title: w.imports.found, dataIndex: "found" },
            { title: w.imports.expected, dataIndex: "expected" },
          ]}
        />
      </div>
      {more > 0 && <p className="quiet small">{w.imports.more(more)}</p>}
    </section>
  );
}

function Parts({ parts }: { parts: Schemas["ImportPart"][] }): ReactNode {
  const w = useWords();
  const mapped = parts.filter((part) => part.matched.length > 0 || part.unused.length > 0);
  if (mapped.length === 0) return null;
  return (
    <section className="card" aria-label={w.imports.columns}>
      <h2>{w.imports.columns}</h2>
      {mapped.map((part) => (
        <div key={part.name}>
          <p className="quiet small">
            {[part.name, part.encoding, part.header ? w.imports.header(part.header) : null]
              .filter((text) => text)
              .join(" · ")}
          </p>
          <dl className="facts">
            {part.matched.map((one) => (
              <div key={`${one.column} ${one.target}`} style={{ display: "contents" }}>
                <dt>{one.column}</dt>
                <dd>{wordOf(w.imports.targets, one.target)}</dd>
              </div>
            ))}
            {part.unused.length > 0 && (
              <>
                <dt>{w.imports.unused}</dt>
                <dd className="quiet">{part.unused.join(", ")}</dd>
              </>
            )}
          </dl>
        </div>
      ))}
    </section>
  );
}

/** The row that probably is the header: the first with as many cells as any. */
function headerOf(rows: string[][]): string[] {
  const filled = (row: string[]): number => row.filter((cell) => cell !== "").length;
  const most = Math.max(0, ...rows.map(filled));
  return rows.find((row) => filled(row) === most) ?? [];
}

function ByHand(props: {
  upload: Upload;
  raw: Previews;
  start: (reading: Reading) => void;
  back: (() => void) | null;
  others: Preview[];
  /** How it is read automatically: that is where one begins. */
  chosen: Preview | null;
}): ReactNode {
  const w = useWords();
  const { upload, start, back, others, chosen } = props;
  const [raw, setRaw] = useState(props.raw);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [set, setSet] = useState<Set>({});
  const [wrong, setWrong] = useState<string | null>(null);
  const doing = useDoing();
  const [mapping, setMapping] = useState<Mapping>(() =>
    begun(headerOf(props.raw.rows), props.raw, chosen?.parts ?? []),
  );
  const change = (part: Partial<Mapping>): void => {
    setMapping({ ...mapping, ...part });
    setPreview(null);
  };
  const has = (target: string): boolean => mapping.columns.some((one) => one.target === target);
  const rows = has("answer_text") ? "question-and-answer" : "message";
  const reading = (): Reading => ({ text: profileOf(mapping, rows), set: known(set) });
  const params = { path: { id: upload.id } };
  const look = (): void => {
    if (!has("at")) return setWrong(w.imports.needAt);
    if (!has("sender") && !has("buyer")) return setWrong(w.imports.needWho);
    setWrong(null);
    void doing.run(async () => {
      const body = reading();
      const found = await taken(api.POST("/v1/imports/{id}/preview", { params, body }));
      setPreview(found.items[0] ?? null);
    });
  };
  /** The beginning of the file in another encoding. */
  const decode = (encoding: string): void => {
    void doing.run(async () => {
      const body: Reading = { profile: "messages", set: known({ encoding }) };
      const found = await taken(api.POST("/v1/imports/{id}/preview", { params, body }));
      setRaw(found);
      setPreview(null);
      const { columns, who, words } = begun(headerOf(found.rows), found, []);
      setMapping({ ...mapping, encoding, columns, who, words });
    });
  };
  return (
    <>
      <section className="card" aria-label={w.imports.raw}>
        <h2>{back ? w.imports.byHand : w.imports.noneFits}</h2>
        <p className="quiet">{w.imports.noneFitsAction}</p>
        <Raw rows={raw.rows} />
        <Form layout="vertical" onFinish={look} className="submit">
          <div className="group-row">
            <Form.Item label={w.imports.encoding}>
              <Select
                aria-label={w.imports.encoding}
                style={{ width: 140 }}
                value={mapping.encoding}
                disabled={raw.encoding === "xlsx"}
                options={[
                  { value: "", label: `${w.imports.auto} (${raw.encoding ?? "—"})` },
                  ...ENCODINGS.map((value) => ({ value, label: value })),
                ]}
                onChange={decode}
              />
            </Form.Item>
            <Form.Item label={w.imports.zone}>
              <Input
                aria-label={w.imports.zone}
                style={{ width: 160 }}
                value={mapping.zone}
                onChange={(event) => change({ zone: event.target.value.trim() })}
              />
            </Form.Item>
            <Form.Item label={w.imports.times} extra={w.imports.timesHint} className="grows">
              <Select
                mode="tags"
                aria-label={w.imports.times}
                maxTagCount="responsive"
                value={mapping.times}
                options={TIMES.map((value) => ({ value, label: value }))}
                onChange={(times: string[]) => change({ times })}
              />
            </Form.Item>
          </div>
          <fieldset className="group">
            <legend>{w.imports.columns}</legend>
            <div className="column-picks">
              {mapping.columns.map(({ column, target }, n) => (
                <label key={`${n} ${column}`}>
                  <span className="cut" title={column}>
                    {column || "—"}
                  </span>
                  <Select
                    aria-label={column}
                    value={target}
                    options={Object.entries(w.imports.targets).map(([value, label]) => ({
                      value,
                      label,
                    }))}
                    onChange={(to) =>
                      change({
                        // Who names a column of roles goes by it.
                        ...(to === "author" && { who: "column" }),
                        columns: mapping.columns.map((one, place) =>
                          place === n ? { ...one, target: to } : one,
                        ),
                      })
                    }
                  />
                </label>
              ))}
            </div>
          </fieldset>
          <fieldset className="group">
            <legend>{w.imports.who}</legend>
            <Radio.Group
              vertical
              aria-label={w.imports.whoHint}
              value={mapping.who}
              onChange={(event) => change({ who: event.target.value as Mapping["who"] })}
              options={Object.entries(w.imports.whos).map(([value, label]) => ({ value, label }))}
            />
            {mapping.who === "agents" && (
              <Form.Item label={w.imports.agents} extra={w.imports.agentsHint} className="submit">
                <Select
                  mode="tags"
                  open={false}
                  suffixIcon={null}
                  aria-label={w.imports.agents}
                  tokenSeparators={[",", "，", "\n"]}
                  value={mapping.agents}
                  onChange={(agents: string[]) => change({ agents })}
                />
              </Form.Item>
            )}
            {mapping.who === "column" && (
              <Form.Item label={w.imports.words} extra={w.imports.wordsHint} className="submit">
                <Input.TextArea
                  aria-label={w.imports.words}
                  rows={5}
                  spellCheck={false}
                  value={mapping.words}
                  onChange={(event) => change({ words: event.target.value })}
                />
              </Form.Item>
            )}
          </fieldset>
          <SetFields has={has} set={set} change={(to) => {
            setSet(to);
            setPreview(null);
          }} />
          {wrong && <Alert type="error" showIcon role="alert" title={wrong} />}
          <div className="tools submit">
            <Button type={preview?.facts ? "default" : "primary"} htmlType="submit" loading={doing.isBusy}>
              {w.imports.lookAgain}
            </Button>
            {preview && preview.facts > 0 && (
              <Button type="primary" onClick={() => start(reading())}>
                {w.imports.startOf(preview.facts)}
              </Button>
            )}
            {back && <Button onClick={back}>{w.imports.byHandBack}</Button>}
          </div>
          {doing.failure && <FailureNote failure={doing.failure} />}
        </Form>
      </section>
      {preview && <Shown preview={preview} />}
      <Others items={others} />
    </>
  );
}

/** Platform and shop, where no column has them. */
function SetFields(props: {
  has: (target: string) => boolean;
  set: Set;
  change: (set: Set) => void;
}): ReactNode {
  const w = useWords();
  const { has, set, change } = props;
  if (has("platform") && has("shop")) return null;
  return (
    <fieldset className="group">
      <legend>{w.imports.set}</legend>
      <div className="group-row">
        {!has("platform") && (
          <Form.Item label={w.imports.platform} required>
            <Select
              showSearch={{ optionFilterProp: "search" }}
              aria-label={w.imports.platform}
              style={{ width: 160 }}
              value={set["platform"] || null}
              options={platformOptions(w)}
              onChange={(value: string | null) => change({ ...set, platform: value ?? "" })}
            />
          </Form.Item>
        )}
        {!has("shop") && (
          <Form.Item label={w.imports.shop} required>
            <Input
              aria-label={w.imports.shop}
              value={set["shop"] ?? ""}
              onChange={(event) => change({ ...set, shop: event.target.value })}
            />
          </Form.Item>
        )}
      </div>
    </fieldset>
  );
}

/** The first rows as they are. */
function Raw({ rows }: { rows: string[][] }): ReactNode {
  const w = useWords();
  if (rows.length === 0) return null;
  return (
    <div className="wide raw" role="region" aria-label={w.imports.raw} tabIndex={0}>
      <table>
        <tbody>
          {rows.map((row, n) => (
            <tr key={n}>
              {row.map((cell, place) => (
                <td key={place}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Work(props: {
  upload: Upload;
  reading: Reading | null;
  again: () => void;
}): ReactNode {
  const w = useWords();
  const { reading } = props;
  const { id } = props.upload;
  const [upload, setUpload] = useState(props.upload);
  const doing = useDoing();
  const { run: doIt } = doing;
  const start = (): void => {
    void doIt(async () => {
      await run(id, reading, setUpload);
    });
  };
  useEffect(start, [id]);
  const stop = (): void => {
    const params = { path: { id } };
    void taken(api.DELETE("/v1/imports/{id}", { params })).then(props.again, () => undefined);
  };
  const isRunning = upload.state === "running" || upload.state === "waiting";
  const percent = upload.bytes > 0 ? Math.min(100, Math.floor((100 * upload.read) / upload.bytes)) : 0;
  const words = [
    w.imports.accepted(upload.accepted),
    w.imports.duplicate(upload.duplicate),
    w.imports.rejected(upload.rejected),
  ];
  const isDone = upload.state === "done";
  return (
    <section className="card" aria-label={w.imports.running}>
      <h2 role="status">
        {isRunning ? w.imports.running : isDone ? w.imports.done : w.imports.failed}
      </h2>
      <p className="value">{upload.name}</p>
      <Progress
        aria-label={w.imports.running}
        percent={isDone ? 100 : percent}
        status={isDone ? "success" : isRunning ? "active" : "exception"}
      />
      <p className="number">{words.join(" · ")}</p>
      {isDone && upload.accepted === 0 && upload.duplicate > 0 && (
        <p className="quiet">{w.imports.nothingNew}</p>
      )}
      {upload.problem && <Alert type="error" showIcon role="alert" title={upload.problem} />}
      {doing.failure && <FailureNote failure={doing.failure} again={start} />}
      <div className="tools submit">
        {isRunning && !doing.failure && <Button onClick={stop}>{w.imports.stop}</Button>}
        {isDone && (
          <Button type="primary" onClick={() => go("/")}>
            {w.imports.toFigures}
          </Button>
        )}
        {!isRunning && upload.rejected > 0 && (
          <a href={`/v1/imports/${id}/rejected`} download={`${upload.name}.rejected.csv`}>
            {w.imports.download}
          </a>
        )}
        {upload.state === "failed" && reading && <Button onClick={start}>{w.common.again}</Button>}
      </div>
    </section>
  );
}
