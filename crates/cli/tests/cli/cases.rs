//! The worked cases beside every rulebook, through the binary.

use std::fmt::Write as _;

use serde_json::Value;
use testkit::cases::{Case, Expectation, Expected, ExpectedValue, Row, parse};

use crate::binary::{Folder, command, parsed, root, stderr, stdout};

fn field(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A local time of a platform with its offset.
fn instant(platform: &str, day: &str, ms: i64) -> String {
    let (h, m, s, rest) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000);
    let minutes = offset_ms(platform, day, ms) / 60_000;
    let (sign, ahead) = if minutes < 0 { ('-', -minutes) } else { ('+', minutes) };
    let offset = format!("{sign}{:02}:{:02}", ahead / 60, ahead % 60);
    format!("{day}T{h:02}:{m:02}:{s:02}.{rest:03}{offset}")
}

/// The offset of a platform's zone at a local time.
fn offset_ms(platform: &str, day: &str, ms: i64) -> i64 {
    let platform = rulebook::Catalogue::shipped().platform(platform).expect("a platform");
    let transitions = platform.transitions().expect("a zone");
    let day: facts::Day = day.parse().expect("a day");
    let local = i64::from(day.0) * 86_400_000 + ms;
    let reached = transitions.iter().rfind(|(from, offset)| local - offset >= *from);
    reached.or(transitions.first()).map_or(0, |(_, offset)| *offset)
}

fn csv(platform: &str, rows: &[Row]) -> String {
    let mut text = String::from("at,platform,shop,buyer,conversation,fact,author,kind,");
    text.push_str("account,from_account,id,seq,text,ref,stars,value\n");
    for row in rows {
        let seq = row.seq.map_or_else(String::new, |seq| seq.to_string());
        let stars = row.stars.map_or_else(String::new, |stars| stars.to_string());
        let fields = [
            &*instant(platform, &row.day, row.time_ms),
            platform,
            &*row.shop,
            &*row.buyer,
            &*row.conversation,
            &*row.fact,
            &*row.author,
            &*row.kind,
            &*row.account,
            &*row.from_account,
            &*row.id,
            &*seq,
            row.text.as_deref().unwrap_or(""),
            &*row.reference,
            &*stars,
            &*row.value,
        ];
        let fields: Vec<String> = fields.iter().map(|text| field(text)).collect();
        writeln!(text, "{}", fields.join(",")).expect("a string grows");
    }
    text
}

/// Runs `measure` on a case; the rows it prints.
fn measure(metric: &str, case: &Case, folder: &Folder, by: &str) -> Vec<Value> {
    let platform = metric.split('/').next().expect("a platform");
    let log = folder.write("log.csv", csv(platform, &case.rows));
    let mut command = command();
    command.arg("measure").arg(&log).args(["--metric", metric, "--by", by]);
    command.args(["--format", "json", "--lang", "en"]);
    if let Some(edition) = &case.edition {
        command.args(["--edition", edition]);
    }
    for (reading, answer) in &case.readings {
        command.args(["--reading", &format!("{reading}={answer}")]);
    }
    if let Some((day, ms)) = &case.now {
        command.args(["--as-of", &instant(platform, day, *ms)]);
    }
    if let Some(registry) = &case.registry {
        command.args(["--registry", &folder.write("shops.toml", registry)]);
    }
    let output = command.output().expect("the binary runs");
    assert!(output.status.success(), "{metric} “{}”: {}", case.title, stderr(&output));
    parsed(&stdout(&output))
}

/// What differs between an expectation and the row that was printed for it.
fn differences(expected: &Expectation, row: Option<&Value>) -> Vec<String> {
    let mut all = Vec::new();
    let number = |key: &str| row.and_then(|row| row[key].as_u64());
    let counts = [
        ("samples", &expected.samples),
        ("hits", &expected.hits),
        ("misses", &expected.misses),
        ("unanswered", &expected.unanswered),
        ("pending", &expected.pending),
        ("wait_ms", &expected.wait_ms),
    ];
    for (key, wanted) in counts {
        let wanted = match wanted {
            None => continue,
            Some(Expected::Absent) => None,
            // No row was printed for a cell in which nothing is: all its counts are 0.
            Some(Expected::Number(0)) if row.is_none() => continue,
            Some(Expected::Number(n)) => Some(*n),
        };
        if number(key) != wanted {
            all.push(format!("{key}: expected {wanted:?}, found {:?}", number(key)));
        }
    }
    for (reason, n) in &expected.dropped {
        let found = row.and_then(|row| row["dropped"][reason].as_u64()).unwrap_or(0);
        if found != *n {
            all.push(format!("dropped.{reason}: expected {n}, found {found}"));
        }
    }
    let value = row.map(|row| &row["value"]).filter(|value| !value.is_null());
    match (&expected.value, value) {
        (None, _) | (Some(ExpectedValue::Absent), None) => {}
        (Some(ExpectedValue::Ratio(num, den)), Some(value))
            if value["num"].as_u64() == Some(*num) && value["den"].as_u64() == Some(*den) => {}
        (Some(wanted), found) => all.push(format!("value: expected {wanted:?}, found {found:?}")),
    }
    all
}

fn check(metric: &str, case: &Case, folder: &Folder, problems: &mut String) {
    let by_account = case.expected.iter().any(|expected| expected.account.is_some());
    let shop = measure(metric, case, folder, "shop,day");
    let accounts =
        if by_account { measure(metric, case, folder, "shop,account,day") } else { Vec::new() };
    let by_period = case.expected.iter().any(|expected| expected.to.is_some());
    let period = if by_period { measure(metric, case, folder, "shop") } else { Vec::new() };
    for expected in &case.expected {
        let rows = match (&expected.to, &expected.account) {
            (Some(_), _) => &period,
            (None, Some(_)) => &accounts,
            (None, None) => &shop,
        };
        let to = expected.to.as_ref().unwrap_or(&expected.day);
        let row = rows.iter().find(|row| {
            row["from"] == *expected.day
                && row["to"] == **to
                && row["account"].as_str() == expected.account.as_deref()
        });
        for difference in differences(expected, row) {
            let (title, line) = (&case.title, expected.line);
            writeln!(problems, "{metric} “{title}”, line {line}: {difference}").expect("grows");
        }
    }
}

/// Every worked case of every shipped rulebook comes out.
#[test]
fn every_worked_case_comes_out() {
    let folder = Folder::new("cases");
    let mut problems = String::new();
    let mut n_cases = 0;
    for metric in rulebook::Catalogue::shipped().metrics() {
        let path = root().join("rulebooks").join(&metric.id).join("cases.md");
        let text = std::fs::read_to_string(&path).expect("cases beside every rule");
        let cases = parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(cases.len() >= 3, "{}: a hit, a miss and a boundary at least", metric.id);
        for case in &cases {
            n_cases += 1;
            check(&metric.id, case, &folder, &mut problems);
        }
    }
    assert!(problems.is_empty(), "of {n_cases} cases these differ:\n{problems}");
    assert!(n_cases >= 80, "only {n_cases} cases");
}
