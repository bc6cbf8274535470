// When the server can be reached again: what could not be fetched meanwhile is fetched then.

const listeners = new Set<() => void>();

/** Tells whoever waits that it is worth another try. */
export const tellBack = (): void => [...listeners].forEach((listener) => listener());
window.addEventListener("online", tellBack);

/** Calls back whenever the line is back; gives what ends that. */
export function onBack(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
