//! The typed rule: one edition of one metric, every axis a field.
//!
//! A rule says what is counted and how; it holds no text that is looked at while counting. It is
//! compiled once to a [`crate::Plan`].

use alloc::string::String;
use alloc::vec::Vec;

use facts::{Author, Day, Form, Span, words};

/// What is counted: one edition of one metric.
///
/// # Example
///
/// ```
/// use metric::{Rule, Sample};
/// // Rounds of a shop, answered by `agent`, within three minutes.
/// let rule = Rule::new(Sample::Round);
/// assert_eq!(rule.within, Some(facts::Span::seconds(180)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What is counted.
    pub sample: Sample,
    /// Whose sample it is.
    pub per: Per,
    /// For grouped samples (conversation, buyer-day): what they are judged from. For messages and
    /// rounds it is the sample itself, and ignored.
    pub inner: Inner,
    /// For grouped samples: how the inner samples make the verdict.
    pub judge: Judge,
    /// The hours in which a sample counts. Absent: the whole day.
    pub hours: Option<Hours>,
    /// What a message of each author does, by [`Author::code`]; the entry of `buyer` is unused.
    pub authors: [Effect; Author::ALL.len()],
    /// Where an author's message does something else in the bot stage, what. Absent: as in
    /// [`Rule::authors`]. People's own messages end the bot stage, so theirs are unused.
    pub bot_stage_authors: [Option<Effect>; Author::ALL.len()],
    /// Which of a buyer's messages open samples of their own.
    pub which: Which,
    /// For ratings: how many stars at least make a satisfied buyer (a hit). 1 to 5.
    pub satisfied: u8,
    /// For ratings: what becomes of one whose problem the buyer marked as unsolved.
    pub unsolved: Unsolved,
    /// Forms of messages that are not seen, neither as questions nor as replies.
    pub forms_ignored: Vec<Form>,
    /// Replies whose text is one of these (perfunctory, greeting only) are looked past: the sample
    /// waits for the next valid one. Empty: no text is judged.
    pub invalid_replies: Vec<String>,
    /// The limit. Absent: there is none, as for a mean.
    pub within: Option<Span>,
    /// A limit by the clock, instead of [`Rule::within`].
    pub answer_by: Option<AnswerBy>,
    /// Whether a wait of exactly the limit is on time.
    pub at_limit: AtLimit,
    /// What becomes of a sample without a counted reply.
    pub unanswered: Unanswered,
    /// What becomes of an unanswered sample when a counted reply comes on a later day.
    pub answered_later: AnsweredLater,
    /// A longer wait counts as this one. Absent: the real wait.
    pub cap: Option<Span>,
    /// Samples answered faster than this are left out of both sides. Absent: none are.
    pub drop_below: Option<Span>,
    /// When an open sample is settled as unanswered.
    pub settle: Settle,
    /// What is published.
    pub figure: Figure,
    /// For [`Figure::MeanFastest`]: the share of the answered samples, in percent from 1 to 100,
    /// whose waits are averaged, the shortest first, rounded up to whole samples.
    pub fastest: u8,
    /// What a transfer does to an open sample.
    pub transfer: Transfer,
    /// Where conversations begin and end, and which are assessed.
    pub conversation: ConversationRule,
    /// What becomes of a message that is recalled before it was answered.
    pub recalled: Recalled,
    /// What becomes of a message that the shop marks as needing no reply while it is open.
    pub no_reply_needed: NoReplyNeeded,
    /// An upheld report sets aside the buyer's samples of this many days before its day. 0: it
    /// does nothing.
    pub report_days: u16,
    /// Whether a buyer account that the platform flagged is left out.
    pub flagged: Flagged,
    /// Dated periods in which samples do not count, for some shops.
    pub special_periods: Vec<SpecialPeriod>,
    /// Whether samples that begin while the shop is closed are left out.
    pub closed_shop: ClosedShop,
    /// Over which days the platform publishes the figure.
    pub period: Period,
    /// Fewer samples than this in the period: not assessed. Never blanks a figure. Absent: none.
    pub minimum: Option<u32>,
    /// What the platform takes instead where there are fewer samples than [`Rule::minimum`].
    pub below_minimum: BelowMinimum,
}

