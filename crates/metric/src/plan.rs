//! A rule compiled to integers and byte tables: what the machines look at while counting.

use alloc::vec::Vec;
use core::fmt;

use facts::{Author, Fact, Form, Instant, MessageFlags, Span, Zone};

use crate::rule::{
    AnswerBy, AnsweredLater, AtLimit, BotOnly, ClosedShop, ConversationRule, Effect, Figure, Hours,
    HoursEnd, HoursTest, Inner, Judge, LeftMessage, Outside, Per, Recalled, Rule, Sample, Settle,
    Transfer, Unanswered,
};

/// A compiled rule.
///
/// # Example
///
/// ```
/// use metric::{Plan, Rule, Sample};
/// assert!(Plan::compile(&Rule::new(Sample::Round)).is_ok());
/// let mut share_without_a_limit = Rule::new(Sample::Round);
/// share_without_a_limit.within = None;
/// assert!(Plan::compile(&share_without_a_limit).is_err());
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) sample: Sample,
    pub(crate) per: Per,
    pub(crate) opens: Inner,
    pub(crate) judge: Judge,
    /// Sorted `[from, until)` wall-clock milliseconds; the whole day when absent.
    hours: Option<Vec<(i64, i64)>>,
    pub(crate) test: HoursTest,
    pub(crate) outside: Outside,
    effects: [Effect; Author::ALL.len()],
    bot_stage_effects: [Effect; Author::ALL.len()],
    forms_ignored: [bool; Form::ALL.len()],
    /// The bits of texts that are no valid reply; none when no text is judged.
    invalid: MessageFlags,
    limit: Limit,
    pub(crate) at_limit: AtLimit,
    pub(crate) unanswered: Unanswered,
    pub(crate) holds_for_later: bool,
    cap: Span,
    drop_below: Span,
    pub(crate) settle: Settle,
    pub(crate) splits: bool,
    pub(crate) conversation: ConversationRule,
    pub(crate) places: bool,
    pub(crate) recalls: bool,
    /// Samples wait until it is known whether their conversation is assessed.
    pub(crate) holds_for_conversation: bool,
    pub(crate) report_days: u16,
    pub(crate) drops_flagged: bool,
    pub(crate) drops_closed_shop: bool,
    pub(crate) figure: Figure,
}

/// Until when an answer is on time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    None,
    Within(Span),
    By(AnswerBy),
}

/// A rule that says two things which cannot both be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Impossible {
    /// A share needs a limit.
    ShareWithoutLimit,
    /// There are two limits.
    TwoLimits,
    /// A limit by the clock is not a time of day.
    AnswerBy,
    /// The mean of a grouped sample cannot be judged without a limit.
    JudgeWithoutLimit,
    /// Samples settled at their deadline need a limit.
    DeadlineWithoutLimit,
    /// A buyer-day ends with the day.
    BuyerDayOpenOverNight,
    /// A buyer-day is cut by midnight, not by conversations, so it cannot depend on one.
    BuyerDayOfConversations,
    /// A grouped sample cannot wait for a reply on a later day.
    GroupedAnsweredLater,
    /// The hours are empty, out of order, overlapping or outside the day.
    Hours,
    /// Buyer messages outside the hours can count later only where the question is tested.
    OutsideWithoutQuestion,
    /// Only conversations can be tested by when they were passed to a human.
    ToHumanWithoutConversation,
    /// Samples of accounts cannot be split by transfers inside conversations that are judged as
    /// one.
    SplitConversation,
}

impl fmt::Display for Impossible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ShareWithoutLimit => "a share needs a limit (`within` or `answer-by`)",
            Self::TwoLimits => "`within` and `answer-by` are two limits",
            Self::AnswerBy => "`answer-by` needs times within one day",
            Self::JudgeWithoutLimit => "`judge` needs a limit (`within`)",
            Self::DeadlineWithoutLimit => "`settle = \"deadline\"` needs a limit (`within`)",
            Self::BuyerDayOpenOverNight => "a `buyer-day` must settle at `day-end`",
            Self::BuyerDayOfConversations => {
                "a `buyer-day` tests the question, and takes no conversation settings"
            }
            Self::GroupedAnsweredLater => "`answered-later` needs `message` or `round` samples",
            Self::Hours => "hours must be in order, apart, and within one day",
            Self::OutsideWithoutQuestion => "`outside` needs `test = \"question\"`",
            Self::ToHumanWithoutConversation => {
                "`test = \"to-human\"` needs `conversation` samples"
            }
            Self::SplitConversation => "conversations of an account need `transfer = \"carries\"`",
        })
    }
}

impl core::error::Error for Impossible {}

const DAY_MS: i64 = 86_400_000;

