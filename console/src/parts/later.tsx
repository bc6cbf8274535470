// Parts of the console that are fetched when they are first shown. `React.lazy` keeps an import
// that failed; this tries again once the line is back.
import { useEffect, useState, type ComponentType, type ReactNode } from "react";

import { onBack } from "./back";

/** Also tried without being told of a line: the browser may not notice that it has one. */
const TRY_EVERY_MS = 5_000;

export interface Later<P extends object> {
  /** Fetches it before it is shown; that it failed is told when it is shown. */
  preload: () => Promise<void>;
  Show: ComponentType<P & Meanwhile>;
}

export interface Meanwhile {
  /** What is shown while it is fetched. */
  loading: ReactNode;
  /** What is shown where it could not be fetched. */
  offline: (again: () => void) => ReactNode;
}

/** Rejects without a line. A browser remembers that a module could not be had, and asks no more. */
async function reached(): Promise<void> {
  await fetch("/healthz", { cache: "no-store" });
}

export function later<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
): Later<P> {
  let found: ComponentType<P> | null = null;
  let coming: Promise<void> | null = null;
  const fetchIt = (): Promise<void> => {
    coming ??= reached().then(load).then(
      (part) => {
        found = part.default;
      },
      (thrown: unknown) => {
        coming = null;
        throw thrown;
      },
    );
    return coming;
  };
  function Show(props: P & Meanwhile): ReactNode {
    const [Found, setFound] = useState<ComponentType<P> | null>(() => found);
    const [isMissing, setMissing] = useState(false);
    const [tries, setTries] = useState(0);
    const again = (): void => setTries((n) => n + 1);
    useEffect(() => {
      if (Found) return;
      let isOver = false;
      fetchIt().then(
        () => {
          if (!isOver) setFound(() => found);
        },
        () => {
          if (!isOver) setMissing(true);
        },
      );
      return () => {
        isOver = true;
      };
    }, [Found, tries]);
    useEffect(() => {
      if (Found || !isMissing) return;
      const end = onBack(again);
      const timer = window.setInterval(again, TRY_EVERY_MS);
      return () => {
        end();
        window.clearInterval(timer);
      };
    }, [Found, isMissing]);
    if (Found) return <Found {...props} />;
    return isMissing ? props.offline(again) : props.loading;
  }
  return { preload: () => fetchIt().catch(() => undefined), Show };
}

/** Fetches one after the other, while the browser has nothing else to do; gives what ends that. */
export function preloadIdle(parts: readonly { preload: () => Promise<void> }[]): () => void {
  let isOver = false;
  // Safari has no such callback.
  const idle = (work: () => void): void => {
    if ("requestIdleCallback" in window) window.requestIdleCallback(work);
    else setTimeout(work, 500);
  };
  const next = (at: number): void => {
    const part = parts[at];
    if (isOver || !part) return;
    idle(() => {
      if (!isOver) void part.preload().then(() => next(at + 1));
    });
  };
  next(0);
  return () => {
    isOver = true;
  };
}
