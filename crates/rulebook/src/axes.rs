//! A typed rule as text: every axis under its key, in one fixed form.

use metric::{Author, ConversationRule, Hours, Period, Rule, Sample, SpecialPeriod, Unanswered};
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
/// Axes that are absent have the value `none`.
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
    // Taken apart by name, so that a new axis cannot be forgotten here.
    let Rule {
        sample,
        per,
        inner,
        judge,
        hours,
        authors,
        bot_stage_authors,
        forms_ignored,
        invalid_replies,
        within,
        answer_by,
        at_limit,
        unanswered,
        answered_later,
        cap,
        drop_below,
        settle,
        figure,
        transfer,
        conversation,
        recalled,
        report_days,
        flagged,
        special_periods,
        closed_shop,
        period,
        minimum,
    } = rule;
    let length =
        |span: &Option<metric::Span>| span.map_or("none".to_owned(), |s| write_length(s.0));
    let word = |word: &str| word.to_owned();
    let mut axes = vec![
        ("sample", word(sample.word())),
        ("per", word(per.word())),
        ("inner", word(grouped(*sample, inner.word()))),
        ("judge", word(grouped(*sample, judge.word()))),
    ];
    axes.extend(write_hours(hours.as_ref()));
    axes.extend([
        ("authors", write_authors(authors)),
        ("bot-stage", write_bot_stage(bot_stage_authors)),
        ("ignore-forms", write_list(forms_ignored.iter().map(|form| form.word()))),
        ("invalid-replies", write_list(invalid_replies.iter().map(String::as_str))),
        ("within", length(within)),
        ("answer-by", write_answer_by(*answer_by)),
        ("at-limit", word(at_limit.word())),
        ("unanswered", write_unanswered(*unanswered)),
        ("answered-later", word(answered_later.word())),
        ("cap", length(cap)),
        ("drop-below", length(drop_below)),
        ("settle", word(settle.word())),
        ("figure", word(figure.word())),
        ("transfer", word(transfer.word())),
    ]);
    axes.extend(write_conversation(conversation));
    axes.extend([
        ("recalled", word(recalled.word())),
        ("report-days", report_days.to_string()),
        ("flagged", word(flagged.word())),
        ("closed-shop", word(closed_shop.word())),
        ("special-periods", write_periods(special_periods)),
        ("period", write_period(*period)),
        ("minimum", minimum.map_or("none".to_owned(), |minimum| minimum.to_string())),
    ]);
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
        Period::Month => "month".to_owned(),
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
