// Which shop and which metric of it: kept in the address.
import { Select } from "antd";
import type { ReactNode } from "react";

import { goInstead } from "../place";
import { useWords } from "../words";
import { panelPath, useMetricsOf, type PanelPage, type Place } from "./panel-place";
import { keyOf, shopOptions, type Known } from "./shop-list";

export function PlaceTools(props: {
  path: PanelPage;
  place: Place;
  list: readonly Known[];
  /** What stands where no metric was chosen. */
  anyMetric: string;
  /** Whether the page has something to show without a shop. */
  mayBeNone?: boolean;
}): ReactNode {
  const { path, place, list, anyMetric, mayBeNone = false } = props;
  const w = useWords();
  const metrics = useMetricsOf(place.platform);
  const goTo = (to: Partial<Place>): void => goInstead(panelPath(path, to));
  const toShop = (key: string | undefined): void => {
    const shop = list.find((one) => keyOf(one) === key);
    if (!shop) return goTo({});
    // A metric of another platform is none of this shop's.
    const metric = shop.platform === place.platform ? place.metric : "";
    goTo({ platform: shop.platform, shop: shop.shop, metric });
  };
  return (
    <div className="tools panel-tools">
      <Select
        allowClear={mayBeNone}
        showSearch={{ optionFilterProp: "search" }}
        aria-label={w.panel.shop}
        placeholder={w.panel.pickShop}
        style={{ width: 240 }}
        value={place.shop === "" ? null : keyOf(place)}
        options={shopOptions(list)}
        onChange={toShop}
      />
      {place.shop !== "" && (
        <Select
          allowClear
          showSearch={{ optionFilterProp: "search" }}
          aria-label={w.panel.metric}
          placeholder={anyMetric}
          style={{ width: 280 }}
          value={place.metric === "" ? null : place.metric}
          options={metrics}
          onChange={(metric: string | undefined) => goTo({ ...place, metric: metric ?? "" })}
        />
      )}
    </div>
  );
}
