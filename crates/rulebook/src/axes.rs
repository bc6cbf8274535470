//! A typed rule as text: every axis under its key, in one fixed form.

use metric::{
    Author, BelowMinimum, ConversationRule, Figure, Hours, Inner, NoReplyNeeded, Period, Rule,
    Sample, SpecialPeriod, Unanswered, Which,
};
use sha2::{Digest, Sha256};

use crate::edition::Edition;
use crate::units::{write_length, write_time};

/// Every axis of an edition's own rule: see [`axes_of`].
///
/// # Example
///
/// ```
/// let reply = rulebook::Catalogue::shipped().metric("generic/reply").unwrap();
/// let axes = rulebook::axes(&reply.editions[0]);
/// assert!(axes.contains(&("within", "180s".to_owned())));
/// ```
#[must_use]
pub fn axes(edition: &Edition) -> Vec<(&'static str, String)> {
    axes_of(&edition.rule)
}

/// Every axis of a rule as `(key, value)`, written as a rulebook would, in a fixed order: what a
/// catalogue shows, and what the revision is taken of.
///
/// Axes that are absent have the value `none`. Some are named only where they matter or differ
/// from what holds without them: so an axis that the language gains leaves the revisions of rules
/// that do not use it as they were.
///
/// # Example
///
/// ```
/// let rule = metric::Rule::new(metric::Sample::Round);
/// let axes = rulebook::axes_of(&rule);
/// assert!(axes.contains(&("within", "180s".to_owned())));
/// assert!(axes.contains(&("hours", "whole-day".to_owned())));
/// ```
#[must_use]
pub fn axes_of(rule: &Rule) -> Vec<(&'static str, String)> {
    let mut axes = sample_axes(rule);
    axes.extend(write_hours(rule.hours.as_ref()));
    axes.extend(reply_axes(rule));
    axes.extend(write_conversation(&rule.conversation));
    axes.extend(shop_axes(rule));
    axes
}

