//! Alerts about lines: a shop is about to fall under one today, few misses are left, a consequence
//! begins or is lifted. What is told follows from how a shop stood at the look before
//! (`live::alert::standing`); the name of an alert says what it tells of which day, so that the
//! store takes it once.

use std::collections::BTreeMap;
use std::ops::Range;

use facts::{Day, Instant, ShopId, Span};
use live::alert::standing::{Told, View, changes};
use live::alert::{InQuiet, Quiet};
use metric::{Active, Headroom, Misses, Unassessed, Verdict};
use notify::{Message, Text, Urgency, Value};
use rulebook::Lang;
use serde::{Deserialize, Serialize};
use store::ShopKey;
use utoipa::ToSchema;

use crate::alerting::{AlertAbout, Decision};
use crate::checkpoint::NamedTo;
use crate::settings::{LineEvent, WhoIsTold};
use crate::standing::{Assessments, Stood};
use crate::state::State;

/// A shop in which something changes is looked at once in so long.
const LOOK_EVERY: Span = Span(5_000);
/// How many shops are looked at in one turn of the loop.
const LOOKS_AT_ONCE: usize = 16;

/// A line of which an alert tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertLine {
    /// What is told.
    pub event: LineEvent,
    /// The metric.
    pub metric: String,
    /// The standard within the metric.
    pub standard: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// How many more may be missed; absent: it is not about that.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub misses: Option<u64>,
    /// How many samples are open; absent: it is not about that.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pending: Option<u64>,
    /// The consequence, in one word; absent: it is not about one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub consequence: Option<String>,
    /// The consequence in Chinese and in English.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub consequence_names: Option<[String; 2]>,
    /// Its first day.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub since: Option<String>,
    /// Its last day; absent: it is open.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<String>,
}

/// How a shop stood under a standard at the look before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// The number of the line that was held.
    pub(crate) held: Option<usize>,
    pub(crate) view: View,
}

/// What is known of looks.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    /// By shop and standard.
    pub(crate) last: BTreeMap<(ShopId, String), Look>,
    /// Shops that are to be looked at, and when.
    pub(crate) due: BTreeMap<ShopId, Instant>,
    /// The day of each platform at the last turn.
    days: BTreeMap<String, Day>,
    /// How many shops there were then, and until when these are the days.
    checked: Option<(usize, Range<Instant>)>,
}

impl Looks {
    /// Something of a shop changed.
    pub(crate) fn note(&mut self, shop: ShopId, now: Instant) {
        self.due.entry(shop).or_insert(now + LOOK_EVERY);
    }
}

/// How a shop stands under a standard.
pub(crate) fn view(row: &figures::standing::Row<'_>, n_open: u64) -> View {
    let unknown = Headroom { until_assessed: 0, misses: None, hits: None };
    let headroom = row.headroom.as_ref().map_or(unknown, |room| room.headroom);
    let is_asked = !matches!(
        row.verdict,
        Verdict::Unassessed(
            Unassessed::Condition
                | Unassessed::UnknownCondition
                | Unassessed::NotInForce
                | Unassessed::Season
        )
    );
    // The verdict on the window to date: the one that was checked has closed.
    let verdict = match (is_asked, headroom) {
        (false, _) => row.verdict,
        (true, Headroom { hits: Some(_), .. }) => Verdict::Fail,
        (true, Headroom { until_assessed, .. }) if until_assessed > 0 => {
            Verdict::Unassessed(Unassessed::BelowMinimum)
        }
        (true, Headroom { misses: Some(_), .. }) => Verdict::Pass,
        (true, _) => row.verdict,
    };
    View { verdict, headroom, n_open, active: row.consequences.clone() }
}

impl State {
    /// When a shop is to be looked at next.
    pub(crate) fn next_look(&self, now: Instant) -> Option<Instant> {
        let midnights = self.looks.days.keys().map(|platform| {
            let zone = self.rules.platform(platform).1;
            zone.start_of(zone.day(now).plus(1))
        });
        self.looks.due.values().copied().chain(midnights).min()
    }

    /// Looks at the shops that are due, some of them at a time; what is told of them.
    pub(crate) fn look(&mut self, now: Instant) -> Vec<Decision> {
        self.note_days(now);
        let due = self.looks.due.iter().filter(|(_, at)| **at <= now).map(|(shop, _)| *shop);
        let due: Vec<ShopId> = due.take(LOOKS_AT_ONCE).collect();
        let mut decisions = Vec::new();
        let mut seen = Vec::new();
        for shop in due {
            let key = self.shops.key(shop);
            let zone = self.rules.platform(&key.platform).1;
            let quiet: Option<Quiet> = self.settings.policy(key, zone).quiet;
            let ends = quiet.and_then(|quiet| Some((quiet.then, quiet.ends_after(zone, now)?)));
            // What is held is told of when the quiet hours are over, as it stands then.
            if let Some((InQuiet::Held, until)) = ends {
                self.looks.due.insert(shop, until);
                continue;
            }
            self.looks.due.remove(&shop);
            let standing = self.standing(shop, now, &mut Assessments::default());
            if ends.is_none() {
                decisions.extend(self.told_of_lines(shop, now, &standing));
            }
            seen.push((shop, standing));
        }
        for (shop, standing) in seen {
            for one in standing.iter().filter(|one| one.is_watched()) {
                let look = Look { held: one.now.held, view: one.view.clone() };
                self.looks.last.insert((shop, one.now.standard.clone()), look);
            }
        }
        decisions
    }

