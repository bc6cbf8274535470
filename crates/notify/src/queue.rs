//! What waits to be sent, a queue for each channel.
//!
//! Each queue has its own [`Worker`], so that a channel that fails delays no other. A queue holds
//! messages in memory: whoever hands them over keeps them until their last [`Outcome`] and hands
//! them over again after a restart, under the same ids.
//!
//! # What becomes of a message
//!
//! It gets `Retrying` any number of times and then exactly one of `Sent`, `GivenUp` and `Counted`.
//!
//! * The channel is quick: each message leaves on its own.
//! * The channel is behind, because its pace or a failure made it wait: what has gathered leaves
//!   together, at most [`MAX_TOGETHER`] messages, the most urgent first; what was tried once is not
//!   added to, so that a delivery's id always names the same messages.
//! * The queue is full: of the messages waiting and the new one, the least urgent and among those
//!   the newest is put aside as [`State::Counted`]: what leaves next says how many there were more.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use facts::{Instant, Span};
use tokio::sync::Notify;

use crate::channel::Channel;
use crate::failure::{Failure, Reason, Retry};
use crate::message::{Batch, Message};
use crate::pace::{Bucket, Retries};

/// At most so many messages leave together: more are not read on a phone.
pub const MAX_TOGETHER: usize = 20;

/// What the outermost layer knows and a queue has to be told.
pub trait World: Send + Sync {
    /// The time of day.
    fn now(&self) -> Instant;

    /// Any number, by chance.
    fn chance(&self) -> u64;
}

/// What became of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The messages' ids, which left together.
    pub ids: Vec<String>,
    /// What became of them.
    pub state: State,
}

/// How far it has come with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The other side took it, at this attempt.
    Sent {
        /// The number of the attempt, from 1.
        attempt: u32,
    },
    /// An attempt failed, and there will be another one.
    Retrying {
        /// The number of the attempt that failed, from 1.
        attempt: u32,
        /// When the next one is, at the earliest.
        until: Instant,
        /// Why it failed.
        reason: Reason,
    },
    /// It is not tried again.
    GivenUp {
        /// How many attempts there were.
        attempts: u32,
        /// Why the last one failed, or why there was none.
        reason: Reason,
    },
    /// The queue was full. The next message says that there was one more.
    Counted,
}

impl State {
    /// Whether nothing follows.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Retrying { .. })
    }
}

/// Takes outcomes, at once and without waiting for anything.
pub type Report = Box<dyn Fn(Outcome) + Send + Sync>;

/// How a queue works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How many messages wait at most; at least one.
    pub capacity: usize,
    /// When to try again.
    pub retries: Retries,
    /// An attempt that takes longer has failed.
    pub attempt: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { capacity: 200, retries: Retries::default(), attempt: Duration::from_secs(30) }
    }
}

#[derive(Default)]
struct Waiting {
    messages: VecDeque<Message>,
    /// How many were put aside since the last batch.
    more: u64,
    is_stopping: bool,
}

struct Shared {
    waiting: Mutex<Waiting>,
    /// Rung when a message comes or the queue is stopped.
    bell: Notify,
    capacity: usize,
    report: Report,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Nothing that is done under the lock leaves it half done.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where messages for a channel are handed over. Dropping the last one stops the queue.
pub struct Queue {
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue").field("waiting", &self.len()).finish()
    }
}

impl Queue {
    /// A queue for a channel, and the worker that empties it.
    ///
    /// Give each robot one queue: the pace is kept by the queue.
    ///
    /// # Example
    ///
    /// ```
    /// # use notify::*;
    /// # fn start(channel: DingTalk, world: std::sync::Arc<dyn World>) -> Queue {
    /// let report = Box::new(|Outcome { ids, state }: Outcome| println!("{ids:?}: {state:?}"));
    /// let (queue, worker) = Queue::new(Box::new(channel), Settings::default(), world, report);
    /// tokio::spawn(worker.run());
    /// # queue
    /// # }
    /// ```
    #[must_use]
    pub fn new(
        channel: Box<dyn Channel>,
        settings: Settings,
        world: Arc<dyn World>,
        report: Report,
    ) -> (Self, Worker) {
        let shared = Arc::new(Shared {
            waiting: Mutex::default(),
            bell: Notify::new(),
            capacity: settings.capacity.max(1),
            report,
        });
        let bucket = Bucket::new(channel.pace());
        let start = tokio::time::Instant::now();
        let worker = Worker {
            shared: shared.clone(),
            channel,
            settings,
            world,
            bucket,
            start,
            is_behind: false,
            current: None,
        };
        (Self { shared }, worker)
    }

