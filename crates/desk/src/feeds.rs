//! Where the facts of each shop come from, and how old what is known is.

use std::collections::{BTreeMap, BTreeSet};

use facts::{Instant, Span, Zone};
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

impl FeedNow {
    pub(crate) fn of(feed: &Feed, zone: &Zone) -> Self {
        Self {
            feed: feed.feed.clone(),
            grade: feed.grade.clone(),
            last_fact_at: feed.last_fact_at.map(|at| Stamp::of(zone, at)),
            last_heard_at: feed.last_heard_at.map(|at| Stamp::of(zone, at)),
        }
    }
}

/// A feed with its shop, and how old what it gave is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShopFeed {
    /// The platform.
    pub platform: String,
    /// The shop.
    pub shop: String,
    /// What it is called, and how good it is.
    #[serde(flatten)]
    pub feed: FeedNow,
    /// How old it is.
    #[serde(flatten)]
    pub age: FeedAge,
}

/// How old a feed is. Of an instant that is ahead of the server's clock the age is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FeedAge {
    /// Milliseconds since it was heard last, with or without a fact; null: it never was.
    pub age_ms: Option<i64>,
    /// Milliseconds since the newest fact happened that it gave: how far it lies behind where
    /// something happens all the time; null: it gave none.
    pub behind_ms: Option<i64>,
}

impl FeedAge {
    fn of(feed: &Feed, now: Instant) -> Self {
        let since = |at: Instant| (now - at).max(Span(0)).0;
        Self { age_ms: feed.last_heard_at.map(since), behind_ms: feed.last_fact_at.map(since) }
    }
}

/// What a figure rests on: the best of the shop's feeds that it can rest on, and of those that are
/// as good the one heard last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fed {
    /// `live`, `daily` or `panel`.
    pub grade: String,
    /// What the feed is called.
    pub feed: String,
    /// When the newest fact happened that it gave; null: it gave none.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_fact_at: Option<Stamp>,
    /// When it was heard last; null: never.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_heard_at: Option<Stamp>,
    /// How old it is.
    #[serde(flatten)]
    pub age: FeedAge,
}

/// What figures are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestsOn {
    /// Facts that were counted.
    Facts,
    /// Figures as a platform's panel shows them. Where no feed gives these alone, they came with
    /// facts.
    Panel,
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
        // One name may give both: figures off a panel do not take the place of facts.
        if grade != Grade::Panel || known.grade.is_empty() {
            grade.word().clone_into(&mut known.grade);
        }
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

    /// What a figure of a shop rests on; `None`: nothing was ever fed of it.
    pub(crate) fn under(
        &self,
        key: &ShopKey,
        rests_on: RestsOn,
        (zone, now): (&Zone, Instant),
    ) -> Option<Fed> {
        let goodness = |feed: &Feed| match (Grade::from_word(&feed.grade), rests_on) {
            (Some(Grade::Panel), RestsOn::Panel) => 3,
            (Some(Grade::Live), _) => 2,
            (Some(Grade::Daily), _) => 1,
            (Some(Grade::Panel), RestsOn::Facts) | (None, _) => 0,
        };
        let able = self.of(key).filter(|feed| goodness(feed) > 0);
        let feed = able.max_by_key(|feed| (goodness(feed), feed.last_heard_at))?;
        let FeedNow { feed: name, grade, last_fact_at, last_heard_at } = FeedNow::of(feed, zone);
        let age = FeedAge::of(feed, now);
        Some(Fed { grade, feed: name, last_fact_at, last_heard_at, age })
    }

    /// The feeds of a shop with how old they are.
    pub(crate) fn aged(&self, key: &ShopKey, zone: &Zone, now: Instant) -> Vec<ShopFeed> {
        let aged = self.of(key).map(|feed| ShopFeed {
            platform: key.platform.clone(),
            shop: key.shop.clone(),
            feed: FeedNow::of(feed, zone),
            age: FeedAge::of(feed, now),
        });
        aged.collect()
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
