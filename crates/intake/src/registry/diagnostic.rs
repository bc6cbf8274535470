//! What is wrong with a registry file or a profile, and where.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::Lang;
use crate::lang::quoted;

/// Everything that is wrong with one file, in file order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    /// The file's name.
    pub name: String,
    /// The file's text; empty when it is not UTF-8.
    pub text: String,
    /// One problem each.
    pub items: Vec<Diagnostic>,
}

/// One problem of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong.
    pub problem: Problem,
    /// The bytes of the file that are at fault; absent when it is the file as a whole.
    pub span: Option<Range<usize>>,
    /// For something said twice, the bytes that said it first.
    pub first: Option<Range<usize>>,
}

/// What kind of value a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A calendar day.
    Day,
    /// A date and time with an offset.
    Instant,
    /// A list of tables.
    Tables,
    /// A whole number or a list of dated levels.
    Level,
    /// A table of periods.
    Enrolments,
    /// A table of accounts.
    Grades,
    /// A table of accounts with how many conversations each can hold.
    Capacities,
    /// How many conversations an account can hold.
    Capacity,
    /// A text or a list of texts.
    TextOrTexts,
    /// A table of texts.
    Words,
}

impl Expected {
    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Text => lang.of("a text in quotes", "加引号的文本"),
            Self::Texts => lang.of("a list of texts such as `[\"a\"]`", "文本列表，如 `[\"a\"]`"),
            Self::Integer => lang.of("a whole number", "整数"),
            Self::Boolean => lang.of("`true` or `false`", "`true` 或 `false`"),
            Self::Day => lang.of("a day such as `2026-01-01`", "日期，如 `2026-01-01`"),
            Self::Instant => lang.of(
                "a time with its offset such as `2026-02-16T00:00:00+08:00`",
                "带时区偏移的时间，如 `2026-02-16T00:00:00+08:00`",
            ),
            Self::Tables => lang.of("a list of tables", "表的列表"),
            Self::Level => lang.of(
                "a whole number, or `[{ from = 2026-01-01, level = 3 }]`",
                "整数，或 `[{ from = 2026-01-01, level = 3 }]`",
            ),
            Self::Enrolments => lang.of(
                "a table such as `{ \"cny-2026\" = false }`",
                "表，如 `{ \"cny-2026\" = false }`",
            ),
            Self::Grades => {
                lang.of("a table such as `{ a1 = \"senior\" }`", "表，如 `{ a1 = \"senior\" }`")
            }
            Self::Capacities => lang.of("a table such as `{ a1 = 8 }`", "表，如 `{ a1 = 8 }`"),
            Self::Capacity => lang.of("a whole number from 1 on", "不小于 1 的整数"),
            Self::TextOrTexts => lang.of(
                "a text or a list of texts such as `[\"a\", \"b\"]`",
                "文本或文本列表，如 `[\"a\", \"b\"]`",
            ),
            Self::Words => lang.of(
                "a table of texts such as `{ \"a\" = \"b\" }`",
                "文本的表，如 `{ \"a\" = \"b\" }`",
            ),
        }
    }
}

/// What can be wrong with a registry file or a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Not TOML, in the parser's own words.
    Syntax(String),
    /// A key that the table has already.
    RepeatedKey,
    /// The file is not UTF-8.
    NotUtf8 {
        /// The encoding that it seems to be in.
        encoding: Option<&'static str>,
    },
    /// A key that does not exist here.
    UnknownKey {
        /// The key.
        key: String,
        /// The key that was probably meant.
        suggestion: Option<&'static str>,
        /// The keys that exist here.
        known: &'static [&'static str],
    },
    /// A key that must be there is not.
    MissingKey {
        /// The key.
        key: &'static str,
        /// The table that lacks it.
        table: &'static str,
    },
    /// A value of the wrong type.
    WrongType {
        /// The key.
        key: String,
        /// What it takes.
        expected: Expected,
        /// What it has, as TOML calls it.
        found: &'static str,
    },
    /// An empty text says nothing.
    EmptyText {
        /// The key.
        key: String,
    },
    /// The shop has an entry already.
    RepeatedShop {
        /// Its platform.
        platform: String,
        /// Its id.
        shop: String,
    },
    /// The person has an entry already.
    RepeatedPerson {
        /// The person's id.
        id: String,
    },
    /// Two levels from the same day on.
    RepeatedDay,
    /// An interval that ends before it begins, or at once.
    Backwards,
    /// An instant before 1970 or after 2199.
    OutOfRange,
    /// A word that this key does not take.
    UnknownWord {
        /// The key.
        key: String,
        /// The word.
        found: String,
        /// The word that was probably meant.
        suggestion: Option<&'static str>,
        /// The words that it takes.
        known: Vec<&'static str>,
    },
    /// A key that does not exist here, where the keys are columns.
    UnknownColumn {
        /// The key.
        key: String,
        /// The key that was probably meant.
        suggestion: Option<&'static str>,
        /// The keys that exist here.
        known: Vec<&'static str>,
    },
    /// A time format that cannot be used, in the words of the one who reads times.
    TimeFormat {
        /// The format.
        found: String,
    },
    /// A time zone that the database does not have.
    Zone {
        /// The zone.
        found: String,
    },
    /// A pattern of names that cannot be used.
    Pattern {
        /// The pattern.
        found: String,
    },
    /// A key that means nothing for what the profile reads.
    Needless {
        /// The key.
        key: &'static str,
    },
}

