//! Rows that are not facts: where, what was found, what was expected.

use std::fmt;
use std::sync::Arc;

use facts::{Author, FactKind, Form};

use crate::Lang;
use crate::column::Column;
use crate::instant::InstantProblem;
use crate::lang::quoted;

/// A row that was left out, and why.
///
/// Messages name the place and the problem and never repeat a buyer's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The position of the source among the sources read, from 0.
    pub source_number: usize,
    /// The source's name.
    pub source: Arc<str>,
    /// The physical line on which the row begins, from 1; in Parquet files the row, from 1.
    pub line: u64,
    /// The column at fault; absent when it is the row as a whole.
    pub column: Option<Column>,
    /// What is wrong.
    pub reason: Reason,
}

/// The closed lists of words in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WordList {
    /// What happened.
    Fact,
    /// Who wrote.
    Author,
    /// Form of a message.
    Kind,
}

impl WordList {
    /// The words of the list.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Self::Fact => FactKind::ALL.iter().map(|w| w.word()).collect(),
            Self::Author => Author::ALL.iter().map(|w| w.word()).collect(),
            Self::Kind => Form::ALL.iter().map(|w| w.word()).collect(),
        }
    }
}

/// What kind of JSON value stood where another was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JsonType {
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A list.
    List,
    /// An object.
    Object,
}

impl JsonType {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Boolean => ("true or false", "真假值"),
            Self::Number => ("a number", "数字"),
            Self::Text => ("a text", "文本"),
            Self::List => ("a list", "列表"),
            Self::Object => ("an object", "对象"),
        }
    }
}

/// Why a row was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The value is not an instant.
    BadInstant {
        /// The value.
        found: String,
        /// What is wrong with it.
        problem: InstantProblem,
    },
    /// The word is not in its list.
    UnknownWord {
        /// The list.
        list: WordList,
        /// The word.
        found: String,
        /// The word that was probably meant.
        suggestion: Option<&'static str>,
    },
    /// A value that this row needs is missing.
    Missing,
    /// The value is not a whole number in its range.
    BadInteger {
        /// Smallest number allowed.
        min: i64,
        /// Greatest number allowed.
        max: i64,
    },
    /// The row has more or fewer fields than the header.
    FieldCount {
        /// Fields of the row.
        found: u64,
        /// Fields of the header.
        expected: u64,
    },
    /// The bytes are not UTF-8.
    InvalidUtf8,
    /// The line is not JSON.
    NotJson {
        /// The byte at which reading failed, from 1.
        byte: usize,
    },
    /// The line is JSON, and not an object.
    NotAnObject {
        /// What it is.
        found: JsonType,
    },
    /// A value of the wrong type.
    WrongType {
        /// What it is.
        found: JsonType,
    },
    /// The object names the column twice.
    Repeated,
    /// The row is longer than a row may be.
    TooLong {
        /// The limit in bytes.
        limit: u64,
    },
    /// A quote opens in this row and is not closed before the file ends.
    UnclosedQuote {
        /// The line on which the file ends.
        last_line: u64,
    },
    /// The value contains a null byte.
    NulByte,
    /// An earlier row has the same id and says something else.
    IdConflict {
        /// The id.
        id: String,
        /// The source of the earlier row.
        first_source: Arc<str>,
        /// The line of the earlier row.
        first_line: u64,
    },
    /// None of the profile's formats reads the time.
    BadTime {
        /// The value.
        found: String,
        /// The formats.
        formats: Arc<str>,
    },
    /// The profile does not say what the word of the source stands for.
    Unmapped,
    /// No rule of the profile says who wrote this.
    NoAuthor,
    /// A second name in a chat with one buyer that is not known to be the shop's.
    SecondBuyer,
    /// A line or notice without a time, with nothing before it to take the time from.
    Undated,
    /// A record without a part that its shape needs.
    Lacks {
        /// The part.
        key: &'static str,
    },
    /// A record or event that the shape does not know.
    UnknownRecord,
    /// An answer of an interface that tells of a failure, not a page of records.
    Failed,
    /// A cell with an error, such as `#N/A`.
    CellError,
}

/// Digits and the signs of a date or a time.
fn looks_like_an_instant(text: &str) -> bool {
    let sign = |c: char| matches!(c, '-' | '/' | ':' | '.' | '+' | 'T' | 'Z' | 't' | 'z' | ' ');
    let sign = |c: char| sign(c) || matches!(c, '年' | '月' | '日' | '时' | '分' | '秒');
    text.contains(['-', '/', ':', '.', '日'])
        && text.contains(|c: char| c.is_ascii_digit())
        && text.len() <= 40
        && text.chars().all(|c| c.is_ascii_digit() || sign(c))
}

/// One word of ASCII letters.
fn looks_like_a_word(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_');
    text.len() <= 24 && text.chars().all(letter)
}

