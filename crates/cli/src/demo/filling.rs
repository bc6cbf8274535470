//! How the log gets into the store: the month first, then what comes after it as time passes.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use desk::{Desk, Grade};
use facts::{Instant, NewFact};
use figures::InvalidReplies;
use intake::gather::{self, Facts, NameColumn, Take};
use intake::{Rejected, Source};
use rulebook::Catalogue;
use server::clock::Clock;
use server::stopping::Stopping;
use store::{Batch, Feed, Outcome, Scope, ShopKey, SourceId, Store, Ticket};

use super::agency::{Fed, MEMBERS, member_of};
use crate::clock::Stopwatch;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::progress::Progress;

/// So many rows become durable at a time.
const ROWS: usize = 10_000;

/// What feeds the shops that are fed as it happens.
const LIVE: &str = "replay";

/// How much of the log is let pass at a time before the server answers.
const STEP: i64 = 30_000;

/// How long the loop may take to count a step.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long the facts of a step are waited for.
const SHORT: Duration = Duration::from_millis(20);

/// How often shops without news are heard.
const HEARD_EVERY: i64 = 20_000;

/// How often the replay looks whether it is to end.
const LOOK: i64 = 100;

/// Rows that are yet to happen, by their instants.
#[derive(Default)]
pub(super) struct Coming {
    pieces: Vec<Facts>,
    /// Instant, piece and row.
    order: Vec<(i64, u32, u32)>,
    next: usize,
}

impl Coming {
    /// Rows that have happened by an instant; they are taken out.
    fn due(&mut self, now: Instant) -> std::ops::Range<usize> {
        let from = self.next;
        self.next += self.order[from..].partition_point(|(at, _, _)| *at <= now.0);
        from..self.next
    }

    /// When the next row happens; `None`: none is left.
    fn next_at(&self) -> Option<Instant> {
        self.order.get(self.next).map(|(at, _, _)| Instant(*at))
    }

    fn rows(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = NewFact<'_>> {
        let place = |(_, piece, row): &(i64, u32, u32)| (*piece as usize, *row as usize);
        self.order[range].iter().map(place).map(|(piece, row)| self.pieces[piece].new_fact(row))
    }
}

/// A store that is being filled from one log.
pub(super) struct Filling {
    store: Store,
    scope: Scope,
    invalid: InvalidReplies,
    source: SourceId,
    lang: Lang,
}

impl Filling {
    pub(super) fn new(store: Store, lang: Lang) -> Result<Self, Failure> {
        let invalid = InvalidReplies::of(Catalogue::shipped());
        let invalid = invalid.map_err(|error| Failure::of(&error, lang))?;
        let source = store.begin_source().map_err(|error| told(&error, lang))?;
        Ok(Self { store, scope: Scope::everything(), invalid, source, lang })
    }

