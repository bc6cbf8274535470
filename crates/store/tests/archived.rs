//! Closed days in the archive: the same facts as before, at every instant and after every crash.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use facts::{Author, Day, FactKind, Form, Instant, Log, MessageFlags};
use store::{Backend, Batch, NewFact, Opening, Outcome, Scope, Select, SqliteFile, Store};
use support::{Database, Folder, opening};

#[expect(non_snake_case, reason = "short, and the same everywhere")]
fn ALL() -> Scope {
    Scope::everything()
}

const DAY: i64 = 86_400_000;
const FIRST: Day = Day(20_000);

/// An instant of a day after the first, in UTC+8.
fn at(day: i32, ms: i64) -> Instant {
    Instant(i64::from(FIRST.0 + day) * DAY - 8 * 3_600_000 + ms)
}

fn open(backend: &Backend, archive: &Path) -> Store {
    let lists = vec![vec!["稍等".into(), "在的，亲".into()], vec!["在的亲".into(), "嗯".into()]];
    let archive = Some(archive.to_path_buf());
    Store::open(&Opening { archive, lists, ..opening(backend.clone()) }).unwrap()
}

fn append(store: &Store, facts: &[NewFact<'_>]) -> Vec<Outcome> {
    let mut batch = Batch::default();
    facts.iter().for_each(|fact| batch.push(fact));
    store.append(&ALL(), batch).unwrap().wait().unwrap()
}

fn message<'a>(instant: Instant, buyer: &'a str, text: &'a str) -> NewFact<'a> {
    NewFact { buyer, text, ..NewFact::message(instant, "jd", "s1", Author::Buyer) }
}

fn event(instant: Instant, kind: FactKind) -> NewFact<'static> {
    NewFact { buyer: "b1", account: "a1", ..NewFact::event(instant, "jd", "s1", kind) }
}

/// A day of everything there is.
fn some_of_all(store: &Store, day: i32) {
    let reply = |ms, flags, text| NewFact {
        author: Author::Agent,
        account: "a1",
        conversation: "c1",
        flags: MessageFlags(flags),
        ..message(at(day, ms), "b1", text)
    };
    let id = format!("m{day}");
    append(
        store,
        &[
            NewFact { id: &id, ..message(at(day, 5_000), "b1", "在吗") },
            // Alike but for their texts, and without ids.
            message(at(day, 6_000), "b2", "一"),
            message(at(day, 6_000), "b2", "二"),
            reply(7_000, 1, "稍等。"),
            reply(7_000, 3, "在的~亲"),
            reply(8_000, 2, "嗯嗯？"),
            NewFact { form: Form::Image, seq: Some(9), ..reply(9_000, 0, "") },
            NewFact { seq: Some(4), seen_at: Some(at(day, 60_000)), ..reply(9_000, 0, "好") },
        ],
    );
    append(
        store,
        &[
            NewFact { reference: &id, ..event(at(day + 1, 1_000), FactKind::Recalled) },
            NewFact {
                reference: "order-7",
                amount: "12.50",
                ..event(at(day, 10_000), FactKind::Ordered)
            },
            NewFact {
                stars: Some(2),
                value: "unsolved",
                ..event(at(day, 11_000), FactKind::Rated)
            },
            NewFact { buyer: "", ..event(at(day, 12_000), FactKind::Online) },
            NewFact { from_account: "a0", ..event(at(day, 13_000), FactKind::Transferred) },
            NewFact { shop: "s2", ..message(at(day, 14_000), "b1", "另一家") },
        ],
    );
}

