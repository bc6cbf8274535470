//! Files that are dropped into a folder.

use std::sync::Arc;
use std::time::Duration;

use ingest::watch::{Watcher, Watching};
use intake::Lang;
use serde_json::{Value, json};
use store::Scope;

use crate::site::{NOW, Site, receipt};

const LOG: &str = "at,platform,shop,buyer,author,account,id,text\n\
    2026-06-01T09:00:00+08:00,taobao,s1,b1,buyer,,m1,在吗\n\
    2026-06-01T09:00:05+08:00,taobao,s1,b1,agent,s1:a,m2,在的\n\
    2026-06-01T09:00:05,taobao,s1,b1,agent,s1:a,m3,没有时区\n\
    2026-06-01T09:00:09+08:00,taobao,s1,b1,buyer,,m1,别的\n";

const TABLE: &str = "发送时间,买家,发送者,内容\n\
    2026-06-01 09:00:00,b1,b1,在吗\n\
    2026-06-01 09:00:20,b1,s1:小王,在的\n";

fn watcher(site: &Site) -> Watcher {
    Watcher::new(site.keeper(), site.inbox(), Lang::En, Arc::new(|| NOW))
}

/// Looks twice, as a file has to stand still.
fn take(watcher: &mut Watcher) -> usize {
    watcher.look() + watcher.look()
}

fn counts(receipt: &Value) -> [Value; 4] {
    ["rows", "accepted", "repeats", "rejected"].map(|key| receipt[key].clone())
}

#[test]
fn a_file_is_taken_once_and_has_a_receipt() {
    let site = Site::new();
    let file = site.drop_file("may.csv", LOG);
    let mut watcher = watcher(&site);
    assert_eq!((watcher.look(), watcher.look(), watcher.look()), (0, 1, 0));
    let first = receipt(&file);
    assert_eq!(counts(&first), [4, 2, 0, 2].map(Value::from));
    assert_eq!(first["file"], "may.csv");
    assert_eq!(first["read_as"], "log");
    assert_eq!(first["at"], "2026-06-08T10:00:00.000+08:00");
    assert_eq!(first["sha256"].as_str().unwrap().len(), 64);
    assert_eq!((&first["problem"], &first["known"]), (&Value::Null, &Value::Null));
    let rejected = site.inbox().join(first["rejected_rows"].as_str().unwrap());
    let rejected = std::fs::read_to_string(rejected).unwrap();
    let codes: Vec<&str> = rejected.lines().skip(1).map(|l| l.split(',').nth(3).unwrap()).collect();
    assert_eq!(codes.len(), 2, "{rejected}");
    assert!(codes.contains(&"id-conflict"), "{rejected}");
    assert!(!rejected.contains("在") && !rejected.contains("别的"), "{rejected}");
    assert_eq!(site.count("taobao", "s1"), 2);
    assert_eq!(site.feeds(), [["s1", "folder", "daily"].map(str::to_owned)]);

    // After a restart the receipt says that it was looked at.
    let mut again = self::watcher(&site);
    assert_eq!(take(&mut again), 0);
    // The same bytes under another name are known, and a file that changed is another one.
    let copy = site.drop_file("copy.csv", LOG);
    let changed = site.drop_file("may.csv", LOG.replace("m2", "m9"));
    assert_eq!(take(&mut again), 2);
    let known = receipt(&copy);
    assert_eq!(counts(&known), [4, 0, 2, 2].map(Value::from));
    let expected = json!({ "file": "may.csv", "at": "2026-06-08T10:00:00.000+08:00" });
    assert_eq!(known["known"], expected);
    assert_eq!(counts(&receipt(&changed)), [4, 1, 1, 2].map(Value::from));
    assert_eq!(site.count("taobao", "s1"), 3);
}

#[test]
fn a_file_that_is_still_written_to_is_left_alone() {
    let site = Site::new();
    let mut watcher = watcher(&site);
    for n in 2..5 {
        let lines: Vec<&str> = LOG.split_inclusive('\n').take(n).collect();
        site.drop_file("growing.csv", lines.concat());
        assert_eq!(watcher.look(), 0);
    }
    assert_eq!(watcher.look(), 1);
    // Only its time changes: the receipt is not of this file, whose bytes are known.
    let file = site.inbox().join("growing.csv");
    let later = file.metadata().unwrap().modified().unwrap() + Duration::from_secs(5);
    std::fs::File::options().write(true).open(&file).unwrap().set_modified(later).unwrap();
    assert_eq!(take(&mut watcher), 1);
    assert_eq!(receipt(&file)["known"]["file"], "growing.csv");
}

