//! A rule compiled to integers and byte tables: what the machines look at while counting.

use alloc::vec::Vec;
use core::fmt;

use facts::{Author, Chunk, Fact, FactKind, Form, Instant, MessageFlags, Rating, Span, Zone};

use crate::quick::Moves;
use crate::rule::{
    AnswerBy, AnsweredLater, AtLimit, BelowMinimum, BotOnly, ClosedShop, ConversationRule, Effect,
    Figure, Hours, HoursEnd, HoursTest, Inner, Judge, LeftMessage, NoReplyNeeded, Outside, Per,
    Period, Recalled, Rule, Sample, Settle, Transfer, Unanswered, Unsolved, Which,
};

/// A compiled rule.
///
/// # Example
///
/// ```
/// use metric::{Plan, Rule, Sample};
/// assert!(Plan::compile(&Rule::new(Sample::Round)).is_ok());
/// let mut deadline_without_a_limit = Rule::new(Sample::Round);
/// deadline_without_a_limit.within = None;
/// deadline_without_a_limit.settle = metric::Settle::Deadline;
/// assert!(Plan::compile(&deadline_without_a_limit).is_err());
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
    pub(crate) first_of_day: bool,
    pub(crate) no_reply_removes: bool,
    satisfied: u8,
    unsolved_is_miss: bool,
    /// Samples wait until it is known whether their conversation is assessed.
    pub(crate) holds_for_conversation: bool,
    pub(crate) report_days: u16,
    pub(crate) drops_flagged: bool,
    pub(crate) drops_closed_shop: bool,
    pub(crate) figure: Figure,
    /// Its most frequent steps, where they need little memory.
    pub(crate) moves: Option<Moves>,
}

/// Which facts of other days the samples of a day may depend on, as [`Plan::reach`] tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// All of them.
    everything: bool,
    /// Upheld reports of so many days after it.
    report_days: u16,
    /// Flags of any day.
    flags: bool,
}

impl Reach {
    /// Whether the samples of a day may depend on facts of this kind so many days later; a
    /// negative number is days before it.
    ///
    /// # Example
    ///
    /// ```
    /// use facts::FactKind;
    /// use metric::{Plan, Rule, Sample, Settle};
    /// let mut rule = Rule::new(Sample::Round);
    /// let reach = Plan::compile(&rule).unwrap().reach();
    /// assert!(reach.has(FactKind::Assigned, -3) && !reach.has(FactKind::Assigned, 3));
    /// assert!(!reach.has(FactKind::Message, -1));
    /// rule.settle = Settle::Never;
    /// assert!(Plan::compile(&rule).unwrap().reach().has(FactKind::Message, -1));
    /// ```
    #[must_use]
    pub fn has(&self, kind: FactKind, days: i32) -> bool {
        days == 0
            || self.everything
            || match kind {
                // Who is in charge stays so over midnight.
                FactKind::Assigned | FactKind::Transferred => days < 0,
                FactKind::ReportUpheld => 0 < days && days <= i32::from(self.report_days),
                FactKind::Flagged => self.flags,
                _ => false,
            }
    }
}

/// Which facts matter: bits by author, under the byte code of the kind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Relevance([u8; FactKind::ALL.len()]);

impl Relevance {
    /// Whether a fact matters, by the byte codes of its kind and author.
    pub(crate) fn has(&self, kind: u8, author: u8) -> bool {
        self.0.get(usize::from(kind)).is_some_and(|bits| bits >> (author & 7) & 1 != 0)
    }

