//! Which rows are the same fact.
#![allow(clippy::unwrap_used)]

mod sample;

use intake::Source;
use sample::{csv, is_message, rejected};

const HEADER: &str =
    "at,platform,shop,buyer,conversation,fact,author,kind,account,id,seq,seen_at,text,ref,amount\n";

/// A row from its parts that matter here; `more` overrides any column by name.
fn row(id: &str, more: &[(&str, &str)]) -> String {
    let names: Vec<&str> = HEADER.trim_end().split(',').collect();
    let usual = |name: &str| match name {
        "at" => "2026-11-01T09:00:00Z",
        "platform" => "taobao",
        "shop" => "s1",
        "buyer" => "b1",
        "author" => "buyer",
        "text" => "hello",
        _ => "",
    };
    let value = |name: &&str| {
        let given = more.iter().find(|(key, _)| key == name).map(|(_, value)| *value);
        given.unwrap_or(if *name == "id" { id } else { usual(name) }).to_string()
    };
    names.iter().map(value).collect::<Vec<_>>().join(",")
}

fn source(rows: &[String]) -> Source {
    csv(&format!("{HEADER}{}\n", rows.join("\n")))
}

/// Facts, duplicates and rejected rows.
type Counts = (u64, u64, u64);

/// What is different of a row, by column.
type Changes<'a> = &'a [(&'a str, &'a str)];

fn counts(sources: &[Vec<String>]) -> Counts {
    let sources: Vec<Source> = sources.iter().map(|rows| source(rows)).collect();
    let (_, report, _) = rejected(&sources);
    (report.facts, report.duplicates, report.rejected)
}

