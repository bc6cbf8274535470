//! A rule compiled to integers and byte tables: what the machines look at while counting.

use alloc::vec::Vec;
use core::fmt;

use facts::{Author, Fact, Form, Instant, MessageFlags, Span, Zone};

use crate::rule::{
    AnsweredLater, AtLimit, BotOnly, ClosedShop, ConversationRule, Effect, Figure, Hours, HoursEnd,
    HoursTest, Inner, Judge, LeftMessage, Outside, Per, Recalled, Rule, Sample, Settle, Transfer,
    Unanswered,
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
    forms_ignored: [bool; Form::ALL.len()],
    /// The bits of texts that are no valid reply; none when no text is judged.
    invalid: MessageFlags,
    /// `None`: there is no limit.
    pub(crate) limit: Option<Span>,
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

/// A rule that says two things which cannot both be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Impossible {
    /// A share needs a limit.
    ShareWithoutLimit,
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
            Self::ShareWithoutLimit => "a share needs a limit (`within`)",
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
            forms_ignored,
            invalid: if rule.invalid_replies.is_empty() {
                MessageFlags(0)
            } else {
                MessageFlags::PERFUNCTORY
            },
            limit: rule.within,
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

    /// What a message of this author does.
    pub(crate) fn effect(&self, author: Author) -> Effect {
        self.effects[author as usize]
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

    /// Whether a wait is within the limit. Without a limit every answer is.
    pub(crate) fn on_time(&self, wait: Span) -> bool {
        match (self.limit, self.at_limit) {
            (None, _) => true,
            (Some(limit), AtLimit::OnTime) => wait <= limit,
            (Some(limit), AtLimit::Late) => wait < limit,
        }
    }

    /// Whether the mean of `n` waits that sum up to `sum` is within the limit, exactly.
    pub(crate) fn mean_on_time(&self, sum: Span, n: u32) -> bool {
        let Some(limit) = self.limit else { return true };
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
    if rule.within.is_none() {
        if rule.figure == Figure::Share {
            return Err(Impossible::ShareWithoutLimit);
        }
        if rule.settle == Settle::Deadline {
            return Err(Impossible::DeadlineWithoutLimit);
        }
        if grouped && rule.judge == Judge::Mean {
            return Err(Impossible::JudgeWithoutLimit);
        }
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
