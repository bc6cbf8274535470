//! Where the facts of each shop come from, and how old what is known is.

use std::collections::{BTreeMap, BTreeSet};

use facts::Instant;
use serde::Serialize;
use store::{Feed, ShopKey};
use utoipa::ToSchema;

use crate::view::Stamp;

facts::words! {
    /// What figures that rest on a feed are good for.
    Grade {
        /// Facts come as they happen: who waits is known.
        Live = "live",
        /// Facts come in pieces, as a file a day: figures are right up to the last piece.
        Daily = "daily",
        /// Figures alone come, as a platform's panel shows them.
        Panel = "panel",
    }
}

/// A feed of a shop as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FeedNow {
    /// What it is called: who sends.
    pub feed: String,
    /// `live`, `daily` or `panel`.
    pub grade: String,
    /// When the newest fact happened that it gave; absent: it gave none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_fact_at: Option<Stamp>,
    /// When it was heard last; absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_heard_at: Option<Stamp>,
}

/// All feeds, by shop and name.
#[derive(Debug, Default)]
pub(crate) struct Feeds {
    known: BTreeMap<ShopKey, BTreeMap<String, Feed>>,
    /// Those that the store does not have as they are.
    changed: BTreeSet<(ShopKey, String)>,
}

impl Feeds {
    pub(crate) fn new(stored: Vec<Feed>) -> Self {
        let mut feeds = Self::default();
        for feed in stored {
            let key = ShopKey::new(&feed.platform, &feed.shop);
            feeds.known.entry(key).or_default().insert(feed.feed.clone(), feed);
        }
        feeds
    }

    /// A feed gave facts of a shop, the newest of which happened at an instant; `None`: it was
    /// heard, and gave none.
    pub(crate) fn hear(
        &mut self,
        key: &ShopKey,
        (feed, grade): (&str, Grade),
        now: Instant,
        last_fact_at: Option<Instant>,
    ) {
        let of_shop = self.known.entry(key.clone()).or_default();
        let known = of_shop.entry(feed.to_owned()).or_insert_with(|| Feed {
            platform: key.platform.clone(),
            shop: key.shop.clone(),
            feed: feed.to_owned(),
            grade: String::new(),
            last_fact_at: None,
            last_heard_at: None,
        });
        grade.word().clone_into(&mut known.grade);
        known.last_fact_at = known.last_fact_at.max(last_fact_at);
        known.last_heard_at = known.last_heard_at.max(Some(now));
        self.changed.insert((key.clone(), feed.to_owned()));
    }

    /// The shops that have any.
    pub(crate) fn shops(&self) -> impl Iterator<Item = &ShopKey> {
        self.known.keys()
    }

    /// The feeds of a shop.
    pub(crate) fn of(&self, key: &ShopKey) -> impl Iterator<Item = &Feed> {
        self.known.get(key).into_iter().flat_map(BTreeMap::values)
    }

    /// Whether who waits in a shop is known.
    pub(crate) fn is_live(&self, key: &ShopKey) -> bool {
        self.of(key).any(|feed| feed.grade == Grade::Live.word())
    }

    pub(crate) fn has_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// Those that changed since the last call.
    pub(crate) fn take_changed(&mut self) -> Vec<Feed> {
        let changed = std::mem::take(&mut self.changed);
        let found = changed.iter().filter_map(|(key, feed)| self.known.get(key)?.get(feed));
        found.cloned().collect()
    }
}
