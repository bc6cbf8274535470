//! What platforms' panels show: the figures as they were when the platform last took them.
//!
//! Nothing is copied when a panel is refreshed. A figure that changes is kept as it was, until its
//! panel is refreshed; all others are as they stand. So a refresh at midnight costs nothing, and
//! what a restart cannot tell is little.

use std::collections::{BTreeMap, BTreeSet};

use facts::{Account, Day, Instant, ShopId, Span, Zone};
use live::{Calendar, Figure, Load, Pace, Unpaced};
use metric::Tally;
use serde::Serialize;
use store::ShopKey;
use utoipa::ToSchema;

use crate::rules::Watched;
use crate::standing::ValueNow;
use crate::state::State;
use crate::view::Stamp;

/// A figure as the platform shows it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShownNow {
    /// The first day of the period that is shown; null: it is not known what is shown.
    pub from: Option<String>,
    /// Its last day.
    pub to: Option<String>,
    /// The figure; null: there is none, or it is not known.
    pub value: Option<ValueNow>,
    /// How many samples it had; null: it is not known.
    pub samples: Option<u64>,
    /// Where the platform takes figures several times a day: that of today so far, as it was then;
    /// null: it takes them once a day, or there was none.
    pub today: Option<ValueNow>,
    /// Since when it is shown.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Stamp>,
    /// When the platform takes it anew next.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next: Option<Stamp>,
    /// Why it is not known, in English and Chinese; absent: it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<[String; 2]>,
}

/// An account's figure as the platform shows it, where accounts are shown at paces of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AccountShown {
    /// The account.
    pub account: String,
    /// Its grade; absent: it is not registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// What is shown.
    #[serde(flatten)]
    pub shown: ShownNow,
}

/// The pace of panels that show no figure of the day.
const DAILY: Span = Span(86_400_000);

/// Whose figure a panel shows: rule, shop and account.
type Key = (u32, ShopId, Account);

/// Figures as a panel shows them, where they are others by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// When the panel was refreshed.
    pub(crate) since: Instant,
    /// By day.
    pub(crate) days: BTreeMap<Day, Tally>,
}

/// All panels.
#[derive(Debug)]
pub(crate) struct Panels {
    pub(crate) kept: BTreeMap<Key, Kept>,
    calendar: Calendar,
}

impl Default for Panels {
    fn default() -> Self {
        Self { kept: BTreeMap::new(), calendar: Calendar::state_council() }
    }
}

/// Why a figure's panel is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Unshown {
    /// How often it is refreshed is not.
    Pace(Unpaced),
    /// The samples themselves say which are in it.
    BySamples,
    /// Days are in it that are not watched.
    Unwatched,
    /// A mean of the fastest needs every wait as it was.
    Fastest,
}

impl Unshown {
    fn shown(&self) -> ShownNow {
        ShownNow {
            from: None,
            to: None,
            value: None,
            samples: None,
            today: None,
            since: None,
            next: None,
            problem: Some(self.words()),
        }
    }

    fn words(&self) -> [String; 2] {
        let both = |en: &str, zh: &str| [en.to_owned(), zh.to_owned()];
        match self {
            // Such a message is in both languages.
            Self::Pace(unpaced) => {
                let text = unpaced.to_string();
                let (en, zh) = text.split_once(" / ").unwrap_or((&text, &text));
                both(en, zh)
            }
            Self::BySamples => both(
                "the samples themselves say which days are shown: `GET /v1/figures` counts them",
                "展示哪些天取决于样本本身：请用 `GET /v1/figures` 统计",
            ),
            Self::Unwatched => both(
                "the period has days that are not counted live: `GET /v1/figures` counts them",
                "统计周期中有未实时统计的日期：请用 `GET /v1/figures` 统计",
            ),
            Self::Fastest => both(
                "a mean of the fastest needs every wait as it was, which is not kept",
                "最快部分的均值需要当时的每个等待时长，未予保存",
            ),
        }
    }
}

impl State {
    /// The instants after the clock, and up to `now`, at which panels are refreshed last: in
    /// order, one for each interval at most.
    pub(crate) fn refreshes(&self, now: Instant) -> BTreeSet<Instant> {
        let clock = self.engine.clock();
        let all =
            self.rules.paces().iter().map(|(zone, every)| Pace { every: *every }.last(zone, now));
        all.filter(|at| clock < *at && *at <= now).collect()
    }