impl Rule {
    /// Samples of a shop around the clock, answered by an agent within three minutes, unanswered
    /// ones a miss at the day's end: the plainest rule, from which editions differ.
    #[must_use]
    pub fn new(sample: Sample) -> Self {
        let mut authors = [Effect::Ignored; Author::ALL.len()];
        authors[Author::Agent as usize] = Effect::Answers;
        Self {
            sample,
            per: Per::Shop,
            inner: Inner::Round,
            judge: Judge::All,
            hours: None,
            authors,
            bot_stage_authors: [None; Author::ALL.len()],
            which: Which::Every,
            satisfied: 4,
            unsolved: Unsolved::Counts,
            forms_ignored: Vec::new(),
            invalid_replies: Vec::new(),
            within: Some(Span::seconds(180)),
            answer_by: None,
            at_limit: AtLimit::OnTime,
            unanswered: Unanswered::Miss,
            answered_later: AnsweredLater::Nothing,
            cap: None,
            drop_below: None,
            settle: Settle::DayEnd,
            figure: Figure::Share,
            fastest: 90,
            transfer: Transfer::Splits,
            conversation: ConversationRule::default(),
            recalled: Recalled::NeverSent,
            no_reply_needed: NoReplyNeeded::Nothing,
            report_days: 0,
            flagged: Flagged::Counts,
            special_periods: Vec::new(),
            closed_shop: ClosedShop::Dropped,
            period: Period::Days { days: 1, lag: 1 },
            minimum: None,
            below_minimum: BelowMinimum::NotAssessed,
        }
    }

    /// What the sample is made of: for messages, rounds and ratings themselves, else
    /// [`Rule::inner`].
    #[must_use]
    pub fn opens(&self) -> Inner {
        match self.sample {
            Sample::Message => Inner::Message,
            Sample::Round => Inner::Round,
            Sample::Rating => Inner::Rating,
            Sample::Conversation | Sample::BuyerDay => self.inner,
        }
    }

    /// Whether the rule looks at conversations at all.
    #[must_use]
    pub fn needs_conversations(&self) -> bool {
        self.sample == Sample::Conversation
            || self.conversation.bot_only == BotOnly::Dropped
            || self.conversation.left_message != LeftMessage::Nothing
            || self.hours.as_ref().is_some_and(|hours| {
                matches!(hours.test, HoursTest::ConversationStart | HoursTest::ToHuman)
            })
    }
}

words! {
    /// What is counted.
    Sample {
        /// Every buyer message.
        Message = "message",
        /// From the first unanswered buyer message to the first counted reply.
        Round = "round",
        /// A buyer's rating.
        Rating = "rating",
        /// A conversation.
        Conversation = "conversation",
        /// A buyer on a local day, with the shop or with one account of it.
        BuyerDay = "buyer-day",
    }
}

words! {
    /// Whose sample it is.
    Per {
        /// The shop's.
        Shop = "shop",
        /// The account's that was in charge.
        Account = "account",
    }
}

words! {
    /// What a grouped sample is judged from.
    Inner {
        /// Every buyer message in it.
        Message = "message",
        /// Every round in it.
        Round = "round",
        /// The request for a human: from the first fact that passes the buyer to one (`to-human`,
        /// `queued`, `assigned`, `left-message`), time in the queue included, to the first counted
        /// reply. What the buyer writes opens nothing.
        Request = "request",
        /// Every rating in it.
        Rating = "rating",
    }
}

words! {
    /// Which of a buyer's messages open samples of their own.
    Which {
        /// Every one.
        Every = "every",
        /// The first one of each local day that the metric sees.
        FirstOfDay = "first-of-day",
    }
}

words! {
    /// What becomes of a rating whose problem the buyer marked as unsolved.
    Unsolved {
        /// It counts by its stars.
        Counts = "counts",
        /// It is a miss, whatever its stars.
        Miss = "miss",
    }
}

