//! The rulebooks that ship: complete, right, and saying what they are meant to say.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use metric::{
    Author, BotOnly, Effect, Figure, Flagged, Hours, HoursEnd, HoursTest, Inner, Judge,
    LeftMessage, Outside, Per, Period, Plan, Rule, Sample, Span, Unanswered,
};
use rulebook::{Catalogue, Edition, MetricOption};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks")
}

/// Every file under `rulebooks/`, as its path in it and its text.
fn files() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder()).unwrap().to_str().unwrap().replace('\\', "/");
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}

fn in_force(metric: &str, day: &str) -> &'static Edition {
    let metric = Catalogue::shipped().metric(metric).unwrap();
    metric.edition_on(day.parse().unwrap()).unwrap()
}

fn rule(metric: &str, day: &str) -> Rule {
    in_force(metric, day).rule(&[]).unwrap()
}

#[test]
fn every_file_of_the_folder_is_built_in_and_right() {
    let files = files();
    let loaded = Catalogue::from_files(files.iter().map(|(path, text)| (path, text)));
    assert!(loaded.diagnostics.is_empty(), "{}", loaded.diagnostics);
    let ids = |catalogue: &Catalogue| -> BTreeSet<String> {
        let metrics = catalogue.metrics().map(|metric| metric.id.clone());
        let platforms = catalogue.platforms().map(|platform| platform.id.clone());
        let sources = catalogue.sources().map(|source| source.key.clone());
        metrics.chain(platforms).chain(sources).collect()
    };
    assert_eq!(ids(Catalogue::shipped()), ids(&loaded.catalogue));
    for metric in loaded.catalogue.metrics() {
        let shipped = Catalogue::shipped();
        let revisions = |catalogue: &Catalogue| -> Vec<String> {
            catalogue.metric(&metric.id).unwrap().editions.iter().map(Edition::revision).collect()
        };
        assert_eq!(revisions(shipped), revisions(&loaded.catalogue), "{}", metric.id);
        assert!(shipped.cases(&metric.id).is_some(), "{} has no cases", metric.id);
        assert_eq!(shipped.cases(&metric.id), loaded.catalogue.cases(&metric.id));
    }
}

#[test]
fn every_file_names_its_schema() {
    for (path, text) in files().iter().filter(|(path, _)| path.ends_with(".toml")) {
        let expected = match path.rsplit('/').next().unwrap() {
            "rule.toml" => "#:schema ../../rule.schema.json",
            "platform.toml" => "#:schema ../platform.schema.json",
            "standards.toml" => "#:schema ../standards.schema.json",
            _ => "#:schema ./sources.schema.json",
        };
        assert_eq!(text.lines().next(), Some(expected), "{path}");
    }
}

/// With `BLESS=1` in the environment the schemas are written instead.
#[test]
fn the_schemas_are_up_to_date() {
    let schemas = [
        ("rule.schema.json", rulebook::schema()),
        ("platform.schema.json", rulebook::platform_schema()),
        ("sources.schema.json", rulebook::sources_schema()),
        ("standards.schema.json", rulebook::standards_schema()),
    ];
    for (name, text) in schemas {
        let path = folder().join(name);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == text, "{name} is out of date: run the tests with BLESS=1");
    }
}

#[test]
fn every_source_of_a_metric_is_used_or_named_in_a_case() {
    let catalogue = Catalogue::shipped();
    let all: String = files()
        .into_iter()
        .filter(|(path, _)| path != "sources.toml")
        .map(|(_, text)| text)
        .collect();
    for source in catalogue.sources() {
        assert!(all.contains(&source.key), "nothing rests on {}", source.key);
    }
}

/// Addresses are as they are; what is ours to say of them is in both languages.
#[test]
fn what_we_say_of_sources_is_in_both_languages() {
    let is_address =
        |word: &str| word.contains(['.', '/', '=']) || word.contains(|c: char| c.is_ascii_digit());
    for source in Catalogue::shipped().sources() {
        let place = &source.place;
        let mut words = place.en.split([' ', ',', ';']).filter(|word| !word.is_empty());
        assert_eq!(place.zh == place.en, words.all(is_address), "{}: {place:?}", source.key);
    }
}

