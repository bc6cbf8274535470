//! Rows on their way to a server: cut into requests, some of them under way at a time.
//!
//! Rows are dealt out to lanes by buyer and shop. A lane has one request under way, so that what
//! happened between a buyer and a shop arrives in its order; so do rows that are alike.

mod batch;
mod lane;

use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use facts::NewFact;
use intake::{Column, Reason, RejectsFiles};

use crate::client::Client;
use crate::failure::Failure;
use crate::lang::Lang;

use batch::{Alike, Batch, MAX_ROW, Unfit, Written};

/// What became of the rows of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Rows that a server was asked to take.
    pub(crate) sent: u64,
    /// Facts that were new to it.
    pub(crate) accepted: u64,
    /// Rows that it did not take.
    pub(crate) rejected: u64,
}

impl Tally {
    /// Rows that were facts already.
    pub(crate) fn duplicate(&self) -> u64 {
        self.sent.saturating_sub(self.accepted + self.rejected)
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.sent += other.sent;
        self.accepted += other.accepted;
        self.rejected += other.rejected;
    }
}

/// What all lanes share.
pub(crate) struct Shared<'a> {
    lang: Lang,
    path: &'static str,
    /// The names of the sources.
    names: &'a [String],
    state: Mutex<State>,
    /// Told when a lane gives up.
    stopped: Condvar,
}

struct State {
    tallies: Vec<Tally>,
    files: RejectsFiles,
    unwritten: Option<io::Error>,
    /// What ended the sending.
    failure: Option<Failure>,
    /// Whether the server took a request yet.
    reached: bool,
    /// Whether a row was refused because its id is known with other contents.
    has_conflicts: bool,
    /// By platforms of which the server knows no rules, rows that name them and what it says.
    unknown: BTreeMap<String, (u64, String)>,
}

/// What was sent, when all of it is answered.
pub(crate) struct Sent {
    /// What became of the rows, a source each.
    pub(crate) tallies: Vec<Tally>,
    /// The files of rejected rows.
    pub(crate) files: RejectsFiles,
    /// Why one of them could not be written.
    pub(crate) unwritten: Option<io::Error>,
    /// Whether a row was refused because its id is known with other contents.
    pub(crate) has_conflicts: bool,
    /// What to say of platforms of which the server knows no rules, each once.
    pub(crate) notices: Vec<String>,
}

/// How rows are sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// How many requests are under way at a time.
    pub(crate) lanes: usize,
    /// How many requests may wait behind each of them.
    pub(crate) waiting: usize,
    /// Where to, with what the feed is called and whether facts come as they happen.
    pub(crate) path: &'static str,
}

impl<'a> Shared<'a> {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a row down that is not taken, by the fields of a file of rejected rows.
    pub(crate) fn reject(&self, source: usize, fields: &[String; 6]) {
        let mut state = self.lock();
        // Facts are worth sending even where the list of rejected rows cannot be kept.
        if state.unwritten.is_none()
            && let Err(error) = state.files.write_fields(source, fields)
        {
            state.unwritten = Some(error);
        }
    }

    fn fields(&self, source: usize, line: u64, told: [&str; 4]) -> [String; 6] {
        let [column, code, found, expected] = told.map(str::to_owned);
        let name = self.names.get(source).cloned().unwrap_or_default();
        [name, line.to_string(), column, code, found, expected]
    }

    fn fail(&self, failure: Failure) {
        self.lock().failure.get_or_insert(failure);
        self.stopped.notify_all();
    }

    fn has_failed(&self) -> bool {
        self.lock().failure.is_some()
    }

    /// Waits, unless another lane gives up meanwhile.
    fn wait(&self, time: Duration) {
        let state = self.lock();
        // Whether time passed or a lane gave up is looked at by whoever goes on.
        drop(self.stopped.wait_timeout_while(state, time, |state| state.failure.is_none()));
    }
}

/// Deals rows out to lanes.
pub(crate) struct Feeder<'s, 'a> {
    shared: &'s Shared<'a>,
    lanes: Vec<SyncSender<Batch>>,
    batches: Vec<Batch>,
    alike: Alike,
    buffer: Vec<u8>,
}

/// The sending ended before its time; why is told by [`run`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopped;

impl From<Stopped> for io::Error {
    fn from(_: Stopped) -> Self {
        Self::other("stopped")
    }
}

