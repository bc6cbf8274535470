// A long list of which only the rows in sight exist. One row has the keyboard; its contents are
// drawn by components that listen to their own row alone.
import {
  memo,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from "react";

export interface Column {
  key: string;
  title: string;
  /** A track of the CSS grid. */
  width: string;
  /** Says that one can sort by it. */
  sortLabel?: string;
  cell: (row: string) => ReactNode;
}

export interface Sorting {
  column: string;
  isDescending: boolean;
}

interface Props {
  label: string;
  columns: readonly Column[];
  /** Keys of rows. One that begins with `group:` is a heading. */
  rows: readonly string[];
  heading?: (row: string) => ReactNode;
  rowHeight: number;
  sorting?: Sorting;
  onSort?: (column: string) => void;
  onOpen: (row: string) => void;
  /** The row to bring into sight as soon as it is there. */
  target?: string | null;
  onTarget?: () => void;
}

const HEADING_HEIGHT = 36;
/** Rows beyond the edges that exist already, so that scrolling shows no gaps. */
const BEYOND = 6;

const isHeading = (row: string): boolean => row.startsWith("group:");

/** Where rows begin: one more than there are rows, the last being the whole height. */
function offsets(rows: readonly string[], rowHeight: number): number[] {
  const all = [0];
  let top = 0;
  for (const row of rows) {
    top += isHeading(row) ? HEADING_HEIGHT : rowHeight;
    all.push(top);
  }
  return all;
}

/** The last row that begins at or before a height. */
function rowAt(tops: readonly number[], height: number): number {
  let low = 0;
  let high = tops.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= height) low = middle;
    else high = middle - 1;
  }
  return Math.max(low, 0);
}

interface RowProps {
  id: string;
  row: string;
  place: number;
  top: number;
  height: number;
  tracks: string;
  columns: readonly Column[];
  isActive: boolean;
  heading: ((row: string) => ReactNode) | undefined;
  onPick: (place: number) => void;
}

const Row = memo(function Row(props: RowProps): ReactNode {
  const { id, row, place, top, height, tracks, columns, isActive, heading, onPick } = props;
  const style = { transform: `translateY(${top}px)`, height };
  if (isHeading(row)) {
    return (
      <div id={id} role="row" aria-rowindex={place + 2} className="grid-heading" style={style}>
        <div role="gridcell" aria-colspan={columns.length}>
          {heading?.(row)}
        </div>
      </div>
    );
  }
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={place + 2}
      aria-selected={isActive}
      data-row={row}
      className={isActive ? "grid-row grid-active" : "grid-row"}
      style={{ ...style, gridTemplateColumns: tracks }}
      onClick={() => onPick(place)}
    >
      {columns.map((column) => (
        <div key={column.key} role="gridcell" className={`cell cell-${column.key}`}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
});

export function Grid(props: Props): ReactNode {
  const { label, columns, rows, rowHeight, sorting, onSort, onOpen, heading, target, onTarget } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const [height, setHeight] = useState(600);
  const [active, setActive] = useState<string | null>(null);
  const tops = offsets(rows, rowHeight);
  const whole = tops.at(-1) ?? 0;
  const tracks = columns.map((column) => column.width).join(" ");

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const place = active === null ? -1 : rows.indexOf(active);
  const first = Math.max(0, rowAt(tops, scrolled) - BEYOND);
  const last = Math.min(rows.length, rowAt(tops, scrolled + height) + 1 + BEYOND);

  const show = (to: number): void => {
    const element = box.current;
    const [top, bottom] = [tops[to], tops[to + 1]];
    if (!element || top === undefined || bottom === undefined) return;
    const head = element.querySelector<HTMLElement>(".grid-head")?.offsetHeight ?? 0;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (bottom + head > element.scrollTop + element.clientHeight) {
      element.scrollTop = bottom + head - element.clientHeight;
    }
  };

  const activate = (to: number): void => {
    const row = rows[to];
    if (row === undefined) return;
    setActive(row);
    show(to);
  };

  /** The nearest row from there on that is no heading. */
  const step = (from: number, by: 1 | -1): number => {
    let to = Math.min(Math.max(from, 0), rows.length - 1);
    while (isHeading(rows[to] ?? "") && to + by >= 0 && to + by < rows.length) to += by;
    return to;
  };

  const shown = useRef(show);
  shown.current = show;
  useEffect(() => {
    if (target === null || target === undefined) return;
    const to = rows.indexOf(target);
    if (to < 0) return;
    setActive(target);
    shown.current(to);
    box.current?.focus({ preventScroll: true });
    onTarget?.();
  }, [target, rows, onTarget]);

  const page = Math.max(1, Math.floor(height / rowHeight) - 2);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== box.current || rows.length === 0) return;
    const moves: Record<string, () => void> = {
      ArrowDown: () => activate(step(place + 1, 1)),
      ArrowUp: () => activate(step(place - 1, -1)),
      PageDown: () => activate(step(place + page, 1)),
      PageUp: () => activate(step(place - page, -1)),
      Home: () => activate(step(0, 1)),
      End: () => activate(step(rows.length - 1, -1)),
      Enter: () => {
        const row = rows[place];
        if (row !== undefined && !isHeading(row)) onOpen(row);
      },
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  };

  const latest = useRef({ rows, onOpen });
  latest.current = { rows, onOpen };
  const onPick = useCallback((to: number) => {
    const row = latest.current.rows[to];
    if (row === undefined) return;
    setActive(row);
    latest.current.onOpen(row);
  }, []);

  const isInSight = place >= first && place < last;
  const drawn: ReactNode[] = [];
  for (let at = first; at < last; at += 1) {
    const row = rows[at];
    if (row === undefined) continue;
    drawn.push(
      <Row
        key={row}
        id={`${id}-${at}`}
        row={row}
        place={at}
        top={tops[at] ?? 0}
        height={isHeading(row) ? HEADING_HEIGHT : rowHeight}
        tracks={tracks}
        columns={columns}
        isActive={at === place}
        heading={heading}
        onPick={onPick}
      />,
    );
  }
  return (
    <div
      ref={box}
      className="grid"
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={isInSight ? `${id}-${place}` : undefined}
      tabIndex={0}
      onScroll={(event) => setScrolled(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div role="row" aria-rowindex={1} className="grid-head" style={{ gridTemplateColumns: tracks }}>
        {columns.map((column) => (
          <Head key={column.key} column={column} sorting={sorting} onSort={onSort} />
        ))}
      </div>
      <div role="rowgroup" className="grid-body" style={{ height: whole }}>
        {drawn}
      </div>
    </div>
  );
}

function Head(props: {
  column: Column;
  sorting: Sorting | undefined;
  onSort: ((column: string) => void) | undefined;
}): ReactNode {
  const { column, sorting, onSort } = props;
  const isSorted = sorting?.column === column.key;
  const direction = sorting?.isDescending ? "descending" : "ascending";
  if (column.sortLabel === undefined) {
    return (
      <div role="columnheader" className={`cell cell-${column.key}`}>
        {column.title}
      </div>
    );
  }
  return (
    <div
      role="columnheader"
      aria-sort={isSorted ? direction : "none"}
      className={`cell cell-${column.key}`}
    >
      <button type="button" title={column.sortLabel} onClick={() => onSort?.(column.key)}>
        {column.title}
        <span aria-hidden="true" className="grid-sort">
          {isSorted ? (sorting.isDescending ? "↓" : "↑") : "↕"}
        </span>
      </button>
    </div>
  );
}