#[test]
fn every_combination_of_readings_compiles() {
    for metric in Catalogue::shipped().metrics() {
        for edition in &metric.editions {
            let mut n = 0;
            let mut seen = BTreeSet::new();
            for combination in edition.combinations() {
                n += 1;
                assert_eq!(edition.rule(&combination.picks).unwrap(), combination.rule);
                if let Err(error) = Plan::compile(&combination.rule) {
                    panic!("{} {} {:?}: {error}", metric.id, edition.id, combination.picks);
                }
                seen.insert(edition.revision_of(&combination.rule));
            }
            assert_eq!(n, edition.n_combinations());
            assert_eq!(seen.len(), n, "{} {}: two combinations are one", metric.id, edition.id);
        }
    }
}

/// The metrics and editions that ship, with the first day of each.
#[test]
fn editions() {
    let mut list = String::new();
    for metric in Catalogue::shipped().metrics() {
        for edition in &metric.editions {
            let from = edition.from.map_or("-".to_owned(), |day| day.to_string());
            let open: Vec<&str> = edition.open.iter().map(|open| open.id.as_str()).collect();
            let confidence = edition.confidence.word();
            let open = open.join(" ");
            list += &format!("{} {} from {from} {confidence}: {open}\n", metric.id, edition.id);
        }
    }
    insta::assert_snapshot!(list);
}

fn hours(from: i64, to: i64, test: HoursTest) -> Option<Hours> {
    let hour = 3_600_000;
    Some(Hours {
        intervals: vec![(from * hour, to * hour)],
        test,
        end: HoursEnd::Open,
        outside: Outside::Unseen,
    })
}

fn authors(answers: &[Author], removes: &[Author]) -> [Effect; Author::ALL.len()] {
    let mut effects = [Effect::Ignored; Author::ALL.len()];
    for author in answers {
        effects[*author as usize] = Effect::Answers;
    }
    for author in removes {
        effects[*author as usize] = Effect::Removes;
    }
    effects
}

const PEOPLE: &[Author] = &[Author::Agent, Author::Assist];
const ANYBODY: &[Author] = &[Author::Agent, Author::Assist, Author::Bot];
const MONTH: Period = Period::Days { days: 30, lag: 1 };

const JUNE: &str = "2026-06-15";

/// The rules in force in June 2026, every axis of them written here a second time.
#[test]
fn taobao_and_taote_in_june_2026() {
    let without_periods = |metric: &str| {
        let mut rule = rule(metric, JUNE);
        rule.special_periods.clear();
        rule
    };
    let wangwang = Rule {
        per: Per::Account,
        hours: hours(8, 23, HoursTest::Question),
        authors: authors(PEOPLE, &[Author::Bot]),
        period: MONTH,
        minimum: Some(100),
        ..Rule::new(Sample::Round)
    };
    assert_eq!(without_periods("taobao/human-reply-3m"), wangwang);
    let mean = Rule {
        within: None,
        figure: Figure::Mean,
        unanswered: Unanswered::Counts(Span::seconds(600)),
        cap: Some(Span::seconds(600)),
        ..wangwang
    };
    assert_eq!(without_periods("taobao/human-reply-time"), mean);
    let person_times = Rule {
        per: Per::Account,
        inner: Inner::Message,
        judge: Judge::Any,
        hours: hours(8, 23, HoursTest::Question),
        authors: authors(ANYBODY, &[]),
        flagged: Flagged::Dropped,
        ..Rule::new(Sample::BuyerDay)
    };
    assert_eq!(rule("taote/reply-3m", JUNE), person_times);
}

#[test]
fn douyin_in_june_2026() {
    let mut reply_time = Rule {
        hours: hours(8, 23, HoursTest::ConversationStart),
        authors: authors(PEOPLE, &[Author::Bot]),
        within: None,
        figure: Figure::Mean,
        unanswered: Unanswered::Counts(Span::seconds(600)),
        report_days: 7,
        period: MONTH,
        ..Rule::new(Sample::Round)
    };
    reply_time.conversation.bot_only = BotOnly::Dropped;
    assert_eq!(rule("douyin/reply-time", JUNE), reply_time);
    let messages = Rule {
        hours: hours(8, 23, HoursTest::Question),
        report_days: 7,
        ..Rule::new(Sample::Message)
    };
    assert_eq!(rule("douyin/human-reply-3m-message", JUNE), messages);
    let mut conversations = Rule {
        judge: Judge::Mean,
        hours: hours(8, 23, HoursTest::ConversationStart),
        authors: authors(&[Author::Agent], &[Author::Bot]),
        report_days: 7,
        ..Rule::new(Sample::Conversation)
    };
    conversations.conversation.bot_only = BotOnly::Dropped;
    conversations.conversation.left_message = LeftMessage::Miss;
    assert_eq!(rule("douyin/human-reply-3m-conversation", JUNE), conversations);
}

