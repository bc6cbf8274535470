// Every shop that is known of, to choose one.
import type { ReactNode } from "react";

import { all, api, taken } from "../api/client";
import { shops as live } from "../live/live";
import { useLoaded } from "./loaded";
import { Platform, shopName } from "./names";

export interface Known {
  platform: string;
  shop: string;
  name: string;
}

export const keyOf = (of: { platform: string; shop: string }): string => `${of.platform}/${of.shop}`;

export const nameOf = (of: Known): string => of.name || shopName(live.get(keyOf(of)), of.shop);

/** Shops that have a record, or that sent something. */
export function useShopList(): ReturnType<typeof useLoaded<Known[]>> {
  return useLoaded("shops", async () => {
    const records = await all((after: string | undefined) =>
      taken(api.GET("/v1/shops", { params: { query: { limit: 1_000, ...(after && { after }) } } })),
    );
    const now = await all((after: string | undefined) =>
      taken(
        api.GET("/v1/overview", { params: { query: { limit: 1_000, ...(after && { after }) } } }),
      ),
    );
    const found = new Map<string, Known>();
    for (const { platform, shop } of now) {
      found.set(`${platform}/${shop}`, { platform, shop, name: "" });
    }
    for (const { platform, shop, name } of records) {
      found.set(`${platform}/${shop}`, { platform, shop, name: name ?? "" });
    }
    return [...found.values()].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  });
}

export function ShopLabel({ place }: { place: Known }): ReactNode {
  return (
    <span className="shop-name">
      <Platform platform={place.platform} />
      <span className="cut">{nameOf(place)}</span>
    </span>
  );
}

/** The shops as choices, to be searched by name, id and platform. */
export const shopOptions = (
  list: readonly Known[],
): { value: string; search: string; label: ReactNode }[] =>
  list.map((one) => ({
    value: keyOf(one),
    search: `${nameOf(one)} ${one.shop} ${one.platform}`,
    label: <ShopLabel place={one} />,
  }));
