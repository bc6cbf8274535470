//! How long a running server keeps facts.

use std::sync::Weak;
use std::time::Duration;

use desk::Desk;
use facts::{Instant, Zone};
use server::clock::Clock;
use server::settings::Settings;
use server::stopping::Stopping;
use store::{Scope, Store};

/// How often it is looked whether a day is to go.
const EVERY: Duration = Duration::from_secs(3_600);
/// Identities are kept so much longer: a yearly export read again is still recognised.
const RECOGNISED: u32 = 400;
/// A day is that of UTC+8, as in archives.
const OFFSET_MS: i64 = 8 * 3_600_000;

/// For how many days what is kept; absent: for ever.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Days {
    facts: Option<u32>,
    texts: Option<u32>,
    audit: Option<u32>,
}

impl Days {
    /// As the settings have it; `None`: everything is kept for ever.
    pub(crate) fn of(settings: &Settings) -> Option<Self> {
        let (facts, texts) = (settings.retention_days, settings.retention_texts);
        let days = Self { facts, texts, audit: settings.retention_audit };
        [days.facts, days.texts, days.audit].iter().any(Option::is_some).then_some(days)
    }
}

/// Drops what is older than it is kept, now and every hour, until the server stops.
pub(crate) async fn keep(
    store: Store,
    desk: Weak<Desk>,
    clock: Clock,
    days: Days,
    stopping: Stopping,
) {
    loop {
        let (store, now) = (store.clone(), clock.now());
        let dropped = tokio::task::spawn_blocking(move || drop_old(&store, now, days)).await;
        match dropped {
            Ok(Ok(0)) => {}
            Ok(Ok(facts)) => {
                tracing::info!(facts, "dropped facts that are older than they are kept");
                if let Some(desk) = desk.upgrade() {
                    desk.count_anew();
                }
            }
            Ok(Err(error)) => tracing::error!(%error, "old facts could not be dropped"),
            Err(error) => tracing::error!(%error, "old facts could not be dropped"),
        }
        tokio::select! {
            () = stopping.begun() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Drops what is older than it is kept; how many facts left.
fn drop_old(store: &Store, now: Instant, days: Days) -> store::Result<u64> {
    let everything = Scope::everything();
    let zone = Zone::fixed(OFFSET_MS);
    let back = |days: u32| zone.day(now).plus(-i32::try_from(days).unwrap_or(i32::MAX));
    let mut facts = 0;
    if let Some(days) = days.facts {
        for (day, _) in store.days_before(&everything, back(days))? {
            facts += store.drop_day(&everything, now, day)?;
        }
        if facts > 0 {
            let horizon = zone.start_of(back(days.max(RECOGNISED)));
            store.forget_before(&everything, now, horizon)?;
        }
    }
    if let Some(days) = days.texts {
        store.drop_texts(&everything, now, zone.start_of(back(days)))?;
    }
    if let Some(days) = days.audit {
        store.drop_audit(&everything, now, zone.start_of(back(days)))?;
    }
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use facts::{Author, Span};
    use store::{
        Backend, Batch, MasterKey, NewFact, Opening, Outcome, Refused, Select, SqliteFile,
    };

    use super::*;

    #[test]
    fn days_go_when_they_are_older_than_facts_are_kept() {
        let folder = std::env::temp_dir().join(format!("yingda-kept-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let master = MasterKey::parse(&"5a".repeat(32)).expect("a key");
        let file = SqliteFile::new(folder.join("yingda.db"));
        let store = Store::open(&Opening::new(Backend::Sqlite(file), master)).expect("a store");
        let now = Instant(1_780_279_200_000);
        let ago = |days: i64| now - Span::seconds(days * 86_400);
        let send = |days: i64, id: &str| {
            let mut batch = Batch::default();
            let fact = NewFact::message(ago(days), "taobao", "s1", Author::Buyer);
            batch.push(&NewFact { buyer: "b", id, text: "在吗", ..fact });
            let ticket = store.append(&Scope::everything(), batch).expect("room");
            ticket.wait().expect("an answer").remove(0)
        };
        for (days, id) in [(500, "old"), (11, "gone"), (10, "kept"), (0, "new")] {
            assert!(matches!(send(days, id), Outcome::Accepted(_)));
        }
        store.record(&Scope::everything(), ago(99), "exported", "x").expect("a line");
        let days = Days { facts: Some(10), texts: Some(5), audit: Some(90) };
        assert_eq!(drop_old(&store, now, days), Ok(2));
        assert_eq!(drop_old(&store, now, days), Ok(0));
        let of = Select { texts: true, ..Select::shop("taobao", "s1") };
        let log = store.log(&Scope::everything(), &of).expect("a log");
        assert_eq!(log.at, [ago(10).0, ago(0).0]);
        let texts = log.text.expect("texts");
        let texts = [0, 1].map(|row: usize| texts[row].as_deref().unwrap_or_default());
        assert_eq!(texts, ["", "在吗"]);
        let lines = store.audit(&Scope::everything(), 0, 99).expect("lines");
        assert!(lines.iter().all(|line| line.what != "exported" && line.number > 1), "{lines:?}");
        assert_eq!(send(11, "gone"), Outcome::Duplicate, "still recognised");
        let refused = send(500, "other");
        assert!(matches!(refused, Outcome::Rejected(Refused::BeforeHorizon { .. })), "{refused:?}");
        drop(store);
        let _ = std::fs::remove_dir_all(&folder);
    }
}