impl Reason {
    /// The stable code of the reason, as in the `reason` column of a rejects file.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadInstant { .. } => "bad-instant",
            Self::UnknownWord { list: WordList::Fact, .. } => "unknown-fact",
            Self::UnknownWord { list: WordList::Author, .. } => "unknown-author",
            Self::UnknownWord { list: WordList::Kind, .. } => "unknown-kind",
            Self::Missing => "missing-value",
            Self::BadInteger { .. } => "bad-integer",
            Self::FieldCount { .. } => "field-count",
            Self::InvalidUtf8 => "invalid-utf8",
            Self::NotJson { .. } => "not-json",
            Self::NotAnObject { .. } => "not-an-object",
            Self::WrongType { .. } => "wrong-type",
            Self::Repeated => "repeated-key",
            Self::TooLong { .. } => "too-long",
            Self::UnclosedQuote { .. } => "unclosed-quote",
            Self::NulByte => "null-byte",
            Self::IdConflict { .. } => "id-conflict",
            Self::BadTime { .. } => "bad-time",
            Self::Unmapped => "unmapped-word",
            Self::NoAuthor => "no-author",
            Self::SecondBuyer => "second-buyer",
            Self::Undated => "undated",
            Self::Lacks { .. } => "missing-part",
            Self::UnknownRecord => "unknown-record",
            Self::Failed => "failed-call",
            Self::CellError => "cell-error",
        }
    }

    /// What was found, in words. A value is repeated only where it looks like what the column
    /// holds: columns that were mixed up must not bring a buyer's text here.
    #[must_use]
    pub fn found(&self, lang: Lang) -> String {
        match self {
            Self::BadInstant { found, .. }
            | Self::UnknownWord { found, .. }
            | Self::BadTime { found, .. }
                if looks_like_an_instant(found) || looks_like_a_word(found) =>
            {
                quoted(found)
            }
            Self::BadInstant { .. } | Self::UnknownWord { .. } | Self::BadTime { .. } => {
                lang.of("some other text", "其他文字").into()
            }
            Self::Unmapped => lang.of("a word without a meaning", "含义不明的词").into(),
            Self::NoAuthor => lang.of("a sender of unknown role", "身份不明的发送者").into(),
            Self::SecondBuyer => {
                lang.of("a second buyer in one chat", "同一聊天中的第二位买家").into()
            }
            Self::Undated => lang.of("a line without a time", "没有时间的行").into(),
            Self::Lacks { key } => {
                lang.of(format!("no `{key}` in the record"), format!("记录中没有 `{key}`"))
            }
            Self::UnknownRecord => lang.of("an unknown kind of record", "未知类型的记录").into(),
            Self::Failed => lang.of("the report of a failed call", "调用失败的返回").into(),
            Self::CellError => lang.of("a cell with an error", "出错的单元格").into(),
            Self::Missing => lang.of("no value", "空值").into(),
            Self::BadInteger { .. } => {
                lang.of("something else than such a number", "不是这样的数字").into()
            }
            Self::FieldCount { found, .. } => {
                lang.of(format!("{found} fields"), format!("{found} 个字段"))
            }
            Self::InvalidUtf8 => lang.of("bytes that are not UTF-8", "非 UTF-8 字节").into(),
            Self::NotJson { byte } => lang.of(
                format!("not JSON from byte {byte} of the line on"),
                format!("从该行第 {byte} 个字节起不是 JSON"),
            ),
            Self::NotAnObject { found } | Self::WrongType { found } => {
                let (en, zh) = found.words();
                lang.of(en, zh).into()
            }
            Self::Repeated => lang.of("the same key twice", "同一个键出现两次").into(),
            Self::TooLong { limit } => {
                lang.of(format!("more than {limit} bytes"), format!("超过 {limit} 字节"))
            }
            Self::UnclosedQuote { last_line } => lang.of(
                format!("a quote that is still open where the file ends, on line {last_line}"),
                format!("引号直到文件末尾（第 {last_line} 行）仍未闭合"),
            ),
            Self::NulByte => lang.of("a null byte", "空字节（NUL）").into(),
            Self::IdConflict { id, first_source, first_line } => lang.of(
                format!(
                    "other contents under the id {} of {first_source}:{first_line}",
                    quoted(id)
                ),
                format!("id {} 与 {first_source}:{first_line} 相同而内容不同", quoted(id)),
            ),
        }
    }

    /// What was expected, and what to do.
    #[must_use]
    pub fn expected(&self, lang: Lang) -> String {
        match self {
            Self::BadInstant { problem, .. } => expected_instant(*problem, lang).into(),
            Self::UnknownWord { list, suggestion, .. } => expected_word(*list, *suggestion, lang),
            Self::Missing => lang.of("a value in this column", "此列须有值").into(),
            Self::BadInteger { min, max } => lang.of(
                format!("a whole number from {min} to {max}, or nothing"),
                format!("{min} 到 {max} 之间的整数，或留空"),
            ),
            Self::FieldCount { expected, .. } => lang.of(
                format!("{expected} fields as in the header; quote texts that contain commas"),
                format!("与表头一致的 {expected} 个字段；含逗号的文本须加引号"),
            ),
            Self::InvalidUtf8 => lang
                .of(
                    "UTF-8; convert the file first, for example `iconv -f GB18030 -t UTF-8`",
                    "UTF-8；请先转换文件，例如 `iconv -f GB18030 -t UTF-8`",
                )
                .into(),
            Self::NotJson { .. } | Self::NotAnObject { .. } => {
                lang.of("one JSON object on each line", "每行一个 JSON 对象").into()
            }
            Self::WrongType { .. } => lang
                .of(
                    "a text; ids and `seq` may be whole numbers, `amount` and `value` numbers",
                    "文本；id 与 `seq` 也可为整数，`amount` 与 `value` 也可为数字",
                )
                .into(),
            Self::Repeated => lang.of("each key once", "每个键只出现一次").into(),
            Self::TooLong { .. } => lang
                .of("a shorter row; is a quote left open here?", "更短的行；此处是否漏了闭合引号？")
                .into(),
            Self::UnclosedQuote { .. } => lang
                .of(
                    "a closing quote; no row after this line was read",
                    "闭合引号；此行之后的行均未读取",
                )
                .into(),
            Self::NulByte => lang.of("text without null bytes", "不含空字节的文本").into(),
            Self::IdConflict { .. } => lang
                .of(
                    "one content for each message id; the first row stands",
                    "每个消息 id 只有一种内容；以先读到的行为准",
                )
                .into(),
            _ => self.expected_by_profile(lang),
        }
    }

    /// What a profile expected, and what to do.
    fn expected_by_profile(&self, lang: Lang) -> String {
        let text = match self {
            Self::BadTime { formats, .. } => {
                return lang.of(
                    format!("a time as one of: {formats}"),
                    format!("符合下列格式之一的时间：{formats}"),
                );
            }
            Self::Lacks { key } => {
                return lang.of(format!("a value of `{key}`"), format!("`{key}` 的值"));
            }
            Self::Unmapped => lang.of(
                "a word that the profile maps; add it to `words` in your profile",
                "映射方案中有的词；请在方案的 `words` 中补上",
            ),
            Self::NoAuthor => lang.of(
                "a name that a rule under `authors` knows",
                "符合映射方案 `authors` 中某条规则的名称",
            ),
            Self::SecondBuyer => lang.of(
                "one buyer; pass `--set seller=NAME` if this is the shop's own name, or split the \
                 chats",
                "一位买家；若这是店铺自己的名称请加 `--set seller=名称`，否则请拆分聊天",
            ),
            Self::Undated => {
                lang.of("a line with sender and time first", "其前应有带发送者和时间的行")
            }
            Self::UnknownRecord => {
                lang.of("a record that the profile's shape describes", "映射方案所述形状的记录")
            }
            Self::Failed => lang.of("a page of records; fetch it again", "一页记录；请重新获取"),
            Self::CellError => lang.of("a value", "一个值"),
            _ => lang.of("a value that fits", "合适的值"),
        };
        text.into()
    }
}

