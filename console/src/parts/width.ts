import { useSyncExternalStore } from "react";

const narrow = window.matchMedia("(max-width: 767px)");
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function useMedia(query: MediaQueryList): boolean {
  return useSyncExternalStore(
    (listener) => {
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    () => query.matches,
  );
}

/** Whether there is the width of a phone only. */
export const useIsNarrow = (): boolean => useMedia(narrow);

/** Whether one asked for as little motion as can be. */
export const useIsStill = (): boolean => useMedia(still);

/** Whether the system is set to dark. */
export const useIsSystemDark = (): boolean => useMedia(dark);