type Axes = Vec<(&'static str, String)>;

/// Names an axis where it matters.
fn named(axes: &mut Axes, holds: bool, key: &'static str, value: impl ToString) {
    if holds {
        axes.push((key, value.to_string()));
    }
}

fn sample_axes(rule: &Rule) -> Axes {
    let mut axes = vec![
        ("sample", rule.sample.word().to_owned()),
        ("per", rule.per.word().to_owned()),
        ("inner", grouped(rule.sample, rule.inner.word()).to_owned()),
        ("judge", grouped(rule.sample, rule.judge.word()).to_owned()),
    ];
    let is_rated = rule.opens() == Inner::Rating;
    named(&mut axes, rule.which != Which::Every, "which", rule.which.word());
    named(&mut axes, is_rated, "satisfied", rule.satisfied);
    named(&mut axes, is_rated, "unsolved", rule.unsolved.word());
    axes
}

fn reply_axes(rule: &Rule) -> Axes {
    let length = |span: Option<metric::Span>| span.map_or("none".to_owned(), |s| write_length(s.0));
    let mut axes = vec![
        ("authors", write_authors(&rule.authors)),
        ("bot-stage", write_bot_stage(&rule.bot_stage_authors)),
        ("ignore-forms", write_list(rule.forms_ignored.iter().map(|form| form.word()))),
        ("invalid-replies", write_list(rule.invalid_replies.iter().map(String::as_str))),
        ("within", length(rule.within)),
        ("answer-by", write_answer_by(rule.answer_by)),
        ("at-limit", rule.at_limit.word().to_owned()),
        ("unanswered", write_unanswered(rule.unanswered)),
        ("answered-later", rule.answered_later.word().to_owned()),
        ("cap", length(rule.cap)),
        ("drop-below", length(rule.drop_below)),
        ("settle", rule.settle.word().to_owned()),
        ("figure", rule.figure.word().to_owned()),
    ];
    named(&mut axes, rule.figure == Figure::MeanFastest, "fastest", rule.fastest);
    axes.push(("transfer", rule.transfer.word().to_owned()));
    axes
}

fn shop_axes(rule: &Rule) -> Axes {
    let mut axes = vec![("recalled", rule.recalled.word().to_owned())];
    let marks = rule.no_reply_needed != NoReplyNeeded::Nothing;
    named(&mut axes, marks, "no-reply-needed", rule.no_reply_needed.word());
    let minimum = rule.minimum.map_or("none".to_owned(), |minimum| minimum.to_string());
    axes.extend([
        ("report-days", rule.report_days.to_string()),
        ("flagged", rule.flagged.word().to_owned()),
        ("closed-shop", rule.closed_shop.word().to_owned()),
        ("special-periods", write_periods(&rule.special_periods)),
        ("period", write_period(rule.period)),
        ("minimum", minimum),
    ]);
    match rule.below_minimum {
        BelowMinimum::NotAssessed => {}
        BelowMinimum::LastSamples(samples) => {
            axes.push(("below-minimum", format!("last {samples} samples")));
        }
        BelowMinimum::Value { num, den } => axes.push(("below-minimum", format!("{num}/{den}"))),
    }
    axes
}

/// What a grouped sample is made of says nothing where samples are not grouped.
fn grouped(sample: Sample, word: &'static str) -> &'static str {
    if matches!(sample, Sample::Conversation | Sample::BuyerDay) { word } else { "none" }
}

fn write_hours(hours: Option<&Hours>) -> Vec<(&'static str, String)> {
    let Some(Hours { intervals, test, end, outside }) = hours else {
        return vec![("hours", "whole-day".to_owned())];
    };
    let intervals: Vec<String> = intervals
        .iter()
        .map(|(from, to)| format!("{}-{}", write_time(*from), write_time(*to)))
        .collect();
    vec![
        ("hours", intervals.join(" ")),
        ("hours.test", test.word().to_owned()),
        ("hours.end", end.word().to_owned()),
        ("hours.outside", outside.word().to_owned()),
    ]
}

fn write_authors(effects: &[metric::Effect; Author::ALL.len()]) -> String {
    let all: Vec<String> = Author::ALL
        .iter()
        .zip(effects)
        .filter(|(author, _)| **author != Author::Buyer)
        .map(|(author, effect)| format!("{}={}", author.word(), effect.word()))
        .collect();
    all.join(" ")
}

fn write_conversation(rule: &ConversationRule) -> [(&'static str, String); 4] {
    let ConversationRule { gap, continues, bot_only, left_message } = rule;
    let continues = continues.map_or("none".to_owned(), |span| write_length(span.0));
    [
        ("conversation.gap", write_length(gap.0)),
        ("conversation.continues", continues),
        ("conversation.bot-only", bot_only.word().to_owned()),
        ("conversation.left-message", left_message.word().to_owned()),
    ]
}

fn write_bot_stage(effects: &[Option<metric::Effect>; Author::ALL.len()]) -> String {
    let named: Vec<String> = Author::ALL
        .iter()
        .zip(effects)
        .filter_map(|(author, effect)| Some(format!("{}={}", author.word(), (*effect)?.word())))
        .collect();
    if named.is_empty() { "as authors".to_owned() } else { named.join(" ") }
}

fn write_answer_by(limit: Option<metric::AnswerBy>) -> String {
    limit.map_or("none".to_owned(), |limit| {
        format!("{} after cycles of {}", write_time(limit.by), write_time(limit.cycle))
    })
}

/// Quoted, so that no text can look like two.
fn write_list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", texts.map(|text| format!("{text:?}")).collect::<Vec<_>>().join(", "))
}

fn write_unanswered(unanswered: Unanswered) -> String {
    match unanswered {
        Unanswered::Miss => "miss".to_owned(),
        Unanswered::Drop => "drop".to_owned(),
        Unanswered::Hit => "hit".to_owned(),
        Unanswered::Counts(length) => format!("counts {}", write_length(length.0)),
    }
}

fn write_periods(periods: &[SpecialPeriod]) -> String {
    let all: Vec<String> =
        periods.iter().map(|SpecialPeriod { id, from, to }| format!("{id} {from}..{to}")).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

fn write_period(period: Period) -> String {
    match period {
        Period::Days { days, lag } => format!("{days} days, lag {lag}"),
        Period::Week => "week".to_owned(),
        Period::Months { months: 1 } => "month".to_owned(),
        Period::Months { months } => format!("{months} months"),
        Period::ToLastSample { days } => format!("{days} days to the last sample"),
        Period::LastSamples { samples } => format!("last {samples} samples"),
    }
}

/// Sixteen hexadecimal digits over the axes and the sources, whatever the order of the sources.
pub(crate) fn fingerprint(rule: &Rule, sources: &[String]) -> String {
    let mut hash = Sha256::new();
    for (key, value) in axes_of(rule) {
        hash.update(format!("{key} = {value}\n"));
    }
    let mut sources: Vec<&String> = sources.iter().collect();
    sources.sort();
    for source in sources {
        hash.update(format!("source = {source:?}\n"));
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A new axis of a rule must be written above: without it two different rules would have one
    /// revision. Taken apart by name, so that this does not compile until somebody looks.
    #[test]
    fn every_axis_is_written() {
        let Rule {
            sample: _,
            per: _,
            inner: _,
            judge: _,
            hours: _,
            authors: _,
            bot_stage_authors: _,
            which: _,
            satisfied: _,
            unsolved: _,
            forms_ignored: _,
            invalid_replies: _,
            within: _,
            answer_by: _,
            at_limit: _,
            unanswered: _,
            answered_later: _,
            cap: _,
            drop_below: _,
            settle: _,
            figure: _,
            fastest: _,
            transfer: _,
            conversation: _,
            recalled: _,
            no_reply_needed: _,
            report_days: _,
            flagged: _,
            special_periods: _,
            closed_shop: _,
            period: _,
            minimum: _,
            below_minimum: _,
        } = Rule::new(Sample::Round);
        let keys: Vec<&str> =
            axes_of(&Rule::new(Sample::Round)).iter().map(|axis| axis.0).collect();
        assert_eq!(keys.len(), 30, "{keys:?}");
    }
}
