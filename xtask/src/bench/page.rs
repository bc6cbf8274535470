//! The page of a run, in English and Chinese.

use std::fmt::Write as _;

use super::bars::{median, seconds};
use super::cases::Outcome;
use super::machine;
use super::options::{Options, short};
use super::party::Measured;

/// The page of these outcomes.
pub(crate) fn page(outcomes: &[Outcome], options: &Options, chinese: bool) -> String {
    let mut page = String::new();
    let intro = include_str!("intro.md");
    let intro_zh = include_str!("intro.zh.md");
    page.push_str(if chinese { intro_zh } else { intro });
    let (rows, large) = (short(options.rows), short(options.large));
    let line = format!(
        "cargo xtask bench --rows {rows} --large {large} --runs {} --threads {}",
        options.runs, options.threads
    );
    let _ = write!(page, "\n```console\n$ {line}\n```\n\n");
    let titles = if chinese {
        ("这次运行", "机器", "引擎")
    } else {
        ("This run", "machine", "engines")
    };
    let _ = write!(page, "## {}\n\n| {} | |\n|---|---|\n", titles.0, titles.1);
    for (en, zh, value) in machine::facts() {
        let _ = writeln!(page, "| {} | {value} |", if chinese { zh } else { en });
    }
    let _ = writeln!(page, "| {} | {} |", titles.2, versions(outcomes));
    let bars = if chinese { "目标" } else { "Bars" };
    let _ = write!(page, "\n## {bars}\n\n{}", verdicts(outcomes, chinese));
    for outcome in outcomes {
        let _ = write!(page, "\n## {}\n\n{}", outcome.title.get(chinese), table(outcome, chinese));
    }
    page
}

/// The engines and their versions, each once.
fn versions(outcomes: &[Outcome]) -> String {
    let mut found: Vec<String> = Vec::new();
    for measured in outcomes.iter().flat_map(|outcome| &outcome.all) {
        if let Some(version) = &measured.version {
            let name = measured.name.en.split(',').next().unwrap_or_default();
            found.push(format!("{name} {version}"));
        }
    }
    found.sort_unstable();
    found.dedup();
    found.join(", ")
}

fn verdicts(outcomes: &[Outcome], chinese: bool) -> String {
    let head = if chinese { "| 目标 | 实测 | |" } else { "| asked | measured | |" };
    let mut text = format!("{head}\n|---|---:|---|\n");
    for outcome in outcomes {
        for verdict in &outcome.verdicts {
            let found = verdict.found.as_deref().unwrap_or("–");
            let met = match (verdict.found.is_some(), verdict.met, chinese) {
                (false, _, false) => "not measured",
                (false, _, true) => "未测",
                (_, true, false) => "met",
                (_, true, true) => "达到",
                (_, false, false) => "not met",
                (_, false, true) => "未达到",
            };
            let (title, asked) = (outcome.title.get(chinese), verdict.asked.get(chinese));
            let _ = writeln!(text, "| {title}: {asked} | {found} | {met} |");
        }
    }
    text
}

/// What was measured in one case.
pub(crate) fn table(outcome: &Outcome, chinese: bool) -> String {
    let head = if chinese {
        "| | 中位数（秒） | 最短–最长 | 相对第一行 | 内存峰值 | 写法 |"
    } else {
        "| | median, s | least–most | to the first row | peak memory | formulation |"
    };
    let mut text = format!("{head}\n|---|---:|---:|---:|---:|---|\n");
    let first = outcome.all.first().and_then(seconds);
    for measured in &outcome.all {
        text.push_str(&row(measured, first, chinese));
    }
    if outcome.alike && outcome.all.iter().filter(|m| m.digest.is_some()).count() > 1 {
        let sentence = match (outcome.agree(), chinese) {
            (true, false) => "All figures are the same.",
            (true, true) => "所有结果一致。",
            (false, false) => "**Figures differ.**",
            (false, true) => "**结果不一致。**",
        };
        let _ = write!(text, "\n{sentence}\n");
    }
    text
}

fn row(measured: &Measured, first: Option<f64>, chinese: bool) -> String {
    let name = measured.name.get(chinese);
    if let Some(why) = &measured.missing {
        return format!("| {name} | {} | | | | |\n", why.get(chinese));
    }
    let Some(middle) = median(&measured.seconds) else {
        return format!("| {name} | – | | | | |\n");
    };
    let least = measured.seconds.iter().copied().fold(f64::INFINITY, f64::min);
    let most = measured.seconds.iter().copied().fold(0.0, f64::max);
    let ratio = first.map_or_else(String::new, |first| format!("{:.2}×", middle / first));
    let peak = measured.peak_mib.map_or_else(String::new, |mib| format!("{mib:.0} MiB"));
    let form = measured.form.as_deref().unwrap_or_default();
    format!("| {name} | {middle:.3} | {least:.3}–{most:.3} | {ratio} | {peak} | {form} |\n")
}