    /// With a new day windows move: every shop is looked at.
    fn note_days(&mut self, now: Instant) {
        let n_shops = self.shops.all().count();
        let checked = self.looks.checked.as_ref();
        if checked.is_some_and(|(n, holds)| *n == n_shops && holds.contains(&now)) {
            return;
        }
        let platforms: std::collections::BTreeSet<&str> =
            self.shops.all().map(|(_, key)| key.platform.as_str()).collect();
        let days = platforms
            .into_iter()
            .map(|platform| (platform.to_owned(), self.rules.platform(platform).1.day(now)));
        let days: BTreeMap<String, Day> = days.collect();
        let midnights = days
            .iter()
            .map(|(platform, day)| self.rules.platform(platform).1.start_of(day.plus(1)));
        let holds = midnights.min().map(|midnight| (n_shops, now..midnight));
        self.looks.checked = holds;
        let is_new = |key: &ShopKey| days.get(&key.platform) != self.looks.days.get(&key.platform);
        let shops = self.shops.all().filter(|(_, key)| is_new(key)).map(|(shop, _)| shop);
        let shops: Vec<ShopId> = shops.collect();
        for shop in shops {
            self.looks.due.entry(shop).or_insert(now);
        }
        self.looks.days = days;
    }

    fn told_of_lines(&self, shop: ShopId, now: Instant, standing: &[Stood]) -> Vec<Decision> {
        let key = self.shops.key(shop);
        let (settings, today) =
            (self.settings.lines(key), self.rules.platform(&key.platform).1.day(now));
        let mut decisions = Vec::new();
        for one in standing.iter().filter(|one| one.is_watched()) {
            let before = self.looks.last.get(&(shop, one.now.standard.clone()));
            let before = before.map(|look| {
                let mut view = look.view.clone();
                if look.held != one.now.held {
                    // Held against another line, it did not cross the one.
                    view.verdict = one.view.verdict;
                }
                view
            });
            let told = changes(before.as_ref(), &one.view, settings.limits());
            let told = told.into_iter().filter(|told| settings.tells(event(told)));
            decisions.extend(told.map(|told| {
                let (line, name) = (one.line(&told), name(&told, today));
                let (platform, standard) = (&key.platform, &one.now.standard);
                Decision {
                    alert: format!("line {platform}/{} {standard} {name}", key.shop),
                    step: "notify".to_owned(),
                    platform: platform.clone(),
                    shop: key.shop.clone(),
                    reason: line.event.word(),
                    about: AlertAbout {
                        to: named(settings.to),
                        waiting: None,
                        longest: None,
                        held_until: None,
                        line: Some(Box::new(line)),
                    },
                    shop_name: self.shop_name(key),
                }
            }));
        }
        decisions
    }
}

const fn named(to: WhoIsTold) -> NamedTo {
    match to {
        WhoIsTold::Owner => NamedTo::Owner,
        // Nobody is in charge of a shop's figure alone.
        WhoIsTold::Account | WhoIsTold::Supervisors => NamedTo::Supervisors,
    }
}

const fn event(told: &Told) -> LineEvent {
    match told {
        Told::AboutToFall { .. } => LineEvent::AboutToFall,
        Told::Fallen => LineEvent::Fallen,
        Told::Recovered => LineEvent::Recovered,
        Told::HeadroomLow { .. } => LineEvent::HeadroomLow,
        Told::Begins { .. } => LineEvent::Begins,
        Told::Lifted { .. } => LineEvent::Lifted,
    }
}

/// What is told, and of which day: it is told once.
fn name(told: &Told, today: Day) -> String {
    match told {
        Told::Begins { consequence, since, .. } | Told::Lifted { consequence, since } => {
            format!("{} {consequence} {since}", event(told).word())
        }
        _ => format!("{} {today}", event(told).word()),
    }
}

impl Stood {
    /// Whether alerts are about it: requirements and grades; whoever applies for a campaign looks
    /// for himself.
    fn is_watched(&self) -> bool {
        matches!(self.now.role, "requirement" | "grade")
    }

    fn line(&self, told: &Told) -> AlertLine {
        let mut line = AlertLine {
            event: event(told),
            metric: self.now.metric.clone(),
            standard: self.now.standard.clone(),
            zh: self.name.zh.clone(),
            en: self.name.en.clone(),
            misses: None,
            pending: None,
            consequence: None,
            consequence_names: None,
            since: None,
            until: None,
        };
        match *told {
            Told::AboutToFall { misses, n_open } => {
                (line.misses, line.pending) = (Some(misses), Some(n_open));
            }
            Told::HeadroomLow { misses } => line.misses = Some(misses),
            Told::Begins { consequence, since, until } => {
                self.put_sanction(&mut line, consequence, since);
                line.until = until.map(|day| day.to_string());
            }
            Told::Lifted { consequence, since } => {
                self.put_sanction(&mut line, consequence, since);
            }
            Told::Fallen | Told::Recovered => {}
        }
        line
    }

