//! The live engine: facts as they arrive and time as it passes become figures, deadlines and
//! alerts.
//!
//! [`Engine::step`] is all there is: it takes facts, or the time alone, and returns [`Effect`]s for
//! somebody else to carry out. It runs the machines of `metric`, one for each thread and rule, so
//! that after every step its figures equal a fresh count over the same facts at the same instant.
//!
//! # How it is driven
//!
//! One loop, in one place, with one clock:
//!
//! 1. Wait for facts, or until [`Engine::next_due`].
//! 2. Store the facts with their arrival numbers; they are acknowledged once they are durable.
//! 3. [`Engine::step`] with the instant now and the facts (or none).
//! 4. Store the effects that leave the process (fired, withdrawn, alerts) together with
//!    [`Engine::clock`] and [`Engine::number`], in one transaction.
//! 5. Carry the effects out.
//!
//! After a restart the state is a function of what was stored: [`Engine::resume`] with the clock
//! and number of the last transaction, [`Engine::load`] for every thread; then the facts that came
//! later are stepped, as if they arrived now.
//!
//! # What this crate does not know
//!
//! Networks, disks, clocks, TOML, HTTP, floats, names and texts. Shops, buyers and accounts are
//! numbers that the driver gives out.
#![forbid(unsafe_code)]

pub mod alert;
mod arrival;
mod calendar;
mod effect;
mod engine;
mod figures;
mod shown;
mod thread;
mod watch;

pub use arrival::{Arrival, History, Order, Who};
pub use calendar::{Calendar, NoCalendar};

pub use effect::{Cause, Deadline, Effect, Fired, Sample};
pub use engine::{Engine, Refused, Shop, Waiting};
pub use figures::{Figure, Waits};
pub use shown::{Load, Pace, Shown, Unpaced, as_seen};

pub use watch::{Threshold, Watch};