#[test]
fn the_same_id_twice_is_one_fact_or_a_conflict() {
    let m1 = |more: &[(&str, &str)]| vec![row("m1", &[]), row("m1", more)];
    let cases: [(&str, Changes<'_>, Counts); 16] = [
        ("the same", &[], (1, 1, 0)),
        ("its order may differ", &[("seq", "7")], (1, 1, 0)),
        ("when it was learned, too", &[("seen_at", "2026-11-02T00:00:00Z")], (1, 1, 0)),
        ("a text may be missing", &[("text", "")], (1, 1, 0)),
        ("a kind may be spelt out", &[("kind", "text")], (1, 1, 0)),
        ("so may a fact", &[("fact", "message")], (1, 1, 0)),
        ("the instant in another zone", &[("at", "2026-11-01T17:00:00+08:00")], (1, 1, 0)),
        ("another platform", &[("platform", "tmall")], (2, 0, 0)),
        ("another shop", &[("shop", "s2")], (2, 0, 0)),
        ("another instant", &[("at", "2026-11-01T09:00:00.001Z")], (1, 0, 1)),
        ("another buyer", &[("buyer", "b2")], (1, 0, 1)),
        ("another author", &[("author", "agent")], (1, 0, 1)),
        ("another account", &[("account", "a1")], (1, 0, 1)),
        ("another conversation", &[("conversation", "c1")], (1, 0, 1)),
        ("another text", &[("text", "hello!")], (1, 0, 1)),
        ("another reference", &[("ref", "o1")], (1, 0, 1)),
    ];
    for (what, more, expected) in cases {
        assert_eq!(counts(&[m1(more)]), expected, "{what}");
        let [first, second] = [row("m1", &[]), row("m1", more)];
        assert_eq!(counts(&[vec![first], vec![second]]), expected, "{what}, in two sources");
    }
}

/// The first stands, also when it is the one without a text.
#[test]
fn what_was_read_first_stands() {
    let rows = [row("m1", &[("text", "")]), row("m1", &[]), row("m1", &[("text", "other")])];
    let (log, report, _) = rejected(&[source(&rows)]);
    assert_eq!((report.facts, report.duplicates), (1, 2));
    assert_eq!(log.text, Some(vec![None]));
}

#[test]
fn rows_without_id_count_their_repeats() {
    let r = || row("", &[]);
    let other = || row("", &[("text", "other")]);
    let cases: Vec<(&str, Vec<Vec<String>>, Counts)> = vec![
        ("repeats inside one source are facts", vec![vec![r(), r(), r()]], (3, 0, 0)),
        ("an overlap is dropped", vec![vec![r(), other()], vec![r()]], (2, 1, 0)),
        ("as many as before", vec![vec![r(), r()], vec![r(), r()]], (2, 2, 0)),
        ("one more than before", vec![vec![r()], vec![r(), r()]], (2, 1, 0)),
        ("fewer than before", vec![vec![r(), r()], vec![r()]], (2, 1, 0)),
        (
            "the most of any earlier source",
            vec![vec![r()], vec![r(), r()], vec![r(), r()]],
            (2, 3, 0),
        ),
        ("not the sum", vec![vec![r()], vec![r()], vec![r(), r()]], (2, 2, 0)),
        ("the first after a source without", vec![vec![r()], vec![other()], vec![r()]], (2, 1, 0)),
        ("new in the last source", vec![vec![r()], vec![other(), other()]], (3, 0, 0)),
        ("an id makes it another row", vec![vec![r()], vec![row("m1", &[])]], (2, 0, 0)),
    ];
    for (what, sources, expected) in cases {
        assert_eq!(counts(&sources), expected, "{what}");
    }
}

#[test]
fn what_identifies_a_row_without_id() {
    type Case = (&'static [(&'static str, &'static str)], bool);
    let message: [Case; 12] = [
        (&[("seq", "7")], true),
        (&[("seen_at", "2026-11-02T00:00:00Z")], true),
        (&[("conversation", "c1")], true),
        (&[("ref", "o1")], true),
        (&[("text", "")], false),
        (&[("at", "2026-11-01T09:00:01Z")], false),
        (&[("platform", "tmall")], false),
        (&[("shop", "s2")], false),
        (&[("buyer", "b2")], false),
        (&[("author", "agent")], false),
        (&[("account", "a1")], false),
        (&[("kind", "image")], false),
    ];
    for (more, same) in message {
        let expected = if same { (1, 1, 0) } else { (2, 0, 0) };
        assert_eq!(counts(&[vec![row("", &[])], vec![row("", more)]]), expected, "{more:?}");
    }
    let paid = [("fact", "paid"), ("ref", "o1"), ("amount", "1.00")];
    let other: [Case; 5] = [
        (&[("fact", "paid"), ("ref", "o1"), ("amount", "1.00")], true),
        (&[("fact", "shipped"), ("ref", "o1"), ("amount", "1.00")], false),
        (&[("fact", "paid"), ("ref", "o2"), ("amount", "1.00")], false),
        (&[("fact", "paid"), ("ref", "o1"), ("amount", "1.01")], false),
        (&[("fact", "paid"), ("ref", "o1"), ("amount", "1.00"), ("conversation", "c1")], false),
    ];
    for (more, same) in other {
        let expected = if same { (1, 1, 0) } else { (2, 0, 0) };
        assert_eq!(counts(&[vec![row("", &paid)], vec![row("", more)]]), expected, "{more:?}");
    }
}

#[test]
fn recalls_and_their_messages_share_a_mark() {
    let recall = |id: &str| row("", &[("fact", "recalled"), ("ref", id)]);
    let rows = [
        recall("m2"),
        row("m1", &[]),
        row("m2", &[]),
        row("m3", &[("text", "")]),
        recall("m1"),
        recall("m1"),
        recall("absent"),
        recall(""),
        row("m1", &[("shop", "s2")]),
        row("e1", &[("fact", "closed")]),
        recall("e1"),
        row("m2", &[]),
    ];
    let (log, report, _) = rejected(&[source(&rows[..6]), source(&rows[6..])]);
    assert_eq!(log.mark, Some(vec![1, 2, 1, 0, 2, 2, 0, 0, 0, 0, 0]));
    assert!(is_message(&log, 1) && !is_message(&log, 0));
    let message = report.warnings[0].message(intake::Lang::En);
    assert_eq!(
        message,
        "3 `recalled` or `no-reply-needed` facts name a message that is not in the log"
    );
    let (log, _, _) = rejected(&[source(&[row("m1", &[]), row("m2", &[])])]);
    assert_eq!(log.mark, None);
}

/// A fact is known from its first copy on, whichever copy is read first.
#[test]
fn the_earliest_copy_says_when_a_fact_was_learned() {
    let seen = |at: &str| row("m1", &[("seen_at", at)]);
    let (early, late) = (seen("2026-11-02T00:00:00Z"), seen("2026-11-05T00:00:00Z"));
    for rows in [[early.clone(), late.clone()], [late.clone(), early]] {
        let (log, _, _) = rejected(&[source(&rows)]);
        assert_eq!((log.len(), log.seen_at(0).0), (1, 1_793_577_600_000), "{rows:?}");
    }
    // A copy that does not say was learned at once.
    let (log, _, _) = rejected(&[source(&[late, row("m1", &[])])]);
    assert_eq!(log.seen_at(0).0, log.at[0]);
}
