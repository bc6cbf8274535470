//! Profiles: how a source of another shape than the canonical log becomes rows of it.
//!
//! A profile is TOML; `docs/profiles.md` has every key. Shipped ones are built in from `profiles/`.
//!
//! # Example
//!
//! ```
//! use intake::{Options, Profile, Source, read};
//! let mut profile = Profile::shipped("messages").expect("it is shipped");
//! profile.set("shop", "s1")?;
//! profile.set("platform", "taobao")?;
//! let text = "时间,买家,发送者,内容\n2026-05-01 09:00:00,b1,b1,在吗\n";
//! let sources = [Source::Bytes { name: "log.csv".into(), bytes: text.into() }];
//! let options = Options { profile: Some(profile), ..Options::default() };
//! let (log, _) = read(&sources, &options, &mut |_| Ok(()))?;
//! assert_eq!(log.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod chat;
mod chatwoot;
mod draft;
mod jd;
mod json;
mod look;
mod original;
mod parse;
mod qianniu;
mod sender;
mod table;
mod times;
mod transcript;
mod wecom;

use std::fmt;
use std::sync::Arc;

use encoding_rs::Encoding;

use crate::Lang;
use crate::column::Column;
use crate::encoding;
use crate::error::Error;
use crate::lang::{closest, quoted};
use crate::read::Sink;
use crate::reject::WordList;
use crate::report::Mapping;
use crate::source::{Mapped, MappedForm, Source, Stream, open_mapped};
use crate::workbook::Workbook;

pub use crate::registry::{Diagnostic, Diagnostics};
pub use look::{Look, look};
pub use original::{RowPlace, TakeRow, originals};
use sender::Senders;
use times::Times;

/// How a source of another shape becomes rows of the canonical log.
#[derive(Clone, Debug)]
pub struct Profile {
    name: [String; 2],
    format: Format,
    rows: Rows,
    encoding: Option<&'static Encoding>,
    times: Times,
    columns: Vec<(Target, Vec<String>)>,
    skip_sheets: Vec<String>,
    constants: Vec<Constant>,
    senders: Senders,
    kinds: Words,
    facts: Words,
}

facts::words! {
    /// What a profile reads.
    Format {
        /// A table, as text or as a workbook.
        Table = "table",
        /// A table as text: comma, tab or semicolon between fields.
        Csv = "csv",
        /// A table in a workbook.
        Xlsx = "xlsx",
        /// Objects in JSON, one a line, in a list or in pages.
        Json = "json",
        /// Text copied out of the Qianniu client.
        QianniuClipboard = "qianniu-clipboard",
        /// Text copied from Qianniu's web page of chat records.
        QianniuWeb = "qianniu-web",
        /// Sessions and chat logs as JD's interfaces give them.
        Jd = "jd",
        /// Pages of WeCom's `kf/sync_msg`.
        Wecom = "wecom",
        /// Chatwoot's webhook events.
        Chatwoot = "chatwoot",
    }
}

impl Format {
    /// Whether columns have to be mapped.
    const fn is_table(self) -> bool {
        matches!(self, Self::Table | Self::Csv | Self::Xlsx | Self::Json)
    }
}

facts::words! {
    /// What one row of a table is.
    Rows {
        /// A message, or another fact.
        Message = "message",
        /// A buyer's message and the reply to it.
        Pair = "question-and-answer",
        /// A whole chat in one cell.
        Transcript = "transcript",
    }
}

/// What a column of a source is used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// A column of the log.
    Column(Column),
    /// The name of whoever wrote a message.
    Sender,
    /// When the reply came.
    AnswerAt,
    /// The reply's text.
    AnswerText,
    /// The account that replied.
    AnswerAccount,
    /// A chat with times and senders in it.
    Transcript,
}

impl Target {
    const OTHERS: [Self; 5] =
        [Self::Sender, Self::AnswerAt, Self::AnswerText, Self::AnswerAccount, Self::Transcript];

    fn all() -> impl Iterator<Item = Self> {
        Column::ALL.into_iter().map(Self::Column).chain(Self::OTHERS)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Column(column) => column.name(),
            Self::Sender => "sender",
            Self::AnswerAt => "answer_at",
            Self::AnswerText => "answer_text",
            Self::AnswerAccount => "answer_account",
            Self::Transcript => "transcript",
        }
    }
}

