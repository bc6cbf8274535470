//! Logs in which facts are there more than once, with ids and without: read in pieces they give
//! the figures, the counts and the rejected rows of the whole log.

use std::path::Path;

use parquet::file::properties::WriterProperties;

use crate::binary::{Folder, stderr, stdout, yingda};
use crate::pieces::{
    CALLS, Ids, Line, PLATFORMS, assert_same, lines_of, packed, rejected, write_columns,
    write_plain_csv,
};

/// What a call of `measure` prints, how it ends, and what it counted of the rows.
fn measure(logs: &[&str], arguments: &[&str]) -> (Option<i32>, String) {
    let output = yingda(&[&["measure", "-f", "json"], logs, arguments].concat());
    let (figures, notices) = (stdout(&output), stderr(&output));
    assert!(!figures.is_empty(), "{logs:?} {arguments:?}: {notices}");
    let is_count = |line: &&str| {
        ["repeat a fact", "were left out", "name a message"].iter().any(|part| line.contains(part))
    };
    // The names of files differ.
    let counts = notices.lines().filter(is_count);
    let counts = counts.map(|line| line.split('→').next().unwrap_or_default().trim_end());
    (output.status.code(), figures + &counts.map(|line| format!("{line}\n")).collect::<String>())
}

fn parquet(folder: &Folder, name: &str, lines: &[Line], group: usize) -> String {
    let properties = WriterProperties::builder().build();
    write_columns(folder, name, (lines, Ids(true)), &[group], properties)
}

/// The log with rows that are there again: behind themselves, much later, with other contents, at
/// other instants, in shops of the same ids, and as no facts at all.
fn with_repeats(lines: &[Line]) -> Vec<Line> {
    let mut all: Vec<Line> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        // Without an id it would be another fact, and out of order.
        let has_id = |other: &&Line| !other.cell("id").is_empty();
        let before = lines[..=i / 2].iter().rev().find(has_id).unwrap_or(line);
        let here = |other: &Line| other.at(line.at, &line.cells[0]);
        if i % 29 == 3 {
            // First as no fact, then as one.
            all.push(line.with("author", "agnet").with("fact", ""));
        }
        all.push(line.clone());
        match i % 16 {
            0 => all.push(line.clone()),
            3 => all.push(before.clone()),
            5 => all.push(before.with("account", "others")),
            6 => all.push(here(before)),
            8 => all.push(before.with("shop", "s9")),
            9 => all.push(before.with("author", "agnet")),
            11 => all.extend([before.clone(), before.clone(), before.with("kind", "image")]),
            _ => {}
        }
    }
    all
}

/// What both ways say of a log.
fn compare(folder: &Folder, lines: &[Line], calls: &[&[&str]], groups: &[usize], told: &str) {
    let plain = write_plain_csv(folder, "log.csv", lines, Ids(true));
    let whole = packed(&plain);
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let (left, found) = (path("left.csv"), path("found.csv"));
    for call in calls {
        let with_list = |list: &str| -> Vec<String> {
            call.iter()
                .map(|word| (*word).to_owned())
                .chain(["--rejected".into(), list.into()])
                .collect()
        };
        let words = with_list(&left);
        let expected = measure(&[&whole], &words.iter().map(String::as_str).collect::<Vec<_>>());
        let mut logs: Vec<(String, u64)> = vec![(plain.clone(), 0)];
        for group in groups {
            logs.push((parquet(folder, &format!("{group}.parquet"), lines, *group), 1));
        }
        for (log, header) in logs {
            let words = with_list(&found);
            let told = format!("{told}: {call:?}, {log}");
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            assert_same(&expected, &measure(&[&log], &words), &told);
            assert_eq!(list(&found, 0), list(&left, header), "{told}");
            let _ = std::fs::remove_file(&found);
        }
        let _ = std::fs::remove_file(&left);
    }
}

/// The rejected rows, without the places in reasons, which depend on the form; none where there is
/// no list. The lines of a text form count its header.
fn list(path: &str, header: u64) -> Vec<(u64, String, String)> {
    if !Path::new(path).exists() {
        return Vec::new();
    }
    let number = |word: &str| word.chars().any(|c| c.is_ascii_digit()) && word.contains(':');
    let bare = |reason: String| {
        let words = reason.split(' ').filter(|word| !number(word)).collect::<Vec<_>>();
        words.join(" ")
    };
    rejected(Path::new(path)).into_iter().map(|(n, c, r)| (n - header, c, bare(r))).collect()
}

#[test]
fn ids_that_repeat_are_found_wherever_the_log_is_cut() {
    let folder = Folder::new("repeats-ids");
    let lines = with_repeats(&lines_of(60, &PLATFORMS, 7));
    compare(&folder, &lines, &CALLS, &[1, 3, 50, usize::MAX], "ids");
}