words! {
    /// How inner samples make a grouped sample's verdict. *Answered* follows the same quantifier.
    Judge {
        /// Any miss spoils it.
        All = "all",
        /// One hit saves it.
        Any = "any",
        /// Only the first counts.
        First = "first",
        /// The mean wait must be within the limit, and none may be unanswered.
        Mean = "mean",
    }
}

words! {
    /// What a message of an author does to open samples.
    Effect {
        /// It is a counted reply.
        Answers = "answers",
        /// Nothing.
        Ignored = "ignored",
        /// In the bot stage it takes the open sample out of both sides; in the human stage nothing.
        Removes = "removes",
    }
}

words! {
    /// Whether a wait of exactly the limit is on time.
    AtLimit {
        /// It is (`wait <= limit`).
        OnTime = "on-time",
        /// It is late (`wait < limit`).
        Late = "late",
    }
}

/// A limit by the clock: what is asked in one cycle of a day must be answered by a time after the
/// cycle's end.
///
/// # Example
///
/// Lazada: messages of 18:00 to 18:00, answered by 19:00.
///
/// ```
/// use metric::AnswerBy;
/// let lazada = AnswerBy { cycle: 18 * 3_600_000, by: 19 * 3_600_000 };
/// assert!(lazada.cycle < lazada.by);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AnswerBy {
    /// When cycles begin and end, in milliseconds since local midnight. A question at that very
    /// instant belongs to the cycle that begins.
    pub cycle: i64,
    /// The time of day by which to answer: the first such after the cycle's end, in milliseconds
    /// since local midnight.
    pub by: i64,
}

/// What becomes of a sample without a counted reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unanswered {
    /// A miss; it has no wait.
    Miss,
    /// Left out of both sides.
    Drop,
    /// As good as one with a reply: what makes a miss is something else (a leave-message). It has
    /// no wait.
    Hit,
    /// It counts as a wait of this length (and, against a limit, as a miss).
    Counts(Span),
}

words! {
    /// What becomes of an unanswered sample when a counted reply comes on a later day.
    AnsweredLater {
        /// Nothing: it was settled.
        Nothing = "nothing",
        /// It is left out of both sides.
        Drop = "drop",
    }
}

words! {
    /// When an open sample is settled as unanswered.
    Settle {
        /// At the local midnight that ends the day of its question.
        DayEnd = "day-end",
        /// When its limit has passed; a later reply does not repair it.
        Deadline = "deadline",
        /// Never: it stays open until a counted reply comes.
        Never = "never",
    }
}

words! {
    /// What is published.
    Figure {
        /// Hits over samples.
        Share = "share",
        /// Misses over samples.
        MissShare = "miss-share",
        /// The mean of the waits as counted, over all samples.
        Mean = "mean",
        /// The mean of the waits of answered samples.
        MeanAnswered = "mean-answered",
        /// The mean of the shortest waits of answered samples: see [`Rule::fastest`].
        MeanFastest = "mean-fastest",
        /// How many samples there are.
        Count = "count",
    }
}

impl Figure {
    /// Whether it is a share: hits or misses over samples.
    #[must_use]
    pub const fn is_share(self) -> bool {
        matches!(self, Self::Share | Self::MissShare)
    }

    /// Whether it is a mean of waits, in milliseconds.
    #[must_use]
    pub const fn is_mean(self) -> bool {
        matches!(self, Self::Mean | Self::MeanAnswered | Self::MeanFastest)
    }

    /// Whether its value cannot be taken from a [`crate::Tally`], but needs every wait.
    #[must_use]
    pub const fn needs_waits(self) -> bool {
        matches!(self, Self::MeanFastest)
    }
}

words! {
    /// What a transfer does to an open sample of an account.
    Transfer {
        /// The sample settles as unanswered for the account that passed it on, and a new one opens
        /// for the account that received it. Of shops' samples nothing.
        Splits = "splits",
        /// Nothing: the sample goes on.
        Carries = "carries",
    }
}

/// Where conversations begin and end, and which are assessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConversationRule {
    /// Without a conversation id, a longer silence begins a new conversation.
    pub gap: Span,
    /// A buyer message within this time of `closed` continues the conversation, also under
    /// another id. Absent: `closed` ends it.
    pub continues: Option<Span>,
    /// A conversation in which a bot wrote and that never left the bot stage.
    pub bot_only: BotOnly,
    /// A conversation that became a leave-message.
    pub left_message: LeftMessage,
}