fn expected_instant(problem: InstantProblem, lang: Lang) -> &'static str {
    match problem {
        InstantProblem::NoOffset => lang.of(
            "an instant with its offset: add `+08:00` for China, or `Z` for UTC",
            "带时区偏移的时间：中国时间请在末尾加 `+08:00`，UTC 加 `Z`",
        ),
        InstantProblem::Malformed => lang.of(
            "an instant such as `2026-11-21T08:00:00+08:00`",
            "形如 `2026-11-21T08:00:00+08:00` 的时间",
        ),
        InstantProblem::OutOfRange => lang.of(
            "an instant in the years 1970 to 2199; whole numbers are milliseconds",
            "1970 至 2199 年之间的时间；整数以毫秒计",
        ),
    }
}

fn expected_word(list: WordList, suggestion: Option<&str>, lang: Lang) -> String {
    let words = list.words().join(", ");
    match suggestion {
        Some(word) => lang.of(
            format!("`{word}`? The words are: {words}"),
            format!("是否为 `{word}`？可用的词：{words}"),
        ),
        None => lang.of(format!("one of: {words}"), format!("下列之一：{words}")),
    }
}

impl Rejected {
    /// The whole message: where, what was found, what was expected.
    ///
    /// # Example
    ///
    /// ```
    /// use intake::{Column, Lang, Reason, Rejected};
    /// let rejected = Rejected {
    ///     source_number: 0,
    ///     source: "log.csv".into(),
    ///     line: 12,
    ///     column: Some(Column::Buyer),
    ///     reason: Reason::Missing,
    /// };
    /// assert_eq!(
    ///     rejected.message(Lang::En),
    ///     "log.csv:12: `buyer`: found no value, expected a value in this column"
    /// );
    /// ```
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let Self { source, line, reason, .. } = self;
        let column = self.column.map_or_else(String::new, |c| match lang {
            Lang::En => format!("`{}`: ", c.name()),
            Lang::Zh => format!("`{}`：", c.name()),
        });
        let (found, expected) = (reason.found(lang), reason.expected(lang));
        match lang {
            Lang::En => format!("{source}:{line}: {column}found {found}, expected {expected}"),
            Lang::Zh => format!("{source}:{line}: {column}发现{found}，应为{expected}"),
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}
