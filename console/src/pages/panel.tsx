// Figures of the platforms' own panels: typed or pasted, checked as they are typed, and kept.
import { PlusOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";

import { all, api, asItIs, failureOf, taken, type Failure, type Schemas } from "../api/client";
import { useMetricNames } from "../live/catalogue";
import { now } from "../live/clock";
import { FailureNote, Loading, Nothing } from "../parts/failure";
import { useDoing, useLoaded } from "../parts/loaded";
import { dayAndClock, MetricName, metricText, ShopName } from "../parts/names";
import {
  COLUMNS,
  cellOf,
  cellsOf,
  fileOf,
  isBlank,
  metricOf,
  newRow,
  pasted,
  shopOf,
  tidied,
  type Column,
  type Fault,
  type PanelRow,
} from "../parts/panel-rows";
import { panelPath, usePanelPlace, type Place } from "../parts/panel-place";
import { PlaceTools } from "../parts/place-tools";
import { RemoveButton, useRemoval } from "../parts/removal";
import { Rows } from "../parts/rows";
import { keyOf, nameOf, useShopList, type Known } from "../parts/shop-list";
import { StartButtons } from "../parts/start";
import { Said } from "../parts/words";
import { linkTo } from "../place";
import { useMay } from "../session";
import { useWords, wordOf, type Words } from "../words";

type Observed = Schemas["Observed"];
type Answer = Schemas["ObservedAnswer"];

/** So long after the last key the server's checker is asked. */
const CHECK_AFTER_MS = 400;
/** The most rows at a time: a month of every metric of a shop. */
const MOST = 500;
const CHINA_MS = 8 * 3_600_000;

const stampOf = (at: number): string =>
  `${new Date(at + CHINA_MS).toISOString().slice(0, -1)}+08:00`;
const today = (): string => stampOf(now()).slice(0, 10);

export default function PanelPage(): ReactNode {
  const w = useWords();
  const maySend = useMay("send-facts");
  const place = usePanelPlace();
  const [list, againList] = useShopList();
  const [kept, again] = useLoaded("observed", () =>
    all((after: string | undefined) =>
      taken(
        api.GET("/v1/observed", { params: { query: { limit: 1_000, ...(after && { after }) } } }),
      ),
    ),
  );
  const [rows, setRows] = useState<PanelRow[]>([]);
  const correct = (one: Observed): void => {
    const row = newRow(
      {
        shop: keyOf(one),
        metric: one.metric,
        day: one.from,
        to: one.to === one.from ? "" : one.to,
        value: one.value,
        samples: one.samples == null ? "" : String(one.samples),
        account: one.account ?? "",
      },
      one.captured_at ?? null,
    );
    setRows((before) => [...before.filter((other) => !isBlank(other)), row]);
    window.scrollTo(0, 0);
  };
  return (
    <div className="page">
      <div className="page-top">
        <h1>{w.panel.title}</h1>
        <span className="quiet">{w.panel.intro}</span>
        <span className="push">
          <a {...linkTo(panelPath("/calibration", place))}>{w.panel.toCalibration}</a>
        </span>
      </div>
      {list.state === "failed" && <FailureNote failure={list.failure} again={againList} />}
      {list.state === "loading" && <Loading />}
      {list.state === "there" && (
        <>
          {/* New rows are of them, and of what is kept only theirs is shown. */}
          <PlaceTools
            path="/panel"
            place={place}
            list={list.value}
            anyMetric={w.panel.pickMetric}
            mayBeNone
          />
          {maySend &&
            (list.value.length === 0 ? (
              <Nothing title={w.panel.noShops} hint={w.panel.noShopsAction}>
                <StartButtons done={againList} />
              </Nothing>
            ) : (
              <Typing list={list.value} place={place} rows={rows} setRows={setRows} saved={again} />
            ))}
          {kept.state === "failed" && <FailureNote failure={kept.failure} again={again} />}
          {kept.state === "loading" && <Loading />}
          {kept.state === "there" && (
            <Kept all={kept.value} place={place} correct={maySend ? correct : null} again={again} />
          )}
        </>
      )}
    </div>
  );
}

/** A row that can be sent, with what is wrong with it otherwise. */
interface Judged {
  row: PanelRow;
  /** Its number in the sheet, from 1. */
  number: number;
  place: Known | null;
  metric: string;
}

interface Checked {
  /** Of which file: an answer to an older one says nothing. */
  file: string;
  answer: Answer | null;
  failure: Failure | null;
  faults: Map<number, Fault[]>;
}

const NOTHING: Checked = { file: "", answer: null, failure: null, faults: new Map() };

function judge(rows: readonly PanelRow[], list: readonly Known[], names: ReadonlyMap<string, string>): Judged[] {
  return rows
    .map((row, n) => ({ row, number: n + 1 }))
    .filter(({ row }) => !isBlank(row))
    .map(({ row, number }) => {
      const place = shopOf(row.cells.shop, list);
      const metric = metricOf(row.cells.metric, place?.platform ?? "", names);
      return { row, number, place, metric };
    });
}

type Sendable = Judged & { place: Known };
const sendable = (all: readonly Judged[]): Sendable[] =>
  all.filter((one): one is Sendable => one.place !== null);

const fileOfAll = (all: readonly Sendable[], seenAt: string): string =>
  fileOf(
    all.map(({ row, place, metric }) => ({ cells: row.cells, place, metric, seenAt: row.seenAt })),
    today(),
    seenAt,
  );

function post(file: string, check: boolean): Promise<Answer> {
  return taken(
    api.POST("/v1/observed", {
      params: { query: { check } },
      headers: { "content-type": "text/csv" },
      ...asItIs(file),
    }),
  );
}

function faultsOf(answer: Answer, all: readonly Sendable[], w: Words): Map<number, Fault[]> {
  const faults = new Map<number, Fault[]>();
  // The header is the first line.
  const at = (line: number): Sendable | undefined => all[line - 2];
  const numbered = (text: string): string =>
    text.replace(/body:(\d+)/g, (found, line: string) => {
      const number = at(Number(line))?.number;
      return number === undefined ? found : w.panel.rowOf(number);
    });
  for (const { line, column, message: said } of answer.problems) {
    const id = at(line)?.row.id;
    const message = numbered(said);
    if (id === undefined) continue;
    faults.set(id, [...(faults.get(id) ?? []), { column: cellOf(column), message }]);
  }
  return faults;
}

/** What the server's checker says of the rows, asked when nothing was typed for a moment. */
function useChecked(all: readonly Sendable[]): [Checked, boolean] {
  const w = useWords();
  const [checked, setChecked] = useState<Checked>(NOTHING);
  // One instant for all that is typed: else the same figure would be another one each time.
  const [seenAt] = useState(() => stampOf(now()));
  const file = all.length === 0 ? "" : fileOfAll(all, seenAt);
  const latest = useRef(all);
  latest.current = all;
  useEffect(() => {
    if (file === "") {
      setChecked(NOTHING);
      return;
    }
    let isOver = false;
    const asked = latest.current;
    const timer = window.setTimeout(() => {
      post(file, true).then(
        (answer) => {
          const faults = faultsOf(answer, asked, w);
          if (!isOver) setChecked({ file, answer, failure: null, faults });
        },
        (thrown: unknown) => {
          const failure = failureOf(thrown);
          if (!isOver) setChecked({ file, answer: null, failure, faults: new Map() });
        },
      );
    }, CHECK_AFTER_MS);
    return () => {
      isOver = true;
      window.clearTimeout(timer);
    };
  }, [file, w.tag]);
  return [checked, checked.file === file];
}

function Typing(props: {
  list: readonly Known[];
  place: Place;
  rows: PanelRow[];
  setRows: (change: (before: PanelRow[]) => PanelRow[]) => void;
  saved: () => void;
}): ReactNode {
  const w = useWords();
  const { list, place, rows, setRows, saved } = props;
  const { message } = App.useApp();
  const names = useMetricNames();
  const saving = useDoing();
  const start = useMemo(() => {
    const known = list.find((one) => keyOf(one) === keyOf(place));
    return {
      shop: known ? shownShop(known, list) : "",
      metric: place.metric === "" ? "" : (names.get(place.metric) ?? place.metric),
    };
  }, [list, place.platform, place.shop, place.metric, names]);
  // There is always a row to begin in, of what was chosen above.
  useEffect(() => {
    setRows((before) => {
      const begun = before.filter((row) => !isBlank(row));
      return before.length === begun.length && begun.length > 0 ? before : [...begun, newRow(start)];
    });
  }, [start, setRows]);
  const judged = judge(rows, list, names);
  const sent = sendable(judged);
  const [checked, isChecked] = useChecked(sent);
  const faults = new Map(checked.faults);
  for (const { row, place: found } of judged) {
    if (found) continue;
    const text = row.cells.shop.trim();
    const fault = { column: "shop" as const, message: text === "" ? w.panel.needShop : w.panel.noSuchShop };
    faults.set(row.id, [fault]);
  }
  const right = sent.filter((one) => !faults.has(one.row.id));
  const isTooLong = rows.length > MOST;
  const put = (id: number, change: (row: PanelRow) => PanelRow): void =>
    setRows((before) => before.map((row) => (row.id === id ? change(row) : row)));
  const save = (): void => {
    void saving.run(async () => {
      const answer = await post(fileOfAll(right, stampOf(now())), false);
      const wrong = faultsOf(answer, right, w);
      const gone = new Set(right.filter((one) => !wrong.has(one.row.id)).map((one) => one.row.id));
      setRows((before) => {
        const left = before.filter((row) => !gone.has(row.id) && !isBlank(row));
        return left.length > 0 ? left : [newRow(start)];
      });
      void message.success(w.panel.saved(answer.accepted, answer.replaced, answer.duplicate));
      saved();
    });
  };
  return (
    <section className="card" aria-label={w.panel.typing}>
      <h2>{w.panel.typing}</h2>
      <p className="quiet">{w.panel.typingHint}</p>
      <Sheet
        rows={rows}
        faults={faults}
        list={list}
        names={names}
        put={put}
        add={() => setRows((before) => [...before, newRow(start)])}
        remove={(id) =>
          setRows((before) => {
            const left = before.filter((row) => row.id !== id);
            return left.length > 0 ? left : [newRow(start)];
          })
        }
        paste={(at, cells) => setRows((before) => pasted(before, at, cells, start, today()))}
      />
      <div className="tools submit">
        <Button icon={<PlusOutlined />} onClick={() => setRows((before) => [...before, newRow(start)])}>
          {w.panel.add}
        </Button>
        <Button
          type="primary"
          loading={saving.isBusy}
          disabled={right.length === 0 || !isChecked || checked.failure !== null || isTooLong}
          onClick={save}
        >
          {w.panel.save(right.length)}
        </Button>
        <span role="status" className="small">
          {isTooLong ? (
            <span className="late">{w.panel.tooMany(MOST)}</span>
          ) : (
            <State judged={judged.length} wrong={faults.size} checked={checked} isChecked={isChecked} w={w} />
          )}
        </span>
      </div>
      {checked.failure && <FailureNote failure={checked.failure} />}
      {saving.failure && <FailureNote failure={saving.failure} again={save} />}
    </section>
  );
}

function State(props: {
  judged: number;
  wrong: number;
  checked: Checked;
  isChecked: boolean;
  w: Words;
}): ReactNode {
  const { judged, wrong, checked, isChecked, w } = props;
  if (judged === 0) return <span className="quiet">{w.panel.nothingYet}</span>;
  if (!isChecked) return <span className="quiet">{w.panel.checking}</span>;
  const { answer } = checked;
  return (
    <span className="words">
      {wrong > 0 && <span className="late">{w.panel.wrong(wrong)}</span>}
      {answer && answer.accepted > 0 && <span className="ok">{w.panel.fresh(answer.accepted)}</span>}
      {answer && answer.replaced > 0 && <span className="warn">{w.panel.replaced(answer.replaced)}</span>}
      {answer && answer.duplicate > 0 && <span className="quiet">{w.panel.known(answer.duplicate)}</span>}
    </span>
  );
}

/** What stands for a shop in a cell: its name where no other has it, else its key. */
function shownShop(shop: Known, list: readonly Known[]): string {
  const name = nameOf(shop);
  return shopOf(name, list) === shop ? name : keyOf(shop);
}

const WIDTHS: Record<Column, string> = {
  shop: "18%",
  metric: "22%",
  day: "13%",
  to: "13%",
  value: "12%",
  samples: "9%",
  account: "13%",
};

function Sheet(props: {
  rows: PanelRow[];
  faults: ReadonlyMap<number, Fault[]>;
  list: readonly Known[];
  names: ReadonlyMap<string, string>;
  put: (id: number, change: (row: PanelRow) => PanelRow) => void;
  add: () => void;
  remove: (id: number) => void;
  paste: (at: { row: number; column: Column }, cells: string[][]) => void;
}): ReactNode {
  const w = useWords();
  const { rows, faults, list, names, put, add, remove, paste } = props;
  const table = useRef<HTMLTableElement>(null);
  const focus = (row: number, column: Column): void => {
    table.current?.querySelector<HTMLInputElement>(`[data-cell="${row} ${column}"]`)?.focus();
  };
  const step = (key: string, row: number, column: Column): boolean => {
    if (key === "ArrowUp") focus(row - 1, column);
    else if (key === "ArrowDown") focus(row + 1, column);
    else if (key === "Enter") {
      if (row + 1 === rows.length) add();
      // Where it is new it is there with the next drawing.
      window.requestAnimationFrame(() => focus(row + 1, column));
    } else return false;
    return true;
  };
  const tidy = (row: PanelRow): void =>
    put(row.id, (before) => ({ ...before, cells: tidied(before.cells, today()) }));
  return (
    <div className="wide sheet-box" role="region" aria-label={w.panel.sheet} tabIndex={0}>
      <table className="sheet" ref={table}>
        <thead>
          <tr>
            <th scope="col" className="sheet-number">
              <span className="unseen">{w.panel.row}</span>
            </th>
            {COLUMNS.map((column) => (
              <th key={column} scope="col" style={{ width: WIDTHS[column] }}>
                {w.panel.columns[column]}
              </th>
            ))}
            <th scope="col">
              <span className="unseen">{w.common.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, n) => (
            <Line
              key={row.id}
              row={row}
              number={n}
              faults={faults.get(row.id) ?? []}
              shopIds="panel-shops"
              metricIds={`panel-metrics-${shopOf(row.cells.shop, list)?.platform ?? "none"}`}
              onType={(column, text) =>
                put(row.id, (before) => ({ ...before, cells: { ...before.cells, [column]: text } }))
              }
              onKey={(key, column) => step(key, n, column)}
              onLeave={() => tidy(row)}
              onPaste={(column, cells) => paste({ row: n, column }, cells)}
              remove={() => remove(row.id)}
            />
          ))}
        </tbody>
      </table>
      <datalist id="panel-shops">
        {list.map((one) => (
          <option key={keyOf(one)} value={shownShop(one, list)}>
            {wordOf(w.platforms, one.platform)}
          </option>
        ))}
      </datalist>
      {[...new Set(list.map((one) => one.platform))].map((platform) => (
        <datalist key={platform} id={`panel-metrics-${platform}`}>
          {[...names]
            .filter(([metric]) => metric.startsWith(`${platform}/`))
            .map(([metric, name]) => (
              <option key={metric} value={name}>
                {metric}
              </option>
            ))}
        </datalist>
      ))}
    </div>
  );
}

