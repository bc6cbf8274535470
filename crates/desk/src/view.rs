//! How everything stands, for whoever asks: plain values with names, nothing of a buyer but a
//! number.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use facts::{Day, Instant, ShopId, Span, Zone};
use live::Who;
use metric::{FORECAST_DAYS, Left, Reason, Rule, Tally, forecast};
use serde::{Serialize, Serializer};
use store::{Reach, ShopKey};
use utoipa::ToSchema;

use crate::feeds::FeedNow;
use crate::panels::{AccountShown, ShownNow};
use crate::rules::Watched;
use crate::standing::{Assessments, StandingNow, ValueNow};
use crate::state::{Open, State};

/// An instant as the clocks of a shop's platform show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// The instant.
    pub at: Instant,
    /// What local time is ahead of UTC, in milliseconds.
    pub offset: i64,
}

impl Stamp {
    /// An instant in a zone.
    #[must_use]
    pub fn of(zone: &Zone, at: Instant) -> Self {
        Self { at, offset: zone.offset(at) }
    }
}

impl fmt::Display for Stamp {
    /// By RFC 3339, to the millisecond.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = Zone::fixed(self.offset).local(self.at);
        let (h, m, s) = (local.ms / 3_600_000, local.ms / 60_000 % 60, local.ms / 1_000 % 60);
        write!(f, "{}T{h:02}:{m:02}:{s:02}.{:03}", local.day, local.ms % 1_000)?;
        let minutes = self.offset / 60_000;
        let sign = if minutes < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

pub(crate) fn as_text<T: fmt::Display, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// A buyer who waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Waiting {
    /// The platform.
    pub platform: String,
    /// The shop.
    pub shop: String,
    /// The number of the thread: one buyer with one shop. It stays the same.
    pub thread: u64,
    /// Who is in charge; absent: nobody is known to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Stamp,
    /// From when on the first rule counts a miss, whatever comes; absent: none of them has a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub overdue_at: Option<Stamp>,
    /// When somebody is warned first; absent: nobody is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub warned_at: Option<Stamp>,
    /// The rules under which it counts, each with its own question.
    pub rules: Vec<WaitingRule>,
}

/// What a waiting buyer is to one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WaitingRule {
    /// The metric.
    pub metric: String,
    /// Its edition.
    pub edition: String,
    /// The local day to which it counts.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, format = Date)]
    pub day: Day,
    /// When the question came that decides.
    #[schema(value_type = String, format = DateTime)]
    pub since: Stamp,
    /// The last instant at which a reply is in time; absent: the rule has no limit, and the end of
    /// the day, which ends its sample too, is nobody's deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_hit: Option<Stamp>,
}

/// What waits in one shop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Queue {
    /// How many buyers wait.
    pub waiting: u64,
    /// How many of them for longer than a rule allows.
    pub overdue: u64,
    /// Since when the one waits who waits longest; absent: nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Stamp>,
    /// When the next one, or the first, is overdue; absent: nobody is to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub overdue_at: Option<Stamp>,
    /// When somebody is, or was, warned first of any of them; absent: nobody is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub warned_at: Option<Stamp>,
}

/// Samples of some local days, added up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Count {
    /// The first day.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, format = Date)]
    pub from: Day,
    /// The last day, included.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, format = Date)]
    pub to: Day,
    /// Samples answered in time.
    pub hits: u64,
    /// Samples answered late or never.
    pub misses: u64,
    /// The part of the misses that nobody answered.
    pub unanswered: u64,
    /// Open samples that are neither yet.
    pub pending: u64,
    /// Samples that are outside both, by reason.
    pub dropped: BTreeMap<&'static str, u64>,
    /// Sum of the waits of hits and misses, in milliseconds.
    pub wait_ms: i64,
    /// The figure; null: there is none, as without samples.
    pub value: Option<ValueNow>,
}

impl Count {
    /// `waits`: those of the answered samples, of figures that need every wait.
    fn of((from, to): (Day, Day), tally: &Tally, rule: &Rule, waits: &[i64]) -> Self {
        let value = match rule.figure.needs_waits() {
            true => metric::mean_fastest(waits, rule.fastest),
            false => tally.value(rule.figure),
        };
        let dropped = Reason::ALL.iter().map(|reason| (reason.word(), tally.dropped_for(*reason)));
        Self {
            from,
            to,
            hits: tally.hits,
            misses: tally.misses,
            unanswered: tally.unanswered,
            pending: tally.pending,
            dropped: dropped.filter(|(_, n)| *n > 0).collect(),
            wait_ms: tally.wait_ms,
            value: value.map(|value| ValueNow::of(value, rule.figure)),
        }
    }
}

