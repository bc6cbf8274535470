//! WeCom's customer service (微信客服): callbacks that say that there is news, and the news.

pub mod callback;
mod crypto;
mod sync;
mod xml;

pub use callback::{BadKey, Callback, Event, Query, Refused};
pub use sync::{Corp, HOST, Service};
