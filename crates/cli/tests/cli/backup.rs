//! `yingda backup` and `yingda restore`.

use std::path::Path;

use facts::NewFact;
use intake::json_row;
use store::{Batch, Scope, Select, Store};

use crate::binary::{Folder, root, stderr, stdout, yingda};
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
    assert!(stderr(&output).contains("no backup that"), "{}", stderr(&output));
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