impl Problem {
    /// What is wrong.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Syntax(message) => {
                lang.of(format!("not TOML: {message}"), format!("不是合法的 TOML：{message}"))
            }
            Self::RepeatedKey => lang.of("the same key twice", "同一个键出现两次").into(),
            Self::NotUtf8 { encoding: None } => {
                lang.of("the file is not UTF-8", "文件不是 UTF-8 编码").into()
            }
            Self::NotUtf8 { encoding: Some(encoding) } => lang.of(
                format!("the file seems to be in {encoding}, expected UTF-8"),
                format!("文件编码似乎是 {encoding}，应为 UTF-8"),
            ),
            Self::UnknownKey { key, .. } | Self::UnknownColumn { key, .. } => {
                let key = quoted(key);
                lang.of(format!("unknown key {key}"), format!("未知的键 {key}"))
            }
            Self::MissingKey { key, table: "" } => {
                lang.of(format!("the file has no `{key}`"), format!("文件缺少 `{key}`"))
            }
            Self::MissingKey { key, table } => {
                lang.of(format!("`{table}` without `{key}`"), format!("`{table}` 缺少 `{key}`"))
            }
            Self::WrongType { key, .. } => {
                about(key, lang.of(" has a value of the wrong type", " 的值类型不对"))
            }
            Self::EmptyText { key } => about(key, lang.of(" is empty", " 为空")),
            Self::RepeatedShop { platform, shop } => {
                let (platform, shop) = (quoted(platform), quoted(shop));
                lang.of(
                    format!("shop {shop} of {platform} has two entries"),
                    format!("{platform} 的店铺 {shop} 有两个条目"),
                )
            }
            Self::RepeatedPerson { id } => {
                let id = quoted(id);
                lang.of(format!("person {id} has two entries"), format!("人员 {id} 有两个条目"))
            }
            Self::RepeatedDay => {
                lang.of("two levels from the same day on", "同一天起有两个等级").into()
            }
            Self::Backwards => lang
                .of("the closure ends before it begins, or at once", "打烊的结束不晚于开始")
                .into(),
            Self::OutOfRange => lang
                .of("a time outside the years 1970 to 2199", "时间不在 1970 至 2199 年之间")
                .into(),
            Self::UnknownWord { key, found, .. } => {
                let (key, found) = (quoted(key), quoted(found));
                lang.of(
                    format!("{key} does not take the word {found}"),
                    format!("{key} 不能取 {found}"),
                )
            }
            Self::TimeFormat { found } => {
                about(found, lang.of(" is no format of a date and a time", " 不是日期时间的格式"))
            }
            Self::Zone { found } => {
                about(found, lang.of(" is no known time zone", " 不是已知的时区"))
            }
            Self::Pattern { found } => {
                about(found, lang.of(" is no pattern of a sender's name", " 不是发送者名称的模式"))
            }
            Self::Needless { key } => {
                about(key, lang.of(" means nothing for this `format`", " 对此 `format` 没有意义"))
            }
        }
    }

    /// What stands beside the place at fault.
    fn label(&self, lang: Lang) -> Option<String> {
        match self {
            Self::WrongType { expected, found, .. } => {
                let (found, expected) = (type_words(found, lang), expected.words(lang));
                Some(lang.of(
                    format!("found {found}, expected {expected}"),
                    format!("此处是{found}，应为{expected}"),
                ))
            }
            _ => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self, lang: Lang) -> Option<String> {
        let text = match self {
            Self::NotUtf8 { .. } => {
                lang.of("save the file as UTF-8", "请将文件另存为 UTF-8").into()
            }
            Self::UnknownKey { suggestion: Some(key), .. }
            | Self::UnknownColumn { suggestion: Some(key), .. } => {
                lang.of(format!("did you mean `{key}`?"), format!("是否为 `{key}`？"))
            }
            Self::UnknownKey { suggestion: None, known, .. } => {
                let known = known.join(", ");
                lang.of(format!("the keys here are: {known}"), format!("此处可用的键：{known}"))
            }
            Self::UnknownColumn { suggestion: None, known, .. } => {
                let known = known.join(", ");
                lang.of(format!("the keys here are: {known}"), format!("此处可用的键：{known}"))
            }
            Self::MissingKey { key, .. } => {
                lang.of(format!("add `{key}`"), format!("请补上 `{key}`"))
            }
            Self::RepeatedKey => lang.of("keep one of the two", "请只保留一个").into(),
            Self::EmptyText { .. } => {
                lang.of("fill it, or leave the key out", "请填写，或删去此键").into()
            }
            Self::RepeatedShop { .. } | Self::RepeatedPerson { .. } => {
                lang.of("merge the two entries", "请合并这两个条目").into()
            }
            Self::Backwards => lang
                .of("`until` is the first moment after the closure", "`until` 是打烊之后的第一刻")
                .into(),
            Self::UnknownWord { suggestion: Some(word), .. } => {
                lang.of(format!("did you mean `{word}`?"), format!("是否为 `{word}`？"))
            }
            Self::UnknownWord { suggestion: None, known, .. } => {
                let known = known.join(", ");
                lang.of(format!("the words here are: {known}"), format!("此处可用的词：{known}"))
            }
            Self::TimeFormat { .. } => lang
                .of(
                    "write one such as `%Y-%m-%d %H:%M:%S`, or `rfc3339`, `excel`, `epoch-s`, \
                     `epoch-ms`",
                    "请写成 `%Y-%m-%d %H:%M:%S` 之类，或 `rfc3339`、`excel`、`epoch-s`、`epoch-ms`",
                )
                .into(),
            Self::Zone { .. } => lang
                .of("write one such as `Asia/Shanghai`", "请写成 `Asia/Shanghai` 之类")
                .into(),
            Self::Pattern { .. } => lang
                .of(
                    "use each of `{shop}`, `{account}`, `{buyer}`, `{any}` once at most, with \
                     something between any two",
                    "`{shop}`、`{account}`、`{buyer}`、`{any}` 各至多出现一次，两者之间须有其他字符",
                )
                .into(),
            Self::Needless { .. } => lang.of("leave it out", "请删去").into(),
            Self::Syntax(_) | Self::WrongType { .. } | Self::RepeatedDay | Self::OutOfRange => {
                return None;
            }
        };
        Some(text)
    }
}

