//! The rounds behind a figure, each with the clause that judged it.
//!
//! Start with [`Explainer::explain`].

use std::collections::BTreeMap;

use facts::{Instant, Log, Registry, ShopId, Tie, Zone};
use intake::Lang;
pub use metric::Judged;
use metric::{Ending, Figure, Inner, Note, Outcome, Ratio, Reason, Sample, Tally, Threads, Trace};

use crate::error::Error;
use crate::invalid::InvalidReplies;
use crate::selection::{self, Chosen, Selected};
use crate::shown;
use crate::words::{self, Clause};

facts::words! {
    /// Verdicts to show.
    Verdict {
        /// Answered in time.
        Hit = "hit",
        /// Late or never.
        Miss = "miss",
        /// Never answered.
        Unanswered = "unanswered",
        /// Outside both sides.
        Dropped = "dropped",
        /// Still open.
        Pending = "pending",
    }
}

/// Which samples of a shop are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Question<'a> {
    /// The shop, of the metric's platform.
    pub shop: &'a str,
    /// Only samples of this local day.
    pub day: Option<facts::Day>,
    /// Only this buyer's.
    pub buyer: Option<&'a str>,
    /// Only those of the buyer who wrote or got the message of this id.
    pub id: Option<&'a str>,
    /// Only those of this account.
    pub account: Option<&'a str>,
    /// Only those with this verdict.
    pub verdict: Option<Verdict>,
    /// Only samples of days of this day of the week, 0 for Monday to 6 for Sunday.
    pub weekday: Option<u8>,
    /// Only samples that open in this local hour.
    pub hour: Option<u8>,
    /// Only answered samples that waited longer than the first, at most the second of these
    /// milliseconds, as percentiles count them; absent: no bound on that side.
    pub waited: (Option<i64>, Option<i64>),
    /// Also threads without such a sample: every fact of theirs is asked for.
    pub every_fact: bool,
}

impl Question<'_> {
    fn has_verdict(&self, judged: &Judged) -> bool {
        match self.verdict {
            None => true,
            Some(Verdict::Hit) => judged.outcome == Outcome::Hit,
            Some(Verdict::Miss) => {
                matches!(judged.outcome, Outcome::Late | Outcome::Unanswered)
            }
            Some(Verdict::Unanswered) => judged.outcome == Outcome::Unanswered,
            Some(Verdict::Dropped) => matches!(judged.outcome, Outcome::Dropped(_)),
            Some(Verdict::Pending) => judged.outcome == Outcome::Pending,
        }
    }

    /// Whether a sample is of the part that is asked for, whatever its verdict.
    fn is_of_part(&self, judged: &Judged, zone: &Zone) -> bool {
        let hour = || (zone.local(judged.opened_at).ms / 3_600_000) as u8;
        let (over, to) = self.waited;
        let is_timed = over.is_some() || to.is_some();
        let wait = wait_of(judged);
        let has_waited =
            |wait: i64| over.is_none_or(|over| over < wait) && to.is_none_or(|to| wait <= to);
        self.weekday.is_none_or(|weekday| weekday == judged.day.weekday())
            && self.hour.is_none_or(|wanted| wanted == hour())
            && (!is_timed || wait.is_some_and(has_waited))
    }

    /// The threads of the shop (and buyer, and message) that is asked for.
    fn threads(&self, log: &Log, selected: &Selected<'_>) -> Result<Vec<usize>, Error> {
        let is_shop = |shop: ShopId| {
            log.shops[shop.0 as usize].platform == selected.platform
                && log.shop_name(shop) == self.shop
        };
        if !(0..log.shops.len()).any(|shop| is_shop(ShopId(shop as u32))) {
            return Err(self.unknown_shop(log, selected));
        }
        let unknown_buyer = |name: &str| Error::UnknownBuyer(name.to_owned());
        let buyer = self
            .buyer
            .map(|name| log.buyers.find(name).ok_or_else(|| unknown_buyer(name)))
            .transpose()?;
        if let Some(name) = self.account
            && log.accounts.find(name).is_none()
        {
            return Err(Error::UnknownAccount(name.to_owned()));
        }
        let is_wanted = |thread: &facts::Thread| {
            is_shop(thread.shop) && buyer.is_none_or(|buyer| thread.buyer == buyer)
        };
        let mut threads: Vec<usize> =
            (0..log.threads.len()).filter(|thread| is_wanted(&log.threads[*thread])).collect();
        if let Some(id) = self.id {
            let rows = (0..log.len()).filter(|row| has_id(log, *row as u32, id));
            let of_message: Vec<usize> = rows.map(|row| log.thread[row] as usize).collect();
            threads.retain(|thread| of_message.contains(thread));
            if threads.is_empty() {
                return Err(Error::UnknownMessage(id.to_owned()));
            }
        }
        Ok(threads)
    }

    fn unknown_shop(&self, log: &Log, selected: &Selected<'_>) -> Error {
        let mut names: Vec<&str> = (0..log.shops.len())
            .filter(|shop| log.shops[*shop].platform == selected.platform)
            .map(|shop| log.shop_name(ShopId(shop as u32)))
            .collect();
        names.sort_unstable();
        let known = names.iter().take(8).map(|name| (*name).to_owned()).collect();
        let platform = selected.metric.platform.clone();
        Error::UnknownShop { shop: self.shop.to_owned(), platform: Some((platform, known)) }
    }
}