    fn append<'f>(
        &self,
        rows: impl Iterator<Item = NewFact<'f>>,
    ) -> store::Result<Ticket<Vec<Outcome>>> {
        let mut batch = Batch::of(self.source);
        for fact in rows {
            let flags = self.invalid.judge(fact.text);
            batch.push(&NewFact { flags, ..fact });
        }
        self.store.append(&self.scope, batch)
    }

    /// Keeps what happened before an instant, and what is fed daily up to the last midnight; what
    /// comes after it is returned.
    pub(super) fn month(
        &self,
        log: &Path,
        (until, midnight): (Instant, Instant),
        (stopping, progress): (&Stopping, &Progress),
    ) -> Result<Coming, Failure> {
        let state = Mutex::new(Month::default());
        let take = Taking { filling: self, until, midnight, stopping, progress, state };
        let read = gather::source(0, &Source::File(log.to_owned()), None, true, 1, &take);
        let Month { coming, ticket, failure, last, .. } =
            take.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(failure) = failure {
            return Err(failure);
        }
        read.map_err(|error| Failure::new(error.message(self.lang.intake())))?;
        if let Some(ticket) = ticket {
            ticket.wait().map_err(|error| told(&error, self.lang))?;
        }
        let mut coming = coming;
        coming.order.sort_unstable();
        let feeds = last.into_iter().map(|((platform, shop), at)| Feed {
            platform,
            shop,
            feed: "export".to_owned(),
            grade: Grade::Daily.word().to_owned(),
            last_fact_at: Some(Instant(at)),
            // Yesterday's file comes in the morning.
            last_heard_at: Some(Instant(midnight.0 + 6 * 3_600_000 + 600_000)),
        });
        let heard = self.store.hear(&self.scope, feeds.collect());
        heard.map_err(|error| told(&error, self.lang))?;
        progress.done();
        Ok(coming)
    }

    /// Keeps what has happened by an instant and tells the desk; the number of the last fact.
    fn pour(
        &self,
        (coming, desk): (&mut Coming, &Desk),
        now: Instant,
    ) -> store::Result<Option<u64>> {
        let range = coming.due(now);
        if range.is_empty() {
            return Ok(None);
        }
        let mut heard: BTreeMap<ShopKey, Option<Instant>> = BTreeMap::new();
        for fact in coming.rows(range.clone()) {
            let newest = heard.entry(ShopKey::new(fact.platform, fact.shop)).or_default();
            *newest = (*newest).max(Some(fact.at));
        }
        let outcomes = self.append(coming.rows(range))?.wait()?;
        desk.heard((LIVE, Grade::Live), &heard.into_iter().collect::<Vec<_>>());
        let number = |outcome: &Outcome| match outcome {
            Outcome::Accepted(arrival) => Some(arrival.0),
            _ => None,
        };
        Ok(outcomes.iter().rev().find_map(number))
    }

    /// Lets time pass from one instant to another under a clock that is set, so that everything is
    /// decided as it would have been then.
    pub(super) fn catch_up(
        &self,
        (coming, desk): (&mut Coming, &Desk),
        (from, to): (Instant, &dyn Fn() -> Instant),
        (set, stopping, progress): (&dyn Fn(Instant), &Stopping, &Progress),
    ) -> Result<(), Failure> {
        let mut now = from;
        hear_all(desk);
        while now < to() && !stopping.has_begun() {
            now = Instant(now.0 + STEP).min(to());
            set(now);
            let number = self.pour((coming, desk), now);
            let number = number.map_err(|error| told(&error, self.lang))?.unwrap_or(0);
            desk.ring();
            wait_for(|| desk.clock() >= now, PATIENCE);
            // Facts of no rule's concern are not numbered there.
            wait_for(|| desk.number() >= number, SHORT);
            let part = |at: Instant| u64::try_from(at.0 - from.0).unwrap_or(0);
            progress.at(part(now), part(to()));
        }
        progress.done();
        Ok(())
    }

    /// Keeps every row as it happens, until the server stops or none is left.
    pub(super) fn replay(
        &self,
        (coming, desk): (&mut Coming, &Desk),
        (clock, stopping): (&Clock, &Stopping),
    ) -> Result<(), Failure> {
        let mut heard_at = clock.now();
        hear_all(desk);
        while let Some(next) = coming.next_at()
            && !stopping.has_begun()
        {
            let now = clock.now();
            if (now - heard_at).0 >= HEARD_EVERY {
                heard_at = now;
                hear_all(desk);
            }
            let wait = (next.0 - now.0).min(LOOK);
            if let Ok(wait) = u64::try_from(wait)
                && wait > 0
            {
                std::thread::sleep(Duration::from_millis(wait));
                continue;
            }
            self.pour((coming, desk), now).map_err(|error| told(&error, self.lang))?;
        }
        Ok(())
    }
}

/// Says that all shops that are fed as it happens were heard: those without news are quiet, not
/// cut off.
fn hear_all(desk: &Desk) {
    let live = MEMBERS.iter().filter(|member| member.fed == Fed::Live);
    let keys = live.map(|member| (ShopKey::new(member.role.platform, member.role.shop), None));
    desk.heard((LIVE, Grade::Live), &keys.collect::<Vec<_>>());
}

