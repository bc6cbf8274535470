// Where in the console one is: the path of the address.
import { useSyncExternalStore, type MouseEvent } from "react";

const listeners = new Set<() => void>();
const tell = (): void => listeners.forEach((listener) => listener());
window.addEventListener("popstate", tell);

/** `staysThere`: within the same page, which keeps its place. */
export function go(path: string, { staysThere = false } = {}): void {
  if (path === window.location.pathname + window.location.search) return;
  window.history.pushState(null, "", path);
  if (!staysThere) window.scrollTo(0, 0);
  tell();
}

/** Changes the address without a step that one could go back. */
export function goInstead(path: string): void {
  window.history.replaceState(null, "", path);
  tell();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePath(): string {
  return useSyncExternalStore(listen, () => window.location.pathname);
}

export function useQuery(): URLSearchParams {
  return new URLSearchParams(useSyncExternalStore(listen, () => window.location.search));
}

/** What a link needs to stay within the console; with a modifier key the browser does as usual. */
export function linkTo(path: string): { href: string; onClick: (event: MouseEvent) => void } {
  return {
    href: path,
    onClick(event) {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      go(path);
    },
  };
}
