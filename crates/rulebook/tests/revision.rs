//! A revision changes with what a rule says, and not with how it is written.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use rulebook::{Catalogue, Edition};

const PLATFORM: &str = r#"
name = { zh = "甲", en = "X" }
time-zone = "Asia/Shanghai"
[[special-period]]
id = "holiday"
name = { zh = "假日", en = "holiday" }
from = 2026-02-15
to = 2026-02-23
source = ["S1"]
"#;

const SOURCES: &str = r#"
[[source]]
key = "S1"
title = "one"
where = "here"
date = "undated"
confidence = "article"
[[source]]
key = "S2"
title = "two"
where = "here"
date = "undated"
confidence = "article"
"#;

/// An edition with these axes over a plain one.
fn edition(axes: &[(&str, &str)]) -> Edition {
    let mut keys: BTreeMap<&str, &str> = BTreeMap::from([
        ("id", "\"x\""),
        ("source", "[\"S1\", \"S2\"]"),
        ("confidence", "\"article\""),
        ("sample", "\"conversation\""),
        ("authors", "{ agent = \"answers\" }"),
        ("within", "\"180s\""),
        ("figure", "\"share\""),
        ("period", "\"day\""),
        ("hours", "{ from = \"08:00\", to = \"23:00\" }"),
    ]);
    keys.extend(axes.iter().copied());
    let body: String = keys.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    load(&format!(
        "name = {{ zh = \"乙\", en = \"Y\" }}\nsummary = {{ zh = \"丙\", en = \"Z\" }}\n\
         [[edition]]\n{body}"
    ))
}

fn load(rule: &str) -> Edition {
    let files = [("sources.toml", SOURCES), ("x/platform.toml", PLATFORM), ("x/y/rule.toml", rule)];
    let catalogue = Catalogue::from_files(files).into_result().unwrap();
    catalogue.metric("x/y").unwrap().editions[0].clone()
}

/// Each differs from the plain edition in another way.
const OTHERS: &[&[(&str, &str)]] = &[
    &[("sample", "\"round\"")],
    &[("per", "\"account\""), ("transfer", "\"carries\"")],
    &[("inner", "\"message\"")],
    &[("judge", "\"any\"")],
    &[("judge", "\"first\"")],
    &[("hours", "\"whole-day\"")],
    &[("hours", "{ from = \"08:00\", to = \"22:59:59.999\" }")],
    &[("hours", "{ from = \"09:00\", to = \"23:00\" }")],
    &[("hours", "{ from = \"08:00\", to = \"23:00\", test = \"conversation-start\" }")],
    &[("hours", "{ from = \"08:00\", to = \"23:00\", end = \"closed\" }")],
    &[("hours", "{ from = \"08:00\", to = \"23:00\", outside = \"counts-when-answered-inside\" }")],
    &[("hours", "{ intervals = [[\"08:00\", \"12:00\"], [\"13:00\", \"23:00\"]] }")],
    &[("authors", "{ agent = \"answers\", assist = \"answers\" }")],
    &[("authors", "{ agent = \"answers\", bot = \"removes\" }")],
    &[("bot-stage", "{ auto = \"answers\" }")],
    &[("bot-stage", "{ auto = \"removes\" }")],
    &[("within", "\"none\""), ("answer-by", "{ cycle = \"18:00\", by = \"19:00\" }")],
    &[("within", "\"none\""), ("answer-by", "{ cycle = \"18:00\", by = \"20:00\" }")],
    &[("ignore-forms", "[\"red-packet\"]")],
    &[("invalid-replies", "[\"稍等\"]")],
    &[("invalid-replies", "[\"稍\", \"等\"]")],
    &[("invalid-replies", "[\"稍\\\", \\\"等\"]")],
    &[("within", "\"180001ms\"")],
    &[("at-limit", "\"late\"")],
    &[("unanswered", "\"drop\"")],
    &[("unanswered", "{ counts = \"600s\" }")],
    &[("sample", "\"round\""), ("answered-later", "\"drop\"")],
    &[("cap", "\"600s\"")],
    &[("drop-below", "\"1s\"")],
    &[("settle", "\"deadline\"")],
    &[("figure", "\"count\"")],
    &[("conversation", "{ gap = \"10m\" }")],
    &[("conversation", "{ continues = \"10m\" }")],
    &[("conversation", "{ bot-only = \"dropped\" }")],
    &[("conversation", "{ left-message = \"dropped\" }")],
    &[("recalled", "\"stays\"")],
    &[("report-days", "7")],
    &[("flagged", "\"dropped\"")],
    &[("closed-shop", "\"counts\"")],
    &[("special-periods", "\"none\"")],
    &[("period", "\"week\"")],
    &[("period", "\"month\"")],
    &[("period", "{ days = 30, lag = 1 }")],
    &[("period", "{ days = 1, lag = 2 }")],
    &[("minimum", "100")],
    &[("period", "{ months = 2 }")],
    &[("period", "{ days = 30, until = \"last-sample\" }")],
    &[("period", "{ days = 31, until = \"last-sample\" }")],
    &[("period", "{ samples = 30 }")],
    &[("minimum", "100"), ("below-minimum", "{ samples = 30 }")],
    &[("minimum", "100"), ("below-minimum", "{ value = \"57%\" }")],
    &[("unanswered", "\"hit\"")],
    &[("figure", "\"miss-share\"")],
    &[("no-reply-needed", "\"removes\"")],
    &[("inner", "\"request\"")],
    &[("sample", "\"message\""), ("which", "\"first-of-day\"")],
    &[("sample", "\"message\""), ("figure", "\"mean-fastest\"")],
    &[("sample", "\"message\""), ("figure", "\"mean-fastest\""), ("fastest", "80")],
    &[("sample", "\"rating\""), ("within", "\"none\"")],
    &[("sample", "\"rating\""), ("within", "\"none\""), ("satisfied", "5")],
    &[("sample", "\"rating\""), ("within", "\"none\""), ("unsolved", "\"miss\"")],
    &[("source", "[\"S1\"]")],
];