impl Plan {
    /// Compiles a rule.
    ///
    /// # Errors
    ///
    /// [`Impossible`] when two settings of the rule exclude each other.
    pub fn compile(rule: &Rule) -> Result<Self, Impossible> {
        check(rule)?;
        let mut forms_ignored = [false; Form::ALL.len()];
        for form in &rule.forms_ignored {
            forms_ignored[*form as usize] = true;
        }
        let grouped = matches!(rule.sample, Sample::Conversation | Sample::BuyerDay);
        let conversation_matters = rule.conversation.bot_only == BotOnly::Dropped
            || rule.conversation.left_message != LeftMessage::Nothing;
        Ok(Self {
            sample: rule.sample,
            per: rule.per,
            opens: rule.opens(),
            judge: rule.judge,
            hours: rule.hours.as_ref().map(compile_hours),
            test: rule.hours.as_ref().map_or(HoursTest::Question, |hours| hours.test),
            outside: rule.hours.as_ref().map_or(Outside::Unseen, |hours| hours.outside),
            effects: rule.authors,
            bot_stage_effects: core::array::from_fn(|author| {
                rule.bot_stage_authors[author].unwrap_or(rule.authors[author])
            }),
            forms_ignored,
            invalid: if rule.invalid_replies.is_empty() {
                MessageFlags(0)
            } else {
                MessageFlags::PERFUNCTORY
            },
            limit: match (rule.within, rule.answer_by) {
                (Some(span), _) => Limit::Within(span),
                (None, Some(answer_by)) => Limit::By(answer_by),
                (None, None) => Limit::None,
            },
            at_limit: rule.at_limit,
            unanswered: rule.unanswered,
            holds_for_later: rule.answered_later == AnsweredLater::Drop,
            cap: rule.cap.unwrap_or(Span(i64::MAX)),
            drop_below: rule.drop_below.unwrap_or(Span(i64::MIN)),
            settle: rule.settle,
            splits: rule.per == Per::Account && rule.transfer == Transfer::Splits,
            conversation: rule.conversation,
            places: rule.needs_conversations(),
            recalls: rule.recalled == Recalled::NeverSent,
            holds_for_conversation: conversation_matters && !grouped,
            report_days: rule.report_days,
            drops_flagged: rule.flagged == crate::rule::Flagged::Dropped,
            drops_closed_shop: rule.closed_shop == ClosedShop::Dropped,
            figure: rule.figure,
        })
    }

    /// The same plan, looking for its invalid replies in another bit of [`MessageFlags`]: for
    /// logs whose texts were judged by several lists of phrases. A rule without such a list looks
    /// for none.
    #[must_use]
    pub fn with_invalid(mut self, flags: MessageFlags) -> Self {
        if self.invalid != MessageFlags(0) {
            self.invalid = flags;
        }
        self
    }

    /// What is published: how a [`crate::Tally`] becomes a value.
    #[must_use]
    pub fn figure(&self) -> Figure {
        self.figure
    }

    /// Whether an instant lies in the hours.
    pub(crate) fn in_hours(&self, zone: &Zone, at: Instant) -> bool {
        let Some(hours) = &self.hours else { return true };
        let ms = zone.local(at).ms;
        hours.iter().any(|(from, until)| *from <= ms && ms < *until)
    }

    /// What a message of this author does in a stage.
    pub(crate) fn effect(&self, author: Author, human_stage: bool) -> Effect {
        if human_stage {
            self.effects[author as usize]
        } else {
            self.bot_stage_effects[author as usize]
        }
    }

    /// Whether a message's form is one that the rule sees.
    pub(crate) fn sees_form(&self, form: Form) -> bool {
        !self.forms_ignored[form as usize]
    }

    /// Whether a reply was judged invalid (perfunctory, greeting only) and the rule cares.
    pub(crate) fn is_invalid(&self, fact: &Fact) -> bool {
        fact.flags.has(self.invalid)
    }

    /// Whether the conversation of a sample decides its day and whether it is seen.
    pub(crate) fn by_conversation(&self) -> bool {
        self.sample == Sample::Conversation || self.test != HoursTest::Question
    }

    /// Until when an answer to what opened at this instant is on time; `None`: there is no limit.
    pub(crate) fn deadline(&self, zone: &Zone, opened_at: Instant) -> Option<Instant> {
        match self.limit {
            Limit::None => None,
            Limit::Within(span) => Some(opened_at + span),
            Limit::By(AnswerBy { cycle, by }) => {
                let asked = zone.local(opened_at);
                let cycle_ends = asked.day.plus(i32::from(asked.ms >= cycle));
                let day = cycle_ends.plus(i32::from(by < cycle));
                Some(zone.start_of(day) + Span(by))
            }
        }
    }

    /// Whether an answer at `at` to what opened at `opened_at` is on time. Without a limit every
    /// answer is.
    pub(crate) fn on_time(&self, zone: &Zone, opened_at: Instant, at: Instant) -> bool {
        match (self.deadline(zone, opened_at), self.at_limit) {
            (None, _) => true,
            (Some(deadline), AtLimit::OnTime) => at <= deadline,
            (Some(deadline), AtLimit::Late) => at < deadline,
        }
    }

    /// Whether the mean of `n` waits that sum up to `sum` is within the limit, exactly.
    pub(crate) fn mean_on_time(&self, sum: Span, n: u32) -> bool {
        let Limit::Within(limit) = self.limit else { return true };
        let allowed = i128::from(limit.0) * i128::from(n);
        match self.at_limit {
            AtLimit::OnTime => i128::from(sum.0) <= allowed,
            AtLimit::Late => i128::from(sum.0) < allowed,
        }
    }