/// A value that every row has.
#[derive(Clone, Debug)]
struct Constant {
    column: Column,
    value: String,
    /// Whether it was given with the call, and stands before what a row says.
    given: bool,
}

/// Columns that may be constant.
const CONSTANT: [Column; 8] = [
    Column::Platform,
    Column::Shop,
    Column::Buyer,
    Column::Conversation,
    Column::Account,
    Column::Author,
    Column::Kind,
    Column::Fact,
];

/// What may be given beside them.
const SETTINGS: [&str; 3] = ["seller", "zone", "encoding"];

fn may_be_given() -> Vec<&'static str> {
    CONSTANT.iter().map(|column| column.name()).chain(SETTINGS).collect()
}

/// Words of a source with what they stand for.
#[derive(Clone, Debug, Default)]
struct Words {
    words: Vec<(String, &'static str)>,
    otherwise: Option<&'static str>,
}

impl Words {
    /// What a word stands for: by the profile, by itself, else what all others stand for.
    fn get(&self, word: &str, list: WordList) -> Option<&'static str> {
        let word = word.trim();
        self.exact(word)
            .or_else(|| list.words().into_iter().find(|known| *known == word))
            .or(self.otherwise)
    }

    fn exact(&self, word: &str) -> Option<&'static str> {
        self.words.iter().find(|(known, _)| known == word).map(|(_, meaning)| *meaning)
    }
}

/// Why a value given with the call cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetProblem {
    /// No such thing can be given.
    UnknownKey {
        /// The key.
        key: String,
        /// The key that was probably meant.
        suggestion: Option<&'static str>,
    },
    /// The key does not take this value.
    BadValue {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
    },
}

impl SetProblem {
    /// What is wrong and what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::UnknownKey { key, suggestion } => {
                let (key, known) = (quoted(key), may_be_given().join(", "));
                let hint = suggestion.map_or_else(String::new, |word| {
                    lang.of(format!("; did you mean `{word}`?"), format!("；是否为 `{word}`？"))
                });
                lang.of(
                    format!("{key} cannot be set{hint}; what can: {known}"),
                    format!("{key} 不可指定{hint}；可指定：{known}"),
                )
            }
            Self::BadValue { key, value } => {
                let value = quoted(value);
                lang.of(format!("`{key}` cannot be {value}"), format!("`{key}` 不能是 {value}"))
            }
        }
    }
}

impl fmt::Display for SetProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for SetProblem {}

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        const SHIPPED: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../../profiles/", $name, ".toml")))),+];
    };
}

shipped!(
    "messages",
    "question-answer",
    "qianniu-clipboard",
    "qianniu-web",
    "qianniu-xlsx",
    "qianniu-xlsx-transcript",
    "jd-dongdong",
    "wecom-sync-msg",
    "chatwoot-webhook",
);

impl Profile {
    /// Reads a profile; `name` is the file's name in messages.
    ///
    /// # Errors
    ///
    /// [`Diagnostics`] with everything that is wrong with the file. Unknown keys are errors.
    ///
    /// # Example
    ///
    /// ```
    /// use intake::Profile;
    /// let wrong = Profile::parse(b"fromat = 'csv'\n", "mine.toml").unwrap_err();
    /// assert!(wrong.to_string().contains("did you mean `format`?"));
    /// ```
    pub fn parse(bytes: &[u8], name: &str) -> Result<Self, Diagnostics> {
        parse::parse(bytes, name)
    }

