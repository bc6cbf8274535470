// Who is signed in.
import { useSyncExternalStore } from "react";

import { Failed, api, code, onSessionOver, taken, type Failure, type Me, type Permission } from "./api/client";

export type Session =
  | { state: "asking" }
  | { state: "out"; isOver: boolean }
  | { state: "failed"; failure: Failure }
  | { state: "in"; me: Me };

let session: Session = { state: "asking" };
const listeners = new Set<() => void>();

function become(next: Session): void {
  session = next;
  listeners.forEach((listener) => listener());
}

export function currentSession(): Session {
  return session;
}

export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSession(): Session {
  return useSyncExternalStore(onSession, currentSession);
}

/** Who is signed in; only to be asked where somebody is. */
export function useMe(): Me {
  const known = useSession();
  if (known.state !== "in") throw new Error("nobody is signed in");
  return known.me;
}

export function useMay(permission: Permission): boolean {
  return useMe().permissions.includes(permission);
}

/** Asks the server who is signed in. */
export async function askWho(): Promise<void> {
  try {
    become({ state: "in", me: await taken(api.GET("/v1/me")) });
  } catch (thrown) {
    if (!(thrown instanceof Failed)) throw thrown;
    const { failure } = thrown;
    const isOut = failure.kind === "problem" && code(failure.problem) === "sign-in-needed";
    // Told by `onSessionOver` already.
    if (isOut) return;
    if (session.state !== "in") become({ state: "failed", failure });
  }
}

export function signedIn(me: Me): void {
  become({ state: "in", me });
}

export async function signOut(everywhere: boolean): Promise<void> {
  await taken(api.POST("/v1/sign-out", { params: { query: { everywhere } } }));
  become({ state: "out", isOver: false });
}

onSessionOver(() => become({ state: "out", isOver: session.state === "in" }));
