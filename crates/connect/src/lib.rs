//! Connectors: facts that platforms hand out over their interfaces, page by page.
//!
//! A connector brings a [`Page`]: the bytes as the platform gave them, the profile under which
//! files of this shape are read, and a cursor. [`Page::rows`] makes facts of it, by the same code
//! that reads such a file. [`Run`] goes from page to page; whoever keeps the rows keeps the cursor
//! with them or after them, never before.
//!
//! [`jd`] brings sessions and chat logs, and what JD says of the waiters; [`wecom`] the callbacks
//! of the customer service and `kf/sync_msg`; [`chatwoot`] its webhooks.
//!
//! A [`Problem`] says what to do: ask again, wait, or tell a person. Secrets, buyers' texts and
//! texts of the other side are in no problem and in no `Debug`.
//!
//! # What this crate does not know
//!
//! Rules and figures; where facts are kept; the time, which is an argument. It does not say what
//! a message means: `intake`'s profiles do. It writes no log.
#![forbid(unsafe_code)]

pub mod chatwoot;
mod http;
pub mod jd;
#[cfg(test)]
mod mutated;
mod page;
mod problem;
pub mod wecom;

pub use ::secret::Secret;
pub use http::{Http, Limits};
pub use page::{Connector, Page, Rows, Run};
pub use problem::{Action, Lang, Problem, Reason};