#[test]
fn folders_say_how_a_file_is_read() {
    let site = Site::new();
    let set = "messages/platform=taobao/shop=s1/seller=s1";
    let table = site.drop_file(&format!("{set}/may.csv"), TABLE);
    let panel = site.drop_file(
        "panel/may.csv",
        "shop,metric,day,value\ns1,taobao/human-reply-3m,2026-06-01,97.4%\n\
         s1,taobao/human-reply-3m,2026-06-02,12s\ns1,taobao/no-such,2026-06-02,1\n",
    );
    let own = "name = { zh = \"我的\", en = \"Mine\" }\nformat = \"csv\"\n\
        time = [\"%Y-%m-%d %H:%M:%S\"]\n[columns]\nat = \"何时\"\nbuyer = \"谁\"\n\
        [constants]\nplatform = \"jd\"\nshop = \"j1\"\n[authors]\notherwise = \"buyer\"\n";
    site.drop_file("mine/profile.toml", own);
    let mine = site.drop_file("mine/may.csv", "何时,谁\n2026-06-01 09:00:00,b7\n");
    let mut watcher = watcher(&site);
    assert_eq!(take(&mut watcher), 3);
    assert_eq!(receipt(&table)["read_as"], set);
    assert_eq!(counts(&receipt(&table))[..2], [2, 2].map(Value::from), "{}", receipt(&table));
    assert_eq!(site.count("taobao", "s1"), 2);
    let told = receipt(&panel);
    assert_eq!(counts(&told), [3, 1, 0, 2].map(Value::from));
    assert_eq!((&told["replaced"], &told["read_as"]), (&json!(0), &json!("panel")));
    let kept = site.store.observed(&Scope::everything()).unwrap();
    assert_eq!((kept.len(), &*kept[0].value), (1, "97.4%"));
    assert_eq!(receipt(&mine)["problem"], Value::Null);
    assert_eq!(site.count("jd", "j1"), 1);
    let feeds = site.feeds();
    assert!(feeds.contains(&["s1", "folder panel", "panel"].map(str::to_owned)), "{feeds:?}");
    // The same bytes read otherwise are another import.
    let other = site.drop_file("messages/platform=taobao/shop=s2/seller=s1/may.csv", TABLE);
    assert_eq!(take(&mut watcher), 1);
    assert_eq!(receipt(&other)["known"], Value::Null);
    assert_eq!(site.count("taobao", "s2"), 2);
}

#[test]
fn what_cannot_be_read_says_why_in_both_languages() {
    let site = Site::new();
    let cases = [
        ("picture.png", &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..]),
        ("empty.csv", b""),
        ("mesages/may.csv", TABLE.as_bytes()),
        ("messages/may/may.csv", TABLE.as_bytes()),
        ("panel/may.csv", b"shop,metrc\n"),
        ("panel/may.xlsx", b"PK\x03\x04 no workbook"),
        ("broken/may.csv", TABLE.as_bytes()),
    ];
    site.drop_file("broken/profile.toml", "format = 3");
    let files: Vec<_> = cases.iter().map(|(name, bytes)| site.drop_file(name, bytes)).collect();
    let mut watcher = watcher(&site);
    assert_eq!(take(&mut watcher), files.len());
    for file in &files {
        let told = receipt(file);
        let [en, zh] = ["en", "zh"].map(|lang| told["problem"][lang].as_str().unwrap());
        assert!(!en.is_empty() && !zh.is_ascii(), "{told}");
        assert_eq!(told["rows"], Value::Null, "unknown is not zero: {told}");
    }
    // Mended and without its receipt it is taken.
    std::fs::remove_file(site.inbox().join("broken/profile.toml")).unwrap();
    let mended = "name = { zh = \"我\", en = \"I\" }\nformat = \"csv\"\ntime = [\"excel\"]\n\
        [columns]\nat = \"发送时间\"\nbuyer = \"买家\"\n[constants]\nplatform = \"jd\"\n\
        shop = \"j1\"\n[authors]\notherwise = \"buyer\"\n";
    site.drop_file("broken/profile.toml", mended);
    assert_eq!(take(&mut watcher), 0);
    std::fs::remove_file(site.inbox().join("broken/may.csv.receipt.json")).unwrap();
    assert_eq!(take(&mut watcher), 1);
    assert_eq!(receipt(files.last().unwrap())["problem"], Value::Null);
}

/// Whatever of it was kept before a crash, the file is taken in again and nothing counts twice.
#[test]
fn a_file_that_was_broken_off_is_taken_in_again() {
    let site = Site::new();
    let head: String = LOG.split_inclusive('\n').take(2).collect();
    let row = "2026-06-01T09:00:30+08:00,taobao,s1,b2,buyer,,,在吗\n";
    // Rows without ids that are alike are two facts, also the second time.
    let file = site.drop_file("may.csv", format!("{head}{row}{row}"));
    let source = intake::Source::File(file.clone());
    let begun =
        site.keeper().take(("folder", desk::Grade::Daily), (&source, None), &mut |_| Ok(()));
    assert_eq!(begun.unwrap().accepted, 3);
    let mut watcher = watcher(&site);
    assert_eq!(take(&mut watcher), 1);
    assert_eq!(counts(&receipt(&file)), [3, 0, 3, 0].map(Value::from));
    assert_eq!(site.count("taobao", "s1"), 3);
}

#[cfg(unix)]
#[test]
fn links_hidden_files_and_those_of_others_are_passed_over() {
    let site = Site::new();
    let outside = site.inbox().parent().unwrap().join("outside.csv");
    std::fs::write(&outside, LOG).unwrap();
    std::os::unix::fs::symlink(&outside, site.inbox().join("link.csv")).unwrap();
    std::os::unix::fs::symlink(outside.parent().unwrap(), site.inbox().join("messages")).unwrap();
    for name in [".hidden.csv", "~$may.xlsx", "may.csv.part", "x.crdownload", "a.rejected.csv"] {
        site.drop_file(name, LOG);
    }
    assert_eq!(take(&mut watcher(&site)), 0);
    assert_eq!(site.count("taobao", "s1"), 0);
}

#[test]
fn the_thread_takes_files_and_ends() {
    let site = Site::new();
    let file = site.drop_file("may.csv", LOG);
    let watching = Watching::start(watcher(&site), Duration::from_millis(1)).unwrap();
    let name = site.inbox().join("may.csv.receipt.json");
    for _ in 0..60_000 {
        if name.exists() {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    drop(watching);
    assert_eq!(counts(&receipt(&file)), [4, 2, 0, 2].map(Value::from));
}
