//! What was decided about alerts, in words: for the log, for the console, for people.

use facts::{Instant, Span};
use live::Fired;
use live::alert::{Key, Notice, Reason};
use notify::{Message, Text, Urgency, Value};
use serde::{Deserialize, Serialize};
use store::{AlertStep, ShopKey, StepState};
use utoipa::ToSchema;

use crate::checkpoint::NamedTo;
use crate::lines::{self, AlertLine};
use crate::state::State;

/// The channel of steps that are sent nowhere: they are in the log, and in the stream of events.
pub(crate) const LOG: &str = "log";

/// What an alert says, as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertAbout {
    /// Who is told.
    pub to: NamedTo,
    /// How many buyers wait; absent: it is over, or not told yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub waiting: Option<u32>,
    /// The one that was due first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub longest: Option<AlertLongest>,
    /// Until when it is held, in milliseconds since 1970; absent: it is not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub held_until: Option<i64>,
    /// The line that it tells of; absent: it is about buyers who wait.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<Box<AlertLine>>,
}

/// The longest wait of an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertLongest {
    /// The thread.
    pub thread: u64,
    /// The metric whose threshold was reached.
    pub metric: String,
    /// Its edition.
    pub edition: String,
    /// Whether it was the limit, and not a warning.
    pub is_limit: bool,
    /// Since when the buyer waits, in milliseconds since 1970.
    pub since: i64,
    /// When the threshold was reached, in milliseconds since 1970.
    pub due: i64,
    /// The account in charge; empty: none is known.
    pub account: String,
}

/// One decision: what is logged of it, and what people are told.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    /// The alert's name, the same from the first to the last step.
    pub(crate) alert: String,
    /// The step's name, without the channel.
    pub(crate) step: String,
    pub(crate) platform: String,
    pub(crate) shop: String,
    pub(crate) reason: &'static str,
    pub(crate) about: AlertAbout,
    /// What people call the shop.
    pub(crate) shop_name: String,
}

impl Decision {
    /// What is sent; `None`: nothing is.
    pub(crate) fn message(&self, now: Instant) -> Option<Message> {
        message(&self.about, &self.step, &self.shop_name, now)
    }

    /// The step of a channel, as the store keeps it.
    pub(crate) fn step(&self, now: Instant, channel: &str) -> AlertStep {
        let state = if channel == LOG { StepState::Noted } else { StepState::Claimed };
        AlertStep {
            alert: self.alert.clone(),
            step: format!("{} {channel}", self.step),
            platform: self.platform.clone(),
            shop: self.shop.clone(),
            at: now,
            reason: self.reason.to_owned(),
            // Made of texts and numbers, it always becomes JSON.
            about: serde_json::to_string(&self.about).unwrap_or_default(),
            state,
            changed_at: now,
            failed: None,
        }
    }
}

/// The words of reasons.
const fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::Reached => "reached",
        Reason::Changed => "changed",
        Reason::Over => "over",
        Reason::OverBefore => "over-before",
        Reason::QuietHours => "quiet-hours",
        Reason::QuietHoursOver => "quiet-hours-over",
    }
}

impl State {
    /// Puts a notice in words, and remembers what is told.
    pub(crate) fn decide(&mut self, now: Instant, notice: &Notice) -> Decision {
        let (key, about, reason, step) = match *notice {
            Notice::Notify { key, about, reason } => (key, Some(about), reason, "notify".into()),
            Notice::Update { key, about, reason } => {
                (key, Some(about), reason, format!("update-{}", now.0))
            }
            Notice::Resolve { key, reason } => (key, None, reason, "resolve".into()),
            Notice::Hold { key, reason, .. } => (key, None, reason, format!("hold-{}", now.0)),
            Notice::Drop { key, about, reason } => {
                (key, Some(about), reason, format!("drop-{}", about.longest.due.0))
            }
        };
        let since = self.told.get(&key).map_or(now, |(_, since)| *since);
        match notice {
            Notice::Notify { about, .. } | Notice::Update { about, .. } => {
                self.told.insert(key, (*about, since));
            }
            Notice::Resolve { .. } => {
                self.told.remove(&key);
            }
            Notice::Hold { .. } | Notice::Drop { .. } => {}
        }
        let place = self.shops.key(key.shop);
        let held_until = match notice {
            Notice::Hold { until, .. } => Some(until.0),
            _ => None,
        };
        Decision {
            alert: self.alert_name(&key, since),
            step,
            platform: place.platform.clone(),
            shop: place.shop.clone(),
            reason: word(reason),
            about: AlertAbout {
                to: NamedTo::of(key.to, self),
                waiting: about.map(|about| about.n_threads),
                longest: about.map(|about| self.longest(&about.longest)),
                held_until,
                line: None,
            },
            shop_name: self.shop_name(place),
        }
    }

