//! Reading settings from a file, the environment and flags.

use std::fmt;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::form::{Form, show_bytes};
use super::{Settings, UNITS, Unit, VARIABLES};
use crate::language::{self, Lang};

/// What was given, from where.
#[derive(Clone, Debug, Default)]
pub struct Given<'a> {
    /// The file's name and text; absent: there is no file.
    pub file: Option<(&'a str, &'a str)>,
    /// Names and values of the environment. Names that do not begin with `YINGDA_` are passed
    /// over.
    pub environment: Vec<(String, String)>,
    /// Flags such as `--listen`, with their values.
    pub flags: Vec<(String, String)>,
}

/// Where a setting was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a file.
    File {
        /// Its name.
        name: String,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
    },
    /// In the environment, by the variable.
    Environment(String),
    /// On the command line, by the flag.
    Flag(String),
    /// In no one place: several settings do not go together.
    Together,
}

/// What is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There is no such setting.
    Unknown {
        /// The name that was probably meant.
        suggestion: Option<String>,
    },
    /// The value is not of the form.
    Value {
        /// The value; absent where it is a secret.
        found: Option<String>,
        /// What a value looks like.
        form: Form,
    },
    /// The file is not TOML.
    NotToml {
        /// What the reader says.
        detail: String,
    },
    /// It is given twice in the same place.
    Twice,
    /// It needs another setting.
    Needs {
        /// The setting.
        key: &'static str,
        /// What it needs.
        other: &'static str,
    },
    /// Anybody in the network could listen in.
    Exposed,
    /// A wait that is longer than the one around it.
    Longer {
        /// The setting.
        key: &'static str,
        /// The one that has to be longer.
        than: &'static str,
    },
    /// Less memory for all bodies than one of them may need: it would wait for ever.
    TooLittle {
        /// The setting.
        key: &'static str,
        /// What it is, in bytes.
        found: u64,
        /// What it has to be at least, in bytes.
        least: u64,
    },
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongSetting {
    /// Where.
    pub place: Place,
    /// What.
    pub wrong: Wrong,
}

impl WrongSetting {
    /// Where, what was found, what was expected, what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let place = match &self.place {
            Place::File { name, line, column } => format!("{name}:{line}:{column}: "),
            Place::Environment(name) | Place::Flag(name) => format!("{name}: "),
            Place::Together => String::new(),
        };
        format!("{place}{}", self.wrong.message(lang))
    }
}

impl fmt::Display for WrongSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl Wrong {
    fn message(&self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::Unknown { suggestion: None } => {
                ("there is no such setting".into(), "没有这项设置".into())
            }
            Self::Unknown { suggestion: Some(name) } => (
                format!("there is no such setting; is `{name}` meant?"),
                format!("没有这项设置；是否为 `{name}`？"),
            ),
            Self::Value { found, form } => {
                let (found_en, found_zh) = match found {
                    Some(text) => (format!("`{text}`"), format!("`{text}`")),
                    None => ("another value".into(), "其他值".into()),
                };
                (
                    format!("found {found_en}, expected {}", form.expected(Lang::En)),
                    format!("发现{found_zh}，应为{}", form.expected(Lang::Zh)),
                )
            }
            Self::NotToml { detail } => {
                (format!("the file is not TOML: {detail}"), format!("文件不是 TOML：{detail}"))
            }
            Self::Twice => ("given twice; keep one".into(), "重复设置；请只保留一处".into()),
            Self::Needs { key, other } => (
                format!("`{key}` needs `{other}`; set both or neither"),
                format!("`{key}` 须与 `{other}` 一同设置，或都不设置"),
            ),
            Self::Exposed => (
                "`listen` reaches beyond this machine without TLS: set `tls.certificate` and \
                 `tls.key`, or `behind-proxy = true` where a proxy in front does TLS"
                    .into(),
                "`listen` 超出本机而没有 TLS：请设置 `tls.certificate` 与 `tls.key`；若前面有负责 \
                 TLS 的代理，请设置 `behind-proxy = true`"
                    .into(),
            ),
            Self::Longer { key, than } => (
                format!("`{key}` has to be shorter than `{than}`"),
                format!("`{key}` 须短于 `{than}`"),
            ),
            Self::TooLittle { key, found, least } => {
                let [found, least] = [found, least].map(|bytes| show_bytes(*bytes));
                (
                    format!(
                        "`{key}` is {found}; a body may need `limits.body` and `limits.unpacked` \
                         together: set at least {least}, or lower those"
                    ),
                    format!(
                        "`{key}` 为 {found}；单个正文可能需要 `limits.body` 与 `limits.unpacked` \
                         之和：请设为至少 {least}，或调低这两项"
                    ),
                )
            }
        };
        language::of(lang, en, zh)
    }
}