    /// A figure is not any more what it was at an instant.
    pub(crate) fn keep_shown(&mut self, figure: &Figure, was: &Tally, before: Instant) {
        let rule = self.rules.rule(figure.watch);
        let Ok(pace) = self.pace(figure.shop, rule, figure.account, before) else { return };
        let since = pace.last(&rule.zone, before);
        let period = rule.rule.period;
        let (from, to) = period.ending(rule.zone.day(since));
        let in_period = from <= figure.day && figure.day <= to && !period.is_by_samples();
        let is_today = pace.every < DAILY && figure.day == rule.zone.day(since);
        if !in_period && !is_today {
            return;
        }
        let key = (figure.watch, figure.shop, figure.account);
        let kept = self.panels.kept.entry(key);
        let kept = kept.or_insert_with(|| Kept { since, days: BTreeMap::new() });
        kept.days.entry(figure.day).or_insert(*was);
    }

    /// Panels that are refreshed by an instant show what stands.
    pub(crate) fn refresh(&mut self, at: Instant) {
        let mut kept = std::mem::take(&mut self.panels.kept);
        kept.retain(|(watch, shop, account), kept| {
            let rule = self.rules.rule(*watch);
            let pace = self.pace(*shop, rule, *account, at);
            pace.is_ok_and(|pace| pace.last(&rule.zone, at) <= kept.since)
        });
        self.panels.kept = kept;
    }

    /// How often the figure of an account of a shop is shown anew.
    fn pace(
        &self,
        shop: ShopId,
        rule: &Watched,
        account: Account,
        at: Instant,
    ) -> Result<Pace, Unpaced> {
        let table = rule.refresh.as_slice();
        let day = rule.zone.day(at);
        if table.iter().all(|row| row.grade.is_none()) {
            return Pace::of(table, &self.panels.calendar, day, None, Load::default());
        }
        let entry = self.shops.entry(self.shops.key(shop));
        let name = self.names.account(account);
        let held = self.happenings.of(shop).and_then(|known| known.held(at));
        let open = held.and_then(|held| held.get(&account).copied()).unwrap_or(0);
        let capacity = entry.and_then(|entry| entry.capacity(name));
        let grade = entry.and_then(|entry| entry.grade(name));
        Pace::of(table, &self.panels.calendar, day, grade, Load { open, capacity })
    }

    /// What the panel shows of a shop's metric, which stands so by day.
    pub(crate) fn shown_of(
        &self,
        shop: ShopId,
        rule: &Watched,
        daily: &BTreeMap<Day, Tally>,
        now: Instant,
    ) -> ShownNow {
        self.find_shown(shop, rule, (None, daily), now).unwrap_or_else(|unshown| unshown.shown())
    }

    fn shown_of_account(
        &self,
        shop: ShopId,
        rule: &Watched,
        account: Account,
        now: Instant,
    ) -> ShownNow {
        let mut daily: BTreeMap<Day, Tally> = BTreeMap::new();
        for (figure, tally) in self.engine.figures_of(shop) {
            let is_it = self.rules.rule(figure.watch).metric == rule.metric;
            if is_it && figure.account == account {
                *daily.entry(figure.day).or_default() += tally;
            }
        }
        let shown = self.find_shown(shop, rule, (Some(account), &daily), now);
        shown.unwrap_or_else(|unshown| unshown.shown())
    }

