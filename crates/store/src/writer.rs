//! The one thread that writes. What waits while it commits shares its next commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::append::{Keys, Memory, Prepared};
use crate::error::{Error, Result};
use crate::row::Outcome;
use crate::sql::{Access, Connection};
use crate::ticket::{Promise, Ticket, ticket};

/// How many orders wait at most. An order is a request, so this is far above what a server
/// lets in at a time.
const QUEUE: usize = 8192;
/// How many facts wait at most, and how many bytes of text: some seconds of work, some memory.
const QUEUE_FACTS: usize = 262_144;
const QUEUE_BYTES: usize = 128 << 20;
/// How many facts share a commit at most: enough that a commit's sync is a small part of it, and
/// few enough that what they are made into stays near the processor.
const GROUP_FACTS: usize = 16_384;

/// How long the writer waits for one more order after a commit that several shared: those who were
/// answered together come back together, and would share the next commit too.
const PAUSE: Duration = Duration::from_micros(300);

/// With so many facts it waits for none: while it writes these, others are made ready.
const ENOUGH: usize = 1_024;

/// Opens a connection, at the start and when one broke off.
pub(crate) type Opener = Box<dyn Fn() -> Result<Box<dyn Connection>> + Send>;

/// A change that shares a commit.
trait Change: Send {
    /// Runs it inside the transaction; whether it is to stay.
    fn run(&mut self, connection: &mut dyn Connection) -> bool;
    /// Answers once the commit is done, or why it is not.
    fn answer(self: Box<Self>, committed: Result<()>);
}

struct Closure<F, T> {
    work: Option<F>,
    result: Option<Result<T>>,
    promise: Promise<T>,
}

impl<F, T> Change for Closure<F, T>
where
    F: FnOnce(&mut dyn Connection) -> Result<T> + Send,
    T: Send,
{
    fn run(&mut self, connection: &mut dyn Connection) -> bool {
        let Some(work) = self.work.take() else { return false };
        let result = work(connection);
        let stays = result.is_ok();
        self.result = Some(result);
        stays
    }

    fn answer(self: Box<Self>, committed: Result<()>) {
        let result = self.result.unwrap_or(Err(Error::Stopped));
        // What the work itself found wrong says more than what became of the commit.
        self.promise.keep(result.and_then(|value| committed.map(|()| value)));
    }
}

enum Order {
    Append(Prepared, Promise<Vec<Outcome>>),
    Change(Box<dyn Change>),
    Scrub(Promise<()>),
    Stop,
}

/// What waits for the writer.
#[derive(Default)]
struct Waiting {
    facts: AtomicUsize,
    bytes: AtomicUsize,
}

/// The writer's end that everybody has.
pub(crate) struct Writer {
    orders: SyncSender<Order>,
    waiting: Arc<Waiting>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(
        connection: Box<dyn Connection>,
        open: Opener,
        keys: Arc<Keys>,
    ) -> Result<Self> {
        let (orders, queue) = sync_channel(QUEUE);
        let waiting = Arc::new(Waiting::default());
        let mut work = Work { connection, open, keys, memory: None, waiting: Arc::clone(&waiting) };
        let thread = std::thread::Builder::new().name("store-writer".into());
        let thread = thread.spawn(move || work.serve(&queue));
        let thread = thread.map_err(|error| Error::database("starting the writer", error))?;
        Ok(Self { orders, waiting, thread: Some(thread) })
    }

    pub(crate) fn append(&self, prepared: Prepared) -> Result<Ticket<Vec<Outcome>>> {
        let (n, bytes) = (prepared.batch.len(), prepared.batch.text_bytes());
        let before = self.waiting.facts.fetch_add(n, Ordering::Relaxed);
        let before_bytes = self.waiting.bytes.fetch_add(bytes, Ordering::Relaxed);
        let give_up = |error| {
            self.waiting.facts.fetch_sub(n, Ordering::Relaxed);
            self.waiting.bytes.fetch_sub(bytes, Ordering::Relaxed);
            Err(error)
        };
        // A batch that alone is too much waits for nothing else.
        let is_full = before + n > QUEUE_FACTS || before_bytes + bytes > QUEUE_BYTES;
        if before > 0 && is_full {
            return give_up(Error::Busy);
        }
        let (promise, ticket) = ticket();
        match self.orders.try_send(Order::Append(prepared, promise)) {
            Ok(()) => Ok(ticket),
            Err(TrySendError::Full(_)) => give_up(Error::Busy),
            Err(TrySendError::Disconnected(_)) => give_up(Error::Stopped),
        }
    }

