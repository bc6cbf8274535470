// Rows by key, outside of React: whoever shows a row hears of that row alone.

type Listener = () => void;

export class Rows<T> {
  private rows = new Map<string, T>();
  private ofRow = new Map<string, Set<Listener>>();
  private ofAny = new Set<Listener>();
  private snapshot: ReadonlyMap<string, T> | undefined;

  get(key: string): T | undefined {
    return this.rows.get(key);
  }

  get size(): number {
    return this.rows.size;
  }

  values(): IterableIterator<T> {
    return this.rows.values();
  }

  /** All rows as they are; the same object until something changes. */
  all(): ReadonlyMap<string, T> {
    this.snapshot ??= new Map(this.rows);
    return this.snapshot;
  }

  set(key: string, row: T): void {
    this.rows.set(key, row);
    this.tell(key);
  }

  delete(key: string): void {
    if (this.rows.delete(key)) this.tell(key);
  }

  /** Puts these rows in the place of all others. Rows that are the same in content stay the same. */
  replace(rows: Iterable<[string, T]>): void {
    const old = this.rows;
    this.rows = new Map();
    for (const [key, row] of rows) {
      const before = old.get(key);
      const isSame = before !== undefined && JSON.stringify(before) === JSON.stringify(row);
      this.rows.set(key, isSame ? before : row);
    }
    this.snapshot = undefined;
    for (const [key, listeners] of this.ofRow) {
      if (old.get(key) !== this.rows.get(key)) listeners.forEach((listener) => listener());
    }
    this.ofAny.forEach((listener) => listener());
  }

  listen(key: string, listener: Listener): () => void {
    const listeners = this.ofRow.get(key) ?? new Set();
    this.ofRow.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.ofRow.delete(key);
    };
  }

  /** Hears of every change: for what is made of all rows. */
  listenToAll(listener: Listener): () => void {
    this.ofAny.add(listener);
    return () => this.ofAny.delete(listener);
  }

  private tell(key: string): void {
    this.snapshot = undefined;
    this.ofRow.get(key)?.forEach((listener) => listener());
    this.ofAny.forEach((listener) => listener());
  }
}
