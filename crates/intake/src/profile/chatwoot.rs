//! Chatwoot: webhook events, as they arrived.

use std::borrow::Cow;

use facts::{Author, FactKind};
use serde_json::Value;

use super::Profile;
use super::draft::Draft;
use super::json::{Record, each_record};
use super::table::PassedOver;
use crate::column::Column;
use crate::error::Error;
use crate::read::Sink;
use crate::reject::Reason;
use crate::source::Stream;

const MARKS: &[&str] = &["event"];

/// Events that say nothing which happened between buyer and shop.
const NO_FACTS: [&str; 9] = [
    "conversation_created",
    "webwidget_triggered",
    "contact_created",
    "contact_updated",
    "conversation_typing_on",
    "conversation_typing_off",
    "inbox_created",
    "inbox_updated",
    "message_updated",
];

/// Reads a source to its end.
pub(super) fn read(profile: &Profile, stream: Stream, sink: &mut Sink<'_>) -> Result<(), Error> {
    let mut passed_over = PassedOver::default();
    each_record(stream, MARKS, sink, &mut |line, record, sink| {
        let event = record.text("event");
        match &*event {
            "message_created" => message(profile, &record, line, sink, &mut passed_over),
            "message_updated" if is_deleted(&record) => recall(profile, &record, line, sink),
            "conversation_status_changed" => status(profile, &record, line, sink, &mut passed_over),
            "conversation_updated" => assignee(profile, &record, line, sink, &mut passed_over),
            known if NO_FACTS.contains(&known) => {
                passed_over.count(known);
                Ok(())
            }
            _ => sink.reject(line, Some(Column::Fact), Reason::UnknownRecord),
        }
    })?;
    passed_over.tell(sink);
    Ok(())
}

fn is_deleted(record: &Record) -> bool {
    record.value_in(&["content_attributes", "deleted"]) == Some(&Value::Bool(true))
}

/// The first of some places that has a text.
fn first<'a>(record: &'a Record, paths: &[&[&str]]) -> Cow<'a, str> {
    let found = paths.iter().map(|path| record.text_in(path)).find(|text| !text.is_empty());
    found.unwrap_or_default()
}

fn set_at(profile: &Profile, record: &Record, keys: &[&'static str], draft: &mut Draft<'_>) {
    let found = keys.iter().find_map(|key| record.at(key, &profile.times));
    match found {
        Some(Ok(at)) => draft.integer(Column::At, at),
        Some(Err(reason)) => draft.wrong(Column::At, reason),
        None => draft.wrong(Column::At, Reason::Lacks { key: keys.first().unwrap_or(&"") }),
    }
}

/// A fact of a message's event.
fn of_message<'a>(kind: FactKind, record: &'a Record) -> Draft<'a> {
    let mut draft = Draft::default();
    draft.text(Column::Fact, kind.word());
    draft.text(Column::Shop, first(record, &[&["inbox", "id"], &["conversation", "inbox_id"]]));
    draft.text(Column::Conversation, record.text_in(&["conversation", "id"]));
    let contact: &[&[&str]] = &[
        &["conversation", "meta", "sender", "id"],
        &["conversation", "contact_inbox", "contact_id"],
    ];
    draft.text(Column::Buyer, first(record, contact));
    draft
}

