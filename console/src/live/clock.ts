// One clock for all that ticks: the server's time, once a second.
import { useSyncExternalStore } from "react";

let ahead = 0;
let second = 0;
let timer: number | undefined;
const listeners = new Set<() => void>();

/** From how many milliseconds on a clock was wrong, and the way of an answer does not explain it. */
const WRONG_MS = 1_000;

/** What the server said the time is, just now. */
export function setServerTime(stamp: string): void {
  const at = Date.parse(stamp);
  if (Number.isNaN(at)) return;
  const before = ahead;
  ahead = at - Date.now();
  if (timer !== undefined && Math.abs(ahead - before) > WRONG_MS) {
    // What is shown was told by the wrong clock: not for another second.
    window.clearTimeout(timer);
    tick();
  }
}

/** The server's time in milliseconds since 1970, as far as it is known. */
export function now(): number {
  return Date.now() + ahead;
}

function tick(): void {
  second = Math.floor(now() / 1_000);
  // On the next full second, so that all clocks of the page step together.
  timer = window.setTimeout(tick, 1_000 - (now() % 1_000) + 5);
  listeners.forEach((listener) => listener());
}

export function onSecond(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) tick();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      window.clearTimeout(timer);
      timer = undefined;
    }
  };
}

/** Seconds since 1970. */
export function useSecond(): number {
  return useSyncExternalStore(onSecond, () => (timer === undefined ? Math.floor(now() / 1_000) : second));
}

/**
 * Something that depends on the second: renders again when its value changes, not each second.
 */
export function useEachSecond<T extends string | number | boolean>(of: (now: number) => T): T {
  return useSyncExternalStore(onSecond, () => of(timer === undefined ? now() : second * 1_000));
}