impl Settings {
    /// Reads what was given; what was not given is as in the default.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once: names that are no setting, values that are not of their
    /// form, settings that do not go together (TLS with half of what it needs, an address beyond
    /// this machine without TLS).
    pub fn read(given: &Given<'_>) -> Result<Self, Vec<WrongSetting>> {
        let mut reader = Reader { settings: Self::default(), wrong: Vec::new() };
        if let Some((name, text)) = given.file {
            reader.file(name, text);
        }
        reader.environment(&given.environment);
        reader.flags(&given.flags);
        reader.together();
        if reader.wrong.is_empty() { Ok(reader.settings) } else { Err(reader.wrong) }
    }
}

struct Reader {
    settings: Settings,
    wrong: Vec<WrongSetting>,
}

impl Reader {
    fn note(&mut self, place: Place, wrong: Wrong) {
        self.wrong.push(WrongSetting { place, wrong });
    }

    fn set(&mut self, unit: &Unit, text: &str, place: Place) {
        if !(unit.set)(&mut self.settings, text) {
            let found = (!unit.is_secret).then(|| plain(text));
            self.note(place, Wrong::Value { found, form: unit.form });
        }
    }

    fn file(&mut self, name: &str, text: &str) {
        let source = Source { name, text };
        match DeTable::parse(text) {
            Ok(table) => self.table(&source, "", table.get_ref()),
            Err(error) => {
                let place = source.place(error.span().map_or(0, |span| span.start));
                self.note(place, Wrong::NotToml { detail: plain(error.message()) });
            }
        }
    }

