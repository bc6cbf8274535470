// What is asked of the server for a page.
import { useCallback, useEffect, useRef, useState } from "react";

import { failureOf, type Failure } from "../api/client";

export type Loaded<T> =
  | { state: "loading" }
  | { state: "failed"; failure: Failure }
  | { state: "there"; value: T };

/**
 * Asks when the page comes and whenever `key` changes. What was there stays while it is asked for
 * again; an answer that is overtaken by a later question is dropped.
 */
export function useLoaded<T>(key: string, ask: () => Promise<T>): [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "loading" });
  const question = useRef(0);
  const latest = useRef(ask);
  latest.current = ask;
  const again = useCallback(() => {
    question.current += 1;
    const mine = question.current;
    latest.current().then(
      (value) => {
        if (mine === question.current) setLoaded({ state: "there", value });
      },
      (thrown: unknown) => {
        const failure = failureOf(thrown);
        if (mine === question.current) setLoaded({ state: "failed", failure });
      },
    );
  }, []);
  useEffect(() => {
    setLoaded({ state: "loading" });
    again();
    return () => {
      question.current += 1;
    };
  }, [key, again]);
  return [loaded, again];
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