/// Where today's figure closes when the rest of the day is like the rest of recent days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ForecastNow {
    /// One recent day in ten would close lower.
    pub low: ValueNow,
    /// Half of them would close lower, half higher.
    pub middle: ValueNow,
    /// One in ten would close higher.
    pub high: ValueNow,
    /// On how many recent days with samples it rests: 7 to 14.
    pub days: u16,
}

/// A metric of a shop as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MetricNow {
    /// The metric.
    pub metric: String,
    /// The edition in force today.
    pub edition: String,
    /// What its value is: `share`, `miss-share`, `mean` and so on.
    pub figure: &'static str,
    /// Today so far.
    pub today: Count,
    /// Where today closes, anew every quarter of an hour. Absent: the shop has no live feed, too
    /// few recent days have samples, nothing of the day is left, or the figure needs every wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast: Option<ForecastNow>,
    /// The period over which the platform publishes it, as of today: it ends yesterday. Absent:
    /// the samples themselves say which days are in it, or days are in it that are not watched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Count>,
    /// The figure as the platform shows it now.
    pub shown: ShownNow,
    /// Those of accounts, where accounts are shown at paces of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts_shown: Vec<AccountShown>,
}

/// A shop as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShopNow {
    /// The platform.
    pub platform: String,
    /// The shop.
    pub shop: String,
    /// Its name for people; empty: none is known.
    pub name: String,
    /// Whose it is; empty: not known.
    pub client: String,
    /// The groups that it belongs to.
    pub groups: Vec<String>,
    /// As of when.
    #[schema(value_type = String, format = DateTime)]
    pub at: Stamp,
    /// Where its facts come from, and how old they are.
    pub feeds: Vec<FeedNow>,
    /// What waits; absent: without a live feed nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<Queue>,
    /// Its metrics. Empty: there are no rules for its platform.
    pub metrics: Vec<MetricNow>,
    /// Which lines it holds, what follows, and how much room is left. Empty: its platform has no
    /// lines, or it has no chats.
    pub standing: Vec<StandingNow>,
    /// The accounts of which it is known whether they are at work. Empty: of none.
    pub accounts: Vec<AccountNow>,
    /// Why nothing of it is counted, in English and Chinese; absent: nothing keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<[String; 2]>,
}

/// An account of a shop, and whether it is at work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AccountNow {
    /// The account.
    pub account: String,
    /// `online`, `busy`, `away` or `offline`.
    pub presence: &'static str,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Stamp,
    /// How many conversations it holds; absent: the source does not tell when they end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<u32>,
}

impl State {
    /// Those who wait in the shops in reach, the most urgent first.
    pub(crate) fn waiting(&self, reach: &Reach, of: Option<&ShopKey>) -> Vec<Waiting> {
        let is_shown = |key: &ShopKey| {
            reach.has(&key.platform, &key.shop) && of.is_none_or(|wanted| wanted == key)
        };
        let shown: Vec<bool> = self.shops.all().map(|(_, key)| is_shown(key)).collect();
        let threads = self.waiting.iter().filter(|(who, _)| shown[who.shop.0 as usize]);
        let mut all: Vec<Waiting> =
            threads.filter_map(|(who, open)| self.waiting_one(*who, open)).collect();
        let urgency = |one: &Waiting| {
            let due = one.overdue_at.map_or(i64::MAX, |stamp| stamp.at.0);
            (due, one.since.at, one.thread)
        };
        all.sort_by_key(urgency);
        all
    }

    /// One who waits; `None`: nothing is open.
    pub(crate) fn waiting_one(&self, who: Who, open: &Open) -> Option<Waiting> {
        let key = self.shops.key(who.shop);
        let (_, zone) = self.rules.platform(&key.platform);
        let stamp = |at| Stamp::of(zone, at);
        let rules = open.iter().map(|(sample, one)| {
            let rule = self.rules.rule(sample.watch);
            let has_limit = self.engine.watches()[sample.watch as usize].at_limit;
            WaitingRule {
                metric: rule.metric.clone(),
                edition: rule.edition.clone(),
                day: one.day,
                since: stamp(one.opened_at),
                last_hit: one.last_hit.filter(|_| has_limit).map(stamp),
            }
        });
        let account = open.values().find_map(|one| self.account(one.account));
        Some(Waiting {
            platform: key.platform.clone(),
            shop: key.shop.clone(),
            thread: who.buyer,
            account: account.map(str::to_owned),
            since: stamp(open.values().map(|one| one.opened_at).min()?),
            overdue_at: self.overdue_at(open).map(stamp),
            warned_at: self.warned_at(open).map(stamp),
            rules: rules.collect(),
        })
    }

