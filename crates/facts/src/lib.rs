//! What happened: ids, instants, authors, facts and local days.
//!
//! A *fact* is one thing that happened between a buyer and a shop: a message, a transfer, a
//! closed conversation. Everything Yingda counts is a function of facts.
//!
//! # What this crate does not know
//!
//! Files, networks, clocks, floats, hash orders and rules. It is `no_std`.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

#[macro_use]
mod words;

mod chunk;
mod contents;
mod fact;
mod log;
mod new_fact;
mod registry;
mod time;

pub use chunk::{ByThread, Chunk, ChunkThread, Glance, ThreadKey};
pub use contents::{Contents, NamePart, TextPart};
pub use fact::{
    Account, Author, Conversation, Fact, FactKind, Form, Mark, MessageFlags, Rating, ThreadId,
};
pub use log::{Extra, Interner, Log, OutOfIds, Shop, ShopId, Thread, Tie};
pub use new_fact::NewFact;
pub use registry::{Closure, Enrolment, OwnAccount, Person, Registry, ShopEntry};
pub use time::{BadDay, Day, Instant, LocalDay, LocalTime, Span, Zone, ZoneError};
