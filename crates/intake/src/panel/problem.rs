//! What is wrong with a panel: where, what was found, what was expected.

use std::fmt;
use std::sync::Arc;

use facts::{Day, Instant};

use super::COLUMNS;
use super::value::BadValue;
use crate::instant::InstantProblem;
use crate::lang::{Lang, quoted};

/// Where a figure was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// On a line of a file, or a row of a sheet, from 1.
    Line {
        /// The file's name.
        source: Arc<str>,
        /// The line.
        line: u64,
    },
    /// In an `observed` fact of a log.
    Fact {
        /// Its shop.
        shop: Arc<str>,
        /// Its instant.
        at: Instant,
    },
}

impl Place {
    pub(super) fn line(source: &Arc<str>, line: u64) -> Self {
        Self::Line { source: source.clone(), line }
    }

    /// The place in one language.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Line { source, line } => format!("{source}:{line}"),
            Self::Fact { shop, at } => {
                let (shop, at) = (quoted(shop), jiff::Timestamp::from_millisecond(at.0));
                let at = at.map_or_else(|_| String::new(), |at| at.to_string());
                lang.of(
                    format!("`observed` of shop {shop} at {at}"),
                    format!("店铺 {shop} {at} 的 `observed`"),
                )
            }
        }
    }
}

/// One thing that is wrong with a panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// The column at fault. Absent: the row or the file as a whole.
    pub column: Option<&'static str>,
    /// What.
    pub wrong: Wrong,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The file is not UTF-8.
    NotUtf8 {
        /// What it seems to be in, where that can be told.
        encoding: Option<&'static str>,
    },
    /// There is no header.
    NoHeader,
    /// The header names a column that panels do not have.
    UnknownColumn {
        /// The name.
        found: String,
        /// The column that was probably meant.
        suggestion: Option<&'static str>,
    },
    /// The header names the column twice.
    RepeatedColumn,
    /// The header does not name a column that every panel has.
    MissingColumn,
    /// The row has more or fewer cells than the header.
    FieldCount {
        /// Cells of the row.
        found: usize,
        /// Cells of the header.
        expected: usize,
    },
    /// A cell goes over the end of the line: a quote was left open, and rows are in it.
    LineBreak,
    /// A cell that must not be empty is.
    Missing,
    /// The metric belongs to another platform than the row's.
    OtherPlatform {
        /// The row's platform.
        platform: String,
        /// The metric.
        metric: String,
    },
    /// The metric does not say its platform, and the row neither.
    NoPlatform {
        /// The metric as written.
        found: String,
    },
    /// Not a day.
    BadDay {
        /// The text.
        found: String,
    },
    /// Both a day and an interval.
    DayAndRange,
    /// The interval ends before it begins.
    ToBeforeFrom {
        /// Its first day.
        from: Day,
        /// Its last day.
        to: Day,
    },
    /// Not a value.
    BadValue {
        /// The text.
        found: String,
        /// Why.
        problem: BadValue,
    },
    /// Not a whole number.
    BadWhole {
        /// The text.
        found: String,
    },
    /// Not an instant.
    BadInstant {
        /// The text.
        found: String,
        /// Why.
        problem: InstantProblem,
    },
    /// The fraction's own samples are others.
    SamplesContradict {
        /// The samples as given.
        samples: u64,
        /// The fraction's.
        of: u64,
    },
    /// An earlier row gives another value for the same figure.
    Contradicts {
        /// Where.
        first: Place,
    },
    /// The `value` of an `observed` fact is not written as one.
    NotAnObservation,
}

impl Wrong {
    /// What was found.
    fn found(&self, lang: Lang) -> String {
        match self {
            Self::NotUtf8 { encoding: Some(name) } => {
                lang.of(format!("text in {name}"), format!("{name} 编码的文字"))
            }
            Self::NotUtf8 { encoding: None } => {
                lang.of("bytes that are not UTF-8", "非 UTF-8 字节").into()
            }
            Self::NoHeader => lang.of("no header", "没有表头").into(),
            Self::UnknownColumn { found, .. } => {
                lang.of(format!("the column {}", quoted(found)), format!("列 {}", quoted(found)))
            }
            Self::RepeatedColumn => lang.of("the column twice", "此列出现两次").into(),
            Self::MissingColumn => lang.of("no such column", "没有此列").into(),
            Self::FieldCount { found, .. } => {
                lang.of(format!("{found} fields"), format!("{found} 个字段"))
            }
            Self::LineBreak => {
                lang.of("a cell that goes on over the end of the line", "跨行的单元格").into()
            }
            Self::Missing => lang.of("no value", "空值").into(),
            Self::OtherPlatform { platform, metric } => {
                let (platform, metric) = (quoted(platform), quoted(metric));
                lang.of(
                    format!("{metric} on platform {platform}"),
                    format!("平台 {platform} 的 {metric}"),
                )
            }
            Self::NoPlatform { found }
            | Self::BadDay { found }
            | Self::BadValue { found, .. }
            | Self::BadWhole { found }
            | Self::BadInstant { found, .. } => told(found, lang),
            Self::DayAndRange => lang.of("a day and an interval", "既有单日又有起止日").into(),
            Self::ToBeforeFrom { from, to } => {
                lang.of(format!("{from} to {to}"), format!("{from} 至 {to}"))
            }
            Self::SamplesContradict { samples, of } => lang.of(
                format!("{samples} samples beside a fraction of {of}"),
                format!("样本数 {samples}，而分数的分母是 {of}"),
            ),
            Self::Contradicts { first } => {
                let first = first.message(lang);
                lang.of(
                    format!("another value than {first} for the same figure"),
                    format!("与 {first} 同一指标而数值不同"),
                )
            }
            Self::NotAnObservation => lang.of("a text of another shape", "其他写法的文字").into(),
        }
    }