    /// When the first of some samples is overdue. The end of its day ends a sample of a rule
    /// without limit too, which is nobody's deadline.
    fn overdue_at(&self, open: &Open) -> Option<Instant> {
        let watches = self.engine.watches();
        let limited = open.iter().filter(|(sample, _)| watches[sample.watch as usize].at_limit);
        limited.filter_map(|(_, one)| one.overdue_at()).min()
    }

    fn warned_at(&self, open: &Open) -> Option<Instant> {
        let watches = self.engine.watches();
        let warned = open.iter().flat_map(|(sample, one)| {
            let warnings = &watches[sample.watch as usize].warnings;
            let due = warnings.iter().map(|wait| one.opened_at + *wait);
            due.filter(|due| one.last_hit.is_none_or(|last| *due < last))
        });
        warned.min()
    }

    /// All shops in reach, by platform and shop.
    pub(crate) fn in_reach(&self, reach: &Reach) -> Vec<ShopKey> {
        let all = self.shops.all().map(|(_, key)| key);
        let mut all: Vec<ShopKey> =
            all.filter(|key| reach.has(&key.platform, &key.shop)).cloned().collect();
        all.sort_by(|a, b| (&a.platform, &a.shop).cmp(&(&b.platform, &b.shop)));
        all
    }

    /// Some shops as they stand.
    pub(crate) fn shops_now(&self, keys: &[ShopKey], now: Instant) -> Vec<ShopNow> {
        let mut assessments = Assessments::default();
        let shops = keys.iter().filter_map(|key| self.shops.find(key));
        shops.map(|shop| self.shop_now(shop, now, &mut assessments)).collect()
    }

    /// All shops in reach as they stand.
    #[cfg(test)]
    pub(crate) fn overview(&self, reach: &Reach, now: Instant) -> Vec<ShopNow> {
        self.shops_now(&self.in_reach(reach), now)
    }