    /// Runs a change in a transaction that it may share, and waits until it is durable.
    pub(crate) fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (promise, ticket) = ticket();
        let change = Box::new(Closure { work: Some(work), result: None, promise });
        self.orders.send(Order::Change(change)).map_err(|_| Error::Stopped)?;
        ticket.wait()
    }

    /// Clears away what the database keeps of what was forgotten.
    pub(crate) fn scrub(&self) -> Result<()> {
        let (promise, ticket) = ticket();
        self.orders.send(Order::Scrub(promise)).map_err(|_| Error::Stopped)?;
        ticket.wait()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // What waits before it is still written.
        let _ = self.orders.send(Order::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Work {
    connection: Box<dyn Connection>,
    open: Opener,
    keys: Arc<Keys>,
    memory: Option<Memory>,
    waiting: Arc<Waiting>,
}

#[derive(Default)]
struct Group {
    batches: Vec<Prepared>,
    promises: Vec<Promise<Vec<Outcome>>>,
    changes: Vec<Box<dyn Change>>,
    facts: usize,
    bytes: usize,
}

impl Work {
    fn serve(&mut self, queue: &Receiver<Order>) {
        let mut n_before = 0;
        while let Ok(order) = queue.recv() {
            let mut n_orders = 0;
            let mut group = Group::default();
            let mut next = Some(order);
            let mut scrubs = None;
            let mut stops = false;
            while let Some(order) = next {
                n_orders += 1;
                match order {
                    Order::Append(prepared, promise) => {
                        group.facts += prepared.batch.len();
                        group.bytes += prepared.batch.text_bytes();
                        group.batches.push(prepared);
                        group.promises.push(promise);
                    }
                    Order::Change(change) => group.changes.push(change),
                    Order::Scrub(promise) => scrubs = Some(promise),
                    Order::Stop => stops = true,
                }
                let is_full = group.facts >= GROUP_FACTS || scrubs.is_some() || stops;
                next = match is_full {
                    true => None,
                    false if n_orders < n_before && group.facts < ENOUGH => {
                        queue.recv_timeout(PAUSE).ok()
                    }
                    false => queue.try_recv().ok(),
                };
            }
            n_before = n_orders;
            self.commit(group);
            if let Some(promise) = scrubs {
                promise.keep(self.connection.scrub());
            }
            if stops {
                return;
            }
        }
    }

    fn commit(&mut self, mut group: Group) {
        if group.batches.is_empty() && group.changes.is_empty() {
            return;
        }
        let done = self.attempt(&mut group);
        self.waiting.facts.fetch_sub(group.facts, Ordering::Relaxed);
        self.waiting.bytes.fetch_sub(group.bytes, Ordering::Relaxed);
        if done.is_err() {
            self.connection.rollback();
            self.memory = None;
        }
        let committed = done.as_ref().map(|_| ()).map_err(Clone::clone);
        for change in group.changes {
            change.answer(committed.clone());
        }
        match done {
            Ok(outcomes) => {
                let answers = group.promises.into_iter().zip(outcomes);
                answers.for_each(|(promise, outcomes)| promise.keep(Ok(outcomes)));
            }
            Err(error) => {
                group.promises.into_iter().for_each(|promise| promise.keep(Err(error.clone())));
            }
        }
    }

    fn attempt(&mut self, group: &mut Group) -> Result<Vec<Vec<Outcome>>> {
        if self.connection.is_closed() {
            self.connection = (self.open)()?;
        }
        let connection = &mut *self.connection;
        connection.begin(Access::Write)?;
        let mut memory = Memory::current(self.memory.take(), connection, &self.keys)?;
        let before = memory.standing;
        let outcomes = if group.batches.is_empty() {
            Vec::new()
        } else {
            memory.append(connection, &self.keys, &group.batches)?
        };
        if memory.standing != before {
            memory.standing.write(connection)?;
        }
        for change in &mut group.changes {
            connection.script("SAVEPOINT change")?;
            if change.run(connection) {
                connection.script("RELEASE SAVEPOINT change")?;
            } else {
                connection.script("ROLLBACK TO SAVEPOINT change")?;
                connection.script("RELEASE SAVEPOINT change")?;
            }
        }
        connection.commit()?;
        self.memory = Some(memory);
        Ok(outcomes)
    }
}