    fn find_shown(
        &self,
        shop: ShopId,
        rule: &Watched,
        (account, daily): (Option<Account>, &BTreeMap<Day, Tally>),
        now: Instant,
    ) -> Result<ShownNow, Unshown> {
        let (zone, period, figure) = (&rule.zone, rule.rule.period, rule.rule.figure);
        if period.is_by_samples() {
            return Err(Unshown::BySamples);
        }
        if figure.needs_waits() {
            return Err(Unshown::Fastest);
        }
        let pace = self.pace(shop, rule, account.unwrap_or(Account::SHOP), now);
        let pace = pace.map_err(Unshown::Pace)?;
        let mut kept = self.kept_of(shop, rule, account);
        let last = pace.last(zone, now);
        kept.retain(|(_, kept)| kept.since >= last);
        // A pace that became slower keeps what is shown.
        let since = kept.iter().map(|(_, kept)| kept.since).chain([last]).max().unwrap_or(last);
        let (from, to) = period.ending(zone.day(since));
        if from < self.rules.first() {
            return Err(Unshown::Unwatched);
        }
        let sum = |from: Day, to: Day| {
            let mut sum = Tally::default();
            if from <= to {
                daily.range(from..=to).for_each(|(_, tally)| sum += tally);
            }
            for (key, kept) in &kept {
                let days = kept.days.iter().filter(|(day, _)| from <= **day && **day <= to);
                for (day, was) in days {
                    let (watch, shop, account) = *key;
                    let stands = self.engine.figure(&Figure { watch, shop, account, day: *day });
                    sum += was;
                    sum -= &stands;
                }
            }
            sum
        };
        let value = |tally: &Tally| tally.value(figure).map(|value| ValueNow::of(value, figure));
        let (of_period, today) = (sum(from, to), zone.day(since));
        let of_today = (pace.every < DAILY).then(|| sum(today, today));
        Ok(ShownNow {
            from: Some(from.to_string()),
            to: Some(to.to_string()),
            value: value(&of_period),
            samples: Some(of_period.samples()),
            today: of_today.as_ref().and_then(value),
            since: Some(Stamp::of(zone, since)),
            next: Some(Stamp::of(zone, pace.next(zone, now))),
            problem: None,
        })
    }

    /// What was kept of a shop's metric, or of an account's.
    fn kept_of(&self, shop: ShopId, rule: &Watched, account: Option<Account>) -> Vec<(Key, &Kept)> {
        let number = self.rules.number(self.shops.key(shop));
        let watches = self.rules.under(number).filter(|(_, one)| one.metric == rule.metric);
        let kept = watches.flat_map(|(watch, _)| {
            let (first, last) = (Account(0), Account(u32::MAX));
            self.panels.kept.range((watch, shop, first)..=(watch, shop, last))
        });
        let is_it = |key: &Key| account.is_none_or(|account| key.2 == account);
        kept.filter(|(key, _)| is_it(key)).map(|(key, kept)| (*key, kept)).collect()
    }

    /// What the panel shows of each account, where accounts have paces of their own.
    pub(crate) fn accounts_shown(
        &self,
        shop: ShopId,
        rule: &Watched,
        now: Instant,
    ) -> Vec<AccountShown> {
        if rule.refresh.iter().all(|row| row.grade.is_none()) {
            return Vec::new();
        }
        let figures = self.engine.figures_of(shop).map(|(figure, _)| figure);
        let of_metric =
            figures.filter(|figure| self.rules.rule(figure.watch).metric == rule.metric);
        let accounts: BTreeSet<Account> = of_metric.map(|figure| figure.account).collect();
        let entry = self.shops.entry(self.shops.key(shop));
        let known = accounts.into_iter().filter(|account| account.is_known());
        let mut all: Vec<AccountShown> = known
            .map(|account| {
                let name = self.names.account(account);
                AccountShown {
                    account: name.to_owned(),
                    grade: entry.and_then(|entry| entry.grade(name)).map(str::to_owned),
                    shown: self.shown_of_account(shop, rule, account, now),
                }
            })
            .collect();
        all.sort_by(|a, b| a.account.cmp(&b.account));
        all
    }

    /// What the panel shows of a metric that is in force now; `None`: it is not watched, or no
    /// such account is known.
    pub(crate) fn shown(
        &self,
        key: &ShopKey,
        (metric, account): (&str, Option<&str>),
        now: Instant,
    ) -> Option<ShownNow> {
        let shop = self.shops.find(key)?;
        let today = self.zone_of(key).day(now);
        let mut in_force = self.rules.under(self.rules.number(key));
        let (_, rule) = in_force
            .find(|(_, one)| one.metric == metric && one.days.0 <= today && today <= one.days.1)?;
        Some(match account {
            Some(name) => self.shown_of_account(shop, rule, self.names.find_account(name)?, now),
            None => {
                let daily = self.daily(shop);
                self.shown_of(shop, rule, daily.get(rule.metric.as_str())?, now)
            }
        })
    }

    fn zone_of(&self, key: &ShopKey) -> &Zone {
        self.rules.platform(&key.platform).1
    }
}