/// Whether a row is the message of an id.
#[must_use]
pub fn has_id(log: &Log, row: u32, id: &str) -> bool {
    log.id.as_ref().is_some_and(|ids| &*ids[row as usize] == id)
}

/// What became of each row, under which edition.
#[derive(Clone, Debug)]
pub struct Notes<'a> {
    by_row: BTreeMap<u32, Note>,
    chosen: &'a Chosen,
}

impl Notes<'_> {
    /// What became of a row, and by which clause.
    #[must_use]
    pub fn of(&self, log: &Log, row: u32) -> (Note, Clause) {
        let note = self.by_row.get(&row).copied().unwrap_or(Note::NotUsed);
        let clause = match note {
            Note::AuthorIgnored => words::clause_of_ignored(log.fact(row).author),
            note => words::clause_of_note(note),
        };
        (note, clause.under(self.chosen))
    }
}

/// One thread under one edition, with the samples that were asked for.
#[derive(Clone, Debug)]
pub struct Explained<'a> {
    /// The thread's number in the log.
    pub thread: usize,
    /// The edition.
    pub chosen: &'a Chosen,
    /// The samples in the order opened.
    pub samples: Vec<Judged>,
    trace: Trace,
}

impl<'a> Explained<'a> {
    /// What became of each of its facts.
    #[must_use]
    pub fn notes(&self) -> Notes<'a> {
        let mut by_row = BTreeMap::new();
        for (row, note) in &self.trace.notes {
            by_row.entry(*row).or_insert(*note);
        }
        Notes { by_row, chosen: self.chosen }
    }
}

/// What is shown, and the figure that it is part of.
#[derive(Clone, Debug)]
pub struct Explanation<'a> {
    /// By the opening of their first sample, then by buyer.
    pub threads: Vec<Explained<'a>>,
    /// Of all samples of the shop, day, buyer and account, whatever their verdict.
    pub tally: Tally,
    /// Of answered samples, sorted: for means of the fastest.
    waits: Vec<i64>,
    /// How many samples are shown.
    pub n_shown: usize,
}

impl Explanation<'_> {
    /// The value that its samples make.
    #[must_use]
    pub fn value(&self, selected: &Selected<'_>) -> Option<Ratio> {
        match selected.figure() {
            Figure::MeanFastest => metric::mean_fastest(&self.waits, selected.fastest()),
            figure => self.tally.value(figure),
        }
    }

    /// How many samples there are, whatever their verdict.
    #[must_use]
    pub fn n_all(&self) -> u64 {
        self.tally.samples() + self.tally.dropped.iter().sum::<u64>() + self.tally.pending
    }
}

/// A log with the metric that is explained.
#[derive(Debug)]
pub struct Explainer<'a> {
    log: &'a Log,
    threads: Threads<'a>,
    selected: &'a Selected<'a>,
    question: Question<'a>,
}

impl<'a> Explainer<'a> {
    /// Arranges a log.
    #[must_use]
    pub fn new(
        (log, registry): (&'a Log, &'a Registry),
        selected: &'a Selected<'a>,
        question: Question<'a>,
    ) -> Self {
        Self { log, threads: Threads::new(log, registry), selected, question }
    }