    fn table(&mut self, source: &Source<'_>, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let key = format!("{prefix}{}", name.get_ref());
            if let Some(unit) = Unit::of_key(&key) {
                self.file_value(source, unit, value);
                continue;
            }
            let inner = format!("{key}.");
            match value.get_ref() {
                DeValue::Table(table) if UNITS.iter().any(|u| u.key.starts_with(&inner)) => {
                    self.table(source, &inner, table);
                }
                _ => {
                    let suggestion = closest(&key, UNITS.iter().map(|u| u.key.to_owned()));
                    self.note(source.place(name.span().start), Wrong::Unknown { suggestion });
                }
            }
        }
    }

    fn file_value(&mut self, source: &Source<'_>, unit: &Unit, value: &Spanned<DeValue<'_>>) {
        let place = source.place(value.span().start);
        match text_of(unit.form, value.get_ref()) {
            Some(text) => self.set(unit, &text, place),
            None => {
                let found = &source.text[value.span()];
                let found = (!unit.is_secret).then(|| plain(found));
                self.note(place, Wrong::Value { found, form: unit.form });
            }
        }
    }

    fn environment(&mut self, environment: &[(String, String)]) {
        for (name, value) in environment.iter().filter(|(name, _)| name.starts_with(VARIABLES)) {
            let place = Place::Environment(name.clone());
            match UNITS.iter().find(|unit| unit.variable() == *name) {
                Some(unit) => self.set(unit, value, place),
                None => {
                    let suggestion = closest(name, UNITS.iter().map(Unit::variable));
                    self.note(place, Wrong::Unknown { suggestion });
                }
            }
        }
    }

    fn flags(&mut self, flags: &[(String, String)]) {
        for (n, (name, value)) in flags.iter().enumerate() {
            let place = Place::Flag(name.clone());
            if flags[..n].iter().any(|(earlier, _)| earlier == name) {
                self.note(place, Wrong::Twice);
                continue;
            }
            match UNITS.iter().find(|unit| unit.flag() == *name) {
                Some(unit) => self.set(unit, value, place),
                None => {
                    let suggestion = closest(name, UNITS.iter().map(Unit::flag));
                    self.note(place, Wrong::Unknown { suggestion });
                }
            }
        }
    }

    fn together(&mut self) {
        let settings = &self.settings;
        let mut wrong = Vec::new();
        match (&settings.tls_certificate, &settings.tls_key) {
            (Some(_), None) => {
                wrong.push(Wrong::Needs { key: "tls.certificate", other: "tls.key" });
            }
            (None, Some(_)) => {
                wrong.push(Wrong::Needs { key: "tls.key", other: "tls.certificate" });
            }
            (None, None) if settings.is_exposed() => wrong.push(Wrong::Exposed),
            _ => {}
        }
        let waits = &settings.timeouts;
        let is_longer = |a: Duration, b: Duration| a >= b;
        if is_longer(waits.piece, waits.request) {
            wrong.push(Wrong::Longer { key: "timeouts.piece", than: "timeouts.request" });
        }
        if is_longer(waits.request, waits.idle) {
            wrong.push(Wrong::Longer { key: "timeouts.request", than: "timeouts.idle" });
        }
        let limits = &settings.limits;
        let (found, least) = (limits.held, limits.body.saturating_add(limits.unpacked));
        if found < least {
            wrong.push(Wrong::TooLittle { key: "limits.held", found, least });
        }
        for wrong in wrong {
            self.note(Place::Together, wrong);
        }
    }
}

impl Settings {
    /// Whether others than this machine could listen in on what is said.
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        !self.listen.ip().to_canonical().is_loopback() && !self.has_tls() && !self.behind_proxy
    }
}

/// The text of a value in a file; `None`: its type is not that of the form.
fn text_of(form: Form, value: &DeValue<'_>) -> Option<String> {
    match (form, value) {
        (Form::YesNo, DeValue::Boolean(yes)) => Some(yes.to_string()),
        (Form::Count(..) | Form::Bytes(..), DeValue::Integer(number)) => {
            // Whole numbers of other bases are read too.
            let digits = number.as_str().replace('_', "");
            i128::from_str_radix(&digits, number.radix()).ok().map(|number| number.to_string())
        }
        (Form::Networks, DeValue::Array(items)) => {
            let texts: Option<Vec<&str>> = items.iter().map(|i| i.get_ref().as_str()).collect();
            texts.map(|texts| texts.join(","))
        }
        (Form::YesNo | Form::Count(..) | Form::Networks, _) => None,
        (_, DeValue::String(text)) => Some(text.to_string()),
        _ => None,
    }
}

struct Source<'a> {
    name: &'a str,
    text: &'a str,
}

impl Source<'_> {
    fn place(&self, byte: usize) -> Place {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Place::File { name: self.name.to_owned(), line, column }
    }
}

/// At most forty characters, none of which could steer a terminal.
fn plain(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
    if text.chars().count() > 40 {
        short.push('…');
    }
    short
}

/// The name that a misspelt one most likely means.
fn closest(name: &str, known: impl Iterator<Item = String>) -> Option<String> {
    if name.len() > 64 {
        return None;
    }
    let measured = known.map(|other| (strsim::damerau_levenshtein(name, &other), other));
    let near = measured.filter(|(distance, other)| *distance <= (other.len() / 3).max(1));
    near.min_by_key(|(distance, _)| *distance).map(|(_, other)| other)
}
