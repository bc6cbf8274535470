//! Users, tokens, shops and what they may: the whole router over a real store.
#![allow(clippy::unwrap_used)]

mod connected;
mod fed;
mod imports;
mod kept;
mod rights;
mod signing;
mod site;
mod told;