function Line(props: {
  row: PanelRow;
  number: number;
  faults: readonly Fault[];
  shopIds: string;
  metricIds: string;
  onType: (column: Column, text: string) => void;
  onKey: (key: string, column: Column) => boolean;
  onLeave: () => void;
  onPaste: (column: Column, cells: string[][]) => void;
  remove: () => void;
}): ReactNode {
  const w = useWords();
  const { row, number, faults } = props;
  const note = `panel-fault-${row.id}`;
  const lists: Partial<Record<Column, string>> = { shop: props.shopIds, metric: props.metricIds };
  const cell = (column: Column): ReactNode => {
    const isWrong = faults.some((fault) => fault.column === column);
    return (
      <td
        key={column}
        data-label={w.panel.columns[column]}
        className={`sheet-${column}${isWrong ? " sheet-wrong" : ""}`}
      >
        <input
          data-cell={`${number} ${column}`}
          aria-label={w.panel.cell(w.panel.columns[column], number + 1)}
          aria-invalid={isWrong}
          aria-describedby={faults.length > 0 ? note : undefined}
          list={lists[column]}
          placeholder={w.panel.examples[column]}
          value={row.cells[column]}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => props.onType(column, event.target.value)}
          onBlur={props.onLeave}
          onKeyDown={(event) => {
            // Arrows walk through the choices of a cell that has some.
            const isChoosing = lists[column] !== undefined && event.key.startsWith("Arrow");
            const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
            const isComposing = event.nativeEvent.isComposing;
            if (isChoosing || !isPlain || isComposing) return;
            if (props.onKey(event.key, column)) event.preventDefault();
          }}
          onPaste={(event) => {
            const text = event.clipboardData.getData("text/plain");
            if (!/[\t\n\r]/.test(text.replace(/[\r\n]+$/, ""))) return;
            event.preventDefault();
            props.onPaste(column, cellsOf(text));
          }}
        />
      </td>
    );
  };
  return (
    <>
      <tr data-line={number + 1}>
        <td className="sheet-number quiet number">{number + 1}</td>
        {COLUMNS.map(cell)}
        <td className="sheet-remove">
          <RemoveButton label={w.panel.remove(number + 1)} onClick={props.remove} />
        </td>
      </tr>
      {faults.length > 0 && (
        <tr className="sheet-faults">
          <td className="sheet-number" />
          <td colSpan={COLUMNS.length + 1} id={note}>
            {faults.map((fault) => (
              <div key={`${fault.column} ${fault.message}`} className="late small">
                {fault.column && w.panel.columns[fault.column] + w.panel.colon}
                <Said text={fault.message} />
              </div>
            ))}
          </td>
        </tr>
      )}
    </>
  );
}

