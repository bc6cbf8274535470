//! Alerts on their way to people: messages go to group robots, mail servers and webhooks.
//!
//! A [`Message`] is made of sentences and typed values by whoever decided that people should know.
//! It is handed to the [`Queue`] of each channel; a [`Worker`] sends it within the channel's limits
//! and tells what became of it as an [`Outcome`]. A channel is [`DingTalk`], [`Feishu`], [`WeCom`],
//! [`Mail`] or [`Webhook`], or anything else that is a [`Channel`].
//!
//! Addresses are checked before anything is called ([`Policy`]). Secrets ([`Secret`]) and texts of
//! the other side are in no outcome and in no `Debug`.
//!
//! # What this crate does not know
//!
//! Rules, figures and shops; who is to be told, when, and how often. It reads no clock: the time
//! of day and chance come from [`World`], waiting is done by tokio's clock. It writes no log.
#![forbid(unsafe_code)]

mod address;
mod channel;
pub mod dingtalk;
mod failure;
pub mod feishu;
mod http;
mod lang;
pub mod mail;
mod message;
mod pace;
mod page;
pub mod queue;
pub mod webhook;
pub mod wecom;

pub use ::secret::Secret;
pub use address::{
    AddressProblem, BadNetwork, Found, Kind as AddressKind, Lookup, Network, Policy, SystemLookup,
};
pub use channel::{Attempt, Channel, Pace};
pub use dingtalk::DingTalk;
pub use failure::{Failure, Reason, Retry};
pub use feishu::Feishu;
pub use http::{BadRoot, Http, Limits};
pub use lang::{Lang, Languages};
pub use mail::Mail;
pub use message::{Batch, Buyers, Message, Text, Urgency, Value};
pub use pace::Retries;
pub use queue::{Outcome, Queue, Report, Settings, State, Worker, World};
pub use webhook::Webhook;
pub use wecom::WeCom;