/// A name in quotes with what is said of it.
fn about(name: &str, what: &str) -> String {
    format!("{}{what}", quoted(name))
}

/// A type of TOML in the reader's words.
fn type_words(toml: &str, lang: Lang) -> &str {
    match toml {
        "string" => lang.of("a text", "文本"),
        "integer" => lang.of("a whole number", "整数"),
        "float" => lang.of("a decimal number", "小数"),
        "boolean" => lang.of("true or false", "真假值"),
        "datetime" => lang.of("a date or time", "日期或时间"),
        "array" => lang.of("a list", "列表"),
        "table" => lang.of("a table", "表"),
        other => other,
    }
}

impl Diagnostic {
    pub(super) fn at_file(problem: Problem) -> Self {
        Self { problem, span: None, first: None }
    }
}

impl Diagnostics {
    /// All problems with the lines that they are about, without colours.
    #[must_use]
    pub fn render(&self, lang: Lang) -> String {
        self.render_with(&Renderer::plain(), lang)
    }

    /// All problems with the lines that they are about, coloured for a terminal.
    #[must_use]
    pub fn render_coloured(&self, lang: Lang) -> String {
        self.render_with(&Renderer::styled(), lang)
    }

    fn render_with(&self, renderer: &Renderer, lang: Lang) -> String {
        let each = self.items.iter().map(|item| self.render_one(item, renderer, lang));
        each.collect::<Vec<_>>().join("\n\n")
    }

    fn render_one(&self, item: &Diagnostic, renderer: &Renderer, lang: Lang) -> String {
        let level = |level: Level<'static>, zh| match lang {
            Lang::En => level,
            Lang::Zh => level.with_name(zh),
        };
        let message = item.problem.message(lang);
        let title = level(Level::ERROR, "错误").primary_title(match item.span {
            Some(_) => message,
            None => format!("{}: {message}", self.name),
        });
        let mut group = Group::with_title(title);
        if let Some(span) = &item.span {
            let label = item.problem.label(lang);
            let mut snippet = Snippet::source(&self.text)
                .path(&self.name)
                .annotation(AnnotationKind::Primary.span(self.within(span)).label(label));
            if let Some(first) = &item.first {
                let label = lang.of("first here", "首次出现于此");
                let first = AnnotationKind::Context.span(self.within(first)).label(label);
                snippet = snippet.annotation(first);
            }
            group = group.element(snippet);
        }
        if let Some(help) = item.problem.help(lang) {
            group = group.element(level(Level::HELP, "建议").message(help));
        }
        renderer.render(&[group])
    }

    /// A span that is certain to lie within the text.
    fn within(&self, span: &Range<usize>) -> Range<usize> {
        let end = self.text.floor_char_boundary(span.end);
        self.text.floor_char_boundary(span.start).min(end)..end
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Lang::En))
    }
}

impl std::error::Error for Diagnostics {}
