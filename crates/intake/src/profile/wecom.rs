//! WeCom customer service: pages of `kf/sync_msg`.

use facts::{Author, FactKind};

use super::Profile;
use super::draft::Draft;
use super::json::{Record, each_record};
use super::table::PassedOver;
use crate::column::Column;
use crate::error::Error;
use crate::read::Sink;
use crate::reject::Reason;
use crate::source::Stream;

const MARKS: &[&str] = &["msgid", "msgtype"];

/// Events that say nothing which happened between buyer and shop.
const NO_FACTS: [&str; 2] = ["enter_session", "msg_send_fail"];

/// Reads a source to its end.
pub(super) fn read(profile: &Profile, stream: Stream, sink: &mut Sink<'_>) -> Result<(), Error> {
    let mut passed_over = PassedOver::default();
    each_record(stream, MARKS, sink, &mut |line, record, sink| {
        if record.text("msgtype") == "event" {
            event(profile, &record, line, sink, &mut passed_over)
        } else {
            message(profile, &record, line, sink)
        }
    })?;
    passed_over.tell(sink);
    Ok(())
}

/// A value of the message, or of the event in it.
fn either<'a>(record: &'a Record, key: &str) -> std::borrow::Cow<'a, str> {
    let own = record.text(key);
    if own.is_empty() { record.text_in(&["event", key]) } else { own }
}

fn draft<'a>(profile: &Profile, kind: FactKind, record: &'a Record) -> Draft<'a> {
    let mut draft = Draft::default();
    draft.text(Column::Fact, kind.word());
    match record.at("send_time", &profile.times) {
        Some(Ok(at)) => draft.integer(Column::At, at),
        Some(Err(reason)) => draft.wrong(Column::At, reason),
        None => draft.wrong(Column::At, Reason::Lacks { key: "send_time" }),
    }
    draft.text(Column::Id, record.text("msgid"));
    draft.text(Column::Shop, either(record, "open_kfid"));
    draft.text(Column::Buyer, either(record, "external_userid"));
    draft
}

fn message(
    profile: &Profile,
    record: &Record,
    line: u64,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let mut draft = draft(profile, FactKind::Message, record);
    let author = match &*record.text("origin") {
        "3" => Author::Buyer,
        "4" => Author::System,
        "5" => Author::Agent,
        "" => return sink.reject(line, Some(Column::Author), Reason::Lacks { key: "origin" }),
        _ => return sink.reject(line, Some(Column::Author), Reason::NoAuthor),
    };
    draft.text(Column::Author, author.word());
    if author == Author::Agent {
        draft.text(Column::Account, record.text("servicer_userid"));
    }
    let msgtype = record.text("msgtype");
    let kind = match &*msgtype {
        "text" => None,
        "image" | "voice" | "video" | "file" | "link" => Some(msgtype.clone()),
        other => Some(profile.kinds.exact(other).unwrap_or("other").into()),
    };
    if let Some(kind) = kind {
        draft.text(Column::Kind, kind);
    }
    draft.text(Column::Text, record.text_in(&["text", "content"]));
    draft.give(profile, line, sink)
}

fn event(
    profile: &Profile,
    record: &Record,
    line: u64,
    sink: &mut Sink<'_>,
    passed_over: &mut PassedOver,
) -> Result<(), Error> {
    let inner = |key| record.text_in(&["event", key]);
    let event = inner("event_type");
    let (kind, from, to) = match (&*event, &*inner("change_type"), &*inner("status")) {
        ("session_status_change", "1" | "4", _) => (FactKind::Assigned, "", "new_servicer_userid"),
        ("session_status_change", "2", _) => {
            (FactKind::Transferred, "old_servicer_userid", "new_servicer_userid")
        }
        ("session_status_change", "3", _) => (FactKind::Closed, "", "old_servicer_userid"),
        ("servicer_status_change", _, "1") => (FactKind::Online, "", "servicer_userid"),
        ("servicer_status_change", _, "2") => (FactKind::Offline, "", "servicer_userid"),
        ("user_recall_msg", ..) => (FactKind::Recalled, "", ""),
        ("servicer_recall_msg", ..) => (FactKind::Recalled, "", "servicer_userid"),
        (known, ..) if NO_FACTS.contains(&known) => {
            passed_over.count(known);
            return Ok(());
        }
        _ => return sink.reject(line, Some(Column::Fact), Reason::UnknownRecord),
    };
    let mut draft = draft(profile, kind, record);
    if !to.is_empty() {
        draft.text(Column::Account, inner(to));
    }
    if !from.is_empty() {
        draft.text(Column::FromAccount, inner(from));
    }
    if kind == FactKind::Recalled {
        draft.text(Column::Ref, inner("recall_msgid"));
    }
    draft.give(profile, line, sink)
}