    fn alert_name(&self, key: &Key, since: Instant) -> String {
        let place = self.shops.key(key.shop);
        let to = match NamedTo::of(key.to, self) {
            NamedTo::Account { account } => format!("account:{account}"),
            NamedTo::Supervisors => "supervisors".to_owned(),
            NamedTo::Owner => "owner".to_owned(),
            NamedTo::Group { number } => format!("group:{number}"),
        };
        format!("waiting {}/{} {} {to} {}", place.platform, place.shop, key.rung, since.0)
    }

    fn longest(&self, fired: &Fired) -> AlertLongest {
        let sample = fired.deadline.sample;
        let rule = self.rules.rule(sample.watch);
        AlertLongest {
            thread: sample.who.buyer,
            metric: rule.metric.clone(),
            edition: rule.edition.clone(),
            is_limit: fired.deadline.is_limit(),
            since: sample.opened_at.0,
            due: fired.due.0,
            account: self.names.account(fired.account).to_owned(),
        }
    }

    /// What people call a shop.
    pub(crate) fn shop_name(&self, key: &ShopKey) -> String {
        let name = self.shops.entry(key).map(|entry| entry.name.as_str());
        name.filter(|name| !name.is_empty()).unwrap_or(&key.shop).to_owned()
    }
}

/// What people are told of a step; `None`: nothing.
pub(crate) fn message(about: &AlertAbout, step: &str, shop: &str, now: Instant) -> Option<Message> {
    let shop = Value::Name(shop.to_owned());
    if let Some(line) = &about.line {
        return Some(lines::message(line, shop, now));
    }
    let made = |urgency, title: Text| Message::new("", now, urgency, title.with("shop", shop));
    match step.split('-').next() {
        Some("resolve") => {
            let title = Text::new("{shop}：等待的买家都已处理", "{shop}: nobody waits any more");
            Some(made(Urgency::Notice, title))
        }
        Some("notify" | "update") => {
            let (longest, waiting) = (about.longest.as_ref()?, about.waiting?);
            let (urgency, title) = title(longest.is_limit, waiting);
            let wait = (now - Instant(longest.since)).max(Span(0));
            let title =
                title.with("n", Value::Count(waiting.into())).with("wait", Value::Span(wait));
            let rule = Text::new("规则：{metric}", "Rule: {metric}");
            let rule = rule.with("metric", Value::Name(longest.metric.clone()));
            let message = made(urgency, title).line(rule);
            if longest.account.is_empty() {
                return Some(message);
            }
            let line = Text::new("负责客服：{account}", "In charge: {account}");
            Some(message.line(line.with("account", Value::Name(longest.account.clone()))))
        }
        _ => None,
    }
}

fn title(is_limit: bool, waiting: u32) -> (Urgency, Text) {
    match (is_limit, waiting) {
        (true, 1) => (
            Urgency::Alarm,
            Text::new(
                "{shop}：1 位买家等待超时，已等 {wait}",
                "{shop}: a buyer has waited {wait}, longer than the limit",
            ),
        ),
        (true, _) => (
            Urgency::Alarm,
            Text::new(
                "{shop}：{n} 位买家等待超时，最久已等 {wait}",
                "{shop}: {n} buyers have waited beyond the limit, the longest for {wait}",
            ),
        ),
        (false, 1) => (
            Urgency::Warning,
            Text::new(
                "{shop}：1 位买家在等，已等 {wait}",
                "{shop}: a buyer has been waiting for {wait}",
            ),
        ),
        (false, _) => (
            Urgency::Warning,
            Text::new(
                "{shop}：{n} 位买家在等，最久已等 {wait}",
                "{shop}: {n} buyers are waiting, the longest for {wait}",
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use notify::{Buyers, Lang};

    use super::*;

    #[test]
    fn people_read_who_waits_how_long_and_why() {
        let about = AlertAbout {
            to: NamedTo::Supervisors,
            waiting: Some(3),
            longest: Some(AlertLongest {
                thread: 1,
                metric: "taobao/human-reply-3m".into(),
                edition: "2023-09".into(),
                is_limit: true,
                since: 0,
                due: 180_001,
                account: "小美".into(),
            }),
            held_until: None,
            line: None,
        };
        let told = |step, lang| {
            let message = message(&about, step, "旗舰店", Instant(190_000))?;
            let texts = [&message.title].into_iter().chain(&message.lines);
            Some(texts.map(|text| text.print(lang, Buyers::Hidden)).collect::<Vec<_>>())
        };
        assert_eq!(
            told("notify", Lang::Zh).unwrap(),
            [
                "旗舰店：3 位买家等待超时，最久已等 3 分 10 秒",
                "规则：taobao/human-reply-3m",
                "负责客服：小美"
            ]
        );
        assert_eq!(told("resolve", Lang::En).unwrap(), ["旗舰店: nobody waits any more"]);
        assert_eq!(told("hold-5", Lang::En), None);
    }
}
