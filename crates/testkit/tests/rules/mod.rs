//! Rules to compare on: every edition of the shipped catalogue, as read by us and with each open
//! reading answered otherwise; and rules that turn every axis once, also where no platform does.
#![allow(dead_code)]

use facts::{Author, Form, Span};
use metric::{
    AnswerBy, AnsweredLater, AtLimit, BotOnly, Effect, Figure, Flagged, Hours, HoursEnd, HoursTest,
    Inner, Judge, LeftMessage, NoReplyNeeded, Outside, Per, Plan, Recalled, Rule, Sample, Settle,
    Transfer, Unanswered, Unsolved, Which,
};

/// A rule with the name under which it is reported.
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) rule: Rule,
    pub(crate) plan: Plan,
}

/// Every distinct rule of the catalogue: our own readings first, then one answered otherwise at a
/// time.
pub(crate) fn catalogue_rules() -> Vec<Named> {
    let catalogue = rulebook::Catalogue::shipped();
    let mut all: Vec<Named> = Vec::new();
    for metric in catalogue.metrics() {
        for edition in &metric.editions {
            let name = format!("{} {}", metric.id, edition.id);
            push(&mut all, name.clone(), edition.rule(&[]).expect("our own readings"));
            for reading in &edition.open {
                for other in &reading.alternatives {
                    let picks = [(reading.id.as_str(), other.name.as_str())];
                    let rule = edition.rule(&picks).expect("an open reading");
                    push(&mut all, format!("{name} {}={}", reading.id, other.name), rule);
                }
            }
        }
    }
    all
}

/// The rules of our own readings in the newest edition of each metric.
pub(crate) fn rules_in_force() -> Vec<Named> {
    let catalogue = rulebook::Catalogue::shipped();
    let mut all = Vec::new();
    for metric in catalogue.metrics() {
        let day = "2026-06-03".parse().expect("a day");
        if let Some(edition) = metric.edition_on(day) {
            push(&mut all, metric.id.clone(), edition.rule(&[]).expect("our own readings"));
        }
    }
    all
}

/// One rule for each kind of sample, and from each of them one that differs in a single axis.
pub(crate) fn axis_rules() -> Vec<Named> {
    let mut all = Vec::new();
    for (name, base) in bases() {
        push(&mut all, name.to_owned(), base.clone());
        for (axis, turn) in turns().into_iter().chain(unusual_turns()) {
            let mut rule = base.clone();
            turn(&mut rule);
            // Some axes exclude each other: that is said by the plan, and tested there.
            if Plan::compile(&rule).is_ok() {
                push(&mut all, format!("{name} {axis}"), rule);
            }
        }
    }
    all
}

fn bases() -> Vec<(&'static str, Rule)> {
    let hours = |test| {
        let (from, until) = (8 * 3_600_000, 23 * 3_600_000);
        Some(Hours {
            intervals: vec![(from, until)],
            test,
            end: HoursEnd::Open,
            outside: Outside::Unseen,
        })
    };
    let mut round = Rule::new(Sample::Round);
    round.per = Per::Account;
    round.hours = hours(HoursTest::Question);
    round.authors[Author::Assist as usize] = Effect::Answers;
    round.authors[Author::Bot as usize] = Effect::Removes;
    let mut message = Rule::new(Sample::Message);
    message.hours = hours(HoursTest::Question);
    message.report_days = 7;
    let mut conversation = Rule::new(Sample::Conversation);
    conversation.judge = Judge::Mean;
    conversation.hours = hours(HoursTest::ConversationStart);
    conversation.authors[Author::Bot as usize] = Effect::Removes;
    conversation.conversation.bot_only = BotOnly::Dropped;
    let mut buyer_day = Rule::new(Sample::BuyerDay);
    buyer_day.inner = Inner::Message;
    buyer_day.per = Per::Account;
    buyer_day.judge = Judge::Any;
    buyer_day.hours = hours(HoursTest::Question);
    buyer_day.authors[Author::Bot as usize] = Effect::Answers;
    let mut rating = Rule::new(Sample::Rating);
    rating.within = None;
    rating.hours = hours(HoursTest::RatingSent);
    rating.report_days = 7;
    let mut request = conversation.clone();
    request.inner = Inner::Request;
    request.judge = Judge::First;
    request.hours = hours(HoursTest::ToHuman);
    request.conversation.left_message = LeftMessage::Miss;
    vec![
        ("rating", rating),
        ("request", request),
        ("round", round),
        ("message", message),
        ("conversation", conversation),
        ("buyer-day", buyer_day),
    ]
}

