//! How long a running server keeps facts, and when they move to the archive.

use std::sync::Weak;
use std::time::Duration;

use desk::Desk;
use facts::{Day, Instant, Zone};
use server::clock::Clock;
use server::settings::Settings;
use server::stopping::Stopping;
use store::{Scope, Store};

/// How often it is looked whether a day is to go or to move.
const EVERY: Duration = Duration::from_secs(3_600);
/// Identities are kept so much longer: a yearly export read again is still recognised.
const RECOGNISED: u32 = 400;
/// A day is that of UTC+8, as in archives.
const OFFSET_MS: i64 = 8 * 3_600_000;

/// For how many days what is kept, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Days {
    /// In the database, before they move to the archive.
    stored: u32,
    /// Absent: for ever.
    facts: Option<u32>,
    texts: Option<u32>,
    audit: Option<u32>,
}

impl Days {
    /// As the settings have it.
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            stored: settings.archive_after_days,
            facts: settings.retention_days,
            texts: settings.retention_texts,
            audit: settings.retention_audit,
        }
    }
}

/// How many facts left the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Left {
    dropped: u64,
    archived: u64,
}

/// Drops what is older than it is kept, and moves closed days, now and every hour, until the
/// server stops.
pub(crate) async fn keep(
    store: Store,
    desk: Weak<Desk>,
    clock: Clock,
    days: Days,
    stopping: Stopping,
) {
    loop {
        let (store, now, stops) = (store.clone(), clock.now(), stopping.clone());
        let goes_on = move || !stops.has_begun();
        let left =
            tokio::task::spawn_blocking(move || Keeping { store, now, days }.pass(&goes_on)).await;
        match left {
            Ok(Left { dropped: 0, archived: 0 }) => {}
            Ok(Left { dropped, archived }) => {
                tracing::info!(dropped, archived, "facts of closed days left the database");
                // No figure that is counted live rests on a day that was moved.
                if let Some(desk) = desk.upgrade().filter(|_| dropped > 0) {
                    desk.count_anew();
                }
            }
            Err(error) => tracing::error!(%error, "old facts could not be dropped"),
        }
        tokio::select! {
            () = stopping.begun() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// One look at what is old.
struct Keeping {
    store: Store,
    now: Instant,
    days: Days,
}

impl Keeping {
    /// The day that was so many days ago.
    fn back(&self, days: u32) -> Day {
        let today = Zone::fixed(OFFSET_MS).day(self.now);
        today.plus(-i32::try_from(days).unwrap_or(i32::MAX))
    }

    /// Does one after the other, as long as it may: where one fails, the others are done all the
    /// same, and it is tried again an hour later.
    fn pass(&self, goes_on: &dyn Fn() -> bool) -> Left {
        let mut left = Left::default();
        if let Err(error) = self.store.settle_archive(&Scope::everything()) {
            tracing::error!(%error, "the archive could not be brought in order");
        }
        if let Err(error) = self.drop_old(&mut left.dropped) {
            tracing::error!(%error, "old facts could not be dropped");
        }
        if let Err(error) = self.archive(&mut left.archived, goes_on) {
            tracing::error!(%error, "closed days could not be looked for");
        }
        left
    }

    /// Drops what is older than it is kept.
    fn drop_old(&self, facts: &mut u64) -> store::Result<()> {
        let (store, now, everything) = (&self.store, self.now, Scope::everything());
        let start = |days: u32| Zone::fixed(OFFSET_MS).start_of(self.back(days));
        if let Some(days) = self.days.facts {
            *facts += store.drop_archived(&everything, now, self.back(days))?;
            for (day, _) in store.days_before(&everything, self.back(days))? {
                *facts += store.drop_day(&everything, now, day)?;
            }
            if *facts > 0 {
                store.forget_before(&everything, now, start(days.max(RECOGNISED)))?;
            }
        }
        if let Some(days) = self.days.texts {
            store.drop_texts(&everything, now, start(days))?;
        }
        if let Some(days) = self.days.audit {
            store.drop_audit(&everything, now, start(days))?;
        }
        Ok(())
    }

    /// Moves closed days to the archive.
    fn archive(&self, facts: &mut u64, goes_on: &dyn Fn() -> bool) -> store::Result<()> {
        let everything = Scope::everything();
        for (day, _) in self.store.days_before(&everything, self.back(self.days.stored))? {
            if !goes_on() {
                break;
            }
            match self.store.archive_day(&everything, self.now, day) {
                Ok(moved) => *facts += moved,
                // It stays where it is.
                Err(error) => tracing::error!(%error, %day, "a day could not be archived"),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use facts::{Author, Span};
    use store::{
        Backend, Batch, MasterKey, NewFact, Opening, Outcome, Refused, Select, SqliteFile,
    };

    use super::*;

    /// A store with an archive, in a folder of its own.
    fn store(name: &str) -> (std::path::PathBuf, Store) {
        let folder = std::env::temp_dir().join(format!("yingda-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let master = MasterKey::parse(&"5a".repeat(32)).expect("a key");
        let file = SqliteFile::new(folder.join("yingda.db"));
        let archive = Some(folder.join("archive"));
        let opening = Opening { archive, ..Opening::new(Backend::Sqlite(file), master) };
        (folder, Store::open(&opening).expect("a store"))
    }

    #[test]
    fn days_go_when_they_are_older_than_facts_are_kept() {
        let (folder, store) = store("kept");
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
        let days = Days { stored: 200, facts: Some(10), texts: Some(5), audit: Some(90) };
        let keeping = Keeping { store: store.clone(), now, days };
        let (mut dropped, mut again) = (0, 0);
        assert_eq!((keeping.drop_old(&mut dropped), dropped), (Ok(()), 2));
        assert_eq!((keeping.drop_old(&mut again), again), (Ok(()), 0));
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
        drop((store, keeping));
        let _ = std::fs::remove_dir_all(&folder);
    }

    #[test]
    fn a_day_moves_when_it_is_old_enough_and_is_dropped_when_it_is_older() {
        let (folder, store) = store("moved");
        let now = Instant(1_780_279_200_000);
        let mut batch = Batch::default();
        for days in [301, 300, 201, 200] {
            let at = now - Span::seconds(days * 86_400);
            let fact = NewFact::message(at, "taobao", "s1", Author::Buyer);
            batch.push(&NewFact { buyer: "b", ..fact });
        }
        let ticket = store.append(&Scope::everything(), batch).expect("room");
        ticket.wait().expect("an answer");
        let days = Days { stored: 200, facts: None, texts: None, audit: None };
        let keeping = Keeping { store: store.clone(), now, days };
        assert_eq!(keeping.pass(&|| false), Left::default(), "it stops before the next day");
        assert_eq!(keeping.pass(&|| true), Left { dropped: 0, archived: 3 });
        assert_eq!(keeping.pass(&|| true), Left::default());
        let keeping = Keeping { days: Days { facts: Some(300), ..days }, ..keeping };
        assert_eq!(keeping.pass(&|| true), Left { dropped: 1, archived: 0 });
        let log = store.log(&Scope::everything(), &Select::shop("taobao", "s1"));
        assert_eq!(log.expect("a log").len(), 3);
        drop((store, keeping));
        let _ = std::fs::remove_dir_all(&folder);
    }
}
