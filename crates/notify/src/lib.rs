//! Alerts on their way to people: messages go to group robots, mail servers and webhooks.
#![forbid(unsafe_code)]

mod address;
mod failure;
mod http;
mod lang;
mod message;
mod secret;

pub use address::{
    AddressProblem, BadNetwork, Found, Kind as AddressKind, Lookup, Network, Policy, SystemLookup,
};
pub use failure::{Failure, Reason, Retry};
pub use http::{BadRoot, Http, Limits};
pub use lang::{Lang, Languages};
pub use message::{Batch, Buyers, Message, Text, Urgency, Value};
pub use secret::Secret;