    fn put_sanction(&self, line: &mut AlertLine, consequence: usize, since: Day) {
        line.since = Some(since.to_string());
        if let Some(sanction) = self.sanctions.get(consequence) {
            let named = |lang| rulebook::sanction_words(*sanction, lang).to_owned();
            line.consequence = Some(sanction.word().to_owned());
            line.consequence_names = Some([named(Lang::Zh), named(Lang::En)]);
        }
    }
}

/// What people are told.
pub(crate) fn message(line: &AlertLine, shop: Value, now: Instant) -> Message {
    let (urgency, zh, en) = match line.event {
        LineEvent::AboutToFall => (
            Urgency::Alarm,
            "{shop}：今天可能跌破「{line}」：还可再失 {misses} 个，未完结的有 {pending} 个",
            "{shop}: may miss “{line}” today: room for {misses} more misses, {pending} still open",
        ),
        LineEvent::Fallen => {
            (Urgency::Alarm, "{shop}：未达到「{line}」", "{shop}: misses “{line}”")
        }
        LineEvent::Recovered => {
            (Urgency::Notice, "{shop}：已恢复达到「{line}」", "{shop}: meets “{line}” again")
        }
        LineEvent::HeadroomLow => (
            Urgency::Warning,
            "{shop}：「{line}」只可再失 {misses} 个",
            "{shop}: “{line}”: room for only {misses} more misses",
        ),
        LineEvent::Begins if line.until.is_some() => (
            Urgency::Alarm,
            "{shop}：「{line}」：{what}，{since} 至 {until}",
            "{shop}: “{line}”: {what}, from {since} to {until}",
        ),
        LineEvent::Begins => (
            Urgency::Alarm,
            "{shop}：「{line}」：{what}，自 {since} 起",
            "{shop}: “{line}”: {what}, from {since}",
        ),
        LineEvent::Lifted => (
            Urgency::Notice,
            "{shop}：「{line}」：{what} 已解除（始于 {since}）",
            "{shop}: “{line}”: {what}, in force since {since}, is lifted",
        ),
    };
    let term = |zh: &str, en: &str| Value::Term { zh: zh.to_owned(), en: en.to_owned() };
    let mut title = Text::new(zh, en).with("line", term(&line.zh, &line.en));
    for (slot, n) in [("misses", line.misses), ("pending", line.pending)] {
        if let Some(n) = n {
            title = title.with(slot, Value::Count(n));
        }
    }
    for (slot, day) in [("since", &line.since), ("until", &line.until)] {
        if let Some(day) = day {
            title = title.with(slot, Value::Figure(day.clone()));
        }
    }
    if let Some([zh, en]) = &line.consequence_names {
        title = title.with("what", term(zh, en));
    }
    let metric = Text::new("指标：{metric}", "Metric: {metric}");
    let metric = metric.with("metric", Value::Name(line.metric.clone()));
    Message::new("", now, urgency, title.with("shop", shop)).line(metric)
}

/// How a shop stood, as a restart needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptLook {
    standard: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    held: Option<usize>,
    /// Whether it passed; absent: it was not assessed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    passes: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    misses: Option<u64>,
    #[serde(default)]
    n_open: u64,
    /// Number, first and last day of what stands against the shop.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    active: Vec<(usize, i32, Option<i32>)>,
}

impl KeptLook {
    pub(crate) fn of(standard: &str, Look { held, view }: &Look) -> Self {
        let active = view
            .active
            .iter()
            .map(|one| (one.consequence, one.since.0, one.until.map(|day| day.0)));
        Self {
            standard: standard.to_owned(),
            held: *held,
            passes: match view.verdict {
                Verdict::Pass => Some(true),
                Verdict::Fail => Some(false),
                Verdict::Unassessed(_) => None,
            },
            misses: match view.headroom.misses {
                Some(Misses::AtMost(misses)) => Some(misses),
                _ => None,
            },
            n_open: view.n_open,
            active: active.collect(),
        }
    }

    /// The look, as far as what is told hangs on it.
    pub(crate) fn look(&self) -> (String, Look) {
        let verdict = match self.passes {
            Some(true) => Verdict::Pass,
            Some(false) => Verdict::Fail,
            None => Verdict::Unassessed(Unassessed::NoSamples),
        };
        let misses = self.misses.map(Misses::AtMost);
        let active = self.active.iter().map(|(consequence, since, until)| Active {
            consequence: *consequence,
            since: Day(*since),
            failed: Day(*since),
            until: until.map(Day),
            passes: 0,
        });
        let view = View {
            verdict,
            headroom: Headroom { until_assessed: 0, misses, hits: None },
            n_open: self.n_open,
            active: active.collect(),
        };
        (self.standard.clone(), Look { held: self.held, view })
    }
}