/// Waits until something holds, for a while at most: what is not so then is so a step later.
fn wait_for(holds: impl Fn() -> bool, patience: Duration) {
    let began = Stopwatch::start();
    while !holds() && began.elapsed() < patience {
        std::thread::sleep(Duration::from_millis(1));
    }
}

pub(super) fn told(error: &store::Error, lang: Lang) -> Failure {
    Failure::new(lang.of(error.to_string(), error.zh()))
}

/// What reading the log brought so far.
#[derive(Default)]
struct Month {
    coming: Coming,
    /// What is on its way to the disk.
    ticket: Option<Ticket<Vec<Outcome>>>,
    failure: Option<Failure>,
    /// The newest fact of shops that are fed daily.
    last: BTreeMap<(String, String), i64>,
}

struct Taking<'a> {
    filling: &'a Filling,
    until: Instant,
    midnight: Instant,
    stopping: &'a Stopping,
    progress: &'a Progress,
    state: Mutex<Month>,
}

impl Taking<'_> {
    /// Sorts the rows of a piece: those that happened, and those that are to come.
    fn sort(&self, facts: &Facts, state: &mut Month) -> (Vec<usize>, Vec<usize>) {
        let (mut happened, mut coming) = (Vec::new(), Vec::new());
        for row in 0..facts.len() {
            let [platform, shop] =
                [NameColumn::Platform, NameColumn::Shop].map(|column| facts.name(column, row));
            let at = facts.at[row];
            let is_daily = member_of(platform, shop).is_some_and(|one| one.fed == Fed::Daily);
            match (is_daily, at < self.until.0) {
                (true, _) if at >= self.midnight.0 => {}
                (true, _) => {
                    let key = (platform.to_owned(), shop.to_owned());
                    let last = state.last.entry(key).or_insert(at);
                    *last = at.max(*last);
                    happened.push(row);
                }
                (false, true) => happened.push(row),
                (false, false) => coming.push(row),
            }
        }
        (happened, coming)
    }

    fn keep(&self, facts: Facts, state: &mut Month) -> store::Result<()> {
        let (happened, coming) = self.sort(&facts, state);
        for rows in happened.chunks(ROWS) {
            let ticket = self.filling.append(rows.iter().map(|row| facts.new_fact(*row)))?;
            // The next rows are read while these become durable.
            if let Some(before) = state.ticket.replace(ticket) {
                before.wait()?;
            }
        }
        if !coming.is_empty() {
            let piece = u32::try_from(state.coming.pieces.len()).unwrap_or(u32::MAX);
            let rows = coming.into_iter();
            state.coming.order.extend(rows.map(|row| (facts.at[row], piece, row as u32)));
            state.coming.pieces.push(facts);
        }
        Ok(())
    }
}

impl Take for Taking<'_> {
    fn facts(&self, facts: Facts) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if self.stopping.has_begun() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        self.keep(facts, &mut state).map_err(|error| {
            state.failure = Some(told(&error, self.filling.lang));
            io::Error::other("ended")
        })
    }

    /// There are none: the log was written by this program, and is read strictly.
    fn rejected(&self, _: u64, _: &Rejected) -> io::Result<()> {
        Ok(())
    }

    fn progress(&self, now: intake::Progress) {
        self.progress.at(now.bytes, now.total.unwrap_or(now.bytes));
    }
}

/// A desk and everything it needs are shared by whoever fills the store beside the server.
pub(super) struct Replaying {
    pub(super) filling: Filling,
    pub(super) coming: Coming,
    pub(super) desk: Arc<Desk>,
    pub(super) clock: Clock,
    pub(super) stopping: Stopping,
}

impl Replaying {
    /// Runs until the server stops.
    pub(super) fn run(mut self) -> Result<(), Failure> {
        let around = (&self.clock, &self.stopping);
        self.filling.replay((&mut self.coming, &self.desk), around)
    }
}
