// What is asked of the server for a page.
import { useCallback, useEffect, useRef, useState } from "react";

import { failureOf, type Failure } from "../api/client";
import { onBack } from "./back";

export type Loaded<T> =
  | { state: "loading" }
  | { state: "failed"; failure: Failure }
  | { state: "there"; value: T };

/**
 * Asks when the page comes and whenever `key` changes. What was there stays while it is asked for
 * again; an answer that is overtaken by a later question is dropped.
 */
export function useLoaded<T>(key: string, ask: () => Promise<T>): [Loaded<T>, () => void] {
  const [answer, setAnswer] = useState<{ key: string; loaded: Loaded<T> }>();
  const question = useRef(0);
  const latest = useRef({ key, ask });
  latest.current = { key, ask };
  const again = useCallback(() => {
    question.current += 1;
    const mine = question.current;
    const { key: asked, ask: now } = latest.current;
    const become = (loaded: Loaded<T>): void => {
      if (mine === question.current) setAnswer({ key: asked, loaded });
    };
    now().then(
      (value) => become({ state: "there", value }),
      (thrown: unknown) => become({ state: "failed", failure: failureOf(thrown) }),
    );
  }, []);
  useEffect(() => {
    again();
    return () => {
      question.current += 1;
    };
  }, [key, again]);
  const isOffline = answer?.loaded.state === "failed" && answer.loaded.failure.kind === "offline";
  useEffect(() => (isOffline ? onBack(again) : undefined), [isOffline, again]);
  // An answer to another question is none to this one.
  return [answer?.key === key ? answer.loaded : { state: "loading" }, again];
}

/**
 * What was there last for the same key, while it is asked for otherwise: what is looked at does not
 * go away and come back.
 */
export function useKept<T>(loaded: Loaded<T>, key: string): { value: T | null; isOld: boolean } {
  const last = useRef<{ key: string; value: T } | null>(null);
  if (loaded.state === "there") last.current = { key, value: loaded.value };
  if (loaded.state === "failed" || last.current?.key !== key) last.current = null;
  return { value: last.current?.value ?? null, isOld: loaded.state === "loading" };
}

export interface Doing {
  isBusy: boolean;
  failure: Failure | null;
  /** Does something; true: it is done. */
  run: (work: () => Promise<void>) => Promise<boolean>;
  clear: () => void;
}

/** Something that changes what the server keeps: once at a time, with what went wrong. */
export function useDoing(): Doing {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const run = useCallback(async (work: () => Promise<void>) => {
    setBusy(true);
    setFailure(null);
    try {
      await work();
      return true;
    } catch (thrown) {
      setFailure(failureOf(thrown));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setFailure(null), []);
  return { isBusy, failure, run, clear };
}
