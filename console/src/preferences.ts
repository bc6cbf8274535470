// What one likes, kept in this browser.
import { useSyncExternalStore } from "react";

export interface Preferences {
  language: "zh" | "en";
  scheme: "light" | "dark" | "system";
  /** Whether a notice is shown when somebody waits too long. */
  notices: boolean;
  /** Whether a sound goes with it. */
  sound: boolean;
}

const KEY = "yingda";
const listeners = new Set<() => void>();

function usual(): Preferences {
  const isChinese = navigator.languages.some((tag) => tag.toLowerCase().startsWith("zh"));
  return { language: isChinese ? "zh" : "en", scheme: "system", notices: false, sound: false };
}

function read(): Preferences {
  const known = usual();
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? "{}");
    if (typeof kept !== "object" || kept === null) return known;
    const { language, scheme, notices, sound } = kept as Record<string, unknown>;
    return {
      language: language === "zh" || language === "en" ? language : known.language,
      scheme: scheme === "light" || scheme === "dark" ? scheme : "system",
      notices: notices === true,
      sound: sound === true,
    };
  } catch {
    // Nothing readable is kept, or the browser keeps nothing.
    return known;
  }
}

let preferences = read();

export function current(): Preferences {
  return preferences;
}

export function prefer(change: Partial<Preferences>): void {
  preferences = { ...preferences, ...change };
  try {
    window.localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // A browser that keeps nothing: they hold until the page is left.
  }
  listeners.forEach((listener) => listener());
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(listen, current);
}

/** Which notices are wanted. */
export function currentNotices(): Pick<Preferences, "notices" | "sound"> {
  return preferences;
}