type Turn = (&'static str, fn(&mut Rule));

fn turns() -> Vec<Turn> {
    vec![
        ("per shop", |rule| rule.per = Per::Shop),
        ("per account", |rule| rule.per = Per::Account),
        ("of messages", |rule| rule.inner = Inner::Message),
        ("of rounds", |rule| rule.inner = Inner::Round),
        ("judge all", |rule| rule.judge = Judge::All),
        ("judge any", |rule| rule.judge = Judge::Any),
        ("judge first", |rule| rule.judge = Judge::First),
        ("judge mean", |rule| rule.judge = Judge::Mean),
        ("whole day", |rule| rule.hours = None),
        ("hours at the start", |rule| set_test(rule, HoursTest::ConversationStart)),
        ("hours at the question", |rule| set_test(rule, HoursTest::Question)),
        ("hours at to-human", |rule| set_test(rule, HoursTest::ToHuman)),
        ("closed end", |rule| {
            if let Some(hours) = &mut rule.hours {
                hours.end = HoursEnd::Closed;
            }
        }),
        ("outside counts", |rule| {
            if let Some(hours) = &mut rule.hours {
                hours.outside = Outside::CountsWhenAnsweredInside;
            }
        }),
        ("bot ignored", |rule| rule.authors[Author::Bot as usize] = Effect::Ignored),
        ("bot removes", |rule| rule.authors[Author::Bot as usize] = Effect::Removes),
        ("forms", |rule| rule.forms_ignored = vec![Form::Emoji]),
        ("invalid replies", |rule| rule.invalid_replies = vec!["在的亲".into()]),
        ("auto answers in the bot stage", |rule| {
            rule.bot_stage_authors[Author::Auto as usize] = Some(Effect::Answers);
        }),
        ("bot answers in the bot stage", |rule| {
            rule.authors[Author::Bot as usize] = Effect::Ignored;
            rule.bot_stage_authors[Author::Bot as usize] = Some(Effect::Answers);
        }),
        ("answered by seven", |rule| set_clock(rule, 18, 19)),
        ("answered by noon of the next day", |rule| set_clock(rule, 22, 12)),
        ("settled by the clock", |rule| {
            set_clock(rule, 18, 19);
            rule.settle = Settle::Deadline;
        }),
        ("late at limit", |rule| rule.at_limit = AtLimit::Late),
        ("unanswered drop", |rule| rule.unanswered = Unanswered::Drop),
        ("unanswered counts", |rule| rule.unanswered = Unanswered::Counts(Span::seconds(600))),
        ("answered later", |rule| rule.answered_later = AnsweredLater::Drop),
        ("cap", |rule| rule.cap = Some(Span::seconds(120))),
        ("zero seconds", |rule| rule.drop_below = Some(Span::seconds(1))),
        ("deadline", |rule| rule.settle = Settle::Deadline),
        ("never", |rule| rule.settle = Settle::Never),
        ("mean", |rule| rule.figure = Figure::Mean),
        ("mean without limit", |rule| {
            rule.figure = Figure::Mean;
            rule.within = None;
            rule.judge = Judge::All;
        }),
        ("transfers carry", |rule| rule.transfer = Transfer::Carries),
        ("silence of a minute", |rule| rule.conversation.gap = Span::seconds(60)),
        ("continues", |rule| rule.conversation.continues = Some(Span::seconds(600))),
        ("bot only counts", |rule| rule.conversation.bot_only = BotOnly::Counts),
        ("bot only dropped", |rule| rule.conversation.bot_only = BotOnly::Dropped),
        ("leave-message dropped", |rule| rule.conversation.left_message = LeftMessage::Dropped),
        ("leave-message miss", |rule| rule.conversation.left_message = LeftMessage::Miss),
        ("recalled stays", |rule| rule.recalled = Recalled::Stays),
        ("reports", |rule| rule.report_days = 7),
        ("flagged", |rule| rule.flagged = Flagged::Dropped),
    ]
}

/// Axes of rules that count something else than plain replies.
fn unusual_turns() -> Vec<Turn> {
    vec![
        ("of requests", |rule| rule.inner = Inner::Request),
        ("of ratings", |rule| {
            rule.inner = Inner::Rating;
            rule.within = None;
            rule.judge = Judge::All;
        }),
        ("first of the day", |rule| {
            rule.which = Which::FirstOfDay;
            rule.settle = Settle::Deadline;
        }),
        ("first until midnight", |rule| rule.which = Which::FirstOfDay),
        ("five stars", |rule| rule.satisfied = 5),
        ("unsolved", |rule| rule.unsolved = Unsolved::Miss),
        ("hours at the card", |rule| set_test(rule, HoursTest::RatingSent)),
        ("outside misses", |rule| {
            set_test(rule, HoursTest::ConversationStart);
            if let Some(hours) = &mut rule.hours {
                hours.outside = Outside::Misses;
            }
        }),
        ("unanswered hit", |rule| {
            rule.unanswered = Unanswered::Hit;
            rule.judge = Judge::All;
        }),
        ("no reply needed", |rule| rule.no_reply_needed = NoReplyNeeded::Removes),
        ("answered at all", |rule| {
            rule.within = None;
            rule.judge = Judge::All;
        }),
        ("share of misses", |rule| rule.figure = Figure::MissShare),
        ("mean of the fastest", |rule| rule.figure = Figure::MeanFastest),
    ]
}

fn set_test(rule: &mut Rule, test: HoursTest) {
    if let Some(hours) = &mut rule.hours {
        hours.test = test;
    }
}

/// What is asked from one full hour to the same hour of the next day is answered by another hour.
fn set_clock(rule: &mut Rule, cycle: i64, by: i64) {
    let hour = 3_600_000;
    rule.within = None;
    rule.answer_by = Some(AnswerBy { cycle: cycle * hour, by: by * hour });
    if rule.judge == Judge::Mean {
        rule.judge = Judge::All;
    }
}

fn push(all: &mut Vec<Named>, name: String, rule: Rule) {
    if all.iter().any(|known| known.rule == rule) {
        return;
    }
    let plan = Plan::compile(&rule).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    all.push(Named { name, rule, plan });
}