fn message(
    profile: &Profile,
    record: &Record,
    line: u64,
    sink: &mut Sink<'_>,
    passed_over: &mut PassedOver,
) -> Result<(), Error> {
    if record.flag("private") {
        passed_over.count("private note");
        return Ok(());
    }
    let mut draft = of_message(FactKind::Message, record);
    let sender = record.text_in(&["sender", "type"]).to_lowercase();
    let author = match (&*record.text("message_type"), &*sender) {
        ("incoming" | "0", _) => Author::Buyer,
        ("template" | "3", _) if record.text("content_type") == "input_csat" => {
            let mut sent = of_message(FactKind::RatingSent, record);
            set_at(profile, record, &["created_at"], &mut sent);
            sent.text(Column::Id, record.text("id"));
            return sent.give(profile, line, sink);
        }
        ("template" | "3", _) => Author::Auto,
        ("activity" | "2", _) => {
            passed_over.count("activity");
            return Ok(());
        }
        ("outgoing" | "1", "agent_bot") => Author::Bot,
        ("outgoing" | "1", "user") => Author::Agent,
        // An automation writes in nobody's name.
        ("outgoing" | "1", "") => Author::Auto,
        ("", _) => {
            let reason = Reason::Lacks { key: "message_type" };
            return sink.reject(line, Some(Column::Author), reason);
        }
        _ => return sink.reject(line, Some(Column::Author), Reason::NoAuthor),
    };
    set_at(profile, record, &["created_at"], &mut draft);
    draft.text(Column::Author, author.word());
    draft.text(Column::Id, record.text("id"));
    if author == Author::Buyer {
        if !draft.has(Column::Buyer) {
            draft.text(Column::Buyer, record.text_in(&["sender", "id"]));
        }
    } else {
        draft.text(Column::Account, record.text_in(&["sender", "id"]));
    }
    let content = record.text("content");
    if content.trim().is_empty() {
        let file_type = record.value_in(&["attachments"]).and_then(|list| list.get(0));
        let file_type = file_type.and_then(|file| file.get("file_type")).and_then(Value::as_str);
        draft.text(Column::Kind, form(profile, file_type.unwrap_or_default()));
    }
    draft.text(Column::Text, content);
    draft.give(profile, line, sink)
}

/// The form of an attachment.
fn form(profile: &Profile, file_type: &str) -> &'static str {
    match file_type {
        "image" => "image",
        "audio" => "voice",
        "video" => "video",
        "file" => "file",
        other => profile.kinds.exact(other).unwrap_or("other"),
    }
}

/// A deleted message is one that was taken back.
fn recall(profile: &Profile, record: &Record, line: u64, sink: &mut Sink<'_>) -> Result<(), Error> {
    let mut draft = of_message(FactKind::Recalled, record);
    set_at(profile, record, &["updated_at", "created_at"], &mut draft);
    draft.text(Column::Ref, record.text("id"));
    draft.give(profile, line, sink)
}

/// A fact of a conversation's event.
fn of_conversation<'a>(profile: &Profile, kind: FactKind, record: &'a Record) -> Draft<'a> {
    let mut draft = Draft::default();
    draft.text(Column::Fact, kind.word());
    set_at(profile, record, &["updated_at", "last_activity_at", "timestamp"], &mut draft);
    draft.text(Column::Shop, first(record, &[&["inbox_id"], &["inbox", "id"]]));
    draft.text(Column::Conversation, record.text("id"));
    let contact: &[&[&str]] = &[&["meta", "sender", "id"], &["contact_inbox", "contact_id"]];
    draft.text(Column::Buyer, first(record, contact));
    draft
}

/// What an event says was before and is now: `(before, now)`, absent where it does not say.
fn change(record: &Record, key: &str) -> Option<(Option<String>, Option<String>)> {
    let changes = record.value_in(&["changed_attributes"])?;
    let change = match changes {
        Value::Array(list) => list.iter().find_map(|change| change.get(key)),
        changes => changes.get(key),
    }?;
    let value = |key| match change.get(key) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    Some((value("previous_value"), value("current_value")))
}

fn status(
    profile: &Profile,
    record: &Record,
    line: u64,
    sink: &mut Sink<'_>,
    passed_over: &mut PassedOver,
) -> Result<(), Error> {
    let before = change(record, "status").and_then(|(before, _)| before);
    let kind = match (&*record.text("status"), before.as_deref()) {
        ("resolved", _) => FactKind::Closed,
        // A bot holds a conversation as pending, and opens it to hand it over.
        ("open", Some("pending")) => FactKind::ToHuman,
        ("open" | "pending" | "snoozed", _) => {
            passed_over.count("conversation_status_changed");
            return Ok(());
        }
        _ => return sink.reject(line, Some(Column::Fact), Reason::UnknownRecord),
    };
    of_conversation(profile, kind, record).give(profile, line, sink)
}

fn assignee(
    profile: &Profile,
    record: &Record,
    line: u64,
    sink: &mut Sink<'_>,
    passed_over: &mut PassedOver,
) -> Result<(), Error> {
    let Some((before, Some(now))) = change(record, "assignee_id") else {
        passed_over.count("conversation_updated");
        return Ok(());
    };
    let kind = if before.is_some() { FactKind::Transferred } else { FactKind::Assigned };
    let mut draft = of_conversation(profile, kind, record);
    draft.text(Column::Account, now);
    draft.text(Column::FromAccount, before.unwrap_or_default());
    draft.give(profile, line, sink)
}
