//! What reading amounted to.

use std::sync::Arc;

use crate::Lang;
use crate::column::Column;
use crate::lang::quoted;

/// Counts and notes of one reading, over all sources.
///
/// `rows` is `facts` plus `duplicates` plus `rejected`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows seen, header lines and blank lines left out.
    pub rows: u64,
    /// Rows that became facts.
    pub facts: u64,
    /// Rows dropped because an earlier row is the same fact.
    pub duplicates: u64,
    /// Rows left out because they are not facts.
    pub rejected: u64,
    /// What the reader should know, in the order noticed.
    pub warnings: Vec<Warning>,
    /// One entry a source, in order; a workbook has one for each of its sheets that was read.
    pub sources: Vec<SourceReport>,
}

/// How a source was matched with a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The encoding of a text as it was found or given, `xlsx` for a workbook.
    pub encoding: &'static str,
    /// The line or row of the header, from 1; absent where the shape has none.
    pub header: Option<u64>,
    /// Each column of the source that is used, with what it is used as.
    pub matched: Vec<(String, &'static str)>,
    /// The columns of the source that are not used.
    pub unused: Vec<String>,
}

/// What one source, or one sheet of it, amounted to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceReport {
    /// The source's name.
    pub name: Arc<str>,
    /// Rows seen.
    pub rows: u64,
    /// Rows that became facts.
    pub facts: u64,
    /// How it was matched with the profile; absent where none was used.
    pub mapping: Option<Mapping>,
}

/// Something in a log that is no error and that its owner should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A column that logs do not have; it is ignored.
    UnknownColumn {
        /// The source.
        source: Arc<str>,
        /// Its position in the header, from 1; in JSON Lines the line where it first occurs.
        position: usize,
        /// Its name.
        name: String,
        /// The column that was probably meant, when the file does not have that one.
        suggestion: Option<Column>,
    },
    /// There are more unknown columns than were named.
    MoreUnknownColumns {
        /// The source.
        source: Arc<str>,
    },
    /// Timestamps without a zone were read as UTC.
    NoZone {
        /// The source.
        source: Arc<str>,
        /// The column.
        column: Column,
    },
    /// Every instant lies in the first weeks of 1970: probably seconds, read as milliseconds.
    MaybeSeconds {
        /// The source.
        source: Arc<str>,
        /// The column.
        column: Column,
    },
    /// The source has a header and no rows.
    NoRows {
        /// The source.
        source: Arc<str>,
    },
    /// Recalls whose message is not in the log.
    RecallsWithoutMessage {
        /// How many.
        n: u64,
    },
    /// Parts of a source that the profile knows and that are no facts.
    PassedOver {
        /// The source.
        source: Arc<str>,
        /// What they are, as the source or the field calls it.
        what: String,
        /// How many.
        n: u64,
    },
}

impl Warning {
    /// The warning in words.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::UnknownColumn { source, name, suggestion, .. } => {
                let hint = suggestion.map_or_else(String::new, |column| {
                    lang.of(
                        format!("; did you mean `{}`?", column.name()),
                        format!("；是否为 `{}`？", column.name()),
                    )
                });
                let name = quoted(name);
                lang.of(
                    format!("{source}: unknown column {name} is ignored{hint}"),
                    format!("{source}：未知的列 {name} 已忽略{hint}"),
                )
            }
            Self::MoreUnknownColumns { source } => lang.of(
                format!("{source}: further unknown columns are ignored"),
                format!("{source}：其余未知的列也已忽略"),
            ),
            Self::NoZone { source, column } => lang.of(
                format!("{source}: `{}` has no time zone and is read as UTC", column.name()),
                format!("{source}：`{}` 没有时区，按 UTC 读取", column.name()),
            ),
            Self::MaybeSeconds { source, column } => lang.of(
                format!(
                    "{source}: every `{}` lies before 1970-05; whole numbers are milliseconds, \
                     are these seconds?",
                    column.name()
                ),
                format!(
                    "{source}：所有 `{}` 都早于 1970 年 5 月；整数以毫秒计，这些是否为秒？",
                    column.name()
                ),
            ),
            Self::NoRows { source } => lang.of(
                format!("{source}: a header and no rows"),
                format!("{source}：只有表头，没有数据行"),
            ),
            Self::RecallsWithoutMessage { n } => lang.of(
                format!(
                    "{n} `recalled` or `no-reply-needed` facts name a message that is not in \
                     the log"
                ),
                format!("{n} 个 `recalled` 或 `no-reply-needed` 事实所指的消息不在日志中"),
            ),
            Self::PassedOver { source, what, n } => {
                let what = quoted(what);
                lang.of(
                    format!("{source}: passed over, being no facts: {n} × {what}"),
                    format!("{source}：不是事实，已略过：{n} × {what}"),
                )
            }
        }
    }
}
