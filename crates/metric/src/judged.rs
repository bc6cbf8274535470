//! What a machine says: judged samples, and for every fact what became of it.

use facts::{Account, Day, Instant, Span, words};

words! {
    /// Why a sample is outside both sides of a figure.
    Reason {
        /// A bot served it.
        Bot = "bot",
        /// Nobody answered it, and the rule leaves such samples out.
        Unanswered = "unanswered",
        /// It was answered on a later day, and the rule leaves such samples out.
        CrossDay = "cross-day",
        /// It was answered faster than the rule believes.
        ZeroSecond = "zero-second",
        /// Its conversation became a leave-message.
        LeftMessage = "left-message",
        /// A report against the buyer was upheld within the days after.
        Reported = "reported",
        /// The platform flagged the buyer's account.
        Flagged = "flagged",
        /// The buyer is an account of the shop itself.
        OwnAccount = "own-account",
        /// It began while the shop was closed.
        ClosedShop = "closed-shop",
        /// It began in a special period in which this shop is not assessed.
        SpecialPeriod = "special-period",
    }
}

/// The verdict on a sample. Without a limit (means), every answered sample is a `Hit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Answered within the limit.
    Hit,
    /// Answered, but late.
    Late,
    /// Not answered by a counted reply.
    Unanswered,
    /// Still open, and its limit has not passed.
    Pending,
    /// Outside both sides.
    Dropped(Reason),
}

words! {
    /// How a sample came to its end.
    Ending {
        /// A counted reply came.
        Answered = "answered",
        /// The local day ended.
        DayEnd = "day-end",
        /// Its limit passed, where the rule settles then.
        Deadline = "deadline",
        /// It was passed on without a reply.
        PassedOn = "passed-on",
        /// A bot answered it in the bot stage.
        BotReply = "bot-reply",
        /// It is still open.
        Open = "open",
        /// Judged from the samples inside it.
        Inner = "inner",
        /// Its conversation never left the bot stage.
        BotOnly = "bot-only",
        /// Its conversation became a leave-message.
        LeftMessage = "left-message",
        /// Set aside by a dated exclusion.
        Excluded = "excluded",
        /// It is a rating: it ended as it was made.
        Rated = "rated",
        /// Its conversation began outside the hours.
        OutsideHours = "outside-hours",
    }
}

words! {
    /// What became of one fact under one rule.
    Note {
        /// A buyer message that opened a sample.
        Opens = "opens",
        /// A buyer message that belongs to the open round.
        Joins = "joins",
        /// A buyer message after the first question, where only the first counts.
        NotFirst = "not-first",
        /// A buyer message outside the hours: not seen.
        OutsideHours = "outside-hours",
        /// A buyer message in a conversation that is outside the hours: not seen.
        ConversationOutsideHours = "conversation-outside-hours",
        /// A message of a form that the rule does not see.
        FormIgnored = "form-ignored",
        /// A counted reply that ended open samples.
        Answers = "answers",
        /// A counted reply with nothing to answer.
        NothingOpen = "nothing-open",
        /// A message whose author does not count.
        AuthorIgnored = "author-ignored",
        /// A reply judged perfunctory or a mere greeting: looked past.
        InvalidReply = "invalid-reply",
        /// A bot's reply that took open samples out of both sides.
        BotRemoves = "bot-removes",
        /// A bot's message with nothing open.
        BotNothingOpen = "bot-nothing-open",
        /// A bot's message in the human stage: it does nothing.
        BotAfterHuman = "bot-after-human",
        /// It put the thread into the human stage for the day.
        HumanStage = "human-stage",
        /// It put an account in charge (and the thread into the human stage).
        TakesCharge = "takes-charge",
        /// A transfer that ended open samples and began a new one.
        Splits = "splits",
        /// A transfer with nothing open, or that does not matter to samples.
        TransferOnly = "transfer-only",
        /// It took back an open message.
        Recalls = "recalls",
        /// It recalled something that was not an open question.
        RecallsNothingOpen = "recalls-nothing-open",
        /// It closed the conversation.
        Closes = "closes",
        /// It made the conversation a leave-message.
        LeavesMessage = "leaves-message",
        /// A request for a human that opened a sample.
        AsksForHuman = "asks-for-human",
        /// The shop marked an open message as needing no reply.
        MarksNoReply = "marks-no-reply",
        /// The shop marked something that was not an open question.
        MarksNothingOpen = "marks-nothing-open",
        /// A rating that is a sample.
        Rates = "rates",
        /// A rating without stars: nothing is known of it.
        RatesWithoutStars = "rates-without-stars",
        /// A rating card: the next rating is tested by its instant.
        SendsRating = "sends-rating",
        /// A message, where samples are ratings or requests.
        NotASample = "not-a-sample",
        /// It upheld a report, which sets aside samples of the days before.
        UpholdsReport = "upholds-report",
        /// It flagged the buyer.
        FlagsBuyer = "flags-buyer",
        /// The rule does not look at facts of this kind.
        NotUsed = "not-used",
        /// It had not happened, or was not known, at the time of the measurement.
        NotYet = "not-yet",
    }
}

/// One judged sample, or one inner sample of a grouped one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Connects inner samples with their grouped sample; unique in a thread; 0: not grouped.
    pub group: u32,
    /// The opening question; of a conversation its start, of a buyer-day its first question.
    pub opened_at: Instant,
    /// The row of the opening fact.
    pub opened_row: u32,
    /// When it ended. Absent: still open, or grouped.
    pub ended_at: Option<Instant>,
    /// The row of the fact that ended it. Absent: time ended it, or it is grouped.
    pub ended_row: Option<u32>,
    /// Whose sample it is; [`Account::SHOP`]: the shop itself.
    pub account: Account,
    /// The account if nobody was in charge where the facts begin; differs from `account` only in
    /// summaries of runs that begin in the middle of a thread.
    pub(crate) fallback: Account,
    /// The local day it belongs to.
    pub day: Day,
    /// The verdict.
    pub outcome: Outcome,
    /// How it ended.
    pub ending: Ending,
    /// The wait as counted: caps and substitutes included; the sum over inner samples. 0 where
    /// nothing is counted.
    pub wait: Span,
    /// How many inner samples were judged; 1 for a sample that is not grouped.
    pub n_inner: u32,
    /// Serial of the conversation it belongs to, 0: none or not looked at.
    pub(crate) conversation: u32,
    /// The instant at which dated exclusions are tested: the opening question's, of a conversation
    /// its start.
    pub(crate) tested_at: Instant,
}

/// Takes what a machine says. Everything but [`Sink::sample`] may be left out.
pub trait Sink {
    /// A sample is judged for good.
    fn sample(&mut self, sample: &Judged);

    /// An inner sample of a grouped one (`inner.group`) is judged for good.
    fn inner(&mut self, inner: &Judged) {
        let _ = inner;
    }

    /// What became of a row. A fact may get more than one note; the first is the main one.
    fn note(&mut self, row: u32, note: Note) {
        let _ = (row, note);
    }
}

impl Sink for alloc::vec::Vec<Judged> {
    fn sample(&mut self, sample: &Judged) {
        self.push(*sample);
    }
}
