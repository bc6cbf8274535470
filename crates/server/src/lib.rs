//! The server: facts come in over HTTP, and everything that is known of them goes out.
//!
//! Start with [`settings::Settings`].
//!
//! # What this crate does not know
//!
//! How anything is counted: it counts nothing, and divides nothing.
#![forbid(unsafe_code)]

pub mod language;
pub mod network;
pub mod secret;
pub mod settings;