impl Feeder<'_, '_> {
    /// Hands on a row of a source, which stands on a line of it.
    pub(crate) fn push(
        &mut self,
        source: usize,
        line: u64,
        row: &NewFact<'_>,
    ) -> Result<(), Stopped> {
        let lane = self.alike.lane(row, self.lanes.len());
        let buffer = std::mem::take(&mut self.buffer);
        let written = match Written::new(row, line, &mut self.alike, buffer) {
            Ok(written) => written,
            Err(unfit) => {
                self.refuse(source, line, unfit);
                return Ok(());
            }
        };
        let batch = &self.batches[lane];
        if batch.source != source || !batch.has_room(&written) {
            self.send(lane, source)?;
        }
        self.batches[lane].push(&written);
        self.buffer = written.into_buffer();
        Ok(())
    }

    /// Sends what is there.
    pub(crate) fn flush(&mut self) -> Result<(), Stopped> {
        for lane in 0..self.lanes.len() {
            let source = self.batches[lane].source;
            self.send(lane, source)?;
        }
        Ok(())
    }

    /// Rows that come now are not repeats of rows that came before.
    pub(crate) fn forget(&mut self) {
        self.alike.forget();
    }

    /// What all lanes share.
    pub(crate) fn shared(&self) -> &Shared<'_> {
        self.shared
    }

    fn send(&mut self, lane: usize, next: usize) -> Result<(), Stopped> {
        let batch = std::mem::replace(&mut self.batches[lane], Batch::new(next));
        if batch.is_empty() {
            return Ok(());
        }
        self.lanes[lane].send(batch).map_err(|_| Stopped)
    }

    fn refuse(&self, source: usize, line: u64, unfit: Unfit) {
        let (shared, lang) = (self.shared, self.shared.lang);
        let limit = Reason::TooLong { limit: MAX_ROW as u64 };
        let told = match unfit {
            Unfit::TooLong => {
                let texts = [limit.found(lang.intake()), limit.expected(lang.intake())];
                shared.fields(source, line, ["", limit.code(), &texts[0], &texts[1]])
            }
            Unfit::TooManyAlike => {
                let found = lang.of(
                    "a row without id that is the same as thousands before it",
                    "没有 id 且与之前数千行相同的行",
                );
                let expected = lang.of("an id in each row", "每行都有 id");
                shared.fields(source, line, [Column::Id.name(), "too-many-alike", found, expected])
            }
        };
        shared.reject(source, &told);
        let tally = &mut shared.lock().tallies[source];
        tally.sent += 1;
        tally.rejected += 1;
    }
}

/// Sends rows of these sources: `feed` hands them on; all of it is answered when this returns.
///
/// # Errors
///
/// What ended the sending, or what `feed` returns.
pub(crate) fn run<T>(
    client: &Client,
    manner: Manner,
    names: &[String],
    files: RejectsFiles,
    lang: Lang,
    feed: impl FnOnce(&mut Feeder<'_, '_>) -> Result<T, Failure>,
) -> Result<(T, Sent), Failure> {
    let state = State {
        tallies: vec![Tally::default(); names.len()],
        files,
        unwritten: None,
        failure: None,
        reached: false,
        has_conflicts: false,
        unknown: BTreeMap::new(),
    };
    let (path, state) = (manner.path, Mutex::new(state));
    let shared = Shared { lang, path, names, state, stopped: Condvar::new() };
    let clients: Vec<Client> =
        (0..manner.lanes.max(1)).map(|_| client.another()).collect::<Result<_, _>>()?;
    let fed = std::thread::scope(|scope| {
        let lanes = clients.iter().map(|client| {
            let (sender, receiver) = sync_channel(manner.waiting);
            let shared = &shared;
            scope.spawn(move || lane::run(client, receiver, shared));
            sender
        });
        let lanes: Vec<SyncSender<Batch>> = lanes.collect();
        let batches = lanes.iter().map(|_| Batch::new(0)).collect();
        let alike = Alike::new();
        let mut feeder = Feeder { shared: &shared, lanes, batches, alike, buffer: Vec::new() };
        let fed = feed(&mut feeder);
        // Why it was stopped is told below.
        let flushed = if fed.is_ok() { feeder.flush() } else { Ok(()) };
        drop(feeder);
        fed.map(|fed| flushed.map(|()| fed))
    });
    let state = shared.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    let State { tallies, files, unwritten, failure, has_conflicts, unknown, .. } = state;
    if let Some(failure) = failure {
        // What was rejected so far is worth knowing; the failure is what is told.
        let _ = files.finish();
        return Err(failure);
    }
    let stopped = |_| Failure::new(lang.of("the sending stopped", "发送已停止"));
    let fed = fed?.map_err(stopped)?;
    let notice = |(n, text): (u64, String)| {
        lang.of(format!("{text} ({n} rows)"), format!("{text}（{n} 行）"))
    };
    let notices = unknown.into_values().map(notice).collect();
    Ok((fed, Sent { tallies, files, unwritten, has_conflicts, notices }))
}
