//! What happens, told to whoever listens: server-sent events.
//!
//! A [`Hub`] keeps the last events in a ring. A listener has no queue of its own, only the number
//! of the event that it wants next: one that is slow costs nothing, and one that is so slow that
//! its next event is gone gets a `reset`, after which it asks for everything anew. The same holds
//! for one that comes back with the id of an event that is gone or of another start of the server.

mod stream;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, sleep_until};

use crate::caller::{Reach, ShopKey};
use crate::secret::{NoRandomness, hex, random};
use crate::stopping::Stopping;

pub(crate) use stream::{EventsState, routes};

/// A listener to whom nothing happens hears this often that the line is open. Proxies close lines
/// that are silent for a minute or two.
pub const HEARTBEAT: Duration = Duration::from_secs(15);

/// After so long a stream ends and the browser comes back by itself: so what a caller may see is
/// looked up again.
pub const LONGEST: Duration = Duration::from_secs(15 * 60);

/// For so long those who stopped listening may come back and hear what they missed.
const COME_BACK: Duration = Duration::from_secs(60);

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number, from 1; one more for each.
    pub number: u64,
    /// Its name.
    pub name: &'static str,
    /// The shop that it is about; absent: it concerns everybody.
    pub shop: Option<ShopKey>,
    /// What it says: JSON on one line.
    pub data: Box<str>,
}

/// What a listener hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Something happened.
    Event(Arc<Event>),
    /// Events were missed; the next one has a greater number than this.
    Reset(u64),
    /// Nothing happened for a while.
    Nothing,
    /// Nothing more will come on this stream.
    End,
}

struct Ring {
    events: VecDeque<Arc<Event>>,
    last: u64,
}

/// Where events are told and heard. Clones are the same hub.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    ring: Mutex<Ring>,
    capacity: usize,
    told: watch::Sender<u64>,
    places: Arc<Semaphore>,
    n_places: usize,
    /// When somebody last stopped listening.
    left_at: Mutex<Option<Instant>>,
    epoch: String,
    stopping: Stopping,
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hub(..)")
    }
}

impl Hub {
    /// A hub that keeps `capacity` events for at most `listeners`.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`].
    pub fn new(capacity: usize, listeners: u64, stopping: Stopping) -> Result<Self, NoRandomness> {
        let listeners = usize::try_from(listeners).unwrap_or(usize::MAX);
        let n_places = listeners.min(Semaphore::MAX_PERMITS);
        Ok(Self(Arc::new(Inner {
            ring: Mutex::new(Ring { events: VecDeque::new(), last: 0 }),
            capacity: capacity.max(1),
            told: watch::Sender::new(0),
            places: Arc::new(Semaphore::new(n_places)),
            n_places,
            left_at: Mutex::new(None),
            epoch: hex(&random::<4>()?),
            stopping,
        })))
    }

    /// Whether anybody listens, or did a moment ago and may come back. Where nobody does, what the
    /// caller leaves untold counts as missed: whoever comes back with an id of before is reset.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        let Inner { places, n_places, left_at, .. } = &*self.0;
        let is_heard = places.available_permits() < *n_places
            || left_at
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_some_and(|at| Instant::now() < at + COME_BACK);
        if !is_heard {
            let mut ring = self.ring();
            ring.events.clear();
            ring.last += 1;
        }
        is_heard
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.0.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells an event to all who may hear it. Never waits.
    pub fn tell<T: serde::Serialize>(
        &self,
        name: &'static str,
        shop: Option<ShopKey>,
        data: &T,
    ) -> Result<u64, serde_json::Error> {
        // On one line: JSON escapes line ends within texts.
        let data = serde_json::to_string(data)?.into_boxed_str();
        let number = {
            let mut ring = self.ring();
            ring.last += 1;
            let number = ring.last;
            if ring.events.len() == self.0.capacity {
                ring.events.pop_front();
            }
            ring.events.push_back(Arc::new(Event { number, name, shop, data }));
            number
        };
        self.0.told.send_replace(number);
        Ok(number)
    }