    /// One shop as it stands.
    pub(crate) fn shop_now<'s>(
        &'s self,
        shop: ShopId,
        now: Instant,
        assessments: &mut Assessments<'s>,
    ) -> ShopNow {
        let key = self.shops.key(shop);
        let entry = self.shops.entry(key);
        let zone = self.rules.platform(&key.platform).1;
        ShopNow {
            platform: key.platform.clone(),
            shop: key.shop.clone(),
            name: entry.map(|entry| entry.name.clone()).unwrap_or_default(),
            client: entry.map(|entry| entry.client.clone()).unwrap_or_default(),
            groups: entry.map(|entry| entry.groups.clone()).unwrap_or_default(),
            at: Stamp::of(zone, now),
            feeds: self.feeds.of(key).map(|feed| FeedNow::of(feed, zone)).collect(),
            queue: self.feeds.is_live(key).then(|| self.queue(shop, zone, now)),
            metrics: self.metrics_now(shop, key, now),
            standing: {
                let standing = self.standing(shop, now, assessments);
                standing.iter().map(|one| one.now.clone()).collect()
            },
            accounts: self.accounts_of(shop, zone, now),
            problem: self.rules.is_bad(key).then(|| BAD_OWN_RULES.map(str::to_owned)),
        }
    }

    fn queue(&self, shop: ShopId, zone: &Zone, now: Instant) -> Queue {
        let first = Who { shop, buyer: 0 };
        let last = Who { shop, buyer: u64::MAX };
        let mut queue = Queue::default();
        let earlier = |a: &mut Option<Stamp>, at: Option<Instant>| {
            let at = at.map(|at| Stamp::of(zone, at));
            *a = a.iter().copied().chain(at).min();
        };
        for (_, open) in self.waiting.range(first..=last) {
            let due = self.overdue_at(open);
            queue.waiting += 1;
            queue.overdue += u64::from(due.is_some_and(|due| due <= now));
            earlier(&mut queue.since, open.values().map(|one| one.opened_at).min());
            earlier(&mut queue.overdue_at, due);
            earlier(&mut queue.warned_at, self.warned_at(open));
        }
        queue
    }

    fn metrics_now(&self, shop: ShopId, key: &ShopKey, now: Instant) -> Vec<MetricNow> {
        if let Some(known) = self.metrics.get(shop, now) {
            return known.to_vec();
        }
        let metrics = Arc::new(self.work_out(shop, key, now));
        let zone = self.rules.platform(&key.platform).1;
        let midnight = zone.start_of(zone.day(now).plus(1));
        let accounts =
            |one: &MetricNow| one.accounts_shown.iter().filter_map(|one| one.shown.next).min();
        let refreshes = metrics.iter().flat_map(|one| [one.shown.next, accounts(one)]).flatten();
        let ends = [midnight, zone.start_of(zone.day(now)) + quarter(zone, now) + QUARTER];
        let until = refreshes.map(|next| next.at).chain(ends).min().unwrap_or(midnight);
        self.metrics.put(shop, now..until, Arc::clone(&metrics));
        metrics.to_vec()
    }

    /// The metrics that are in force today.
    fn work_out(&self, shop: ShopId, key: &ShopKey, now: Instant) -> Vec<MetricNow> {
        let zone = self.rules.platform(&key.platform).1;
        let today = zone.day(now);
        let daily = self.daily(shop);
        let none = BTreeMap::new();
        let in_force = self.rules.under(self.rules.number(key));
        let in_force = in_force.filter(|(_, rule)| rule.days.0 <= today && today <= rule.days.1);
        let metrics = in_force.map(|(_, rule)| {
            let days = daily.get(rule.metric.as_str()).unwrap_or(&none);
            let sum = |(from, to): (Day, Day)| {
                let mut sum = Tally::default();
                if from <= to {
                    days.range(from..=to).for_each(|(_, tally)| sum += tally);
                }
                let waits = match rule.rule.figure.needs_waits() {
                    true => self.waits(shop, &rule.metric, (from, to)),
                    false => Vec::new(),
                };
                Count::of((from, to), &sum, &rule.rule, &waits)
            };
            let period = rule.rule.period.ending(today);
            let is_known = !rule.rule.period.is_by_samples() && self.rules.first() <= period.0;
            MetricNow {
                metric: rule.metric.clone(),
                edition: rule.edition.clone(),
                figure: rule.rule.figure.word(),
                today: sum((today, today)),
                forecast: self.work_out_forecast(key, rule, days, now),
                period: is_known.then(|| sum(period)),
                shown: self.shown_of(shop, rule, days, now),
                accounts_shown: self.accounts_shown(shop, rule, now),
            }
        });
        metrics.collect()
    }

    /// Where today closes; `None`: see [`MetricNow::forecast`], or the metric is not watched.
    pub(crate) fn forecast(
        &self,
        key: &ShopKey,
        metric: &str,
        now: Instant,
    ) -> Option<ForecastNow> {
        let metrics = self.metrics_now(self.shops.find(key)?, key, now);
        metrics.into_iter().find(|one| one.metric == metric)?.forecast
    }

    fn work_out_forecast(
        &self,
        key: &ShopKey,
        rule: &Watched,
        days: &BTreeMap<Day, Tally>,
        now: Instant,
    ) -> Option<ForecastNow> {
        if !self.feeds.is_live(key) {
            return None;
        }
        let zone = self.rules.platform(&key.platform).1;
        let today = zone.day(now);
        let so_far = days.get(&today).copied().unwrap_or_default();
        let before = days.range(..today).rev().map(|(_, tally)| *tally);
        let past: Vec<Tally> =
            before.filter(|tally| tally.samples() > 0).take(FORECAST_DAYS).collect();
        let left = Left::of(&rule.rule, quarter(zone, now).0);
        let figure = rule.rule.figure;
        let close = forecast(&so_far, &past, left, figure)?;
        let [low, middle, high] =
            [close.low, close.middle, close.high].map(|ratio| ValueNow::of(ratio, figure));
        Some(ForecastNow { low, middle, high, days: close.days })
    }

    /// The waits of the answered samples of a metric on some days, the shortest first.
    fn waits(&self, shop: ShopId, metric: &str, (from, to): (Day, Day)) -> Vec<i64> {
        let figures = self.engine.figures_of(shop).map(|(figure, _)| figure).filter(|figure| {
            let is_it = self.rules.rule(figure.watch).metric == metric;
            is_it && from <= figure.day && figure.day <= to
        });
        let each = figures.flat_map(|figure| self.engine.waits(figure));
        let mut waits: Vec<i64> =
            each.flat_map(|(wait, n)| std::iter::repeat_n(wait, n as usize)).collect();
        waits.sort_unstable();
        waits
    }
}

const QUARTER: Span = Span(900_000);

/// The last quarter of an hour that has begun, from local midnight.
fn quarter(zone: &Zone, now: Instant) -> Span {
    Span(zone.local(now).ms / QUARTER.0 * QUARTER.0)
}

/// What a shop is told whose own rules cannot be read.
const BAD_OWN_RULES: [&str; 2] = [
    "the shop's own rules have problems, so that nothing can be counted by them; correct them with \
     `PUT /v1/overrides`",
    "该店铺自己的规则有问题，无法据此统计；请用 `PUT /v1/overrides` 修正",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_rfc_3339() {
        let stamp = |at, offset| Stamp { at: Instant(at), offset }.to_string();
        assert_eq!(stamp(0, 28_800_000), "1970-01-01T08:00:00.000+08:00");
        assert_eq!(stamp(1_780_243_199_999, 28_800_000), "2026-05-31T23:59:59.999+08:00");
        assert_eq!(stamp(0, -16_200_000), "1969-12-31T19:30:00.000-04:30");
    }
}
