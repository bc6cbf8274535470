//! The server over real sockets of this machine.
#![allow(clippy::unwrap_used)]

mod client;
mod facts;
mod figures;
mod serving;
mod shell;
mod site;
mod tls;
