// Which shop's and which metric's panel figures are looked at, as the address says it.
import { useMemo } from "react";

import { useMetricNames } from "../live/catalogue";
import { useQuery } from "../place";

export interface Place {
  platform: string;
  shop: string;
  metric: string;
}

const NAMES = ["platform", "shop", "metric"] as const;

/** Pages that are about a shop's panel. */
export type PanelPage = "/panel" | "/calibration";

export function panelPath(path: PanelPage, of: Partial<Place>): string {
  const query = new URLSearchParams();
  for (const key of NAMES) {
    const value = of[key];
    if (value) query.set(key, value);
  }
  const text = query.toString();
  return path + (text && `?${text}`);
}

export function usePanelPlace(): Place {
  const query = useQuery();
  const [platform = "", shop = "", metric = ""] = NAMES.map((key) => query.get(key) ?? "");
  return { platform, shop, metric };
}

/** Metrics of a platform, by name. */
export function useMetricsOf(platform: string): { value: string; search: string; label: string }[] {
  const names = useMetricNames();
  return useMemo(
    () =>
      [...names]
        .filter(([metric]) => platform !== "" && metric.startsWith(`${platform}/`))
        .map(([metric, name]) => ({ value: metric, search: `${name} ${metric}`, label: name })),
    [names, platform],
  );
}