/// Nothing but repeats of rows that are no facts, conflicts, or the same row again and again.
#[test]
fn odd_repeats_are_found_alike() {
    let folder = Folder::new("repeats-odd");
    let lines = lines_of(20, &["taobao", "douyin"], 17);
    let message = |line: &&Line| line.cell("fact").is_empty();
    let model = lines.iter().find(message).expect("a message").with("id", "m");
    let last = &lines[lines.len() - 1];
    let again = |line: &Line| vec![line.clone(); 30];
    let cases = [
        ("one id", again(&model)),
        ("no facts", again(&model.with("author", "agnet"))),
        ("other contents", (0..9).map(|i| model.with("account", &i.to_string())).collect()),
        ("first no fact", vec![model.with("buyer", ""), model.clone(), model.clone()]),
        ("null in the id", vec![model.with("id", "m\0"), model.clone(), model.with("id", "m\0")]),
        ("a long id", again(&model.with("id", &"长".repeat(90)))[..2].to_vec()),
    ];
    for (name, rows) in cases {
        let mut all = lines.clone();
        all.extend(rows.iter().map(|row| row.at(last.at, &last.cells[0])));
        compare(&folder, &all, &[CALLS[0]], &[1, 7, usize::MAX], name);
    }
}

/// A message that is recalled, marked or reported is so once, whichever copy is named.
#[test]
fn recalls_of_repeated_messages_are_told_alike() {
    let folder = Folder::new("repeats-recalls");
    let lines = lines_of(80, &["taobao", "jd", "pinduoduo"], 27);
    let mut all = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        all.push(line.clone());
        let refers = ["recalled", "no-reply-needed"].contains(&line.cell("fact"));
        if refers {
            // The recall twice again, and the message that it names.
            let is_named = |other: &&Line| other.cell("id") == line.cell("ref");
            let message = lines.iter().filter(|_| !line.cell("ref").is_empty()).find(is_named);
            all.push(line.with("id", &format!("r{i}")));
            all.push(line.with("id", &format!("r{i}")));
            all.extend(message.cloned());
        }
    }
    assert!(all.len() > lines.len() + 6, "recalls are in it");
    compare(&folder, &all, &CALLS[..4], &[2, 9, usize::MAX], "recalls");
}

/// Exports that follow each other, overlap, or are there twice.
#[test]
fn several_sources_repeat_each_other_alike() {
    let folder = Folder::new("repeats-sources");
    let lines = lines_of(70, &PLATFORMS, 37);
    let n = lines.len();
    let cuts = [("apart", n / 2, n / 2), ("over each other", n / 3, n * 2 / 3), ("twice", 0, n)];
    for ids in [Ids(true), Ids(false)] {
        for (name, from, until) in cuts {
            let parts = [&lines[..until], &lines[from..]];
            let csv: Vec<String> = (0..2)
                .map(|i| write_plain_csv(&folder, &format!("{i}.csv"), parts[i], ids))
                .collect();
            let whole: Vec<String> = csv.iter().map(|path| packed(path)).collect();
            let columns = |i: usize, group: usize| {
                let properties = WriterProperties::builder().build();
                let (name, part) = (format!("{i}.parquet"), (parts[i], ids));
                write_columns(&folder, &name, part, &[group], properties)
            };
            for call in [CALLS[0], CALLS[4], CALLS[5]] {
                let expected = measure(&[&whole[0], &whole[1]], call);
                let told = format!("{name}, ids {}: {call:?}", ids.0);
                assert_same(&expected, &measure(&[&csv[0], &csv[1]], call), &told);
                for group in [5, usize::MAX] {
                    let logs = [columns(0, group), columns(1, group)];
                    assert_same(&expected, &measure(&[&logs[0], &logs[1]], call), &told);
                }
                let mixed = [columns(0, 11), csv[1].clone()];
                assert_same(&expected, &measure(&[&mixed[0], &mixed[1]], call), &told);
            }
        }
    }
}

/// The same log with a column that says when each row was learned: some late, of some a copy in
/// time.
#[test]
fn what_was_learned_late_is_left_out_alike() {
    let folder = Folder::new("repeats-learned");
    let lines = with_repeats(&lines_of(60, &["taobao", "douyin", "jd"], 47));
    let text = std::fs::read_to_string(write_plain_csv(&folder, "log.csv", &lines, Ids(true)));
    let learned = ["", "2026-06-03T00:00:00+08:00", "2026-06-30T00:00:00+08:00"];
    let with_learned = |(i, line): (usize, &str)| match i {
        0 => format!("{line},seen_at\n"),
        i => format!("{line},{}\n", learned[i * i % 7 % 3]),
    };
    let text: String = text.expect("a log").lines().enumerate().map(with_learned).collect();
    let plain = folder.write("learned.csv", text);
    let whole = packed(&plain);
    for call in [CALLS[0], CALLS[5], CALLS[6]] {
        assert_same(&measure(&[&whole], call), &measure(&[&plain], call), &format!("{call:?}"));
    }
}
