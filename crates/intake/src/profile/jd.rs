//! JD Dongdong: sessions, chat logs, sessions with their chat logs, and the older chat logs.
//!
//! What a record is, is told by its keys, so that all four come in under one profile.

use facts::{Author, FactKind};

use super::Profile;
use super::draft::Draft;
use super::json::{Record, each_record};
use crate::column::Column;
use crate::error::Error;
use crate::read::Sink;
use crate::reject::Reason;
use crate::source::Stream;

/// Keys by which a record is known.
const MARKS: &[&str] = &["waiterSend", "sid", "dongdongChatLogList"];

/// Keys that only sessions have.
const OF_SESSIONS: &[&str] = &[
    "dongdongChatLogList",
    "sessionType",
    "closeTime",
    "replyTime",
    "customerMsgNum",
    "waiterMsgNum",
    "robotCode",
];

/// Reads a source to its end.
pub(super) fn read(profile: &Profile, stream: Stream, sink: &mut Sink<'_>) -> Result<(), Error> {
    each_record(stream, MARKS, sink, &mut |line, mut record, sink| {
        if record.has("waiterSend") {
            return message(profile, &record, None, line, sink);
        }
        if !OF_SESSIONS.iter().any(|key| record.has(key)) {
            return sink.reject(line, None, Reason::UnknownRecord);
        }
        let messages = record.list("dongdongChatLogList").unwrap_or_default();
        begin(profile, &record, line, sink)?;
        for one in &messages {
            message(profile, one, Some(&record), line, sink)?;
        }
        end(profile, &record, line, sink)
    })
}

fn draft<'a>(kind: FactKind, record: &'a Record, session: Option<&'a Record>) -> Draft<'a> {
    let either = |key: &str| {
        let own = record.text(key);
        match session {
            Some(session) if own.is_empty() => session.text(key),
            _ => own,
        }
    };
    let mut draft = Draft::default();
    draft.text(Column::Fact, kind.word());
    draft.text(Column::Conversation, either("sid"));
    let customer = either("customer");
    draft.text(Column::Buyer, if customer.is_empty() { either("xidBuyer") } else { customer });
    draft
}

/// Whether a robot serves the session: then it writes what the shop writes.
fn is_robots(session: &Record) -> bool {
    session.has("robotCode") && !session.text("robotCode").is_empty()
}

fn message(
    profile: &Profile,
    record: &Record,
    session: Option<&Record>,
    line: u64,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let mut draft = draft(FactKind::Message, record, session);
    let at = record.at("createdTime", &profile.times);
    let at = match at.or_else(|| record.at("time", &profile.times)) {
        Some(Ok(at)) => at,
        Some(Err(reason)) => return sink.reject(line, Some(Column::At), reason),
        None => {
            let reason = Reason::Lacks { key: "createdTime" };
            return sink.reject(line, Some(Column::At), reason);
        }
    };
    draft.integer(Column::At, at);
    if !record.has("waiterSend") {
        let reason = Reason::Lacks { key: "waiterSend" };
        return sink.reject(line, Some(Column::Author), reason);
    }
    let Some(is_shops) = record.mark("waiterSend") else {
        return sink.reject(line, Some(Column::Author), Reason::NoAuthor);
    };
    let robot = is_robots(record) || session.is_some_and(is_robots);
    let waiter = record.text("waiter");
    let author = match is_shops {
        false => Author::Buyer,
        true if record.flag("msgAssistFlag") => Author::Assist,
        true if robot => Author::Bot,
        true => {
            let known = profile.senders.of_name(&waiter).map(|known| known.author);
            known.unwrap_or(Author::Agent)
        }
    };
    draft.text(Column::Author, author.word());
    if author != Author::Buyer {
        let code = session.map(|session| session.text("robotCode")).unwrap_or_default();
        draft.text(Column::Account, if waiter.is_empty() { code } else { waiter });
    }
    let content = record.text("content");
    if let Some(kind) = form(profile, record, content.trim()) {
        draft.text(Column::Kind, kind);
    }
    draft.text(Column::Text, content);
    let id = record.text("uuid");
    draft.text(Column::Id, id.clone());
    draft.give(profile, line, sink)?;
    if record.flag("revokeFlag") {
        let at = record.at("revokeTime", &profile.times).unwrap_or(Ok(at));
        return recall(profile, record, session, at, line, sink);
    }
    Ok(())
}