/// Everything that a log says, whatever the order of its rows and the numbers of its names.
fn told(log: &Log) -> Vec<String> {
    let (rows, bounds) = log.by_thread();
    let shops = (0..log.len() as u32).filter(|row| log.thread[*row as usize] == u32::MAX);
    let line = |row: u32| {
        let fact = log.fact(row);
        let buyer = match log.threads.get(log.thread[row as usize] as usize) {
            Some(thread) => log.buyers.name(thread.buyer),
            None => "",
        };
        let names = [fact.account, fact.from_account].map(|one| log.accounts.name(one.0));
        let conversation = log.conversations.name(fact.conversation.0);
        let words = (fact.kind, fact.author, fact.form, fact.flags, fact.rating);
        let text = log.text.as_ref().and_then(|texts| texts[row as usize].clone());
        let id = &log.id.as_ref().unwrap()[row as usize];
        let seen_at = log.seen_at(row);
        let (extra, is_marked) = (log.extra.get(&row), fact.mark.0 != 0);
        format!(
            "{buyer} {} {names:?} {conversation} {words:?} {text:?} {id} {seen_at:?} \
                 {extra:?} {is_marked}",
            fact.at.0
        )
    };
    let mut threads: Vec<Vec<String>> = bounds
        .windows(2)
        .map(|pair| rows[pair[0] as usize..pair[1] as usize].iter().map(|row| line(*row)).collect())
        .collect();
    threads.sort();
    let mut of_shop: Vec<String> = shops.map(line).collect();
    of_shop.sort();
    threads.into_iter().flatten().chain(of_shop).collect()
}

fn all_told(store: &Store) -> Vec<String> {
    let select = |shop| Select { texts: true, ..Select::shop("jd", shop) };
    ["s1", "s2"].map(|shop| told(&store.log(&ALL(), &select(shop)).unwrap())).concat()
}

fn is_sound(archive: &Path) -> u64 {
    let scratch = Folder::new("scratch");
    let verified = archive::verify(archive, &scratch.0, 1 << 20, 1).unwrap();
    assert_eq!(verified.problems, []);
    verified.manifest.rows
}

fn move_all(store: &Store, before: i32) -> u64 {
    store.settle_archive(&ALL()).unwrap();
    let days = store.days_before(&ALL(), Day(FIRST.0 + before)).unwrap();
    days.iter().map(|(day, _)| store.archive_day(&ALL(), Instant(0), *day).unwrap()).sum()
}

fn a_moved_day_says_what_it_said(database: &Database) {
    let folder = Folder::new("moved");
    let archive = folder.0.join("archive");
    let store = open(&database.backend, &archive);
    (0..4).for_each(|day| some_of_all(&store, day));
    let (before, n) = (all_told(&store), 4 * 14);
    assert_eq!(before.len(), n);
    assert_eq!(move_all(&store, 0), 0);
    assert!(!archive.exists(), "nothing is made before there is something to move");
    assert_eq!(move_all(&store, 2), 27, "a recall comes on the day after");
    assert_eq!(all_told(&store), before);
    assert_eq!(is_sound(&archive), 27);
    assert_eq!(store.archived(&ALL()).unwrap().len(), 2);
    assert_eq!(store.days_before(&ALL(), Day(FIRST.0 + 2)), Ok(vec![]));

    // Part of it, and one buyer.
    let select = Select { texts: true, ..Select::shop("jd", "s1") };
    let part = Select { between: (at(1, 6_000), at(2, 6_000)), ..select };
    let texts = store.log(&ALL(), &part).unwrap().text.unwrap();
    assert_eq!(texts.iter().flatten().filter(|text| ***text == *"一").count(), 1);
    let one = store.log(&ALL(), &Select { buyer: Some("b2"), ..select }).unwrap();
    assert_eq!((one.len(), one.buyers.iter().collect::<Vec<_>>()), (8, vec!["b2"]));

    // No buyer and no text of theirs is in the archive, a phrase of a list at most.
    for entry in files(&archive) {
        let bytes = read(&entry);
        for secret in ["在吗", "嗯嗯", "order-7", "12.50", "稍等。"] {
            let is_there = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!is_there, "{secret} in {}", entry.display());
        }
    }

    // What comes late is counted at once, and joins the others later; a repeat is still one.
    let late = NewFact { id: "late", ..message(at(0, 6_500), "b1", "还在吗") };
    let again = NewFact { id: "m0", ..message(at(0, 5_000), "b1", "在吗") };
    assert!(matches!(
        append(&store, &[late, again])[..],
        [Outcome::Accepted(_), Outcome::Duplicate]
    ));
    let with_late = all_told(&store);
    assert_eq!(with_late.len(), n + 1);
    assert_eq!(move_all(&store, 4), 28 + 1);
    assert_eq!(all_told(&store), with_late);
    drop(store);
    let store = open(&database.backend, &archive);
    assert_eq!((all_told(&store), is_sound(&archive)), (with_late, 56 + 1 - 1));
    let stray = files(&archive).len();
    assert_eq!(stray, 1 + 4 * 3, "a manifest, and facts, phrases and sealed texts of four days");
}

