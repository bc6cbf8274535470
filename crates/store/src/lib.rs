//! Durable facts and settings, in SQLite or PostgreSQL.
//!
//! Start with [`Store`]. Facts only come, in the order of their arrival; a fact that comes twice
//! is one. Texts are sealed under a key for each buyer, so that erasing a buyer is forgetting a
//! key. A shop's data is read through a [`Scope`], which comes from a sign-in.
//!
//! Operations are the same code on both databases: statements are written once, over a small
//! interface that SQLite and PostgreSQL implement.
//!
//! # What this crate does not know
//!
//! HTTP, clocks, passwords (it holds their hashes) and rules: what a contribution's numbers stand
//! for, and what a rulebook's text says, is others' business.
#![forbid(unsafe_code)]

mod append;
mod archived;
mod audit;
mod backup;
mod bytes;
mod checkpoint;
mod contributions;
mod counted;
mod error;
mod feeds;
mod imports;
mod known;
mod names;
mod own_rules;
mod people;
mod pg;
mod pg_tls;
mod phrases;
mod piece;
mod read;
mod registry;
mod reset;
mod retention;
mod row;
mod schema;
mod scope;
mod sealed;
mod secret;
mod sql;
mod sqlite;
mod store;
mod texts;
mod threads;
mod ticket;
mod writer;

pub use ::secret::Secret;
pub use audit::{AuditLine, WhichLines};
pub use backup::Copied;
pub use contributions::{Contribution, Sums};
pub use counted::{Counted, CountedDay, CountedParts, CountedShop};
pub use error::{Error, Result};
pub use facts::NewFact;
pub use feeds::{AlertStep, Feed, Observed, Put, StepState};
pub use imports::Import;
pub use names::Names;
pub use own_rules::OwnRules;
pub use people::{Credentials, Ended, SignUp, TOKEN_PREFIX, Token, User, UserAccess, UserChange};
pub use read::{Select, Stored};
pub use registry::{Holding, Override, Person, Target};
pub use row::{Arrival, Batch, Outcome, Refused, Source, SourceId};
pub use scope::{Grant, Reach, Role, Scope, ShopKey, Who};
pub use secret::MasterKey;
pub use sqlite::{SqliteFile, Sync};
pub use store::{Address, Backend, Opening, Store};
pub use ticket::Ticket;