    /// A wait as counted.
    pub(crate) fn counted(&self, wait: Span) -> Span {
        wait.min(self.cap)
    }

    /// Whether a wait is so short that the sample is left out.
    pub(crate) fn too_fast(&self, wait: Span) -> bool {
        wait < self.drop_below
    }
}

fn check(rule: &Rule) -> Result<(), Impossible> {
    let grouped = matches!(rule.sample, Sample::Conversation | Sample::BuyerDay);
    if rule.within.is_none() && rule.answer_by.is_none() {
        if rule.figure == Figure::Share {
            return Err(Impossible::ShareWithoutLimit);
        }
        if rule.settle == Settle::Deadline {
            return Err(Impossible::DeadlineWithoutLimit);
        }
    }
    if rule.within.is_none() && grouped && rule.judge == Judge::Mean {
        return Err(Impossible::JudgeWithoutLimit);
    }
    if rule.within.is_some() && rule.answer_by.is_some() {
        return Err(Impossible::TwoLimits);
    }
    let in_a_day = |ms: i64| (0..DAY_MS).contains(&ms);
    if rule.answer_by.is_some_and(|limit| !in_a_day(limit.cycle) || !in_a_day(limit.by)) {
        return Err(Impossible::AnswerBy);
    }
    if rule.sample == Sample::BuyerDay && rule.settle != Settle::DayEnd {
        return Err(Impossible::BuyerDayOpenOverNight);
    }
    if rule.sample == Sample::BuyerDay && rule.needs_conversations() {
        return Err(Impossible::BuyerDayOfConversations);
    }
    if grouped && rule.answered_later == AnsweredLater::Drop {
        return Err(Impossible::GroupedAnsweredLater);
    }
    if rule.sample == Sample::Conversation
        && rule.per == Per::Account
        && rule.transfer == Transfer::Splits
    {
        return Err(Impossible::SplitConversation);
    }
    let Some(hours) = &rule.hours else { return Ok(()) };
    if hours.test != HoursTest::Question && hours.outside != Outside::Unseen {
        return Err(Impossible::OutsideWithoutQuestion);
    }
    if hours.test == HoursTest::ToHuman && rule.sample != Sample::Conversation {
        return Err(Impossible::ToHumanWithoutConversation);
    }
    let inside_the_day =
        |(from, until): &(i64, i64)| 0 <= *from && from < until && *until <= DAY_MS;
    let apart = hours.intervals.windows(2).all(|pair| pair[0].1 <= pair[1].0);
    if hours.intervals.is_empty() || !apart || !hours.intervals.iter().all(inside_the_day) {
        return Err(Impossible::Hours);
    }
    Ok(())
}

fn compile_hours(hours: &Hours) -> Vec<(i64, i64)> {
    let past_end = i64::from(hours.end == HoursEnd::Closed);
    hours.intervals.iter().map(|(from, until)| (*from, until + past_end)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lazada: messages of 18:00 to 18:00, answered by 19:00.
    #[test]
    fn a_limit_by_the_clock_follows_the_cycle() {
        let hour = 3_600_000;
        let mut rule = Rule::new(Sample::Message);
        rule.within = None;
        rule.answer_by = Some(AnswerBy { cycle: 18 * hour, by: 19 * hour });
        let plan = Plan::compile(&rule).expect("a plan");
        let zone = Zone::fixed(8 * hour);
        let at = |day: i32, ms: i64| zone.start_of(facts::Day(day)) + Span(ms);
        let by = |asked| plan.deadline(&zone, asked).expect("a limit");
        assert_eq!(by(at(10, 17 * hour + 59 * 60_000)), at(10, 19 * hour));
        assert_eq!(by(at(10, 18 * hour)), at(11, 19 * hour), "a new cycle begins");
        assert_eq!(by(at(11, 0)), at(11, 19 * hour));
        assert!(plan.on_time(&zone, at(10, 18 * hour), at(11, 19 * hour)));
        assert!(!plan.on_time(&zone, at(10, 18 * hour), at(11, 19 * hour) + Span(1)));
    }

    #[test]
    fn what_excludes_each_other_is_refused() {
        let refused = |turn: fn(&mut Rule)| {
            let mut rule = Rule::new(Sample::BuyerDay);
            turn(&mut rule);
            Plan::compile(&rule).err()
        };
        assert_eq!(refused(|rule| rule.within = None), Some(Impossible::ShareWithoutLimit));
        assert_eq!(
            refused(|rule| rule.answer_by = Some(AnswerBy { cycle: 0, by: 1 })),
            Some(Impossible::TwoLimits)
        );
        assert_eq!(
            refused(|rule| rule.settle = Settle::Never),
            Some(Impossible::BuyerDayOpenOverNight)
        );
        assert_eq!(
            refused(|rule| rule.conversation.bot_only = BotOnly::Dropped),
            Some(Impossible::BuyerDayOfConversations)
        );
        assert_eq!(
            refused(|rule| rule.answered_later = AnsweredLater::Drop),
            Some(Impossible::GroupedAnsweredLater)
        );
    }
}