    /// What matters to this or to the other.
    pub(crate) fn or(self, other: Self) -> Self {
        Self(core::array::from_fn(|kind| self.0[kind] | other.0[kind]))
    }
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
    /// Ratings are given, not answered: they are shares without limits, and stand at once.
    RatingAnswered,
    /// Only ratings can be tested by when their card was sent.
    RatingSentWithoutRating,
    /// A rating is satisfied from 1 to 5 stars on.
    Satisfied,
    /// The first message of a day is one where messages are the samples.
    FirstOfDay,
    /// Unanswered samples can be hits only in a share, and where no mean is judged.
    UnansweredHit,
    /// A share of the fastest is from 1 to 100 percent.
    Fastest,
    /// Only conversations tested by their start can be misses outside the hours.
    OutsideMisses,
    /// A period has at least one day, month or sample, and a fixed value is at most 1.
    Period,
    /// There is a fallback below the minimum, and no minimum.
    FallbackWithoutMinimum,
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
            Self::RatingAnswered => {
                "ratings are a `share`, `miss-share` or `count` without `within`, and are judged \
                 `all`, `any` or `first`"
            }
            Self::RatingSentWithoutRating => "`test = \"rating-sent\"` needs `rating` samples",
            Self::Satisfied => "`satisfied` must be 1 to 5 stars",
            Self::FirstOfDay => "`which = \"first-of-day\"` needs `message` samples of shops",
            Self::UnansweredHit => {
                "`unanswered = \"hit\"` needs a `share` or `miss-share` not judged by `mean`"
            }
            Self::Fastest => "`fastest` must be 1 to 100 percent",
            Self::OutsideMisses => {
                "`outside = \"misses\"` needs `conversation` samples and \
                 `test = \"conversation-start\"`"
            }
            Self::Period => "a period needs at least one day, month or sample",
            Self::FallbackWithoutMinimum => "`below-minimum` needs `minimum`",
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
    /// Whether a rule can be compiled, without the work of it.
    ///
    /// # Errors
    ///
    /// [`Impossible`] when two settings of the rule exclude each other.
    pub fn check(rule: &Rule) -> Result<(), Impossible> {
        check(rule)
    }

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
        let conversation_matters = rule.conversation.bot_only == BotOnly::Dropped
            || rule.conversation.left_message != LeftMessage::Nothing;
        let mut plan = Self {
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
            first_of_day: rule.which == Which::FirstOfDay,
            no_reply_removes: rule.no_reply_needed == NoReplyNeeded::Removes,
            satisfied: rule.satisfied,
            unsolved_is_miss: rule.unsolved == Unsolved::Miss,
            holds_for_conversation: conversation_matters && !is_grouped(rule),
            report_days: rule.report_days,
            drops_flagged: rule.flagged == crate::rule::Flagged::Dropped,
            drops_closed_shop: rule.closed_shop == ClosedShop::Dropped,
            figure: rule.figure,
            moves: None,
        };
        plan.moves = Moves::of(&plan);
        Ok(plan)
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
        self.hours.is_none() || self.has_hour(zone.local(at).ms)
    }

    /// Whether a wall-clock reading, in milliseconds since midnight, lies in the hours.
    pub(crate) fn has_hour(&self, ms: i64) -> bool {
        let Some(hours) = &self.hours else { return true };
        hours.iter().any(|(from, until)| *from <= ms && ms < *until)
    }

    /// An hour of the day inside the hours, or outside them, in milliseconds since midnight; `None`
    /// where there is none.
    pub(crate) fn an_hour(&self, inside: bool) -> Option<i64> {
        let bounds = self.hours.iter().flatten().flat_map(|(from, until)| [*from, *until]);
        core::iter::once(0).chain(bounds).find(|ms| *ms < DAY_MS && self.has_hour(*ms) == inside)
    }

    /// Whether more is to be looked at of a message than who wrote it: a form that the rule does
    /// not see, a text that is no valid reply, a mark that connects it with its recall.
    pub(crate) fn may_be_unusual(&self, chunk: &Chunk) -> bool {
        chunk.form.is_some() || chunk.mark.is_some() || chunk.flags.is_some()
    }

    /// Whether that is so of one message.
    pub(crate) fn is_unusual(&self, chunk: &Chunk, row: u32) -> bool {
        let i = row as usize;
        let has_form =
            |forms: &Vec<u8>| Form::from_code(forms[i]).is_some_and(|form| !self.sees_form(form));
        chunk.form.as_ref().is_some_and(has_form)
            || chunk.mark.as_ref().is_some_and(|marks| marks[i] != 0)
            || chunk.flags.as_ref().is_some_and(|flags| MessageFlags(flags[i]).has(self.invalid))
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
        self.sample == Sample::Conversation
            || matches!(self.test, HoursTest::ConversationStart | HoursTest::ToHuman)
    }

    /// Whether buyers' messages open samples.
    pub(crate) fn opens_at_messages(&self) -> bool {
        matches!(self.opens, Inner::Message | Inner::Round)
    }

    /// Whether accounts decide which samples there are, so that they matter even where figures are
    /// those of shops.
    #[must_use]
    pub fn counts_by_account(&self) -> bool {
        self.sample == Sample::BuyerDay && self.per == Per::Account
    }

    /// Whether it matters which conversation a fact belongs to.
    #[must_use]
    pub fn looks_at_conversations(&self) -> bool {
        self.places
    }

    /// Whether it matters which form a message has.
    #[must_use]
    pub fn looks_at_forms(&self) -> bool {
        self.forms_ignored.contains(&true)
    }

    /// Whether it matters what ratings say.
    #[must_use]
    pub fn looks_at_ratings(&self) -> bool {
        self.opens == Inner::Rating
    }

    /// Whether it matters what was judged of replies' texts.
    #[must_use]
    pub fn looks_at_texts(&self) -> bool {
        self.invalid != MessageFlags(0)
    }

    /// Whether facts of this kind act on samples that were judged before them.
    #[must_use]
    pub fn reaches_back(&self, kind: FactKind) -> bool {
        match kind {
            FactKind::ReportUpheld => self.report_days > 0,
            FactKind::Flagged => self.drops_flagged,
            _ => false,
        }
    }

    /// Which facts of other days the samples of a local day may depend on.
    ///
    /// Where everything is settled at midnight and conversations do not matter, a day begins with
    /// nothing but who is in charge, and what comes after it changes nothing but by exclusions: an
    /// upheld report, a flag. A recall on a later day finds nothing open any more.
    #[must_use]
    pub fn reach(&self) -> Reach {
        let carries = self.settle != Settle::DayEnd
            || self.places
            || self.holds_for_later
            || self.test == HoursTest::RatingSent;
        Reach { everything: carries, report_days: self.report_days, flags: self.drops_flagged }
    }

    /// Whether a fact of this kind, by this author where it is a message, may do anything. One that
    /// may not need not be shown to the machine at all.
    #[must_use]
    pub fn looks_at(&self, kind: FactKind, author: Author) -> bool {
        match kind {
            // Every fact of a conversation may begin, continue or end one.
            _ if self.places && kind.in_conversation() => true,
            FactKind::Message if author == Author::Buyer => self.opens_at_messages(),
            // A human's word begins the human stage, whatever it answers.
            FactKind::Message if matches!(author, Author::Agent | Author::Assist) => true,
            FactKind::Message => {
                [false, true].into_iter().any(|human| self.effect(author, human) != Effect::Ignored)
            }
            FactKind::ToHuman | FactKind::Assigned | FactKind::Transferred => true,
            FactKind::Queued | FactKind::LeftMessage => self.opens == Inner::Request,
            FactKind::Recalled => self.recalls,
            FactKind::NoReplyNeeded => self.no_reply_removes,
            FactKind::RatingSent => self.test == HoursTest::RatingSent,
            FactKind::Rated => self.opens == Inner::Rating,
            // Reports and flags act through windows.
            _ => false,
        }
    }

    /// The facts that may do anything, as bits by author under the byte code of the kind.
    pub(crate) fn relevance(&self) -> Relevance {
        Relevance(core::array::from_fn(|kind| {
            let Some(kind) = FactKind::from_code(kind as u8) else { return 0 };
            let authors = Author::ALL.iter().filter(|author| self.looks_at(kind, **author));
            authors.fold(0, |bits, author| bits | 1 << author.code())
        }))
    }

    /// Whether what comes while a sample is open belongs to it, so that one at most is open.
    pub(crate) fn merges(&self) -> bool {
        matches!(self.opens, Inner::Round | Inner::Request)
    }

    /// Whether an open message can be taken away by a fact that refers to it.
    pub(crate) fn takes_back(&self) -> bool {
        self.recalls || self.no_reply_removes
    }

    /// Whether a rating of that many stars is a hit; `None` where it has no stars.
    pub(crate) fn is_satisfied(&self, rating: Rating) -> Option<bool> {
        let stars = rating.stars()?;
        Some(stars >= self.satisfied && !(self.unsolved_is_miss && rating.is_unsolved()))
    }

    /// Whether hits and late samples have a wait: ratings have none, nor have hits without reply.
    pub(crate) fn has_waits(&self) -> bool {
        self.opens != Inner::Rating && self.unanswered != Unanswered::Hit
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

    /// The last instant at which an answer to what opened at this instant is on time; `None`: there
    /// is no limit.
    pub(crate) fn last_on_time(&self, zone: &Zone, opened_at: Instant) -> Option<Instant> {
        let late = Span(i64::from(self.at_limit == AtLimit::Late));
        self.deadline(zone, opened_at).map(|deadline| deadline - late)
    }

    /// Whether there is a limit by which answers are on time or late.
    #[must_use]
    pub fn has_limit(&self) -> bool {
        self.limit != Limit::None
    }

    /// For how long a sample may wait and still be a hit; `None`: there is no limit, or it is a
    /// time of day.
    #[must_use]
    pub fn longest_hit(&self) -> Option<Span> {
        match self.limit {
            Limit::Within(limit) => Some(limit),
            Limit::None | Limit::By(_) => None,
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
    check_limit(rule)?;
    check_ratings(rule)?;
    check_group(rule)?;
    check_figure(rule)?;
    check_hours(rule)
}

fn is_grouped(rule: &Rule) -> bool {
    matches!(rule.sample, Sample::Conversation | Sample::BuyerDay)
}

fn check_limit(rule: &Rule) -> Result<(), Impossible> {
    if rule.within.is_none() && rule.answer_by.is_none() && rule.settle == Settle::Deadline {
        return Err(Impossible::DeadlineWithoutLimit);
    }
    if rule.within.is_none() && is_grouped(rule) && rule.judge == Judge::Mean {
        return Err(Impossible::JudgeWithoutLimit);
    }
    if rule.within.is_some() && rule.answer_by.is_some() {
        return Err(Impossible::TwoLimits);
    }
    let in_a_day = |ms: i64| (0..DAY_MS).contains(&ms);
    if rule.answer_by.is_some_and(|limit| !in_a_day(limit.cycle) || !in_a_day(limit.by)) {
        return Err(Impossible::AnswerBy);
    }
    Ok(())
}

fn check_ratings(rule: &Rule) -> Result<(), Impossible> {
    let rates = rule.opens() == Inner::Rating;
    let is_tested_by_card =
        rule.hours.as_ref().is_some_and(|hours| hours.test == HoursTest::RatingSent);
    if is_tested_by_card && (!rates || rule.sample == Sample::BuyerDay) {
        return Err(Impossible::RatingSentWithoutRating);
    }
    let is_answered = rule.within.is_some()
        || rule.answer_by.is_some()
        || rule.figure.is_mean()
        || rule.unanswered != Unanswered::Miss
        || (is_grouped(rule) && rule.judge == Judge::Mean);
    if rates && is_answered {
        return Err(Impossible::RatingAnswered);
    }
    if !(1..=5).contains(&rule.satisfied) {
        return Err(Impossible::Satisfied);
    }
    Ok(())
}

fn check_group(rule: &Rule) -> Result<(), Impossible> {
    if rule.sample == Sample::BuyerDay && rule.settle != Settle::DayEnd {
        return Err(Impossible::BuyerDayOpenOverNight);
    }
    if rule.sample == Sample::BuyerDay && rule.needs_conversations() {
        return Err(Impossible::BuyerDayOfConversations);
    }
    if is_grouped(rule) && rule.answered_later == AnsweredLater::Drop {
        return Err(Impossible::GroupedAnsweredLater);
    }
    let splits = rule.per == Per::Account && rule.transfer == Transfer::Splits;
    if rule.sample == Sample::Conversation && splits {
        return Err(Impossible::SplitConversation);
    }
    if rule.which == Which::FirstOfDay && (rule.sample != Sample::Message || splits) {
        return Err(Impossible::FirstOfDay);
    }
    Ok(())
}

fn check_figure(rule: &Rule) -> Result<(), Impossible> {
    let judges_means = is_grouped(rule) && rule.judge == Judge::Mean;
    if rule.unanswered == Unanswered::Hit && (!rule.figure.is_share() || judges_means) {
        return Err(Impossible::UnansweredHit);
    }
    if !(1..=100).contains(&rule.fastest) {
        return Err(Impossible::Fastest);
    }
    let is_empty = match rule.period {
        Period::Days { days, .. } | Period::ToLastSample { days } => days == 0,
        Period::Week => false,
        Period::Months { months } => months == 0,
        Period::LastSamples { samples } => samples == 0,
    };
    let is_wrong = match rule.below_minimum {
        BelowMinimum::NotAssessed => false,
        BelowMinimum::LastSamples(samples) => samples == 0,
        BelowMinimum::Value { num, den } => den == 0 || num > den,
    };
    if is_empty || is_wrong {
        return Err(Impossible::Period);
    }
    if rule.below_minimum != BelowMinimum::NotAssessed && rule.minimum.is_none() {
        return Err(Impossible::FallbackWithoutMinimum);
    }
    Ok(())
}

fn check_hours(rule: &Rule) -> Result<(), Impossible> {
    let Some(hours) = &rule.hours else { return Ok(()) };
    match hours.outside {
        Outside::Unseen => {}
        Outside::CountsWhenAnsweredInside => {
            if hours.test != HoursTest::Question || rule.opens() == Inner::Rating {
                return Err(Impossible::OutsideWithoutQuestion);
            }
        }
        Outside::Misses => {
            let begins = hours.test == HoursTest::ConversationStart;
            if !begins || rule.sample != Sample::Conversation || !rule.figure.is_share() {
                return Err(Impossible::OutsideMisses);
            }
        }
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
        assert_eq!(refused(|rule| rule.inner = Inner::Rating), Some(Impossible::RatingAnswered));
        assert_eq!(refused(|rule| rule.which = Which::FirstOfDay), Some(Impossible::FirstOfDay));
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
