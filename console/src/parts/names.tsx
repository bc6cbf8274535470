// How shops, metrics and instants are called.
import type { ReactNode } from "react";

import type { AlertItem, ShopNow } from "../api/client";
import { shops, shopKey, useShop } from "../live/live";
import { useMetricNames } from "../live/catalogue";
import { useWords, wordOf, type Words } from "../words";

/** The time of day of an instant as its shop's clocks show it; with the day where asked. */
export function clockOf(stamp: string): string {
  return stamp.slice(11, 19);
}

export function dayAndClock(stamp: string): string {
  return `${stamp.slice(0, 10)} ${stamp.slice(11, 19)}`;
}

export function shopName(shop: ShopNow | undefined, id: string): string {
  return shop?.name || id;
}

/** The name of a shop that is known by its key. */
export function nameOfKey(of: { platform: string; shop: string }): string {
  return shopName(shops.get(shopKey(of)), of.shop);
}

/** What a metric is called in the catalogue; its id where the catalogue is not read. */
export function metricText(metric: string, names: ReadonlyMap<string, string>): string {
  return names.get(metric) ?? metric.slice(metric.indexOf("/") + 1);
}

export function MetricName({ metric }: { metric: string }): ReactNode {
  return <>{metricText(metric, useMetricNames())}</>;
}

export function Platform({ platform }: { platform: string }): ReactNode {
  const w = useWords();
  return <span className={`platform platform-${platform}`}>{wordOf(w.platforms, platform)}</span>;
}

/** A shop as the rows of other things name it. */
export function ShopName({ platform, shop }: { platform: string; shop: string }): ReactNode {
  const known = useShop(`${platform}/${shop}`);
  return (
    <span className="shop-name">
      <Platform platform={platform} />
      <span className="cut" title={shop}>
        {shopName(known, shop)}
      </span>
    </span>
  );
}

/** Who is told of an alert. */
export function toWhom(item: AlertItem, w: Words): string {
  const to = item.about?.to;
  if (!to) return w.alerts.old;
  switch (to.kind) {
    case "account":
      return w.alerts.accountTo(to.account);
    case "supervisors":
      return w.alerts.supervisors;
    case "owner":
      return w.alerts.owner;
    case "group":
      return w.alerts.groupTo(to.number);
  }
}