    /// What was expected, and what to do.
    fn expected(&self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::NotUtf8 { .. } => (
                "UTF-8; convert the file first, for example `iconv -f GB18030 -t UTF-8`",
                "UTF-8；请先转换文件，例如 `iconv -f GB18030 -t UTF-8`",
            ),
            Self::UnknownColumn { suggestion: Some(name), .. } => {
                return lang.of(format!("`{name}`?"), format!("是否为 `{name}`？"));
            }
            Self::NoHeader | Self::UnknownColumn { .. } => {
                let names = COLUMNS.join(", ");
                return lang.of(format!("the columns {names}"), format!("这些列：{names}"));
            }
            Self::RepeatedColumn => ("it once", "只出现一次"),
            Self::MissingColumn => (
                "`shop`, `metric`, `value`, and `day` or `from` and `to`",
                "`shop`、`metric`、`value`，以及 `day` 或 `from` 与 `to`",
            ),
            Self::FieldCount { expected, .. } => {
                return lang.of(
                    format!("{expected} as in the header; quote texts that contain commas"),
                    format!("与表头一致的 {expected} 个；含逗号的文字须加引号"),
                );
            }
            Self::LineBreak => (
                "cells of one line; a quote left open here takes in the rows that follow",
                "单元格不跨行；此处漏了闭合引号，后面的行都被并入",
            ),
            Self::Missing => ("a value in this column", "此列须有值"),
            Self::OtherPlatform { .. } => ("a metric of the row's platform", "该行平台的指标"),
            Self::NoPlatform { .. } => (
                "an id as `taobao/human-reply-3m`, or a `platform` beside it",
                "形如 `taobao/human-reply-3m` 的指标，或另填 `platform` 列",
            ),
            Self::BadDay { .. } => ("a calendar day, as `2026-08-01`", "日期，如 `2026-08-01`"),
            Self::DayAndRange => ("one of the two", "只填其一"),
            Self::ToBeforeFrom { .. } => {
                ("a last day that is not before the first", "末日不早于首日")
            }
            Self::BadValue { problem, .. } => value_expected(*problem),
            Self::BadWhole { .. } => ("a whole number, or nothing", "整数，或留空"),
            Self::BadInstant { problem: InstantProblem::NoOffset, .. } => (
                "an instant with its offset: add `+08:00` for China",
                "带时区偏移的时间：中国时间请在末尾加 `+08:00`",
            ),
            Self::BadInstant { .. } => (
                "an instant such as `2026-08-02T09:00:00+08:00`",
                "形如 `2026-08-02T09:00:00+08:00` 的时间",
            ),
            Self::SamplesContradict { .. } => ("the same number", "同一个数"),
            Self::Contradicts { .. } => (
                "one value, or `captured_at` where the panel was looked at twice; the first stands",
                "只有一个数值；若先后看了两次，请填 `captured_at`；以先读到的为准",
            ),
            Self::NotAnObservation => (
                "metric, day or `from..to`, value and perhaps `n=` samples, as \
                 `taobao/human-reply-3m 2026-07-03..2026-08-01 99.85% n=1234`",
                "指标、日期或 `起..止`、数值，可加 `n=样本数`，如 \
                 `taobao/human-reply-3m 2026-07-03..2026-08-01 99.85% n=1234`",
            ),
        };
        lang.of(en, zh).into()
    }
}

/// A cell is repeated only where it looks like what panels hold: columns that were mixed up must
/// not bring a buyer's text here.
fn told(found: &str, lang: Lang) -> String {
    let harmless = |c: char| c.is_ascii() || matches!(c, '％' | '秒' | '分' | '钟');
    if found.chars().all(harmless) {
        quoted(found)
    } else {
        lang.of("some other text", "其他文字").into()
    }
}

fn value_expected(problem: BadValue) -> (&'static str, &'static str) {
    match problem {
        BadValue::Malformed => (
            "a value as the panel prints it: `97.41%`, `0.9741`, `18/20`, `10.615s`, `0.37min`",
            "面板上的写法：`97.41%`、`0.9741`、`18/20`、`10.615s`、`0.37min`",
        ),
        BadValue::TooLong => {
            ("at most 12 digits, 9 of them behind the point", "至多 12 位数字，小数点后至多 9 位")
        }
        BadValue::NotAShare => (
            "hits of samples: no more hits than samples, and at least one sample",
            "达标数/样本数：达标数不大于样本数，样本数至少为 1",
        ),
    }
}

impl Problem {
    /// The whole message: where, what was found, what was expected.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let place = self.place.message(lang);
        let column = self
            .column
            .map_or_else(String::new, |name| lang.of(format!("`{name}`: "), format!("`{name}`：")));
        format!("{place}: {column}{}", self.what(lang))
    }

    /// What was found and what was expected, for whoever shows line and column beside it.
    #[must_use]
    pub fn what(&self, lang: Lang) -> String {
        let (found, expected) = (self.wrong.found(lang), self.wrong.expected(lang));
        lang.of(
            format!("found {found}, expected {expected}"),
            format!("发现{found}，应为{expected}"),
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}
