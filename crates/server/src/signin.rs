//! What a sign-in is made of. Each part is a pure function or value, instants are arguments; what
//! lasts (hashes of passwords, sessions, tokens and links, used codes) is in the store.
//!
//! A sign-in asks [`throttle::Throttle`] first, then holds the password ([`password`]) and, where
//! one is set, the one-time code ([`totp`]) against what is stored, and gives out a session: a
//! secret of 256 random bits in a cookie ([`cookie`]), stored as a hash. Programs have tokens
//! ([`token`]); new users come by a link that works once ([`link`]).

pub mod cookie;
pub mod link;
pub mod origin;
pub mod password;
pub mod session;
pub mod throttle;
pub mod token;
pub mod totp;