impl Default for ConversationRule {
    /// Thirty minutes of silence; `closed` ends; everything is assessed.
    fn default() -> Self {
        Self {
            gap: Span::seconds(30 * 60),
            continues: None,
            bot_only: BotOnly::Counts,
            left_message: LeftMessage::Nothing,
        }
    }
}

words! {
    /// What becomes of a conversation in which a bot wrote and that never left the bot stage.
    BotOnly {
        /// It counts like any other.
        Counts = "counts",
        /// It is not assessed.
        Dropped = "dropped",
    }
}

words! {
    /// What becomes of a conversation that became a leave-message.
    LeftMessage {
        /// Nothing.
        Nothing = "nothing",
        /// It is not assessed.
        Dropped = "dropped",
        /// It is a miss.
        Miss = "miss",
    }
}

words! {
    /// What becomes of a message that is recalled before it was answered.
    Recalled {
        /// It is as if never sent.
        NeverSent = "never-sent",
        /// It stays.
        Stays = "stays",
    }
}

words! {
    /// What becomes of an open message that the shop marks as needing no reply.
    NoReplyNeeded {
        /// Nothing.
        Nothing = "nothing",
        /// It is as if never sent.
        Removes = "removes",
    }
}

words! {
    /// What becomes of a buyer account that the platform flagged as abnormal.
    Flagged {
        /// It counts like any other.
        Counts = "counts",
        /// Its samples are left out.
        Dropped = "dropped",
    }
}

words! {
    /// What becomes of samples that begin while the shop is closed.
    ClosedShop {
        /// They count like any other.
        Counts = "counts",
        /// They are left out.
        Dropped = "dropped",
    }
}

/// Daily hours, half-open, and the instant that they test.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hours {
    /// `[from, until)` in milliseconds of the wall clock since local midnight, sorted, not
    /// overlapping, each within `0..=86_400_000`.
    pub intervals: Vec<(i64, i64)>,
    /// Which instant must lie in them.
    pub test: HoursTest,
    /// Whether the end itself is inside.
    pub end: HoursEnd,
    /// What becomes of buyer messages outside them, where the question is tested.
    pub outside: Outside,
}

words! {
    /// Which instant the hours test.
    HoursTest {
        /// The buyer's message that opens the sample (or the transfer that does).
        Question = "question",
        /// The start of the conversation in which the sample opens.
        ConversationStart = "conversation-start",
        /// The first fact of the conversation that passes it to a human (`to-human`, `queued`,
        /// `assigned`, `left-message`), where conversations are counted. One that never was passed
        /// to a human is outside.
        ToHuman = "to-human",
        /// Of a rating the `rating-sent` before it, or its own instant where none was sent.
        RatingSent = "rating-sent",
    }
}

words! {
    /// Whether the end of the hours is inside them.
    HoursEnd {
        /// It is not: `[from, until)`.
        Open = "open",
        /// It is, to the millisecond: `[from, until]`.
        Closed = "closed",
    }
}

words! {
    /// What becomes of buyer messages outside the hours.
    Outside {
        /// The metric does not see them.
        Unseen = "unseen",
        /// They open a sample that counts when it is answered inside the hours.
        CountsWhenAnsweredInside = "counts-when-answered-inside",
        /// The conversation that begins outside them is a miss.
        Misses = "misses",
    }
}

/// A dated period in which samples of some shops do not count.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SpecialPeriod {
    /// The id that enrolments in the registry name.
    pub id: String,
    /// The first local day.
    pub from: Day,
    /// The last local day, included.
    pub to: Day,
}

/// Over which days the platform publishes a figure. `T` is the day on which one looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    /// `days` local days, the last of which is `T - lag`.
    Days {
        /// How many days, at least 1.
        days: u16,
        /// How many days before `T` the last one is; 1 is yesterday.
        lag: u16,
    },
    /// The last whole week (Monday to Sunday) before `T`.
    Week,
    /// The last whole calendar months before `T`.
    Months {
        /// How many, at least 1.
        months: u16,
    },
    /// `days` local days, the last of which is that of the last sample before `T`.
    ToLastSample {
        /// How many days, at least 1.
        days: u16,
    },
    /// The last samples before `T`, on whatever days.
    LastSamples {
        /// How many, at least 1.
        samples: u32,
    },
}