    /// The log.
    #[must_use]
    pub const fn log(&self) -> &'a Log {
        self.log
    }

    /// The metric.
    #[must_use]
    pub const fn selected(&self) -> &'a Selected<'a> {
        self.selected
    }

    /// What is asked for.
    #[must_use]
    pub const fn question(&self) -> &Question<'a> {
        &self.question
    }

    /// Explains what is asked for.
    ///
    /// # Errors
    ///
    /// [`Error`] when the log has no such shop, buyer, account or message, or a rule contradicts
    /// itself.
    pub fn explain(&self, invalid: &InvalidReplies) -> Result<Explanation<'a>, Error> {
        let threads = self.question.threads(self.log, self.selected)?;
        let mut all = Vec::new();
        let mut tally = Tally::default();
        let mut waits = Vec::new();
        for chosen in &self.selected.editions {
            let mut job = selection::job(self.selected, chosen, &chosen.rule, invalid)?;
            if let Some(day) = self.question.day {
                job.days = (job.days.0.max(day), job.days.1.min(day));
            }
            if job.days.0 > job.days.1 {
                continue;
            }
            for thread in &threads {
                let trace = metric::trace(&self.threads, *thread, &job);
                let zone = &self.selected.zone;
                let of_part = trace.samples.iter().filter(|judged| {
                    self.is_of_account(judged) && self.question.is_of_part(judged, zone)
                });
                let mut samples: Vec<Judged> = of_part.copied().collect();
                samples.iter().for_each(|judged| tally.count(judged));
                waits.extend(samples.iter().filter_map(wait_of));
                samples.retain(|judged| self.question.has_verdict(judged));
                samples.sort_by_key(|judged| self.place(judged));
                if !samples.is_empty() || self.question.every_fact {
                    all.push(Explained { thread: *thread, chosen, trace, samples });
                }
            }
        }
        // Of samples that begin together the buyer's name decides, however the log is sorted.
        all.sort_by_key(|one| {
            (one.samples.first().map(|judged| judged.opened_at), self.buyer(one.thread))
        });
        let n_shown = all.iter().map(|one| one.samples.len()).sum();
        waits.sort_unstable();
        Ok(Explanation { threads: all, tally, waits, n_shown })
    }

    /// Where a sample opens among the facts of its thread.
    fn place(&self, judged: &Judged) -> (Instant, Tie, u32) {
        (judged.opened_at, self.log.tie(judged.opened_row), judged.opened_row)
    }

    fn is_of_account(&self, judged: &Judged) -> bool {
        self.question.account.is_none_or(|wanted| wanted == self.account(judged))
    }

    /// The buyer of a thread.
    #[must_use]
    pub fn buyer(&self, thread: usize) -> &'a str {
        self.log.buyers.name(self.log.threads[thread].buyer)
    }

    /// The account of a sample; empty: the shop itself.
    #[must_use]
    pub fn account(&self, judged: &Judged) -> &'a str {
        self.log.accounts.name(judged.account.0)
    }

    /// All rows of a thread, in order.
    #[must_use]
    pub fn rows_of_thread(&self, thread: usize) -> &[u32] {
        self.threads.rows(thread)
    }

    /// The inner samples of a grouped one, in the order opened.
    #[must_use]
    pub fn inner<'t>(&self, one: &'t Explained<'_>, judged: &Judged) -> Vec<&'t Judged> {
        if judged.group == 0 {
            return Vec::new();
        }
        let of_group = |inner: &&Judged| inner.group == judged.group;
        let mut inner: Vec<&Judged> = one.trace.inner.iter().filter(of_group).collect();
        inner.sort_by_key(|judged| self.place(judged));
        inner
    }

    /// The rows of a sample and of those inside it, from their openings to their ends, in order.
    #[must_use]
    pub fn rows(&self, one: &Explained<'_>, judged: &Judged) -> Vec<u32> {
        let inner = self.inner(one, judged);
        let mut rows: Vec<u32> = if inner.is_empty() {
            self.rows_between(one, judged)
        } else {
            inner.iter().flat_map(|part| self.rows_between(one, part)).collect()
        };
        rows.sort_by_key(|row| self.log.order(*row));
        rows.dedup();
        rows
    }

    /// The rows from a sample's opening to its end, in the thread's order.
    fn rows_between(&self, one: &Explained<'_>, judged: &Judged) -> Vec<u32> {
        let rows = self.threads.rows(one.thread);
        let position = |row: u32| rows.iter().position(|other| *other == row);
        let Some(from) = position(judged.opened_row) else { return Vec::new() };
        let to = match (judged.ended_row.and_then(position), judged.ended_at) {
            (Some(to), _) => to + 1,
            (None, Some(ended_at)) => rows
                .iter()
                .position(|row| self.log.at[*row as usize] >= ended_at.0)
                .unwrap_or(rows.len()),
            (None, None) => rows.len(),
        };
        rows[from..to.max(from + 1)].to_vec()
    }
}

