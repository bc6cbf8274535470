//! What was decided about alerts, in words: for the log, for the console, for people.

use facts::{Instant, Span};
use live::alert::{About, Key, Notice, Reason};
use live::{Fired, Threshold};
use notify::{Message, Text, Urgency, Value};
use serde::{Deserialize, Serialize};
use store::{AlertStep, StepState};
use utoipa::ToSchema;

use crate::checkpoint::NamedTo;
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
    /// What is sent; absent: nothing is.
    pub(crate) message: Option<Message>,
}

impl Decision {
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
        let message = self.message(notice, since, now);
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
            },
            message,
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

    /// What people are told; `None`: nothing.
    fn message(&self, notice: &Notice, since: Instant, now: Instant) -> Option<Message> {
        let (key, about) = match notice {
            Notice::Notify { key, about, .. } | Notice::Update { key, about, .. } => (key, about),
            Notice::Resolve { key, .. } => {
                let place = self.shop_name(key);
                let title =
                    Text::new("{shop}：等待的买家都已处理", "{shop}: nobody waits any more");
                let id = format!("{} resolve", self.alert_name(key, since));
                return Some(Message::new(id, now, Urgency::Notice, title.with("shop", place)));
            }
            Notice::Hold { .. } | Notice::Drop { .. } => return None,
        };
        let longest = about.longest;
        let wait = now - longest.deadline.sample.opened_at;
        let (urgency, title) = title(about);
        let title = title
            .with("shop", self.shop_name(key))
            .with("n", Value::Count(about.n_threads.into()))
            .with("wait", Value::Span(wait.max(Span(0))));
        let rule = self.rules.rule(longest.deadline.sample.watch);
        let step = match notice {
            Notice::Update { .. } => format!("update-{}", now.0),
            _ => "notify".to_owned(),
        };
        let id = format!("{} {step}", self.alert_name(key, since));
        let mut message = Message::new(id, now, urgency, title).line(
            Text::new("规则：{metric}", "Rule: {metric}")
                .with("metric", Value::Name(rule.metric.clone())),
        );
        if let Some(account) = self.account(longest.account) {
            let line = Text::new("负责客服：{account}", "In charge: {account}");
            message = message.line(line.with("account", Value::Name(account.to_owned())));
        }
        Some(message)
    }

    fn shop_name(&self, key: &Key) -> Value {
        let place = self.shops.key(key.shop);
        let name = self.shops.entry(place).map(|entry| entry.name.as_str());
        Value::Name(name.filter(|name| !name.is_empty()).unwrap_or(&place.shop).to_owned())
    }
}

fn title(about: &About) -> (Urgency, Text) {
    let is_one = about.n_threads == 1;
    match (about.longest.deadline.threshold, is_one) {
        (Threshold::Limit, true) => (
            Urgency::Alarm,
            Text::new(
                "{shop}：1 位买家等待超时，已等 {wait}",
                "{shop}: a buyer has waited {wait}, longer than the limit",
            ),
        ),
        (Threshold::Limit, false) => (
            Urgency::Alarm,
            Text::new(
                "{shop}：{n} 位买家等待超时，最久已等 {wait}",
                "{shop}: {n} buyers wait beyond the limit, the longest for {wait}",
            ),
        ),
        (Threshold::Warning(_), true) => (
            Urgency::Warning,
            Text::new(
                "{shop}：1 位买家在等，已等 {wait}",
                "{shop}: a buyer has been waiting for {wait}",
            ),
        ),
        (Threshold::Warning(_), false) => (
            Urgency::Warning,
            Text::new(
                "{shop}：{n} 位买家在等，最久已等 {wait}",
                "{shop}: {n} buyers are waiting, the longest for {wait}",
            ),
        ),
    }
}