fn an_erased_buyer_is_forgotten_in_the_archive_too(database: &Database) {
    let folder = Folder::new("erased");
    let archive = folder.0.join("archive");
    let store = open(&database.backend, &archive);
    some_of_all(&store, 0);
    move_all(&store, 9);
    let bytes = files(&archive).iter().map(|path| read(path)).collect::<Vec<_>>();
    let pseudonym = store.erase_buyer(&ALL(), Instant(1), ["jd", "s1", "b1"]).unwrap();
    let select = Select { texts: true, ..Select::shop("jd", "s1") };
    let log = store.log(&ALL(), &select).unwrap();
    assert_eq!(log.len(), 13, "what was counted stays");
    let buyers: BTreeSet<&str> = log.buyers.iter().collect();
    assert_eq!(buyers, BTreeSet::from([&*pseudonym, "b2"]));
    let texts = log.text.unwrap();
    assert_eq!(texts.iter().flatten().map(|text| &**text).collect::<Vec<_>>(), ["一", "二"]);
    assert!(log.extra.values().all(|extra| extra.amount.is_empty()));
    let after = files(&archive).iter().map(|path| read(path)).collect::<Vec<_>>();
    assert_eq!(bytes, after, "no file has to change");
}

fn archived_days_and_texts_go_when_they_are_old(database: &Database) {
    let folder = Folder::new("aged");
    let archive = folder.0.join("archive");
    let store = open(&database.backend, &archive);
    (0..3).for_each(|day| some_of_all(&store, day));
    move_all(&store, 9);
    store.drop_texts(&ALL(), Instant(0), at(2, 0)).unwrap();
    let select = Select { texts: true, ..Select::shop("jd", "s1") };
    let texts = store.log(&ALL(), &select).unwrap().text.unwrap();
    assert_eq!(texts.iter().flatten().count(), 7, "those of the third day");
    assert_eq!(store.drop_archived(&ALL(), Instant(0), Day(FIRST.0 + 2)), Ok(13 + 14));
    assert_eq!(is_sound(&archive), 14 + 1);
    assert!(all_told(&store).iter().all(|line| !line.contains(&at(1, 5_000).0.to_string())));
    assert_eq!(files(&archive).len(), 1 + 3 + 1, "the fourth day has a recall alone");
}

macro_rules! on_both {
    ($($name:ident,)*) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name(&super::Database::sqlite()); })*
        }
        mod postgres {
            $(#[test] fn $name() { super::$name(&super::Database::postgres()); })*
        }
    };
}

on_both! {
    a_moved_day_says_what_it_said,
    an_erased_buyer_is_forgotten_in_the_archive_too,
    archived_days_and_texts_go_when_they_are_old,
}