/// The message is known to be taken back, if not always when: then at its own time.
fn recall(
    profile: &Profile,
    record: &Record,
    session: Option<&Record>,
    at: Result<i64, Reason>,
    line: u64,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let mut draft = draft(FactKind::Recalled, record, session);
    match at {
        Ok(at) => draft.integer(Column::At, at),
        Err(reason) => draft.wrong(Column::At, reason),
    }
    draft.text(Column::Ref, record.text("uuid"));
    draft.give(profile, line, sink)
}

/// The form of a message: by the profile's words for it, else by what it has.
fn form(profile: &Profile, record: &Record, content: &str) -> Option<&'static str> {
    let by_word = |key: &str| profile.kinds.exact(&record.text(key));
    by_word("contentType").or_else(|| by_word("msgType")).or_else(|| {
        if !record.text("imgUrl").is_empty() {
            Some("image")
        } else if !content.is_empty() {
            None
        } else if matches!(&*record.text("skuId"), "" | "0") {
            Some("other")
        } else {
            Some("product-card")
        }
    })
}

/// What a session says of its beginning: who took it, and from whom.
fn begin(profile: &Profile, record: &Record, line: u64, sink: &mut Sink<'_>) -> Result<(), Error> {
    let fact = |kind| {
        let mut draft = draft(kind, record, None);
        match record.at("createdTime", &profile.times) {
            Some(Ok(at)) => draft.integer(Column::At, at),
            Some(Err(reason)) => draft.wrong(Column::At, reason),
            None => draft.wrong(Column::At, Reason::Lacks { key: "createdTime" }),
        }
        draft
    };
    let session_type = record.text("sessionType");
    let by_type = profile.facts.exact(&session_type);
    if by_type == Some(FactKind::LeftMessage.word()) {
        return fact(FactKind::LeftMessage).give(profile, line, sink);
    }
    if !record.text("fromRobotSid").is_empty() {
        fact(FactKind::ToHuman).give(profile, line, sink)?;
    }
    if is_robots(record) || record.text("waiter").is_empty() {
        return Ok(());
    }
    let mut assigned = fact(FactKind::Assigned);
    assigned.text(Column::Account, record.text("waiter"));
    assigned.give(profile, line, sink)
}

/// What a session says of its end: to whom it went, the invitation to rate, the close.
fn end(profile: &Profile, record: &Record, line: u64, sink: &mut Sink<'_>) -> Result<(), Error> {
    let to = record.text("toWaiter");
    let passed_on = !to.is_empty() || record.flag("transfer");
    let times = [
        (FactKind::Transferred, "transferTime", passed_on),
        (FactKind::RatingSent, "inviteTime", record.has("inviteTime")),
        (FactKind::Closed, "closeTime", record.has("closeTime")),
    ];
    for (kind, key, happened) in times {
        let mut draft = draft(kind, record, None);
        match record.at(key, &profile.times) {
            Some(Ok(at)) => draft.integer(Column::At, at),
            Some(Err(reason)) => draft.wrong(Column::At, reason),
            // A transfer without a time happened all the same; nothing else did.
            None if happened && kind == FactKind::Transferred => {
                draft.wrong(Column::At, Reason::Lacks { key });
            }
            None => continue,
        }
        if !happened {
            continue;
        }
        if kind == FactKind::Transferred {
            draft.text(Column::Account, to.clone());
            draft.text(Column::FromAccount, record.text("waiter"));
        }
        draft.give(profile, line, sink)?;
    }
    Ok(())
}
