//! The server: facts come in over HTTP, and everything that is known of them goes out.
//!
//! Start with [`api::router`], which puts all routes together, and [`listen::Listener`], which
//! answers connections with them. [`settings::Settings`] is what both are told. What lasts is in
//! the store, whose operations block and are called through [`blocking::run`]; facts go to whoever
//! is behind [`feed::Feed`].
//!
//! # What this crate does not know
//!
//! How anything is counted: it counts nothing, and divides nothing. It is the outermost layer:
//! the only crate besides the command line that reads a clock ([`clock`]).
#![forbid(unsafe_code)]

pub mod api;
mod asked;
mod assets;
pub mod blocking;
pub mod caller;
pub mod clock;
pub mod events;
pub mod extract;
pub mod feed;
mod guard;
pub mod health;
mod importing;
mod keeper;
pub mod language;
pub mod listen;
pub mod logs;
pub mod metrics;
pub mod network;
pub mod problem;
pub mod publish;
mod rest;
pub mod role;
pub mod settings;
pub mod shell;
pub mod signin;
pub mod stopping;

pub use ::secret;
