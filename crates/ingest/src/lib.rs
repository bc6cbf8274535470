//! Facts and figures that a server brings in by itself: files dropped into a watched folder, and
//! what platforms hand out.
//!
//! [`Keeper`] reads a source under a profile, keeps its rows in the store and tells the desk;
//! [`panels`] does the same with figures off a platform's panel. [`watch`] looks through a folder;
//! [`connectors`] asks platforms, and takes what they post.
//!
//! Whatever is broken off is begun anew: facts are known by their ids, or by what they say.
//!
//! # What this crate does not know
//!
//! HTTP that comes in, sign-in, what a message means (`intake`'s profiles do), rules but to ask
//! whether a figure can be one of its metric. The time comes from outside. No text of a buyer is
//! in an error, a receipt or a log.
#![forbid(unsafe_code)]

pub mod connectors;
mod keeper;
pub mod panels;
mod receipt;
mod refusal;
pub mod watch;
mod way;

pub use keeper::{Amounts, Failed, Keeper, NotTaken};
pub use refusal::Refusal;