/// The wait of an answered sample, of a grouped one the mean; `None`: it was not answered.
fn wait_of(judged: &Judged) -> Option<i64> {
    let is_answered = matches!(judged.outcome, Outcome::Hit | Outcome::Late);
    is_answered.then(|| judged.wait.0 / i64::from(judged.n_inner.max(1)))
}

/// The verdict on a sample in one word.
#[must_use]
pub const fn verdict(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Hit => "hit",
        Outcome::Late | Outcome::Unanswered => "miss",
        Outcome::Pending => "pending",
        Outcome::Dropped(_) => "dropped",
    }
}

/// Why a sample is outside both sides, in one word; `None`: it is not.
#[must_use]
pub const fn reason(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Dropped(reason) => Some(reason_word(reason)),
        _ => None,
    }
}

const fn reason_word(reason: Reason) -> &'static str {
    reason.word()
}

/// Whether a sample was never answered.
#[must_use]
pub const fn is_unanswered(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Unanswered)
}

/// What a sample of a rule is.
#[must_use]
pub const fn sample_words(sample: Sample, lang: Lang) -> &'static str {
    let (en, zh) = match sample {
        Sample::Message => ("message", "消息"),
        Sample::Round => ("round", "轮次"),
        Sample::Rating => ("rating", "评价"),
        Sample::Conversation => ("conversation", "会话"),
        Sample::BuyerDay => ("buyer-day", "买家日"),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// Why a sample has its verdict: the wait against the limit, the ending, the clause.
#[must_use]
pub fn why(chosen: &Chosen, judged: &Judged, lang: Lang) -> String {
    let clause = words::clause_of_ending(judged.ending, judged.outcome).under(chosen);
    let reading = clause.reading.map(|id| format!(" {id}")).unwrap_or_default();
    let ending = match judged.outcome {
        Outcome::Dropped(reason) => words::reason_words(reason, lang),
        _ => words::ending_words(judged.ending, lang),
    };
    let limit = chosen.rule.within;
    let is_rated = chosen.rule.opens() == Inner::Rating;
    let span = |ms| shown::span(ms, lang);
    let wait =
        match (judged.outcome, limit) {
            (Outcome::Dropped(_) | Outcome::Pending, _) => None,
            // Ratings are given, not waited for; nor is a wait known of a hit without a reply.
            _ if is_rated => None,
            (Outcome::Hit, _) if judged.ending == Ending::DayEnd => None,
            (Outcome::Unanswered, _) if judged.wait.0 == 0 => None,
            (Outcome::Unanswered, _) => {
                let wait = span(judged.wait.0);
                Some(lang.of(format!("counts as {wait}"), format!("按 {wait} 计")))
            }
            (_, Some(limit)) if judged.n_inner == 1 => {
                let (wait, limit) = (span(judged.wait.0), span(limit.0));
                Some(lang.of(
                    format!("waited {wait}, limit {limit}"),
                    format!("等待 {wait}，时限 {limit}"),
                ))
            }
            _ => {
                let ratio = Ratio { num: judged.wait.0, den: i64::from(judged.n_inner.max(1)) };
                let mean = shown::seconds(ratio);
                let wait = span(judged.wait.0);
                Some(if judged.n_inner > 1 {
                    lang.of(format!("mean wait {mean}"), format!("平均等待 {mean}"))
                } else {
                    lang.of(format!("waited {wait}"), format!("等待 {wait}"))
                })
            }
        };
    let wait = wait.map(|wait| format!("{wait} · ")).unwrap_or_default();
    format!("{wait}{ending} · {}{reading}", clause.key)
}

/// The clause by which a sample came to its verdict, under an edition.
#[must_use]
pub fn clause(chosen: &Chosen, judged: &Judged) -> Clause {
    words::clause_of_ending(judged.ending, judged.outcome).under(chosen)
}
