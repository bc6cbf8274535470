//! The naive oracle: a second count of one thread, definition by definition.
//!
//! Every question ("which conversation is this fact in", "is the thread in the bot stage here",
//! "what ended this sample") is answered by looking over the facts again. That is quadratic and
//! worse, and easy to hold against the words of a rule.
//!
//! # Where the words leave a choice
//!
//! 1. A sample to which several reasons to drop it apply shows the first of: `own-account`,
//!    `flagged`, the first window in the given order, its own fate (`bot`, `zero-second`,
//!    `unanswered`, `cross-day`), a conversation of the bot alone (`bot`), `left-message`,
//!    `reported`.
//! 2. Exclusions take out inner samples of a buyer-day one by one, a conversation as a whole; a
//!    round or a message by its question, also where the hours test the conversation's start.
//! 3. Inner samples that were taken out are as if absent: the quantifiers run over the others, and
//!    *first* is the first of these. Owner and opening of a grouped sample are those of its first
//!    inner sample that was not taken out, else of its first one.
//! 4. A conversation is one sample, also per account: only buyer-days are divided by account.
//! 5. An agent's or assisted message leaves the bot stage before its own effect is looked at.
//! 6. Ignored forms and perfunctory texts concern the roles of question, reply and removal only:
//!    such messages still leave the bot stage and belong to conversations. Perfunctory texts
//!    matter for authors that answer alone.
//! 7. An `assigned` or `transferred` without account puts nobody in charge; while a sample is
//!    open, the first one with an account counts. Who is in charge is looked up along the thread,
//!    whatever the conversation. A reply without account that answers: the shop itself.
//! 8. "The last counted reply that local day" is the last one, on the day of the opening, before
//!    the sample ended.
//! 9. What a transfer settles belongs to the passing account that the fact names, before anybody
//!    in charge. That transfer itself is not one "while it is open".
//! 10. A transfer under hours that test the conversation is tested like a message of the
//!     conversation that it carries.
//! 11. Metrics whose hours test `to-human` take day and windows at the conversation's start. A
//!     conversation that is passed to a human inside the hours is inside from its first fact on.
//! 12. A question outside the hours that counts only when answered inside them is seen exactly
//!     then: what ends it, the first thing that would, is a counted reply inside the hours.
//!     Otherwise it neither opens a round nor keeps a later question from opening one.
//! 13. The limit has passed when a reply at this instant would be late, so at the limit itself
//!     where that is late already. A deadline with no limit never comes; it alone settles, also
//!     across midnight.
//! 14. A sample whose conversation is closed for good stays open until the day's end but is not
//!     pending: it is unanswered at once.
//! 15. An unanswered sample is `cross-day` only when it was settled by midnight.
//! 16. A closed conversation that is continued is open again under all its ids. Facts under the
//!     continuing id from before stay where they were. Only a `closed` that closed something is
//!     remembered. Any buyer message, of whatever form, recalled or not, is one "yet".
//! 17. A mean is that of the waits as counted. With an unanswered inner sample the verdict is
//!     certain; otherwise a pending one leaves it open. Figures other than shares are pending
//!     while a sample that counts is.
//! 18. A leave-message that makes a miss does so for every sample of its conversation, pending
//!     ones included; of shares only.
//! 19. A rating without stars is nothing, but it uses up the card that was sent for it. A rating
//!     timed by its card is of the card's day; whose it is, is seen from the rating.
//! 20. Of a day's messages the first is the first that the metric sees and the buyer does not take
//!     back in time; a later one does not take its place once it was answered.
//! 21. A sample that no reply ended and that is a hit all the same is one whatever comes later.
//! 22. A message that was passed on may be recalled until the wait that began with it is over, at
//!     whichever account: then nothing was passed on.

mod conversations;
mod outcome;
mod story;

use std::collections::BTreeMap;

use facts::{Account, Day, Fact, Instant, Zone};
use metric::{Rule, Sample};

use story::Story;

/// A period whose samples do not count, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first instant of it.
    pub from: Instant,
    /// The first instant after it.
    pub until: Instant,
    /// `closed-shop` or `special-period`. Closures do nothing where the rule counts them.
    pub reason: &'static str,
}

/// What is known of the shop and the buyer beside the thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Closures, and the special periods that concern this shop under this rule.
    pub windows: Vec<Window>,
    /// Whether the buyer is one of the shop's own accounts.
    pub own_account: bool,
}

