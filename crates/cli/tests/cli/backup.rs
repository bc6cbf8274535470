//! `yingda backup` and `yingda restore`.

use std::path::Path;

use facts::NewFact;
use intake::json_row;
use store::{Batch, Scope, Select, Store};

use crate::binary::{Folder, root, stderr, stdout, yingda, yingda_in};
use crate::standin::{Fault, Standin, open_store};

/// Fills a store with the shipped log.
fn fill(store: &Store) -> usize {
    let text = std::fs::read_to_string(root().join("examples/small-shop.csv")).expect("a log");
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let mut batch = Batch::default();
    for line in lines {
        assert!(!line.contains('"'), "plain CSV");
        let fields = names.iter().zip(line.split(',')).filter(|(_, value)| !value.is_empty());
        let object: serde_json::Map<String, serde_json::Value> =
            fields.map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let json = serde_json::to_vec(&object).expect("JSON");
        json_row::read(&json, |row, _| batch.push(&row.expect("a fact")));
    }
    let n = batch.len();
    store.append(&Scope::everything(), batch).expect("a ticket").wait().expect("durable");
    n
}

/// What a store's facts of a shop measure to.
fn measure(store: &Store, folder: &Folder, name: &str) -> String {
    let select = Select { texts: true, ..Select::shop("taobao", "green-tea") };
    let log = store.log(&Scope::everything(), &select).expect("a log");
    let mut lines = Vec::new();
    for row in 0..log.len() {
        let fact = log.fact(row as u32);
        let thread = log.threads.get(log.thread[row] as usize);
        let extra = log.extra.get(&(row as u32)).cloned().unwrap_or_default();
        let written = NewFact {
            kind: fact.kind,
            form: fact.form,
            buyer: thread.map_or("", |thread| log.buyers.name(thread.buyer)),
            conversation: log.conversations.name(fact.conversation.0),
            account: log.accounts.name(fact.account.0),
            from_account: log.accounts.name(fact.from_account.0),
            id: log.id.as_ref().map_or("", |ids| &ids[row]),
            text: log.text.as_ref().and_then(|texts| texts[row].as_deref()).unwrap_or_default(),
            stars: extra.stars,
            reference: &extra.reference,
            amount: &extra.amount,
            value: &extra.value,
            ..NewFact::message(fact.at, "taobao", "green-tea", fact.author)
        };
        json_row::write(&written, &mut lines);
        lines.push(b'\n');
    }
    measured(&folder.write(name, lines))
}