    /// Hands a message over; never waits. A queue that was stopped gives it up.
    pub fn push(&self, message: Message) {
        let stopped = State::GivenUp { attempts: 0, reason: Reason::Stopped };
        let aside = {
            let mut waiting = self.shared.lock();
            if waiting.is_stopping {
                Some((message.id, stopped))
            } else {
                waiting.messages.push_back(message);
                if waiting.messages.len() <= self.shared.capacity {
                    None
                } else {
                    waiting.more += 1;
                    let least = least(&waiting.messages);
                    let aside = least.and_then(|at| waiting.messages.remove(at));
                    aside.map(|message| (message.id, State::Counted))
                }
            }
        };
        if let Some((id, state)) = aside {
            (self.shared.report)(Outcome { ids: vec![id], state });
        }
        self.shared.bell.notify_one();
    }

    /// How many messages wait; those under way do not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.lock().messages.len()
    }

    /// Whether no message waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Ends the worker: what is under way is tried once more, then what waits is tried once,
    /// together, all without waiting; what fails is given up.
    pub fn stop(&self) {
        self.shared.lock().is_stopping = true;
        self.shared.bell.notify_one();
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The place of the least urgent message, among those of the newest.
fn least(messages: &VecDeque<Message>) -> Option<usize> {
    let rank = |at: &usize| (messages.get(*at).map(|message| message.urgency), usize::MAX - at);
    (0..messages.len()).min_by_key(rank)
}

/// The place of the most urgent message, among those of the oldest.
fn most_urgent(messages: &VecDeque<Message>) -> Option<usize> {
    let rank = |at: &usize| (messages.get(*at).map(|message| message.urgency), usize::MAX - at);
    (0..messages.len()).max_by_key(rank)
}

/// Empties a queue.
pub struct Worker {
    shared: Arc<Shared>,
    channel: Box<dyn Channel>,
    settings: Settings,
    world: Arc<dyn World>,
    bucket: Bucket,
    start: tokio::time::Instant,
    /// Whether something made the channel wait, so that what has gathered leaves together.
    is_behind: bool,
    /// What is under way, with the number of its attempts so far.
    current: Option<(Batch, u32)>,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Worker {
    /// Sends what is handed over until the queue is stopped. Waits by tokio's clock.
    pub async fn run(mut self) {
        loop {
            self.until_any().await;
            self.until_token().await;
            let Some(batch) = self.take() else {
                if self.is_stopping() {
                    return;
                }
                continue;
            };
            self.current = Some((batch, 0));
            while let Some(wait) = self.attempt().await {
                self.pause(wait).await;
                self.until_token().await;
            }
        }
    }

    fn is_stopping(&self) -> bool {
        self.shared.lock().is_stopping
    }

    /// Waits until there is a message, or an end.
    async fn until_any(&self) {
        loop {
            let rung = self.shared.bell.notified();
            {
                let waiting = self.shared.lock();
                if waiting.is_stopping || !waiting.messages.is_empty() {
                    return;
                }
            }
            rung.await;
        }
    }

    /// Waits until the channel may be used. A last attempt is not held back: limits leave room.
    async fn until_token(&mut self) {
        while let Err(wait) = self.bucket.take(self.start.elapsed()) {
            if self.is_stopping() {
                return;
            }
            self.is_behind = true;
            self.pause(wait).await;
        }
    }

    /// Waits; less when the queue is stopped.
    async fn pause(&self, wait: Duration) {
        let sleep = tokio::time::sleep(wait);
        tokio::pin!(sleep);
        while !self.is_stopping() {
            let rung = self.shared.bell.notified();
            tokio::select! {
                () = &mut sleep => return,
                () = rung => {}
            }
        }
    }

    /// What leaves next; messages that are of no use any more are given up.
    fn take(&mut self) -> Option<Batch> {
        let now = self.world.now();
        let mut late = Vec::new();
        let batch = {
            let mut waiting = self.shared.lock();
            let most = match (waiting.is_stopping, self.is_behind) {
                (true, _) => usize::MAX,
                (_, true) => MAX_TOGETHER,
                (_, false) => 1,
            };
            let mut messages = Vec::new();
            while messages.len() < most {
                let first = most_urgent(&waiting.messages);
                let Some(message) = first.and_then(|at| waiting.messages.remove(at)) else { break };
                if message.expires_at.is_some_and(|at| at <= now) {
                    late.push(message.id);
                } else {
                    messages.push(message);
                }
            }
            let more = if messages.is_empty() { 0 } else { std::mem::take(&mut waiting.more) };
            Batch { messages, more }
        };
        self.is_behind = false;
        if !late.is_empty() {
            self.give_up(late, 0, Reason::Expired);
        }
        (!batch.messages.is_empty()).then(|| self.shorten(batch))
    }

    /// Of what is left at the end, only so many are listed.
    fn shorten(&self, mut batch: Batch) -> Batch {
        if batch.messages.len() > MAX_TOGETHER {
            let rest = batch.messages.split_off(MAX_TOGETHER);
            batch.more += rest.len() as u64;
            let ids = rest.into_iter().map(|message| message.id).collect();
            (self.shared.report)(Outcome { ids, state: State::Counted });
        }
        batch
    }

    /// Tries what is under way; how long to wait when it is to be tried again.
    async fn attempt(&mut self) -> Option<Duration> {
        let now = self.world.now();
        let limit = self.settings.attempt;
        let (batch, attempts) = self.current.as_mut()?;
        let is_late = |message: &Message| message.expires_at.is_some_and(|at| at <= now);
        if batch.messages.iter().all(is_late) {
            let (ids, attempts) = (ids(batch), *attempts);
            self.current = None;
            self.give_up(ids, attempts, Reason::Expired);
            return None;
        }
        *attempts += 1;
        let attempt = *attempts;
        let result = tokio::time::timeout(limit, self.channel.send(batch, now)).await;
        let result = result.unwrap_or(Err(Failure::later(Reason::Timeout)));
        let ids = ids(batch);
        let Err(Failure { reason, retry }) = result else {
            self.current = None;
            (self.shared.report)(Outcome { ids, state: State::Sent { attempt } });
            return None;
        };
        let asked = match retry {
            Retry::After(wait) => Some(wait),
            Retry::Later => None,
            Retry::Never => Some(Duration::ZERO),
        };
        let is_last = retry == Retry::Never || attempt >= self.settings.retries.attempts;
        if is_last || self.is_stopping() {
            self.current = None;
            self.give_up(ids, attempt, reason);
            return None;
        }
        self.is_behind = true;
        let wait = self.settings.retries.wait(attempt, asked, self.world.chance());
        let until = now + Span(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX));
        let state = State::Retrying { attempt, until, reason };
        (self.shared.report)(Outcome { ids, state });
        Some(wait)
    }

    fn give_up(&self, ids: Vec<String>, attempts: u32, reason: Reason) {
        (self.shared.report)(Outcome { ids, state: State::GivenUp { attempts, reason } });
    }
}

impl Drop for Worker {
    /// A worker that is thrown away says so of every message that it still had.
    fn drop(&mut self) {
        if let Some((batch, attempts)) = self.current.take() {
            self.give_up(ids(&batch), attempts, Reason::Stopped);
        }
        let left: Vec<Message> = {
            let mut waiting = self.shared.lock();
            waiting.is_stopping = true;
            waiting.messages.drain(..).collect()
        };
        if !left.is_empty() {
            let ids = left.into_iter().map(|message| message.id).collect();
            self.give_up(ids, 0, Reason::Stopped);
        }
    }
}

fn ids(batch: &Batch) -> Vec<String> {
    batch.messages.iter().map(|message| message.id.clone()).collect()
}