/// All files of an archive.
fn files(archive: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(archive).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

#[test]
fn a_crash_between_archive_and_database_changes_nothing() {
    let folder = Folder::new("between");
    let (archive, file) = (folder.0.join("archive"), folder.0.join("yingda.db"));
    let backend = Backend::Sqlite(SqliteFile::new(&file));
    let store = open(&backend, &archive);
    some_of_all(&store, 0);
    move_all(&store, 1);
    append(&store, &[message(at(0, 6_500), "b3", "晚到")]);
    let before = all_told(&store);
    drop(store);
    let was: Vec<(PathBuf, Vec<u8>)> =
        [file].into_iter().chain(files(&archive)).map(|path| (path.clone(), read(&path))).collect();
    let store = open(&backend, &archive);
    assert_eq!(move_all(&store, 1), 1);
    drop(store);
    // The database as it was, the manifest as it became, and the files of both.
    let is_manifest = |path: &Path| path.ends_with(archive::MANIFEST);
    for (path, bytes) in was.iter().filter(|(path, _)| !is_manifest(path)) {
        std::fs::write(path, bytes).unwrap();
    }
    let store = open(&backend, &archive);
    assert_eq!((all_told(&store), is_sound(&archive)), (before.clone(), 14));
    store.settle_archive(&ALL()).unwrap();
    assert_eq!((all_told(&store), is_sound(&archive)), (before.clone(), 13));
    assert_eq!(files(&archive), was.into_iter().skip(1).map(|(path, _)| path).collect::<Vec<_>>());
    assert_eq!(move_all(&store, 1), 1);
    assert_eq!((all_told(&store), is_sound(&archive)), (before, 14));
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

/// Says to the child where its store is.
const PLACE: &str = "YINGDA_TEST_ARCHIVE";

/// The child: moves days until it is killed, and says of each when it begins and that it moved.
#[test]
#[ignore = "run by the test below, as a process of its own"]
fn archive_until_killed() {
    let Ok(place) = std::env::var(PLACE) else { return };
    let folder = Path::new(&place);
    let store = of_folder(folder);
    let say = |text: &str| std::io::stdout().lock().write_all(text.as_bytes());
    for round in 0.. {
        let _ = say("settling\n");
        store.settle_archive(&ALL()).unwrap();
        for (day, _) in store.days_before(&ALL(), Day(FIRST.0 + 90)).unwrap() {
            let _ = say("begins\n");
            store.archive_day(&ALL(), Instant(0), day).unwrap();
            let _ = say("moved\n");
        }
        // The next facts of the same days, so that there is always something to move.
        for day in 0..4 {
            let id = format!("{} {round} {day}", std::process::id());
            let late = NewFact { id: &id, ..message(at(day, round % DAY), "b9", "在吗") };
            append(&store, &[late]);
            let _ = say(&format!("stored {id}\n"));
        }
    }
}

fn of_folder(folder: &Path) -> Store {
    let file = SqliteFile::new(folder.join("yingda.db"));
    open(&Backend::Sqlite(file), &folder.join("archive"))
}

#[test]
fn a_kill_at_any_moment_leaves_everything_there_once() {
    let folder = Folder::new("killed");
    let store = of_folder(&folder.0);
    (0..4).for_each(|day| some_of_all(&store, day));
    let mut expected: BTreeSet<String> = BTreeSet::new();
    let given = all_told(&store);
    drop(store);
    for kill in 0..25_usize {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "archive_until_killed", "--ignored", "--nocapture"]);
        child.env(PLACE, &folder.0);
        let mut child = child.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut n_left = 1 + kill * 7 % 23;
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(id) = line.strip_prefix("stored ") {
                expected.insert(id.to_owned());
            }
            let is_told =
                ["settling", "begins", "moved", "stored"].iter().any(|word| line.starts_with(word));
            n_left -= usize::from(is_told && n_left > 0);
            if n_left == 0 {
                // What it said until then is still read.
                let _ = child.kill();
            }
        }
        child.wait().unwrap();
        let store = of_folder(&folder.0);
        let (late, others): (Vec<String>, Vec<String>) =
            all_told(&store).into_iter().partition(|line| line.starts_with("b9 "));
        assert_eq!(others, given, "kill {kill}");
        let select = Select { buyer: Some("b9"), ..Select::shop("jd", "s1") };
        let ids = store.log(&ALL(), &select).unwrap().id.unwrap_or_default();
        let found: BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), late.len(), "each once");
        assert!(expected.is_subset(&found), "kill {kill}: {expected:?} {late:?}");
        expected = found;
    }
    let store = of_folder(&folder.0);
    move_all(&store, 90);
    let archive = folder.0.join("archive");
    assert_eq!(is_sound(&archive), (given.len() + expected.len()) as u64);
    assert_eq!(files(&archive).len(), 1 + 4 * 3 + 1, "nothing is left behind");
}