#[test]
fn every_axis_changes_the_revision() {
    let plain = edition(&[]).revision();
    assert_eq!(plain.len(), 16);
    assert!(plain.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let mut seen = vec![plain];
    for other in OTHERS {
        let revision = edition(other).revision();
        assert!(!seen.contains(&revision), "{other:?}");
        seen.push(revision);
    }
}

#[test]
fn writing_does_not_change_the_revision() {
    let plain = edition(&[]).revision();
    let same: &[&[(&str, &str)]] = &[
        &[("within", "\"3m\"")],
        &[("within", "\"180000ms\"")],
        &[("source", "[\"S2\", \"S1\"]")],
        &[("per", "\"shop\""), ("judge", "\"all\""), ("inner", "\"round\"")],
        &[("hours", "{ intervals = [[\"08:00:00\", \"23:00\"]], test = \"question\" }")],
        &[("authors", "{ bot = \"ignored\", agent = \"answers\" }")],
        &[("period", "{ days = 1, lag = 1 }")],
        &[("special-periods", "[\"holiday\"]")],
        &[("conversation", "{ gap = \"30m\", continues = \"none\" }")],
        &[("note", "{ zh = \"注\", en = \"a note\" }")],
        &[("confidence", "\"official\"")],
        &[("id", "\"another\""), ("announced", "2020-01-01")],
    ];
    for other in same {
        assert_eq!(edition(other).revision(), plain, "{other:?}");
    }
    let commented = "# a comment\nname.zh = \"乙\"\nname.en = \"Y\"\n\
        summary = { zh = '丙', en = 'Z' }\n\
        [[edition]]\nid = 'x'\nfigure='share' # 中文\nperiod = 'day'\nwithin = '180s'\n\
        source = [ 'S1',\n 'S2' ]\nconfidence = 'article'\nsample = 'conversation'\n\
        [edition.authors]\nagent = 'answers'\n[edition.hours]\nfrom = '08:00'\nto = '23:00'\n";
    assert_eq!(load(commented).revision(), plain);
}

#[test]
fn what_is_not_said_is_as_the_plainest_rule_has_it() {
    let edition = edition(&[
        ("sample", "\"round\""),
        ("hours", "\"whole-day\""),
        ("special-periods", "\"none\""),
    ]);
    assert_eq!(edition.rule(&[]).unwrap(), metric::Rule::new(metric::Sample::Round));
}
