//! Facts as they arrive, and where the older ones of a thread are found.

use facts::{Fact, Instant, ShopId};

/// Whose thread: one buyer with one shop. Both are numbers that the driver gives out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Who {
    /// The shop (with its platform).
    pub shop: ShopId,
    /// The buyer.
    pub buyer: u64,
}

/// One fact and when it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The thread.
    pub who: Who,
    /// Whether the buyer is an account of the shop itself, as the registry says; the same for all
    /// facts of a thread.
    pub is_own: bool,
    /// The arrival number: 1 or more, over all shops, each fact's above those stored before it. A
    /// fact that is given again under a number that was taken is passed over.
    pub number: u64,
    /// The source's own sequence number, `None` where it gives none.
    pub seq: Option<i64>,
    /// The fact. Its row is not looked at: the low half of the arrival number stands for it. Its
    /// mark, on a message and on the fact that recalls it, is one number that no other pair of the
    /// thread has; a message may get it late, when its recall arrives.
    pub fact: Fact,
}

/// The place of a fact in the total order of its thread: instant, then the source's number or the
/// arrival number, then the arrival number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Order {
    pub(crate) at: Instant,
    tie: i64,
    number: u64,
}

impl Arrival {
    /// Its place in its thread.
    #[must_use]
    pub fn order(&self) -> Order {
        let tie = self.seq.unwrap_or(i64::try_from(self.number).unwrap_or(i64::MAX));
        Order { at: self.fact.at, tie, number: self.number }
    }

    /// The fact with the row that the engine gives it. Rows tell facts of one thread apart that
    /// matter to each other, which are never four billion arrivals apart.
    pub(crate) fn numbered(&self) -> Fact {
        Fact { row: self.number as u32, ..self.fact }
    }
}

/// Where the facts of a thread are found: the store.
///
/// The engine remembers threads in which something is open, and asks for the facts of others when
/// a new one comes, and of any thread when a fact comes late.
pub trait History {
    /// Why the facts cannot be had.
    type Error;

    /// Adds all facts of a thread with arrival numbers up to `until` to `facts`, in any order, with
    /// the marks that they have by now: those of the step itself are among them, since facts are
    /// stored before they are stepped. Later ones may be there too, and are left out.
    ///
    /// # Errors
    ///
    /// When the facts cannot be had; the engine is as before then.
    fn facts(&mut self, who: Who, until: u64, facts: &mut Vec<Arrival>) -> Result<(), Self::Error>;
}
