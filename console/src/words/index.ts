// All words of the console. The Chinese dictionary says which there are; the English one has the
// same, or it does not compile.
import { usePreferences } from "../preferences";
import { en } from "./en";
import { zh, type Words } from "./zh";

export type { Words };

const DICTIONARIES: Record<"zh" | "en", Words> = { zh, en };

export function useWords(): Words {
  return DICTIONARIES[usePreferences().language];
}

/** The word for a code of the server, or the code itself where it is a new one. */
export function wordOf(words: Record<string, string>, code: string): string {
  return words[code] ?? code;
}