function Kept(props: {
  all: Observed[];
  place: Place;
  correct: ((one: Observed) => void) | null;
  again: () => void;
}): ReactNode {
  const w = useWords();
  const names = useMetricNames();
  const { all: kept, place, correct, again } = props;
  const [doing, ask] = useRemoval(again);
  const remove = (one: Observed): void => {
    const { platform, shop, account, metric, from, to, captured_at } = one;
    const whose = { ...(account != null && { account }), ...(captured_at != null && { captured_at }) };
    const query = { platform, shop, metric, from, to, ...whose };
    ask({
      title: w.panel.removeAsk(metricText(metric, names), w.overview.days(from, to), one.value),
      ok: w.panel.takeAway,
      work: async () => {
        await taken(api.DELETE("/v1/observed", { params: { query } }));
      },
      done: w.panel.removed,
    });
  };
  const shown = kept
    .filter((one) => place.shop === "" || keyOf(one) === keyOf(place))
    .filter((one) => place.metric === "" || one.metric === place.metric)
    .toReversed();
  return (
    <section className="card" aria-label={w.panel.kept}>
      <h2>{w.panel.kept}</h2>
      {shown.length === 0 ? (
        <Nothing
          title={kept.length === 0 ? w.panel.empty : w.panel.noMatch}
          hint={kept.length === 0 ? w.panel.emptyHint : w.panel.noMatchHint}
        />
      ) : (
        <Rows<Observed>
          label={w.figures.table}
          size="small"
          width={860}
          rows={shown}
          rowKey={(one) =>
            [keyOf(one), one.metric, one.from, one.to, one.account, one.captured_at].join(" ")
          }
          columns={[
            {
              title: w.common.shop,
              key: "shop",
              render: (_, one) => <ShopName platform={one.platform} shop={one.shop} />,
            },
            {
              title: w.panel.metric,
              key: "metric",
              render: (_, one) => <MetricName metric={one.metric} />,
            },
            {
              title: w.panel.days,
              key: "days",
              className: "number",
              render: (_, one) => w.overview.days(one.from, one.to),
            },
            { title: w.panel.columns.value, dataIndex: "value", className: "number" },
            {
              title: w.panel.columns.samples,
              key: "samples",
              className: "number",
              render: (_, one) => one.samples ?? <span className="quiet">{w.common.unknown}</span>,
            },
            { title: w.panel.columns.account, key: "account", render: (_, one) => one.account ?? "" },
            {
              title: w.panel.seen,
              key: "seen",
              className: "number",
              render: (_, one) =>
                one.captured_at ? (
                  dayAndClock(one.captured_at)
                ) : (
                  <span className="quiet">{w.panel.settled}</span>
                ),
            },
            {
              title: <span className="unseen">{w.common.actions}</span>,
              key: "correct",
              render: (_, one) =>
                correct && (
                  <div className="tools">
                    <Button
                      size="small"
                      aria-label={w.panel.correctOf(metricText(one.metric, names), one.from)}
                      onClick={() => correct(one)}
                    >
                      {w.panel.correct}
                    </Button>
                    <RemoveButton
                      danger
                      label={w.panel.removeOf(metricText(one.metric, names), one.from)}
                      title={w.panel.takeAway}
                      onClick={() => remove(one)}
                    />
                  </div>
                ),
            },
          ]}
        />
      )}
      {doing.failure && <FailureNote failure={doing.failure} />}
    </section>
  );
}
