//! What tests need and the product does not: the naive oracle and made-up worlds.
//!
//! The [`oracle`] counts a thread a second time, from the words of the rules, slowly, sharing no
//! code with the engine. [`worlds`] makes threads to compare the two on: every small one there is,
//! and large random ones.
//!
//! # What this crate does not know
//!
//! The engine: of `metric` it uses the typed rule alone.
#![forbid(unsafe_code)]

pub mod cases;
pub mod oracle;
pub mod worlds;
