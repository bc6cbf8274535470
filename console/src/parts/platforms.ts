// Platforms to choose from: those of China first, as most shops are there.
import type { Words } from "../words";

const FIRST = [
  "taobao",
  "tmall",
  "taote",
  "douyin",
  "pinduoduo",
  "jd",
  "kuaishou",
  "xiaohongshu",
  "weixin-shop",
  "1688",
];
const LAST = "generic";

/** Found by what they are called in the page's language, and by their ids. */
export function platformOptions(w: Words): { value: string; search: string; label: string }[] {
  const rank = (id: string): number => {
    if (id === LAST) return FIRST.length + 1;
    const at = FIRST.indexOf(id);
    return at < 0 ? FIRST.length : at;
  };
  return Object.entries(w.platforms)
    .map(([value, label]) => ({ value, search: `${label} ${value}`, label }))
    .sort((a, b) => rank(a.value) - rank(b.value) || a.label.localeCompare(b.label));
}