#[test]
fn pinduoduo_jd_and_generic_in_june_2026() {
    let consumers = Rule {
        inner: Inner::Message,
        hours: hours(8, 23, HoursTest::Question),
        ..Rule::new(Sample::BuyerDay)
    };
    assert_eq!(rule("pinduoduo/human-reply-3m", JUNE), consumers);
    for (metric, seconds) in [("reply-5m", 300), ("reply-15m", 900), ("reply-60m", 3_600)] {
        let expected = Rule {
            authors: authors(ANYBODY, &[]),
            within: Some(Span::seconds(seconds)),
            period: Period::Days { days: 3, lag: 1 },
            ..consumers.clone()
        };
        assert_eq!(rule(&format!("pinduoduo/{metric}"), JUNE), expected);
    }
    let first = Rule {
        inner: Inner::Message,
        judge: Judge::First,
        authors: authors(PEOPLE, &[]),
        ..Rule::new(Sample::Conversation)
    };
    assert_eq!(rule("generic/first-reply", JUNE), first);
    let rounds = Rule { authors: authors(PEOPLE, &[]), ..Rule::new(Sample::Round) };
    assert_eq!(rule("generic/reply", JUNE), rounds);
    let mut jd = Rule {
        hours: hours(9, 23, HoursTest::ConversationStart),
        authors: authors(&[Author::Agent], &[]),
        within: Some(Span::seconds(30)),
        period: Period::Days { days: 30, lag: 6 },
        ..first
    };
    jd.conversation.continues = Some(Span::seconds(600));
    jd.conversation.bot_only = BotOnly::Dropped;
    jd.conversation.left_message = LeftMessage::Dropped;
    assert_eq!(rule("jd/first-reply-30s", JUNE), jd);
}

/// What differs between the editions of one metric, and nothing else does.
#[test]
fn earlier_editions() {
    let first = rule("taobao/human-reply-3m", "2022-02-28");
    assert_eq!(
        first,
        Rule {
            hours: hours(8, 24, HoursTest::Question),
            ..rule("taobao/human-reply-3m", "2022-03-01")
        }
    );
    assert_eq!(
        rule("taobao/human-reply-time", "2022-02-28"),
        Rule {
            per: Per::Shop,
            hours: None,
            authors: authors(&[Author::Agent], &[Author::Bot]),
            unanswered: Unanswered::Drop,
            drop_below: Some(Span::seconds(1)),
            minimum: None,
            ..rule("taobao/human-reply-time", "2022-03-01")
        }
    );
    let now = rule("douyin/reply-time", "2026-09-28");
    assert_eq!(rule("douyin/reply-time", "2019-01-01"), now);
    let perfunctory = rule("douyin/reply-time", "2026-09-29").invalid_replies;
    for phrase in ["等一下", "稍等", "请稍等", "稍等一下", "好的稍等"] {
        assert!(perfunctory.iter().any(|known| known == phrase), "{phrase}");
    }
    assert_eq!(
        rule("douyin/reply-time", "2026-09-29"),
        Rule { invalid_replies: perfunctory, ..now }
    );
    assert_eq!(
        rule("jd/first-reply-30s", "2021-11-30"),
        Rule { hours: None, ..rule("jd/first-reply-30s", "2021-12-01") }
    );
}

#[test]
fn variants_as_told_are_counted_on_request_alone() {
    let told = |metric: &str| {
        let edition = Catalogue::shipped().metric(metric).unwrap().edition("as-told").unwrap();
        assert!(edition.as_told && edition.from.is_none());
        edition.rule(&[]).unwrap()
    };
    assert_eq!(
        told("taobao/human-reply-3m"),
        Rule {
            hours: hours(9, 23, HoursTest::Question),
            unanswered: Unanswered::Drop,
            ..rule("taobao/human-reply-3m", "2026-06-15")
        }
    );
    assert_eq!(
        told("douyin/human-reply-3m-message"),
        Rule {
            hours: hours(9, 19, HoursTest::Question),
            ..rule("douyin/human-reply-3m-message", "2026-06-15")
        }
    );
    for metric in Catalogue::shipped().metrics() {
        for day in ["2015-01-01", "2022-06-01", "2030-01-01"] {
            let edition = metric.edition_on(day.parse().unwrap());
            assert!(edition.is_none_or(|edition| !edition.as_told), "{}", metric.id);
        }
    }
}

