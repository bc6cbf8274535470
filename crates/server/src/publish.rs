//! What a desk tells, as events.

use desk::Told;
use store::ShopKey;

use crate::events::Hub;

/// A desk's ear that tells everything to a hub: events named `waiting`, `answered`, `shop` and
/// `alert`, each for those who reach the shop.
#[must_use]
pub fn publisher(hub: Hub) -> desk::Tell {
    Box::new(move |shop: &ShopKey, told: Told| {
        let shop = Some(shop.clone());
        let result = match told {
            Told::Waiting(waiting) => hub.tell("waiting", shop, &waiting),
            Told::Answered(answered) => hub.tell("answered", shop, &answered),
            Told::Shop(now) => hub.tell("shop", shop, &now),
            Told::Alert(alert) => hub.tell("alert", shop, &alert),
        };
        if let Err(error) = result {
            tracing::error!(%error, "an event could not be told");
        }
    })
}
