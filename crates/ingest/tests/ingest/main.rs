//! What a server brings in by itself, over a real store and desk in a folder of its own.
#![allow(clippy::unwrap_used)]

mod site;
mod watched;