#[test]
fn a_metric_is_in_force_from_its_documented_start() {
    let starts = [
        ("taobao/human-reply-3m", "2020-12-08", "2020-12-09"),
        ("taobao/human-reply-time", "2020-04-30", "2020-05-01"),
        ("pinduoduo/human-reply-3m", "2020-02-02", "2020-02-03"),
    ];
    for metric in Catalogue::shipped().metrics() {
        let on = |day: &str| metric.edition_on(day.parse().unwrap());
        match starts.iter().find(|(id, ..)| *id == metric.id) {
            Some((_, before, first)) => {
                assert!(on(before).is_none() && on(first).is_some(), "{}", metric.id);
            }
            None => {
                let mut dated = metric.editions.iter().filter(|edition| !edition.as_told);
                let is_open = dated.clone().any(|edition| edition.from.is_none());
                let is_told_only = dated.next().is_none();
                assert_eq!(on("1999-12-31").is_some(), is_open, "{}", metric.id);
                assert_eq!(on("2030-01-01").is_none(), is_told_only, "{}", metric.id);
            }
        }
    }
}

#[test]
fn a_period_may_mix_editions() {
    let jd = Catalogue::shipped().metric("jd/first-reply-30s").unwrap();
    // JD-EX-02: seen on 2021-12-22, the days are 11-17 to 12-16, of two editions.
    let (from, to) =
        rule("jd/first-reply-30s", "2021-12-22").period.ending("2021-12-22".parse().unwrap());
    let parts: Vec<String> = jd
        .editions_between(from, to)
        .iter()
        .map(|part| format!("{} {}..{}", part.edition.id, part.from, part.to))
        .collect();
    assert_eq!(parts, ["undated 2021-11-17..2021-11-30", "2021-12-01 2021-12-01..2021-12-16"]);
    let taobao = Catalogue::shipped().metric("taobao/human-reply-3m").unwrap();
    let between = |from: &str, to: &str| {
        let parts = taobao.editions_between(from.parse().unwrap(), to.parse().unwrap());
        parts.iter().map(|part| format!("{}..{}", part.from, part.to)).collect::<Vec<_>>()
    };
    assert_eq!(between("2020-01-01", "2020-12-08"), [""; 0]);
    assert_eq!(between("2020-01-01", "2020-12-09"), ["2020-12-09..2020-12-09"]);
    assert_eq!(
        between("2022-02-28", "2022-03-01"),
        ["2022-02-28..2022-02-28", "2022-03-01..2022-03-01"]
    );
    assert_eq!(between("2022-03-02", "2022-03-01"), [""; 0]);
}

/// TB-EX-10 and TB-EX-19: the last thirty days, up to yesterday.
#[test]
fn periods_end_as_published() {
    let ending = |metric: &str, today: &str| {
        let (from, to) = rule(metric, today).period.ending(today.parse().unwrap());
        format!("{from}..{to}")
    };
    assert_eq!(ending("taobao/human-reply-time", "2022-03-31"), "2022-03-01..2022-03-30");
    assert_eq!(ending("taobao/human-reply-3m", "2026-08-02"), "2026-07-03..2026-08-01");
}

#[test]
fn only_generic_metrics_take_another_limit() {
    for metric in Catalogue::shipped().metrics() {
        let edition = &metric.editions[0];
        let other = edition.with_limit(Span::seconds(7));
        assert_eq!(metric.options.contains(&MetricOption::Within), other.is_ok(), "{}", metric.id);
        assert_eq!(metric.platform == "generic", other.is_ok());
        if let Ok(other) = other {
            assert_eq!(other.rule(&[]).unwrap().within, Some(Span::seconds(7)));
            assert_ne!(other.revision(), edition.revision());
            for wrong in [Span(0), Span(-1), Span(i64::MAX)] {
                assert!(edition.with_limit(wrong).is_err());
            }
        }
    }
}

#[test]
fn special_periods_come_from_the_platform() {
    let periods = |metric: &str| -> Vec<String> {
        let rule = rule(metric, "2026-06-15");
        rule.special_periods.iter().map(|p| format!("{} {}..{}", p.id, p.from, p.to)).collect()
    };
    let taobao = ["cny-2023 2023-01-14..2023-01-29", "cny-2026 2026-02-15..2026-02-23"];
    assert_eq!(periods("taobao/human-reply-3m"), taobao);
    assert_eq!(periods("jd/first-reply-30s"), [""; 0]);
}