/// What became of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// On time.
    Hit,
    /// Late, or without a counted reply.
    Miss {
        /// Whether there was no counted reply.
        unanswered: bool,
    },
    /// Counted by a figure that is not a share.
    Counted {
        /// Whether there was no counted reply.
        unanswered: bool,
    },
    /// Left out of both sides, with the reason.
    Dropped(&'static str),
    /// Not known yet.
    Pending,
}

/// One sample of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OracleSample {
    /// The local day that it counts for.
    pub day: Day,
    /// When it opened; of a grouped sample, when its first inner sample did.
    pub opened_at: Instant,
    /// Whose it is; the shop itself where nobody is known.
    pub account: Account,
    /// What became of it.
    pub verdict: Verdict,
    /// The wait as counted, caps and substitutes included; 0 for dropped and pending ones.
    pub wait_ms: i64,
}

/// The samples of one day, added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Hits, misses and counted ones.
    pub samples: u64,
    /// Those on time.
    pub hits: u64,
    /// Those late or unanswered.
    pub misses: u64,
    /// Those unanswered: part of the misses, or of the counted ones.
    pub unanswered: u64,
    /// Those whose verdict is not known yet; outside `samples`.
    pub pending: u64,
    /// Those left out, by reason; outside `samples`.
    pub dropped: BTreeMap<&'static str, u64>,
    /// The waits as counted.
    pub wait_ms: i64,
}

impl Totals {
    /// Adds one sample.
    pub fn add(&mut self, sample: &OracleSample) {
        self.wait_ms += sample.wait_ms;
        let unanswered = match sample.verdict {
            Verdict::Pending => {
                self.pending += 1;
                return;
            }
            Verdict::Dropped(reason) => {
                *self.dropped.entry(reason).or_default() += 1;
                return;
            }
            Verdict::Hit => {
                self.hits += 1;
                false
            }
            Verdict::Miss { unanswered } => {
                self.misses += 1;
                unanswered
            }
            Verdict::Counted { unanswered } => unanswered,
        };
        self.samples += 1;
        self.unanswered += u64::from(unanswered);
    }
}

/// Totals per local day. A day without any sample has no entry.
#[must_use]
pub fn totals(samples: &[OracleSample]) -> BTreeMap<Day, Totals> {
    let mut days = BTreeMap::<Day, Totals>::new();
    for sample in samples {
        days.entry(sample.day).or_default().add(sample);
    }
    days
}

/// Totals per local day and owner. A pair without any sample has no entry.
#[must_use]
pub fn totals_by_account(samples: &[OracleSample]) -> BTreeMap<(Day, Account), Totals> {
    let mut days = BTreeMap::<(Day, Account), Totals>::new();
    for sample in samples {
        days.entry((sample.day, sample.account)).or_default().add(sample);
    }
    days
}

/// The samples of one thread as they stand at `now`, sorted.
///
/// `facts` are all facts of one buyer with one shop, in any order; they are put in order by
/// `(at, row)`. Facts at or after `now` have not happened. A day is over when `now` has reached
/// the next local midnight.
///
/// # Example
///
/// ```
/// use facts::{Author, Fact, Instant, Zone};
/// use metric::{Rule, Sample};
/// use testkit::oracle::{Circumstances, Verdict, count};
/// let facts = [
///     Fact::message(Instant(0), Author::Buyer),
///     Fact { row: 1, ..Fact::message(Instant(5_000), Author::Agent) },
/// ];
/// let (rule, zone) = (Rule::new(Sample::Round), Zone::fixed(0));
/// let samples = count(&rule, &zone, &facts, Instant(86_400_000), &Circumstances::default());
/// assert_eq!(samples.len(), 1);
/// assert_eq!((samples[0].verdict, samples[0].wait_ms), (Verdict::Hit, 5_000));
/// ```
#[must_use]
pub fn count(
    rule: &Rule,
    zone: &Zone,
    facts: &[Fact],
    now: Instant,
    around: &Circumstances,
) -> Vec<OracleSample> {
    let story = Story::new(rule, zone, facts, now, around);
    let mut samples = match rule.sample {
        Sample::Message | Sample::Round | Sample::Rating => story.plain_samples(),
        Sample::Conversation => story.conversation_samples(),
        Sample::BuyerDay => story.buyer_days(),
    };
    samples.sort_unstable();
    samples
}