    /// The id of an event as listeners have it: another start of the server has others.
    #[must_use]
    pub fn id(&self, number: u64) -> String {
        format!("{}-{number}", self.0.epoch)
    }

    /// Listens: to what comes from now on, or to what came after the event with the id `after`.
    /// `None`: there is no place for one more listener.
    #[must_use]
    pub fn listen(&self, reach: Reach, after: Option<&str>) -> Option<Listening> {
        let place = self.0.places.clone().try_acquire_owned().ok()?;
        let last = self.ring().last;
        let known = after.map(|id| {
            let number = id.strip_prefix(&*self.0.epoch).and_then(|rest| rest.strip_prefix('-'));
            number.and_then(|number| number.parse::<u64>().ok()).filter(|number| *number <= last)
        });
        let (heard, is_lost) = match known {
            None => (last, false),
            Some(Some(number)) => (number, false),
            Some(None) => (last, true),
        };
        let now = Instant::now();
        Some(Listening {
            hub: self.clone(),
            told: self.0.told.subscribe(),
            reach,
            heard,
            is_lost,
            beat_at: now + HEARTBEAT,
            end_at: now + LONGEST,
            _place: place,
        })
    }

    /// The first event after a number that a listener may hear, and the number up to which there
    /// is none for them.
    fn after(&self, heard: u64, reach: &Reach) -> Found {
        let ring = self.ring();
        let oldest = ring.events.front().map_or(ring.last + 1, |event| event.number);
        if heard + 1 < oldest {
            return Found::Gone(ring.last);
        }
        let skip = usize::try_from(heard + 1 - oldest).unwrap_or(usize::MAX);
        let next = ring.events.iter().skip(skip).find(|event| match &event.shop {
            Some(key) => reach.has(&key.platform, &key.shop),
            None => true,
        });
        next.map_or(Found::Nothing(ring.last), |event| Found::Event(event.clone()))
    }
}

enum Found {
    Event(Arc<Event>),
    /// Nothing up to this number.
    Nothing(u64),
    /// The next one is not there any more; the last one has this number.
    Gone(u64),
}

/// One who listens.
pub struct Listening {
    hub: Hub,
    told: watch::Receiver<u64>,
    reach: Reach,
    heard: u64,
    is_lost: bool,
    beat_at: Instant,
    end_at: Instant,
    _place: OwnedSemaphorePermit,
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listening").field("heard", &self.heard).finish_non_exhaustive()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut left_at = self.hub.0.left_at.lock().unwrap_or_else(PoisonError::into_inner);
        *left_at = Some(Instant::now());
    }
}

impl Listening {
    /// Waits for what comes next. May be dropped and called again: nothing is lost.
    pub async fn next(&mut self) -> Heard {
        loop {
            if self.hub.0.stopping.has_begun() || Instant::now() >= self.end_at {
                return Heard::End;
            }
            // What is told from here on wakes the wait below.
            self.told.borrow_and_update();
            if let Some(heard) = self.take() {
                self.beat_at = Instant::now() + HEARTBEAT;
                return heard;
            }
            let stopping = self.hub.0.stopping.clone();
            tokio::select! {
                biased;
                () = stopping.begun() => return Heard::End,
                told = self.told.changed() => {
                    if told.is_err() {
                        return Heard::End;
                    }
                }
                () = sleep_until(self.beat_at.min(self.end_at)) => {
                    if Instant::now() < self.end_at {
                        self.beat_at = Instant::now() + HEARTBEAT;
                        return Heard::Nothing;
                    }
                }
            }
        }
    }

    fn take(&mut self) -> Option<Heard> {
        if self.is_lost {
            self.is_lost = false;
            return Some(Heard::Reset(self.heard));
        }
        match self.hub.after(self.heard, &self.reach) {
            Found::Event(event) => {
                self.heard = event.number;
                Some(Heard::Event(event))
            }
            Found::Gone(last) => {
                self.heard = last;
                Some(Heard::Reset(last))
            }
            Found::Nothing(last) => {
                self.heard = last;
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