impl Period {
    /// The last whole calendar month.
    pub const MONTH: Self = Self::Months { months: 1 };

    /// First and last day (both included) of the period seen on day `today`. Where the samples
    /// themselves say which days ([`Period::is_by_samples`]): every day before `today`.
    ///
    /// # Example
    ///
    /// ```
    /// use metric::Period;
    /// let today: facts::Day = "2022-03-31".parse().unwrap();
    /// let (from, to) = Period::Days { days: 30, lag: 1 }.ending(today);
    /// assert_eq!((from.to_string(), to.to_string()), ("2022-03-01".into(), "2022-03-30".into()));
    /// ```
    #[must_use]
    pub fn ending(self, today: Day) -> (Day, Day) {
        match self {
            Self::Days { days, lag } => {
                let to = today.plus(-i32::from(lag));
                (to.plus(1 - i32::from(days.max(1))), to)
            }
            Self::Week => {
                let monday = today.plus(-i32::from(today.weekday()));
                (monday.plus(-7), monday.plus(-1))
            }
            Self::Months { months } => {
                let to = today.month_start().plus(-1);
                let before = |day: Day| day.month_start().plus(-1);
                let last = (1..months.max(1)).fold(to, |day, _| before(day));
                (last.month_start(), to)
            }
            Self::ToLastSample { .. } | Self::LastSamples { .. } => (Day::MIN, today.plus(-1)),
        }
    }

    /// Whether the samples say which days are in it.
    #[must_use]
    pub const fn is_by_samples(self) -> bool {
        matches!(self, Self::ToLastSample { .. } | Self::LastSamples { .. })
    }
}

/// How often the platform shows a figure anew, for some accounts or days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// The shortest interval.
    pub every: Span,
    /// For accounts of this grade. Absent: for all.
    pub grade: Option<String>,
    /// On days of this kind. Absent: on all.
    pub days: Option<KindOfDay>,
}

words! {
    /// Whether people work on a day.
    KindOfDay {
        /// A working day.
        Workday = "workday",
        /// A weekend or holiday.
        DayOff = "day-off",
    }
}

/// What the platform takes where a period has fewer samples than the rule's minimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BelowMinimum {
    /// Nothing: the shop is not assessed.
    NotAssessed,
    /// So many last samples before the day on which one looks, on whatever days; all there ever
    /// were if there are fewer.
    LastSamples(u32),
    /// A fixed share, as a fraction.
    Value {
        /// The numerator.
        num: u32,
        /// The denominator, above 0.
        den: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn weeks_and_months_are_whole_and_past() {
        assert_eq!(Period::Week.ending(day("2026-11-21")), (day("2026-11-09"), day("2026-11-15")));
        assert_eq!(Period::Week.ending(day("2026-11-16")), (day("2026-11-09"), day("2026-11-15")));
        assert_eq!(Period::MONTH.ending(day("2026-03-01")), (day("2026-02-01"), day("2026-02-28")));
        assert_eq!(Period::MONTH.ending(day("2026-03-31")), (day("2026-02-01"), day("2026-02-28")));
    }

    /// The badge of May rests on February, March and April (ETSY-EX-02).
    #[test]
    fn several_months_are_whole_too() {
        let period = Period::Months { months: 3 };
        assert_eq!(period.ending(day("2026-05-01")), (day("2026-02-01"), day("2026-04-30")));
        assert_eq!(period.ending(day("2026-02-28")), (day("2025-11-01"), day("2026-01-31")));
    }

    /// JD, seen on 2021-12-22: T-35 to T-6 (JD-EX-02).
    #[test]
    fn a_lag_moves_the_whole_period() {
        let period = Period::Days { days: 30, lag: 6 };
        assert_eq!(period.ending(day("2021-12-22")), (day("2021-11-17"), day("2021-12-16")));
    }
}