    /// The names of the shipped profiles with their texts.
    #[must_use]
    pub const fn all_shipped() -> &'static [(&'static str, &'static str)] {
        SHIPPED
    }

    /// A shipped profile by its name; `None` when there is none of this name.
    #[must_use]
    pub fn shipped(name: &str) -> Option<Self> {
        let (name, text) = SHIPPED.iter().find(|(known, _)| *known == name)?;
        // A test reads every shipped profile.
        Self::parse(text.as_bytes(), name).ok()
    }

    /// The shipped profile whose name is most like a misspelt one.
    #[must_use]
    pub fn suggestion(name: &str) -> Option<&'static str> {
        closest(name, SHIPPED.iter().map(|(known, _)| *known))
    }

    /// What it is for.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &str {
        let [zh, en] = &self.name;
        lang.of(en, zh)
    }

    /// What it reads.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Gives every row a value, whatever the source says: `platform`, `shop` and the like; or sets
    /// the shop's own name among senders (`seller`), the time zone or the encoding.
    ///
    /// # Errors
    ///
    /// [`SetProblem`] when there is no such key, or the key does not take the value.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), SetProblem> {
        let key = key.trim();
        let bad = |key| SetProblem::BadValue { key, value: value.into() };
        let name = may_be_given().into_iter().find(|known| *known == key);
        let Some(name) = name else {
            let suggestion = closest(key, may_be_given().into_iter());
            return Err(SetProblem::UnknownKey { key: key.into(), suggestion });
        };
        if value.trim().is_empty() {
            return Err(bad(name));
        }
        match name {
            "seller" => self.senders.seller = Some(value.into()),
            "zone" => {
                self.times.zone = times::zone(value).ok_or_else(|| bad(name))?;
            }
            "encoding" => {
                let known = encoding::KNOWN.iter().find(|(known, _)| *known == value);
                self.encoding = Some(known.ok_or_else(|| bad(name))?.1);
            }
            _ => {
                let column = Column::from_name(name).ok_or_else(|| bad(name))?;
                let list = match column {
                    Column::Author => Some(WordList::Author),
                    Column::Kind => Some(WordList::Kind),
                    Column::Fact => Some(WordList::Fact),
                    _ => None,
                };
                if list.is_some_and(|list| !list.words().contains(&value)) {
                    return Err(bad(name));
                }
                self.constants.retain(|constant| constant.column != column);
                self.constants.push(Constant { column, value: value.into(), given: true });
            }
        }
        Ok(())
    }

    fn constant(&self, column: Column) -> Option<&Constant> {
        self.constants.iter().find(|constant| constant.column == column)
    }

    /// What stands before the row's own value.
    fn given(&self, column: Column) -> Option<&str> {
        self.constant(column).filter(|constant| constant.given).map(|c| c.value.as_str())
    }

    /// What every row of a shape that has no columns needs to be told.
    fn require(&self, source: &Arc<str>, columns: &[Column]) -> Result<(), Error> {
        let missing = columns.iter().filter(|column| self.constant(**column).is_none());
        let needed: Vec<_> = missing.map(|column| (column.name(), Vec::new())).collect();
        if needed.is_empty() {
            return Ok(());
        }
        Err(Error::Unmapped { source: source.clone(), needed })
    }
}

/// Reads a source under a profile to its end.
pub(crate) fn read(profile: &Profile, source: &Source, sink: &mut Sink<'_>) -> Result<(), Error> {
    let Mapped { name, form, done, total } = open_mapped(source, profile.encoding)?;
    sink.begin_source(done, total);
    let rows = match form {
        MappedForm::Workbook(table) => {
            if !matches!(profile.format, Format::Table | Format::Xlsx) {
                let expected = profile.format.word();
                return Err(Error::OtherForm { source: name, expected });
            }
            table::read_workbook(profile, &name, Workbook::of_table(name.clone(), table)?, sink)?
        }
        MappedForm::Text(stream, encoding) => {
            sink.begin_part(name.clone());
            sink.set_mapping(Mapping { encoding, ..Mapping::default() });
            read_text(profile, stream, encoding, sink)?;
            sink.end_part()
        }
    };
    sink.end_source(name, rows);
    Ok(())
}

fn read_text(
    profile: &Profile,
    stream: Stream,
    encoding: &'static str,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let seller = [Column::Platform, Column::Shop];
    match profile.format {
        Format::Table | Format::Csv => table::read_csv(profile, stream, encoding, sink),
        Format::Json => table::read_json(profile, stream, encoding, sink),
        Format::Xlsx => Err(Error::OtherForm { source: sink.name(), expected: "xlsx" }),
        Format::QianniuClipboard | Format::QianniuWeb => {
            profile.require(&sink.name(), &seller)?;
            qianniu::read(profile, stream, sink)
        }
        Format::Jd => {
            profile.require(&sink.name(), &seller)?;
            jd::read(profile, stream, sink)
        }
        Format::Wecom => {
            profile.require(&sink.name(), &seller[..1])?;
            wecom::read(profile, stream, sink)
        }
        Format::Chatwoot => {
            profile.require(&sink.name(), &seller[..1])?;
            chatwoot::read(profile, stream, sink)
        }
    }
}

#[cfg(test)]
mod tests;