fn measured(log: &str) -> String {
    let call = ["measure", log, "-m", "taobao/human-reply-3m", "--shop", "green-tea"];
    let output = yingda(&[&call[..], &["--by", "shop,account,day", "-f", "json"]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn what_is_restored_measures_to_the_same() {
    let folder = Folder::new("backup-round");
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    let file = folder.path().join("y.backup");
    let store = open_store(&old);
    let n = fill(&store);
    let before = measure(&store, &folder, "before.jsonl");
    assert_eq!(
        before,
        measured(text(&root().join("examples/small-shop.csv"))),
        "as the log itself"
    );
    assert!(before.lines().count() > 3);
    drop(store);
    let output = yingda(&["backup", "--data", text(&old), "-o", text(&file)]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains(&format!("{n} facts arrived")), "{}", stdout(&output));
    assert!(stderr(&output).contains("`yingda.key`"), "{}", stderr(&output));

    let restore =
        |key: &[&str]| yingda(&[&["restore", text(&file), "--data", text(&new)], key].concat());
    let without = restore(&[]);
    assert!(stderr(&without).contains("there is no key"), "{}", stderr(&without));
    let other = folder.path().join("other");
    drop(open_store(&other));
    let wrong = restore(&["--key", text(&other.join("yingda.key"))]);
    assert!(stderr(&wrong).contains("does not belong"), "{}", stderr(&wrong));
    assert!(!new.join("yingda.db").exists() && !new.join("yingda.key").exists());
    let output = restore(&["--key", text(&old.join("yingda.key"))]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains(&format!("{n} facts arrived")), "{}", stdout(&output));
    assert_eq!(measure(&open_store(&new), &folder, "after.jsonl"), before);
    let again = restore(&[]);
    assert!(stderr(&again).contains("a database already"), "{}", stderr(&again));
}

#[test]
fn a_backup_that_cannot_be_made_leaves_nothing() {
    let folder = Folder::new("backup-none");
    let (data, file) = (folder.path().join("data"), folder.path().join("y.backup"));
    let call = ["backup", "--data", text(&data), "-o", text(&file)];
    assert!(stderr(&yingda(&call)).contains("there is no database"));
    assert!(!data.exists(), "nothing is made by looking");
    drop(open_store(&data));
    let lock = std::fs::File::create(data.join("yingda.lock")).expect("a file");
    lock.lock().expect("a lock");
    let output = yingda(&call);
    assert!(stderr(&output).contains("`--server URL`"), "{}", stderr(&output));
    drop(lock);
    std::fs::write(&file, "mine").expect("a file");
    assert!(stderr(&yingda(&call)).contains("exists already"));
    assert_eq!(folder.read("y.backup"), "mine");
    let output = yingda(&["restore", text(&file), "--data", text(&folder.path().join("new"))]);
    assert!(stderr(&output).contains("does not begin as a backup"), "{}", stderr(&output));
}

/// Files that are no sound backups, made of one that is, with what is told of each.
fn damaged(whole: &[u8]) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let (half, middle) = (whole.len() / 2, whole.len() / 2 / 4096 * 4096);
    let mut flipped = whole.to_vec();
    flipped[middle..middle + 8192].iter_mut().for_each(|byte| *byte ^= 0xff);
    let mut beginning = whole.to_vec();
    beginning[..16].fill(0);
    let mut header = whole.to_vec();
    header[20..100].fill(0xee);
    vec![
        ("empty", Vec::new(), "is empty"),
        ("text", b"not a backup\n".to_vec(), "does not begin as a backup"),
        ("beginning", beginning, "does not begin as a backup"),
        ("truncated", whole[..half].to_vec(), "is damaged"),
        ("first-page", whole[..4096].to_vec(), "is damaged"),
        ("start", whole[..50].to_vec(), "is damaged"),
        ("flipped", flipped, "is damaged"),
        ("header", header, "is damaged"),
    ]
}

#[test]
fn a_damaged_backup_is_told_and_leaves_nothing() {
    let folder = Folder::new("backup-damaged");
    let (old, made) = (folder.path().join("old"), folder.path().join("made"));
    let store = open_store(&old);
    fill(&store);
    drop(store);
    let output = yingda(&["backup", "--data", text(&old), "-o", text(&made)]);
    assert!(output.status.success(), "{}", stderr(&output));
    let key = old.join("yingda.key");
    let new = folder.path().join("some/new");
    let whole = std::fs::read(&made).expect("a backup");
    for (name, bytes, expected) in damaged(&whole) {
        let file = folder.path().join("broken");
        std::fs::write(&file, &bytes).expect("a file");
        let call = ["restore", text(&file), "--data", text(&new), "--key", text(&key)];
        let output = yingda(&call);
        assert_eq!(output.status.code(), Some(2), "{name}");
        let told = stderr(&output);
        assert!(told.contains(expected) && told.contains("another"), "{name}: {told}");
        assert!(!told.contains("restore a backup") && !told.contains("free space"), "{told}");
        assert!(!folder.path().join("some").exists(), "{name} left something behind");
        assert_eq!(std::fs::read(&file).expect("as it was"), bytes, "{name}");
        let chinese = stderr(&yingda_in("zh", &call));
        assert!(chinese.contains("另一份") && !chinese.contains("another"), "{chinese}");
    }
    let names = |at: &Path| -> Vec<String> {
        let files = std::fs::read_dir(at).expect("a folder").map(|one| one.expect("a file"));
        let mut names: Vec<String> =
            files.map(|one| one.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names(folder.path()), ["broken", "made", "old"]);
    // What was there before stays, and a sound backup is restored after all that.
    std::fs::create_dir_all(&new).expect("a folder");
    let broken = folder.path().join("broken");
    yingda(&["restore", text(&broken), "--data", text(&new), "--key", text(&key)]);
    assert!(names(&new).is_empty());
    let call = ["restore", text(&made), "--data", text(&new), "--key", text(&key)];
    let output = yingda(&call);
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn a_database_of_something_else_gets_no_tables() {
    let folder = Folder::new("backup-foreign");
    let old = folder.path().join("old");
    drop(open_store(&old));
    // A store of which a table is gone: no table is made in it.
    let (file, new) = (folder.path().join("other.db"), folder.path().join("new"));
    let mut bytes = std::fs::read(old.join("yingda.db")).expect("a database");
    let name = b"schema_version";
    let places: Vec<usize> =
        (0..bytes.len() - name.len()).filter(|at| bytes[*at..].starts_with(name)).collect();
    assert!(!places.is_empty());
    places.iter().for_each(|at| bytes[*at..*at + 6].copy_from_slice(b"schemb"));
    std::fs::write(&file, &bytes).expect("a file");
    let key = old.join("yingda.key");
    let output = yingda(&["restore", text(&file), "--data", text(&new), "--key", text(&key)]);
    let told = stderr(&output);
    assert!(told.contains("not one that `yingda backup` wrote"), "{told}");
    let after = std::fs::read(&file).expect("a file");
    assert!(!after.windows(name.len()).any(|part| part == name), "a table was made in it");
    assert!(!new.exists());
}

#[test]
fn a_running_server_hands_a_backup_out() {
    let folder = Folder::new("backup-server");
    let (data, file) = (folder.path().join("data"), folder.path().join("y.backup"));
    let other = folder.path().join("other");
    let store = open_store(&other);
    let n = fill(&store);
    drop(store);
    let made = folder.path().join("made");
    assert!(yingda(&["backup", "--data", text(&other), "-o", text(&made)]).status.success());
    let server = Standin::start(&data);
    let whole = std::fs::read(&made).expect("a backup");
    let call = ["backup", "-o", text(&file)];
    for wrong in [b"no database".to_vec(), whole[..whole.len() / 2].to_vec()] {
        server.state().backup = wrong;
        let output = server.call(&call);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(!file.exists() && !folder.path().join("y.backup.part").exists());
    }
    server.state().backup = whole;
    server.state().faults.push_back(Fault::Drop);
    assert!(stderr(&server.call(&call)).contains("nothing was kept"));
    let output = server.call(&call);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains(&format!("{n} facts arrived")), "{}", stdout(&output));
    assert!(file.exists());
}
