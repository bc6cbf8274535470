//! JD Dongdong (京东咚咚): sessions, their chat logs, and how JD itself judges the waiters.
//!
//! JD documents these interfaces to those who may use them. What is known of them here comes from
//! its public catalogue; see `docs/connectors.md` for what could not be confirmed.

mod call;
mod performance;
mod sessions;

pub use call::{App, Credentials, TOKENS, Tokens, sign};
pub use performance::Performance;
pub use sessions::{BadCursor, Cursor, Reach, Sessions};

/// Where the interfaces lie.
pub const HOST: &str = "https://api-cn.jd.com";
